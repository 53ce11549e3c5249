import { call, toFailure, type Fault, type FaultCount, type FaultKind } from '../api';
import { plural } from '../shared/format';
import { didChange } from './history';
import { jobs } from './jobs.svelte';
import { Latest, throttled } from './latest';
import { libraries } from './libraries.svelte';
import { notices } from './notices.svelte';
import { overlay } from './overlay.svelte';

const FIRST = 20;
const MORE = 200;

/** What something is done with: one file, all of a kind, or all. */
export interface Meant {
  fault?: Fault;
  kind?: FaultKind;
}

/** Files of one kind that have come, of how many there are. */
export interface FaultGroup {
  kind: FaultKind;
  total: number;
  faults: Fault[];
}

/** Files that could not be read, grouped by why. */
class FaultsState {
  groups = $state.raw<FaultGroup[]>([]);
  kinds = $state.raw<FaultCount[]>([]);
  /** Those that are ignored are looked at. */
  ignored = $state(false);
  loaded = $state(false);
  failure = $state<string | null>(null);
  private questions = new Latest();

  get open(): number {
    return this.kinds.reduce((sum, kind) => sum + kind.open, 0);
  }
  get ignoredTotal(): number {
    return this.kinds.reduce((sum, kind) => sum + kind.ignored, 0);
  }

  show(): void {
    overlay.faults = true;
    void this.ask();
  }

  look(ignored: boolean): void {
    this.ignored = ignored;
    this.groups = [];
    this.loaded = false;
    void this.ask();
  }

  /** Asks again because something changed; as many stay loaded as were. */
  refresh = throttled(() => this.ask(), 500);

  async ask(): Promise<void> {
    const ignored = this.ignored;
    try {
      const taken = await this.questions.ask(async () => {
        const { kinds } = await this.page(ignored, null, 0, 0);
        const wanted = kinds.filter((kind) => (ignored ? kind.ignored : kind.open) > 0);
        const groups = await Promise.all(
          wanted.map(async ({ kind }): Promise<FaultGroup> => {
            const before = this.groups.find((group) => group.kind === kind)?.faults.length ?? 0;
            const page = await this.page(ignored, kind, Math.max(FIRST, before), 0);
            return { kind, total: page.total, faults: page.faults };
          }),
        );
        return { kinds, groups };
      });
      if (!taken) return;
      ({ kinds: this.kinds, groups: this.groups } = taken.answer);
      this.loaded = true;
      this.failure = null;
    } catch (reason) {
      this.failure = toFailure(reason).message;
    }
  }

  /** Fetches more files of a group. */
  async more({ kind, faults }: FaultGroup): Promise<void> {
    try {
      const page = await this.page(this.ignored, kind, MORE, faults.length);
      this.groups = this.groups.map((group) =>
        group.kind === kind
          ? { kind, total: page.total, faults: [...faults, ...page.faults] }
          : group,
      );
    } catch (reason) {
      notices.fail(reason);
    }
  }

  /** Tries files again. */
  async retry(meant: Meant): Promise<void> {
    try {
      await call('retry_faults', wire(meant));
      await jobs.refresh();
    } catch (reason) {
      notices.fail(reason);
    }
  }

  /** Ignores files until they change, or shows them again. */
  async ignore(meant: Meant, ignored: boolean): Promise<void> {
    try {
      const { faultIds } = await call('ignore_faults', { ...wire(meant), ignored });
      await this.ask();
      if (faultIds.length === 0) return;
      const files = plural(faultIds.length, 'file');
      didChange({
        label: ignored ? `${files} ignored until changed` : `${files} shown again`,
        undo: async () => {
          await call('ignore_faults', { faultIds, ignored: !ignored });
          await this.ask();
        },
      });
    } catch (reason) {
      notices.fail(reason);
    }
  }

  private page(ignored: boolean, kind: FaultKind | null, limit: number, offset: number) {
    return call('list_faults', { libraryId: libraries.chosen, kind, ignored, limit, offset });
  }
}

function wire({ fault, kind }: Meant) {
  return {
    libraryId: libraries.chosen,
    kind: kind ?? null,
    faultIds: fault ? [fault.id] : null,
  };
}

export const faults = new FaultsState();
