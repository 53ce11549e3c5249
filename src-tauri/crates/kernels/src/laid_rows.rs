//! Where the cells of a row of one picture lie in another, by a map of the plane.

use crate::Level;
use crate::multiversion::multiversion;

/// Cells of a row, at most.
pub const MOST_CELLS: usize = 32;

/// The factors of a map, `[sx, tx, sy, ty, ry, rx, px, py]`:
/// `u = (1+sx)x + tx + ry y + px x² + py xy`, `v = (1+sy)y + ty + rx x + px xy + py y²`.
pub type PlaneMap = [f32; 8];

/// Where a place lies by a map.
#[inline(always)]
#[must_use]
pub fn mapped(map: &PlaneMap, x: f32, y: f32) -> (f32, f32) {
    let [sx, tx, sy, ty, ry, rx, px, py] = *map;
    let bend = px * x + py * y;
    (
        x + sx * x + tx + ry * y + bend * x,
        y + sy * y + ty + rx * x + bend * y,
    )
}

/// A row of cells and where it lies.
#[derive(Clone, Copy, Debug)]
pub struct CellRow<'a> {
    /// The places of the cells across, at most [`MOST_CELLS`].
    pub x: &'a [f32],
    /// The place of all of them down.
    pub y: f32,
    /// The values of the cells.
    pub values: &'a [f32],
}

/// What is asked of a cell to be kept, and how the other picture is read.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// How far from 0 a cell may lie in the other picture, in both directions, this excluded.
    pub within: f32,
    /// The least and the greatest value.
    pub values: (f32, f32),
    /// Samples of the other picture from −1 to 1.
    pub samples: f32,
    /// The place of the first sample's middle.
    pub first: f32,
}

/// Lays a row of cells over the other picture: `right` and `down` say where each lies in its samples. Answers a bit for each cell that is kept.
pub fn lay_row(
    level: Level,
    map: &PlaneMap,
    row: CellRow<'_>,
    kept: Kept,
    right: &mut [f32; MOST_CELLS],
    down: &mut [f32; MOST_CELLS],
) -> u32 {
    let mut bits = 0;
    lay(level, map, row, kept, right, down, &mut bits);
    bits
}

multiversion! {
    fn lay(
        map: &PlaneMap,
        row: CellRow<'_>,
        kept: Kept,
        right: &mut [f32; MOST_CELLS],
        down: &mut [f32; MOST_CELLS],
        bits: &mut u32,
    ) {
        let (least, greatest) = kept.values;
        let (half, edge) = (kept.samples / 2.0, kept.first - 0.5);
        let mut marks = [0_u32; MOST_CELLS];
        let places = right.iter_mut().zip(down.iter_mut()).zip(&mut marks);
        let cells = row.x.iter().zip(row.values);
        for (((right, down), mark), (x, value)) in places.zip(cells) {
            let (u, v) = mapped(map, *x, row.y);
            let inside = (u.abs() < kept.within) & (v.abs() < kept.within);
            *mark = u32::from(inside & (*value >= least) & (*value <= greatest));
            (*right, *down) = ((u + 1.0) * half + edge, (v + 1.0) * half + edge);
        }
        for (at, mark) in marks.iter().enumerate() {
            *bits |= mark << at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_instructions_lays_a_row_alike() {
        let x: Vec<f32> = (0..MOST_CELLS)
            .map(|i| (2.0 * i as f32 + 1.0) / MOST_CELLS as f32 - 1.0)
            .collect();
        let values: Vec<f32> = (0..MOST_CELLS).map(|i| (i * 37 % 256) as f32).collect();
        let kept = Kept {
            within: 0.97,
            values: (2.0, 251.0),
            samples: 64.0,
            first: 1.0,
        };
        for (number, count) in [(0, MOST_CELLS), (1, 16), (2, 5), (3, 0)] {
            let part = 0.03 * number as f32;
            let map = [part, -part, 0.1, part, 0.02, -0.04, part, 0.01];
            let y = 0.3 - part;
            let row = CellRow {
                x: &x[..count],
                y,
                values: &values[..count],
            };
            for level in Level::available() {
                let (mut right, mut down) = ([0.0; MOST_CELLS], [0.0; MOST_CELLS]);
                let bits = lay_row(level, &map, row, kept, &mut right, &mut down);
                for (at, x) in row.x.iter().enumerate() {
                    let (u, v) = mapped(&map, *x, y);
                    let is_kept =
                        u.abs() < 0.97 && v.abs() < 0.97 && (2.0..=251.0).contains(&values[at]);
                    assert_eq!(bits >> at & 1 == 1, is_kept, "{level:?} {number} {at}");
                    let places = [(u + 1.0) * 32.0 + 0.5, (v + 1.0) * 32.0 + 0.5];
                    assert_eq!([right[at], down[at]], places, "{level:?} {number} {at}");
                }
                assert_eq!(bits.checked_shr(count as u32).unwrap_or(0), 0);
            }
        }
    }
}
