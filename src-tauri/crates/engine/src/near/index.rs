//! Candidates for near copies among a million prints, in memory.
//!
//! A hash table of [`Sketch`] keys: each print is kept under the keys of twelve parts of it (all,
//! and what crops leave), eight bytes a place: 40 signs and the slot. A query looks into the
//! buckets of its own parts and into those that their weakest signs would lead to, and takes what
//! differs in few of the 40 signs.
//!
//! # Source
//! Locality-sensitive hashing, Gionis, Indyk & Motwani (VLDB 1999); multi-probe, Lv et al.
//! (VLDB 2007).

use std::collections::HashMap;

use latent_kernels::{Level, alike, fetch};
use rayon::prelude::*;

use super::likeness::Likeness;
use super::prepared::Prepared;
use super::print::Print;
use super::sketch::{KEY_BITS, PARTS, Place, REST_SIGNS, Sketch};

/// Bits of a place that hold the slot.
pub(super) const SLOT_BITS: usize = 64 - REST_SIGNS;
/// The signs of a place.
pub(super) const REST: u64 = u64::MAX << SLOT_BITS;
/// Prints that an index can hold.
pub const MOST_PRINTS: usize = 1 << SLOT_BITS;
/// How far a query goes.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    /// Buckets looked into for each part.
    pub(super) probes: usize,
    /// Signs of 40 in which a copy may differ.
    pub(super) most_different: u32,
}

/// For one picture: 999 of 1,000 pairs of 33 copies a photo are found, and about ten of a million
/// drawn pictures that are others.
const ONE: Reach = Reach {
    probes: 32,
    most_different: 8,
};
/// For all pairs, where each picture of a pair looks for the other: 998 of 1,000, and about three
/// of a million drawn pictures that are others.
pub(super) const ALL: Reach = Reach {
    probes: 16,
    most_different: 7,
};
/// Sides so near to a square that a crop may turn lying into standing.
const SQUARE: f32 = 1.3;
/// Share of slots of removed prints at which they are swept out.
const SWEEP: usize = 4;

/// No id: what a slot of a removed print has.
pub(super) const GONE: i64 = i64::MIN;

/// Near copies among all prints: the lesser id, the greater, and how alike they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The lesser id.
    pub a: i64,
    /// The greater id.
    pub b: i64,
    /// How alike; the orientation turns `b` the way `a` lies.
    pub likeness: Likeness,
}

/// Prints by what their copies have in common.
pub struct NearIndex {
    /// By key: signs and slot.
    pub(super) buckets: Vec<Vec<u64>>,
    /// The id of each slot; [`GONE`] where it was removed.
    pub(super) ids: Vec<i64>,
    slots: HashMap<i64, u32>,
    /// Slots without places, free for others.
    free: Vec<u32>,
    /// Removed, but still in buckets.
    stale: usize,
}

impl Default for NearIndex {
    fn default() -> Self {
        Self {
            buckets: vec![Vec::new(); 1 << KEY_BITS],
            ids: Vec::new(),
            slots: HashMap::new(),
            free: Vec::new(),
            stale: 0,
        }
    }
}

impl NearIndex {
    /// Makes an empty index.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of prints held; plain ones are not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is no print.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Bytes held in memory, those of free places included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let places: usize = self.buckets.iter().map(Vec::capacity).sum();
        let heads = self.buckets.len() * size_of::<Vec<u64>>();
        // The map keeps a byte beside each of its places, and has 8 for 7 that it fills.
        let map = self.slots.capacity() * 8 / 7 * (size_of::<(i64, u32)>() + 1);
        places * 8 + heads + map + self.ids.capacity() * size_of::<i64>() + self.free.capacity() * 4
    }

    /// Keeps a print under an id, in place of an earlier one; a plain print is not kept.
    ///
    /// Answers whether it is kept: not where it is plain or [`MOST_PRINTS`] are held.
    pub fn insert(&mut self, id: i64, print: &Print) -> bool {
        self.remove(id);
        if print.is_plain() {
            return false;
        }
        let Some(slot) = self.slot() else {
            return false;
        };
        if let Some(place) = self.ids.get_mut(slot as usize) {
            *place = id;
        }
        self.slots.insert(id, slot);
        for place in places(print) {
            if let Some(bucket) = self.buckets.get_mut(place.key as usize) {
                grow(bucket);
                bucket.push(place.rest << SLOT_BITS | u64::from(slot));
            }
        }
        true
    }

    fn slot(&mut self) -> Option<u32> {
        if let Some(slot) = self.free.pop() {
            return Some(slot);
        }
        let slot = u32::try_from(self.ids.len()).ok();
        let slot = slot.filter(|slot| (*slot as usize) < MOST_PRINTS)?;
        grow(&mut self.ids);
        self.ids.push(GONE);
        Some(slot)
    }

    /// Forgets a print; answers whether there was one.
    pub fn remove(&mut self, id: i64) -> bool {
        let Some(slot) = self.slots.remove(&id) else {
            return false;
        };
        if let Some(place) = self.ids.get_mut(slot as usize) {
            *place = GONE;
        }
        self.stale += 1;
        if self.stale * SWEEP > self.ids.len() {
            self.sweep();
        }
        true
    }

    /// Takes the places of removed prints out of the buckets.
    fn sweep(&mut self) {
        let ids = &self.ids;
        let live = |place: &u64| ids.get(slot_of(*place)).is_some_and(|id| *id != GONE);
        self.buckets
            .par_iter_mut()
            .for_each(|bucket| bucket.retain(live));
        let all = ids.iter().enumerate();
        self.free = all
            .filter(|(_, id)| **id == GONE)
            .map(|(slot, _)| slot as u32)
            .collect();
        self.stale = 0;
    }

    /// The ids of the prints that may be near copies of one, in order: few, but some that are
    /// not. [`crate::near::likeness`] tells.
    #[must_use]
    pub fn candidates(&self, print: &Print) -> Vec<i64> {
        self.probe(print, ONE)
    }

    /// The candidates whose likeness is at least `least`, the likest first.
    ///
    /// `get` answers the print of an id; ids it does not know are passed over.
    pub fn near(
        &self,
        print: &Print,
        least: f32,
        get: impl Fn(i64) -> Option<Print>,
    ) -> Vec<(i64, Likeness)> {
        let own = Prepared::new(print);
        let confirm = |id| Some((id, own.likeness(&get(id)?)));
        let mut found: Vec<(i64, Likeness)> = self
            .candidates(print)
            .into_iter()
            .filter_map(confirm)
            .collect();
        found.retain(|(_, likeness)| likeness.similarity >= least);
        found.sort_by(|a, b| {
            b.1.similarity
                .total_cmp(&a.1.similarity)
                .then(a.0.cmp(&b.0))
        });
        found
    }

    /// All pairs of prints whose likeness is at least `least`, by ids, on all threads.
    ///
    /// Looks less far than [`NearIndex::candidates`], as either picture of a pair can find the
    /// other.
    pub fn all_pairs<G>(&self, least: f32, get: G) -> Vec<Pair>
    where
        G: Fn(i64) -> Option<Print> + Sync,
    {
        let pairs = self.candidate_pairs(&get);
        let groups: Vec<&[(i64, i64)]> = pairs.chunk_by(|x, y| x.0 == y.0).collect();
        let confirm = |group: &&[(i64, i64)]| {
            let own = group.first().and_then(|(a, _)| get(*a));
            let own = own.as_ref().map(Prepared::new);
            let found = group.iter().filter_map(|&(a, b)| {
                let likeness = own.as_ref()?.likeness(&get(b)?);
                (likeness.similarity >= least).then_some(Pair { a, b, likeness })
            });
            found.collect::<Vec<Pair>>()
        };
        groups.par_iter().flat_map_iter(confirm).collect()
    }

    /// The ids in the buckets that a print's parts lead to.
    pub(super) fn probe(&self, print: &Print, reach: Reach) -> Vec<i64> {
        if print.is_plain() {
            return Vec::new();
        }
        let mut asked: Vec<(&[u64], u64)> = Vec::with_capacity(PARTS * reach.probes);
        for sketch in &print.sketches {
            for lying in lyings(print, sketch) {
                lying.probes(reach.probes, |place| {
                    let bucket = self.buckets.get(place.key as usize);
                    asked.extend(bucket.map(|bucket| (bucket.as_slice(), place.rest << SLOT_BITS)));
                });
            }
        }
        // Buckets lie anywhere: they are waited for side by side.
        for (bucket, _) in &asked {
            fetch(bucket);
        }
        let mut slots: Vec<usize> = Vec::new();
        let level = Level::detect();
        for (bucket, rest) in asked {
            let most = reach.most_different;
            alike(level, bucket, &[rest], REST, most, |_, kept| {
                slots.push(slot_of(kept));
            });
        }
        slots.sort_unstable();
        slots.dedup();
        let ids = slots.into_iter().filter_map(|slot| self.ids.get(slot));
        let mut ids: Vec<i64> = ids.copied().filter(|id| *id != GONE).collect();
        ids.sort_unstable();
        ids
    }
}

/// Makes room for one more; doubling would leave a third of the memory empty.
fn grow<T>(places: &mut Vec<T>) {
    if places.len() == places.capacity() {
        places.reserve_exact(places.len() / 8 + 2);
    }
}

pub(super) fn slot_of(place: u64) -> usize {
    (place & (MOST_PRINTS as u64 - 1)) as usize
}

/// Where a print is kept: each part once, lying.
fn places(print: &Print) -> impl Iterator<Item = Place> {
    let standing = print.aspect() < 1.0;
    let mut places: Vec<Place> = Vec::with_capacity(PARTS);
    for sketch in &print.sketches {
        let place = if standing {
            sketch.transposed().place()
        } else {
            sketch.place()
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.into_iter()
}

/// A sketch as it would lie in the index: nearly square ones both ways.
pub(super) fn lyings(print: &Print, sketch: &Sketch) -> impl Iterator<Item = Sketch> {
    let aspect = print.aspect();
    let lying = (aspect > 1.0 / SQUARE).then(|| sketch.clone());
    let standing = (aspect < SQUARE).then(|| sketch.transposed());
    lying.into_iter().chain(standing)
}
