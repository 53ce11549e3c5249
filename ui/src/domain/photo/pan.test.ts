import { describe, expect, it } from 'vitest';
import { fitted, placed, scaledAt } from './pan';

const picture = { width: 4000, height: 3000 };
const stage = { width: 1000, height: 1000 };

describe('pan', () => {
  it('fits the whole picture in the middle', () => {
    expect(fitted(picture, stage, 1)).toEqual({ scale: 0.25, x: 0, y: 125 });
  });

  it('does not blow up a small picture', () => {
    expect(fitted({ width: 100, height: 50 }, stage, 1)).toEqual({ scale: 1, x: 450, y: 475 });
  });

  it('keeps the point below the pointer where it is', () => {
    const at = { x: 400, y: 500 };
    const before = fitted(picture, stage, 1);
    const after = scaledAt(before, 1, at, picture, stage);
    expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale);
    expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale);
  });

  it('never pans past the edges', () => {
    expect(placed(picture, stage, { scale: 1, x: 500, y: -9999 })).toEqual({
      scale: 1,
      x: 0,
      y: -2000,
    });
  });
});
