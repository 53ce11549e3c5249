//! Products of small matrices, without packing.

use crate::Level;
use crate::multiversion::multiversion;

/// Columns that are summed side by side.
const BLOCK: usize = 32;
/// Values of rows that are multiplied with each other side by side.
const LANES: usize = 8;

multiversion! {
    fn product_of(a: &[f32], b: &[f32], width: usize, out: &mut [f32]) {
        let inner = b.len() / width;
        for (row, out) in a.chunks_exact(inner).zip(out.chunks_exact_mut(width)) {
            for (number, block) in out.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
                let mut sums = [0.0; BLOCK];
                for (factor, other) in row.iter().zip(b.chunks_exact(width)) {
                    if let Some(other) = other.as_chunks::<BLOCK>().0.get(number) {
                        for (sum, value) in sums.iter_mut().zip(other) {
                            *sum += factor * value;
                        }
                    }
                }
                *block = sums;
            }
        }
    }
}

multiversion! {
    fn row_products_of(a: &[f32], b: &[f32], inner: usize, out: &mut [f32]) {
        let mut out = out.iter_mut();
        for own in a.chunks_exact(inner) {
            for (other, out) in b.chunks_exact(inner).zip(&mut out) {
                let mut sums = [0.0_f32; LANES];
                let eights = own.as_chunks::<LANES>().0.iter().zip(other.as_chunks::<LANES>().0);
                for (own, other) in eights {
                    for (sum, (own, other)) in sums.iter_mut().zip(own.iter().zip(other)) {
                        *sum += own * other;
                    }
                }
                let [a, b, c, d, e, f, g, h] = sums;
                *out = ((a + e) + (c + g)) + ((b + f) + (d + h));
            }
        }
    }
}

/// `out = a · b`, row by row: `b` has `width` columns, a multiple of 32.
pub fn product(level: Level, a: &[f32], b: &[f32], width: usize, out: &mut [f32]) {
    if width > 0 && b.len() >= width {
        product_of(level, a, b, width, out);
    }
}

/// `out = a · bᵀ`, row by row: rows of both have `inner` values, a multiple of 8.
pub fn row_products(level: Level, a: &[f32], b: &[f32], inner: usize, out: &mut [f32]) {
    if inner > 0 {
        row_products_of(level, a, b, inner, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_multiply_and_every_set_of_instructions_alike() {
        let value = |i: usize| ((i * 29 + 5) % 23) as f32 - 11.0;
        let (rows, inner, width) = (5, 16, 64);
        let a: Vec<f32> = (0..rows * inner).map(value).collect();
        let b: Vec<f32> = (0..inner * width).map(|i| value(i + 3)).collect();
        let turned: Vec<f32> = (0..inner * width)
            .map(|i| b[i % inner * width + i / inner])
            .collect();
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
            assert_eq!(out, want, "{level:?}");
            out.fill(0.0);
            row_products(level, &a, &turned, inner, &mut out);
            assert_eq!(out, want, "{level:?}");
        }
    }
}
