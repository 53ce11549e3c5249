import type { DuplicateGroup, Mark } from '../api';

/** A photo and what shall happen to it. */
export interface MarkChange {
  photoId: number;
  mark: Mark | null;
}

/**
 * What was marked here, so that an answer of before does not take it back. Marks are numbered as
 * they are made and again when the engine has taken them: an answer counts for a photo only when it
 * was asked after that.
 */
export class MarkLedger {
  private count = 0;
  private made = new Map<number, { mark: Mark | null; number: number; open: boolean }>();

  /** Notes when a question is asked, for its answer to be taken in with. */
  get asking(): number {
    return this.count;
  }

  /** Notes marks that are on their way to the engine; answers their number. */
  make(changes: readonly MarkChange[]): number {
    const number = (this.count += 1);
    for (const { photoId, mark } of changes) this.made.set(photoId, { mark, number, open: true });
    return number;
  }

  /** The engine has taken the marks of that number. */
  taken(number: number): void {
    this.count += 1;
    for (const made of this.made.values()) {
      if (made.number === number) Object.assign(made, { number: this.count, open: false });
    }
  }

  /** The engine has refused the marks of that number: answers count for their photos again. */
  refused(number: number): void {
    for (const [photoId, made] of this.made) if (made.number === number) this.made.delete(photoId);
  }

  /** A photo was marked here after a question was asked. */
  markedSince(photoId: number, asked: number): boolean {
    const made = this.made.get(photoId);
    return made !== undefined && (made.open || made.number > asked);
  }

  /** Groups of an answer, with what was marked since it was asked. */
  over(groups: DuplicateGroup[], asked: number): DuplicateGroup[] {
    const since = new Map<number, Mark | null>();
    for (const [photoId, { mark }] of this.made) {
      if (this.markedSince(photoId, asked)) since.set(photoId, mark);
    }
    return since.size === 0 ? groups : marked(groups, since);
  }
}

/** Groups with other marks; those that are not concerned stay the same. */
export function marked(
  groups: DuplicateGroup[],
  marks: ReadonlyMap<number, Mark | null>,
): DuplicateGroup[] {
  return groups.map((group) => {
    if (!group.photos.some(({ photoId }) => marks.has(photoId))) return group;
    const photos = group.photos.map((photo) =>
      marks.has(photo.photoId) ? { ...photo, mark: marks.get(photo.photoId) ?? null } : photo,
    );
    return { ...group, photos };
  });
}
