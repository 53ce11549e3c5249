import type { DuplicateKind, DuplicateQuery } from '../api';

/** What a review looks for and which copy stays in it. */
export interface ReviewControls {
  kind: DuplicateKind;
  /** The least likeness of similar photos, 0 … 1. */
  threshold: number;
  /** The most seconds between similar photos; `null` for any time. */
  withinS: number | null;
  /** As it was typed. */
  filter: string;
  rules: readonly string[];
  /** Folders in which nothing is removed. */
  reference: readonly string[];
  /** Also what was decided to be no duplicates, or to be kept. */
  includeDecided: boolean;
}

/** Similar photos are looked for between these. */
export const LEAST_SIMILAR = 0.7;
export const USUAL_SIMILAR = 0.85;

export const USUAL: ReviewControls = {
  kind: 'near',
  threshold: USUAL_SIMILAR,
  withinS: 10,
  filter: '',
  rules: ['resolution', 'original-format', 'rating', 'metadata', 'earliest'],
  reference: [],
  includeDecided: false,
};

/** The rules without a value, as the engine knows them, with what they keep. */
export const RULES: readonly (readonly [string, string])[] = [
  ['resolution', 'Most pixels'],
  ['original-format', 'As the camera wrote it'],
  ['rating', 'Highest rating'],
  ['sharpness', 'Sharpest'],
  ['metadata', 'Most tags and metadata'],
  ['earliest', 'Taken first'],
  ['latest', 'Taken last'],
  ['largest-file', 'Largest file'],
  ['first-added', 'Known longest'],
  ['shortest-path', 'Shortest path'],
];

/** What is looked for and kept in situations that many have; the rules are the engine's own. */
export interface Preset {
  name: string;
  title: string;
  controls: Pick<ReviewControls, 'kind' | 'rules'> & { withinS?: number };
}
export const PRESETS: readonly Preset[] = [
  {
    name: 'card',
    title: 'Camera card imported twice',
    controls: { kind: 'exact', rules: ['rating', 'metadata', 'first-added'] },
  },
  {
    name: 'messenger',
    title: 'Messenger copies',
    controls: { kind: 'near', rules: ['resolution', 'metadata', 'largest-file', 'earliest'] },
  },
  {
    name: 'exports',
    title: 'Exports beside originals',
    controls: {
      kind: 'near',
      rules: ['original-format', 'resolution', 'largest-file', 'earliest'],
    },
  },
  {
    name: 'bursts',
    title: 'Bursts: sharpest',
    controls: { kind: 'similar', rules: ['rating', 'sharpness'], withinS: 3 },
  },
];

/** The preset that the controls still are. */
export function presetOf(controls: ReviewControls): Preset | undefined {
  return PRESETS.find(
    ({ controls: { kind, rules, withinS } }) =>
      kind === controls.kind &&
      rules.join() === controls.rules.join() &&
      (withinS === undefined || withinS === controls.withinS),
  );
}

/** A rule in words. */
export function ruleWords(rule: string): string {
  const folder = folderOf(rule);
  if (folder !== null) return `In ${folder}`;
  return RULES.find(([word]) => word === rule)?.[1] ?? rule;
}

/** The folder of a rule that keeps what lies in one. */
export const folderOf = (rule: string) => (rule.startsWith('folder=') ? rule.slice(7) : null);

export function toQuery(controls: ReviewControls): DuplicateQuery {
  const similar = controls.kind === 'similar';
  const filter = controls.filter.trim();
  return {
    kind: controls.kind,
    ...(similar ? { threshold: controls.threshold } : {}),
    ...(similar && controls.withinS !== null ? { withinS: controls.withinS } : {}),
    ...(filter ? { filter } : {}),
    rules: [...controls.rules],
    reference: [...controls.reference],
    includeDecided: controls.includeDecided,
  };
}

/** A list with one of its entries at another place. */
export function moved<Entry>(list: readonly Entry[], from: number, to: number): Entry[] {
  const rest = list.filter((_, index) => index !== from);
  const entry = list[from];
  if (entry === undefined) return rest;
  rest.splice(Math.max(0, Math.min(rest.length, to)), 0, entry);
  return rest;
}

/** Reads controls that were kept; what is missing or strange is as usual. */
export function readControls(kept: string): ReviewControls {
  let read: unknown;
  try {
    read = JSON.parse(kept);
  } catch {
    return USUAL;
  }
  if (typeof read !== 'object' || read === null) return USUAL;
  const { kind, threshold, withinS, filter, rules, reference } = read as Record<string, unknown>;
  const isShare = typeof threshold === 'number' && threshold >= LEAST_SIMILAR && threshold <= 1;
  const isTime = withinS === null || (typeof withinS === 'number' && withinS >= 0);
  return {
    ...USUAL,
    kind: KINDS.find((known) => known === kind) ?? USUAL.kind,
    threshold: isShare ? threshold : USUAL.threshold,
    withinS: isTime ? withinS : USUAL.withinS,
    filter: typeof filter === 'string' ? filter : '',
    rules: words(rules) ?? USUAL.rules,
    reference: words(reference) ?? [],
  };
}

const KINDS: readonly DuplicateKind[] = ['exact', 'pixels', 'near', 'similar'];

function words(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  return value.filter((word): word is string => typeof word === 'string');
}
