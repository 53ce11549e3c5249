//! A random rotation of a space, made of sign flips and Hadamard transforms.
//!
//! It spreads whatever a vector has in few dimensions over all of them, so that one bit of each
//! says equally much.

use latent_kernels::{Level, hadamard};

/// Rounds: after two on each end no direction is left in place.
const ROUNDS: u64 = 4;

/// A rotation; the same for the same seed and dimension.
///
/// # Source
/// Ailon and Chazelle, "The Fast Johnson–Lindenstrauss Transform", 2009. Where the dimension is no
/// power of two, the transform covers the first and the last part of that length in turns.
#[derive(Clone, Debug)]
pub(super) struct Rotation {
    /// −1 or 1, for each round and dimension.
    signs: Vec<f32>,
    dim: usize,
}

impl Rotation {
    /// Makes a rotation of `dim` dimensions.
    pub(super) fn new(dim: usize, seed: u64) -> Self {
        let sign = |i: u64| 1.0 - 2.0 * (mixed(seed ^ mixed(i)) >> 63) as f32;
        Self {
            signs: (0..ROUNDS * dim as u64).map(sign).collect(),
            dim,
        }
    }

    /// Turns values, as many as there are dimensions, in place.
    pub(super) fn turn(&self, values: &mut [f32]) {
        let level = Level::detect();
        let covered = if self.dim.is_power_of_two() {
            self.dim
        } else {
            self.dim.next_power_of_two() / 2
        };
        let rest = self.dim.saturating_sub(covered);
        for (round, signs) in self.signs.chunks_exact(self.dim.max(1)).enumerate() {
            let pairs = values.iter_mut().zip(signs);
            pairs.for_each(|(value, sign)| *value *= sign);
            let from = if round % 2 == 0 { 0 } else { rest };
            if let Some(part) = values.get_mut(from..from + covered) {
                hadamard(level, part);
            }
        }
    }
}

/// Mixes the bits of a number.
///
/// # Source
/// SplitMix64: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
pub(super) fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn angles_stay_and_one_dimension_is_spread_over_all() {
        for dim in [64, 128, 192, 256, 512, 768, 1152] {
            let rotation = Rotation::new(dim, 7);
            let mut a: Vec<f32> = (0..dim).map(|i| (i as f32).sin()).collect();
            let mut b: Vec<f32> = (0..dim).map(|i| (i as f32 * 1.7).cos()).collect();
            let (before, norm) = (dot(&a, &b), dot(&a, &a));
            rotation.turn(&mut a);
            rotation.turn(&mut b);
            assert!((dot(&a, &b) - before).abs() < 1e-2 && (dot(&a, &a) - norm).abs() < 1e-2);
            let mut one = vec![0.0; dim];
            one[dim / 3] = 1.0;
            rotation.turn(&mut one);
            let largest = one.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
            assert!(largest < 6.0 / (dim as f32).sqrt(), "{dim}: {largest}");
        }
    }

    #[test]
    fn a_seed_gives_the_same_rotation_and_another_seed_another() {
        let turned = |seed| {
            let mut values = vec![0.0; 64];
            values[5] = 1.0;
            Rotation::new(64, seed).turn(&mut values);
            values
        };
        assert_eq!(turned(1), turned(1));
        assert_ne!(turned(1), turned(2));
    }
}
