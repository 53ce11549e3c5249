import { browserPlatform } from './browser';
import type { Platform } from './platform';
import { windowPlatform } from './window';

export type { Dropped, DropListener, Platform, Reach } from './platform';

/** Where this page runs. */
export const platform: Platform =
  '__TAURI_INTERNALS__' in window ? windowPlatform() : browserPlatform();
