import { desktop, type Dropped } from '../api';
import { baseName } from '../shared/format';
import { libraries } from './libraries.svelte';
import { notices } from './notices.svelte';
import { overlay } from './overlay.svelte';
import { isPictureFile, isPicturePath, toBase64 } from './pictures';
import { query } from './query.svelte';

/** Takes in what comes from outside: dropped, pasted and picked files and folders. */

/** Asks for folders in the way this place has, and adds them. */
export async function addFolders(): Promise<void> {
  if (!desktop.pickFolders) {
    overlay.open({ kind: 'addFolder' });
    return;
  }
  try {
    await libraries.add(await desktop.pickFolders());
  } catch (reason) {
    notices.fail(reason);
  }
}

/** Searches with pictures that were picked, pasted or dropped as files. */
export async function searchWithFiles(files: Iterable<File>): Promise<void> {
  const pictures = [...files].filter(isPictureFile);
  if (pictures.length === 0) {
    notices.say('That is no picture. Drop a photo to search with it.');
    return;
  }
  for (const file of pictures.slice(0, 8)) {
    try {
      await query.addOutside({ base64: await toBase64(file) }, file.name || 'Pasted picture');
    } catch (reason) {
      notices.fail(reason);
    }
  }
}

export async function takeDropped({ paths, files, hiddenFolders }: Dropped): Promise<void> {
  overlay.dropping = false;
  const folders = paths.filter((path) => !isPicturePath(path));
  if (folders.length > 0) await libraries.add(folders);
  for (const path of paths.filter(isPicturePath).slice(0, 8)) {
    await query.addOutside({ path }, baseName(path));
  }
  if (hiddenFolders) {
    notices.say('A browser does not tell where a dropped folder lies. Type its path instead.', {
      label: 'Add a folder',
      act: () => void addFolders(),
    });
  }
  if (files.length > 0) await searchWithFiles(files);
}

export function takePasted(event: ClipboardEvent): void {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length === 0) return;
  event.preventDefault();
  void searchWithFiles(files);
}
