import { expect, it } from 'vitest';
import { tagFilter, tagFilters } from './tagFilter';

it('plain paths stand as they are, in any script', () => {
  expect(tagFilter('places/italy/rome')).toBe('tag:places/italy/rome');
  expect(tagFilter('Küste')).toBe('tag:Küste');
});

it('whatever the parser would take for more than letters is quoted', () => {
  expect(tagFilter('blue coat')).toBe('tag:"blue coat"');
  expect(tagFilter('a,b')).toBe('tag:"a,b"');
  expect(tagFilter('2020..2022')).toBe('tag:"2020..2022"');
  expect(tagFilter('12" vinyl')).toBe('tag:"12"" vinyl"');
});

it('a tag is chosen with what is inside it, or alone', () => {
  expect(tagFilters('italy')).toEqual(['tag:italy', 'tag=italy']);
  expect(tagFilters('blue coat')).toEqual(['tag:"blue coat"', 'tag="blue coat"']);
});
