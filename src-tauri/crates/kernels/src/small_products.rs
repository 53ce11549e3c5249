//! Products of small matrices, without packing.

use crate::Level;
use crate::multiversion::multiversion;

/// Columns that are summed side by side.
const BLOCK: usize = 16;
/// Rows that are multiplied at once: their sums fill ten of sixteen registers.
const TOGETHER: usize = 5;

multiversion! {
    fn product_of(a: &[f32], b: &[f32], width: usize, out: &mut [f32]) {
        let inner = b.len() / width;
        let groups = a.chunks(TOGETHER * inner).zip(out.chunks_mut(TOGETHER * width));
        for (rows, out) in groups {
            let row = |i: usize| rows.get(i * inner..(i + 1) * inner).unwrap_or_default();
            // Of a last group that is not full the first row is multiplied again.
            let [v, w, x, y, z] = [0, 1, 2, 3, 4].map(|i| if row(i).is_empty() { row(0) } else { row(i) });
            for first in (0..width).step_by(BLOCK) {
                let mut sums = [[0.0_f32; BLOCK]; TOGETHER];
                let factors = v.iter().zip(w).zip(x.iter().zip(y)).zip(z);
                for (other, (((v, w), (x, y)), z)) in b.chunks_exact(width).zip(factors) {
                    let other = other.get(first..first + BLOCK).and_then(|other| other.as_array::<BLOCK>());
                    let Some(other) = other else {
                        continue;
                    };
                    for (sums, factor) in sums.iter_mut().zip([v, w, x, y, z]) {
                        for (sum, value) in sums.iter_mut().zip(other) {
                            *sum += factor * value;
                        }
                    }
                }
                for (out, sums) in out.chunks_exact_mut(width).zip(&sums) {
                    if let Some(out) = out.get_mut(first..first + BLOCK) {
                        out.copy_from_slice(sums);
                    }
                }
            }
        }
    }
}

/// `out = a · b`, row by row: `b` has `width` columns, a multiple of 16.
pub fn product(level: Level, a: &[f32], b: &[f32], width: usize, out: &mut [f32]) {
    if width > 0 && b.len() >= width {
        product_of(level, a, b, width, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_instructions_multiplies_alike() {
        let value = |i: usize| ((i * 29 + 5) % 23) as f32 - 11.0;
        for (rows, inner, width) in [(5, 16, 64), (10, 32, 16), (3, 7, 32), (11, 8, 16)] {
            let a: Vec<f32> = (0..rows * inner).map(value).collect();
            let b: Vec<f32> = (0..inner * width).map(|i| value(i + 3)).collect();
            let at = |i: usize, j: usize| -> f32 {
                (0..inner)
                    .map(|k| a[i * inner + k] * b[k * width + j])
                    .sum()
            };
            let want: Vec<f32> = (0..rows * width)
                .map(|i| at(i / width, i % width))
                .collect();
            for level in Level::available() {
                let mut out = vec![0.0; rows * width];
                product(level, &a, &b, width, &mut out);
                assert_eq!(out, want, "{level:?} {rows} {inner} {width}");
            }
        }
    }
}
