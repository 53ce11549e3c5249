import type { Found } from '../../api';
import { count, milliseconds, plural } from '../../shared/format';

/** `820 photos`, or `11 of 820 photos` where each group is shown as one. */
export function totalWords(total: number, ofGroups: number | null): string {
  const photos = plural(total, 'photo');
  return ofGroups === null || ofGroups >= total ? photos : `${count(ofGroups)} of ${photos}`;
}

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
