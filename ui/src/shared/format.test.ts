import { expect, it } from 'vitest';
import {
  baseName,
  bytes,
  duration,
  milliseconds,
  pathEnd,
  place,
  plural,
  shortened,
  shutter,
  clock,
} from './format';

function check<In>(format: (value: In) => string, cases: [In, string][]) {
  for (const [value, words] of cases) expect(format(value)).toBe(words);
}

it('times to wait are as exact as a person needs', () =>
  check(duration, [
    [0.2, 'under 1 s'],
    [41.4, '41 s'],
    [180, '3 min'],
    [4800, '1 h 20 min'],
    [7200, '2 h'],
  ]));

it('sizes of files are short', () =>
  check(bytes, [
    [999, '999 B'],
    [4_310_000, '4.3 MB'],
    [250_000_000, '250 MB'],
  ]));

it('exposures read as on a camera', () =>
  check(shutter, [
    [0.004, '1/250 s'],
    [0.6, '0.6 s'],
    [2, '2 s'],
    [0, ''],
  ]));

it('films are as long as players say', () =>
  check(clock, [
    [0.4, '0:00'],
    [5.5, '0:06'],
    [65.2, '1:05'],
    [3723, '1:02:03'],
  ]));

it('times of answers are short', () =>
  check(milliseconds, [
    [0.83, '0.8 ms'],
    [12.4, '12 ms'],
    [1430, '1.4 s'],
  ]));

it('one photo is not photos', () => {
  expect(plural(1, 'photo')).toBe('1 photo');
  expect(plural(0, 'photo')).toBe('0 photos');
});

it('south and west have no minus', () => {
  expect(place(-33.85678, -151.21529)).toBe('33.85678° S, 151.21529° W');
});

it('names are found behind either separator', () =>
  check(baseName, [
    ['/home/me/a b.jpg', 'a b.jpg'],
    ['C:\\Photos\\x.png', 'x.png'],
    ['/photos/2024/', '2024'],
  ]));

it('long texts keep both their ends', () => {
  expect(shortened('tag:sea', 7)).toBe('tag:sea');
  expect(shortened('folder:"/home/ann/2019/rome"', 16)).toBe('folde…2019/rome"');
  expect([...shortened('🌊'.repeat(30), 12)]).toHaveLength(12);
});

it('folders are told by the end of their path', () =>
  check(pathEnd, [
    ['/home/ann/2019/rome', '2019/rome'],
    ['C:\\Photos\\Rome\\', 'Photos/Rome'],
    ['/', '/'],
  ]));
