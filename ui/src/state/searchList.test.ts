import { describe, expect, it } from 'vitest';
import type { SearchPhotos } from '../api';
import { distinct, withFront, wordsOf } from './searchList';

const asks = (query: string, more: Partial<SearchPhotos> = {}): SearchPhotos => ({
  query,
  images: [],
  tags: [],
  ...more,
});
const kept = (search: SearchPhotos, askedAt = 0) => ({ search, askedAt });

describe('the history', () => {
  it('moves an equal search to the front instead of having it twice', () => {
    const list = [kept(asks('b'), 2), kept(asks('a'), 1)];
    const now = withFront(list, asks(' a ', { limit: 9 }), 3);
    expect(now.map(({ search, askedAt }) => [search.query, askedAt])).toEqual([
      [' a ', 3],
      ['b', 2],
    ]);
  });

  it('keeps searches that differ in anything that is asked', () => {
    const list = [
      kept(asks('a')),
      kept(asks('a', { sort: 'name' })),
      kept(asks('a', { filter: null })),
    ];
    expect(distinct(list)).toHaveLength(2);
  });

  it('keeps a hundred', () => {
    const full = Array.from({ length: 100 }, (_, index) => kept(asks(`q${index}`)));
    const now = withFront(full, asks('new'), 1);
    expect([now.length, now[0]?.search.query, now[99]?.search.query]).toEqual([100, 'new', 'q98']);
  });
});

describe('a search in a line', () => {
  it('is its words, else its pictures, else its filter', () => {
    expect(wordsOf(asks('sea', { images: [{ photoId: 1 }] }))).toBe('sea');
    expect(wordsOf({ tags: [], images: [{ photoId: 1 }] })).toBe('Like this picture');
    expect(wordsOf({ tags: [], images: [{ photoId: 1 }, { photoId: 2 }] })).toBe(
      'Like these pictures',
    );
    expect(wordsOf({ tags: [], images: [], filter: 'rating>=4' })).toBe('rating>=4');
    expect(wordsOf({ tags: [], images: [], filter: { rating: 4 } })).toBe('A filter');
  });
});
