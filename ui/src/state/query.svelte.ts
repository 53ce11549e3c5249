import {
  call,
  media,
  type BoxFractions,
  type HoldPicture,
  type QueryImage,
  type Sort,
} from '../api';
import { notices } from './notices.svelte';

/** A picture that is part of the query: one of the library, or one from outside. */
export interface QueryPicture {
  key: number;
  name: string;
  photoId: number | null;
  heldId: number | null;
  box: BoxFractions | null;
  /** Look away from this picture instead of towards it. */
  unlike: boolean;
}

/** What is asked: typed words and filters, pictures, and the order of the answer. */
class Query {
  typed = $state('');
  pictures = $state.raw<QueryPicture[]>([]);
  /** `null` leaves the order to the kind of answer. */
  sort = $state<Sort | null>(null);
  private nextKey = 1;

  get empty(): boolean {
    return this.typed.trim() === '' && this.pictures.length === 0;
  }

  images(): QueryImage[] {
    return this.pictures.map(({ photoId, heldId, box, unlike }) => ({
      photoId,
      heldId,
      ...(box ? { box } : {}),
      ...(unlike ? { weight: -1 } : {}),
    }));
  }

  addPhoto(photoId: number, name: string, box: BoxFractions | null = null): void {
    this.add({ photoId, heldId: null, name, box });
  }

  /** Hands a picture from outside to the engine and searches with it. */
  async addOutside(picture: HoldPicture, name: string): Promise<void> {
    try {
      const { heldId } = await call('hold_picture', picture);
      this.add({ photoId: null, heldId, name, box: null });
    } catch (reason) {
      notices.fail(reason);
    }
  }

  change(key: number, change: Partial<Pick<QueryPicture, 'box' | 'unlike'>>): void {
    this.pictures = this.pictures.map((picture) =>
      picture.key === key ? { ...picture, ...change } : picture,
    );
  }

  remove(key: number): void {
    this.pictures = this.pictures.filter((picture) => picture.key !== key);
  }

  clear(): void {
    this.typed = '';
    this.pictures = [];
  }

  /** Adds a word or filter to what is typed, or takes it out when it is there. */
  toggleWord(word: string): void {
    const typed = ` ${this.typed} `;
    this.typed = typed.includes(` ${word} `)
      ? typed.replace(` ${word} `, ' ').trim()
      : `${this.typed} ${word}`.trim();
  }

  has(word: string): boolean {
    return ` ${this.typed} `.includes(` ${word} `);
  }

  private add(picture: Omit<QueryPicture, 'key' | 'unlike'>): void {
    this.pictures = [...this.pictures, { ...picture, key: this.nextKey++, unlike: false }];
  }
}

/** Where the whole of a query picture is shown from. */
export function wholeOf(picture: QueryPicture): string {
  return picture.photoId !== null
    ? media.thumb(picture.photoId, 1024)
    : media.held(picture.heldId ?? 0);
}

export const query = new Query();
