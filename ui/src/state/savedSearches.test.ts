import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SavedSearch, SearchPhotos } from '../api';

/** An engine that keeps saved searches, and pictures as bytes. */
const engine = vi.hoisted(() => ({ saved: [] as SavedSearch[], next: 1 }));
vi.mock('../api', () => ({
  call: async (name: string, request: Partial<SavedSearch>) => {
    const { id, name: title = '', search } = request;
    if (name === 'hold_picture') return { heldId: 90 };
    if (name === 'list_saved_searches') return { searches: [...engine.saved] };
    if (name === 'remove_saved_search') {
      engine.saved = engine.saved.filter((saved) => saved.id !== id);
      return {};
    }
    if (name !== 'save_search') return {};
    if (title === 'Taken') throw new Error('There is one of that name');
    const saved = { id: id ?? engine.next++, name: title, search: kept(search), createdAt: 0 };
    engine.saved = [...engine.saved.filter((other) => other.id !== saved.id), saved];
    return saved;
  },
  toFailure: (reason: Error) => reason,
  media: {},
}));
const kept = (search: SearchPhotos | undefined): SearchPhotos => ({
  tags: [],
  ...search,
  images: (search?.images ?? []).map(({ heldId, ...image }) =>
    heldId == null ? image : { ...image, base64: 'bytes' },
  ),
});

const { savedSearches } = await import('./savedSearches.svelte');
const { query } = await import('./query.svelte');
const { undoLast } = await import('./history');

beforeEach(async () => {
  engine.saved = [];
  query.clear();
  await savedSearches.refresh();
});

describe('a saved search', () => {
  it('is the one that is shown until the query is changed, pictures from outside too', async () => {
    await query.addOutside({ path: '/boat.jpg' }, 'boat.jpg');
    await savedSearches.save('Boats');
    expect(savedSearches.active?.name).toBe('Boats');
    query.type('sea');
    expect([savedSearches.active, savedSearches.changed?.name]).toEqual([undefined, 'Boats']);
    const [boats] = savedSearches.all;
    if (boats) await savedSearches.open(boats);
    expect([query.typed, savedSearches.active?.name]).toEqual(['', 'Boats']);
  });

  it('is left when something else is looked for', async () => {
    query.type('sea');
    await savedSearches.save('Sea');
    query.clear();
    query.type('hill');
    expect([savedSearches.active, savedSearches.changed]).toEqual([undefined, undefined]);
  });

  it('asks what is asked now once it is updated, and again what it asked when that is undone', async () => {
    query.type('sea');
    await savedSearches.save('Sea');
    query.type('sea -people');
    const [sea] = savedSearches.all;
    if (sea) await savedSearches.update(sea);
    expect([engine.saved[0]?.search.query, savedSearches.active?.name]).toEqual([
      'sea -people',
      'Sea',
    ]);
    await undoLast();
    expect(engine.saved[0]?.search.query).toBe('sea');
  });

  it('comes back when its removal is undone', async () => {
    query.type('sea');
    await savedSearches.save('Sea');
    const [sea] = savedSearches.all;
    if (sea) await savedSearches.remove(sea);
    expect(savedSearches.all).toEqual([]);
    await undoLast();
    expect(savedSearches.all.map(({ name, search }) => [name, search.query])).toEqual([
      ['Sea', 'sea'],
    ]);
  });

  it('tells why it cannot have a name', async () => {
    query.type('sea');
    expect((await savedSearches.save('Taken'))?.message).toBe('There is one of that name');
    expect(savedSearches.active).toBeUndefined();
  });
});
