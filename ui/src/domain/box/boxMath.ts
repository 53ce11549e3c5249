import type { BoxFractions } from '../../api';

/** A side or corner of a box that can be dragged. */
export type Handle = 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w' | 'nw';

export const HANDLES: Handle[] = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

/** A point as fractions of the picture. */
export interface Point {
  x: number;
  y: number;
}

/** The smallest side a box may have, as a fraction. */
export const SMALLEST = 0.02;

/** The box between two points, inside the picture. */
export function between(a: Point, b: Point): BoxFractions {
  const [left, right] = ordered(clamp01(a.x), clamp01(b.x));
  const [top, bottom] = ordered(clamp01(a.y), clamp01(b.y));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The box moved by a distance, stopped at the picture's edges. */
export function moved(box: BoxFractions, dx: number, dy: number): BoxFractions {
  return {
    ...box,
    x: clamp(box.x + dx, 0, 1 - box.width),
    y: clamp(box.y + dy, 0, 1 - box.height),
  };
}

/** The box with one side or corner dragged by a distance; it never turns inside out. */
export function resized(box: BoxFractions, handle: Handle, dx: number, dy: number): BoxFractions {
  let left = box.x;
  let top = box.y;
  let right = box.x + box.width;
  let bottom = box.y + box.height;
  if (handle.includes('w')) left = clamp(left + dx, 0, right - SMALLEST);
  if (handle.includes('e')) right = clamp(right + dx, left + SMALLEST, 1);
  if (handle.includes('n')) top = clamp(top + dy, 0, bottom - SMALLEST);
  if (handle.includes('s')) bottom = clamp(bottom + dy, top + SMALLEST, 1);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Whether a box is large enough to mean something. */
export function isBox(box: BoxFractions): boolean {
  return box.width >= SMALLEST && box.height >= SMALLEST;
}

/** The box that the keyboard starts with: the middle of the picture. */
export const MIDDLE: BoxFractions = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };

function ordered(a: number, b: number): [number, number] {
  return a <= b ? [a, b] : [b, a];
}
function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}
function clamp01(value: number): number {
  return clamp(value, 0, 1);
}
