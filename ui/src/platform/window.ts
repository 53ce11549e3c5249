import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { open } from '@tauri-apps/plugin-dialog';
import { revealItemInDir } from '@tauri-apps/plugin-opener';
import { onDomDrop } from './domDrop';
import type { DropListener, Platform } from './platform';

/** Speaks with the shell of the desktop app. */
export function windowPlatform(): Platform {
  const media = convertFileSrc('', 'media');
  return {
    kind: 'window',
    call: (name, request) => invoke('rpc', { name, request }),
    listen: (hear, reach) => {
      listen('latent', (event) => hear(event.payload)).then(
        () => reach('here'),
        () => reach('gone'),
      );
    },
    mediaUrl: (path) => media + path,
    pickFolders: async () =>
      (await open({ directory: true, multiple: true, title: 'Add folders with photos' })) ?? [],
    pickFolder: (title) => open({ directory: true, title }),
    reveal: revealItemInDir,
    onDrop,
  };
}

function onDrop(listener: DropListener): void {
  // The window tells paths; the document's events still serve systems that send no paths.
  onDomDrop(listener);
  void getCurrentWebview().onDragDropEvent(({ payload }) => {
    if (payload.type === 'enter') listener.over();
    else if (payload.type === 'leave') listener.leave();
    else if (payload.type === 'drop') {
      if (payload.paths.length === 0) listener.leave();
      else listener.drop({ paths: payload.paths, files: [], hiddenFolders: false });
    }
  });
}
