import { describe, expect, it } from 'vitest';
import { ScrollSpace } from './scrollSpace';

const VIEW = 800;

describe('ScrollSpace', () => {
  it('is the plain scroll position while everything fits', () => {
    const space = new ScrollSpace(1_000_000);
    space.resize(50_000, VIEW, 0);
    space.scrolled(1234);
    expect(space.y).toBe(1234);
    expect(space.offset).toBe(0);
    expect(space.height).toBe(50_000);
  });

  it('moves small steps pixel by pixel in content beyond the limit', () => {
    const space = new ScrollSpace(1_000_000);
    const start = space.resize(90_000_000, VIEW, 40_000_000);
    space.scrolled(start + 100);
    expect(space.y).toBe(40_000_100);
    const offset = space.offset;
    space.scrolled(start + 200);
    expect(space.offset).toBe(offset);
  });

  it('jumps in proportion when the bar is dragged far', () => {
    const space = new ScrollSpace(1_000_000);
    space.resize(90_000_000, VIEW, 0);
    space.scrolled(1_000_000 - VIEW);
    expect(space.y).toBe(90_000_000 - VIEW);
    space.scrolled(0);
    expect(space.y).toBe(0);
  });

  it('comes back in line when the movement rests, and shows the same', () => {
    const space = new ScrollSpace(1_000_000);
    let bar = space.resize(90_000_000, VIEW, 10_000_000);
    for (let step = 0; step < 200; step += 1) space.scrolled((bar += 100));
    const shown = space.y;
    const settled = space.settle();
    expect(space.y).toBe(shown);
    expect(settled).toBeLessThan(bar);
    expect(settled).toBe(Math.round((shown / (90_000_000 - VIEW)) * (1_000_000 - VIEW)));
  });

  it('notices when small steps lead the bar to an end too early', () => {
    const space = new ScrollSpace(1_000_000);
    let bar = space.resize(90_000_000, VIEW, 300_000);
    while (bar > 50 && !space.atWrongEnd) space.scrolled((bar -= 100));
    expect(space.atWrongEnd).toBe(true);
    space.settle();
    expect(space.atWrongEnd).toBe(false);
  });

  it('never shows what lies beyond the ends', () => {
    const space = new ScrollSpace(1_000_000);
    space.resize(5_000, VIEW, 99_999);
    expect(space.y).toBe(5_000 - VIEW);
    space.resize(300, VIEW, 100);
    expect(space.y).toBe(0);
  });
});
