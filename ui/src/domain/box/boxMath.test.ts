import { describe, expect, it } from 'vitest';
import { between, HANDLES, isBox, moved, resized, SMALLEST } from './boxMath';

const box = { x: 0.2, y: 0.3, width: 0.4, height: 0.5 };
const right = (b: typeof box) => b.x + b.width;
const bottom = (b: typeof box) => b.y + b.height;

describe('between', () => {
  it('is the same from any corner', () => {
    const drawn = between({ x: 0.6, y: 0.8 }, { x: 0.2, y: 0.3 });
    expect(drawn.x).toBeCloseTo(box.x);
    expect(drawn.y).toBeCloseTo(box.y);
    expect(drawn.width).toBeCloseTo(box.width);
    expect(drawn.height).toBeCloseTo(box.height);
  });

  it('stays in the picture', () => {
    expect(between({ x: -3, y: 0.5 }, { x: 2, y: 9 })).toEqual({
      x: 0,
      y: 0.5,
      width: 1,
      height: 0.5,
    });
  });
});

describe('moved', () => {
  it('keeps its size at the edges', () => {
    const far = moved(box, 5, -5);
    expect(far).toEqual({ x: 0.6, y: 0, width: 0.4, height: 0.5 });
  });
});

describe('resized', () => {
  it('moves only the side that is dragged', () => {
    const wider = resized(box, 'e', 0.1, 0.7);
    expect(wider.x).toBe(box.x);
    expect(wider.width).toBeCloseTo(0.5);
    expect(wider.height).toBeCloseTo(box.height);
    const fromLeft = resized(box, 'w', 0.1, 0);
    expect(right(fromLeft)).toBeCloseTo(right(box));
    expect(fromLeft.x).toBeCloseTo(0.3);
  });

  it('never turns inside out nor leaves the picture', () => {
    for (const handle of HANDLES) {
      for (const [dx, dy] of [
        [9, 9],
        [-9, -9],
        [9, -9],
      ] as const) {
        const out = resized(box, handle, dx, dy);
        expect(out.width).toBeGreaterThanOrEqual(SMALLEST - 1e-9);
        expect(out.height).toBeGreaterThanOrEqual(SMALLEST - 1e-9);
        expect(out.x).toBeGreaterThanOrEqual(0);
        expect(right(out)).toBeLessThanOrEqual(1 + 1e-9);
        expect(bottom(out)).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
  });
});

it('a click is no box', () => {
  expect(isBox(between({ x: 0.5, y: 0.5 }, { x: 0.501, y: 0.7 }))).toBe(false);
  expect(isBox(box)).toBe(true);
});
