import type { QueryImage, SearchPhotos, Sort } from '../api';

/** What the window lets one ask, as it stands in its controls. */
export interface Question {
  typed: string;
  images: QueryImage[];
  /** Of the words beside pictures. */
  textWeight: number;
  /** `null` leaves the order to the kind of answer. */
  sort: Sort | null;
  /** Of the random order. */
  seed: number;
  groupBy: string | null;
  /** Leaves out what is too far to be meant. */
  goodOnly: boolean;
  libraryId: number | null;
  /** What a search asks beside that: it was made elsewhere, and is kept. */
  rest: Rest;
}

const SHOWN = [
  'query',
  'images',
  'textWeight',
  'sort',
  'seed',
  'groupBy',
  'cutoff',
  'libraryId',
] as const;
/** These ask for a part of the answer only. */
const PAGE = ['limit', 'cursor'] as const;
const HELD: ReadonlySet<string> = new Set([...SHOWN, ...PAGE]);
export type Rest = Partial<Omit<SearchPhotos, (typeof SHOWN)[number] | (typeof PAGE)[number]>>;
/** A search of which not everything need be said. */
type Said = Partial<SearchPhotos>;

/** The search that the engine is asked, and that is saved. */
export function toSearch(question: Question): SearchPhotos {
  const { typed, images, textWeight, sort, seed, groupBy, goodOnly, libraryId, rest } = question;
  return {
    tags: [],
    ...rest,
    query: typed.trim() || null,
    images,
    libraryId,
    ...(textWeight === 1 ? {} : { textWeight }),
    ...(sort ? { sort } : {}),
    ...(sort === 'random' ? { seed } : {}),
    ...(groupBy ? { groupBy } : {}),
    ...(goodOnly ? { cutoff: 'auto' as const } : {}),
  };
}

/** The controls that ask a search; `toSearch` of it is the same search. */
export function fromSearch(search: Said): Question {
  return {
    typed: search.query ?? '',
    images: search.images ?? [],
    textWeight: search.textWeight ?? 1,
    sort: search.sort ?? null,
    seed: search.seed ?? 0,
    groupBy: search.groupBy ?? null,
    goodOnly: search.cutoff === 'auto',
    libraryId: search.libraryId ?? null,
    rest: Object.fromEntries(
      Object.entries(search).filter(([name, value]) => !HELD.has(name) && !isNothing(value)),
    ),
  };
}

/** What the engine is asked: a picture of weight 0 is switched off. */
export const withoutOff = (search: SearchPhotos): SearchPhotos => ({
  ...search,
  images: search.images.filter((image) => image.weight !== 0),
});

/** Two searches with the same key ask the same, however they are written and paged. */
export const keyOf = (search: Said) => JSON.stringify(sorted(toSearch(fromSearch(search))));

export const sameSearch = (a: Said, b: Said) => keyOf(a) === keyOf(b);

/** How stacks are shown is said of every search, where it says nothing of it itself. */
export const withStacks = (search: SearchPhotos, each: boolean): SearchPhotos =>
  each ? { stacks: 'each', ...search } : search;

/** Whether a search asks nothing but all photos of a library, however stacks are shown. */
export function asksNothing(search: Said): boolean {
  const { typed, images, rest } = fromSearch({ ...search, stacks: null });
  return typed === '' && images.length === 0 && Object.keys(rest).length === 0;
}

const isNothing = (value: unknown) =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

/** The same value with its names in one order and without those that say nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name, inner]) => !isNothing(inner) && !(name === 'weight' && inner === 1))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
