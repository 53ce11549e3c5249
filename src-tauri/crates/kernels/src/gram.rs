//! Weighted products of all rows of a small matrix: the normal equations of least squares.

use crate::Level;
use crate::multiversion::multiversion;

/// Values that are summed side by side; rows are a multiple as long.
pub const GRAM_LANES: usize = 16;
/// Products that are summed at once.
const TOGETHER: usize = 4;

/// Computes `Σ weight · rowᵢ · rowⱼ` for `j ≤ i`, into `products[i · count + j]`.
///
/// `rows` has `count` rows, each as long as `weights`, a multiple of [`GRAM_LANES`]. Every set of
/// instructions gives the same result.
pub fn gram(level: Level, rows: &[f32], weights: &[f32], products: &mut [f32]) {
    let length = weights.len().max(1);
    let count = rows.len() / length;
    let mut scaled = vec![0.0; weights.len()];
    let lines = products.chunks_exact_mut(count.max(1));
    for (i, (row, line)) in rows.chunks_exact(length).zip(lines).enumerate() {
        let before = rows.get(..(i + 1) * length).unwrap_or_default();
        products_of(level, row, weights, &mut scaled, before, line);
    }
}

multiversion! {
    fn products_of(
        row: &[f32],
        weights: &[f32],
        scaled: &mut [f32],
        others: &[f32],
        products: &mut [f32],
    ) {
        for ((scaled, value), weight) in scaled.iter_mut().zip(row).zip(weights) {
            *scaled = value * weight;
        }
        let scaled = scaled.as_chunks::<GRAM_LANES>().0;
        let length = row.len();
        let groups = others.chunks(TOGETHER * length).zip(products.chunks_mut(TOGETHER));
        for (group, products) in groups {
            let rest = |i: usize| group.get(i * length..(i + 1) * length).unwrap_or(row);
            let [a, b, c, d] = [0, 1, 2, 3].map(|i| rest(i).as_chunks::<GRAM_LANES>().0);
            let mut sums = [[0.0_f32; GRAM_LANES]; TOGETHER];
            for ((own, (a, b)), (c, d)) in scaled.iter().zip(a.iter().zip(b)).zip(c.iter().zip(d)) {
                for (sums, other) in sums.iter_mut().zip([a, b, c, d]) {
                    for (sum, (own, other)) in sums.iter_mut().zip(own.iter().zip(other)) {
                        *sum += own * other;
                    }
                }
            }
            for (product, sums) in products.iter_mut().zip(sums) {
                *product = sums.iter().sum();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_instructions_gives_the_same_products() {
        for count in 1..=12 {
            let length = 3 * GRAM_LANES;
            let value = |i: usize| ((i * 37 + 11) % 101) as f32 / 50.0 - 1.0;
            let rows: Vec<f32> = (0..count * length).map(value).collect();
            let weights: Vec<f32> = (0..length).map(|i| value(i + 5).abs()).collect();
            let mut first: Option<Vec<f32>> = None;
            for level in Level::available() {
                let mut products = vec![0.0; count * count];
                gram(level, &rows, &weights, &mut products);
                for i in 0..count {
                    for j in 0..=i {
                        let row = |i: usize| &rows[i * length..(i + 1) * length];
                        let pairs = row(i).iter().zip(row(j)).zip(&weights);
                        let want: f32 = pairs.map(|((a, b), w)| a * b * w).sum();
                        let got = products[i * count + j];
                        assert!((got - want).abs() < 1e-4, "{level:?} {count} {i} {j}");
                    }
                }
                assert_eq!(first.get_or_insert(products.clone()), &products);
            }
        }
    }
}
