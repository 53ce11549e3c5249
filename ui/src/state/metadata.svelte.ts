import { call, type PhotoMetadata } from '../api';
import { notices } from './notices.svelte';

/** What files and sidecars say of photos, fetched once until something changes. */
class Metadata {
  /** Faces and things are drawn on the photo. */
  showsRegions = $state(false);
  /** Whether changes are written to sidecars; none until it is known. */
  writing = $state<boolean | null>(null);
  private known = $state.raw<ReadonlyMap<number, PhotoMetadata>>(new Map());
  private asked = new Set<number>();
  private version = $state(0);

  get(photoId: number | null): PhotoMetadata | undefined {
    return photoId === null ? undefined : this.known.get(photoId);
  }

  /** Fetches a photo's unless they are known; to be called from an effect. */
  want(photoId: number | null): void {
    void this.version;
    if (photoId === null || this.asked.has(photoId)) return;
    this.asked.add(photoId);
    void this.fetch(photoId);
  }

  /** What is known may be outdated; it stays on show until the fresh answer is there. */
  changed(): void {
    this.asked.clear();
    this.version += 1;
  }

  async refreshWriting(): Promise<void> {
    this.writing = (await call('get_metadata_writing', {})).on;
  }

  async setWriting(on: boolean): Promise<void> {
    try {
      this.writing = (await call('set_metadata_writing', { on })).on;
    } catch (reason) {
      notices.fail(reason);
    }
  }

  private async fetch(photoId: number): Promise<void> {
    try {
      const found = await call('get_metadata', { photoId });
      const kept = [...this.known].slice(-200);
      this.known = new Map([...kept, [photoId, found]]);
    } catch {
      // A photo that is gone is told by the grid, which loses it.
    }
  }
}

export const metadata = new Metadata();
