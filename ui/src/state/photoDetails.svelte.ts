import { call, type Photo } from '../api';

/** Photos that were looked at closely, fetched once until something changes. */
class PhotoDetails {
  private known = $state.raw<ReadonlyMap<number, Photo>>(new Map());
  private asked = new Set<number>();
  /** Rises when photos may have changed, so that what shows them asks again. */
  private version = $state(0);

  get(photoId: number | null): Photo | undefined {
    return photoId === null ? undefined : this.known.get(photoId);
  }

  /** Fetches a photo unless it is known; to be called from an effect. */
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

  private async fetch(photoId: number): Promise<void> {
    try {
      const photo = await call('get_photo', { photoId });
      const kept = [...this.known].slice(-200);
      this.known = new Map([...kept, [photoId, photo]]);
    } catch {
      // A photo that is gone is told by the grid, which loses it.
    }
  }
}

export const photoDetails = new PhotoDetails();
