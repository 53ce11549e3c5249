/** Whether the engine can be heard: `locked` is when it answers, but not to this page. */
export type Reach = 'here' | 'gone' | 'locked';

/** What the UI needs from where it runs: the window of the app, or a browser beside `latent serve`. */
export interface Platform {
  kind: 'window' | 'browser';
  /** Asks the engine; rejects with the error body the engine answered, or with any other error. */
  call(name: string, request: unknown): Promise<unknown>;
  /** Hears what the engine tells everyone; `reach` hears whether the engine can be heard at all. */
  listen(hear: (event: unknown) => void, reach: (reach: Reach) => void): void;
  /** The address a picture is shown from; `path` is such as `thumb/12/256`. */
  mediaUrl(path: string): string;
  /** Asks for folders with the system's dialog; `null` where there is none. */
  pickFolders: (() => Promise<string[]>) | null;
  /** Asks for one folder, `null` when none is chosen; `null` where there is no such dialog. */
  pickFolder: ((title: string) => Promise<string | null>) | null;
  /** Shows a file in the system's file manager; `null` where that is not possible. */
  reveal: ((path: string) => Promise<void>) | null;
  /** Hears files dragged over and dropped anywhere. */
  onDrop(listener: DropListener): void;
}

/** What was dropped: paths where the platform tells them, else the files themselves. */
export interface Dropped {
  paths: string[];
  files: File[];
  /** Folders were dropped whose place on disk the platform does not tell. */
  hiddenFolders: boolean;
}

export interface DropListener {
  over(): void;
  leave(): void;
  drop(dropped: Dropped): void;
}
