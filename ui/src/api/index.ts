import { platform, type Reach } from '../platform';
import type { Commands, Event } from './bindings';
import { toFailure } from './failure';

export type * from './bindings';
export { CommandFailed, placeOf, splitAt, toFailure } from './failure';
export * as media from './media';
export type { Dropped, DropListener, Reach } from '../platform';

/** Asks the engine to do a command; rejects with `CommandFailed`. */
export async function call<Name extends keyof Commands>(
  name: Name,
  request: Commands[Name]['request'],
): Promise<Commands[Name]['response']> {
  try {
    return (await platform.call(name, request)) as Commands[Name]['response'];
  } catch (reason) {
    throw toFailure(reason);
  }
}

/** Hears the engine's events and whether it can be reached. */
export function listen(hear: (event: Event) => void, reach: (reach: Reach) => void): void {
  platform.listen((event) => hear(event as Event), reach);
}

/** What the place this runs in can do beside commands. */
export const desktop = {
  kind: platform.kind,
  pickFolders: platform.pickFolders,
  pickFolder: platform.pickFolder,
  reveal: platform.reveal,
  onDrop: platform.onDrop,
};
