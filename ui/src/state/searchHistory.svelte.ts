import { call, type AskedSearch, type SearchPhotos } from '../api';
import { notices } from './notices.svelte';
import { query } from './query.svelte';
import { asksNothing, keyOf } from './question';
import { distinct, withFront } from './searchList';

/** The last searches; the catalog keeps them, and nothing else. */
class Asked {
  all = $state.raw<AskedSearch[]>([]);
  private last = '';

  async refresh(): Promise<void> {
    this.all = distinct((await call('list_search_history', {})).searches);
  }

  /** Remembers what is asked now, unless it was the last thing remembered. */
  async remember(): Promise<void> {
    const search = query.whole();
    if (asksNothing(search)) return;
    const key = keyOf(search);
    if (key === this.last) return;
    this.last = key;
    this.all = withFront(this.all, search, Date.now() / 1000);
    // The history is a help: where it cannot be kept, searching goes on.
    await call('remember_search', { search }).catch(() => undefined);
  }

  restore(search: SearchPhotos): void {
    void query.restore(search);
  }

  async clear(): Promise<void> {
    try {
      await call('clear_search_history', {});
      this.all = [];
      this.last = '';
      notices.say('The search history is empty now');
    } catch (reason) {
      notices.fail(reason);
    }
  }
}

export const searchHistory = new Asked();
