//! Least squares with a few unknowns.

/// The normal equations of a weighted least-squares problem of `N - 1` unknowns; a row has as
/// many values and a 0, which fills the vector registers.
pub(super) struct Normal<const N: usize> {
    matrix: [[f32; N]; N],
    right: [f32; N],
}

impl<const N: usize> Normal<N> {
    pub(super) fn new() -> Self {
        Self {
            matrix: [[0.0; N]; N],
            right: [0.0; N],
        }
    }

    /// Adds `row · unknowns = target`, with a weight.
    #[inline]
    pub(super) fn add(&mut self, row: &[f32; N], target: f32, weight: f32) {
        for ((line, right), &value) in self.matrix.iter_mut().zip(&mut self.right).zip(row) {
            let scaled = value * weight;
            for (sum, other) in line.iter_mut().zip(row) {
                *sum += scaled * other;
            }
            *right += scaled * target;
        }
    }

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
        let mut half = [0.0_f64; N];
        for i in 0..n {
            let line = lower.get(i)?;
            let dot: f64 = line.iter().zip(&half).take(i).map(|(a, b)| a * b).sum();
            *half.get_mut(i)? = (f64::from(*self.right.get(i)?) - dot) / *line.get(i)?;
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
