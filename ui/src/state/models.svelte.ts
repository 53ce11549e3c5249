import { call, toFailure, type CommandFailed, type Model, type ModelPrecision } from '../api';
import { bytes, plural } from '../shared/format';
import { isEnded } from './jobList';
import { jobs } from './jobs.svelte';
import { Latest } from './latest';
import { libraries } from './libraries.svelte';
import { nameOf, pullOf, standing, titleOf } from './modelStanding';
import { nextFor } from './modelStep';
import { notices } from './notices.svelte';
import { settings } from './settings.svelte';

/** The models there are, and how one comes, is used and goes. */
class ModelsState {
  all = $state.raw<Model[]>([]);
  /** The list has come at least once. */
  loaded = $state(false);
  /** Why the list could not be fetched. */
  failure = $state.raw<CommandFailed | null>(null);
  /** The model that is being taken into use now, by what commands know it by. */
  taking = $state<string | null>(null);
  /** Why a model that was agreed to could not be used after its download. */
  untaken = $state.raw<{ name: string; reason: string } | null>(null);
  private questions = new Latest();

  get inUse(): Model | undefined {
    return this.all.find((model) => model.inUse);
  }

  named(id: string): Model | undefined {
    return this.all.find((model) => model.id === id);
  }

  async refresh(): Promise<void> {
    try {
      const taken = await this.questions.ask(() => call('list_models', {}));
      if (!taken) return;
      this.all = taken.answer.models;
      this.loaded = true;
      this.failure = null;
    } catch (reason) {
      this.failure = toFailure(reason);
      throw reason;
    }
    await this.settle();
  }

  /** Downloads a model that was agreed to; rejects where it cannot even begin. */
  async pull(id: string, thenUse: boolean): Promise<void> {
    this.untaken = null;
    await call('pull_model', { id });
    if (thenUse) settings.setWantedModel(id);
    else if (settings.wantedModel === id) settings.setWantedModel('');
    await jobs.refresh();
    await this.again();
  }

  /** Tries a download again that was agreed to and failed. */
  async pullAgain(id: string): Promise<void> {
    try {
      await call('pull_model', { id });
      await jobs.refresh();
    } catch (reason) {
      notices.fail(reason);
    }
  }

  /** Gives a model up that was agreed to; what has come of it is kept. */
  giveUp(): void {
    settings.setWantedModel('');
    this.untaken = null;
  }

  /** Ends a download; what has come is kept. */
  async cancelPull(model: Model): Promise<void> {
    const job = pullOf(model, jobs.all);
    if (settings.wantedModel === model.id) settings.setWantedModel('');
    if (job && !isEnded(job)) await jobs.steer(job, 'cancel_job');
  }

  /** Uses a model and lets the photos get its vectors; rejects where it cannot be used. */
  async use(name: string, precision: ModelPrecision): Promise<void> {
    this.taking = name;
    try {
      const model = await call('use_model', { model: name, precision });
      this.untaken = null;
      settings.setWantedModel('');
      settings.endModelStep();
      notices.say(takenWords(model));
    } finally {
      this.taking = null;
    }
    await this.again();
    if (libraries.all.length > 0) await libraries.index(null);
  }

  /** Uses a model that was agreed to before it was here. */
  async useAgreed(name: string): Promise<void> {
    try {
      await this.use(name, 'auto');
    } catch (reason) {
      this.untaken = { name, reason: toFailure(reason).message };
    }
  }

  async verify(model: Model): Promise<void> {
    try {
      await call('verify_model', { model: nameOf(model) });
      await jobs.refresh();
    } catch (reason) {
      notices.fail(reason);
    }
  }

  /** Takes a model away; rejects where that cannot be. */
  async remove(model: Model, force: boolean): Promise<void> {
    const gone = await call('remove_model', { model: nameOf(model), force });
    if (settings.wantedModel === model.id) settings.setWantedModel('');
    const pull = pullOf(model, jobs.all);
    // What went wrong with its download goes with it.
    if (pull) jobs.dismiss(pull);
    const files = gone.files ? `${bytes(gone.freedBytes)} are free` : 'its files were not touched';
    const vectors = gone.photos > 0 ? `, the vectors of ${plural(gone.photos, 'photo')} too` : '';
    notices.say(`“${titleOf(model)}” is gone${vectors}; ${files}.`);
    await this.again();
  }

  /** Uses the model that was agreed to, once it is here. */
  private async settle(): Promise<void> {
    if (this.inUse && !settings.modelStepDone) settings.endModelStep();
    const wanted = settings.wantedModel;
    if (wanted === '' || this.taking !== null) return;
    const model = this.named(wanted);
    const next = nextFor(wanted, model && standing(model, jobs.all));
    if (next === 'wait') return;
    settings.setWantedModel('');
    if (next === 'forget') return;
    await this.useAgreed(wanted);
  }

  /** Fetches the list after a change that was made; that it cannot be is told where it is shown. */
  private async again(): Promise<void> {
    await this.refresh().catch(() => undefined);
  }
}

function takenWords(model: Model): string {
  const title = titleOf(model);
  if (model.state === 'building') {
    return `Photos get the vectors of “${title}” now; the old model answers meanwhile.`;
  }
  const vectors = libraries.photos > 0 ? ' Photos get its vectors now.' : '';
  return `“${title}” is in use.${vectors}`;
}

export const models = new ModelsState();
