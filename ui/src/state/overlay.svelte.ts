import type { Model, SavedSearch } from '../api';
import type { QueryPicture } from './query.svelte';

/** What lies over the grid. */
export type Overlay =
  | { kind: 'none' }
  | { kind: 'tagField' }
  /** Attributes of the photos that are meant. */
  | { kind: 'attributes' }
  | { kind: 'keys' }
  | { kind: 'export' }
  | { kind: 'queryPicture'; key: QueryPicture['key'] }
  /** Why a photo was found. */
  | { kind: 'why'; photoId: number }
  /** `null` saves a new one, else it gets another name. */
  | { kind: 'nameSearch'; saved: SavedSearch | null }
  | { kind: 'addFolder' }
  | { kind: 'locateFolder'; folderId: number }
  | { kind: 'removeLibrary'; libraryId: number }
  | { kind: 'pullModel'; id: string }
  /** `null` asks for a folder. */
  | { kind: 'useModel'; model: Model | null }
  | { kind: 'removeModel'; model: Model }
  /** Which copy stays in a review of duplicates. */
  | { kind: 'keepRules' }
  | { kind: 'acceptAlike' }
  | { kind: 'cleanUp' };

class OverlayState {
  now = $state.raw<Overlay>({ kind: 'none' });
  /** The loupe lies below the other overlays: a tag can be given in it. */
  loupe = $state(false);
  /** So do the settings. */
  settings = $state(false);
  /** And the files that could not be read. */
  faults = $state(false);
  /** And the review of duplicates, whole or one group of it compared. */
  review = $state<'closed' | 'groups' | 'compare'>('closed');
  /** Files are being dragged over the window. */
  dropping = $state(false);

  open(overlay: Overlay): void {
    this.now = overlay;
  }
  close(): void {
    this.now = { kind: 'none' };
  }
}

export const overlay = new OverlayState();
