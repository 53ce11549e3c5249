import { describe, expect, it } from 'vitest';
import type { CleanupPlan, PlanMerge } from '../../api';
import { mergeWords, planWords, tellingList } from './cleanupWords';

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

describe('a plan', () => {
  const plan = (part: Partial<CleanupPlan>) =>
    ({ files: 0, bytes: 0, groups: [], refused: [], open: [], ...part }) as unknown as CleanupPlan;
  const refused = [{ path: '/p/1.jpg', reason: 'One has to stay' }];

  it('shows first why nothing goes', () => {
    expect(planWords(plan({}))).toBe('No file goes');
    expect(tellingList(plan({ refused } as Partial<CleanupPlan>))).toBe('refused');
    expect(tellingList(plan({ files: 2, refused } as Partial<CleanupPlan>))).toBe('goes');
    const open = [{ photoIds: [1, 2], reason: 'Equal by the rules' }];
    expect(tellingList(plan({ open } as Partial<CleanupPlan>))).toBe('open');
    expect(tellingList(plan({}))).toBe('goes');
  });
});
