//! The nearest other photo of each, while pairs come in from several threads in any order.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::Neighbour;
use super::sketches::Sketches;
use crate::ids::PhotoId;

/// The nearest of each so far: its cosine in the higher half of a number that orders as neighbours
/// are ranked, its id, the smaller the higher, in the lower.
pub(super) struct Closest {
    best: Vec<AtomicU64>,
    /// What was told of those that are not sought.
    told: Vec<u64>,
}

impl Closest {
    /// Begins with limits, of no photo.
    pub(super) fn new(limits: &[f32]) -> Self {
        let told: Vec<u64> = limits
            .iter()
            .map(|limit| u64::from(ordered(*limit)) << 32 | u64::from(u32::MAX))
            .collect();
        Self {
            best: told.iter().copied().map(AtomicU64::new).collect(),
            told,
        }
    }

    /// Takes a pair of places; it is nothing to keep.
    pub(super) fn offer(&self, sketches: &Sketches, one: u32, other: u32, cosine: f32) -> bool {
        for (place, near) in [(one, other), (other, one)] {
            let near = sketches.ids.get(near as usize);
            let near = near.and_then(|near| u32::try_from(near.0).ok());
            if let (Some(best), Some(near)) = (self.best.get(place as usize), near) {
                let rank = u64::from(ordered(cosine)) << 32 | u64::from(u32::MAX - 1 - near);
                // Most offers change nothing: a look is cheaper than an exchange.
                if best.load(Ordering::Relaxed) < rank {
                    best.fetch_max(rank, Ordering::Relaxed);
                }
            }
        }
        false
    }

    /// The cosines that a nearer one has.
    pub(super) fn limits(&self) -> Vec<f32> {
        let best = self.best.par_iter();
        best.map(|best| cosine(best.load(Ordering::Relaxed)))
            .collect()
    }

    /// The nearest of each at some places.
    pub(super) fn of(
        &self,
        sketches: &Sketches,
        places: Range<usize>,
    ) -> Vec<(PhotoId, Option<Neighbour>)> {
        let ids = sketches.ids.get(places.clone()).unwrap_or_default().iter();
        let best = self.best.get(places).unwrap_or_default();
        ids.copied()
            .zip(
                best.iter()
                    .map(|best| neighbour(best.load(Ordering::Relaxed))),
            )
            .collect()
    }

    /// What is new of those from a place on.
    pub(super) fn news(&mut self, sketches: &Sketches, from: usize) -> Vec<(PhotoId, Neighbour)> {
        let all = sketches
            .ids
            .iter()
            .zip(self.best.iter().zip(&mut self.told));
        let news = all.skip(from).filter_map(|(id, (best, told))| {
            let best = best.load(Ordering::Relaxed);
            let is_new = std::mem::replace(told, best) != best;
            Some((*id, neighbour(best).filter(|_| is_new)?))
        });
        news.collect()
    }
}

/// A number that orders as cosines do.
fn ordered(cosine: f32) -> u32 {
    let bits = cosine.to_bits();
    bits ^ if bits >> 31 == 1 { u32::MAX } else { 1 << 31 }
}

/// The cosine of a rank.
fn cosine(rank: u64) -> f32 {
    let bits = (rank >> 32) as u32;
    f32::from_bits(bits ^ if bits >> 31 == 1 { 1 << 31 } else { u32::MAX })
}

/// The photo of a rank; none where there is only a limit.
fn neighbour(rank: u64) -> Option<Neighbour> {
    let id = u32::MAX
        - 1
        - u32::try_from(rank & u64::from(u32::MAX))
            .ok()
            .filter(|low| *low != u32::MAX)?;
    Some(Neighbour {
        id: PhotoId(i64::from(id)),
        cosine: cosine(rank),
    })
}
