import type { Size } from '../photo/pan';

/**
 * How a picture is turned and mirrored: 1 … 8 as in EXIF, where the number says how it lies and
 * the turn brings it upright.
 *
 * Source: EXIF 2.32 (CIPA DC-008), tag Orientation.
 */
export type Turn = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** x' = a x + c y, y' = b x + d y; each number is −1, 0 or 1. */
type Linear = readonly [a: number, b: number, c: number, d: number];

const TURNS: readonly (readonly [Turn, Linear])[] = [
  [1, [1, 0, 0, 1]],
  [2, [-1, 0, 0, 1]],
  [3, [-1, 0, 0, -1]],
  [4, [1, 0, 0, -1]],
  [5, [0, 1, 1, 0]],
  [6, [0, 1, -1, 0]],
  [7, [0, -1, -1, 0]],
  [8, [0, -1, 1, 0]],
];

/** The turn of a number; what is none turns nothing. */
export const turnOf = (orientation: number): Turn =>
  TURNS.find(([turn]) => turn === orientation)?.[0] ?? 1;

const linear = (turn: Turn): Linear => TURNS.find(([one]) => one === turn)?.[1] ?? [1, 0, 0, 1];

const same = (one: Linear, other: Linear) => one.every((value, at) => value === other[at]);

/** First one turn, then another. */
export function composed(first: Turn, second: Turn): Turn {
  const [a, b, c, d] = linear(second);
  const [p, q, r, s] = linear(first);
  const both: Linear = [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s];
  return TURNS.find(([, one]) => same(one, both))?.[0] ?? 1;
}

/** What takes a turn back. */
export const inverse = (turn: Turn): Turn =>
  TURNS.find(([other]) => composed(turn, other) === 1)?.[0] ?? 1;

/** The turn that makes a picture lie as another one, when it is told how both lie in their group. */
export const turnTo = (other: number, own: number): Turn =>
  composed(turnOf(own), inverse(turnOf(other)));

export const swapsSides = (turn: Turn) => turn >= 5;

/** The size of a picture once it is turned. */
export const turned = ({ width, height }: Size, turn: Turn): Size =>
  swapsSides(turn) ? { width: height, height: width } : { width, height };

/**
 * The matrix of CSS and canvas that turns a picture of a size so that its corner stays at 0, 0.
 */
export function matrixOf(
  turn: Turn,
  { width, height }: Size,
): [number, number, number, number, number, number] {
  const [a, b, c, d] = linear(turn);
  const right = Math.min(0, a * width) + Math.min(0, c * height);
  const down = Math.min(0, b * width) + Math.min(0, d * height);
  return [a, b, c, d, 0 - right, 0 - down];
}

/** A turn in words; empty for none. */
export function turnWords(turn: Turn): string {
  const words: Record<Turn, string> = {
    1: '',
    2: 'mirrored',
    3: 'turned by 180°',
    4: 'mirrored and turned by 180°',
    5: 'mirrored and turned to the left',
    6: 'turned to the right',
    7: 'mirrored and turned to the right',
    8: 'turned to the left',
  };
  return words[turn];
}
