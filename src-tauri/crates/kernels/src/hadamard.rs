//! The Walsh–Hadamard transform: a rotation that costs additions only.

use crate::Level;
use crate::multiversion::multiversion;

multiversion! {
    /// One step: sums and differences of halves of each run of `2 · half` values.
    fn butterflies(values: &mut [f32], half: usize) {
        for run in values.chunks_exact_mut(2 * half) {
            let (left, right) = run.split_at_mut(half);
            for (a, b) in left.iter_mut().zip(right) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
    }
}

multiversion! {
    fn scale(values: &mut [f32], factor: f32) {
        for value in values {
            *value *= factor;
        }
    }
}

/// Transforms values in place, norm kept; their number must be a power of two, else they stay.
///
/// # Source
/// Fino and Algazi, "Unified Matrix Treatment of the Fast Walsh-Hadamard Transform", 1976.
pub fn hadamard(level: Level, values: &mut [f32]) {
    if !values.len().is_power_of_two() {
        return;
    }
    let mut half = 1;
    while half < values.len() {
        butterflies(level, values, half);
        half *= 2;
    }
    scale(level, values, 1.0 / (values.len() as f32).sqrt());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_matrix_of_signs_and_its_own_inverse() {
        for level in Level::available() {
            let start: Vec<f32> = (0..64).map(|i| (i as f32 * 0.37).sin()).collect();
            let mut values = start.clone();
            hadamard(level, &mut values);
            for (row, value) in values.iter().enumerate() {
                let sign = |column: usize| {
                    if (row & column).count_ones().is_multiple_of(2) {
                        1.0
                    } else {
                        -1.0
                    }
                };
                let sum: f32 = start.iter().enumerate().map(|(i, v)| sign(i) * v).sum();
                assert!((value - sum / 8.0).abs() < 1e-5);
            }
            hadamard(level, &mut values);
            assert!(values.iter().zip(&start).all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }

    #[test]
    fn other_lengths_stay() {
        let mut values = [1.0, 2.0, 3.0];
        hadamard(Level::detect(), &mut values);
        assert_eq!(values, [1.0, 2.0, 3.0]);
    }
}
