//! Where the colours lie: the low frequencies of the colour channels.

use std::f32::consts::PI;

/// Takes the lowest `order × order` cosine coefficients of a square channel.
///
/// `channel` is `[side, side]`. Answers `order²` values, row frequency first, the mean at 0,
/// orthonormal.
///
/// # Source
/// Kasutani & Yamada, "The MPEG-7 color layout descriptor", ICIP 2001 (DCT of a coarse colour
/// raster, low frequencies kept).
#[expect(
    clippy::indexing_slicing,
    reason = "the cosine table has order × side entries"
)]
pub(super) fn low_frequencies(channel: &[f32], side: usize, order: usize) -> Vec<f32> {
    let table = cosines(side, order);
    let rows: Vec<Vec<f32>> = channel
        .chunks_exact(side)
        .map(|line| {
            (0..order)
                .map(|u| dot(line, &table[u * side..(u + 1) * side]))
                .collect()
        })
        .collect();
    let mut out = Vec::with_capacity(order * order);
    for v in 0..order {
        let weights = &table[v * side..(v + 1) * side];
        for u in 0..order {
            out.push(rows.iter().zip(weights).map(|(row, w)| row[u] * w).sum());
        }
    }
    out
}

fn dot(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

/// The first `order` rows of the orthonormal DCT-II matrix of size `side`.
fn cosines(side: usize, order: usize) -> Vec<f32> {
    let n = side as f32;
    (0..order)
        .flat_map(|u| {
            let scale = if u == 0 {
                (1.0 / n).sqrt()
            } else {
                (2.0 / n).sqrt()
            };
            (0..side).map(move |x| scale * (PI * (x as f32 + 0.5) * u as f32 / n).cos())
        })
        .collect()
}
