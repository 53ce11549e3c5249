import type { Facets } from '../api';
import { count } from '../shared/format';

/** An attribute that some of several photos have. */
export interface SharedAttribute {
  name: string;
  /** Photos that have it. */
  photos: number;
  /** The value that all of these have; `null` where they differ. */
  value: string | null;
}

/** What counts by attribute say of the photos that were counted. */
export function sharedAttributes({ total, facets }: Facets): SharedAttribute[] {
  return facets
    .map(({ field, values, more, without }): SharedAttribute => {
      const [first, ...others] = values;
      const one = first !== undefined && others.length === 0 && more === 0;
      return { name: field, photos: total - without, value: one ? first.label : null };
    })
    .filter(({ photos }) => photos > 0)
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** `200`, `200 on 2 of 3`, `different values`. */
export function sharedWords({ photos, value }: SharedAttribute, total: number): string {
  const what = value ?? 'different values';
  return photos < total ? `${what} on ${count(photos)} of ${count(total)}` : what;
}
