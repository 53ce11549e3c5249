import { call, type Facet, type Facets, type SearchPhotos } from '../api';
import { attributes } from './attributes.svelte';
import { debounced, Latest } from './latest';

const QUIET_MS = 150;
const FIELDS = [
  'tags',
  'camera',
  'lens',
  'year',
  'folder',
  'rating',
  'format',
  'label',
  'orientation',
  'library',
  'iso',
];
const MOST_ATTRIBUTES = 12;
/** Values of a field that was asked for more. */
const MOST = 200;

/** What the photos of the answer have in common, counted after they are shown. */
class FacetCounts {
  /** Old counts stay until new ones are there. */
  counted = $state.raw<Facets | null>(null);
  /** It was tried, and cannot be done. */
  failed = $state(false);
  /** What is shown belongs to an earlier answer. */
  behind = $state(false);
  private widened = $state.raw<ReadonlySet<string>>(new Set());
  private questions = new Latest();
  private search: SearchPhotos | null = null;
  private asking = debounced(() => void this.ask(), QUIET_MS);

  /** Counts for an answer, once no other one comes. */
  of(search: SearchPhotos): void {
    this.search = search;
    this.behind = true;
    this.asking.later();
  }

  widen(field: string): void {
    this.widened = new Set(this.widened).add(field);
    this.asking.now();
  }

  narrow(field: string): void {
    this.widened = new Set([...this.widened].filter((other) => other !== field));
    this.asking.now();
  }

  isWide(field: string): boolean {
    return this.widened.has(field);
  }

  private async ask(): Promise<void> {
    const search = this.search;
    if (!search) return;
    try {
      const taken = await this.questions.ask(() => count(search, [...this.widened]));
      if (!taken) return;
      this.counted = taken.answer;
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.behind = search !== this.search;
  }
}

/** Every field that photos have of themselves, and the attributes that most photos have. */
function fields(): string[] {
  const names = attributes.all
    .toSorted((a, b) => b.photos - a.photos)
    .map(({ name }) => name)
    .filter((name) => !FIELDS.includes(name));
  return [...FIELDS, ...names.slice(0, MOST_ATTRIBUTES)];
}

async function count(search: SearchPhotos, wide: string[]): Promise<Facets> {
  const [all, more] = await Promise.all([
    call('count_facets', { search, fields: fields(), limit: null }),
    wide.length > 0 ? call('count_facets', { search, fields: wide, limit: MOST }) : null,
  ]);
  const widened = new Map(more?.facets.map((facet) => [facet.field, facet]));
  const facets = all.facets.map((facet): Facet => widened.get(facet.field) ?? facet);
  return { ...all, facets };
}

export const facets = new FacetCounts();
