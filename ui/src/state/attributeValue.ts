/** Values of attributes as one reads and types them; their kind is kept. */

export type ValueKind = 'text' | 'number' | 'yesNo' | 'list' | 'other';

export const VALUE_KINDS: readonly [ValueKind, string][] = [
  ['text', 'Text'],
  ['number', 'Number'],
  ['yesNo', 'Yes or no'],
  ['list', 'List'],
  ['other', 'JSON'],
];

export function kindOf(value: unknown): ValueKind {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'yesNo';
  return isPlainList(value) ? 'list' : 'other';
}

/** A list that can be typed with commas and comes out the same. */
const isPlainList = (value: unknown): value is (string | number)[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((item) => typeof item === 'string' || typeof item === 'number') &&
  JSON.stringify(toList(value.join(', '))) === JSON.stringify(value);

/** How a value is read. */
export function shownValue(value: unknown): string {
  const kind = kindOf(value);
  if (kind === 'yesNo') return value ? 'Yes' : 'No';
  return kind === 'text' ? String(value) : typedValue(value);
}

/** How a value stands in the field it is typed in. */
export function typedValue(value: unknown): string {
  const kind = kindOf(value);
  if (kind === 'other') return JSON.stringify(value);
  return kind === 'list' ? (value as unknown[]).join(', ') : String(value);
}

/** The value that was typed; an error says what is wrong with it. */
export function readValue(kind: ValueKind, typed: string): { value: unknown } | { wrong: string } {
  const text = typed.trim();
  if (kind === 'text') return { value: typed };
  if (kind === 'yesNo') return { value: text === 'true' };
  if (kind === 'list') {
    const value = toList(text);
    return value.length > 0 ? { value } : { wrong: 'Type values with commas between them' };
  }
  if (kind === 'number') {
    const value = Number(text);
    return text !== '' && Number.isFinite(value) ? { value } : { wrong: 'Type a number' };
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { wrong: 'Type JSON, such as {"width": 3}' };
  }
}

/** Items that are numbers are taken for numbers only where all are. */
function toList(text: string): (string | number)[] {
  const items = text.split(',').map((item) => item.trim());
  const full = items.filter((item) => item !== '');
  const numbers = full.map(Number);
  return numbers.every(Number.isFinite) ? numbers : full;
}
