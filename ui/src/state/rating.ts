import { call, type RatingChange } from '../api';
import { plural } from '../shared/format';
import { didChange } from './history';
import { notices } from './notices.svelte';

/** Takes a key that rates photos; answers whether it was one. */
export function rateByKey({ key }: KeyboardEvent, photoIds: readonly number[]): boolean {
  if (!/^[0-5]$/.test(key)) return false;
  if (photoIds.length > 0) void rate([...photoIds], Number(key));
  return true;
}

/** Gives photos stars; 0 takes their rating off. */
async function rate(photoIds: number[], stars: number): Promise<void> {
  try {
    const rating = stars === 0 ? null : stars;
    const { changed } = await call('rate_photos', { photoIds, rating });
    const touched = changed.reduce((sum, change) => sum + change.photoIds.length, 0);
    if (touched === 0) notices.say(sameWords(photoIds.length, stars));
    else didChange({ label: ratedWords(touched, stars), undo: () => takeBack(changed) });
  } catch (reason) {
    notices.fail(reason);
  }
}

/** Gives each photo the rating back that it had. */
async function takeBack(changes: RatingChange[]): Promise<void> {
  for (const { rating, photoIds } of changes) await call('rate_photos', { photoIds, rating });
}

/** `Rated 2 photos ★★★`, `Took the rating off 1 photo`. */
export const ratedWords = (photos: number, stars: number): string =>
  stars === 0
    ? `Took the rating off ${plural(photos, 'photo')}`
    : `Rated ${plural(photos, 'photo')} ${'★'.repeat(stars)}`;

/** Said where nothing changed. */
export const sameWords = (photos: number, stars: number): string => {
  const they = photos === 1 ? 'It has' : 'They have';
  return stars === 0 ? `${they} no rating` : `${they} ${'★'.repeat(stars)} already`;
};
