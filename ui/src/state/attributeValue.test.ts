import { describe, expect, it } from 'vitest';
import { kindOf, readValue, shownValue, typedValue } from './attributeValue';

describe('a value of an attribute', () => {
  const values = [
    'Sold',
    '12',
    '',
    12.5,
    -3,
    true,
    false,
    ['red', 'blue'],
    [1, 2.5],
    ['1', '2'],
    ['a, b'],
    [],
    { width: 3 },
    null,
  ];
  it.each(values.map((value) => [value]))('%j keeps its kind when it is typed again', (value) => {
    expect(readValue(kindOf(value), typedValue(value))).toEqual({ value });
  });

  it('is read as one would write it', () => {
    expect([true, 12.5, ['red', 'blue'], 'Sold'].map(shownValue)).toEqual([
      'Yes',
      '12.5',
      'red, blue',
      'Sold',
    ]);
  });

  it('that does not fit its kind is told, not guessed', () => {
    expect(readValue('number', '12x')).toEqual({ wrong: 'Type a number' });
    expect(readValue('number', ' ')).toEqual({ wrong: 'Type a number' });
    expect(readValue('list', ' , ')).toHaveProperty('wrong');
    expect(readValue('other', '{width')).toHaveProperty('wrong');
  });

  it('in a list is a number only where all are', () => {
    expect(readValue('list', '1, 2')).toEqual({ value: [1, 2] });
    expect(readValue('list', '1, two')).toEqual({ value: ['1', 'two'] });
  });
});
