import { desktop } from '../api';
import { notices } from './notices.svelte';

/** Shows a file or folder in the system's file manager, where there is one to ask. */
export async function reveal(path: string): Promise<void> {
  try {
    await desktop.reveal?.(path);
  } catch {
    const why = 'it is not there at the moment, or this system has no file manager that answers';
    notices.fail(`${path} could not be shown: ${why}`);
  }
}
