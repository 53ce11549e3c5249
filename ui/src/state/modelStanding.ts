import type { Job, Model, ModelState } from '../api';
import { baseName } from '../shared/format';
import { isEnded } from './jobList';

/** Where models stand, from the list of models and the jobs together; one may be older. */

/** What can be done with a model. */
export type ModelAction = 'download' | 'goOn' | 'use' | 'precision' | 'verify' | 'remove';

/** What commands know a model by. */
export const nameOf = (model: Model) => model.id ?? model.folder ?? '';

/** What people know a model by: a folder that somebody named goes by its last part. */
export const titleOf = (model: Model) => (model.id ? model.title : baseName(model.title));

/** The newest job that downloads, or downloaded, a model. */
export function pullOf(model: Model, jobs: Job[]): Job | undefined {
  return jobs.find((job) => job.kind === 'pull' && job.title === `Download ${model.title}`);
}

/** The newest job that verifies, or verified, a model; titles are the engine's. */
export function verifyOf(model: Model, jobs: Job[]): Job | undefined {
  const titles = [`Verify ${model.title}`, `Verify ${model.folder}`];
  return jobs.find((job) => job.kind === 'verify' && titles.includes(job.title));
}

/** The index job that photos get their vectors from, or will once it is its turn. */
export function indexOf(jobs: Job[]): Job | undefined {
  const active = jobs.filter((job) => job.kind === 'index' && !isEnded(job));
  return active.find((job) => job.state !== 'queued') ?? active[0];
}

/** Where a model stands now. */
export function standing(model: Model, jobs: Job[]): ModelState {
  const pull = pullOf(model, jobs);
  const waits = ['offered', 'partial', 'pulling'].includes(model.state);
  if (waits && pull && !isEnded(pull)) return 'pulling';
  // The list was made before its download ended.
  if (model.state === 'pulling') return model.keptBytes > 0 ? 'partial' : 'offered';
  return model.state;
}

/** What can be done with a model beside steering its job, the likeliest first. */
export function actionsOf(state: ModelState): ModelAction[] {
  switch (state) {
    case 'offered':
      return ['download'];
    case 'partial':
      return ['goOn', 'remove'];
    case 'pulling':
      return [];
    case 'installed':
      return ['use', 'verify', 'remove'];
    case 'building':
      return ['verify', 'remove'];
    case 'inUse':
      return ['precision', 'verify', 'remove'];
  }
}

/** Why the last download of a model failed, while nothing has been found out since. */
export function pullFailure(model: Model, jobs: Job[]): string | null {
  const pull = pullOf(model, jobs);
  const verify = verifyOf(model, jobs);
  if (pull?.state !== 'failed' || (verify?.state === 'done' && verify.id > pull.id)) return null;
  return pull.error ?? 'The download failed';
}

/** What is known of a model's files from verifying them, in this run. */
export function verdict(
  model: Model,
  jobs: Job[],
): 'none' | 'working' | 'whole' | 'damaged' | 'failed' {
  const pull = pullOf(model, jobs);
  const verify = verifyOf(model, jobs);
  if (!verify || verify.state === 'cancelled') return 'none';
  if (!isEnded(verify)) return 'working';
  if (verify.state === 'failed') return 'failed';
  // A download since then has mended what was found damaged.
  if (pull?.state === 'done' && pull.id > verify.id) return 'none';
  return (verify.model?.damaged ?? []).length > 0 ? 'damaged' : 'whole';
}
