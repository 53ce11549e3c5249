import { expect, it } from 'vitest';
import { placeAfter } from './roving';

it('moves within a list and stops at its ends', () => {
  expect(placeAfter('ArrowDown', 0, 3)).toBe(1);
  expect(placeAfter('ArrowDown', 2, 3)).toBe(2);
  expect(placeAfter('ArrowUp', 1, 3)).toBe(0);
  expect(placeAfter('ArrowUp', 0, 3)).toBe(0);
  expect(placeAfter('Home', 2, 3)).toBe(0);
  expect(placeAfter('End', 0, 3)).toBe(2);
});

it('knows no other keys, and no places in an empty list', () => {
  expect(placeAfter('Tab', 1, 3)).toBeNull();
  expect(placeAfter('ArrowDown', 0, 0)).toBeNull();
});
