import { describe, expect, it } from 'vitest';
import {
  layOut,
  neighbour,
  rowAt,
  rowOf,
  rowTiles,
  tileAt,
  tilesOfRows,
  totalHeight,
} from './layout';

const WIDTH = 1200;
const ROW = 200;
const GAP = 5;

/** Shapes that repeat nothing but the seed. */
function shapes(count: number, seed = 7): Uint32Array {
  let state = seed;
  return Uint32Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return 500 + (state % 1600);
  });
}

describe('layOut', () => {
  it('fills every row but the last to the pixel', () => {
    const layout = layOut(shapes(997), WIDTH, ROW, GAP);
    for (let row = 0; row < layout.rowHeights.length - 1; row += 1) {
      const last = rowTiles(layout, row).at(-1)!;
      expect(last.left + last.width).toBeCloseTo(WIDTH, 2);
    }
  });

  it('holds every photo exactly once and in order', () => {
    const layout = layOut(shapes(997), WIDTH, ROW, GAP);
    const all = tilesOfRows(layout, 0, layout.rowHeights.length);
    expect(all.map((tile) => tile.index)).toEqual(Array.from({ length: 997 }, (_, i) => i));
  });

  it('keeps row heights near the height that was asked for', () => {
    const layout = layOut(shapes(5000), WIDTH, ROW, GAP);
    for (const height of layout.rowHeights) {
      expect(height).toBeGreaterThan(ROW * 0.6);
      expect(height).toBeLessThan(ROW * 1.6);
    }
  });

  it('does not blow up a last row that is not full', () => {
    const layout = layOut([1500], WIDTH, ROW, GAP);
    expect(layout.rowHeights[0]).toBe(ROW);
    expect(tileAt(layout, 0)!.width).toBe(300);
  });

  it('survives no photos, no shape and a panorama', () => {
    expect(totalHeight(layOut([], WIDTH, ROW, GAP))).toBe(0);
    expect(tilesOfRows(layOut([], WIDTH, ROW, GAP), 0, 5)).toEqual([]);
    const odd = layOut([0, 90_000, 10], WIDTH, ROW, GAP);
    expect(tilesOfRows(odd, 0, 9).every((tile) => tile.width > 0 && tile.height > 0)).toBe(true);
  });

  it('lays out half a million photos fast and finds any of them', () => {
    const aspects = shapes(500_000);
    const began = performance.now();
    const layout = layOut(aspects, WIDTH, ROW, GAP);
    expect(performance.now() - began).toBeLessThan(500);
    const tile = tileAt(layout, 412_345)!;
    expect(tile.index).toBe(412_345);
    expect(rowAt(layout, tile.top + 1)).toBe(rowOf(layout, 412_345));
    const seen = tilesOfRows(layout, rowAt(layout, tile.top), rowAt(layout, tile.top + 900));
    expect(seen.length).toBeLessThan(60);
    expect(seen[0]!.top).toBeLessThanOrEqual(tile.top);
  });
});

describe('neighbour', () => {
  it('goes down and back up to a photo that overlaps', () => {
    const layout = layOut(shapes(200), WIDTH, ROW, GAP);
    const from = tileAt(layout, 50)!;
    const below = tileAt(layout, neighbour(layout, 50, 1))!;
    expect(rowOf(layout, below.index)).toBe(rowOf(layout, 50) + 1);
    const middle = from.left + from.width / 2;
    expect(Math.abs(below.left + below.width / 2 - middle)).toBeLessThan(below.width);
  });

  it('stays in the first and the last row', () => {
    const layout = layOut(shapes(200), WIDTH, ROW, GAP);
    expect(rowOf(layout, neighbour(layout, 0, -1))).toBe(0);
    expect(rowOf(layout, neighbour(layout, 199, 5))).toBe(layout.rowHeights.length - 1);
  });
});
