import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SearchPhotos, SearchResult } from '../api';

interface Question {
  name: string;
  request: SearchPhotos & Record<string, unknown>;
  answer: (value: unknown) => void;
  fail: (reason: unknown) => void;
}
/** An engine that answers when it is told to. */
const engine = vi.hoisted(() => ({ open: [] as Question[] }));
vi.mock('../api', () => ({
  call: (name: string, request: Question['request']) =>
    new Promise((answer, fail) => engine.open.push({ name, request, answer, fail })),
  toFailure: (reason: Error) => reason,
  media: {},
}));

const { results } = await import('./results.svelte');
const { query } = await import('./query.svelte');
const { facets } = await import('./facets.svelte');
const { completing } = await import('./completion.svelte');
const { reading } = await import('./reading.svelte');
const { explaining } = await import('./explanation.svelte');

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
const page = (ids: number[], nextCursor: string | null = null): SearchResult => ({
  hits: ids.map((photoId) => ({
    photoId,
    path: `/${photoId}.jpg`,
    aspect: 1500,
    by: [],
    film: false,
  })),
  nextCursor,
  found: { by: 'words', candidates: 0, total: ids.length, ms: 1 },
});
/** As many photos as a page has, from a number on. */
const full = (first: number) => Array.from({ length: 200 }, (_, index) => first + index);
/** The question of that name whose request has this in it. */
function question(name: string, part = ''): Question {
  const found = engine.open.find(
    (asked) => asked.name === name && JSON.stringify(asked.request).includes(part),
  );
  if (!found) throw new Error(`${name} was not asked with ${part}`);
  return found;
}
function ask(typed: string): Promise<void> {
  query.typed = typed;
  return results.ask();
}

beforeEach(() => {
  engine.open = [];
  query.clear();
  query.sort = null;
  query.groupBy = null;
  results.answer = null;
  results.failure = null;
});

describe('an older answer', () => {
  it('never takes the place of a newer one', async () => {
    void ask('old');
    void ask('young');
    question('search_photos', 'young').answer(page([2]));
    await settled();
    question('search_photos', 'old').answer(page([1]));
    await settled();
    expect(results.ids).toEqual([2]);
  });

  it('is not shown while a newer one is awaited', async () => {
    void ask('first');
    question('search_photos', 'first').answer(page([1]));
    await settled();
    void ask('old');
    void ask('young');
    question('search_photos', 'old').answer(page([2]));
    await settled();
    expect(results.ids).toEqual([1]);
  });

  it('neither tells its failure nor leaves the mark of waiting', async () => {
    vi.useFakeTimers();
    void ask('old');
    await vi.advanceTimersByTimeAsync(300);
    expect(results.slow).toBe(true);
    void ask('young');
    question('search_photos', 'young').answer(page([2]));
    await vi.advanceTimersByTimeAsync(0);
    expect(results.slow).toBe(false);
    question('search_photos', 'old').fail(new Error('old'));
    await vi.advanceTimersByTimeAsync(1000);
    expect([results.slow, results.failure]).toEqual([false, null]);
    vi.useRealTimers();
  });

  it('does not bring its next page into a newer one', async () => {
    void ask('old');
    question('search_photos', 'old').answer(page(full(1), 'more'));
    await settled();
    void results.more();
    const next = question('search_photos', '"cursor":"more"');
    void ask('young');
    question('search_photos', 'young').answer(page(full(1000), 'further'));
    await settled();
    next.answer(page([500]));
    await settled();
    expect(results.ids).toEqual(full(1000));
    void results.more();
    question('search_photos', '"cursor":"further"').answer(page([2000]));
    await settled();
    expect(results.ids).toEqual([...full(1000), 2000]);
  });

  it('of facets, completions and explanations is passed over, too', async () => {
    const counted = (field: string) => ({
      total: 1,
      ms: 1,
      facets: [{ field, values: [], more: 0, without: 0 }],
    });
    vi.useFakeTimers();
    facets.of({ images: [], tags: [], query: 'old' });
    await vi.advanceTimersByTimeAsync(200);
    facets.of({ images: [], tags: [], query: 'young' });
    await vi.advanceTimersByTimeAsync(200);
    completing.at('ca', 2);
    await vi.advanceTimersByTimeAsync(100);
    completing.at('cam', 3);
    await vi.advanceTimersByTimeAsync(100);
    vi.useRealTimers();
    question('count_facets', 'young').answer(counted('camera'));
    question('complete_filter', '"cam"').answer({ start: 0, end: 3, items: [{ text: 'camera:' }] });
    await settled();
    question('count_facets', 'old').answer(counted('lens'));
    question('complete_filter', '"ca"').answer({ start: 0, end: 2, items: [{ text: 'caption:' }] });
    await settled();
    expect(facets.counted?.facets.map(({ field }) => field)).toEqual(['camera']);
    expect(completing.items.map(({ text }) => text)).toEqual(['camera:']);
    expect(completing.accept(0, 'came')).toBeNull();
    expect(completing.accept(0, 'cam')).toEqual(['camera:', 7]);
  });

  it('of another photo does not explain the one that is looked at', async () => {
    void ask('cat');
    question('search_photos', 'cat').answer(page([1, 2]));
    await settled();
    const answer = results.answer;
    if (!answer) throw new Error('There is no answer');
    void explaining.of(answer, 1);
    void explaining.of(answer, 2);
    question('explain_photo', '"photoId":2').answer({ parts: [], filters: ['two'] });
    await settled();
    question('explain_photo', '"photoId":1').answer({ parts: [], filters: ['one'] });
    await settled();
    expect(explaining.shown?.filters).toEqual(['two']);
  });
});

describe('a line that cannot be read', () => {
  it('keeps the chips whose characters still stand', async () => {
    vi.useFakeTimers();
    reading.of('tag:a sea');
    await vi.advanceTimersByTimeAsync(100);
    question('read_query', '"tag:a sea"').answer({
      words: 'sea',
      without: '',
      filters: [{ typed: 'tag:a', start: 0, end: 5 }],
    });
    await vi.advanceTimersByTimeAsync(0);
    reading.of('tag:a sea rating>=');
    await vi.advanceTimersByTimeAsync(100);
    question('read_query', 'rating>=').fail(new Error('Nothing follows'));
    await vi.advanceTimersByTimeAsync(0);
    vi.useRealTimers();
    expect(reading.chips('tag:a sea rating>=').map(({ label }) => label)).toEqual(['tag:a']);
    expect(reading.chips('tag:b sea rating>=')).toEqual([]);
  });
});

describe('all photos', () => {
  it('are listed at once, but searched where they are grouped', () => {
    query.shuffle();
    void results.ask();
    query.groupBy = 'camera';
    void results.ask();
    const asked = engine.open.map(({ name, request }) => [name, request.sort, request.groupBy]);
    expect(asked).toEqual([
      ['list_photos', 'random', undefined],
      ['search_photos', 'random', 'camera'],
    ]);
  });
});

it('films tell their length, listed or searched', async () => {
  void results.ask();
  question('list_photos').answer({
    photoIds: [1, 2, 3],
    aspects: [1500, 1500, 1500],
    stacked: [],
    stackSizes: [],
    films: [2, 3],
    filmSeconds: [62.5, null],
    found: { by: 'listing', candidates: 3, total: 3, ms: 1 },
  });
  await settled();
  expect([1, 2, 3].map((id) => results.isFilm(id))).toEqual([false, true, true]);
  expect([1, 2, 3].map((id) => results.filmSeconds(id))).toEqual([null, 62.5, null]);

  void ask('sea');
  const found = page([4, 5]);
  const [first] = found.hits;
  if (first) Object.assign(first, { film: true, durationS: 5 });
  question('search_photos').answer(found);
  await settled();
  expect([4, 5].map((id) => results.filmSeconds(id))).toEqual([5, null]);
});
