//! Reads a grid between its values.

use crate::Level;
use crate::multiversion::multiversion;

/// Places that are read together.
const BLOCK: usize = 64;

/// Values of a square grid, row by row.
#[derive(Clone, Copy, Debug)]
pub struct Grid<'a> {
    /// `[side, side]`.
    pub values: &'a [f32],
    /// Values a row.
    pub side: usize,
}

/// What is read: one value for each place, and how fast it grows to the right and downwards, a step of
/// the grid.
#[derive(Debug)]
pub struct Read<'a> {
    /// The values.
    pub values: &'a mut [f32],
    /// The slopes to the right.
    pub right: &'a mut [f32],
    /// The slopes downwards.
    pub down: &'a mut [f32],
}

/// Reads a grid at places `x`, `y` in steps of the grid, the first value's being 0; beyond the border it
/// is the border's value. All slices are as long as the shortest.
pub fn bilinear(level: Level, grid: Grid<'_>, x: &[f32], y: &[f32], read: &mut Read<'_>) {
    let places = x.chunks(BLOCK).zip(y.chunks(BLOCK));
    let values = read.values.chunks_mut(BLOCK);
    let slopes = read
        .right
        .chunks_mut(BLOCK)
        .zip(read.down.chunks_mut(BLOCK));
    for (((x, y), values), (right, down)) in places.zip(values).zip(slopes) {
        read_block(level, grid, x, y, values, right, down);
    }
}

multiversion! {
    fn read_block(
        grid: Grid<'_>,
        x: &[f32],
        y: &[f32],
        values: &mut [f32],
        to_right: &mut [f32],
        down: &mut [f32],
    ) {
        let last = grid.side as f32 - 1.001;
        let (mut firsts, mut rights, mut lows) = ([0_i32; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
        let places = firsts.iter_mut().zip(&mut rights).zip(&mut lows);
        for (((first, right), low), (x, y)) in places.zip(x.iter().zip(y)) {
            let (x, y) = (x.max(0.0).min(last), y.max(0.0).min(last));
            let (left, top) = (x as i32, y as i32);
            (*right, *low) = (x - left as f32, y - top as f32);
            *first = top * grid.side as i32 + left;
        }
        let mut corners = [[0.0; BLOCK]; 4];
        let [a, b, c, d] = &mut corners;
        let upper = a.iter_mut().zip(b.iter_mut());
        let lower = c.iter_mut().zip(d.iter_mut());
        for (((a, b), (c, d)), first) in upper.zip(lower).zip(&firsts).take(x.len()) {
            let rows = grid.values.get(*first as usize..).unwrap_or_default();
            if let Some(&[first, second, ..]) = rows.first_chunk::<2>() {
                (*a, *b) = (first, second);
            }
            if let Some(&[first, second]) = rows.get(grid.side..grid.side + 2) {
                (*c, *d) = (first, second);
            }
        }
        let upper = a.iter().zip(b.iter());
        let lower = c.iter().zip(d.iter());
        let parts = rights.iter().zip(&lows);
        let out = values.iter_mut().zip(to_right.iter_mut().zip(down));
        for ((((a, b), (c, d)), (right, low)), (value, (to_right, down))) in
            upper.zip(lower).zip(parts).zip(out)
        {
            let (upper, lower) = (a + (b - a) * right, c + (d - c) * right);
            *value = upper + (lower - upper) * low;
            *to_right = (b - a) * (1.0 - low) + (d - c) * low;
            *down = lower - upper;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_linear_between_four_values_and_constant_outside() {
        let side = 5;
        let values: Vec<f32> = (0..side * side).map(|i| (i * i % 11) as f32).collect();
        let grid = Grid {
            values: &values,
            side,
        };
        let at = |x: usize, y: usize| values[y * side + x];
        let mut places: Vec<(f32, f32)> = (0..130)
            .map(|i| ((i % 13) as f32 * 0.29, (i % 7) as f32 * 0.53))
            .collect();
        places.extend([(-3.0, 2.0), (9.0, 9.0), (f32::NAN, 0.0)]);
        let (x, y): (Vec<f32>, Vec<f32>) = places.iter().copied().unzip();
        for level in Level::available() {
            let mut out = vec![[0.0_f32; 3]; 0];
            let [mut values, mut right, mut down] = [(); 3].map(|()| vec![0.0; x.len()]);
            let mut read = Read {
                values: &mut values,
                right: &mut right,
                down: &mut down,
            };
            bilinear(level, grid, &x, &y, &mut read);
            out.extend((0..x.len()).map(|i| [values[i], right[i], down[i]]));
            for (&(x, y), [value, right, down]) in places.iter().zip(out).take(130) {
                let (left, top) = (x as usize, y as usize);
                let (u, v) = (x - left as f32, y - top as f32);
                let corners = [at(left, top), at(left + 1, top)];
                let below = [at(left, top + 1), at(left + 1, top + 1)];
                let row = |[a, b]: [f32; 2]| a * (1.0 - u) + b * u;
                let want = row(corners) * (1.0 - v) + row(below) * v;
                assert!((value - want).abs() < 1e-4, "{level:?} {x} {y}");
                assert!((down - (row(below) - row(corners))).abs() < 1e-4);
                let slope = |[a, b]: [f32; 2]| b - a;
                let want = slope(corners) * (1.0 - v) + slope(below) * v;
                assert!((right - want).abs() < 1e-4);
            }
            let ends = [at(0, 2), at(4, 4), at(0, 0)];
            for (got, want) in values[130..].iter().zip(ends) {
                assert!((got - want).abs() < 0.02, "{level:?} {got} {want}");
            }
        }
    }
}
