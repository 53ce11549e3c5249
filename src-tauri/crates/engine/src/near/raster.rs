//! A picture reduced to a small grey raster, and the raster turned, mirrored and cut.

use crate::picture::Picture;

/// Side of the raster.
pub(super) const SIDE: usize = 32;
/// Values of a raster.
pub(super) const AREA: usize = SIDE * SIDE;

/// Luma of a picture squashed to a square, `[SIDE, SIDE]`, 0 … 255.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raster(pub(super) Box<[u8; AREA]>);

impl Raster {
    /// Averages the part of the picture inside `frame` over each cell.
    ///
    /// Where there are fewer pixels than cells, neighbours are blended: a copy of an eighth of the
    /// size looks like the original out of focus, not like tiles.
    pub(super) fn of(picture: &Picture, frame: Frame) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let columns = taps(width, frame.left, frame.right);
        let rows = taps(height, frame.top, frame.bottom);
        let lines: Vec<Vec<f32>> = picture
            .rgb()
            .chunks_exact(width * 3)
            .map(|line| reduce_line(line, &columns))
            .collect();
        let mut values = Box::new([0_u8; AREA]);
        for (out, taps) in values.chunks_exact_mut(SIDE).zip(&rows) {
            let mut sums = [0.0_f32; SIDE];
            for (line, weight) in lines.iter().skip(taps.first).zip(&taps.weights) {
                for (sum, value) in sums.iter_mut().zip(line) {
                    *sum += value * weight;
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = (sum + 0.5) as u8;
            }
        }
        Self(values)
    }

    /// The values as numbers, row by row.
    pub(super) fn to_f32(&self) -> Vec<f32> {
        self.0.iter().map(|&value| f32::from(value)).collect()
    }
}

/// A part of a picture, fractions of its sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

impl Frame {
    /// All of a picture.
    pub(super) const WHOLE: Self = Self {
        left: 0.0,
        top: 0.0,
        right: 1.0,
        bottom: 1.0,
    };
}

/// ITU-R BT.601 luma of a line of pixels, averaged to [`SIDE`] values.
fn reduce_line(line: &[u8], columns: &[Taps]) -> Vec<f32> {
    let grey: Vec<f32> = line.as_chunks::<3>().0.iter().map(luma).collect();
    let sum = |taps: &Taps| {
        let grey = grey.iter().skip(taps.first);
        grey.zip(&taps.weights)
            .map(|(value, weight)| value * weight)
            .sum()
    };
    columns.iter().map(sum).collect()
}

/// ITU-R BT.601.
pub(super) fn luma([red, green, blue]: &[u8; 3]) -> f32 {
    0.299 * f32::from(*red) + 0.587 * f32::from(*green) + 0.114 * f32::from(*blue)
}

/// The samples below one cell, and how much of each.
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

/// Spreads [`SIDE`] cells over the samples between `start` and `end` (fractions of `count`).
fn taps(count: usize, start: f32, end: f32) -> Vec<Taps> {
    let (start, end) = (start * count as f32, end * count as f32);
    let step = (end - start) / SIDE as f32;
    // Of wide cells the area is taken, of narrow ones a triangle of two samples.
    let reach = if step >= 1.5 { step / 2.0 } else { 1.0 };
    (0..SIDE)
        .map(|cell| {
            let centre = start + (cell as f32 + 0.5) * step;
            let first = (centre - reach).floor().clamp(0.0, count as f32 - 1.0) as usize;
            let last = (centre + reach).ceil().clamp(1.0, count as f32) as usize;
            let mut weights: Vec<f32> = (first..last)
                .map(|sample| {
                    let (low, high) = (sample as f32, sample as f32 + 1.0);
                    if step >= 1.5 {
                        (high.min(centre + reach) - low.max(centre - reach)).max(0.0)
                    } else {
                        (1.0 - (low + 0.5 - centre).abs()).max(0.0)
                    }
                })
                .collect();
            let total: f32 = weights.iter().sum();
            if total > 0.0 {
                weights.iter_mut().for_each(|weight| *weight /= total);
            }
            Taps { first, weights }
        })
        .collect()
}
