import { beforeEach, expect, it, vi } from 'vitest';

const { call } = vi.hoisted(() => ({ call: vi.fn() }));
vi.mock('../api', () => ({ call, toFailure: (reason: unknown) => reason }));

import { undoLast } from './history';
import { notices } from './notices.svelte';
import { rateByKey, ratedWords, sameWords } from './rating';

const key = (name: string) => ({ key: name }) as KeyboardEvent;

beforeEach(() => {
  call.mockReset();
  notices.all = [];
});

it('takes digits up to five and no other key', () => {
  call.mockResolvedValue({ changed: [] });
  for (const name of ['0', '3', '5']) expect(rateByKey(key(name), [1])).toBe(true);
  for (const name of ['6', 'k', 'F1', ' ']) expect(rateByKey(key(name), [1])).toBe(false);
  expect(call).toHaveBeenCalledTimes(3);
  expect(rateByKey(key('4'), [])).toBe(true);
  expect(call).toHaveBeenCalledTimes(3);
});

it('takes a rating off by zero, and gives each photo its own back', async () => {
  const before = [
    { rating: null, photoIds: [2] },
    { rating: 4, photoIds: [1, 3] },
  ];
  call.mockResolvedValue({ changed: before });
  rateByKey(key('0'), [1, 2, 3]);
  await vi.waitFor(() =>
    expect(notices.all.map((notice) => notice.text)).toEqual(['Took the rating off 3 photos']),
  );
  expect(call).toHaveBeenLastCalledWith('rate_photos', { photoIds: [1, 2, 3], rating: null });
  await undoLast();
  expect(call.mock.calls.slice(1)).toEqual([
    ['rate_photos', { photoIds: [2], rating: null }],
    ['rate_photos', { photoIds: [1, 3], rating: 4 }],
  ]);
});

it('says what was done', () => {
  expect(ratedWords(2, 3)).toBe('Rated 2 photos ★★★');
  expect(sameWords(1, 0)).toBe('It has no rating');
  expect(sameWords(4, 1)).toBe('They have ★ already');
});
