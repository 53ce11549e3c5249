//! Small pictures made smooth: rows mixed from neighbouring rows, and rows turned into columns.

use crate::Level;
use crate::multiversion::multiversion;

/// Rows that one row is mixed from.
pub const TAPS: usize = 12;
/// Values that are handled together.
const BLOCK: usize = 32;
/// Side of the tiles that are turned.
const TILE: usize = 8;

/// One row as a sum of rows: the first, and how much of it and of those that follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mix {
    /// The first row that is mixed.
    pub first: usize,
    /// How much of that and of the next rows; beyond the last row nothing counts.
    pub weights: [f32; TAPS],
}

multiversion! {
    fn mix_all(rows: &[f32], width: usize, mixes: &[Mix], out: &mut [f32]) {
        for (mix, out) in mixes.iter().zip(out.chunks_exact_mut(width.max(1))) {
            let rows = rows.get(mix.first * width..).unwrap_or_default();
            let last = mix.weights.iter().rposition(|weight| *weight != 0.0);
            let weights = mix.weights.get(..=last.unwrap_or(0)).unwrap_or_default();
            let (blocks, rest) = out.as_chunks_mut::<BLOCK>();
            for (number, block) in blocks.iter_mut().enumerate() {
                let mut sums = [0.0; BLOCK];
                for (row, weight) in rows.chunks_exact(width).zip(weights) {
                    if let Some(row) = row.as_chunks::<BLOCK>().0.get(number) {
                        for (sum, value) in sums.iter_mut().zip(row) {
                            *sum += value * weight;
                        }
                    }
                }
                *block = sums;
            }
            let done = width - rest.len();
            rest.fill(0.0);
            for (row, weight) in rows.chunks_exact(width).zip(weights) {
                for (sum, value) in rest.iter_mut().zip(row.iter().skip(done)) {
                    *sum += value * weight;
                }
            }
        }
    }
}

multiversion! {
    fn turn_all(values: &[f32], width: usize, height: usize, out: &mut [f32]) {
        let tiles = |values: &[f32], at: usize| {
            values.get(at..at + TILE).and_then(|row| row.first_chunk::<TILE>().copied())
        };
        for top in (0..height).step_by(TILE) {
            for left in (0..width).step_by(TILE) {
                let mut tile = [[0.0; TILE]; TILE];
                for (y, row) in tile.iter_mut().enumerate() {
                    *row = tiles(values, (top + y) * width + left).unwrap_or_default();
                }
                for x in 0..TILE {
                    let at = (left + x) * height + top;
                    if let Some(out) = out.get_mut(at..at + TILE) {
                        for (out, row) in out.iter_mut().zip(&tile) {
                            *out = row.get(x).copied().unwrap_or(0.0);
                        }
                    }
                }
            }
        }
    }
}

/// Mixes rows of `width` values: a row of `out` for each of `mixes`.
pub fn mix_rows(level: Level, rows: &[f32], width: usize, mixes: &[Mix], out: &mut [f32]) {
    mix_all(level, rows, width, mixes, out);
}

/// Turns rows of `width` into columns; both sides are multiples of 8, or `out` stays as it is.
pub fn transpose(level: Level, values: &[f32], width: usize, out: &mut [f32]) {
    let height = values.len() / width.max(1);
    if width.is_multiple_of(TILE) && height.is_multiple_of(TILE) {
        turn_all(level, values, width, height, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_mixed_the_same_by_every_set_of_instructions() {
        for width in [32, 64, 40, 3] {
            let rows: Vec<f32> = (0..20 * width).map(|i| (i * 13 % 31) as f32).collect();
            let mixes: Vec<Mix> = [0, 3, 8, 14]
                .map(|first| Mix {
                    first,
                    weights: std::array::from_fn(|i| (i + first) as f32 / 8.0),
                })
                .to_vec();
            for level in Level::available() {
                let mut out = vec![-1.0; mixes.len() * width];
                mix_rows(level, &rows, width, &mixes, &mut out);
                for (mix, row) in mixes.iter().zip(out.chunks(width)) {
                    for (x, got) in row.iter().enumerate() {
                        let taps = mix.weights.iter().enumerate();
                        let taps = taps.filter(|(i, _)| mix.first + i < 20);
                        let want: f32 = taps
                            .map(|(i, weight)| weight * rows[(mix.first + i) * width + x])
                            .sum();
                        assert_eq!(*got, want, "{level:?} {width}");
                    }
                }
            }
        }
    }

    #[test]
    fn rows_become_columns() {
        let (width, height) = (16, 24);
        let values: Vec<f32> = (0..width * height).map(|i| i as f32).collect();
        for level in Level::available() {
            let mut out = vec![0.0; values.len()];
            transpose(level, &values, width, &mut out);
            for y in 0..height {
                for x in 0..width {
                    assert_eq!(out[x * height + y], values[y * width + x], "{level:?}");
                }
            }
        }
    }
}
