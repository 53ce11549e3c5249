import { describe, expect, it } from 'vitest';
import { composed, inverse, matrixOf, turned, turnTo, type Turn } from './turns';

const TURNS: Turn[] = [1, 2, 3, 4, 5, 6, 7, 8];
const size = { width: 30, height: 20 };

/** Where a point of a picture lies once it is turned. */
function point(turn: Turn, x: number, y: number): [number, number] {
  const [a, b, c, d, e, f] = matrixOf(turn, size);
  return [a * x + c * y + e, b * x + d * y + f];
}

describe('a turn', () => {
  it('brings the corners to where EXIF says they lie upright', () => {
    // Top left and top right of the picture as it is stored.
    const corners: [Turn, [number, number], [number, number]][] = [
      [1, [0, 0], [30, 0]],
      [2, [30, 0], [0, 0]],
      [3, [30, 20], [0, 20]],
      [4, [0, 20], [30, 20]],
      [5, [0, 0], [0, 30]],
      [6, [20, 0], [20, 30]],
      [7, [20, 30], [20, 0]],
      [8, [0, 30], [0, 0]],
    ];
    for (const [turn, left, right] of corners) {
      expect(point(turn, 0, 0), `${turn}`).toEqual(left);
      expect(point(turn, 30, 0), `${turn}`).toEqual(right);
    }
  });

  it('fills the frame of its turned size', () => {
    for (const turn of TURNS) {
      const { width, height } = turned(size, turn);
      const corners = [point(turn, 0, 0), point(turn, 30, 20)];
      expect(corners.map(([x]) => x).toSorted((a, b) => a - b)).toEqual([0, width]);
      expect(corners.map(([, y]) => y).toSorted((a, b) => a - b)).toEqual([0, height]);
    }
  });

  it('is taken back by its inverse', () => {
    for (const turn of TURNS) expect(composed(turn, inverse(turn)), `${turn}`).toBe(1);
    expect([inverse(6), inverse(8), inverse(5)]).toEqual([8, 6, 5]);
  });

  it('comes one after the other', () => {
    expect(composed(6, 6)).toBe(3);
    expect(composed(6, 2)).toBe(5);
    expect(composed(2, 6)).toBe(7);
  });

  it('makes one photo lie as another, whichever of the group both are told by', () => {
    for (const own of TURNS) {
      expect(turnTo(1, own)).toBe(own);
      expect(turnTo(own, own)).toBe(1);
      expect(turnTo(own, 1)).toBe(inverse(own));
    }
  });
});
