import { beforeEach, describe, expect, it, vi } from 'vitest';

const engine = vi.hoisted(() => ({ asked: [] as [string, unknown][] }));
vi.mock('../api', () => ({
  call: async (name: string, request: unknown) => {
    engine.asked.push([name, request]);
    if (name === 'list_attributes') return { attributes: [] };
    return {
      changed: [
        { name: 'price', photoId: 1, before: 10, had: true },
        { name: 'price', photoId: 2, before: null, had: false },
        { name: 'price', photoId: 3, before: 10, had: true },
      ],
    };
  },
  toFailure: (reason: Error) => reason,
}));

const { attributes } = await import('./attributes.svelte');
const { undoLast } = await import('./history');

beforeEach(() => (engine.asked = []));

describe('setting an attribute', () => {
  it('is undone exactly: what was there comes back, what was not goes', async () => {
    await attributes.set([1, 2, 3, 4], 'price', 12);
    engine.asked = [];
    await undoLast();
    expect(engine.asked.filter(([name]) => name !== 'list_attributes')).toEqual([
      ['set_attributes', { photoIds: [1, 3], attributes: { price: 10 } }],
      ['remove_attributes', { photoIds: [2], names: ['price'] }],
    ]);
  });
});
