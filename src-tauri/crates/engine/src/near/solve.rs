//! Least squares with a few unknowns.

use latent_kernels::{GRAM_LANES, Level, gram};

/// Weighted equations of `N - 1` unknowns, a row for each unknown and one for what they aim at.
pub(super) struct Equations<const N: usize> {
    /// `[N, length]`; beyond the last equation everything is 0.
    rows: Vec<f32>,
    weights: Vec<f32>,
}

impl<const N: usize> Equations<N> {
    pub(super) fn new(count: usize) -> Self {
        let length = count.next_multiple_of(GRAM_LANES);
        Self {
            rows: vec![0.0; N * length],
            weights: vec![0.0; length],
        }
    }

    /// Takes the weights of all equations.
    pub(super) fn weigh(&mut self, weights: impl Iterator<Item = f32>) {
        let own = self.weights.iter_mut();
        own.zip(weights).for_each(|(own, weight)| *own = weight);
    }

    /// Takes the factors of an unknown in all equations, or, as the last, what they aim at.
    pub(super) fn put(&mut self, row: usize, factors: impl Iterator<Item = f32>) {
        let length = self.weights.len();
        let own = self.rows.get_mut(row * length..(row + 1) * length);
        let own = own.unwrap_or_default().iter_mut();
        own.zip(factors).for_each(|(own, factor)| *own = factor);
    }

    pub(super) fn normal(&self) -> Normal<N> {
        let mut matrix = [[0.0; N]; N];
        gram(
            Level::detect(),
            &self.rows,
            &self.weights,
            matrix.as_flattened_mut(),
        );
        Normal { matrix }
    }
}

/// The normal equations of a weighted least-squares problem of `N - 1` unknowns: the lower half of
/// their products, the last row those with what is aimed at.
pub(super) struct Normal<const N: usize> {
    matrix: [[f32; N]; N],
}

impl<const N: usize> Normal<N> {
    /// Solves by Cholesky's decomposition; none where the unknowns are not determined.
    pub(super) fn solve(&self) -> Option<[f32; N]> {
        let n = N - 1;
        let mut lower = [[0.0_f64; N]; N];
        for i in 0..n {
            for j in 0..=i {
                let (head, tail) = lower.split_at_mut(i);
                let own = tail.first_mut()?;
                let other = if j == i { *own } else { *head.get(j)? };
                let dot: f64 = own.iter().zip(&other).take(j).map(|(a, b)| a * b).sum();
                let value = f64::from(*self.matrix.get(i)?.get(j)?) - dot;
                *own.get_mut(j)? = if i == j {
                    if value <= 1e-6 * f64::from(*self.matrix.get(i)?.get(i)?).max(1e-12) {
                        return None;
                    }
                    value.sqrt()
                } else {
                    value / *other.get(j)?
                };
            }
        }
        let right = self.matrix.last()?;
        let mut half = [0.0_f64; N];
        for i in 0..n {
            let line = lower.get(i)?;
            let dot: f64 = line.iter().zip(&half).take(i).map(|(a, b)| a * b).sum();
            *half.get_mut(i)? = (f64::from(*right.get(i)?) - dot) / *line.get(i)?;
        }
        let mut out = [0.0_f64; N];
        for i in (0..n).rev() {
            let below = lower.iter().zip(&out).take(n).skip(i + 1);
            let dot: f64 = below
                .map(|(line, x)| line.get(i).copied().unwrap_or(0.0) * x)
                .sum();
            *out.get_mut(i)? = (*half.get(i)? - dot) / *lower.get(i)?.get(i)?;
        }
        Some(out.map(|value| value as f32))
    }
}
