import { call, type Stack } from '../api';
import { plural } from '../shared/format';
import { didChange } from './history';
import { notices } from './notices.svelte';

/** The stacks of photos that are looked at, and how stacks are made and taken apart. */
class Stacks {
  private known = $state.raw<ReadonlyMap<number, Stack>>(new Map());
  private asked = new Set<number>();
  private version = $state(0);

  /** The stack that a photo is in; none where it is in none, or it is not known yet. */
  of(photoId: number | null): Stack | undefined {
    const stack = photoId === null ? undefined : this.known.get(photoId);
    return stack && stack.photos.length > 1 ? stack : undefined;
  }

  /** Fetches a photo's unless it is known; to be called from an effect. */
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

  /** Makes one stack of photos, with all that are stacked with them; the first is on top. */
  async make(photoIds: number[]): Promise<void> {
    try {
      const before = await stacksOf(photoIds);
      const members = new Set([...photoIds, ...before.flat()]);
      const all = [...members];
      const { photos } = await call('make_stack', { photoIds: all });
      didChange({
        label: `Stacked ${plural(photos.length, 'photo')}`,
        undo: async () => {
          await call('forget_stacks', { photoIds: all });
          for (const stack of before) await call('make_stack', { photoIds: stack });
        },
      });
    } catch (reason) {
      notices.fail(reason);
    }
  }

  /** Takes the stacks apart that photos are in. */
  async takeApart(photoIds: number[]): Promise<void> {
    try {
      const { stacks } = await call('break_stacks', { photoIds });
      if (stacks.length === 0) {
        notices.say('None of them is in a stack');
        return;
      }
      didChange({
        label: `Took ${plural(stacks.length, 'stack')} apart`,
        undo: async () => {
          for (const stack of stacks) await call('make_stack', { photoIds: stack });
        },
      });
    } catch (reason) {
      notices.fail(reason);
    }
  }

  private async fetch(photoId: number): Promise<void> {
    try {
      const stack = await call('get_stack', { photoId });
      const kept = [...this.known].slice(-200);
      this.known = new Map([...kept, [photoId, stack]]);
    } catch {
      // A photo that is gone is told by the grid, which loses it.
    }
  }
}

/** The stacks that photos are in, each once, the top first. */
async function stacksOf(photoIds: number[]): Promise<number[][]> {
  const found = new Map<number, number[]>();
  for (const photoId of photoIds) {
    const { photos } = await call('get_stack', { photoId });
    const ids = photos.map((photo) => photo.photoId);
    if (ids[0] !== undefined) found.set(ids[0], ids);
  }
  return [...found.values()];
}

export const stacks = new Stacks();
