import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SearchPhotos } from '../api';
import type { Chip } from './typedLine';

type Asked = Pick<SearchPhotos, 'query' | 'limit' | 'libraryId'>;
/** An engine that finds as many photos as it is told for a line, and refuses some. */
const engine = vi.hoisted(() => ({
  asked: [] as Asked[],
  totals: new Map<string | null, number>(),
}));
vi.mock('../api', () => ({
  call: (_: string, request: Asked) => {
    engine.asked.push(request);
    const total = engine.totals.get(request.query ?? null);
    return total === undefined
      ? Promise.reject(new Error('It cannot be asked'))
      : Promise.resolve({ found: { total } });
  },
}));

const { relaxing } = await import('./relaxing.svelte');

const LINE = 'rating:5 iso<=200 year:2021';
const chips = LINE.split(' ').map((label): Chip => {
  const start = LINE.indexOf(label);
  return { kind: 'filter', text: label, label, usual: label, start, end: start + label.length };
});
const search = { query: LINE, libraryId: 3, tags: [], images: [] } as unknown as SearchPhotos;

beforeEach(() => {
  engine.asked = [];
  engine.totals = new Map<string | null, number>([
    ['iso<=200 year:2021', 12],
    ['rating:5 year:2021', 0],
    ['rating:5 iso<=200', 4],
  ]);
});

describe('a search that found nothing', () => {
  it('is told what to take out, and how many photos there are then', async () => {
    await relaxing.of(search, LINE, chips);
    expect(relaxing.ways).toEqual([
      { label: 'year:2021', typed: 'rating:5 iso<=200', photos: 4 },
      { label: 'rating:5', typed: 'iso<=200 year:2021', photos: 12 },
    ]);
    expect(engine.asked.every(({ limit, libraryId }) => limit === 1 && libraryId === 3)).toBe(true);
  });

  it('is not told of what cannot be asked', async () => {
    engine.totals.delete('rating:5 iso<=200');
    await relaxing.of(search, LINE, chips);
    expect(relaxing.ways.map(({ label }) => label)).toEqual(['rating:5']);
  });

  it('forgets what was tried for another one', async () => {
    const older = relaxing.of(search, LINE, chips);
    relaxing.forget();
    await older;
    expect(relaxing.ways).toEqual([]);
  });
});
