import { expect, it } from 'vitest';
import { sharedPart, WHOLE } from './drawDifference';

const frame = { width: 400, height: 200 };

it('only what both show is compared', () => {
  expect(sharedPart(frame, WHOLE)).toEqual({ x: 0, y: 0, width: 400, height: 200 });
  const crop = { left: 0.25, top: 0.5, right: 0.75, bottom: 1 };
  expect(sharedPart(frame, crop)).toEqual({ x: 100, y: 100, width: 200, height: 100 });
  const larger = { left: -0.1, top: -0.2, right: 1.2, bottom: 0.5 };
  expect(sharedPart(frame, larger)).toEqual({ x: 0, y: 0, width: 400, height: 100 });
});
