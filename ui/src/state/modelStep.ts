import type { Library, Model, ModelState } from '../api';

/** What is known when the step that offers a model is to be shown or not. */
interface Known {
  /** It was answered. */
  done: boolean;
  /** Have the libraries and the models come? */
  loaded: boolean;
  libraries: Library[];
  models: Model[];
}

/** Photos get, or have, the vectors of a model. */
const isTaken = (model: Model) => model.state === 'inUse' || model.state === 'building';

/**
 * Whether a model is offered beside the photos: once, after the first folder was added, and only
 * where no model was taken.
 */
export function offersModel({ done, loaded, libraries, models }: Known): boolean {
  if (!loaded || done || libraries.length === 0) return false;
  return models.some((model) => model.offer) && !models.some(isTaken);
}

/** The model that is offered for a role. */
export function offeredAs(models: Model[], role: 'default' | 'compact'): Model | undefined {
  return models.find((model) => model.offer?.role === role);
}

/** What a model that was agreed to still needs. */
export function nextFor(wanted: string, state: ModelState | undefined): 'use' | 'wait' | 'forget' {
  if (wanted === '' || state === undefined) return 'forget';
  if (state === 'installed') return 'use';
  return state === 'inUse' || state === 'building' ? 'forget' : 'wait';
}
