import type { Found } from '../../api';
import { count, milliseconds } from '../../shared/format';

/** How an answer was found: `3 ms · code scan, 1,000,000 compared · visual`. */
export function foundHow({ by, ms, candidates, cutoff, space }: Found): string {
  const compared = candidates > 0 ? `, ${count(candidates)} compared` : '';
  return [
    milliseconds(ms),
    `${by}${compared}`,
    space,
    cutoff == null ? null : `good up to distance ${cutoff.toFixed(2)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
