import { expect, it } from 'vitest';
import { sharedPart, WHOLE, wholePixels } from './drawDifference';

const frame = { width: 400, height: 200 };

it('only what both show is compared', () => {
  expect(sharedPart(frame, WHOLE)).toEqual({ x: 0, y: 0, width: 400, height: 200 });
  const crop = { left: 0.25, top: 0.5, right: 0.75, bottom: 1 };
  expect(sharedPart(frame, crop)).toEqual({ x: 100, y: 100, width: 200, height: 100 });
  const larger = { left: -0.1, top: -0.2, right: 1.2, bottom: 0.5 };
  expect(sharedPart(frame, larger)).toEqual({ x: 0, y: 0, width: 400, height: 100 });
});

it('pixels that are drawn in part are left out', () => {
  const part = { x: 0, y: 0, width: 400, height: 200 };
  expect(wholePixels(part, 0.5, { x: 1, y: 2 })).toEqual({ x: 1, y: 2, width: 200, height: 100 });
  const moved = wholePixels(part, 0.333, { x: 0.4, y: -3.2 });
  expect(moved).toEqual({ x: 1, y: -3, width: 132, height: 66 });
});
