//! The low frequencies of a part of a picture as a vector of length 1, so that how alike two parts are is
//! one product.

use std::sync::LazyLock;

use super::orient::flips;
use super::sketch::{WAVES, coefficients};

/// Coefficients, in whole vectors.
const LENGTH: usize = (WAVES * WAVES).next_multiple_of(LANES);
/// Values that are summed side by side.
const LANES: usize = 8;

/// Coefficients `[WAVES, WAVES]` as `[v, u]` without the mean, each weighing as much as in a picture whose
/// amplitudes fall with the frequency.
pub(super) struct Profile([f32; LENGTH]);

/// The frequencies `(u, v)` of the places of a profile.
fn frequencies() -> impl Iterator<Item = (usize, usize)> {
    (0..WAVES * WAVES).map(|at| (at % WAVES, at / WAVES))
}

static WEIGHTS: LazyLock<[f32; LENGTH]> = LazyLock::new(|| {
    let mut weights = [0.0; LENGTH];
    for (weight, (u, v)) in weights.iter_mut().zip(frequencies()) {
        *weight = ((u * u + v * v) as f32).sqrt();
    }
    weights
});

/// The signs that turn when a picture is mirrored left to right (bit 0) and turned upside down (bit 1).
static TURNS: LazyLock<[[f32; LENGTH]; 4]> = LazyLock::new(|| {
    std::array::from_fn(|flips| {
        let mut signs = [0.0; LENGTH];
        for (sign, (u, v)) in signs.iter_mut().zip(frequencies()) {
            let odd = (flips & 1 == 1 && u % 2 == 1) != (flips & 2 == 2 && v % 2 == 1);
            *sign = if odd { -1.0 } else { 1.0 };
        }
        signs
    })
});

impl Profile {
    /// That of a part of a raster.
    pub(super) fn of(raster: &[f32], part: usize) -> Self {
        let mut values = [0.0; LENGTH];
        let own = coefficients(raster, part);
        for ((value, own), weight) in values.iter_mut().zip(&own).zip(WEIGHTS.iter()) {
            *value = own * weight;
        }
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        let scale = 1.0 / length.max(1e-3);
        values.iter_mut().for_each(|value| *value *= scale);
        Self(values)
    }

    /// How alike two parts are once the second is turned by an EXIF orientation: the correlation of their
    /// coefficients, −1 … 1.
    pub(super) fn likeness(&self, other: &Self, orientation: u8) -> f32 {
        let mut transposed = [0.0; LENGTH];
        let other = if orientation >= 5 {
            for (to, (u, v)) in transposed.iter_mut().zip(frequencies()) {
                *to = other.0.get(u * WAVES + v).copied().unwrap_or(0.0);
            }
            &transposed
        } else {
            &other.0
        };
        let (across, down) = flips(orientation);
        let turn = usize::from(across) | usize::from(down) << 1;
        let signs = TURNS.get(turn).unwrap_or(&[1.0; LENGTH]);
        let mut sums = [0.0_f32; LANES];
        let eights = self.0.as_chunks::<LANES>().0.iter();
        let others = other.as_chunks::<LANES>().0.iter();
        for ((own, other), signs) in eights.zip(others).zip(signs.as_chunks::<LANES>().0) {
            for (((sum, own), other), sign) in sums.iter_mut().zip(own).zip(other).zip(signs) {
                *sum += own * other * sign;
            }
        }
        sums.iter().sum()
    }
}
