import { describe, expect, it } from 'vitest';
import { CommandFailed, placeOf, splitAt, toFailure } from './failure';

describe('toFailure', () => {
  it('keeps what the engine said', () => {
    const failure = toFailure({ code: 'notFound', message: 'No such photo', details: null });
    expect(failure.code).toBe('notFound');
    expect(failure.message).toBe('No such photo');
  });

  it('takes a failed fetch for a server that is gone', () => {
    expect(toFailure(new TypeError('Failed to fetch')).code).toBe('unreachable');
  });

  it('makes words of anything else', () => {
    expect(toFailure('odd').message).toBe('odd');
  });
});

describe('the place of a wrong filter', () => {
  it('is read from the details when it is there', () => {
    expect(placeOf(new CommandFailed('invalidFilter', '', { place: [3, 9] }))).toEqual([3, 9]);
    const named = new CommandFailed('invalidFilter', '', { place: { start: 3, end: 9 } });
    expect(placeOf(named)).toEqual([3, 9]);
    expect(placeOf(new CommandFailed('invalidFilter', '', { path: 'filter[1].op' }))).toBeNull();
    expect(placeOf(new CommandFailed('invalidFilter', ''))).toBeNull();
  });

  it('counts characters, so umlauts and pictograms before it do not shift it', () => {
    expect(splitAt('Küste 🌊 rating>=x', [8, 17])).toEqual(['Küste 🌊 ', 'rating>=x', '']);
  });
});
