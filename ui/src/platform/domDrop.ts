import type { DropListener } from './platform';

/** Hears drops through the document's own events, which carry files but no paths. */
export function onDomDrop(listener: DropListener): void {
  let depth = 0;
  addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth += 1;
    if (depth === 1) listener.over();
  });
  addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  });
  addEventListener('dragleave', (event) => {
    if (!carriesFiles(event)) return;
    depth = Math.max(0, depth - 1);
    if (depth === 0) listener.leave();
  });
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    const items = [...(event.dataTransfer?.items ?? [])];
    const folders = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory);
    const files = [...(event.dataTransfer?.files ?? [])];
    listener.drop({
      paths: [],
      files: folders.length > 0 ? files.filter((file) => file.type !== '') : files,
      hiddenFolders: folders.length > 0,
    });
  });
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
