import { beforeEach, describe, expect, it, vi } from 'vitest';

const engine = vi.hoisted(() => ({ held: 40 }));
vi.mock('../api', () => ({
  call: async (name: string) => {
    if (name === 'hold_picture') return { heldId: (engine.held += 1), width: 4, height: 3 };
    if (name === 'get_photo') return { fileName: 'boat.jpg' };
    return {};
  },
  toFailure: (reason: Error) => reason,
  media: {},
}));

const { query } = await import('./query.svelte');

beforeEach(() => query.clear());

describe('a picture from outside', () => {
  it('is asked by what the engine holds', async () => {
    await query.addOutside({ path: '/boat.jpg' }, 'boat.jpg');
    expect(query.search().images).toEqual([{ heldId: engine.held }]);
  });
});

describe('a search that was kept', () => {
  it('is asked again as it was, with its pictures held anew', async () => {
    const kept = {
      query: 'sea -people',
      images: [{ photoId: 3, weight: -0.5 }, { path: '/boat.jpg' }],
      libraryId: null,
      textWeight: 2,
      sort: 'rating' as const,
      groupBy: 'day',
      cutoff: 'auto' as const,
      maxDistance: 0.5,
    };
    await query.restore(kept);
    const images = [{ photoId: 3, weight: -0.5 }, { heldId: engine.held }];
    expect(query.whole()).toEqual({ ...kept, images, tags: [] });
    await vi.waitFor(() => expect(query.pictures[0]?.name).toBe('boat.jpg'));
  });

  it('gives way to one that is opened later', async () => {
    const first = query.restore({ query: 'first', images: [{ path: '/a.jpg' }] });
    await query.restore({ query: 'second', images: [] });
    await first;
    expect([query.typed, query.pictures]).toEqual(['second', []]);
  });
});

describe('a weight of 0', () => {
  it('leaves the picture out of what is asked, and keeps it', () => {
    query.addPhoto(3, 'boat.jpg');
    query.change(query.pictures[0]?.key ?? 0, { weight: 0 });
    expect([query.search().images, query.empty]).toEqual([[], true]);
    expect(query.whole().images).toEqual([{ photoId: 3, weight: 0 }]);
  });
});

describe('what is looked for', () => {
  it('is another thing when words or pictures come, the same when it is narrowed', () => {
    query.type('sea');
    const begun = query.begun;
    query.toggleFilter('tag:a');
    query.shuffle();
    expect([query.typed, query.begun]).toEqual(['sea tag:a', begun]);
    query.addPhoto(3, 'boat.jpg');
    expect(query.begun).toBe(begun + 1);
  });
});
