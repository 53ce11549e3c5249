//! Edges and structure: histograms of gradient orientations in a grid of cells.

use std::f32::consts::PI;

/// Directions an edge is sorted into, over half a turn.
pub(super) const ORIENTATIONS: usize = 8;

/// Counts the gradients of a square grey raster in `cells × cells` cells and eight directions.
///
/// `grey` is `[side, side]`. Answers `cells² · 8` sums of gradient magnitude, cell by cell from
/// the top left. Each gradient is shared by the nearest cells and directions in proportion, so
/// that a shift of a few pixels moves little. The sign of the gradient is dropped.
///
/// # Source
/// Dalal & Triggs, "Histograms of Oriented Gradients for Human Detection", CVPR 2005 (central
/// differences, unsigned orientation, trilinear sharing); the coarse grid over the whole picture
/// follows Oliva & Torralba, "Modeling the Shape of the Scene", IJCV 42(3), 2001 (4 × 4, 8).
#[expect(
    clippy::indexing_slicing,
    reason = "all indices are bounded by the loops and clamps"
)]
pub(super) fn histogram(grey: &[f32], side: usize, cells: usize) -> Vec<f32> {
    let mut sums = vec![0.0_f32; cells * cells * ORIENTATIONS];
    let shares: Vec<_> = (0..side).map(|i| cell_shares(i, side, cells)).collect();
    for y in 1..side - 1 {
        for x in 1..side - 1 {
            let dx = grey[y * side + x + 1] - grey[y * side + x - 1];
            let dy = grey[(y + 1) * side + x] - grey[(y - 1) * side + x];
            let magnitude = (dx * dx + dy * dy).sqrt();
            if magnitude == 0.0 {
                continue;
            }
            let half = dy.atan2(dx) / PI;
            let turn = (half - half.floor()) * ORIENTATIONS as f32;
            let low = turn as usize % ORIENTATIONS;
            let high = (low + 1) % ORIENTATIONS;
            let part = turn - turn.floor();
            for (row, row_share) in shares[y] {
                for (column, column_share) in shares[x] {
                    let weight = magnitude * row_share * column_share;
                    let base = (row * cells + column) * ORIENTATIONS;
                    sums[base + low] += weight * (1.0 - part);
                    sums[base + high] += weight * part;
                }
            }
        }
    }
    sums
}

/// The two cells a sample lies between, with its share in each.
fn cell_shares(sample: usize, side: usize, cells: usize) -> [(usize, f32); 2] {
    let place = (sample as f32 + 0.5) * cells as f32 / side as f32 - 0.5;
    let low = place.floor();
    let part = place - low;
    let last = cells as f32 - 1.0;
    let clamp = |cell: f32| cell.clamp(0.0, last) as usize;
    [(clamp(low), 1.0 - part), (clamp(low + 1.0), part)]
}
