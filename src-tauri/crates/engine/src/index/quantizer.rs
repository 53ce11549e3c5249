//! Short codes for vectors, and the estimate of a cosine from a code with its error.
//!
//! A vector is centred on the mean of its space and rotated; each dimension then keeps a bit (few
//! for small spaces). The cosine with a query is a linear function of a product of small whole
//! numbers, with two factors a vector, and how far off it may be is known. The front of a code,
//! a quarter, gives an estimate too, which is off by about twice as much: enough to rule most vectors
//! out.
//!
//! # Source
//! Gao and Long, "RaBitQ", 2024 (estimator, 4-bit query, error bound, sections 3.1 to 3.3); codes
//! of several bits after Gao et al., 2024. Here a query keeps its length: for unit vectors
//! `⟨q, o⟩ = ⟨q − c, o − c⟩ + ⟨c, o⟩ + ⟨q, c⟩ − ⟨c, c⟩`, of which only the first part is estimated.

use half::f16;
use latent_kernels::{BitQuery, CodeGrid, LENGTHS, Level, Line, front_dim};

use super::rotation::Rotation;

/// Standard deviations by which an estimate may be off before a photo is missed.
///
/// Measured: recall@10 against the exact scan is above 0.9995 at 3, and the originals that are
/// looked at double from 3 to 4.
const DEVIATIONS: f32 = 3.0;

/// Bits of a code, about: a space of fewer dimensions gets more bits for each.
const CODE_BITS: usize = 512;

/// Seed of the rotation.
const SEED: u64 = 0x1a7e_4717;

/// Largest value of a query in four bits.
const QUERY_MOST: f32 = 7.0;

/// What a space's vectors have in common.
#[derive(Clone, Debug)]
pub(super) struct Quantizer {
    /// Mean of the vectors it was made from, `[dim]`.
    pub(super) centre: Vec<f32>,
    /// Bits a dimension.
    pub(super) bits: usize,
    /// Standard deviation of an estimate, for a query one away from the centre and a scale of one.
    pub(super) spread: f32,
    /// The same for an estimate from the front of the code.
    pub(super) front_spread: f32,
    /// Length of a code taken as a vector around its middle, on average.
    pub(super) reach: f32,
    rotation: Rotation,
    /// Dimensions that are encoded.
    pub(super) padded: usize,
}

/// A vector's code.
pub(super) struct Code {
    /// A step of the grid a dimension, 0 … 2^bits − 1.
    pub(super) steps: Vec<u8>,
    /// What the product with the query is multiplied with.
    pub(super) scale: f32,
    /// The vector's product with the centre.
    pub(super) offset: f32,
    /// How far from 1 the code's own product is: what an estimate is off by.
    spread: f32,
    /// The same of its front.
    front_spread: f32,
    /// Length of the code around its middle.
    reach: f32,
}

/// A query as the codes are asked.
pub(super) struct CodeQuery {
    pub(super) bits: BitQuery,
    /// Gives the highest cosine that a product may stand for.
    pub(super) highest: Line,
    /// The same for a product of fronts; none where codes have no back.
    pub(super) front_highest: Option<Line>,
}

impl Quantizer {
    /// A quantizer around the origin, for the first vectors of a space.
    pub(super) fn untrained(dim: usize) -> Self {
        Self::around(vec![0.0; dim])
    }

    /// Learns the centre and the error from a sample of vectors `[dim]` each.
    pub(super) fn train<'a>(dim: usize, sample: impl Iterator<Item = &'a [f16]> + Clone) -> Self {
        let mut centre = vec![0.0; dim];
        let mut count = 0.0_f32;
        for vector in sample.clone() {
            count += 1.0;
            for (mean, value) in centre.iter_mut().zip(vector) {
                *mean += value.to_f32();
            }
        }
        centre.iter_mut().for_each(|mean| *mean /= count.max(1.0));
        let mut own = Self::around(centre);
        let codes: Vec<Code> = sample.map(|vector| own.encode(vector)).collect();
        if let Some(spread) = nearly_all(codes.iter().map(|code| code.spread))
            && let Some(front_spread) = nearly_all(codes.iter().map(|code| code.front_spread))
        {
            own.spread = spread;
            own.front_spread = front_spread;
            own.reach = codes.iter().map(|code| code.reach).sum::<f32>() / codes.len() as f32;
        }
        own
    }

    /// Puts a stored quantizer together again.
    pub(super) fn restored(centre: Vec<f32>, spread: [f32; 2], reach: f32) -> Self {
        let [spread, front_spread] = spread;
        Self {
            spread,
            front_spread,
            reach,
            ..Self::around(centre)
        }
    }

    fn around(centre: Vec<f32>) -> Self {
        let padded = centre.len().next_multiple_of(64);
        let bits = (CODE_BITS / padded.max(1)).clamp(1, 4);
        let reach = middle(bits) * (padded as f32).sqrt();
        Self {
            bits,
            spread: reach / (padded as f32).sqrt(),
            front_spread: 2.0 * reach / (padded as f32).sqrt(),
            reach,
            rotation: Rotation::new(padded, SEED),
            padded,
            centre,
        }
    }

    /// Encodes a vector, `[dim]`.
    pub(super) fn encode(&self, vector: &[f16]) -> Code {
        let values = vector.iter().map(|value| value.to_f32());
        let offset = values.clone().zip(&self.centre).map(|(v, c)| v * c).sum();
        let mut turned = self.turned(values);
        let radius = norm(&turned);
        if radius > 0.0 {
            turned.iter_mut().for_each(|value| *value /= radius);
        }
        let steps = nearest_steps(&turned, self.bits);
        let half = middle(self.bits);
        let sums = |values: &[f32], steps: &[u8]| {
            let both = values.iter().zip(steps);
            both.fold((0.0_f32, 0.0_f32), |(product, square), (value, step)| {
                let centred = f32::from(*step) - half;
                (product + centred * value, square + centred * centred)
            })
        };
        let (product, square) = sums(&turned, &steps);
        let reach = square.sqrt();
        let likeness = (product / reach).clamp(0.0, 1.0);
        // The front stands for the whole: its products count so many times.
        let front = front_dim(self.padded, self.bits);
        let times = self.padded as f32 / front.max(1) as f32;
        let (front_product, front_square) = sums(turned.get(..front).unwrap_or_default(), &steps);
        let off = (times * times * front_square - 2.0 * times * front_product * product
            + product * product)
            .max(0.0);
        let other_dims = (self.padded as f32 - 1.0).sqrt();
        Code {
            steps,
            scale: if product > 0.0 { radius / product } else { 0.0 },
            offset,
            spread: reach * (1.0 - likeness * likeness).sqrt() / other_dims,
            front_spread: off.sqrt() / other_dims,
            reach,
        }
    }

    /// Prepares a query, `[dim]`, unit norm.
    pub(super) fn query(&self, query: &[f32]) -> CodeQuery {
        let turned = self.turned(query.iter().copied());
        let most = turned
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        let step = if most > 0.0 { most / QUERY_MOST } else { 1.0 };
        let small: Vec<i8> = turned
            .iter()
            .map(|value| (value / step).round() as i8)
            .collect();
        let rounding = self.reach * step / 12.0_f32.sqrt();
        let length = norm(&turned);
        let centre_square: f32 = self.centre.iter().map(|c| c * c).sum();
        let with_centre: f32 = self.centre.iter().zip(query).map(|(c, q)| c * q).sum();
        let line = |dims: usize, spread: f32| {
            let times = self.padded as f32 / dims.max(1) as f32;
            let slack = DEVIATIONS * (length * spread).hypot(times.sqrt() * rounding);
            let values = small.iter().take(dims);
            let sum: i32 = values.map(|value| i32::from(*value)).sum();
            Line {
                step: times * step,
                shift: slack - middle(self.bits) * times * step * sum as f32,
                base: with_centre - centre_square,
            }
        };
        let front = front_dim(self.padded, self.bits);
        CodeQuery {
            bits: BitQuery::new(&small, self.bits),
            highest: line(self.padded, self.spread),
            front_highest: (front < self.padded).then(|| line(front, self.front_spread)),
        }
    }

    /// Centres and rotates.
    pub(super) fn turned(&self, values: impl Iterator<Item = f32>) -> Vec<f32> {
        let mut turned = vec![0.0; self.padded];
        for ((turned, value), centre) in turned.iter_mut().zip(values).zip(&self.centre) {
            *turned = value - centre;
        }
        self.rotation.turn(&mut turned);
        turned
    }
}

/// What nearly all of some values are below: 99 of 100; none of none.
fn nearly_all(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_unstable_by(f32::total_cmp);
    values.get(values.len() * 99 / 100).copied()
}

/// The middle of the steps of so many bits.
fn middle(bits: usize) -> f32 {
    ((1_u32 << bits) - 1) as f32 / 2.0
}

/// The steps, 0 … 2^bits − 1 a dimension, whose direction is nearest to a unit vector's.
///
/// With one bit these are its signs. With more, a few lengths are tried: the best step of a
/// dimension depends on how far the grid is stretched.
fn nearest_steps(unit: &[f32], bits: usize) -> Vec<u8> {
    if bits == 1 {
        return unit.iter().map(|value| u8::from(*value >= 0.0)).collect();
    }
    let grid = CodeGrid {
        half: middle(bits),
        most: (1_u32 << bits) as f32 - 1.0,
    };
    let root = (unit.len() as f32).sqrt();
    // A dimension's value is about 1 / root; the grid reaches from one to three of these.
    let lengths: [f32; LENGTHS] =
        std::array::from_fn(|i| root * (grid.half + 0.5) / (1.0 + 0.2 * i as f32));
    let likenesses = grid.likenesses(Level::detect(), unit, &lengths);
    let tried = lengths.iter().zip(likenesses);
    let best = tried.max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.map_or_else(Vec::new, |(length, _)| grid.steps(unit, *length))
}

fn norm(values: &[f32]) -> f32 {
    values.iter().map(|value| value * value).sum::<f32>().sqrt()
}
