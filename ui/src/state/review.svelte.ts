import {
  call,
  toFailure,
  type CommandFailed,
  type Decision,
  type DuplicateGroup,
  type DuplicateQuery,
  type Duplicates,
  type Mark,
  type ProposalCount,
  type Review,
} from '../api';
import { plural } from '../shared/format';
import { readControls, toQuery, type ReviewControls } from './copyQuestion';
import { changesOf, joined, leadOf, nextOpen, placeOf, proposed } from './groups';
import { didChange, didQuietly } from './history';
import { jobs } from './jobs.svelte';
import { debounced, Latest, throttled } from './latest';
import { MarkLedger, marked, type MarkChange } from './markLedger';
import { notices } from './notices.svelte';
import { overlay } from './overlay.svelte';
import { settings } from './settings.svelte';

const PAGE = 50;
const MOST = 500;
const TYPING_MS = 250;
const LATE_MS = 250;

/** What is told of all groups, not only of those that have come. */
export type Totals = Omit<Duplicates, 'groups' | 'nextCursor'>;

/** The review of copies: its groups, what is marked in them, and how far it has come. */
class ReviewState {
  controls = $state.raw<ReviewControls>(readControls(settings.reviewControls));
  groups = $state.raw<DuplicateGroup[]>([]);
  totals = $state.raw<Totals | null>(null);
  /** What the groups answer, in a word. */
  asked = $state('');
  failure = $state.raw<CommandFailed | null>(null);
  slow = $state(false);
  progress = $state.raw<Review | null>(null);
  /** The photo that is meant. */
  focused = $state<number | null>(null);
  /** Counts the moves of the focus by a key or button, after which it is brought into view. */
  moves = $state(0);
  /** The last group that was in view: so many stay loaded. */
  lookedAt = 0;

  /** The photo that is meant is to be shown once its group has come. */
  private unseen = false;
  private nextCursor: string | null = null;
  /** The question about similar photos that a job is at, in a word. */
  private seeking = '';
  private loadingMore = false;
  private questions = new Latest();
  private pages = new Latest();
  private progressions = new Latest();
  private surveys = new Latest();
  private ledger = new MarkLedger();
  private line: Promise<unknown> = Promise.resolve();
  private late: ReturnType<typeof setTimeout> | undefined;
  private typing = debounced(() => void this.ask(), TYPING_MS);

  get query(): DuplicateQuery {
    return toQuery(this.controls);
  }
  get place() {
    return placeOf(this.groups, this.focused);
  }
  get group(): DuplicateGroup | undefined {
    const place = this.place;
    return place ? this.groups[place.group] : undefined;
  }

  open(): void {
    overlay.review = 'groups';
    void this.ask();
  }

  /** Asks for something else; what is typed or slid is waited out. */
  change(part: Partial<ReviewControls>, typed = false): void {
    this.controls = { ...this.controls, ...part };
    settings.keepReviewControls(JSON.stringify(this.controls));
    if (typed) this.typing.later();
    else this.typing.now();
  }

  /** Asks for the groups; as many as were looked at stay. */
  async ask(): Promise<void> {
    clearTimeout(this.late);
    this.late = setTimeout(() => (this.slow = true), LATE_MS);
    const query = this.query;
    const asked = JSON.stringify(query);
    const same = asked === this.asked;
    const wanted = same ? this.lookedAt + PAGE : PAGE;
    const since = this.ledger.asking;
    this.seek(query.kind === 'similar' ? asked : '');
    void this.askProgress();
    try {
      const taken = await this.questions.ask(() => fetchGroups(query, wanted));
      if (!taken) return;
      this.seeking = '';
      this.pages.forget();
      this.loadingMore = false;
      this.take(taken.answer, since, asked);
      this.failure = null;
    } catch (reason) {
      this.seeking = '';
      this.failure = toFailure(reason);
    }
    clearTimeout(this.late);
    this.slow = false;
  }

  /** Ends looking for similar photos that nobody waits for any more. */
  private seek(asked: string): void {
    if (this.seeking !== '' && this.seeking !== asked) {
      for (const job of jobs.active) {
        if (job.kind === 'group') void jobs.steer(job, 'cancel_job');
      }
    }
    this.seeking = asked;
  }

  /** Asks again because something changed; often wished, seldom done. */
  refresh = throttled(async () => {
    if (overlay.review !== 'closed') await this.ask();
  }, 1000);

  private refreshProgress = throttled(() => this.askProgress(), 200);

  private async askProgress(): Promise<void> {
    const query = this.query;
    try {
      const taken = await this.progressions.ask(() => call('get_review', { query }));
      if (taken) this.progress = taken.answer;
    } catch {
      // What is wrong with the question is told where the groups are.
    }
  }

  private take({ groups, nextCursor, ...totals }: Duplicates, since: number, asked: string): void {
    const before = this.place;
    const fresh = asked !== this.asked;
    this.groups = this.ledger.over(groups, since);
    this.nextCursor = nextCursor ?? null;
    this.totals = totals;
    this.asked = asked;
    if (this.place && !fresh) {
      if (this.unseen) this.goTo(this.focused);
      return;
    }
    // The group is gone: the one that came in its place is next.
    const at = fresh || !before ? Math.max(0, nextOpen(this.groups, -1)) : before.group;
    this.goTo(leadOf(this.groups[Math.min(at, this.groups.length - 1)]), fresh);
  }

  /** Fetches the next page; answers whether one came. */
  async more(limit = PAGE): Promise<boolean> {
    const cursor = this.nextCursor;
    if (cursor === null || this.loadingMore) return false;
    this.loadingMore = true;
    const { query } = this;
    const since = this.ledger.asking;
    try {
      const taken = await this.pages.ask(() => call('find_duplicates', { query, limit, cursor }));
      if (!taken) return false;
      this.groups = joined(this.groups, this.ledger.over(taken.answer.groups, since));
      this.nextCursor = taken.answer.nextCursor ?? null;
      this.loadingMore = false;
      return true;
    } catch {
      this.loadingMore = false;
      this.refresh();
      return false;
    }
  }

  // ---- where one is ------------------------------------------------------------------------

  goTo(photoId: number | null, reveal = true): void {
    this.focused = photoId;
    this.unseen = reveal && photoId !== null && this.place === null;
    if (reveal) this.moves += 1;
  }

  /** Goes to the next group that is neither decided nor put off, from the first again at the end. */
  async goToNextOpen(): Promise<void> {
    let after = this.place?.group ?? -1;
    let at = nextOpen(this.groups, after);
    while (at < 0) {
      after = this.groups.length - 1;
      if (!(await this.more(MOST))) break;
      at = nextOpen(this.groups, after);
    }
    if (at < 0) at = nextOpen(this.groups, -1);
    if (at >= 0) this.goTo(leadOf(this.groups[at]));
    else notices.say('Every group is decided or put off');
  }

  // ---- marks -------------------------------------------------------------------------------

  /** Marks photos of a group; Ctrl+Z takes back what really changed. */
  async mark(group: DuplicateGroup, wanted: readonly MarkChange[]): Promise<void> {
    const changes = changesOf(group, wanted);
    if (changes.length === 0) return;
    const before = group.photos
      .filter(({ photoId }) => changes.some((change) => change.photoId === photoId))
      .map(({ photoId, mark }) => ({ photoId, mark: mark ?? null }));
    didQuietly({ label: markWords(changes), undo: () => this.send(before) });
    await this.send(changes).catch((reason) => notices.fail(reason));
  }

  private async send(changes: readonly MarkChange[]): Promise<void> {
    const number = this.ledger.make(changes);
    this.groups = marked(this.groups, new Map(changes.map(({ photoId, mark }) => [photoId, mark])));
    try {
      await this.inTurn(() => sendMarks(changes));
      this.ledger.taken(number);
    } catch (reason) {
      this.ledger.refused(number);
      void this.ask();
      throw reason;
    } finally {
      this.refreshProgress();
    }
  }

  /** Marks reach the engine in the order they were made. */
  private inTurn<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    const turn = this.line.then(act);
    this.line = turn.catch(() => undefined);
    return turn;
  }

  /** Marks what is proposed in a group. */
  accept(group: DuplicateGroup): Promise<void> {
    return this.mark(group, proposed(group));
  }

  // ---- many groups at once -----------------------------------------------------------------

  /** What accepting would mark at each confidence; `undefined` when it was asked again meanwhile. */
  async survey(confidences: number[]): Promise<ProposalCount[] | undefined> {
    const { query } = this;
    const taken = await this.surveys.ask(() => call('count_proposals', { query, confidences }));
    return taken?.answer.counts;
  }

  /** Accepts every proposal of a confidence; what it marked can be unmarked from its notice. */
  async acceptAll(confidence: number): Promise<void> {
    const { query } = this;
    const done = await this.inTurn(() => call('accept_proposals', { query, confidence }));
    const since = this.ledger.asking;
    await this.ask();
    const label = `Marked ${plural(done.photos, 'photo')} in ${plural(done.groups, 'group')} to be removed`;
    const undo = () => {
      const untouched = done.marked.filter((id) => !this.ledger.markedSince(id, since));
      return this.send(untouched.map((photoId) => ({ photoId, mark: null })));
    };
    if (done.groups > 0) didChange({ label, undo });
    else notices.say('Nothing was left to accept');
  }

  /** Remembers that every two photos of a group are no duplicates, or are kept; `null` forgets it. */
  async decide(group: DuplicateGroup, decision: Decision | null): Promise<void> {
    const photoIds = group.photos.map(({ photoId }) => photoId);
    try {
      await call('decide_duplicates', { photoIds, decision });
    } catch (reason) {
      notices.fail(reason);
      return;
    }
    const photos = plural(photoIds.length, 'photo');
    if (decision === null) notices.say(`Nothing is decided about these ${photos} any more`);
    else {
      didChange({
        label: decision === 'keepBoth' ? `All ${photos} are kept` : `${photos} are no duplicates`,
        undo: async () => {
          await call('decide_duplicates', { photoIds, decision: null });
          await this.ask();
          this.goTo(photoIds[0] ?? null);
        },
      });
    }
    await this.ask();
  }
}

async function fetchGroups(query: DuplicateQuery, wanted: number): Promise<Duplicates> {
  const limit = Math.min(MOST, wanted);
  let answer = await call('find_duplicates', { query, limit });
  while (answer.nextCursor && answer.groups.length < wanted) {
    const cursor = answer.nextCursor;
    const page = await call('find_duplicates', { query, limit: MOST, cursor });
    answer = {
      ...answer,
      groups: joined(answer.groups, page.groups),
      nextCursor: page.nextCursor ?? null,
    };
  }
  return answer;
}

async function sendMarks(changes: readonly MarkChange[]): Promise<void> {
  for (const mark of ['keep', 'remove', 'skip', null] as const) {
    const photoIds = changes.filter((one) => one.mark === mark).map(({ photoId }) => photoId);
    if (photoIds.length > 0) await call('mark_photos', { photoIds, mark });
  }
}

function markWords(changes: readonly MarkChange[]): string {
  const photos = plural(changes.length, 'photo');
  const words: Record<Mark, string> = {
    keep: `${photos} kept`,
    remove: `${photos} to be removed`,
    skip: `${photos} put off`,
  };
  const marks = new Set(changes.map(({ mark }) => mark));
  const only = marks.size === 1 ? changes[0]?.mark : undefined;
  if (only === null) return `${photos} unmarked`;
  return only ? words[only] : `${photos} marked`;
}

export const review = new ReviewState();
