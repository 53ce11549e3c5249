import { call, type Completion, type Completions } from '../api';
import { debounced, Latest } from './latest';
import { libraries } from './libraries.svelte';
import { put } from './typedLine';

const QUIET_MS = 50;

/** What can follow in the search box. */
class Completing {
  private answer = $state.raw<(Completions & { typed: string }) | null>(null);
  /** The item that is chosen by the keys, or -1. */
  chosen = $state(-1);
  private questions = new Latest();
  private wanted = { typed: '', cursor: 0 };
  private asking = debounced(() => void this.ask(), QUIET_MS);

  get items(): Completion[] {
    return this.answer?.items ?? [];
  }

  /** The first character that an item replaces. */
  get start(): number {
    return this.answer?.start ?? 0;
  }

  /** Asks what can follow; `cursor` counts characters. What is shown stays until the answer. */
  at(typed: string, cursor: number): void {
    this.wanted = { typed, cursor };
    this.chosen = -1;
    if (typed.slice(0, cursor).trim() === '') this.close();
    else this.asking.later();
  }

  close(): void {
    this.asking.cancel();
    this.questions.forget();
    this.answer = null;
    this.chosen = -1;
  }

  step(by: 1 | -1): void {
    this.chosen = Math.max(-1, Math.min(this.items.length - 1, this.chosen + by));
  }

  /** The line with an item put in, and the characters before the cursor; `null` when it is late. */
  accept(index: number, typed: string): [string, number] | null {
    const item = this.items[index];
    if (!item || !this.answer || this.answer.typed !== typed) return null;
    return put(typed, this.answer, item.text);
  }

  private async ask(): Promise<void> {
    const { typed, cursor } = this.wanted;
    try {
      const taken = await this.questions.ask(() =>
        call('complete_filter', { typed, cursor, libraryId: libraries.chosen }),
      );
      if (taken) this.answer = { ...taken.answer, typed };
    } catch {
      // Typing goes on without help.
      this.answer = null;
    }
  }
}

export const completing = new Completing();
