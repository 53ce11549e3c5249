import { call, type BoxFractions, type PhotoMetadata, type PhotoRegion } from '../api';
import { didChange } from './history';
import { notices } from './notices.svelte';

export const REGION_KINDS = [
  ['object', 'A thing'],
  ['face', 'A face'],
  ['pet', 'A pet'],
] as const;
export type RegionKind = (typeof REGION_KINDS)[number][0];

/** `“Anna”`, or what it is where it has no name. */
export function regionWords({ kind, name }: Pick<PhotoRegion, 'kind' | 'name'>): string {
  if (name) return `“${name}”`;
  const known = REGION_KINDS.find(([own]) => own === kind);
  return known ? known[1].toLowerCase() : 'a region';
}

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

  /** Draws a region on a photo; answers whether it could be done. */
  async addRegion(
    photoId: number,
    kind: string,
    name: string,
    box: BoxFractions,
  ): Promise<boolean> {
    try {
      const { id } = await this.add(photoId, kind, name, box);
      this.showsRegions = true;
      didChange({ label: `Drew ${regionWords({ kind, name })}`, undo: () => this.take(id) });
      return true;
    } catch (reason) {
      notices.fail(reason);
      return false;
    }
  }

  async removeRegion(photoId: number, region: PhotoRegion): Promise<void> {
    try {
      await this.take(region.id);
      const { kind, name, ...box } = region;
      didChange({
        label: `Removed ${regionWords(region)}`,
        undo: async () => void (await this.add(photoId, kind, name ?? '', box)),
      });
    } catch (reason) {
      notices.fail(reason);
    }
  }

  private async add(photoId: number, kind: string, name: string, box: BoxFractions) {
    const { x, y, width, height } = box;
    const area = { x, y, width, height };
    const added = await call('add_region', { photoId, kind, name, box: area });
    this.changed();
    return added;
  }

  private async take(regionId: number): Promise<void> {
    await call('remove_region', { regionId });
    this.changed();
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
