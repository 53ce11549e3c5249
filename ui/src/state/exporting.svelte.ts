import { call, toFailure, type ExportPlan, type Job, type PhotoPart } from '../api';
import {
  exportRequest,
  isPicture,
  isWhole,
  readExport,
  type ExportControls,
  type ExportedPhotos,
} from './exportRequest';
import { jobs } from './jobs.svelte';
import { debounced, Latest } from './latest';
import { overlay } from './overlay.svelte';
import { query } from './query.svelte';
import { results } from './results.svelte';
import { selection } from './selection.svelte';
import { settings } from './settings.svelte';

const TYPING_MS = 200;
/** Names are shown before a folder was chosen; nothing is written there. */
const NOWHERE = '/';

/** An export that is being prepared, and then goes on. */
class Exporting {
  controls = $state.raw<ExportControls>(readExport(settings.exportControls));
  /** The selected photos instead of all that were found. */
  selected = $state(false);
  /** A part of one photo instead of whole ones. */
  part = $state.raw<PhotoPart | null>(null);
  plan = $state.raw<ExportPlan | null>(null);
  failure = $state<string | null>(null);
  begins = $state(false);
  private jobId = $state<number | null>(null);
  private questions = new Latest();

  get job(): Job | undefined {
    return this.jobId === null ? undefined : jobs.named(this.jobId);
  }

  get found(): number {
    return results.answer?.found.total ?? 0;
  }

  /** The selected photos, or the one in the loupe. */
  get meant(): number[] {
    const { focused } = selection;
    return overlay.loupe && focused !== null ? [focused] : selection.meant;
  }

  /** What is still to be said before it can begin. */
  get missing(): string {
    const { form, folder, file } = this.controls;
    if (folder.trim() === '') return 'Name the folder it goes to.';
    return isWhole(form) && file.trim() === '' ? 'Give the file a name.' : '';
  }

  get ready(): boolean {
    return this.missing === '' && this.plan !== null && !this.begins;
  }

  open(part: PhotoPart | null = null): void {
    this.jobId = null;
    this.part = part;
    if (part && !isPicture(this.controls.form)) this.controls = { ...this.controls, form: 'jpeg' };
    this.plan = null;
    this.failure = null;
    this.selected = selection.ids.size > 1 || overlay.loupe;
    overlay.open({ kind: 'export' });
    void this.look();
  }

  /** Goes back from an export that failed to what it asked for. */
  again(): void {
    this.jobId = null;
    void this.look();
  }

  change(controls: Partial<ExportControls>): void {
    this.controls = { ...this.controls, ...controls };
    settings.keepExport(JSON.stringify(this.controls));
    this.lookSoon();
  }

  choose(selected: boolean): void {
    this.selected = selected;
    void this.look();
  }

  /** Asks what would be written, and how it would be named. */
  async look(): Promise<void> {
    const output = this.controls.folder.trim() || NOWHERE;
    try {
      const request = exportRequest({ ...this.controls, folder: output }, this.photos());
      const taken = await this.questions.ask(() => call('plan_export', request));
      if (!taken) return;
      this.plan = taken.answer;
      this.failure = null;
    } catch (reason) {
      this.plan = null;
      this.failure = toFailure(reason).message;
    }
  }

  async start(): Promise<void> {
    this.begins = true;
    try {
      const folder = this.controls.folder.trim();
      const request = exportRequest({ ...this.controls, folder }, this.photos());
      const { jobId } = await call('start_export', request);
      await jobs.refresh();
      this.jobId = jobId;
    } catch (reason) {
      this.failure = toFailure(reason).message;
    }
    this.begins = false;
  }

  private lookSoon = debounced(() => void this.look(), TYPING_MS).later;

  private photos(): ExportedPhotos {
    if (this.part) return { part: this.part };
    return this.selected ? { photoIds: this.meant } : { search: query.search() };
  }
}

export const exporting = new Exporting();
