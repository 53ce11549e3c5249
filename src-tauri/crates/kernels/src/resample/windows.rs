//! The weights of the source pixels under each resized one, in fixed point.
//!
//! # Source
//! `precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow's `Resample.c`; f64 in its order.

use std::ops::Range;

use super::{Axis, Filter};

/// Bits behind the point of a weight: 8 are for the level, 2 for what filters overshoot.
pub(super) const PRECISION_BITS: u32 = 32 - 8 - 2;

/// The source pixels under one resized pixel: the first, and the weights of it and its followers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Window {
    pub from: usize,
    pub weights: Vec<i32>,
}

/// The window of every resized pixel that is wanted.
///
/// Weights of zero at the ends are left out: of an axis that keeps its size one weight is left,
/// which changes nothing, where Pillow leaves out the pass.
pub(super) fn of(filter: Filter, axis: Axis) -> Vec<Window> {
    let scale = f64::from(axis.source) / f64::from(axis.resized);
    let mut shares = Vec::new();
    (axis.from..axis.from + axis.length)
        .map(|at| {
            let center = (f64::from(at) + 0.5) * scale;
            window(filter, scale.max(1.0), center, axis.source, &mut shares)
        })
        .collect()
}

/// The source pixels that windows cover; they are counted from the first of these from now on.
pub(super) fn cut(windows: &mut [Window]) -> Range<usize> {
    let first = windows.iter().map(|w| w.from).min().unwrap_or(0);
    for window in windows.iter_mut() {
        window.from -= first;
    }
    first..first + extent(windows)
}

/// How many source pixels windows need, counted from 0.
pub(super) fn extent(windows: &[Window]) -> usize {
    let ends = windows.iter().map(|w| w.from + w.weights.len());
    ends.max().unwrap_or(0)
}

/// The window around `center`; `shares` is room to compute in.
fn window(filter: Filter, scale: f64, center: f64, source: u32, shares: &mut Vec<f64>) -> Window {
    let support = filter.support() * scale;
    let first = ((center - support + 0.5) as i64).max(0);
    let end = ((center + support + 0.5) as i64).min(i64::from(source));
    let per_pixel = 1.0 / scale;
    shares.clear();
    shares.extend((first..end).map(|at| filter.at((at as f64 - center + 0.5) * per_pixel)));
    let sum: f64 = shares.iter().fold(0.0, |sum, share| sum + share);
    let divisor = if sum == 0.0 { 1.0 } else { sum };

    let weights = shares.iter().map(|share| fixed(share / divisor));
    let zeros = weights.clone().take_while(|w| *w == 0).count();
    let mut weights: Vec<i32> = weights.skip(zeros).collect();
    weights.truncate(weights.iter().rposition(|w| *w != 0).map_or(0, |at| at + 1));
    Window {
        from: first as usize + zeros,
        weights,
    }
}

/// Rounds to fixed point, a half away from zero.
fn fixed(weight: f64) -> i32 {
    let scaled = weight * f64::from(1 << PRECISION_BITS);
    if weight < 0.0 {
        (-0.5 + scaled) as i32
    } else {
        (0.5 + scaled) as i32
    }
}

impl Filter {
    /// How far it reaches, in pixels of the coarser raster.
    fn support(self) -> f64 {
        match self {
            Self::Bilinear => 1.0,
            Self::Bicubic => 2.0,
        }
    }

    fn at(self, x: f64) -> f64 {
        const A: f64 = -0.5;
        let x = x.abs();
        match self {
            Self::Bilinear if x < 1.0 => 1.0 - x,
            Self::Bicubic if x < 1.0 => ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0,
            Self::Bicubic if x < 2.0 => (((x - 5.0) * x + 8.0) * x - 4.0) * A,
            Self::Bilinear | Self::Bicubic => 0.0,
        }
    }
}
