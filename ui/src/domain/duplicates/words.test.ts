import { describe, expect, it } from 'vitest';
import type { DuplicateGroup, DuplicatePhoto } from '../../api';
import { factsOf, pairOf } from '../compare/facts';
import {
  badgesOf,
  choiceWords,
  groupWords,
  likenessWords,
  progressWords,
  removalWords,
} from './copyWords';
import { actOf, KEY_HELP } from './reviewKeys';

const photo = (photoId: number, part: Partial<DuplicatePhoto> = {}): DuplicatePhoto => ({
  photoId,
  path: `/photos/trip/${photoId}.jpg`,
  folder: '/photos/trip',
  fileName: `${photoId}.jpg`,
  bytes: 2_000_000,
  width: 6000,
  height: 4000,
  format: 'jpeg',
  tags: [],
  orientation: 1,
  protected: false,
  hardLinked: false,
  hasSidecar: false,
  best: [],
  ...part,
});
const group: DuplicateGroup = {
  id: 'a',
  kind: 'near',
  similarity: 0.979,
  photos: [photo(1, { best: ['resolution'] }), photo(2, { mark: 'remove', tags: ['sea'] })],
  keeper: 1,
  reasons: ['Highest resolution: 6000 × 4000'],
  reclaimableBytes: 2_000_000,
};

describe('a group in words', () => {
  it('promises no more likeness than there is', () => {
    expect(groupWords(group)).toBe('2 near copies · 97 % alike · 2.0 MB to free');
    expect([likenessWords(0.9999), likenessWords(0.95), likenessWords(1)]).toEqual([
      '99 %',
      '95 %',
      '100 %',
    ]);
    expect(groupWords({ ...group, kind: 'exact', reclaimableBytes: 0 })).toBe('2 same files');
  });

  it('says what stays and why, or that one has to choose', () => {
    expect(choiceWords(group).title).toBe('Proposed to stay: 1.jpg');
    expect(choiceWords({ ...group, keeper: null }).title).toBe('Choose one');
  });

  it('tells what is special about a photo', () => {
    const badges = badgesOf(photo(3, { protected: true, hasSidecar: true }));
    expect(badges.map(([word]) => word)).toEqual(['Protected', 'Sidecar']);
  });

  it('tells how far the review is', () => {
    const far = { groups: 40, decided: 12, skipped: 3, removeFiles: 1, removeBytes: 1500 };
    expect(progressWords(far)).toBe('12 of 40 groups decided · 3 put off');
    expect(removalWords(far)).toBe('1 photo, 1.5 KB marked to be removed');
    expect(removalWords({ ...far, removeFiles: 0 })).toBe('Nothing is marked to be removed');
  });
});

describe('two photos', () => {
  it('are compared fact by fact', () => {
    const rows = factsOf(
      photo(1, { width: 3000, height: 2000, rating: 4, takenAt: 100 }),
      photo(2, { tags: ['sea'] }),
    );
    const better = Object.fromEntries(rows.map((row) => [row.name, row.better]));
    expect(better).toMatchObject({
      Pixels: 'second',
      Rating: 'first',
      Taken: 'first',
      Tags: 'second',
      Size: 'neither',
      Folder: 'neither',
    });
  });

  it('are the one on the left and the one that is meant, or the last beside it', () => {
    const photos = [photo(1), photo(2), photo(3)];
    const ids = (meant: number, beside: number | null) => {
      const pair = pairOf(photos, meant, 2, beside);
      return pair && [pair.first.photoId, pair.second.photoId, pair.meant];
    };
    expect(ids(3, null)).toEqual([2, 3, 'second']);
    expect(ids(2, 3)).toEqual([2, 3, 'first']);
    expect(ids(2, null)).toEqual([2, 1, 'first']);
    expect(pairOf([photo(1)], 1, 1, null)).toBeNull();
  });
});

describe('keys', () => {
  it('mean the same in both cases of a letter', () => {
    expect([actOf('k'), actOf('K'), actOf('Delete'), actOf(' '), actOf('q')]).toEqual([
      'keep',
      'keep',
      'remove',
      'compare',
      null,
    ]);
  });

  it('are told only where they are heard', () => {
    const letters = KEY_HELP.flatMap(([keys]) => keys.split(' ')).filter((key) => key.length === 1);
    const named = letters.filter((key) => !'←→'.includes(key));
    expect(named.filter((key) => actOf(key) === null)).toEqual([]);
  });
});
