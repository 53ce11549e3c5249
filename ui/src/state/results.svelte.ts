import {
  call,
  toFailure,
  type CommandFailed,
  type Found,
  type Hit,
  type SearchPhotos,
  type SearchResult,
} from '../api';
import { Latest, throttled } from './latest';
import { libraries } from './libraries.svelte';
import { query } from './query.svelte';
import { asksNothing, keyOf } from './question';

const PAGE = 200;
const LATE_MS = 250;

/** Photos in the order of the answer, as columns; `hits` only where they were searched for. */
interface Columns {
  ids: number[];
  aspects: ArrayLike<number>;
  hits: Map<number, Hit> | null;
  /** How many photos are in the stacks of those that stand for one. */
  stacks: Map<number, number>;
  /** Those that are videos, shown by a frame, with their length in seconds where it is known. */
  films: Map<number, number | null>;
  nextCursor: string | null;
  found: Found;
}

export interface Answer extends Columns {
  /** What was asked. */
  search: SearchPhotos;
  /** The same in a word, so that the grid knows a new answer from the same one refreshed. */
  asked: string;
  /** What was looked for when it was asked; the same when it was only narrowed or put in order. */
  begun: string;
}

/** What the grid shows. */
class Results {
  answer = $state.raw<Answer | null>(null);
  failure = $state.raw<CommandFailed | null>(null);
  /** An answer has been awaited for longer than one notices. */
  slow = $state(false);
  private questions = new Latest();
  private pages = new Latest();
  private loadingMore = false;
  private late: ReturnType<typeof setTimeout> | undefined;
  private positions: Map<number, number> | null = null;

  get ids(): number[] {
    return this.answer?.ids ?? [];
  }

  /** Photos were looked for, not only listed. */
  get searched(): boolean {
    return this.answer !== null && !asksNothing(this.answer.search);
  }

  hit(photoId: number): Hit | undefined {
    return this.answer?.hits?.get(photoId);
  }

  /** How many photos are in the stack that a photo of the answer stands for; 1 for no stack. */
  stackSize(photoId: number): number {
    return this.answer?.stacks.get(photoId) ?? 1;
  }

  /** A film, shown by a frame. */
  isFilm(photoId: number): boolean {
    return this.answer?.films.has(photoId) ?? false;
  }

  /** How long a film is, in seconds; null where nothing tells. */
  filmSeconds(photoId: number): number | null {
    return this.answer?.films.get(photoId) ?? null;
  }

  /** Where a photo stands in the answer, or -1. */
  indexOf(photoId: number | null): number {
    if (photoId === null) return -1;
    if (!this.positions) this.positions = new Map(this.ids.map((id, index) => [id, index]));
    return this.positions.get(photoId) ?? -1;
  }

  /** Asks what the query says now; whatever was asked before no longer counts. */
  async ask(): Promise<void> {
    clearTimeout(this.late);
    this.late = setTimeout(() => (this.slow = true), LATE_MS);
    const search = query.search();
    const asked = keyOf(search);
    const begun = `${query.begun} ${libraries.chosen}`;
    // The same question again keeps as much loaded as was looked at.
    const wanted = this.answer?.asked === asked ? this.ids.length : PAGE;
    try {
      const taken = await this.questions.ask(() => fetchAnswer(search, wanted));
      if (!taken) return;
      this.dropPages();
      this.show({ ...taken.answer, search, asked, begun });
      this.failure = null;
    } catch (reason) {
      this.failure = toFailure(reason);
    }
    clearTimeout(this.late);
    this.slow = false;
  }

  /** Asks again because photos changed; often wished, seldom done. */
  refresh = throttled(() => this.ask(), 700);

  /** Fetches the next page of a search. */
  async more(): Promise<void> {
    const answer = this.answer;
    if (!answer?.nextCursor || this.loadingMore) return;
    this.loadingMore = true;
    const cursor = answer.nextCursor;
    try {
      const taken = await this.pages.ask(() => searchPage(answer.search, cursor, PAGE));
      if (!taken) return;
      this.show({ ...answer, ...joined(answer, taken.answer) });
    } catch {
      // The cursor no longer fits (photos changed meanwhile): asking again gives a new one.
      this.refresh();
    }
    this.loadingMore = false;
  }

  /** A page of an answer that is no longer shown is not waited for. */
  private dropPages(): void {
    this.pages.forget();
    this.loadingMore = false;
  }

  private show(answer: Answer): void {
    this.positions = null;
    this.answer = answer;
  }
}

/** All photos of a library come at once, as ids and shapes; everything else comes in pages. */
function fetchAnswer(search: SearchPhotos, wanted: number): Promise<Columns> {
  return asksNothing(search) && !search.groupBy ? list(search) : searched(search, wanted);
}

async function list({ libraryId, sort, seed, stacks }: SearchPhotos): Promise<Columns> {
  const { photoIds, aspects, stacked, stackSizes, films, filmSeconds, found } = await call(
    'list_photos',
    {
      libraryId,
      filter: null,
      sort: sort === 'relevance' ? null : sort,
      ...(seed == null ? {} : { seed }),
      ...(stacks == null ? {} : { stacks }),
    },
  );
  return {
    ids: photoIds,
    aspects: Uint32Array.from(aspects),
    hits: null,
    stacks: new Map(stacked.map((photoId, index) => [photoId, stackSizes[index] ?? 1])),
    films: new Map(films.map((photoId, index) => [photoId, filmSeconds[index] ?? null])),
    nextCursor: null,
    found,
  };
}

async function searched(search: SearchPhotos, wanted: number): Promise<Columns> {
  const limit = Math.min(1000, Math.max(PAGE, wanted));
  let answer = fromPage(await searchPage(search, null, limit));
  while (answer.nextCursor && answer.ids.length < wanted) {
    answer = joined(answer, await searchPage(search, answer.nextCursor, 1000));
  }
  return answer;
}

function searchPage(
  search: SearchPhotos,
  cursor: string | null,
  limit: number,
): Promise<SearchResult> {
  return call('search_photos', { ...search, limit, cursor });
}

function fromPage(page: SearchResult): Columns {
  return {
    ids: page.hits.map((hit) => hit.photoId),
    aspects: page.hits.map((hit) => hit.aspect),
    hits: new Map(page.hits.map((hit) => [hit.photoId, hit])),
    stacks: sizes(page.hits),
    films: films(page.hits),
    nextCursor: page.nextCursor ?? null,
    found: page.found,
  };
}

function joined(before: Columns, page: SearchResult): Columns {
  const hits = new Map(before.hits);
  const fresh = page.hits.filter((hit) => !hits.has(hit.photoId));
  for (const hit of fresh) hits.set(hit.photoId, hit);
  return {
    ids: before.ids.concat(fresh.map((hit) => hit.photoId)),
    aspects: Array.from(before.aspects).concat(fresh.map((hit) => hit.aspect)),
    hits,
    stacks: new Map([...before.stacks, ...sizes(fresh)]),
    films: new Map([...before.films, ...films(fresh)]),
    nextCursor: page.nextCursor ?? null,
    found: before.found,
  };
}

function sizes(hits: Hit[]): Map<number, number> {
  return new Map(hits.flatMap(({ photoId, stack }) => (stack == null ? [] : [[photoId, stack]])));
}

function films(hits: Hit[]): Map<number, number | null> {
  return new Map(
    hits.flatMap(({ photoId, film, durationS }) => (film ? [[photoId, durationS ?? null]] : [])),
  );
}

export const results = new Results();
