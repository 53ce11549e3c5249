import { call, type Library, type Root } from '../api';
import { jobs } from './jobs.svelte';
import { notices } from './notices.svelte';
import { settings } from './settings.svelte';

/** The libraries, and which of them is looked at. */
class LibrariesState {
  all = $state.raw<Library[]>([]);
  /** `null` looks at all of them. */
  chosen = $state<number | null>(null);
  /** The list has come at least once. */
  loaded = $state(false);

  get photos(): number {
    return this.all.reduce((sum, library) => sum + library.photos, 0);
  }
  /** As many as an answer that asks nothing shows: of a stack one, or each of its photos. */
  shown(library: Library): number {
    return settings.eachOfStacks ? library.photos : library.shots;
  }
  get shownInAll(): number {
    return this.all.reduce((sum, library) => sum + this.shown(library), 0);
  }
  get faults(): number {
    return this.all.reduce((sum, library) => sum + library.faults, 0);
  }

  named(id: number | null): Library | undefined {
    return this.all.find((library) => library.id === id);
  }

  root(id: number): Root | undefined {
    return this.all.flatMap((library) => library.roots).find((root) => root.id === id);
  }

  /** Folders that are not there. */
  get offline(): Root[] {
    return this.all.flatMap((library) => library.roots).filter((root) => root.offline);
  }

  /** Every folder that is looked at is not there. */
  get allAway(): boolean {
    const looked = this.chosen === null ? this.all : this.all.filter((l) => l.id === this.chosen);
    const roots = looked.flatMap((library) => library.roots);
    return roots.length > 0 && roots.every((root) => root.offline);
  }

  /** The folder, of those that are not there, that a photo lies in. */
  awayRootOf(path: string): Root | undefined {
    return this.offline.find(
      (root) => path.startsWith(root.path) && /^[/\\]?$/.test(path.charAt(root.path.length)),
    );
  }

  async refresh(): Promise<void> {
    this.all = (await call('list_libraries', {})).libraries;
    this.loaded = true;
    if (this.chosen !== null && !this.named(this.chosen)) this.chosen = null;
  }

  /** Adds folders as a library and indexes it; answers whether it was added. */
  async add(roots: string[]): Promise<boolean> {
    if (roots.length === 0) return false;
    try {
      const library = await call('add_library', { roots, name: null, exclude: [] });
      await this.refresh();
      await this.index(library.id);
      return true;
    } catch (reason) {
      notices.fail(reason);
      return false;
    }
  }

  async remove(library: Library): Promise<void> {
    try {
      await call('remove_library', { libraryId: library.id });
      notices.say(`“${library.name}” is no longer in Latent. Its files were not touched.`);
      await this.refresh();
    } catch (reason) {
      notices.fail(reason);
    }
  }

  /** Says where a folder is now; rejects with why it is not taken for the same. */
  async locate(folderId: number, path: string): Promise<void> {
    const library = await call('locate_folder', { folderId, path });
    notices.say(`“${library.name}” is back. Nothing that was known of its photos is lost.`);
    await this.refresh();
    await this.index(library.id);
  }

  /** Compares a library, or all, with the disk. */
  async index(libraryId: number | null): Promise<void> {
    try {
      await call('start_index', { libraryId, retryFaults: false });
      await jobs.refresh();
    } catch (reason) {
      notices.fail(reason);
    }
  }
}

export const libraries = new LibrariesState();
