import { describe, expect, it } from 'vitest';
import type { Model, ModelOffer, PullPlan } from '../../api';
import {
  accuracyWords,
  losses,
  factWords,
  planProblem,
  precisionWords,
  stepWords,
  vectorWords,
} from './modelWords';

const offer: ModelOffer = {
  role: 'default',
  repo: 'painter/model',
  bytes: 1_507_000_000,
  licence: 'Apache-2.0',
  licenceUrl: 'https://example.org/licence',
  languages: 'more than 100 languages',
  accuracy: [
    { benchmark: 'ImageNet-1k, zero-shot', percent: 74 },
    { benchmark: 'COCO, text to image, recall@1', percent: 47.2 },
  ],
  memoryBytes: 1_510_000_000,
  speed: 'fast',
};
const model = (more: Partial<Model>) =>
  ({ title: 'Painted', folder: null, keptBytes: 0, photos: 0, offer, ...more }) as Model;

it('an offer tells what it costs and what it is good for', () => {
  expect(factWords({ offer, download: null })).toBe(
    '1.5 GB · more than 100 languages · about 1.5 GB of memory · fast',
  );
  expect(accuracyWords(offer)).toBe(
    '74.0 % ImageNet-1k, zero-shot · 47.2 % COCO, text to image, recall@1',
  );
});

it('a model that is no longer offered tells what was downloaded', () => {
  const download = { repo: 'painter/model', commit: null, bytes: 605_000_000 };
  expect(factWords({ offer, download })).toMatch(/^605 MB · more than/);
  expect(factWords({ offer: null, download })).toBe('605 MB · downloaded from painter/model');
  expect(factWords({ offer: null, download: null })).toBe('');
});

it('photos that lack vectors are counted while it matters', () => {
  expect(vectorWords('building', 1234, 20_000)).toBe(
    'Photos get its vectors: 1,234 of 20,000; the old model answers meanwhile',
  );
  expect(vectorWords('inUse', 1, 3)).toBe(
    '1 of 3 photos have its vectors; the others are found by words and looks',
  );
  expect(vectorWords('inUse', 3, 3)).toBeNull();
  expect(vectorWords('installed', 1, 3)).toBeNull();
});

describe('precision', () => {
  const agreement = { pictures: 24, leastCosine: 0.9979, sameNeighbour: 1, photos: true };

  it('tells how near the vectors stay, and never more than was seen', () => {
    expect(precisionWords({ precision: 'int8', agreement })).toBe(
      'In bytes: on 24 of your photos the vectors stay within 0.997 of the exact ones',
    );
    expect(precisionWords({ precision: 'int8', agreement: { ...agreement, photos: false } })).toBe(
      'In bytes: on 24 drawn pictures the vectors stay within 0.997 of the exact ones',
    );
  });

  it('tells why it is exact where bytes would lose too much', () => {
    const worse = { ...agreement, leastCosine: 0.91 };
    expect(precisionWords({ precision: 'f32', agreement: worse })).toBe(
      'In f32, exact; in bytes, on 24 of your photos the vectors would stay within 0.910 of the exact ones',
    );
    expect(precisionWords({ precision: 'f32', agreement: null })).toBe('In f32, exact');
    expect(precisionWords({ precision: '', agreement: null })).toBeNull();
  });
});

it('what goes with a model is said before', () => {
  const download = { repo: 'painter/model', commit: null, bytes: 605_000_000 };
  expect(losses(model({ folder: '/d/models/p', download, photos: 1234 }))).toEqual([
    'Its files go: 605 MB in /d/models/p. They can be downloaded again.',
    'The vectors of 1,234 photos go.',
  ]);
  expect(losses(model({ folder: '/home/me/clip', offer: null }))).toEqual([
    'Its files stay in /home/me/clip.',
  ]);
  expect(losses(model({ keptBytes: 300_000_000 }))).toEqual([
    'What has come of its download goes: 300 MB.',
  ]);
});

it('a download that does not fit is told before it begins', () => {
  const plan = { leftBytes: 2_000_000_000, freeBytes: 1_000_000_000 } as PullPlan;
  expect(planProblem(plan)).toBe(
    'The disk has 1.0 GB free and 2.0 GB have to come: make room first.',
  );
  expect(planProblem({ ...plan, freeBytes: 2_000_000_000 })).toBeNull();
});

it('the first step names what its button does', () => {
  expect(stepWords(model({}), 'offered')).toBe('Download recommended, 1.5 GB');
  const compact = { ...offer, role: 'compact' as const, bytes: 608_000_000 };
  expect(stepWords(model({ offer: compact }), 'offered')).toBe('Choose the compact one, 608 MB');
  expect(stepWords(model({ keptBytes: 507_000_000 }), 'partial')).toBe(
    'Go on with the recommended, 1.0 GB to come',
  );
  expect(stepWords(model({}), 'installed')).toBe('Use the recommended');
});
