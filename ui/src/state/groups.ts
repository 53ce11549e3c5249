import type { DuplicateGroup } from '../api';
import type { MarkChange } from './markLedger';

/** A place in the groups: a group, and a photo of it. */
export interface Place {
  group: number;
  photo: number;
}

/** The groups of a page after those before it; a group that is there already is not shown twice. */
export function joined(before: DuplicateGroup[], page: DuplicateGroup[]): DuplicateGroup[] {
  const known = new Set(before.map(({ id }) => id));
  return [...before, ...page.filter(({ id }) => !known.has(id))];
}

export function placeOf(groups: readonly DuplicateGroup[], photoId: number | null): Place | null {
  if (photoId === null) return null;
  for (const [group, { photos }] of groups.entries()) {
    const photo = photos.findIndex((one) => one.photoId === photoId);
    if (photo >= 0) return { group, photo };
  }
  return null;
}

/** The photo that a group is looked at from: the one that is proposed to stay, else the first. */
export function leadOf(group: DuplicateGroup | undefined): number | null {
  return group?.keeper ?? group?.photos[0]?.photoId ?? null;
}

/** The photo some steps on, across the groups; the last one there is where they end. */
export function stepped(
  groups: readonly DuplicateGroup[],
  from: number | null,
  step: 1 | -1,
): number | null {
  const place = placeOf(groups, from);
  if (!place) return leadOf(groups[0]);
  const here = groups[place.group]?.photos[place.photo + step];
  if (here) return here.photoId;
  const next = groups[place.group + step]?.photos;
  return (step > 0 ? next?.[0] : next?.[next.length - 1])?.photoId ?? from;
}

/** The lead of the group some groups on. */
export function steppedGroup(
  groups: readonly DuplicateGroup[],
  from: number | null,
  step: number,
): number | null {
  const place = placeOf(groups, from);
  if (!place) return leadOf(groups[0]);
  const to = Math.max(0, Math.min(groups.length - 1, place.group + step));
  return to === place.group ? from : leadOf(groups[to]);
}

/** Every photo is marked and one stays, by its mark or as the only one that is not removed. */
export function isDecided({ photos }: DuplicateGroup): boolean {
  const others = photos.filter(({ mark }) => mark !== 'remove');
  if (others.length === 1) return others[0]?.mark !== 'skip';
  return others.length > 0 && others.every(({ mark }) => mark === 'keep');
}

export const isSkipped = ({ photos }: DuplicateGroup) => photos.some(({ mark }) => mark === 'skip');

/** Every photo is marked to be removed, which never happens. */
export const keepsNone = ({ photos }: DuplicateGroup) =>
  photos.every(({ mark }) => mark === 'remove');

/** The first group after a place that is neither decided nor put off; -1 when there is none. */
export function nextOpen(groups: readonly DuplicateGroup[], after: number): number {
  return groups.findIndex(
    (group, index) => index > after && !isDecided(group) && !isSkipped(group),
  );
}

/** Keeps one photo and removes the others, but for those that are protected. */
export function keepOnly(group: DuplicateGroup, photoId: number): MarkChange[] {
  return group.photos.map((photo) => ({
    photoId: photo.photoId,
    mark: photo.photoId === photoId || photo.protected ? 'keep' : 'remove',
  }));
}

/** Puts a whole group off; one that is put off comes back. */
export function putOff(group: DuplicateGroup): MarkChange[] {
  const mark = group.photos.every((photo) => photo.mark === 'skip') ? null : 'skip';
  return group.photos.map(({ photoId }) => ({ photoId, mark }));
}

/** Takes the mark off a photo; a group that is put off comes back as a whole. */
export function unmarked(group: DuplicateGroup, photoId: number): MarkChange[] {
  const own = group.photos.find((photo) => photo.photoId === photoId);
  const meant = own?.mark === 'skip' ? group.photos : own ? [own] : [];
  return meant.map((photo) => ({ photoId: photo.photoId, mark: null }));
}

/** What is proposed; nothing where that is open. */
export function proposed(group: DuplicateGroup): MarkChange[] {
  return group.keeper == null ? [] : keepOnly(group, group.keeper);
}

/** Only what would really change. */
export function changesOf(group: DuplicateGroup, wanted: readonly MarkChange[]): MarkChange[] {
  const marks = new Map(group.photos.map(({ photoId, mark }) => [photoId, mark ?? null]));
  return wanted.filter(({ photoId, mark }) => marks.get(photoId) !== mark);
}
