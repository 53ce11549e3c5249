import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DuplicateGroup, Job, Mark } from '../api';

interface Question {
  name: string;
  request: Record<string, unknown>;
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

const { jobs } = await import('./jobs.svelte');
const { review } = await import('./review.svelte');
const { undoLast } = await import('./history');

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
/** Takes the oldest open question of a name. */
async function next(name: string): Promise<Question> {
  await settled();
  const at = engine.open.findIndex((asked) => asked.name === name);
  const [found] = at < 0 ? [] : engine.open.splice(at, 1);
  if (!found) throw new Error(`${name} was not asked`);
  return found;
}
/** A group of photos 10 n + 1, 10 n + 2, … of these marks. */
const group = (n: number, ...marks: (Mark | null)[]): DuplicateGroup =>
  ({
    id: `g${n}`,
    kind: 'near',
    similarity: 1,
    keeper: 10 * n + 1,
    reasons: [],
    reclaimableBytes: 1,
    photos: marks.map((mark, index) => ({ photoId: 10 * n + 1 + index, mark })),
  }) as unknown as DuplicateGroup;
/** As many groups as a page has, all of these marks. */
const full = (...marks: (Mark | null)[]) =>
  Array.from({ length: 50 }, (_, index) => group(100 + index, ...marks));
const page = (groups: DuplicateGroup[], nextCursor: string | null = null) => ({
  groups,
  nextCursor,
  groupCount: groups.length,
  photoCount: 0,
  pairs: 0,
  reclaimableBytes: 0,
  pending: 0,
});
async function shown(groups: DuplicateGroup[], nextCursor: string | null = null): Promise<void> {
  void review.ask();
  (await next('find_duplicates')).answer(page(groups, nextCursor));
  await settled();
}
const marks = (index = 0) => review.groups[index]?.photos.map(({ mark }) => mark);
const first = () => review.groups[0] as DuplicateGroup;

beforeEach(() => {
  engine.open = [];
  review.groups = [];
  review.asked = '';
  review.focused = null;
  review.failure = null;
});

describe('an older answer', () => {
  it('never takes the place of a newer one', async () => {
    void review.ask();
    void review.ask();
    const old = await next('find_duplicates');
    (await next('find_duplicates')).answer(page([group(2, null, null)]));
    await settled();
    old.answer(page([group(1, null, null)]));
    await settled();
    expect(review.groups.map(({ id }) => id)).toEqual(['g2']);
  });

  it('does not take back what was marked since it was asked', async () => {
    await shown([group(1, null, null)]);
    void review.ask();
    const asked = await next('find_duplicates');
    void review.mark(first(), [{ photoId: 11, mark: 'keep' }]);
    expect(marks()).toEqual(['keep', null]);
    (await next('mark_photos')).answer({ changed: 1 });
    await settled();
    asked.answer(page([group(1, null, null)]));
    await settled();
    expect(marks()).toEqual(['keep', null]);
  });

  it('does not bring its next page into another question', async () => {
    await shown(full(null, null), 'more');
    void review.more();
    const more = await next('find_duplicates');
    review.change({ kind: 'exact' });
    (await next('find_duplicates')).answer(page([group(5, null, null)]));
    await settled();
    more.answer(page([group(2, null, null)]));
    await settled();
    expect(review.groups.map(({ id }) => id)).toEqual(['g5']);
    review.change({ kind: 'near' });
  });
});

describe('looking for similar photos', () => {
  it('is cancelled once something else is asked', async () => {
    jobs.hear({ id: 7, kind: 'group', quiet: true, state: 'running' } as Job);
    jobs.hear({ id: 8, kind: 'index', quiet: false, state: 'running' } as Job);
    review.change({ kind: 'similar' });
    await next('find_duplicates');
    void review.ask();
    await settled();
    expect(engine.open.some(({ name }) => name === 'cancel_job')).toBe(false);
    review.change({ kind: 'near' });
    expect((await next('cancel_job')).request).toEqual({ jobId: 7 });
    expect(engine.open.some(({ name }) => name === 'cancel_job')).toBe(false);
  });
});

describe('a photo that one goes to', () => {
  it('is brought into view when its group comes after it', async () => {
    await shown([group(1, null, null), group(2, null, null)]);
    review.goTo(31);
    const moves = review.moves;
    await shown([group(3, null, null), group(1, null, null), group(2, null, null)]);
    expect([review.focused, review.moves]).toEqual([31, moves + 1]);
    await shown([group(3, null, null), group(1, null, null), group(2, null, null)]);
    expect(review.moves).toBe(moves + 1);
  });
});

describe('a mark', () => {
  it('reaches the engine after those made before it', async () => {
    await shown([group(1, null, null)]);
    void review.mark(first(), [{ photoId: 11, mark: 'keep' }]);
    void review.mark(first(), [{ photoId: 11, mark: 'remove' }]);
    const keep = await next('mark_photos');
    expect(engine.open.some(({ name }) => name === 'mark_photos')).toBe(false);
    keep.answer({ changed: 1 });
    const remove = await next('mark_photos');
    expect(remove.request).toEqual({ photoIds: [11], mark: 'remove' });
    remove.answer({ changed: 1 });
    await settled();
  });

  it('that is refused is as the engine says again', async () => {
    await shown([group(1, null, null)]);
    const done = review.mark(first(), [{ photoId: 11, mark: 'keep' }]);
    (await next('mark_photos')).fail(new Error('The photo is gone'));
    await done;
    (await next('find_duplicates')).answer(page([group(1, null, null)]));
    await settled();
    expect(marks()).toEqual([null, null]);
  });

  it('is taken back exactly', async () => {
    await shown([group(1, 'skip', null)]);
    const done = review.accept(first());
    for (let time = 0; time < 2; time += 1) (await next('mark_photos')).answer({ changed: 1 });
    await done;
    expect(marks()).toEqual(['keep', 'remove']);
    const undone = undoLast();
    for (let time = 0; time < 2; time += 1) (await next('mark_photos')).answer({ changed: 1 });
    await undone;
    expect(marks()).toEqual(['skip', null]);
  });
});

describe('the place', () => {
  it('is the first open group when a review is gone on with', async () => {
    await shown([group(1, 'keep', 'remove'), group(2, 'skip', null), group(3, null, null)]);
    expect(review.focused).toBe(31);
  });

  it('stays at its photo, and goes to the group that comes in its place', async () => {
    await shown([group(1, null, null), group(2, null, null), group(3, null, null)]);
    review.goTo(22);
    await shown([group(2, null, null), group(3, null, null)]);
    expect(review.focused).toBe(22);
    await shown([group(3, null, null)]);
    expect(review.focused).toBe(31);
  });

  it('goes to the next open group on pages that are still to come', async () => {
    await shown(full('keep', 'remove'), 'more');
    const gone = review.goToNextOpen();
    (await next('find_duplicates')).answer(page([group(2, 'skip', null), group(3, null, null)]));
    await gone;
    expect(review.focused).toBe(31);
  });
});
