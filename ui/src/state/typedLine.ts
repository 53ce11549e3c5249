import type { TypedFilter } from '../api';

/**
 * What stands in a typed line and where, and cutting and putting parts of it. Places are counted in
 * characters (code points), as the engine counts them. Only the engine knows what a filter means;
 * here a line is parts with blanks between, where quotes and parentheses keep blanks together.
 */

/** From a character up to, but without, another one. */
export interface Span {
  start: number;
  end: number;
}

/** A part of the line that is shown as a chip. */
export interface Chip extends Span {
  kind: 'filter' | 'without';
  /** Exactly the characters it stands for. */
  text: string;
  label: string;
  /** A filter in its usual spelling. */
  usual: string;
}

const letters = (line: string) => [...line];
const blank = (letter: string | undefined) => letter !== undefined && /\s/u.test(letter);

/** Characters before a place that a text field tells in code units. */
export const charsBefore = (line: string, units: number) => letters(line.slice(0, units)).length;

/** The place for a text field that has so many characters before it. */
export const unitsBefore = (line: string, chars: number) =>
  letters(line).slice(0, chars).join('').length;

export const textAt = (line: string, { start, end }: Span) =>
  letters(line).slice(start, end).join('');

/** Puts a text in place of a part; answers the line and the characters before the cursor. */
export function put(line: string, { start, end }: Span, text: string): [string, number] {
  const all = letters(line);
  const before = all.slice(0, start).join('');
  return [before + text + all.slice(end).join(''), start + letters(text).length];
}

/** The parts of a line that have blanks between them. */
export function partsOf(line: string): Span[] {
  const all = letters(line);
  const parts: Span[] = [];
  let [start, depth, quoted] = [-1, 0, false];
  for (let at = 0; at <= all.length; at += 1) {
    const letter = all[at];
    const ends = letter === undefined || (blank(letter) && !quoted && depth === 0);
    if (ends) {
      if (start >= 0) parts.push({ start, end: at });
      start = -1;
      continue;
    }
    if (start < 0) start = at;
    if (letter === '"') quoted = !quoted;
    else if (letter === '(' && !quoted) depth += 1;
    else if (letter === ')' && !quoted) depth = Math.max(0, depth - 1);
  }
  return parts;
}

/** Takes out exactly a part, and what would be left over of its joint: one blank, an `AND`. */
export function cut(line: string, span: Span): string {
  const parts = partsOf(line);
  const [before] = parts.filter(({ end }) => end <= span.start).slice(-1);
  const after = parts.find(({ start }) => start >= span.end);
  let { start, end } = span;
  if (before && textAt(line, before) === 'AND') start = before.start;
  else if (after && textAt(line, after) === 'AND') end = after.end;
  const all = letters(line);
  const [rest, tail] = [all.slice(0, start), all.slice(end)];
  if (blank(tail[0]) && (rest.length === 0 || blank(rest[rest.length - 1]))) tail.shift();
  else if (tail.length === 0 && blank(rest[rest.length - 1])) rest.pop();
  return rest.concat(tail).join('');
}

const SIGN = /^(NOT\s+|-)(?=[^\s-])/u;

/** Whether a chip leaves photos out. */
export function isTurned(text: string): boolean {
  const sign = SIGN.exec(text)?.[0];
  return sign !== undefined && partsOf(text.slice(sign.length)).length === 1;
}

/** Turns a part round: what was asked for is left out, and the other way. */
export function turnRound(line: string, span: Span): string {
  const text = textAt(line, span);
  const whole = partsOf(text).length > 1 ? `(${text})` : text;
  const turned = isTurned(text) ? text.replace(SIGN, '') : `-${whole}`;
  return put(line, span, turned)[0];
}

/** Where a filter stands by itself: beside others, not turned round and not one of several. */
function placeOfFilter(line: string, filter: string): Span | null {
  const parts = partsOf(line);
  const texts = parts.map((part) => textAt(line, part));
  const wanted = partsOf(filter).map((part) => textAt(filter, part));
  if (wanted.length === 0) return null;
  for (let at = 0; at + wanted.length <= parts.length; at += 1) {
    const stands = wanted.every((text, offset) => texts[at + offset] === text);
    const before = texts[at - 1] ?? '';
    const after = texts[at + wanted.length];
    const [first, last] = [parts[at], parts[at + wanted.length - 1]];
    if (stands && first && last && !['OR', 'NOT', '-'].includes(before) && after !== 'OR') {
      return { start: first.start, end: last.end };
    }
  }
  return null;
}

/** Whether a filter stands in the line by itself. */
export const hasFilter = (line: string, filter: string) => placeOfFilter(line, filter) !== null;

/** Adds a filter at the end, or takes it out where it stands. */
export function toggleFilter(line: string, filter: string): string {
  const place = placeOfFilter(line, filter);
  return place ? cut(line, place) : `${line.trimEnd()} ${filter}`.trim();
}

/** Everything that is to be shown as a chip, in the order of the line. */
export function chipsOf(line: string, filters: readonly TypedFilter[]): Chip[] {
  const chips = filters.map(({ typed, start, end }): Chip => {
    const text = textAt(line, { start, end });
    return { kind: 'filter', text, label: text, usual: typed, start, end };
  });
  return [...chips, ...notWords(line, filters)].toSorted((a, b) => a.start - b.start);
}

/** Words with a minus or `NOT` before them. */
function notWords(line: string, filters: readonly Span[]): Chip[] {
  const parts = partsOf(line);
  const free = (span: Span) =>
    filters.every(({ start, end }) => span.end <= start || span.start >= end);
  return parts.flatMap((part, index): Chip[] => {
    const next = parts[index + 1];
    const turned =
      textAt(line, part) === 'NOT' && next ? { start: part.start, end: next.end } : part;
    const text = textAt(line, turned);
    const sign = SIGN.exec(text)?.[0];
    if (!sign || !free(turned)) return [];
    const label = `not ${bare(text.slice(sign.length))}`;
    return [{ kind: 'without', text, label, usual: '', ...turned }];
  });
}

const bare = (text: string) =>
  text.replaceAll('""', '\u0000').replaceAll('"', '').replaceAll('\u0000', '"');

/** The chips whose characters are still where they were read, while the line is typed on. */
export const standing = (line: string, chips: readonly Chip[]) =>
  chips.filter((chip) => textAt(line, chip) === chip.text);
