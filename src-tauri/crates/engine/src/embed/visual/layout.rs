//! Where the colours lie: the low frequencies of the colour channels.

use std::f32::consts::PI;

/// The first `ORDER` rows of the orthonormal DCT-II matrix for a square channel, kept by column.
pub(super) struct Cosines<const ORDER: usize> {
    /// `[side][ORDER]`.
    columns: Vec<[f32; ORDER]>,
}

impl<const ORDER: usize> Cosines<ORDER> {
    /// For channels of `side × side`.
    pub(super) fn new(side: usize) -> Self {
        let n = side as f32;
        let value = |u: usize, x: usize| {
            let scale = if u == 0 {
                (1.0 / n).sqrt()
            } else {
                (2.0 / n).sqrt()
            };
            scale * (PI * (x as f32 + 0.5) * u as f32 / n).cos()
        };
        Self {
            columns: (0..side)
                .map(|x| std::array::from_fn(|u| value(u, x)))
                .collect(),
        }
    }

    /// Takes the lowest `ORDER × ORDER` cosine coefficients of a channel, `[side, side]`.
    ///
    /// Answers `ORDER²` values, row frequency first, the mean at 0, orthonormal.
    ///
    /// # Source
    /// Kasutani & Yamada, "The MPEG-7 color layout descriptor", ICIP 2001 (DCT of a coarse colour
    /// raster, low frequencies kept).
    pub(super) fn low_frequencies(&self, channel: &[f32]) -> Vec<f32> {
        // All sums grow side by side, each in the order of its samples. Sums of nothing are −0.
        let mut sums = [[-0.0_f32; ORDER]; ORDER];
        let lines = channel.chunks_exact(self.columns.len().max(1));
        for (line, down) in lines.zip(&self.columns) {
            let mut row = [-0.0_f32; ORDER];
            for (value, across) in line.iter().zip(&self.columns) {
                for (sum, cosine) in row.iter_mut().zip(across) {
                    *sum += value * cosine;
                }
            }
            for (sums, cosine) in sums.iter_mut().zip(down) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += value * cosine;
                }
            }
        }
        sums.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_cosine_transform_summed_in_the_order_of_the_samples() {
        const SIDE: usize = 32;
        let channel: Vec<f32> = (0..SIDE * SIDE)
            .map(|i| ((i * 37 % 101) as f32 - 50.0) * 0.731)
            .collect();
        let cosine = |u: usize, x: usize| {
            let scale = if u == 0 { 1.0_f32 } else { 2.0 } / SIDE as f32;
            scale.sqrt() * (PI * (x as f32 + 0.5) * u as f32 / SIDE as f32).cos()
        };
        let got = Cosines::<8>::new(SIDE).low_frequencies(&channel);
        for (place, got) in got.iter().enumerate() {
            let (v, u) = (place / 8, place % 8);
            let row = |y: usize| -> f32 {
                let line = &channel[y * SIDE..(y + 1) * SIDE];
                line.iter().enumerate().map(|(x, l)| l * cosine(u, x)).sum()
            };
            let want: f32 = (0..SIDE).map(|y| row(y) * cosine(v, y)).sum();
            assert_eq!(got.to_bits(), want.to_bits(), "{v} {u}");
        }
    }
}
