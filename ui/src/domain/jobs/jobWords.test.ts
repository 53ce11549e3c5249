import { describe, expect, it } from 'vitest';
import type { Job, ModelReport } from '../../api';
import { jobWords, progressWords } from './jobWords';

const job: Job = {
  id: 1,
  quiet: false,
  kind: 'index',
  title: 'Index Photos',
  state: 'running',
  progress: {
    phase: 2,
    phases: 4,
    phaseName: 'Reading photos',
    done: 120,
    total: 700,
    rate: 85.04,
    secondsLeft: 6.8,
  },
};

it('a running job tells its phase, how far it is, how fast, and how long it takes yet', () => {
  expect(jobWords(job)).toBe('2/4 Reading photos');
  expect(progressWords(job)).toBe('120 of 700 · 85/s · 7 s left');
});

it('a paused job tells no rate and no time', () => {
  expect(progressWords({ ...job, state: 'paused' })).toBe('120 of 700');
});

it('a download tells sizes and not numbers', () => {
  const sizes = { done: 1_200_000_000, total: 1_500_000_000, rate: 12_000_000, secondsLeft: 25 };
  const progress = { ...job.progress, ...sizes, unit: 'bytes' as const };
  expect(progressWords({ ...job, kind: 'pull', progress })).toBe(
    '1.2 GB of 1.5 GB · 12.0 MB/s · 25 s left',
  );
});

it('what is not known yet is left out', () => {
  const progress = { ...job.progress, total: null, rate: 0, secondsLeft: null };
  expect(progressWords({ ...job, progress })).toBe('120');
});

it('an ended job tells what changed, and which disks were missing', () => {
  const report = {
    photos: 700,
    added: 3,
    changed: 0,
    moved: 1,
    removed: 0,
    copies: 1,
    copiedPhotos: [7],
    faults: 2,
    offline: ['/media/disk'],
    seconds: 14.2,
  };
  expect(jobWords({ ...job, state: 'done', report })).toBe(
    '700 photos · 3 new · 1 moved · 1 copy among the new · /media/disk not connected · 14 s',
  );
});

it('files that were compared with known photos are told of', () => {
  const checked = { files: 12, copies: 3, copiedBytes: 9, known: 0, faults: 1, seconds: 2.5 };
  expect(jobWords({ ...job, kind: 'check', state: 'done', checked })).toContain(
    '12 files · 3 copies of known photos · 1 could not be read',
  );
});

it('sidecars that could not be written are told of', () => {
  const metadata = {
    written: 1,
    same: 2,
    failed: [{ path: '/photos/a.jpg', reason: 'The disk is full' }],
    seconds: 2.5,
  };
  expect(jobWords({ ...job, kind: 'write', state: 'done', metadata })).toContain(
    '1 sidecar written · 2 said it already · 1 could not be: a.jpg, The disk is full',
  );
});

it('a failed job tells why', () => {
  expect(jobWords({ ...job, state: 'failed', error: 'The disk is full' })).toBe('The disk is full');
});

it('work of one phase is not counted in phases', () => {
  const progress = { ...job.progress, phase: 1, phases: 1, phaseName: 'Downloading' };
  expect(jobWords({ ...job, kind: 'pull', progress })).toBe('Downloading');
});

describe('a job on the files of a model', () => {
  const model: ModelReport = {
    model: 'CLIP',
    folder: '/models/clip',
    files: 5,
    bytes: 605_000_000,
    wasThere: false,
    locked: true,
    damaged: [],
    seconds: 61,
  };
  const words = (kind: string, report: Partial<ModelReport>) =>
    jobWords({ ...job, kind, state: 'done', model: { ...model, ...report } });

  it('tells what came', () => {
    expect(words('pull', {})).toBe('Downloaded, 605 MB · 1 min');
    expect(words('pull', { wasThere: true })).toBe('5 files whole');
  });

  it('tells what it found', () => {
    const damaged = [{ file: 'model.safetensors', problem: 'another checksum' }];
    expect(words('verify', {})).toBe('5 files whole');
    expect(words('verify', { damaged: damaged })).toBe('1 of 5 files damaged');
    expect(words('verify', { locked: false })).toBe(
      'It can be read; it has no checksums to compare with',
    );
    expect(words('verify', { locked: false, damaged: damaged })).toBe(
      'It cannot be used: another checksum',
    );
  });
});
