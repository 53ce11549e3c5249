/**
 * Justified rows: every row fills the width, photos keep their shape, and the whole is held in
 * typed arrays so that half a million photos cost a few megabytes and a few milliseconds.
 */
export interface Layout {
  /** Photos in all. */
  count: number;
  /** Index of the first photo of each row, and after the last row `count`. */
  rowStarts: Uint32Array;
  /** Top of each row in pixels, and after the last row the height of everything. */
  rowTops: Float64Array;
  rowHeights: Float32Array;
  aspects: ArrayLike<number>;
  width: number;
  gap: number;
}

/** Where one photo lies, in pixels. */
export interface Tile {
  index: number;
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Shapes beyond these are cut in the grid, so that a panorama leaves no thread of a row. */
const NARROWEST = 0.4;
const WIDEST = 4;

/** Lays photos out in rows of about `rowHeight`; `aspects` are width over height in thousandths. */
export function layOut(
  aspects: ArrayLike<number>,
  width: number,
  rowHeight: number,
  gap: number,
): Layout {
  const count = aspects.length;
  const starts = new Uint32Array(count + 1);
  const tops = new Float64Array(count + 1);
  const heights = new Float32Array(count);
  let rows = 0;
  let top = 0;
  let first = 0;
  while (first < count) {
    const { end, height } = fillRow(aspects, first, width, rowHeight, gap);
    starts[rows] = first;
    tops[rows] = top;
    heights[rows] = height;
    top += height + gap;
    first = end;
    rows += 1;
  }
  starts[rows] = count;
  tops[rows] = Math.max(0, top - gap);
  return {
    count,
    rowStarts: starts.slice(0, rows + 1),
    rowTops: tops.slice(0, rows + 1),
    rowHeights: heights.slice(0, rows),
    aspects,
    width,
    gap,
  };
}

/** Takes photos until the row is full, with or without the last one, whichever is nearer in height. */
function fillRow(
  aspects: ArrayLike<number>,
  first: number,
  width: number,
  rowHeight: number,
  gap: number,
): { end: number; height: number } {
  let sum = 0;
  let before = Infinity;
  for (let index = first; index < aspects.length; index += 1) {
    sum += shapeOf(aspects, index);
    const height = (width - gap * (index - first)) / sum;
    if (height <= rowHeight) {
      const keepsLast = index === first || rowHeight - height <= before - rowHeight;
      return keepsLast ? { end: index + 1, height } : { end: index, height: before };
    }
    before = height;
  }
  // What is left does not fill a row: it is not blown up to.
  return { end: aspects.length, height: Math.min(rowHeight, before) };
}

function shapeOf(aspects: ArrayLike<number>, index: number): number {
  const aspect = (aspects[index] ?? 1000) / 1000;
  return aspect > 0 ? Math.min(WIDEST, Math.max(NARROWEST, aspect)) : 1;
}

/** Height of everything in pixels. */
export function totalHeight(layout: Layout): number {
  return layout.rowTops[layout.rowTops.length - 1] ?? 0;
}

/** The row that holds the height `y`, by binary search. */
export function rowAt(layout: Layout, y: number): number {
  return lastNotAbove(layout.rowTops, y, layout.rowHeights.length);
}

/** The row that holds the photo at `index`. */
export function rowOf(layout: Layout, index: number): number {
  return lastNotAbove(layout.rowStarts, index, layout.rowHeights.length);
}

function lastNotAbove(sorted: ArrayLike<number>, value: number, length: number): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The tiles of one row, from left to right. */
export function rowTiles(layout: Layout, row: number): Tile[] {
  const start = layout.rowStarts[row] ?? 0;
  const end = layout.rowStarts[row + 1] ?? layout.count;
  const height = layout.rowHeights[row] ?? 0;
  const top = layout.rowTops[row] ?? 0;
  const tiles: Tile[] = [];
  let left = 0;
  for (let index = start; index < end; index += 1) {
    const width = shapeOf(layout.aspects, index) * height;
    tiles.push({ index, left, top, width, height });
    left += width + layout.gap;
  }
  return tiles;
}

/** The tiles of the rows from `first` to `last`, both included. */
export function tilesOfRows(layout: Layout, first: number, last: number): Tile[] {
  const tiles: Tile[] = [];
  for (let row = first; row <= last && row < layout.rowHeights.length; row += 1) {
    tiles.push(...rowTiles(layout, row));
  }
  return tiles;
}

/** Where the photo at `index` lies. */
export function tileAt(layout: Layout, index: number): Tile | undefined {
  const row = rowOf(layout, index);
  return rowTiles(layout, row)[index - (layout.rowStarts[row] ?? 0)];
}

/** The photo `rows` rows below (or above, when negative), nearest in the middle. */
export function neighbour(layout: Layout, index: number, rows: number): number {
  const from = tileAt(layout, index);
  if (!from) return index;
  const last = layout.rowHeights.length - 1;
  const row = Math.min(last, Math.max(0, rowOf(layout, index) + rows));
  const middle = from.left + from.width / 2;
  let best = index;
  let distance = Infinity;
  for (const tile of rowTiles(layout, row)) {
    const off = Math.abs(tile.left + tile.width / 2 - middle);
    if (off < distance) [best, distance] = [tile.index, off];
  }
  return best;
}
