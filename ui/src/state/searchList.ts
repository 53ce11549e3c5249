import type { AskedSearch, SearchPhotos } from '../api';
import { keyOf } from './question';

const KEPT = 100;

/** The list with a search at its front; an equal one moves there. */
export function withFront(
  list: readonly AskedSearch[],
  search: SearchPhotos,
  askedAt: number,
): AskedSearch[] {
  const key = keyOf(search);
  const others = list.filter((other) => keyOf(other.search) !== key);
  return [{ search, askedAt }, ...others].slice(0, KEPT);
}

/** Searches that ask different things, the newest of each. */
export function distinct(list: readonly AskedSearch[]): AskedSearch[] {
  const seen = new Set<string>();
  return list.filter(({ search }) => {
    const key = keyOf(search);
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  });
}

/** What a search asks, in a line: its words, else what it has instead of words. */
export function wordsOf(search: SearchPhotos): string {
  const words = [search.query, search.text].filter(Boolean).join(' ');
  if (words) return words;
  if (search.images.length === 1) return 'Like this picture';
  if (search.images.length > 1) return 'Like these pictures';
  return typeof search.filter === 'string' ? search.filter : 'A filter';
}
