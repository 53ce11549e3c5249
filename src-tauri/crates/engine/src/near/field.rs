//! A raster as a smooth function of the place, with its slope.

use super::raster::{AREA, SIDE};

/// Samples a side: two a cell.
const FINE: usize = 2 * SIDE;
/// A sample of slack on each side, so that four neighbours are always there.
const STRIDE: usize = FINE + 2;

/// A smoothed raster that can be read between its cells.
pub(super) struct Field {
    /// `[STRIDE, STRIDE]`.
    dense: Vec<f32>,
    /// The values in the middle of the cells, `[SIDE, SIDE]`.
    middles: Vec<f32>,
}

/// Value and slope at a place; the slope in values a cell.
#[derive(Clone, Copy, Default)]
pub(super) struct Sample {
    pub(super) value: f32,
    pub(super) dx: f32,
    pub(super) dy: f32,
}

impl Field {
    /// Smooths by the cubic B-spline, twice as dense, after `blurs` passes of 1-2-1.
    pub(super) fn of(raster: &[f32], blurs: usize) -> Self {
        let down = |values: &[f32], width: usize| {
            let mut values = values.to_vec();
            for _ in 0..blurs {
                values = blurred(&values, width);
            }
            refined(&values, width)
        };
        // `[FINE, SIDE]` turned, refined and turned back is `[FINE, FINE]`.
        let across = down(&turned(&down(raster, SIDE), SIDE), FINE);
        let dense = turned(&across, FINE);
        let middles = middles(&dense);
        let dense = pad(&dense);
        Self { dense, middles }
    }

    /// The values in the middle of the cells, `[SIDE, SIDE]`.
    pub(super) fn middles(&self) -> &[f32] {
        &self.middles
    }

    /// The same of what is finer than some cells, about middle grey: however a change turned
    /// colours into other greys, edges stay where they are.
    pub(super) fn of_detail(raster: &[f32]) -> Self {
        let twice = |values: &[f32]| turned(&mean_of_five(&mean_of_five(values)), SIDE);
        let smooth = twice(&twice(raster));
        let detail = raster.iter().zip(&smooth).map(|(v, s)| v - s + 128.0);
        Self::of(&detail.collect::<Vec<f32>>(), 0)
    }

    /// Reads at a place in cells, the first cell's middle being 0; outside it is the border's value.
    #[inline]
    pub(super) fn sample(&self, x: f32, y: f32) -> Sample {
        // Cell 0 lies between the first two samples; the slack adds one.
        let place = |at: f32| (2.0 * at + 1.5).clamp(0.0, STRIDE as f32 - 1.001);
        let (x, y) = (place(x), place(y));
        let (left, top) = (x as usize, y as usize);
        let (right, low) = (x - left as f32, y - top as f32);
        let first = top * STRIDE + left;
        let pair = |from: usize| match self.dense.get(from..from + 2) {
            Some(&[a, b]) => (a, b),
            _ => (0.0, 0.0),
        };
        let ((a, b), (c, d)) = (pair(first), pair(first + STRIDE));
        let (upper, lower) = (a + (b - a) * right, c + (d - c) * right);
        Sample {
            value: upper + (lower - upper) * low,
            dx: 2.0 * ((b - a) * (1.0 - low) + (d - c) * low),
            dy: 2.0 * (lower - upper),
        }
    }
}

/// The rows of `width` values from `reach` above each to `reach` below, the border's repeated.
fn around<const N: usize>(values: &[f32], width: usize) -> impl Iterator<Item = [&[f32]; N]> {
    let height = values.len() / width;
    let row = move |y: usize| {
        let y = y.saturating_sub(N / 2).min(height.saturating_sub(1));
        values.get(y * width..(y + 1) * width).unwrap_or_default()
    };
    (0..height).map(move |y| std::array::from_fn(|i| row(y + i)))
}

/// Weights 1-2-1 from row to row.
fn blurred(values: &[f32], width: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    for [a, b, c] in around(values, width) {
        let three = a.iter().zip(b).zip(c);
        out.extend(three.map(|((a, b), c)| 0.25 * (a + c) + 0.5 * b));
    }
    out
}

/// Means of five rows of a raster.
fn mean_of_five(values: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    for [a, b, c, d, e] in around(values, SIDE) {
        let five = a.iter().zip(b).zip(c).zip(d).zip(e);
        out.extend(five.map(|((((a, b), c), d), e)| (a + b + c + d + e) * 0.2));
    }
    out
}

/// The cubic B-spline a quarter of a row before and after each.
fn refined(values: &[f32], width: usize) -> Vec<f32> {
    const WEIGHTS: [f32; 4] = [0.070_312_5, 0.611_979_2, 0.315_104_2, 0.002_604_2];
    let [w0, w1, w2, w3] = WEIGHTS;
    let mut out = Vec::with_capacity(values.len() * 2);
    for [a, b, c, d, e] in around(values, width) {
        let sum =
            |((v, w), (x, y)): ((&f32, &f32), (&f32, &f32))| v * w0 + w * w1 + x * w2 + y * w3;
        // Before the row the nearer neighbour is the upper one.
        out.extend(d.iter().zip(c).zip(b.iter().zip(a)).map(sum));
        out.extend(b.iter().zip(c).zip(d.iter().zip(e)).map(sum));
    }
    out
}

/// Turns rows of `width` into columns.
fn turned(values: &[f32], width: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    for x in 0..width {
        out.extend(values.iter().skip(x).step_by(width));
    }
    out
}

/// Means of 2 × 2.
fn middles(dense: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(AREA);
    for rows in dense.chunks_exact(2 * FINE) {
        let (upper, lower) = rows.split_at(FINE);
        let (upper, lower) = (upper.as_chunks::<2>().0, lower.as_chunks::<2>().0);
        let means = upper.iter().zip(lower);
        out.extend(means.map(|([a, b], [c, d])| 0.25 * (a + b + c + d)));
    }
    out
}

/// Repeats the border once on each side.
fn pad(dense: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(STRIDE * STRIDE);
    let mut push = |row: &[f32]| {
        out.extend(row.first());
        out.extend_from_slice(row);
        out.extend(row.last());
    };
    let mut rows = dense.chunks_exact(FINE);
    if let (Some(first), Some(last)) = (dense.get(..FINE), dense.get(dense.len() - FINE..)) {
        push(first);
        rows.by_ref().for_each(&mut push);
        push(last);
    }
    out
}
