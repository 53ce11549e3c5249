import { call, toFailure, type CommandFailed, type SavedSearch, type SearchPhotos } from '../api';
import { didChange } from './history';
import { notices } from './notices.svelte';
import { query } from './query.svelte';
import { keyOf } from './question';

/** Searches that were given a name; they find anew each time. */
class Saved {
  all = $state.raw<SavedSearch[]>([]);
  /** The one that was opened last: what it asked then, and how that stood in the query. */
  private opened = $state.raw<{
    id: number;
    search: string;
    asked: string;
    replaced: number;
  } | null>(null);

  /** The one that is shown, until the query or the saved search is changed. */
  get active(): SavedSearch | undefined {
    const saved = this.last;
    const same = saved && this.opened?.search === keyOf(saved.search);
    return same && this.opened?.asked === keyOf(query.whole()) ? saved : undefined;
  }

  /** The one that was opened and then changed, not left for another query. */
  get changed(): SavedSearch | undefined {
    return this.active ? undefined : this.last;
  }

  private get last(): SavedSearch | undefined {
    if (this.opened?.replaced !== query.replaced) return undefined;
    return this.all.find(({ id }) => id === this.opened?.id);
  }

  async refresh(): Promise<void> {
    this.all = (await call('list_saved_searches', {})).searches;
  }

  async open(saved: SavedSearch): Promise<void> {
    await query.restore(saved.search);
    this.shows(saved);
  }

  /** Saves the query under a name; answers why it could not be saved. */
  save(name: string): Promise<CommandFailed | null> {
    return this.attempt(async () => {
      const saved = await call('save_search', { id: null, name, search: query.whole() });
      this.shows(saved);
      didChange({ label: `Saved “${name}”`, undo: () => this.take(saved) });
    });
  }

  /** Answers why it could not be renamed. */
  rename(saved: SavedSearch, name: string): Promise<CommandFailed | null> {
    return this.replace(saved, { name }, `Renamed “${saved.name}” to “${name}”`);
  }

  /** Makes a saved search what is asked now. */
  async update(saved: SavedSearch): Promise<void> {
    const label = `Changed what “${saved.name}” asks`;
    const failure = await this.replace(saved, { search: query.whole() }, label);
    if (failure) notices.fail(failure);
  }

  async remove(saved: SavedSearch): Promise<void> {
    const { name, search } = saved;
    const failure = await this.attempt(async () => {
      await call('remove_saved_search', { id: saved.id });
      didChange({
        label: `Removed the saved search “${name}”`,
        undo: async () => {
          await call('save_search', { id: null, name, search });
          await this.refresh();
        },
      });
    });
    if (failure) notices.fail(failure);
  }

  private replace(
    saved: SavedSearch,
    change: { name?: string; search?: SearchPhotos },
    label: string,
  ): Promise<CommandFailed | null> {
    const { id, name, search } = saved;
    return this.attempt(async () => {
      const now = await call('save_search', { id, name, search, ...change });
      if (change.search) this.shows(now);
      didChange({
        label,
        undo: async () => {
          await call('save_search', { id, name, search });
          await this.refresh();
        },
      });
    });
  }

  /** The query asks just what a saved search asks. */
  private shows({ id, search }: SavedSearch): void {
    const { replaced } = query;
    this.opened = { id, search: keyOf(search), asked: keyOf(query.whole()), replaced };
  }

  private async take(saved: SavedSearch): Promise<void> {
    await call('remove_saved_search', { id: saved.id });
    await this.refresh();
  }

  private async attempt(act: () => Promise<void>): Promise<CommandFailed | null> {
    try {
      await act();
      await this.refresh();
      return null;
    } catch (reason) {
      return toFailure(reason);
    }
  }
}

export const savedSearches = new Saved();
