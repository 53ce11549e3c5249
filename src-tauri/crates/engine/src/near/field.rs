//! A raster as a smooth function of the place, with its slope.

use std::sync::LazyLock;

use latent_kernels::{Grid, Level, Mix, Read, TAPS, bilinear, mix_rows, transpose};

use super::raster::{AREA, SIDE};

/// Samples a side: two a cell.
pub(super) const SAMPLES: usize = 2 * SIDE;
/// Where the first sample lies: the slack comes before it.
pub(super) const FIRST: f32 = 1.0;
/// A sample of slack on each side, so that four neighbours are always there.
const STRIDE: usize = SAMPLES + 2;

/// Passes of 1-2-1 before a start is improved: the most that there may be.
pub(super) const COARSE: usize = 3;

/// A smoothed raster that can be read between its cells.
pub(super) struct Field {
    /// `[STRIDE, STRIDE]`.
    dense: Vec<f32>,
    /// The values in the middle of the cells, `[SIDE, SIDE]`.
    middles: Vec<f32>,
}

impl Field {
    /// Smooths by the cubic B-spline, twice as dense, after `blurs` passes of 1-2-1, at most
    /// [`COARSE`].
    pub(super) fn of(raster: &[f32], blurs: usize) -> Self {
        let mixes = SMOOTH.get(blurs).map(Vec::as_slice).unwrap_or_default();
        let mixed = |rows: &[f32], width: usize| {
            let mut out = vec![0.0; SAMPLES * width];
            mix_rows(Level::detect(), rows, width, mixes, &mut out);
            out
        };
        let across = turned(&mixed(&turned(raster, SIDE), SIDE), SIDE);
        let dense = mixed(&across, SAMPLES);
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

    /// Reads at places in samples, the middle of the first being [`FIRST`]; outside it is the border's value.
    ///
    /// Answers the values and their slopes across and down, a cell.
    pub(super) fn read(&self, x: &[f32], y: &[f32]) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let [mut values, mut dx, mut dy] = [(); 3].map(|()| vec![0.0; x.len()]);
        let grid = Grid {
            values: &self.dense,
            side: STRIDE,
        };
        let mut read = Read {
            values: &mut values,
            right: &mut dx,
            down: &mut dy,
        };
        bilinear(Level::detect(), grid, x, y, &mut read);
        dx.iter_mut().for_each(|slope| *slope *= 2.0);
        dy.iter_mut().for_each(|slope| *slope *= 2.0);
        (values, dx, dy)
    }
}

/// The rows of a raster around each, `N / 2` above to `N / 2` below, the border's repeated.
fn around<const N: usize>(values: &[f32]) -> impl Iterator<Item = [&[f32]; N]> {
    let row = move |y: usize| {
        let y = y.saturating_sub(N / 2).min(SIDE - 1);
        values.get(y * SIDE..(y + 1) * SIDE).unwrap_or_default()
    };
    (0..SIDE).map(move |y| std::array::from_fn(|i| row(y + i)))
}

/// Means of five rows of a raster.
fn mean_of_five(values: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    for [a, b, c, d, e] in around(values) {
        let five = a.iter().zip(b).zip(c).zip(d).zip(e);
        out.extend(five.map(|((((a, b), c), d), e)| (a + b + c + d + e) * 0.2));
    }
    out
}

/// How the finer rows are mixed from those of a raster, by passes of 1-2-1 before.
static SMOOTH: LazyLock<[Vec<Mix>; COARSE + 1]> = LazyLock::new(|| {
    // What becomes of the raster whose row `i` is 1 in column `i` is the share of each row.
    let cells = 0..AREA;
    let mut rows: Vec<f32> = cells
        .map(|at| f32::from(u8::from(at / SIDE == at % SIDE)))
        .collect();
    std::array::from_fn(|blurs| {
        if blurs > 0 {
            rows = blurred(&rows);
        }
        refined(&rows).chunks_exact(SIDE).map(mix).collect()
    })
});

fn mix(shares: &[f32]) -> Mix {
    let first = shares.iter().position(|share| *share != 0.0).unwrap_or(0);
    let mut weights = [0.0; TAPS];
    let own = weights.iter_mut().zip(shares.iter().skip(first));
    own.for_each(|(weight, share)| *weight = *share);
    Mix { first, weights }
}

/// Weights 1-2-1 from row to row of a raster.
fn blurred(values: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    for [a, b, c] in around(values) {
        let three = a.iter().zip(b).zip(c);
        out.extend(three.map(|((a, b), c)| 0.25 * (a + c) + 0.5 * b));
    }
    out
}

/// The cubic B-spline a quarter of a row before and after each of a raster.
fn refined(values: &[f32]) -> Vec<f32> {
    const WEIGHTS: [f32; 4] = [0.070_312_5, 0.611_979_2, 0.315_104_2, 0.002_604_2];
    let [w0, w1, w2, w3] = WEIGHTS;
    let mut out = Vec::with_capacity(values.len() * 2);
    for [a, b, c, d, e] in around(values) {
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
    let mut out = vec![0.0; values.len()];
    transpose(Level::detect(), values, width, &mut out);
    out
}

/// Means of 2 × 2.
fn middles(dense: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(AREA);
    for rows in dense.chunks_exact(2 * SAMPLES) {
        let (upper, lower) = rows.split_at(SAMPLES);
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
    let mut rows = dense.chunks_exact(SAMPLES);
    if let (Some(first), Some(last)) = (dense.get(..SAMPLES), dense.get(dense.len() - SAMPLES..)) {
        push(first);
        rows.by_ref().for_each(&mut push);
        push(last);
    }
    out
}
