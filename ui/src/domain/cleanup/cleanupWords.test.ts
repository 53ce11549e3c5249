import { describe, expect, it } from 'vitest';
import type { PlanMerge } from '../../api';
import { mergeWords } from './cleanupWords';

const nothing: PlanMerge = {
  tags: [],
  rating: null,
  label: null,
  caption: null,
  attributes: null,
  regions: [],
  regionsLeft: 0,
};
const face = (name: string | null) => ({ kind: 'face', name, x: 0, y: 0, width: 1, height: 1 });

describe('what a keeper gets', () => {
  it('is told in a line, and nothing in none', () => {
    expect(mergeWords(nothing)).toBe('');
    expect(mergeWords({ ...nothing, tags: ['sea'], caption: 'Dusk' })).toBe(
      'tags sea · caption “Dusk”',
    );
  });

  it('names the people of its regions, and what is lost of others', () => {
    expect(mergeWords({ ...nothing, regions: [face('Ann'), face(null)] })).toBe('2 regions (Ann)');
    expect(mergeWords({ ...nothing, regionsLeft: 1 })).toBe(
      'without 1 region of copies in another frame',
    );
  });
});
