import type { Model, ModelAgreement, ModelOffer, ModelState, PullPlan } from '../../api';
import { bytes, count, plural } from '../../shared/format';

/** Models in words. */

/** `1.5 GB · more than 100 languages · about 1.5 GB of memory · fast`, as far as it is known. */
export function factWords({ offer, download }: Pick<Model, 'offer' | 'download'>): string {
  const size = download?.bytes ?? offer?.bytes;
  const facts = offer
    ? [offer.languages, `about ${bytes(offer.memoryBytes)} of memory`, offer.speed]
    : download
      ? [`downloaded from ${download.repo}`]
      : [];
  return [...(size === undefined ? [] : [bytes(size)]), ...facts].join(' · ');
}

/** `74.0 % ImageNet-1k, zero-shot`. */
export function accuracyWords({ accuracy }: ModelOffer): string {
  return accuracy.map(({ benchmark, percent }) => `${tenths(percent)} % ${benchmark}`).join(' · ');
}

const tenths = (percent: number) => percent.toFixed(1);

/** What a model is meant for. */
export function roleWord({ role }: ModelOffer): string | null {
  if (!role) return null;
  return role === 'default' ? 'Recommended' : 'Compact';
}

/** Where a model stands, in a word or two. */
export function stateWords(state: ModelState): string {
  const words: Record<ModelState, string> = {
    offered: 'Not downloaded',
    partial: 'Partly downloaded',
    pulling: 'Downloading',
    installed: 'Downloaded, not in use',
    building: 'Being built',
    inUse: 'In use',
  };
  return words[state];
}

/** How far the photos are with a model's vectors; `null` when each has one. */
export function vectorWords(state: ModelState, done: number, photos: number): string | null {
  if (state === 'building') {
    return `Photos get its vectors: ${count(done)} of ${count(photos)}; the old model answers meanwhile`;
  }
  if (state !== 'inUse' || done >= photos) return null;
  return `${count(done)} of ${plural(photos, 'photo')} have its vectors; the others are found by words and looks`;
}

/** What a model computes in, and what that costs in meaning. */
export function precisionWords(model: Pick<Model, 'precision' | 'agreement'>): string | null {
  const { precision, agreement } = model;
  if (precision === 'int8') return agreement ? `In bytes: ${agreed(agreement)}` : 'In bytes';
  if (precision !== 'f32') return null;
  return agreement
    ? `In f32, exact; in bytes, ${agreed(agreement, 'would stay')}`
    : 'In f32, exact';
}

/** `on 24 of your photos the vectors stay within 0.997 of the exact ones`. */
function agreed({ pictures, leastCosine, photos }: ModelAgreement, stay = 'stay'): string {
  const on = photos ? `${count(pictures)} of your photos` : plural(pictures, 'drawn picture');
  return `on ${on} the vectors ${stay} within ${floored(leastCosine)} of the exact ones`;
}

/** Three digits, rounded down so that no more is promised than was seen. */
const floored = (cosine: number) => (Math.floor(cosine * 1000) / 1000).toFixed(3);

/** What is lost when a model is taken away, one sentence each. */
export function losses(model: Model): string[] {
  const { download, folder, keptBytes, photos } = model;
  const files = download
    ? `Its files go: ${bytes(download.bytes)} in ${folder}. They can be downloaded again.`
    : folder
      ? `Its files stay in ${folder}.`
      : `What has come of its download goes: ${bytes(keptBytes)}.`;
  const vectors = `The vectors of ${plural(photos, 'photo')} go.`;
  return photos > 0 ? [files, vectors] : [files];
}

/** What speaks against a download, if anything. */
export function planProblem({ leftBytes, freeBytes }: PullPlan): string | null {
  if (leftBytes <= freeBytes) return null;
  return `The disk has ${bytes(freeBytes)} free and ${bytes(leftBytes)} have to come: make room first.`;
}

/** The button of the first step for a model, by where it stands. */
export function stepWords(model: Model, state: ModelState): string {
  const recommended = model.offer?.role === 'default';
  const size = bytes(model.offer?.bytes ?? 0);
  if (state === 'installed') return recommended ? 'Use the recommended' : 'Use the compact one';
  if (state === 'partial') {
    const left = bytes(Math.max(0, (model.offer?.bytes ?? 0) - model.keptBytes));
    return recommended
      ? `Go on with the recommended, ${left} to come`
      : `Go on with the compact one, ${left} to come`;
  }
  return recommended ? `Download recommended, ${size}` : `Choose the compact one, ${size}`;
}
