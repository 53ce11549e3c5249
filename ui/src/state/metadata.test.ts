import { beforeEach, expect, it, vi } from 'vitest';

const call = vi.hoisted(() => vi.fn());
vi.mock('../api', () => ({ call, toFailure: (reason: Error) => reason }));
const { metadata, regionWords } = await import('./metadata.svelte');
const { undoLast } = await import('./history');

const area = { x: 0.1, y: 0.2, width: 0.3, height: 0.4 };
const region = { id: 5, isOwn: true, kind: 'face', name: 'Anna', ...area };

beforeEach(() => call.mockReset().mockResolvedValue(region));

it('calls a region by its name, else by its kind', () => {
  expect(regionWords(region)).toBe('“Anna”');
  expect(regionWords({ kind: 'pet', name: null })).toBe('a pet');
  expect(regionWords({ kind: 'barCode' })).toBe('a region');
});

it('takes a drawn region back by its number', async () => {
  expect(await metadata.addRegion(7, 'face', 'Anna', area)).toBe(true);
  expect(call).toHaveBeenCalledWith('add_region', {
    photoId: 7,
    kind: 'face',
    name: 'Anna',
    box: area,
  });
  expect(metadata.showsRegions).toBe(true);
  await undoLast();
  expect(call).toHaveBeenLastCalledWith('remove_region', { regionId: 5 });
});

it('draws a removed region again', async () => {
  await metadata.removeRegion(7, region);
  expect(call).toHaveBeenCalledWith('remove_region', { regionId: 5 });
  await undoLast();
  expect(call).toHaveBeenLastCalledWith('add_region', {
    photoId: 7,
    kind: 'face',
    name: 'Anna',
    box: area,
  });
});
