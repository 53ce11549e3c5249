import { expect, it } from 'vitest';
import { isPicturePath } from './pictures';

it('pictures are told from folders by their ending', () => {
  expect(['/a/b.JPG', 'x.heic', 'C:\\p\\raw.CR3'].every(isPicturePath)).toBe(true);
  expect(['/photos/2024', '/photos/v1.2', '/a/b.jpg/'].some(isPicturePath)).toBe(false);
});
