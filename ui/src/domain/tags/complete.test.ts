import { expect, it } from 'vitest';
import { complete, splitTags } from './complete';

const tags = [
  { tag: 'draft', photos: 90 },
  { tag: 'places/italy', photos: 12 },
  { tag: 'places/italy/rome', photos: 40 },
  { tag: 'italian food', photos: 3 },
];

it('tags that begin with what was typed come first', () => {
  expect(complete('it', tags).map(({ tag }) => tag)).toEqual([
    'italian food',
    'places/italy/rome',
    'places/italy',
  ]);
});

it('case does not matter and nothing fits nonsense', () => {
  expect(complete('DRA', tags).map(({ tag }) => tag)).toEqual(['draft']);
  expect(complete('zzz', tags)).toEqual([]);
});

it('commas part tags, and slashes and spaces are cleaned', () => {
  expect(splitTags(' rome , places / italy/, ,rome')).toEqual(['rome', 'places/italy']);
});
