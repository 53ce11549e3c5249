import type { DuplicatePhoto } from '../../api';
import { bytes, count } from '../../shared/format';
import { ratingWords, sizeWords, takenWords } from '../duplicates/copyWords';

/** A fact of two photos, and which of them is better in it. */
export interface FactRow {
  name: string;
  words: [string, string];
  better: 'neither' | 'first' | 'second';
}

/** What is known of two photos, one beside the other. */
export function factsOf(first: DuplicatePhoto, second: DuplicatePhoto): FactRow[] {
  const row = (
    name: string,
    words: (photo: DuplicatePhoto) => string,
    value?: (photo: DuplicatePhoto) => number,
  ): FactRow => ({
    name,
    words: [words(first), words(second)],
    better: value ? better(value(first), value(second)) : 'neither',
  });
  return [
    row('Folder', ({ folder }) => folder),
    row(
      'Size',
      ({ bytes: size }) => bytes(size),
      ({ bytes: size }) => size,
    ),
    row('Pixels', sizeWords, ({ width, height }) => width * height),
    row('Format', ({ format }) => format.toUpperCase()),
    row('Taken', takenWords, ({ takenAt }) => (takenAt == null ? -Infinity : -takenAt)),
    row('Camera', ({ camera }) => camera ?? '–'),
    row(
      'Sharpness',
      ({ sharpness }) => (sharpness == null ? '–' : count(Math.round(sharpness))),
      ({ sharpness }) => sharpness ?? 0,
    ),
    row(
      'Rating',
      ({ rating }) => ratingWords(rating) || '–',
      ({ rating }) => rating ?? 0,
    ),
    row(
      'Tags',
      ({ tags }) => tags.join(', ') || '–',
      ({ tags }) => tags.length,
    ),
    row('Sidecar', ({ hasSidecar }) => (hasSidecar ? 'yes' : '–')),
  ];
}

function better(first: number, second: number): FactRow['better'] {
  if (first === second) return 'neither';
  return first > second ? 'first' : 'second';
}

/** The two photos that are shown: one that stays put, and one beside it; and which of them is meant. */
export interface Pair {
  first: DuplicatePhoto;
  second: DuplicatePhoto;
  meant: 'first' | 'second';
}

/** The pair of a group when one of its photos is meant and one is put on the left. */
export function pairOf(
  photos: readonly DuplicatePhoto[],
  meant: number | null,
  left: number | null,
  beside: number | null,
): Pair | null {
  const named = (id: number | null) => photos.find(({ photoId }) => photoId === id);
  const first = named(left) ?? photos[0];
  if (!first) return null;
  const other = (photo: DuplicatePhoto | undefined) => photo && photo !== first;
  const wanted = [named(meant), named(beside)].find(other);
  const second = wanted ?? photos.find(other);
  if (!second) return null;
  return { first, second, meant: meant === first.photoId ? 'first' : 'second' };
}
