import { describe, expect, it } from 'vitest';
import type { Job, Model, ModelReport } from '../api';
import {
  actionsOf,
  indexOf,
  pullFailure,
  standing,
  titleOf,
  verdict,
  verifyOf,
} from './modelStanding';

const model = (state: Model['state'], keptBytes = 0) =>
  ({ id: 'clip', title: 'CLIP', folder: '/models/clip', state, keptBytes }) as Model;
const job = (kind: string, state: Job['state'], title: string, id = 1) =>
  ({ id, kind, state, title }) as Job;
const pull = (state: Job['state']) => job('pull', state, 'Download CLIP');

describe('where a model stands', () => {
  it('is what the list says where no job says more', () => {
    for (const state of ['offered', 'partial', 'installed', 'building', 'inUse'] as const) {
      expect(standing(model(state), [])).toBe(state);
      expect(standing(model(state), [job('pull', 'running', 'Download another')])).toBe(state);
    }
  });

  it('is downloading from the moment its job is there', () => {
    for (const state of ['queued', 'running', 'paused'] as const) {
      expect(standing(model('offered'), [pull(state)])).toBe('pulling');
      expect(standing(model('partial', 5), [pull(state)])).toBe('pulling');
    }
  });

  it('is no longer downloading once its job has ended, though the list is older', () => {
    expect(standing(model('pulling', 5), [pull('failed')])).toBe('partial');
    expect(standing(model('pulling'), [pull('cancelled')])).toBe('offered');
  });

  it('stays in use while its files are fetched anew', () => {
    expect(standing(model('inUse'), [pull('running')])).toBe('inUse');
  });
});

it('each state has its actions, the likeliest first', () => {
  expect(actionsOf('offered')).toEqual(['download']);
  expect(actionsOf('partial')).toEqual(['goOn', 'remove']);
  expect(actionsOf('pulling')).toEqual([]);
  expect(actionsOf('installed')).toEqual(['use', 'verify', 'remove']);
  expect(actionsOf('building')).toEqual(['verify', 'remove']);
  expect(actionsOf('inUse')).toEqual(['precision', 'verify', 'remove']);
});

it('a failed download says why, until it is tried again', () => {
  const failed = { ...pull('failed'), error: 'The disk is full' };
  expect(pullFailure(model('partial'), [failed])).toBe('The disk is full');
  expect(pullFailure(model('partial'), [pull('running'), failed])).toBeNull();
  expect(pullFailure(model('partial'), [])).toBeNull();
});

it('a verification is found by the title or by the folder of its model', () => {
  for (const title of ['Verify CLIP', 'Verify /models/clip']) {
    expect(verifyOf(model('installed'), [job('verify', 'done', title)])?.title).toBe(title);
  }
  expect(verifyOf(model('installed'), [job('verify', 'done', 'Verify other')])).toBeUndefined();
});

it('a failed download is old news once the files were verified', () => {
  const failed = pull('failed');
  const verified = job('verify', 'done', 'Verify CLIP', 2);
  expect(pullFailure(model('installed'), [verified, failed])).toBeNull();
  expect(pullFailure(model('installed'), [failed])).toBe('The download failed');
});

describe('what verifying found', () => {
  const damaged = [{ file: 'model.safetensors', problem: 'its content has changed' }];
  const verify = (state: Job['state'], more: Partial<ModelReport> = {}) => ({
    ...job('verify', state, 'Verify CLIP', 2),
    model: { damaged: [], ...more } as Partial<ModelReport> as ModelReport,
  });
  const found = (...jobs: Job[]) => verdict(model('installed'), jobs);

  it('is told as it is, and a failure is not taken for whole files', () => {
    expect(found()).toBe('none');
    expect(found(verify('running'))).toBe('working');
    expect(found(verify('done'))).toBe('whole');
    expect(found(verify('done', { damaged }))).toBe('damaged');
    expect(found(verify('failed'))).toBe('failed');
    expect(found(verify('cancelled'))).toBe('none');
  });

  it('holds until a later download has ended well', () => {
    const again = (state: Job['state']) => job('pull', state, 'Download CLIP', 3);
    expect(found(again('done'), verify('done', { damaged }))).toBe('none');
    expect(found(again('failed'), verify('done', { damaged }))).toBe('damaged');
    expect(found(verify('done', { damaged }), pull('done'))).toBe('damaged');
  });
});

it('a folder that somebody named goes by its last part', () => {
  expect(titleOf(model('inUse'))).toBe('CLIP');
  expect(titleOf({ ...model('inUse'), id: null, title: '/home/me/my-clip' })).toBe('my-clip');
});

it('the index job that works comes before one that waits', () => {
  const waits = job('index', 'queued', 'Index all', 2);
  const works = job('index', 'paused', 'Index Photos', 1);
  expect(indexOf([waits, works])).toBe(works);
  expect(indexOf([waits])).toBe(waits);
  expect(indexOf([job('index', 'done', 'Index all')])).toBeUndefined();
});
