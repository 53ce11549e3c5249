import { call, type Watching } from '../api';

/** How the folders are watched for changes. */
class WatchingState {
  now = $state.raw<Watching>({ on: false, folders: [], raise: null });

  /** Folders that are compared again and again, because the system does not tell of changes. */
  get polled() {
    return this.now.folders.filter((folder) => folder.how === 'polling');
  }

  async refresh(): Promise<void> {
    this.now = await call('get_watching', {});
  }
}

export const watching = new WatchingState();
