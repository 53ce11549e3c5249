/** What a key asks of the review. */
export type ReviewAct =
  | 'keep'
  | 'remove'
  | 'later'
  | 'unmark'
  | 'accept'
  | 'nextPhoto'
  | 'previousPhoto'
  | 'nextGroup'
  | 'previousGroup'
  | 'firstGroup'
  | 'lastGroup'
  | 'nextOpen'
  | 'compare'
  | 'blink'
  | 'difference'
  | 'zoom'
  | 'putLeft'
  | 'facts'
  | 'keys'
  | 'close';

const ACTS: Record<string, ReviewAct> = {
  k: 'keep',
  x: 'remove',
  Delete: 'remove',
  Backspace: 'remove',
  s: 'later',
  u: 'unmark',
  a: 'accept',
  ArrowRight: 'nextPhoto',
  ArrowLeft: 'previousPhoto',
  ArrowDown: 'nextGroup',
  ArrowUp: 'previousGroup',
  l: 'nextGroup',
  j: 'previousGroup',
  Home: 'firstGroup',
  End: 'lastGroup',
  n: 'nextOpen',
  Enter: 'compare',
  ' ': 'compare',
  b: 'blink',
  d: 'difference',
  z: 'zoom',
  p: 'putLeft',
  i: 'facts',
  '?': 'keys',
  Escape: 'close',
};

/** What a key pressed alone means; letters mean the same with the shift key. */
export function actOf(key: string): ReviewAct | null {
  return ACTS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

/** The keys of the review as its help line tells them. */
export const KEY_HELP: readonly (readonly [string, string])[] = [
  ['K', 'keep, remove the others'],
  ['X', 'remove'],
  ['S', 'later'],
  ['U', 'unmark'],
  ['A', 'accept the proposal'],
  ['← →', 'photo'],
  ['J L', 'group'],
  ['N', 'next undecided'],
  ['Enter', 'compare'],
  ['B', 'blink'],
  ['D', 'difference'],
];
