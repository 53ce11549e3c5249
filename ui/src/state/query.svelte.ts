import {
  call,
  media,
  type BoxFractions,
  type HoldPicture,
  type QueryImage,
  type SearchPhotos,
  type Sort,
} from '../api';
import { baseName } from '../shared/format';
import { Latest } from './latest';
import { libraries } from './libraries.svelte';
import { notices } from './notices.svelte';
import { asksNothing, fromSearch, toSearch, withoutOff, withStacks, type Rest } from './question';
import { reading } from './reading.svelte';
import { settings } from './settings.svelte';
import { cut, hasFilter, toggleFilter } from './typedLine';

/** A picture that is part of the query: one of the library, or one from outside. */
export interface QueryPicture {
  key: number;
  name: string;
  photoId: number | null;
  heldId: number | null;
  box: BoxFractions | null;
  /** −2 … 2: how much it counts; below 0 looks away from it, 0 leaves it out. */
  weight: number;
}

const ORIGIN = { photoId: null, heldId: null, box: null, weight: 1 };
const SEEDS = 2 ** 32;
const unnamed = (photoId: number) => `Photo ${photoId}`;

/** What is asked: typed words and filters, pictures, and the order of the answer. */
class Query {
  typed = $state('');
  pictures = $state.raw<QueryPicture[]>([]);
  /** Of the words beside pictures, 0 … 2. */
  textWeight = $state(1);
  /** `null` leaves the order to the kind of answer. */
  sort = $state<Sort | null>(null);
  seed = $state(0);
  /** A field or an attribute of which each value is shown once. */
  groupBy = $state<string | null>(null);
  /** Leaves out what is too far to be meant. */
  goodOnly = $state(false);
  /** What a search that was opened asks beside what has controls here. */
  rest = $state.raw<Rest>({});
  /** Rises when something else is looked for, not when the same is narrowed or put in order. */
  begun = $state(0);
  /** Rises when the whole of it is replaced. */
  replaced = $state(0);
  private nextKey = 1;
  private restoring = new Latest();

  get empty(): boolean {
    return asksNothing(this.search());
  }

  /** The search as the engine is asked it. */
  search(): SearchPhotos {
    return withStacks(withoutOff(this.whole()), settings.eachOfStacks);
  }

  /** The search as it is kept: pictures that are switched off stay in it. */
  whole(): SearchPhotos {
    const { typed, textWeight, sort, seed, groupBy, goodOnly, rest } = this;
    const images = this.pictures.map(asked);
    const libraryId = libraries.chosen;
    return toSearch({ typed, images, textWeight, sort, seed, groupBy, goodOnly, libraryId, rest });
  }

  /** Asks a search that was asked before. */
  async restore(search: Partial<SearchPhotos>): Promise<void> {
    const question = fromSearch(search);
    const taken = await this.restoring.ask(() => Promise.all(question.images.map(fetchPicture)));
    if (!taken) return;
    const pictures = taken.answer.filter((picture) => picture !== null);
    this.typed = question.typed;
    this.pictures = pictures.map((picture) => ({ ...picture, key: this.nextKey++ }));
    this.textWeight = question.textWeight;
    this.sort = question.sort;
    this.seed = question.seed;
    this.groupBy = question.groupBy;
    this.goodOnly = question.goodOnly;
    this.rest = question.rest;
    this.replaced += 1;
    libraries.chosen = libraries.named(question.libraryId) ? question.libraryId : null;
    this.begun += 1;
    for (const picture of this.pictures) void this.name(picture);
  }

  /** Takes what is typed in the search box. */
  type(typed: string): void {
    this.typed = typed;
    this.begun += 1;
  }

  /** Adds a photo of the library; one whose name is not known yet gets it soon. */
  addPhoto(photoId: number, name?: string, box: BoxFractions | null = null): void {
    const picture = this.add({ ...ORIGIN, photoId, name: name ?? unnamed(photoId), box });
    if (name === undefined) void this.name(picture);
  }

  /** Hands a picture from outside to the engine and searches with it. */
  async addOutside(picture: HoldPicture, name: string): Promise<void> {
    try {
      const { heldId } = await call('hold_picture', picture);
      this.add({ ...ORIGIN, heldId, name });
    } catch (reason) {
      notices.fail(reason);
    }
  }

  change(key: number, change: Partial<Pick<QueryPicture, 'box' | 'weight' | 'name'>>): void {
    this.pictures = this.pictures.map((picture) =>
      picture.key === key ? { ...picture, ...change } : picture,
    );
  }

  remove(key: number): void {
    this.pictures = this.pictures.filter((picture) => picture.key !== key);
  }

  clear(): void {
    this.restoring.forget();
    this.typed = '';
    this.pictures = [];
    this.textWeight = 1;
    this.rest = {};
    this.replaced += 1;
    this.begun += 1;
  }

  forgetRest(name: keyof Rest): void {
    this.rest = Object.fromEntries(Object.entries(this.rest).filter(([other]) => other !== name));
  }

  /** Adds a filter to what is typed, or takes it out when it is there, however it is spelled. */
  toggleFilter(filter: string): void {
    const chip = reading.filter(this.typed, filter);
    this.typed = chip ? cut(this.typed, chip) : toggleFilter(this.typed, filter);
  }

  /** Leaves out the photos of a filter. */
  leaveOut(filter: string): void {
    this.typed = toggleFilter(this.typed, `-${filter}`);
  }

  hasFilter(filter: string): boolean {
    return hasFilter(this.typed, filter) || reading.filter(this.typed, filter) !== undefined;
  }

  /** Puts the photos in another random order. */
  shuffle(): void {
    this.sort = 'random';
    this.seed = Math.floor(Math.random() * SEEDS);
  }

  private add(picture: Omit<QueryPicture, 'key'>): QueryPicture {
    const added = { ...picture, key: this.nextKey++ };
    this.pictures = [...this.pictures, added];
    this.begun += 1;
    return added;
  }

  /** A photo of a search that was kept is known by its number only. */
  private async name({ key, photoId }: QueryPicture): Promise<void> {
    if (photoId === null) return;
    const photo = await call('get_photo', { photoId }).catch(() => null);
    if (photo) this.change(key, { name: photo.fileName });
  }
}

/** A picture as it is asked; box and weight are said only where they are not as usual. */
function asked({ photoId, heldId, box, weight }: QueryPicture): QueryImage {
  return {
    ...(photoId !== null ? { photoId } : { heldId }),
    ...(box ? { box } : {}),
    ...(weight === 1 ? {} : { weight }),
  };
}

/** Makes a picture of a search that was kept one of the query again. */
async function fetchPicture(image: QueryImage): Promise<Omit<QueryPicture, 'key'> | null> {
  const picture = { ...ORIGIN, box: image.box ?? null, weight: image.weight ?? 1 };
  if (image.photoId != null) {
    return { ...picture, photoId: image.photoId, name: unnamed(image.photoId) };
  }
  const name = image.path ? baseName(image.path) : 'A picture';
  if (image.heldId != null) return { ...picture, heldId: image.heldId, name };
  try {
    const { heldId } = await call('hold_picture', { path: image.path, base64: image.base64 });
    return { ...picture, heldId, name };
  } catch (reason) {
    notices.fail(reason);
    return null;
  }
}

/** Where the whole of a query picture is shown from. */
export function wholeOf(picture: QueryPicture): string {
  return picture.photoId !== null
    ? media.thumb(picture.photoId, 1024)
    : media.held(picture.heldId ?? 0);
}

export const query = new Query();
