import type { CommandFailed, Found } from '../../api';
import { count, milliseconds, plural } from '../../shared/format';

/** `820 photos`, or `11 of 820 photos` where each group is shown as one. */
export function totalWords(total: number, ofGroups: number | null): string {
  const photos = plural(total, 'photo');
  return ofGroups === null || ofGroups >= total ? photos : `${count(ofGroups)} of ${photos}`;
}

/** Why there is no answer; a picture that went can only be one of the query. */
export function failureWords({ code, message }: CommandFailed, pictures: number): string {
  if (code !== 'notFound' || pictures === 0) return message;
  const which = pictures === 1 ? 'The picture' : 'A picture';
  return `${which} of this search is no longer there: take it out, or search with another one`;
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
