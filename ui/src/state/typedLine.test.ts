import { describe, expect, it } from 'vitest';
import {
  charsBefore,
  chipsOf,
  cut,
  hasFilter,
  isTurned,
  partsOf,
  put,
  standing,
  textAt,
  toggleFilter,
  turnRound,
  unitsBefore,
} from './typedLine';

/** Where a part of a line stands, in characters. */
function spanOf(line: string, text: string) {
  const start = charsBefore(line, line.indexOf(text));
  return { typed: text, start, end: start + [...text].length };
}

describe('parts of a line', () => {
  it('keeps quoted blanks and groups together', () => {
    const line = 'old "blue boat"  (tag:a OR tag:"b c") -x';
    expect(partsOf(line).map((part) => textAt(line, part))).toEqual([
      'old',
      '"blue boat"',
      '(tag:a OR tag:"b c")',
      '-x',
    ]);
  });

  it('counts characters where a text field counts code units', () => {
    expect(charsBefore('🌅 tag:a', 3)).toBe(2);
    expect(unitsBefore('🌅 tag:a', 2)).toBe(3);
  });
});

describe('cutting a part out', () => {
  const cases: [string, string, string][] = [
    ['beach tag:italy sand', 'tag:italy', 'beach sand'],
    ['tag:italy beach', 'tag:italy', 'beach'],
    ['beach tag:italy', 'tag:italy', 'beach'],
    ['tag:italy', 'tag:italy', ''],
    ['🌅 camera:"X-T5 II" 🌅', 'camera:"X-T5 II"', '🌅 🌅'],
    ['rating>=4 AND tag:a', 'tag:a', 'rating>=4'],
    ['rating>=4 AND tag:a', 'rating>=4', 'tag:a'],
    ['a  b', 'b', 'a '],
  ];
  it.each(cases)('%s without %s is %s', (line, part, left) => {
    expect(cut(line, spanOf(line, part))).toBe(left);
  });

  it('keeps every other blank as it was typed', () => {
    expect(cut('a  tag:x  b', spanOf('a  tag:x  b', 'tag:x'))).toBe('a   b');
  });
});

describe('turning a part round', () => {
  const cases: [string, string, string][] = [
    ['sea tag:italy rating>=4', 'tag:italy', 'sea -tag:italy rating>=4'],
    ['sea -tag:italy', '-tag:italy', 'sea tag:italy'],
    ['NOT tag:italy', 'NOT tag:italy', 'tag:italy'],
    ['-beach', '-beach', 'beach'],
    ['🌅 tag:a OR tag:b', 'tag:a OR tag:b', '🌅 -(tag:a OR tag:b)'],
    ['-tag:a OR tag:b', '-tag:a OR tag:b', '-(-tag:a OR tag:b)'],
    ['-(tag:a OR tag:b)', '-(tag:a OR tag:b)', '(tag:a OR tag:b)'],
    ['camera:"X-T5 II"', 'camera:"X-T5 II"', '-camera:"X-T5 II"'],
  ];
  it.each(cases)('%s with %s turned is %s', (line, part, turned) => {
    expect(turnRound(line, spanOf(line, part))).toBe(turned);
  });

  it('knows what leaves photos out', () => {
    expect(['-tag:a', 'NOT tag:a', 'tag:a', '-tag:a OR tag:b'].map(isTurned)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('putting a text in place', () => {
  it('leaves the cursor behind it, in characters', () => {
    expect(put('🌅 cam', { start: 2, end: 5 }, 'camera:')).toEqual(['🌅 camera:', 9]);
  });
});

describe('filters of facets', () => {
  const camera = 'camera="X-T5 II"';

  it('are added at the end and taken out again', () => {
    const added = toggleFilter('beach ', camera);
    expect(added).toBe('beach camera="X-T5 II"');
    expect(hasFilter(added, camera)).toBe(true);
    expect(toggleFilter(added, camera)).toBe('beach');
  });

  it('are not taken for a part of another one', () => {
    expect(hasFilter('tag:italy/rome', 'tag:italy')).toBe(false);
    expect(hasFilter('"tag:italy sand"', 'tag:italy')).toBe(false);
    expect(hasFilter('-tag:italy', 'tag:italy')).toBe(false);
    expect(hasFilter('NOT tag:italy', 'tag:italy')).toBe(false);
  });

  it('are not torn out of a choice of several', () => {
    expect(hasFilter('tag:a OR tag:b', 'tag:a')).toBe(false);
    expect(hasFilter('tag:a OR tag:b', 'tag:b')).toBe(false);
    expect(hasFilter('(tag:a tag:b)', 'tag:a')).toBe(false);
    expect(toggleFilter('tag:a OR tag:b', 'tag:b')).toBe('tag:a OR tag:b tag:b');
  });
});

describe('chips', () => {
  const line = 'sunset -people tag:italy -tag:draft -"red car" NOT dog';
  const filters = [spanOf(line, 'tag:italy'), spanOf(line, '-tag:draft')];

  it('are filters and not-words, in the order of the line', () => {
    expect(chipsOf(line, filters).map(({ kind, label }) => [kind, label])).toEqual([
      ['without', 'not people'],
      ['filter', 'tag:italy'],
      ['filter', '-tag:draft'],
      ['without', 'not red car'],
      ['without', 'not dog'],
    ]);
  });

  it('each takes out exactly what it stands for', () => {
    const left = chipsOf(line, filters).map((chip) => cut(line, chip));
    expect(left).toEqual([
      'sunset tag:italy -tag:draft -"red car" NOT dog',
      'sunset -people -tag:draft -"red car" NOT dog',
      'sunset -people tag:italy -"red car" NOT dog',
      'sunset -people tag:italy -tag:draft NOT dog',
      'sunset -people tag:italy -tag:draft -"red car"',
    ]);
  });

  it('a dash by itself is none', () => {
    expect(chipsOf('black - white --', [])).toEqual([]);
  });

  it('stay while the line is typed on behind them, and go when they are changed', () => {
    const chips = chipsOf(line, filters);
    expect(standing(`${line} rating>=`, chips)).toHaveLength(5);
    expect(standing(line.replace('italy', 'spain'), chips)).toHaveLength(4);
  });
});
