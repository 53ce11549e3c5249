import { describe, expect, it } from 'vitest';
import type { SearchPhotos } from '../api';
import {
  asksNothing,
  fromSearch,
  keyOf,
  sameSearch,
  toSearch,
  withoutOff,
  withStacks,
} from './question';

const all: SearchPhotos = {
  query: 'sunset -people tag:italy',
  images: [
    { photoId: 7, box: { x: 0.1, y: 0.2, width: 0.3, height: 0.4 }, weight: 1.5 },
    { path: '/a.jpg', weight: -1 },
    { photoId: 9, weight: 0 },
  ],
  textWeight: 0.5,
  libraryId: 2,
  sort: 'random',
  seed: 41,
  groupBy: 'camera',
  cutoff: 'auto',
  filter: { field: 'rating', op: '>=', value: 4 },
  maxDistance: 0.4,
  tagWeight: 0.3,
  tags: ['italy'],
};

describe('a search and the controls that ask it', () => {
  it('are the same both ways', () => {
    expect(toSearch(fromSearch(all))).toEqual(all);
  });

  it('keep what the window has no control for', () => {
    expect(fromSearch(all).rest).toEqual({
      filter: { field: 'rating', op: '>=', value: 4 },
      maxDistance: 0.4,
      tagWeight: 0.3,
      tags: ['italy'],
    });
  });

  it('leave paging and empty values behind', () => {
    const paged = { ...all, limit: 50, cursor: 'abc', space: null, photoIds: [] };
    expect(toSearch(fromSearch(paged))).toEqual(all);
  });

  it('begin with the defaults where nothing is said', () => {
    const { typed, textWeight, sort, seed, groupBy, goodOnly, libraryId, rest } = fromSearch({
      images: [],
    });
    expect([typed, textWeight, sort, seed, groupBy, goodOnly, libraryId, rest]).toEqual([
      '',
      1,
      null,
      0,
      null,
      false,
      null,
      {},
    ]);
  });

  it('ask the same of stacks shown as one or each, and are another question for the engine', () => {
    const each = withStacks({ images: [], tags: [] }, true);
    expect(asksNothing(each)).toBe(true);
    expect(sameSearch(each, withStacks({ images: [], tags: [] }, false))).toBe(false);
    expect(withStacks({ images: [], tags: [], stacks: 'top' }, true).stacks).toBe('top');
  });

  it('tell a seed only where the order is random', () => {
    expect(toSearch({ ...fromSearch(all), sort: 'name' })).not.toHaveProperty('seed');
  });
});

describe('the same search', () => {
  it('is known however it is written', () => {
    const turned = Object.fromEntries(Object.entries(all).toReversed()) as SearchPhotos;
    expect(sameSearch(all, { ...turned, limit: 10, cursor: 'x', text: null })).toBe(true);
    expect(
      sameSearch(
        { query: ' a ', images: [{ photoId: 1 }] },
        {
          query: 'a',
          images: [{ photoId: 1, weight: 1, box: null }],
        },
      ),
    ).toBe(true);
  });

  it('is another one with another weight, order or group', () => {
    const keys = [all, { ...all, textWeight: 1 }, { ...all, seed: 42 }, { ...all, groupBy: 'day' }];
    expect(new Set(keys.map(keyOf)).size).toBe(4);
  });
});

describe('what is asked', () => {
  it('leaves out pictures that are switched off', () => {
    expect(withoutOff(all).images).toHaveLength(2);
  });

  it('is nothing without words, pictures and filters', () => {
    expect(asksNothing({ images: [], sort: 'name', libraryId: 3, groupBy: 'day' })).toBe(true);
    expect(asksNothing({ images: [], filter: 'rating>=4' })).toBe(false);
    expect(asksNothing(all)).toBe(false);
  });
});
