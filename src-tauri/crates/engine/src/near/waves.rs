//! Cosine coefficients of a raster or of a part of it, and the 256-bit hash of their signs.
//!
//! The coefficient `(u, v)` counts `u` half waves from left to right and `v` from top to bottom.
//! Mirroring left to right turns the sign of every odd `u`, upside down that of every odd `v`, and
//! transposing swaps `u` with `v`. So signs against 0, not against a median, are enough to know
//! the hash of all eight orientations from that of one ([`Hash::oriented`]).
//!
//! # Source
//! DCT-II, Ahmed, Natarajan & Rao (1974); the perceptual hash of signs of low frequencies as in
//! Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010).

use std::sync::LazyLock;

use latent_kernels::{Level, product};

use super::raster::{AREA, SIDE};

/// Frequencies a side of the hash.
const HASH_SIDE: usize = 16;

/// The waves over the samples of a part of a side, `[waves, SIDE]`; 0 outside the part.
pub(super) struct Waves {
    waves: usize,
    weights: Vec<f32>,
    /// The same, `[SIDE, BROAD]`; 0 beyond the last wave.
    turned: Vec<f32>,
}

/// Columns of coefficients as they are multiplied out, at least as many as waves.
pub(super) const BROAD: usize = 16;

impl Waves {
    /// The first `waves` half waves over the part from `start` to `end`, fractions of the side.
    pub(super) fn over(start: f32, end: f32, waves: usize) -> Self {
        // The part is read at places between the samples, four to a sample, so that a part of any
        // width gets waves of that width.
        const PLACES: usize = 4 * SIDE;
        let mut weights = vec![0.0_f32; waves * SIDE];
        for place in 0..PLACES {
            let within = (place as f64 + 0.5) / PLACES as f64;
            let at = (f64::from(start) + within * f64::from(end - start)) * SIDE as f64;
            let sample = (at as usize).min(SIDE - 1);
            for (wave, line) in weights.chunks_exact_mut(SIDE).enumerate() {
                let height = (std::f64::consts::PI * wave as f64 * within).cos() * norm(wave);
                if let Some(weight) = line.get_mut(sample) {
                    *weight += (height / PLACES as f64) as f32;
                }
            }
        }
        let mut turned = vec![0.0_f32; BROAD * SIDE];
        for (wave, line) in weights.chunks_exact(SIDE).enumerate().take(BROAD) {
            let column = turned.iter_mut().skip(wave).step_by(BROAD);
            column.zip(line).for_each(|(to, from)| *to = *from);
        }
        Self {
            waves,
            weights,
            turned,
        }
    }

    /// How much of each wave is in each row of a raster, `[waves, SIDE]` turned: row `u` holds the
    /// coefficient of wave `u` for all rows of the raster.
    pub(super) fn across(&self, raster: &[f32]) -> Vec<f32> {
        let mut out = Vec::with_capacity(self.waves * SIDE);
        for wave in self.weights.chunks_exact(SIDE) {
            out.extend(raster.chunks_exact(SIDE).map(|row| dot(wave, row)));
        }
        out
    }

    /// The coefficients of a raster by these waves from left to right and others from top to bottom,
    /// `[v, BROAD]`: at most [`BROAD`] waves each way.
    pub(super) fn both(&self, down: &Self, raster: &[f32]) -> [f32; BROAD * BROAD] {
        let level = Level::detect();
        let mut rows = [0.0; BROAD * SIDE];
        product(level, &down.weights, raster, SIDE, &mut rows);
        let mut out = [0.0; BROAD * BROAD];
        let rows = rows.get(..down.waves * SIDE).unwrap_or_default();
        product(level, rows, &self.turned, BROAD, &mut out);
        out
    }

    /// The coefficients from what [`Waves::across`] of another axis gave, `[v, u]`.
    pub(super) fn down(&self, across: &[f32]) -> Vec<f32> {
        let mut out = Vec::with_capacity(self.waves * self.waves);
        for wave in self.weights.chunks_exact(SIDE) {
            out.extend(across.chunks_exact(SIDE).map(|column| dot(wave, column)));
        }
        out
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, b) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    let mut sums = [0.0_f32; 8];
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}

static HASH_WAVES: LazyLock<Waves> = LazyLock::new(|| Waves::over(0.0, 1.0, HASH_SIDE));

/// Signs of the 16 × 16 lowest cosine coefficients: bit `16 v + u` is set where the coefficient is
/// above 0. Bit 0, the mean, is never set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hash(pub(super) [u64; 4]);

impl Hash {
    pub(super) fn of(raster: &[f32]) -> Self {
        debug_assert_eq!(raster.len(), AREA, "the raster");
        let signs = HASH_WAVES.down(&HASH_WAVES.across(raster));
        let mut words = [0_u64; 4];
        for (word, values) in words.iter_mut().zip(signs.chunks_exact(64)) {
            for (bit, _) in values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
                *word |= 1 << bit;
            }
        }
        Self(words).without_mean()
    }

    fn without_mean(mut self) -> Self {
        let [first, ..] = &mut self.0;
        *first &= !1;
        self
    }

    /// The hash of the picture once it is turned by an EXIF orientation, 1 … 8: what a viewer
    /// shows of a file that says so.
    ///
    /// Exact but for coefficients that are 0, whose sign does not turn.
    ///
    /// # Source
    /// EXIF 2.32, tag 0x0112.
    #[must_use]
    pub fn oriented(self, orientation: u8) -> Self {
        const ODD_U: u64 = 0xAAAA_AAAA_AAAA_AAAA;
        const ODD_V: u64 = 0xFFFF_0000_FFFF_0000;
        let hash = if orientation >= 5 {
            self.transposed()
        } else {
            self
        };
        let mirrored = if matches!(orientation, 2 | 3 | 6 | 7) {
            ODD_U
        } else {
            0
        };
        let flipped = if matches!(orientation, 3 | 4 | 7 | 8) {
            ODD_V
        } else {
            0
        };
        Self(hash.0.map(|word| word ^ mirrored ^ flipped)).without_mean()
    }

    fn transposed(self) -> Self {
        let mut words = [0_u64; 4];
        for bit in 0..HASH_SIDE * HASH_SIDE {
            let swapped = bit % HASH_SIDE * HASH_SIDE + bit / HASH_SIDE;
            if self.bit(swapped)
                && let Some(word) = words.get_mut(bit / 64)
            {
                *word |= 1 << (bit % 64);
            }
        }
        Self(words)
    }

    fn bit(&self, bit: usize) -> bool {
        self.0
            .get(bit / 64)
            .is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    /// How many of the 256 signs differ.
    #[must_use]
    pub fn distance(&self, other: &Self) -> u32 {
        let pairs = self.0.iter().zip(other.0);
        pairs.map(|(a, b)| (a ^ b).count_ones()).sum()
    }
}

/// Makes the waves orthonormal.
fn norm(wave: usize) -> f64 {
    if wave == 0 {
        1.0
    } else {
        std::f64::consts::SQRT_2
    }
}

/// Grey levels (root mean square) of what is finer than a slope from side to side: the
/// coefficients of the hash with `u + v ≥ 3`.
pub(super) fn detail(raster: &[f32]) -> f32 {
    let coefficients = HASH_WAVES.down(&HASH_WAVES.across(raster));
    let fine = coefficients.iter().enumerate();
    let fine = fine.filter(|(i, _)| i % HASH_SIDE + i / HASH_SIDE >= 3);
    fine.map(|(_, value)| value * value).sum::<f32>().sqrt()
}
