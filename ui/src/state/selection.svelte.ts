import { results } from './results.svelte';

/** Which photos are meant: the selected ones, and the one that has the focus. */
class Selection {
  ids = $state.raw<ReadonlySet<number>>(new Set());
  focused = $state<number | null>(null);
  /** Where a range began. */
  private anchor: number | null = null;

  has(photoId: number): boolean {
    return this.ids.has(photoId);
  }

  get focusedIndex(): number {
    return results.indexOf(this.focused);
  }

  /** The selected photos in the order of the answer, else the focused one. */
  get meant(): number[] {
    if (this.ids.size === 0) return this.focused === null ? [] : [this.focused];
    return results.ids.filter((id) => this.ids.has(id));
  }

  /** Moves the focus, and selects that photo alone. */
  choose(index: number): void {
    const id = results.ids[index];
    if (id === undefined) return;
    this.focused = this.anchor = id;
    this.ids = new Set([id]);
  }

  /** Moves the focus only, as stepping through the loupe does. */
  focus(index: number): void {
    const id = results.ids[index];
    if (id === undefined) return;
    this.focused = this.anchor = id;
    if (this.ids.size <= 1) this.ids = new Set([id]);
  }

  /** Adds one photo to the selection, or takes it out. */
  toggle(index: number): void {
    const id = results.ids[index];
    if (id === undefined) return;
    const ids = new Set(this.ids);
    if (!ids.delete(id)) ids.add(id);
    this.ids = ids;
    this.focused = this.anchor = id;
  }

  /** Selects everything from where the range began up to a photo. */
  extend(index: number): void {
    const id = results.ids[index];
    if (id === undefined) return;
    const from = Math.max(0, results.indexOf(this.anchor ?? id));
    this.ids = new Set(results.ids.slice(Math.min(from, index), Math.max(from, index) + 1));
    this.focused = id;
  }

  all(): void {
    this.ids = new Set(results.ids);
  }

  none(): void {
    this.ids = new Set();
  }

  /** Forgets photos that are no longer in the answer. */
  keepWithin(): void {
    if (this.focused !== null && this.focusedIndex < 0) this.focused = this.anchor = null;
    const ids = [...this.ids].filter((id) => results.indexOf(id) >= 0);
    if (ids.length < this.ids.size) this.ids = new Set(ids);
  }
}

export const selection = new Selection();
