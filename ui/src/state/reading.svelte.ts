import { call } from '../api';
import { debounced, Latest } from './latest';
import { chipsOf, standing, type Chip } from './typedLine';

const QUIET_MS = 60;

/** How the engine reads what is typed: which parts are filters, which are words. */
class Reading {
  private read = $state.raw<{ chips: Chip[]; words: boolean }>({ chips: [], words: false });
  private questions = new Latest();
  private typed = '';
  private asking = debounced(() => void this.ask(), QUIET_MS);

  /** Words are looked for, seen or not to be seen. */
  get words(): boolean {
    return this.read.words;
  }

  /** Chips whose characters are still where they were read. */
  chips(typed: string): Chip[] {
    return standing(typed, this.read.chips);
  }

  /** Where a filter stands, by its usual spelling. */
  filter(typed: string, filter: string): Chip | undefined {
    return this.chips(typed).find(({ kind, usual }) => kind === 'filter' && usual === filter);
  }

  of(typed: string): void {
    this.typed = typed;
    if (typed.trim() === '') {
      this.asking.cancel();
      this.questions.forget();
      this.read = { chips: [], words: false };
    } else this.asking.later();
  }

  private async ask(): Promise<void> {
    const typed = this.typed;
    try {
      const taken = await this.questions.ask(() => call('read_query', { typed }));
      if (!taken) return;
      const { words, without, filters } = taken.answer;
      this.read = { chips: chipsOf(typed, filters), words: words !== '' || without !== '' };
    } catch {
      // A line that cannot be read keeps the chips that still stand; the answer tells what is wrong.
    }
  }
}

export const reading = new Reading();
