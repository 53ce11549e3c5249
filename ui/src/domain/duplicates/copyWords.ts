import type { DuplicateGroup, DuplicateKind, DuplicatePhoto, Mark } from '../../api';
import type { Review } from '../../api';
import { bytes, count, percent, plural, wallClock } from '../../shared/format';
import type { Totals } from '../../state/review.svelte';

/** Copies in words. */

export const KIND_CHOICES: readonly (readonly [DuplicateKind, string])[] = [
  ['exact', 'Same files'],
  ['pixels', 'Same pictures'],
  ['near', 'Near copies'],
  ['similar', 'Similar photos'],
];

/** `3 near copies · 97 % alike · 12.4 MB to free`. */
export function groupWords(group: DuplicateGroup): string {
  const { photos, kind, similarity, reclaimableBytes } = group;
  const what: Record<DuplicateKind, string> = {
    exact: 'same files',
    pixels: 'files of one picture',
    near: 'near copies',
    similar: 'similar photos',
  };
  return [
    `${count(photos.length)} ${what[kind]}`,
    ...(kind === 'near' || kind === 'similar' ? [`${likenessWords(similarity)} alike`] : []),
    ...(reclaimableBytes > 0 ? [`${bytes(reclaimableBytes)} to free`] : []),
  ].join(' · ');
}

/** Rounded down: only what is wholly alike is 100 %. */
export const likenessWords = (share: number) => percent(Math.floor(share * 100 + 1e-4) / 100);

/** Which photo stays and why, or why that is open. */
export function choiceWords(group: DuplicateGroup): { title: string; why: string } {
  const keeper = group.photos.find(({ photoId }) => photoId === group.keeper);
  const title = keeper ? `Proposed to stay: ${keeper.fileName}` : 'Choose one';
  return { title, why: group.reasons.join(' · ') };
}

export const sizeWords = ({ width, height }: { width: number; height: number }) =>
  `${width} × ${height}`;

export function ratingWords(rating: number | null | undefined): string {
  if (rating == null || rating === 0) return '';
  return rating < 0 ? 'rejected' : `${'★'.repeat(rating)}`;
}

export function tagWords({ tags }: Pick<DuplicatePhoto, 'tags'>): string {
  return tags.length === 0 ? '' : plural(tags.length, 'tag');
}

export const takenWords = ({ takenAt }: Pick<DuplicatePhoto, 'takenAt'>) =>
  takenAt == null ? 'no capture time' : wallClock(takenAt);

export function markWord(mark: Mark | null | undefined): string {
  if (mark == null) return '';
  return { keep: 'Stays', remove: 'To be removed', skip: 'Later' }[mark];
}

/** What is special about a photo, each in a word with its sentence. */
export function badgesOf(photo: DuplicatePhoto): [string, string][] {
  const badges: [boolean, string, string][] = [
    [photo.protected, 'Protected', 'It lies in a reference folder: it is never removed'],
    [
      photo.hardLinked,
      'Hard link',
      'It is the same file of the disk as another copy: removing it frees nothing',
    ],
    [photo.hasSidecar, 'Sidecar', 'A sidecar file goes along with it'],
  ];
  return badges.filter(([is]) => is).map(([, word, sentence]) => [word, sentence]);
}

/** `12 of 340 groups decided · 3 put off`. */
export function progressWords({ decided, groups, skipped }: Review): string {
  const done = `${count(decided)} of ${plural(groups, 'group')} decided`;
  return skipped > 0 ? `${done} · ${count(skipped)} put off` : done;
}

/** `8 photos, 24.1 MB marked to be removed`. */
export function removalWords({ removeFiles, removeBytes }: Review): string {
  if (removeFiles === 0) return 'Nothing is marked to be removed';
  return `${plural(removeFiles, 'photo')}, ${bytes(removeBytes)} marked to be removed`;
}

/** `1,020 photos in them`. */
export const photosWords = ({ photoCount }: Totals) => `${plural(photoCount, 'photo')} in them`;

export const freeWords = ({ reclaimableBytes }: Totals) =>
  `${bytes(reclaimableBytes)} could be freed`;

/** What is not compared yet; `null` when everything is. */
export function pendingWords({ pending }: Totals): string | null {
  if (pending === 0) return null;
  return `${plural(pending, 'picture')} still to be compared`;
}
