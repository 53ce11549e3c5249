import { describe, expect, it } from 'vitest';
import { moved, PRESETS, presetOf, readControls, ruleWords, toQuery, USUAL } from './copyQuestion';

describe('a question', () => {
  it('has a threshold and a time only where photos may be similar', () => {
    expect(toQuery({ ...USUAL, filter: ' ' })).toEqual({
      kind: 'near',
      rules: USUAL.rules,
      reference: [],
      includeDecided: false,
    });
    const similar = toQuery({ ...USUAL, kind: 'similar', filter: 'rating<3' });
    expect(similar).toMatchObject({ threshold: 0.85, withinS: 10, filter: 'rating<3' });
    expect(toQuery({ ...USUAL, kind: 'similar', withinS: null })).not.toHaveProperty('withinS');
  });

  it('comes back as it was kept, and as usual where it is strange', () => {
    const kept = { ...USUAL, kind: 'exact', rules: ['folder=/a', 'latest'], reference: ['/b'] };
    expect(readControls(JSON.stringify(kept))).toEqual(kept);
    expect(readControls('')).toEqual(USUAL);
    expect(readControls('{"kind":"all","threshold":7,"rules":3,"withinS":-1}')).toEqual(USUAL);
    expect(readControls('{"withinS":null}').withinS).toBeNull();
  });
});

describe('rules', () => {
  it('are moved within their list', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
    expect(moved(['a'], 4, 0)).toEqual(['a']);
  });

  it('are told in words', () => {
    expect(ruleWords('folder=/photos/best')).toBe('In /photos/best');
    expect(ruleWords('resolution')).toBe('Most pixels');
  });

  it('are those of a preset until they are changed', () => {
    const [card] = PRESETS;
    const controls = { ...USUAL, ...card?.controls };
    expect(presetOf(controls)?.name).toBe('card');
    expect(presetOf({ ...controls, rules: ['rating'] })).toBeUndefined();
  });
});
