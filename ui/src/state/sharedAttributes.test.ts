import { describe, expect, it } from 'vitest';
import { sharedAttributes, sharedWords } from './sharedAttributes';

const value = (label: string, photos: number) => ({ label, photos, filter: '' });
const facet = (field: string, values: ReturnType<typeof value>[], without = 0, more = 0) => ({
  field,
  values,
  without,
  more,
});

describe('attributes of several photos', () => {
  const facets = {
    total: 3,
    ms: 1,
    facets: [
      facet('sold', [value('no', 2)], 1),
      facet('price', [value('200', 3)]),
      facet('client', [value('Anna', 1), value('Ben', 2)]),
      facet('lens', [], 3),
    ],
  };

  it('are those that one of them has, by name', () => {
    expect(sharedAttributes(facets)).toEqual([
      { name: 'client', photos: 3, value: null },
      { name: 'price', photos: 3, value: '200' },
      { name: 'sold', photos: 2, value: 'no' },
    ]);
  });

  it('say whether all have the same value', () => {
    expect(sharedAttributes(facets).map((one) => sharedWords(one, 3))).toEqual([
      'different values',
      '200',
      'no on 2 of 3',
    ]);
  });

  it('differ where a value is not listed', () => {
    const crowded = { ...facets, facets: [facet('price', [value('1', 2)], 0, 1)] };
    expect(sharedAttributes(crowded)[0]?.value).toBeNull();
  });
});
