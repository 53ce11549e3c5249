import { describe, expect, it } from 'vitest';
import type { WhyPart } from '../../api';
import { toFailure } from '../../api/failure';
import { facetLabels } from './facetWords';
import { failureWords, foundHow, totalWords } from './foundWords';
import { restWords } from './restWords';
import { turned, weightWords } from './weights';
import { partFigures, partShare, partTitle, withNames } from './whyWords';

const part = (change: Partial<WhyPart>): WhyPart => ({
  kind: 'picture',
  label: 'boat.jpg',
  weight: 1,
  share: 0.62,
  found: [],
  ...change,
});

describe('how an answer was found', () => {
  it('is told in a line, with what is known', () => {
    const found = { by: 'code scan', candidates: 1_000_000, total: 9, ms: 3.04, space: 'visual' };
    expect(foundHow({ ...found, cutoff: 0.387 })).toBe(
      `3.0 ms · code scan, ${(1_000_000).toLocaleString()} compared · visual · good up to distance 0.39`,
    );
    expect(foundHow({ by: 'words', candidates: 0, total: 9, ms: 12 })).toBe('12 ms · words');
  });
});

describe('how many photos there are', () => {
  it('is told of all of them, and of how many groups they make', () => {
    expect(totalWords(1, null)).toBe('1 photo');
    expect(totalWords(820, 11)).toBe('11 of 820 photos');
    expect(totalWords(11, 11)).toBe('11 photos');
  });
});

describe('why there is no answer', () => {
  it("is the engine's to say, but for a picture of the query that is gone", () => {
    const gone = toFailure({ code: 'notFound', message: 'There is no photo 4', details: null });
    expect(failureWords(gone, 0)).toBe('There is no photo 4');
    expect(failureWords(gone, 2)).toBe(
      'A picture of this search is no longer there: take it out, or search with another one',
    );
    const busy = toFailure({ code: 'busy', message: 'Wait', details: null });
    expect(failureWords(busy, 1)).toBe('Wait');
  });
});

describe('values of a field', () => {
  it('are told without the path that all folders share', () => {
    const folders = ['/home/ann/sea', '/home/ann/2019/rome', '/home/ann/2019'];
    expect(facetLabels('folder', folders)).toEqual(['sea', '2019/rome', '2019']);
    expect(facetLabels('folder', ['/home', '/home/ann'])).toEqual(['home', 'home/ann']);
    expect(facetLabels('folder', ['C:\\Photos\\Sea'])).toEqual(['Sea']);
    expect(facetLabels('folder', [])).toEqual([]);
    expect(facetLabels('tags', ['a/b', 'a/c'])).toEqual(['a/b', 'a/c']);
  });
});

describe('why a photo was found', () => {
  it('names each part as a photographer would', () => {
    const titles = [
      part({}),
      part({ weight: -1 }),
      part({ kind: 'meaning', label: 'boats at dusk' }),
      part({ kind: 'words', label: 'boat' }),
      part({ kind: 'without', label: 'people', weight: -1, cosine: 0.2 }),
      part({ kind: 'without', label: 'car', weight: -1 }),
      part({ kind: 'tags', label: 'sea, dusk' }),
    ].map(partTitle);
    expect(titles).toEqual([
      'Looks like boat.jpg',
      'Unlike boat.jpg',
      'Shows “boats at dusk”',
      'Has the words “boat”',
      'Does not show “people”',
      'Has none of the words “car”',
      'Shares tags',
    ]);
  });

  it('says how much of the match a part made, and which counts against it', () => {
    expect(partShare(part({}))).toBe('62 % of the match');
    expect(partShare(part({ share: 0 }))).toBe('Nothing of the match');
    expect(partShare(part({ share: 0, weight: -1 }))).toBe('The less, the better');
    const words = part({ kind: 'without', share: 0, weight: -1 });
    expect(partShare(words)).toBe('Photos with one of them are left out');
  });

  it('calls a picture from outside by the name it has in the query', () => {
    const parts = [part({}), part({ label: 'picture' }), part({ kind: 'words', label: 'sea' })];
    const named = withNames(
      parts,
      [{ photoId: 4 }, { heldId: 7 }],
      [{ heldId: 7, name: 'me.png' }],
    );
    expect(named.map(({ label }) => label)).toEqual(['boat.jpg', 'me.png', 'sea']);
  });

  it('says that a part of a picture was meant', () => {
    const box = { x: 0.2, y: 0.2, width: 0.5, height: 0.5 };
    const [named] = withNames([part({})], [{ photoId: 4, box }], []);
    expect(named && partTitle(named)).toBe('Looks like a part of boat.jpg');
  });

  it('gives figures where there are some', () => {
    expect(partFigures(part({ similarity: 0.71, cosine: -0.4123, weight: 1.5 }))).toBe(
      'similarity 71 % · cosine −0.412 · weight 1.5',
    );
    expect(partFigures(part({}))).toBe('');
  });
});

describe('weights', () => {
  it('are told in words', () => {
    expect([1, 0, -1.5].map(weightWords)).toEqual([
      '1×',
      'Off',
      `Unlike ${(1.5).toLocaleString()}×`,
    ]);
  });

  it('are turned round without losing their size', () => {
    expect([turned(1.5, true), turned(-1.5, false), turned(0, true)]).toEqual([-1.5, 1.5, -1]);
  });
});

describe('what a search asks beside the controls', () => {
  it('is told in a chip', () => {
    expect(restWords('filter', { rating: 4 })).toBe('{"rating":4}');
    expect(restWords('photoIds', [1, 2])).toBe('only 2 given photos');
  });
});
