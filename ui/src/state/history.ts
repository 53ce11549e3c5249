import { notices } from './notices.svelte';

/** A change of state that can be taken back. */
interface Change {
  label: string;
  /** The notice that offers to take it back. */
  notice?: number;
  undo: () => Promise<void>;
}

const changes: Change[] = [];

/** Remembers a change and offers to take it back. */
export function didChange(change: Change): void {
  changes.push(change);
  change.notice = notices.say(change.label, { label: 'Undo', act: () => void takeBack(change) });
}

/** Remembers one of many small changes, which no notice tells of: Ctrl+Z takes it back. */
export function didQuietly(change: Change): void {
  changes.push(change);
}

/** Takes the last change back. */
export async function undoLast(): Promise<void> {
  const last = changes[changes.length - 1];
  if (last) await takeBack(last);
  else notices.say('Nothing to undo');
}

async function takeBack(change: Change): Promise<void> {
  const at = changes.indexOf(change);
  if (at < 0) return;
  changes.splice(at, 1);
  if (change.notice !== undefined) notices.dismiss(change.notice);
  try {
    await change.undo();
    notices.say(`Undone: ${change.label}`);
  } catch (reason) {
    changes.push(change);
    notices.fail(reason);
  }
}
