import {
  call,
  toFailure,
  type CommandFailed,
  type Found,
  type Hit,
  type SearchResult,
} from '../api';
import { Latest, throttled } from './latest';
import { libraries } from './libraries.svelte';
import { query } from './query.svelte';

const PAGE = 200;

/** Photos in the order of the answer, as columns; `hits` only where they were searched for. */
interface Answer {
  ids: number[];
  aspects: ArrayLike<number>;
  hits: Map<number, Hit> | null;
  nextCursor: string | null;
  found: Found;
  /** What was asked, so that the grid knows a new answer from the same one refreshed. */
  asked: string;
}

/** What the grid shows. */
class Results {
  answer = $state.raw<Answer | null>(null);
  failure = $state.raw<CommandFailed | null>(null);
  /** An answer has been awaited for longer than one notices. */
  slow = $state(false);
  private questions = new Latest();
  private loadingMore = false;
  private positions: Map<number, number> | null = null;

  get ids(): number[] {
    return this.answer?.ids ?? [];
  }

  hit(photoId: number): Hit | undefined {
    return this.answer?.hits?.get(photoId);
  }

  /** Where a photo stands in the answer, or -1. */
  indexOf(photoId: number | null): number {
    if (photoId === null) return -1;
    if (!this.positions) this.positions = new Map(this.ids.map((id, index) => [id, index]));
    return this.positions.get(photoId) ?? -1;
  }

  /** Asks what the query says now. */
  async ask(): Promise<void> {
    const late = setTimeout(() => (this.slow = true), 250);
    const asked = describe();
    // The same question again keeps as much loaded as was looked at.
    const wanted = this.answer?.asked === asked ? this.ids.length : PAGE;
    try {
      const taken = await this.questions.ask(() => (query.empty ? list() : search(wanted)));
      if (!taken) return;
      this.show({ ...taken.answer, asked });
      this.failure = null;
      this.slow = false;
    } catch (reason) {
      this.failure = toFailure(reason);
      this.slow = false;
    } finally {
      clearTimeout(late);
    }
  }

  /** Asks again because photos changed; often wished, seldom done. */
  refresh = throttled(() => this.ask(), 700);

  /** Fetches the next page of a search. */
  async more(): Promise<void> {
    const answer = this.answer;
    if (!answer?.nextCursor || this.loadingMore) return;
    this.loadingMore = true;
    try {
      const page = await searchPage(answer.nextCursor, PAGE);
      if (this.answer === answer) this.show({ ...joined(answer, page), asked: answer.asked });
    } catch {
      // The cursor no longer fits (photos changed meanwhile): asking again gives a new one.
      if (this.answer === answer) this.refresh();
    } finally {
      this.loadingMore = false;
    }
  }

  private show(answer: Answer): void {
    this.positions = null;
    this.answer = answer;
  }
}

function describe(): string {
  return JSON.stringify([query.typed.trim(), query.images(), query.sort, libraries.chosen]);
}

async function list(): Promise<Omit<Answer, 'asked'>> {
  const sort = query.sort === 'relevance' ? null : query.sort;
  const { photoIds, aspects, found } = await call('list_photos', {
    libraryId: libraries.chosen,
    filter: null,
    sort,
  });
  return { ids: photoIds, aspects: Uint32Array.from(aspects), hits: null, nextCursor: null, found };
}

async function search(wanted: number): Promise<Omit<Answer, 'asked'>> {
  let answer = fromPage(await searchPage(null, Math.min(1000, Math.max(PAGE, wanted))));
  while (answer.nextCursor && answer.ids.length < wanted) {
    answer = joined(answer, await searchPage(answer.nextCursor, 1000));
  }
  return answer;
}

function searchPage(cursor: string | null, limit: number): Promise<SearchResult> {
  return call('search_photos', {
    query: query.typed.trim() || null,
    images: query.images(),
    libraryId: libraries.chosen,
    sort: query.sort,
    limit,
    cursor,
  });
}

function fromPage(page: SearchResult): Omit<Answer, 'asked'> {
  return {
    ids: page.hits.map((hit) => hit.photoId),
    aspects: page.hits.map((hit) => hit.aspect),
    hits: new Map(page.hits.map((hit) => [hit.photoId, hit])),
    nextCursor: page.nextCursor ?? null,
    found: page.found,
  };
}

function joined(before: Omit<Answer, 'asked'>, page: SearchResult): Omit<Answer, 'asked'> {
  const hits = new Map(before.hits);
  const fresh = page.hits.filter((hit) => !hits.has(hit.photoId));
  for (const hit of fresh) hits.set(hit.photoId, hit);
  return {
    ids: before.ids.concat(fresh.map((hit) => hit.photoId)),
    aspects: Array.from(before.aspects).concat(fresh.map((hit) => hit.aspect)),
    hits,
    nextCursor: page.nextCursor ?? null,
    found: before.found,
  };
}

export const results = new Results();
