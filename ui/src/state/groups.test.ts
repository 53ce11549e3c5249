import { describe, expect, it } from 'vitest';
import type { DuplicateGroup, DuplicatePhoto, Mark } from '../api';
import {
  changesOf,
  isDecided,
  joined,
  keepOnly,
  keepsNone,
  leadOf,
  nextOpen,
  placeOf,
  proposed,
  putOff,
  stepped,
  steppedGroup,
  unmarked,
} from './groups';

const photo = (photoId: number, part: Partial<DuplicatePhoto> = {}): DuplicatePhoto => ({
  photoId,
  path: `/p/${photoId}.jpg`,
  folder: '/p',
  fileName: `${photoId}.jpg`,
  bytes: 100,
  width: 4,
  height: 3,
  format: 'jpeg',
  tags: [],
  orientation: 1,
  mark: null,
  protected: false,
  hardLinked: false,
  hasSidecar: false,
  best: [],
  ...part,
});
/** A group of photos that are numbers or photos. */
const group = (
  photos: (number | DuplicatePhoto)[],
  part: Partial<DuplicateGroup> = {},
): DuplicateGroup => ({
  id: photos.map((one) => (typeof one === 'number' ? one : one.photoId)).join('-'),
  kind: 'near',
  similarity: 0.9,
  photos: photos.map((one) => (typeof one === 'number' ? photo(one) : one)),
  keeper: null,
  reasons: [],
  reclaimableBytes: 0,
  ...part,
});
const all = (mark: Mark, ...ids: number[]) => group(ids.map((id) => photo(id, { mark })));

describe('pages', () => {
  it('are put behind each other, and a group that moved between them is shown once', () => {
    const before = [group([1, 2]), group([3, 4])];
    const page = [group([3, 4]), group([5, 6])];
    expect(joined(before, page).map(({ id }) => id)).toEqual(['1-2', '3-4', '5-6']);
  });
});

describe('walking', () => {
  const groups = [group([1, 2], { keeper: 2 }), group([3, 4, 5]), group([6, 7], { keeper: 7 })];

  it('goes through the photos across groups and stops at the ends', () => {
    expect([1, 2, 5, 7].map((from) => stepped(groups, from, 1))).toEqual([2, 3, 6, 7]);
    expect([1, 3, 6].map((from) => stepped(groups, from, -1))).toEqual([1, 2, 5]);
    expect(stepped(groups, 99, 1)).toBe(2);
    expect(stepped([], null, 1)).toBeNull();
  });

  it('comes to the photo of a group that is proposed to stay', () => {
    expect(steppedGroup(groups, 1, 1)).toBe(3);
    expect(steppedGroup(groups, 5, 1)).toBe(7);
    expect(steppedGroup(groups, 6, 1)).toBe(6);
    expect(leadOf(groups[0])).toBe(2);
    expect(placeOf(groups, 5)).toEqual({ group: 1, photo: 2 });
  });

  it('finds the next group that is neither decided nor put off', () => {
    const marked = [all('keep', 1, 2), all('skip', 3, 4), group([5, 6]), all('remove', 7, 8)];
    expect([-1, 1, 2].map((after) => nextOpen(marked, after))).toEqual([2, 2, 3]);
    expect(marked.map(isDecided)).toEqual([true, false, false, false]);
    expect(marked.map(keepsNone)).toEqual([false, false, false, true]);
  });

  it('decided is a group of which one stays for certain', () => {
    const of = (...marks: (Mark | null)[]) =>
      isDecided(group(marks.map((mark, at) => photo(at + 1, { mark }))));
    expect(of('remove', null)).toBe(true);
    expect(of('remove', 'keep', 'remove')).toBe(true);
    expect(of('remove', null, null)).toBe(false);
    expect(of('remove', 'skip')).toBe(false);
    expect(of('remove', 'remove')).toBe(false);
    expect(of('keep', null)).toBe(false);
  });
});

describe('marking', () => {
  it('keeps one and removes the others, never one that is protected', () => {
    const own = group([1, photo(2, { protected: true }), 3], { keeper: 1 });
    const marks = (changes: { mark: unknown }[]) => changes.map(({ mark }) => mark);
    expect(marks(keepOnly(own, 3))).toEqual(['remove', 'keep', 'keep']);
    expect(marks(proposed(own))).toEqual(['keep', 'keep', 'remove']);
    expect(proposed(group([1, 2]))).toEqual([]);
  });

  it('changes only what is not so already', () => {
    const own = group([photo(1, { mark: 'keep' }), 2]);
    expect(changesOf(own, keepOnly(own, 1))).toEqual([{ photoId: 2, mark: 'remove' }]);
    expect(changesOf(own, [{ photoId: 2, mark: null }])).toEqual([]);
  });

  it('puts a whole group off and takes it back', () => {
    const own = group([1, 2]);
    expect(putOff(own).map(({ mark }) => mark)).toEqual(['skip', 'skip']);
    const off = all('skip', 1, 2);
    expect(putOff(off).map(({ mark }) => mark)).toEqual([null, null]);
    expect(unmarked(off, 1)).toHaveLength(2);
    expect(unmarked(all('keep', 1, 2), 1)).toEqual([{ photoId: 1, mark: null }]);
  });
});
