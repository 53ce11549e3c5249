import { call, type TagChange, type TagCount, type TagsChanged } from '../api';
import { plural } from '../shared/format';
import { didChange } from './history';
import { libraries } from './libraries.svelte';
import { notices } from './notices.svelte';

type Way = 'add_tags' | 'remove_tags';

/** The tags there are, and how photos get and lose them. */
class TagsState {
  all = $state.raw<TagCount[]>([]);

  async refresh(): Promise<void> {
    this.all = (await call('list_tags', { libraryId: libraries.chosen, containing: null })).tags;
  }

  add = (photoIds: number[], tags: string[]) => this.change('add_tags', photoIds, tags);
  remove = (photoIds: number[], tags: string[]) => this.change('remove_tags', photoIds, tags);

  private async change(way: Way, photoIds: number[], tags: string[]): Promise<void> {
    if (photoIds.length === 0 || tags.length === 0) return;
    try {
      const { changed } = await call(way, { photoIds, tags });
      const touched = changed.filter((change) => change.photoIds.length > 0);
      if (touched.length === 0) {
        notices.say(
          way === 'add_tags' ? 'They have that tag already' : 'None of them has that tag',
        );
        return;
      }
      didChange({ label: label(way, { changed: touched }), undo: () => takeBack(way, touched) });
      await this.refresh();
    } catch (reason) {
      notices.fail(reason);
    }
  }
}

/** Undoes exactly what changed: photos that had the tag before keep it. */
async function takeBack(way: Way, changes: TagChange[]): Promise<void> {
  const inverse = way === 'add_tags' ? 'remove_tags' : 'add_tags';
  for (const { tag, photoIds } of changes) await call(inverse, { photoIds, tags: [tag] });
  await tags.refresh();
}

function label(way: Way, { changed }: TagsChanged): string {
  const photos = new Set(changed.flatMap((change) => change.photoIds)).size;
  const names = changed.map((change) => `“${change.tag}”`).join(', ');
  return way === 'add_tags'
    ? `Tagged ${plural(photos, 'photo')} ${names}`
    : `Took ${names} off ${plural(photos, 'photo')}`;
}

export const tags = new TagsState();
