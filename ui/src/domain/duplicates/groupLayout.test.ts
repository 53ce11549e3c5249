import { describe, expect, it } from 'vitest';
import {
  bottomOf,
  cardAt,
  groupAt,
  layOutGroups,
  photosBetween,
  topOf,
  totalOf,
} from './groupLayout';

const sizes = {
  header: 50,
  card: { width: 100, height: 200 },
  gap: 10,
  edge: 10,
  between: 20,
};

describe('groups below each other', () => {
  const layout = layOutGroups([2, 7, 1], 350, sizes);

  it('have as many cards in a line as there is room for', () => {
    expect(layout.perLine).toBe(3);
    expect(layOutGroups([2], 60, sizes)).toMatchObject({ perLine: 1 });
    expect([0, 1, 2].map((group) => topOf(layout, group))).toEqual([0, 280, 980]);
    expect([bottomOf(layout, 1), totalOf(layout)]).toEqual([980, 1260]);
    expect(cardAt(layout, 4)).toEqual({ left: 120, top: 260 });
  });

  it('are found by their height', () => {
    expect([-5, 0, 279, 280, 1259, 9999].map((y) => groupAt(layout, y))).toEqual([
      0, 0, 0, 1, 2, 2,
    ]);
    expect(groupAt(layOutGroups([], 350, sizes), 10)).toBe(0);
  });

  it('draw only the lines in view', () => {
    expect(photosBetween(layout, 1, 7, [0, 2000])).toEqual([0, 7]);
    expect(photosBetween(layout, 1, 7, [560, 570])).toEqual([3, 6]);
    expect(photosBetween(layout, 1, 7, [0, 300])).toEqual([0, 0]);
  });

  it('are laid out by the thousand', () => {
    const many = layOutGroups(
      Array.from({ length: 50_000 }, () => 3),
      350,
      sizes,
    );
    expect(groupAt(many, topOf(many, 31_415))).toBe(31_415);
  });
});
