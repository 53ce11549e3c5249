import type { ActionKind, CleanupFile, CleanupPlan, CleanupSession, PlanMerge } from '../../api';
import { bytes, plural } from '../../shared/format';
import { ratingWords } from '../duplicates/copyWords';

/** Cleanups in words. */

export const ACTIONS: readonly (readonly [ActionKind, string])[] = [
  ['trash', 'System trash'],
  ['folder', 'Move to a folder'],
  ['hardlink', 'Hard link'],
  ['reflink', 'Shared copy'],
];

/** What an action does with the files, in a sentence. */
export function actionWords(action: ActionKind): string {
  const words: Record<ActionKind, string> = {
    trash: 'They go to the trash; you can take the whole cleanup back.',
    folder: 'They are moved to the folder; you can take the whole cleanup back.',
    hardlink:
      'Files that are the same as the one that stays become further names of it: a change of one is then a change of both.',
    reflink:
      'Files that are the same as the one that stays share its space on the disk; a change of one leaves the other as it is. Few disks can do that.',
  };
  return words[action];
}

/** The button that does it. */
export function applyWords({ action, files }: CleanupPlan): string {
  const what = plural(files, 'file');
  const words: Record<ActionKind, string> = {
    trash: `Move ${what} to the trash`,
    folder: `Move ${what}`,
    hardlink: `Link ${what}`,
    reflink: `Share ${what}`,
  };
  return words[action.kind];
}

/** `12 files, 48.0 MB: 10 photos and 2 files that go along`. */
export function planWords({ files, bytes: size, groups }: CleanupPlan): string {
  if (files === 0) return 'No file goes';
  const photos = groups.reduce((sum, { remove }) => sum + remove.length, 0);
  const along = files - photos;
  const parts = [plural(photos, 'photo'), ...(along > 0 ? [alongWords(along)] : [])];
  return `${plural(files, 'file')}, ${bytes(size)}: ${parts.join(' and ')}`;
}

const alongWords = (files: number) =>
  `${plural(files, 'file')} that ${files === 1 ? 'goes' : 'go'} along`;

/** The lists of a plan. */
export type List = 'goes' | 'merged' | 'refused' | 'open';

/** The list that tells most: what goes, else why nothing does. */
export function tellingList({ files, refused, open }: CleanupPlan): List {
  if (files > 0) return 'goes';
  return refused.length > 0 ? 'refused' : open.length > 0 ? 'open' : 'goes';
}

/** What a keeper gets; empty for nothing. */
export function mergeWords(merge: PlanMerge): string {
  const { tags, rating, label, caption, attributes, regions, regionsLeft } = merge;
  const names = Object.keys(attributes ?? {});
  const people = regions.flatMap(({ name }) => (name ? [name] : []));
  return [
    ...(tags.length > 0 ? [`tags ${tags.join(', ')}`] : []),
    ...(rating != null ? [`rating ${ratingWords(rating) || rating}`] : []),
    ...(label ? [`label ${label}`] : []),
    ...(caption ? [`caption “${caption}”`] : []),
    ...(names.length > 0 ? [`attributes ${names.join(', ')}`] : []),
    ...(regions.length > 0
      ? [`${plural(regions.length, 'region')}${people.length > 0 ? ` (${people.join(', ')})` : ''}`]
      : []),
    ...(regionsLeft > 0
      ? [`without ${plural(regionsLeft, 'region')} of copies in another frame`]
      : []),
  ].join(' · ');
}

/** A file of a plan that goes, and why it may. */
export interface GoingFile {
  path: string;
  bytes: number;
  /** The photo it goes along with; none for a photo. */
  along: string | null;
  keeper: string;
}

/** Every file that goes, each photo with those that go along. */
export function goingFiles({ groups }: CleanupPlan): GoingFile[] {
  return groups.flatMap(({ keeper, remove }) =>
    remove.flatMap(({ path, bytes: size, partners }) => [
      { path, bytes: size, along: null, keeper: keeper.path },
      ...partners.map((partner) => ({
        path: partner.path,
        bytes: partner.bytes,
        along: path,
        keeper: keeper.path,
      })),
    ]),
  );
}

export function sessionState(session: CleanupSession): string {
  const words: Record<CleanupSession['state'], string> = {
    applied: 'Done',
    partly: 'Partly taken back',
    undone: 'Taken back',
    interrupted: 'Interrupted: take it back, or clean up again',
  };
  return words[session.state];
}

export function fileState(state: CleanupFile['state']): string {
  const words: Record<CleanupFile['state'], string> = {
    removed: 'Removed',
    restored: 'Brought back',
    lost: 'Not found any more',
    inPlace: 'Still in place',
  };
  return words[state];
}

/** Whether there is something of a cleanup to take back. */
export const canUndo = ({ state }: CleanupSession) => state !== 'undone';

/** Seconds since 1970 UTC, as the clock here tells it. */
export const clock = (seconds: number) =>
  new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(
    seconds * 1000,
  );
