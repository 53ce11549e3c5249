import { describe, expect, it } from 'vitest';
import { dragged, lensOf, nativeZoom, panOf, WHOLE, zoomed } from './lens';

const stage = { width: 300, height: 200 };
const large = { width: 6000, height: 4000 };
const small = { width: 600, height: 400 };
/** The point of a picture under a point of its stage, as fractions. */
function under(lens: typeof WHOLE, picture: typeof large, x: number, y: number): number[] {
  const pan = panOf(lens, picture, stage);
  return [
    (x - pan.x) / (picture.width * pan.scale),
    (y - pan.y) / (picture.height * pan.scale),
  ].map((share) => Math.round(share * 1e6) / 1e6);
}

describe('a lens', () => {
  it('shows the same part of copies of every size', () => {
    const lens = zoomed(WHOLE, 4, { x: 50, y: 120 }, large, stage);
    for (const [x, y] of [
      [0, 0],
      [150, 90],
      [300, 200],
    ] as const) {
      expect(under(lens, small, x, y)).toEqual(under(lens, large, x, y));
    }
  });

  it('keeps the point that it is zoomed at', () => {
    const before = under(WHOLE, large, 75, 50);
    const lens = zoomed(WHOLE, 3, { x: 75, y: 50 }, large, stage);
    expect(under(lens, large, 75, 50)).toEqual(before);
    expect(lens.zoom).toBeCloseTo(3);
  });

  it('shows the whole again when it is zoomed out', () => {
    const lens = zoomed(WHOLE, 3, { x: 75, y: 50 }, large, stage);
    expect(zoomed(lens, 0.5, { x: 0, y: 0 }, large, stage)).toEqual(WHOLE);
  });

  it('moves with the pointer and stops where the picture ends', () => {
    const lens = zoomed(WHOLE, 2, { x: 150, y: 100 }, large, stage);
    const [x = 0] = under(lens, large, 150, 100);
    const [moved = 0] = under(dragged(lens, 30, 0, large, stage), large, 180, 100);
    expect(moved).toBeCloseTo(x);
    const end = dragged(lens, 10_000, 10_000, large, stage);
    expect(under(end, large, 0, 0)).toEqual([0, 0]);
    expect(lensOf(panOf(end, large, stage), large, stage)).toEqual(end);
  });

  it('knows where a pixel of the picture is one of the screen', () => {
    expect(nativeZoom(large, stage, 1)).toBeCloseTo(20);
    expect(nativeZoom(large, stage, 2)).toBeCloseTo(10);
    expect(nativeZoom({ width: 30, height: 20 }, stage, 1)).toBe(1);
  });
});
