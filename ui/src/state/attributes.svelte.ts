import { call, type AttributeChange, type AttributeCount } from '../api';
import { plural } from '../shared/format';
import { didChange } from './history';
import { libraries } from './libraries.svelte';
import { notices } from './notices.svelte';

/** The attributes there are, and how photos get and lose them. */
class AttributesState {
  all = $state.raw<AttributeCount[]>([]);

  async refresh(): Promise<void> {
    this.all = (await call('list_attributes', { libraryId: libraries.chosen })).attributes;
  }

  /** Gives photos a value; answers whether it could be done. */
  set(photoIds: number[], name: string, value: unknown): Promise<boolean> {
    return this.change(
      () => call('set_attributes', { photoIds, attributes: { [name]: value } }),
      (photos) => `Set “${name}” on ${photos}`,
    );
  }

  remove(photoIds: number[], name: string): Promise<boolean> {
    return this.change(
      () => call('remove_attributes', { photoIds, names: [name] }),
      (photos) => `Took “${name}” off ${photos}`,
    );
  }

  private async change(
    act: () => Promise<{ changed: AttributeChange[] }>,
    label: (photos: string) => string,
  ): Promise<boolean> {
    try {
      const { changed } = await act();
      if (changed.length > 0) {
        const photos = plural(new Set(changed.map((change) => change.photoId)).size, 'photo');
        didChange({ label: label(photos), undo: () => this.takeBack(changed) });
      }
      await this.refresh();
      return true;
    } catch (reason) {
      notices.fail(reason);
      return false;
    }
  }

  /** Undoes exactly what changed: each photo gets back what it had. */
  private async takeBack(changed: AttributeChange[]): Promise<void> {
    for (const { name, before, had, photoIds } of alike(changed)) {
      if (had) await call('set_attributes', { photoIds, attributes: { [name]: before ?? null } });
      else await call('remove_attributes', { photoIds, names: [name] });
    }
    await this.refresh();
  }
}

type Alike = Omit<AttributeChange, 'photoId'> & { photoIds: number[] };

/** Changes that are taken back in the same way, put together. */
function alike(changed: AttributeChange[]): Iterable<Alike> {
  const groups = new Map<string, Alike>();
  for (const { photoId, ...change } of changed) {
    const key = JSON.stringify([change.name, change.had, change.before]);
    const group = groups.get(key);
    if (group) group.photoIds.push(photoId);
    else groups.set(key, { ...change, photoIds: [photoId] });
  }
  return groups.values();
}

export const attributes = new AttributesState();
