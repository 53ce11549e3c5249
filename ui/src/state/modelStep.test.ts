import { describe, expect, it } from 'vitest';
import type { Library, Model } from '../api';
import { nextFor, offeredAs, offersModel } from './modelStep';

const offer = { role: 'default' } as Model['offer'];
const model = (state: Model['state'], more: Partial<Model> = {}) =>
  ({ id: 'clip', state, offer, ...more }) as Model;
const known = {
  done: false,
  loaded: true,
  libraries: [{}] as Library[],
  models: [model('offered')],
};

describe('a model is offered', () => {
  it('once there is a folder with photos, and not before', () => {
    expect(offersModel(known)).toBe(true);
    expect(offersModel({ ...known, libraries: [] })).toBe(false);
    expect(offersModel({ ...known, loaded: false })).toBe(false);
  });

  it('once only', () => {
    expect(offersModel({ ...known, done: true })).toBe(false);
  });

  it('while it is downloaded, and not where one was taken', () => {
    for (const state of ['partial', 'pulling', 'installed'] as const) {
      expect(offersModel({ ...known, models: [model(state)] })).toBe(true);
    }
    for (const state of ['building', 'inUse'] as const) {
      const taken = model(state, { offer: null });
      expect(offersModel({ ...known, models: [model('offered'), taken] })).toBe(false);
    }
  });

  it('only where there is something to offer', () => {
    expect(offersModel({ ...known, models: [] })).toBe(false);
    expect(offersModel({ ...known, models: [model('installed', { offer: null })] })).toBe(false);
  });
});

it('the model for a role is the one that is offered for it', () => {
  const compact = model('offered', { id: 'small', offer: { role: 'compact' } as Model['offer'] });
  expect(offeredAs([model('offered'), compact], 'compact')?.id).toBe('small');
  expect(offeredAs([model('offered', { offer: null })], 'default')).toBeUndefined();
});

it('a model that was agreed to is used when it is here, and forgotten when it is used', () => {
  expect(nextFor('clip', 'installed')).toBe('use');
  for (const state of ['offered', 'partial', 'pulling'] as const) {
    expect(nextFor('clip', state)).toBe('wait');
  }
  for (const state of ['building', 'inUse', undefined] as const) {
    expect(nextFor('clip', state)).toBe('forget');
  }
  expect(nextFor('', 'installed')).toBe('forget');
});
