//! What is done to each row by itself: layer norm and softmax.

use rayon::prelude::*;

use crate::Level;
use crate::activation::exp;
use crate::multiversion::multiversion;

/// Numbers summed side by side, so that the compiler may use its vectors.
pub(crate) const LANES: usize = 16;

/// Rows a task takes: less would cost more to hand out than to do.
const TASK_ROWS: usize = 16;

/// Normalises rows of `width` numbers to mean 0 and variance 1, then scales and shifts them.
///
/// `weight` and `bias` are `[width]`; `out` is as long as `x`.
pub fn layer_norm(
    level: Level,
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    eps: f32,
    out: &mut [f32],
) {
    let width = weight.len().max(1);
    let rows = x
        .par_chunks(width * TASK_ROWS)
        .zip(out.par_chunks_mut(width * TASK_ROWS));
    rows.for_each(|(x, out)| {
        for (x, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
            layer_norm_row(level, x, weight, bias, eps, out);
        }
    });
}

multiversion! {
    fn layer_norm_row(x: &[f32], weight: &[f32], bias: &[f32], eps: f32, out: &mut [f32]) {
        let count = x.len().max(1) as f32;
        let mean = sum(x, |v| v) / count;
        let variance = sum(x, |v| (v - mean) * (v - mean)) / count;
        let scale = 1.0 / (variance + eps).sqrt();
        for (((out, x), weight), bias) in out.iter_mut().zip(x).zip(weight).zip(bias) {
            *out = ((x - mean) * scale).mul_add(*weight, *bias);
        }
    }
}

multiversion! {
    /// Turns `scale` times a row into shares that sum to 1.
    fn softmax_row(row: &mut [f32], scale: f32) {
        let highest = extreme(row, f32::max);
        for v in row.iter_mut() {
            *v = exp(scale * (*v - highest));
        }
        let share = 1.0 / sum(row, |v| v);
        for v in row.iter_mut() {
            *v *= share;
        }
    }
}

#[inline(always)]
fn sum(x: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (blocks, rest) = x.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for block in blocks {
        for (sum, v) in sums.iter_mut().zip(block) {
            *sum += of(*v);
        }
    }
    sums.iter().sum::<f32>() + rest.iter().map(|v| of(*v)).sum::<f32>()
}

/// The least and the greatest of a row; of an empty one zeros.
#[inline(always)]
pub(crate) fn range(x: &[f32]) -> (f32, f32) {
    (extreme(x, f32::min), extreme(x, f32::max))
}

/// One number of a row, by a choice between two; of an empty one zero.
#[inline(always)]
fn extreme(x: &[f32], choose: impl Fn(f32, f32) -> f32) -> f32 {
    const WIDE: usize = 2 * LANES;
    let first = x.first().copied().unwrap_or(0.0);
    let (blocks, rest) = x.as_chunks::<WIDE>();
    let mut best = [first; WIDE];
    for block in blocks {
        for (best, v) in best.iter_mut().zip(block) {
            *best = choose(*best, *v);
        }
    }
    let all = best.into_iter().chain(rest.iter().copied());
    all.fold(first, choose)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(len: usize) -> Vec<f32> {
        (0..len)
            .map(|i| ((i * 37 % 101) as f32 - 50.0) / 7.0)
            .collect()
    }

    #[test]
    fn layer_norm_has_mean_and_deviation_of_its_weights() {
        for (level, width) in Level::available()
            .into_iter()
            .flat_map(|l| [(l, 1), (l, 30), (l, 768)])
        {
            let x: Vec<f32> = row(width * 40);
            let (weight, bias) = (vec![2.0; width], vec![0.5; width]);
            let mut out = vec![0.0; x.len()];
            layer_norm(level, &x, &weight, &bias, 1e-5, &mut out);
            for (x, out) in x.chunks(width).zip(out.chunks(width)) {
                let mean = x.iter().map(|v| f64::from(*v)).sum::<f64>() / width as f64;
                let variance = x
                    .iter()
                    .map(|v| (f64::from(*v) - mean).powi(2))
                    .sum::<f64>()
                    / width as f64;
                for (x, out) in x.iter().zip(out) {
                    let expected = (f64::from(*x) - mean) / (variance + 1e-5).sqrt() * 2.0 + 0.5;
                    assert!(
                        (f64::from(*out) - expected).abs() < 1e-5,
                        "{level:?} {width}"
                    );
                }
            }
        }
    }

    #[test]
    fn shares_sum_to_one_also_for_large_scores() {
        for level in Level::available() {
            for len in [1, 7, 50, 257] {
                let mut shares = row(len).into_iter().map(|v| v * 100.0).collect::<Vec<_>>();
                let scores = shares.clone();
                softmax_row(level, &mut shares, 0.125);
                assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                let highest = scores.iter().copied().fold(f32::MIN, f32::max);
                for (score, share) in scores.iter().zip(&shares) {
                    assert_eq!(
                        *score == highest,
                        *share == shares.iter().copied().fold(0.0, f32::max)
                    );
                }
            }
        }
    }
}
