/** Sizes of what a row of a group is made of, in pixels. */
export interface Sizes {
  header: number;
  card: { width: number; height: number };
  gap: number;
  /** Left and right of the cards. */
  edge: number;
  /** Between two groups. */
  between: number;
}

/** Where groups lie below each other, their cards in lines as wide as the list. */
export interface GroupLayout {
  sizes: Sizes;
  perLine: number;
  cardWidth: number;
  /** Of each group, and the whole height at the end. */
  tops: Float64Array;
}

/** Lays out groups of so many photos each. */
export function layOutGroups(counts: readonly number[], width: number, sizes: Sizes): GroupLayout {
  const room = Math.max(sizes.card.width, width - 2 * sizes.edge);
  const perLine = Math.max(1, Math.floor((room + sizes.gap) / (sizes.card.width + sizes.gap)));
  const tops = new Float64Array(counts.length + 1);
  for (const [index, count] of counts.entries()) {
    tops[index + 1] = (tops[index] ?? 0) + heightOf(count, perLine, sizes);
  }
  return { sizes, perLine, cardWidth: Math.min(sizes.card.width, room), tops };
}

const heightOf = (count: number, perLine: number, { header, card, gap, between }: Sizes) =>
  header + Math.ceil(count / perLine) * (card.height + gap) + between;

export const totalOf = ({ tops }: GroupLayout) => tops[tops.length - 1] ?? 0;

export const topOf = ({ tops }: GroupLayout, group: number) => tops[group] ?? 0;

export const bottomOf = ({ tops }: GroupLayout, group: number) => tops[group + 1] ?? 0;

/** The group at a height; the first above, the last below all. */
export function groupAt({ tops }: GroupLayout, y: number): number {
  let [low, high] = [0, Math.max(0, tops.length - 2)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The photos of a group whose lines are between two heights, from the first up to before the last. */
export function photosBetween(
  layout: GroupLayout,
  group: number,
  count: number,
  [from, to]: readonly [number, number],
): [number, number] {
  const { sizes, perLine } = layout;
  const line = sizes.card.height + sizes.gap;
  const start = topOf(layout, group) + sizes.header;
  const first = Math.max(0, Math.floor((from - start) / line)) * perLine;
  const last = Math.max(0, Math.ceil((to - start) / line)) * perLine;
  return [Math.min(first, count), Math.min(last, count)];
}

/** Where a card lies in its group. */
export function cardAt({ sizes, perLine, cardWidth }: GroupLayout, photo: number) {
  return {
    left: sizes.edge + (photo % perLine) * (cardWidth + sizes.gap),
    top: sizes.header + Math.floor(photo / perLine) * (sizes.card.height + sizes.gap),
  };
}
