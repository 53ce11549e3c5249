import {
  call,
  toFailure,
  type ActionKind,
  type CleanupFiles,
  type CleanupPlan,
  type CleanupSession,
  type CommandFailed,
  type DuplicateQuery,
  type Job,
} from '../api';
import { isEnded } from './jobList';
import { jobs } from './jobs.svelte';
import { Latest, throttled } from './latest';
import { notices } from './notices.svelte';
import { overlay } from './overlay.svelte';

/** What a cleanup does, and the cleanups there were. */
class CleanupState {
  action = $state<ActionKind>('trash');
  folder = $state('');
  plan = $state.raw<CleanupPlan | null>(null);
  /** Why there is no plan, or why it could not be applied. */
  failure = $state.raw<CommandFailed | null>(null);
  planning = $state(false);
  /** The job of the plan that is shown, once it was applied. */
  applying = $state<number | null>(null);

  sessions = $state.raw<CleanupSession[]>([]);
  loaded = $state(false);
  sessionsFailure = $state.raw<CommandFailed | null>(null);
  opened = $state.raw<CleanupFiles | null>(null);
  openedFailure = $state.raw<CommandFailed | null>(null);
  /** Jobs that take a cleanup back, by the cleanup. */
  undoing = $state.raw<ReadonlyMap<string, number>>(new Map());

  private plans = new Latest();
  private lists = new Latest();
  private openings = new Latest();
  private wanted: string | null = null;

  get job(): Job | undefined {
    return this.applying === null ? undefined : jobs.named(this.applying);
  }
  /** The plan has to be told a folder first. */
  get lacksFolder(): boolean {
    return this.action === 'folder' && this.folder.trim() === '';
  }

  /** Begins a cleanup of what is marked. */
  begin(query: DuplicateQuery): void {
    this.applying = null;
    this.plan = null;
    overlay.open({ kind: 'cleanUp' });
    void this.ask(query);
  }

  /** Asks what the cleanup would do. */
  async ask(query: DuplicateQuery): Promise<void> {
    this.failure = null;
    if (this.lacksFolder) {
      this.plans.forget();
      this.plan = null;
      this.planning = false;
      return;
    }
    this.planning = true;
    const { action: kind } = this;
    const action = kind === 'folder' ? { kind, folder: this.folder.trim() } : { kind };
    try {
      const taken = await this.plans.ask(() =>
        call('plan_cleanup', { query, marked: true, action }),
      );
      if (!taken) return;
      this.plan = taken.answer;
    } catch (reason) {
      this.plan = null;
      this.failure = toFailure(reason);
    }
    this.planning = false;
  }

  async apply(): Promise<void> {
    if (!this.plan) return;
    this.failure = null;
    try {
      const { jobId } = await call('apply_cleanup', { plan: this.plan });
      await jobs.refresh();
      this.applying = jobId;
    } catch (reason) {
      this.failure = toFailure(reason);
    }
  }

  /** Fetches the cleanups there were, and the files of the one that is open. */
  async refresh(): Promise<void> {
    try {
      const taken = await this.lists.ask(() => call('list_cleanup_sessions', {}));
      if (!taken) return;
      this.sessions = taken.answer.sessions;
      this.loaded = true;
      this.sessionsFailure = null;
    } catch (reason) {
      this.sessionsFailure = toFailure(reason);
    }
    if (this.wanted !== null) await this.show(this.wanted);
  }

  /** Asks again because a cleanup went on. */
  refreshSoon = throttled(() => this.refresh(), 700);

  /** Shows the files of a cleanup. */
  async show(sessionId: string | null): Promise<void> {
    if (this.wanted !== sessionId) {
      this.opened = null;
      this.openedFailure = null;
    }
    this.wanted = sessionId;
    if (sessionId === null) {
      this.openings.forget();
      return;
    }
    try {
      const taken = await this.openings.ask(() => call('get_cleanup', { sessionId }));
      if (!taken) return;
      this.opened = taken.answer;
      this.openedFailure = null;
    } catch (reason) {
      this.openedFailure = toFailure(reason);
    }
  }

  /** Takes a cleanup back, whole or some of its files. */
  async undo(sessionId: string, paths: string[] | null): Promise<void> {
    try {
      const { jobId } = await call('undo_cleanup', { sessionId, ...(paths ? { paths } : {}) });
      await jobs.refresh();
      this.undoing = new Map([...this.undoing, [sessionId, jobId]]);
    } catch (reason) {
      notices.fail(reason);
    }
  }

  undoJob(sessionId: string): Job | undefined {
    const id = this.undoing.get(sessionId);
    return id === undefined ? undefined : jobs.named(id);
  }

  /** Something is being cleaned up or taken back now. */
  get busy(): boolean {
    return jobs.all.some((job) => isCleanup(job) && !isEnded(job));
  }
}

/** A job that cleans up, or takes a cleanup back. */
export const isCleanup = (job: Job) => job.kind === 'cleanup' || job.kind === 'undo';

export const cleanup = new CleanupState();
