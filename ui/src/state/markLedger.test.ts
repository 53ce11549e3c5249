import { describe, expect, it } from 'vitest';
import type { DuplicateGroup, Mark } from '../api';
import { MarkLedger } from './markLedger';

/** A group with photos 1, 2, … of these marks. */
const group = (...marks: (Mark | null)[]) =>
  ({
    id: 'g',
    photos: marks.map((mark, index) => ({ photoId: index + 1, mark })),
  }) as DuplicateGroup;
const marksOf = (groups: DuplicateGroup[]) => groups[0]?.photos.map(({ mark }) => mark);

describe('an answer that was asked before a mark', () => {
  it('does not take it back, on its way or taken', () => {
    const ledger = new MarkLedger();
    const asked = ledger.asking;
    const number = ledger.make([{ photoId: 1, mark: 'keep' }]);
    expect(marksOf(ledger.over([group(null, null)], asked))).toEqual(['keep', null]);
    const between = ledger.asking;
    ledger.taken(number);
    expect(marksOf(ledger.over([group(null, 'skip')], between))).toEqual(['keep', 'skip']);
  });

  it('is shown as it is where it was asked after it', () => {
    const ledger = new MarkLedger();
    ledger.taken(ledger.make([{ photoId: 1, mark: 'keep' }]));
    expect(marksOf(ledger.over([group('remove')], ledger.asking))).toEqual(['remove']);
  });

  it('counts again where the mark was refused', () => {
    const ledger = new MarkLedger();
    const asked = ledger.asking;
    ledger.refused(ledger.make([{ photoId: 1, mark: 'keep' }]));
    expect(marksOf(ledger.over([group(null)], asked))).toEqual([null]);
  });

  it('keeps the last of several marks of a photo', () => {
    const ledger = new MarkLedger();
    const asked = ledger.asking;
    const first = ledger.make([{ photoId: 1, mark: 'keep' }]);
    ledger.make([{ photoId: 1, mark: 'remove' }]);
    ledger.taken(first);
    expect(marksOf(ledger.over([group(null)], asked))).toEqual(['remove']);
    expect(ledger.markedSince(1, ledger.asking)).toBe(true);
    expect(ledger.markedSince(2, asked)).toBe(false);
  });
});
