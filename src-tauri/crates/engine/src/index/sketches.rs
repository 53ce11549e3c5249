//! Vectors in the signs of some dimensions, and in how many of them two may differ.
//!
//! Two vectors at an angle `θ`, centred on the mean of their space, lie on different sides of a random
//! plane through it with probability `θ / π`. The dimensions of the rotated space are such planes, so
//! the signs that differ tell whether a cosine may be reached. For unit vectors the cosine and how far
//! both lie from the mean give the angle: `|x − y|² = 2 − 2 cos`.
//!
//! # Source
//! Charikar, "Similarity Estimation Techniques from Rounding Algorithms", 2002, section 3; planes at
//! right angles tell more than independent ones: Ji et al., "Super-Bit Locality-Sensitive Hashing", 2012.

use std::f32::consts::PI;
use std::ops::Range;

use half::f16;
use latent_kernels::{SIGN_BITS, SignCode, TILE, sign_code};
use rayon::prelude::*;

use super::pairs::Look;
use super::quantizer::Quantizer;
use crate::ids::PhotoId;

/// What a vector in halves may be off unit norm, in a cosine.
const SLACK: f32 = 2e-4;
/// Parts of the range of cosines that the most differing signs are kept for.
const PARTS: u16 = 1024;
/// Photos that are sketched at a time: searches wait for as long as these take.
const AT_ONCE: usize = 2048;

/// Sketches of photos, in their order: 42 bytes a photo.
pub(super) struct Sketches {
    pub(super) ids: Vec<PhotoId>,
    codes: Vec<SignCode>,
    /// How far each lies from the mean.
    radii: Vec<f32>,
    /// How many signs must differ for a cosine not to be reached, −1 … 1 in even parts.
    out_of_reach: Vec<u8>,
    /// How many signs must differ for it to be likely that a cosine is not reached.
    not_likely: Vec<u8>,
}

impl Sketches {
    /// Sketches photos; those without a vector are left out. The signs of a pair may differ by so many
    /// standard deviations more than its angle says before it is missed.
    pub(super) fn of(index: &impl Look, ids: &[PhotoId], deviations: f32) -> Self {
        let quantizer = index.look(|index| index.codes.quantizer.clone());
        let mut own = Self {
            ids: Vec::with_capacity(ids.len()),
            codes: Vec::with_capacity(ids.len()),
            radii: Vec::with_capacity(ids.len()),
            out_of_reach: Vec::new(),
            not_likely: Vec::new(),
        };
        for part in ids.chunks(AT_ONCE * 64) {
            let sketched = part.par_chunks(AT_ONCE).map(|ids| {
                index.look(|index| {
                    let sketched = ids.iter().filter_map(|id| {
                        let (code, radius) = sketch(&quantizer, index.get(*id)?);
                        Some((*id, code, radius))
                    });
                    sketched.collect::<Vec<_>>()
                })
            });
            for (id, code, radius) in sketched.collect::<Vec<_>>().into_iter().flatten() {
                own.ids.push(id);
                own.codes.push(code);
                own.radii.push(radius);
            }
        }
        let signs = quantizer.padded.min(SIGN_BITS) as f32;
        let differing = |deviations: f32| {
            let at_cosine = move |part: u16| {
                let share = (2.0 * f32::from(part) / f32::from(PARTS) - 1.0).acos() / PI;
                let off = deviations * (signs * share * (1.0 - share)).sqrt();
                (signs * share + off).min(signs) as u8 + 1
            };
            (0..=PARTS).map(at_cosine).collect()
        };
        own.out_of_reach = differing(deviations);
        own.not_likely = differing(0.0);
        own
    }

    /// The tiles there are.
    pub(super) fn tiles(&self) -> usize {
        self.ids.len().div_ceil(TILE)
    }

    /// The places of a tile.
    pub(super) fn places(&self, tile: usize) -> Range<usize> {
        tile * TILE..((tile + 1) * TILE).min(self.ids.len())
    }

    /// The codes at some places.
    pub(super) fn codes(&self, places: Range<usize>) -> &[SignCode] {
        self.codes.get(places).unwrap_or_default()
    }

    /// The least and the greatest distance from the mean at some places.
    pub(super) fn radii(&self, places: Range<usize>) -> (f32, f32) {
        let radii = self.radii.get(places).unwrap_or_default().iter();
        radii.fold((f32::INFINITY, 0.0), |(least, most), radius| {
            (least.min(*radius), most.max(*radius))
        })
    }

    /// In how many signs a vector must differ from the one at a place so that their cosine cannot
    /// reach a limit, whichever of some distances from the mean it has.
    pub(super) fn out_of_reach(&self, place: usize, limit: f32, radii: (f32, f32)) -> u8 {
        self.at_cosine(&self.out_of_reach, place, limit, radii)
    }

    /// The same for a cosine that is as often reached as not.
    pub(super) fn not_likely(&self, place: usize, limit: f32, radii: (f32, f32)) -> u8 {
        self.at_cosine(&self.not_likely, place, limit, radii)
    }

    fn at_cosine(
        &self,
        differing: &[u8],
        place: usize,
        limit: f32,
        (least, most): (f32, f32),
    ) -> u8 {
        let radius = self.radii.get(place).copied().unwrap_or_default();
        let apart = 2.0 - 2.0 * (limit - SLACK);
        // The distance at which the angle may be the widest.
        let other = (radius * radius - apart).max(0.0).sqrt();
        let other = other.max(least).min(most);
        let cosine = (radius * radius + other * other - apart) / (2.0 * radius * other);
        if cosine > 1.0 {
            return 0;
        }
        // What is no number becomes the first part, where every sign may differ.
        let part = ((cosine + 1.0) / 2.0 * f32::from(PARTS)) as usize;
        differing.get(part).copied().unwrap_or(u8::MAX)
    }
}

/// The signs of a vector, and how far it lies from the mean.
fn sketch(quantizer: &Quantizer, vector: &[f16]) -> (SignCode, f32) {
    let turned = quantizer.turned(vector.iter().map(|value| value.to_f32()));
    let radius = turned.iter().map(|value| value * value).sum::<f32>().sqrt();
    (sign_code(&turned), radius)
}
