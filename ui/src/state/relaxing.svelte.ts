import { call, type SearchPhotos } from '../api';
import { Latest } from './latest';
import { cut, type Chip } from './typedLine';

/** A part of the line without which there are photos. */
export interface Way {
  label: string;
  /** The line without it. */
  typed: string;
  photos: number;
}

/** Parts that are tried; a line of more is left to the one who typed it. */
const MOST = 8;

/** What to take out of a search that found nothing. */
class Relaxing {
  /** Those that leave the fewest photos first. */
  ways = $state.raw<readonly Way[]>([]);
  private questions = new Latest();

  /** Tries a line without each of its chips. */
  async of(search: SearchPhotos, typed: string, chips: readonly Chip[]): Promise<void> {
    this.ways = [];
    const lines = chips.slice(0, MOST).map((chip) => ({ chip, line: cut(typed, chip) }));
    const taken = await this.questions.ask(() =>
      Promise.all(lines.map(({ chip, line }) => way(search, chip, line))),
    );
    if (!taken) return;
    this.ways = taken.answer
      .filter(({ photos }) => photos > 0)
      .toSorted((a, b) => a.photos - b.photos);
  }

  /** Nothing is to be taken out. */
  forget(): void {
    this.questions.forget();
    this.ways = [];
  }
}

async function way(search: SearchPhotos, { label }: Chip, typed: string): Promise<Way> {
  const without = { ...search, query: typed.trim() || null, limit: 1 };
  // A line that cannot be asked is no way out.
  const answer = await call('search_photos', without).catch(() => null);
  return { label, typed, photos: answer?.found.total ?? 0 };
}

export const relaxing = new Relaxing();
