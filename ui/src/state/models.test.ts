import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job, Library, Model } from '../api';

/** An engine that answers what it is told to, and remembers what it was asked. */
const engine = vi.hoisted(() => ({
  asked: [] as [string, unknown][],
  answers: {} as Record<string, unknown>,
}));
vi.mock('../api', () => ({
  call: async (name: string, request: unknown) => {
    engine.asked.push([name, request]);
    const answer = engine.answers[name];
    if (answer instanceof Error) throw answer;
    return answer ?? {};
  },
  toFailure: (reason: Error) => reason,
}));

const { models } = await import('./models.svelte');
const { jobs } = await import('./jobs.svelte');
const { libraries } = await import('./libraries.svelte');
const { settings } = await import('./settings.svelte');

const clip = (state: Model['state']) =>
  ({ id: 'clip', title: 'CLIP', state, inUse: state === 'inUse', keptBytes: 0 }) as Model;
const list = (state: Model['state']) => (engine.answers.list_models = { models: [clip(state)] });
const asked = (name: string) => engine.asked.filter(([asked]) => asked === name);
const pull = (state: Job['state']) =>
  ({ id: 1, kind: 'pull', title: 'Download CLIP', state }) as Job;

beforeEach(() => {
  engine.asked = [];
  engine.answers = { list_jobs: { jobs: [] }, use_model: clip('inUse') };
  jobs.all = [];
  libraries.all = [{ photos: 3 } as Library];
  settings.modelStepDone = false;
  settings.setWantedModel('');
  models.untaken = null;
  list('offered');
});

describe('a model that was agreed to', () => {
  it('is used when its download has ended, and photos get its vectors', async () => {
    await models.pull('clip', true);
    expect(asked('use_model')).toEqual([]);
    list('installed');
    await models.refresh();
    expect(asked('use_model')).toEqual([['use_model', { model: 'clip', precision: 'auto' }]]);
    expect(asked('start_index')).toEqual([
      ['start_index', { libraryId: null, retryFaults: false }],
    ]);
    expect(settings.wantedModel).toBe('');
    expect(settings.modelStepDone).toBe(true);
  });

  it('is only downloaded where that was all that was asked', async () => {
    await models.pull('clip', false);
    list('installed');
    await models.refresh();
    expect(asked('use_model')).toEqual([]);
  });

  it('waits while its download fails, for it may be tried again', async () => {
    await models.pull('clip', true);
    jobs.all = [pull('failed')];
    await models.refresh();
    expect(settings.wantedModel).toBe('clip');
    await models.pullAgain('clip');
    expect(asked('pull_model')).toHaveLength(2);
  });

  it('is not used once its download was cancelled', async () => {
    await models.pull('clip', true);
    jobs.all = [pull('running')];
    engine.answers.cancel_job = pull('cancelled');
    await models.cancelPull(clip('pulling'));
    expect(asked('cancel_job')).toHaveLength(1);
    list('installed');
    await models.refresh();
    expect(asked('use_model')).toEqual([]);
  });

  it('tells why it cannot be used, once, and can be tried again', async () => {
    await models.pull('clip', true);
    list('installed');
    engine.answers.use_model = new Error('It is damaged');
    await models.refresh();
    await models.refresh();
    expect(models.untaken).toEqual({ name: 'clip', reason: 'It is damaged' });
    expect(asked('use_model')).toHaveLength(1);
    engine.answers.use_model = clip('inUse');
    await models.useAgreed('clip');
    expect(models.untaken).toBeNull();
  });
});

it('a model is used without an index job where there is no library', async () => {
  libraries.all = [];
  await models.use('/models/mine', 'int8');
  expect(asked('use_model')).toEqual([['use_model', { model: '/models/mine', precision: 'int8' }]]);
  expect(asked('start_index')).toEqual([]);
});

it('a download that cannot begin is told to who asked', async () => {
  engine.answers.pull_model = new Error('No such model');
  await expect(models.pull('clip', true)).rejects.toThrow('No such model');
  expect(settings.wantedModel).toBe('');
});

it('a model that is in use ends the step that offers one', async () => {
  list('inUse');
  await models.refresh();
  expect(settings.modelStepDone).toBe(true);
});

it('a list that cannot be fetched says why, and the one before stays', async () => {
  await models.refresh();
  engine.answers.list_models = new Error('Gone');
  await expect(models.refresh()).rejects.toThrow('Gone');
  expect(models.failure?.message).toBe('Gone');
  expect(models.all).toHaveLength(1);
});
