import { call, CommandFailed, toFailure, type SavedSearch, type SearchPhotos } from '../api';
import { didChange } from './history';
import { notices } from './notices.svelte';
import { query } from './query.svelte';
import { sameSearch } from './question';

/** Searches that were given a name; they find anew each time. */
class Saved {
  all = $state.raw<SavedSearch[]>([]);
  /** The one that was opened last. */
  private opened = $state<number | null>(null);

  /** The one that is shown, until the query is changed. */
  get active(): SavedSearch | undefined {
    const opened = this.all.find((saved) => saved.id === this.opened);
    const now = query.lasting();
    return opened && now && sameSearch(opened.search, now) ? opened : undefined;
  }

  /** The one that was opened and then changed. */
  get changed(): SavedSearch | undefined {
    return this.active ? undefined : this.all.find((saved) => saved.id === this.opened);
  }

  async refresh(): Promise<void> {
    this.all = (await call('list_saved_searches', {})).searches;
  }

  async open(saved: SavedSearch): Promise<void> {
    this.opened = saved.id;
    await query.restore(saved.search);
  }

  /** Saves the query under a name; answers why it could not be saved. */
  async save(name: string): Promise<CommandFailed | null> {
    const search = query.lasting();
    if (!search) return cannotKeep();
    return this.attempt(async () => {
      const saved = await call('save_search', { id: null, name, search });
      this.opened = saved.id;
      didChange({ label: `Saved “${name}”`, undo: () => this.take(saved) });
    });
  }

  /** Answers why it could not be renamed. */
  rename(saved: SavedSearch, name: string): Promise<CommandFailed | null> {
    return this.replace(saved, { name }, `Renamed “${saved.name}” to “${name}”`);
  }

  /** Makes a saved search what is asked now. */
  async update(saved: SavedSearch): Promise<void> {
    const search = query.lasting();
    const failure = search
      ? await this.replace(saved, { search }, `Changed what “${saved.name}” asks`)
      : cannotKeep();
    if (failure) notices.fail(failure);
    else this.opened = saved.id;
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
      await call('save_search', { id, name, search, ...change });
      didChange({
        label,
        undo: async () => {
          await call('save_search', { id, name, search });
          await this.refresh();
        },
      });
    });
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

const cannotKeep = () =>
  new CommandFailed(
    'unreadablePicture',
    'A picture in the search cannot be kept. Add it to a library and search with it there.',
  );

export const savedSearches = new Saved();
