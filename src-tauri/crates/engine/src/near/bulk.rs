//! All pairs of candidates of an index at once: each print looks for its copies as a single one would,
//! but those that look into one bucket look together.
//!
//! Prints go in runs. What a run looks for is sorted by bucket, so that each bucket is read once a run,
//! one after the other, and compared with all that is looked for in it. That takes 35 MB a thread,
//! whatever the size of the index.

use latent_kernels::{Level, alike, fetch};
use rayon::prelude::*;

use super::index::{ALL, GONE, NearIndex, REST, SLOT_BITS, lyings, slot_of};
use super::print::Print;
use super::sketch::KEY_BITS;

/// Prints that look together: fewer are sorted faster, more read the buckets less often.
const RUN: std::ops::RangeInclusive<usize> = 1024..=8192;
/// Runs that an index is parted into, within these limits.
const RUNS: usize = 16;
/// Buckets that are asked for ahead of the one that is read.
const AHEAD: usize = 4;

/// What a run looks for.
#[derive(Default)]
struct Run {
    /// Bucket of each word of `words`.
    keys: Vec<u32>,
    /// Signs and the slot that asks.
    words: Vec<u64>,
    /// The words by bucket.
    sorted: Vec<u64>,
    /// Where the words of each bucket end.
    ends: Vec<u32>,
}

impl NearIndex {
    /// The pairs of ids that may be near copies, the lesser id first, in order: each picture looks for
    /// the other, and one of them finds it. [`crate::near::likeness`] tells.
    ///
    /// `get` answers the print of an id; for one that it does not know nothing is looked for.
    pub fn candidate_pairs<G>(&self, get: G) -> Vec<(i64, i64)>
    where
        G: Fn(i64) -> Option<Print> + Sync,
    {
        let slots: Vec<u32> = (0..self.ids.len() as u32).collect();
        let run = (slots.len() / RUNS).clamp(*RUN.start(), *RUN.end());
        let level = Level::detect();
        let look = |run: &mut Run, slots: &[u32]| {
            run.clear();
            for &slot in slots {
                let id = self.ids.get(slot as usize).filter(|id| **id != GONE);
                if let Some(print) = id.and_then(|id| get(*id)) {
                    run.ask(slot, &print);
                }
            }
            run.sort();
            run.look(level, &self.buckets)
        };
        let runs = slots.par_chunks(run).map_init(Run::default, look);
        let mut pairs: Vec<u64> = runs.flatten_iter().collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        let id = |slot: u64| self.ids.get(slot as usize).filter(|id| **id != GONE);
        let ids = pairs.into_par_iter().filter_map(|pair| {
            let (a, b) = (*id(pair >> 32)?, *id(pair & u64::from(u32::MAX))?);
            Some((a.min(b), a.max(b)))
        });
        let mut ids: Vec<(i64, i64)> = ids.collect();
        ids.par_sort_unstable();
        ids
    }
}

impl Run {
    fn clear(&mut self) {
        self.keys.clear();
        self.words.clear();
    }

    fn ask(&mut self, slot: u32, print: &Print) {
        if print.is_plain() {
            return;
        }
        for sketch in &print.sketches {
            for lying in lyings(print, sketch) {
                lying.probes(ALL.probes, |place| {
                    self.keys.push(place.key);
                    self.words.push(place.rest << SLOT_BITS | u64::from(slot));
                });
            }
        }
    }

    /// A counting sort.
    fn sort(&mut self) {
        self.ends.clear();
        self.ends.resize((1 << KEY_BITS) + 1, 0);
        for key in &self.keys {
            if let Some(count) = self.ends.get_mut(*key as usize + 1) {
                *count += 1;
            }
        }
        let mut all = 0;
        for end in &mut self.ends {
            all += *end;
            *end = all;
        }
        self.sorted.resize(self.words.len(), 0);
        // Where a bucket begins is where it ends once its words are there.
        for (key, word) in self.keys.iter().zip(&self.words) {
            if let Some(next) = self.ends.get_mut(*key as usize) {
                if let Some(place) = self.sorted.get_mut(*next as usize) {
                    *place = *word;
                }
                *next += 1;
            }
        }
    }

    /// The pairs of slots, the lesser first, each in one number.
    fn look(&self, level: Level, buckets: &[Vec<u64>]) -> Vec<u64> {
        let mut pairs = Vec::new();
        let mut rest = self.sorted.as_slice();
        let mut begin = 0;
        for (key, (bucket, end)) in buckets.iter().zip(&self.ends).enumerate() {
            if let Some(ahead) = buckets.get(key + AHEAD) {
                fetch(ahead);
            }
            let Some((sought, later)) = rest.split_at_checked((end - begin) as usize) else {
                break;
            };
            (rest, begin) = (later, *end);
            if sought.is_empty() {
                continue;
            }
            alike(
                level,
                bucket,
                sought,
                REST,
                ALL.most_different,
                |place, kept| {
                    let (own, other) =
                        (sought.get(place).map(|word| slot_of(*word)), slot_of(kept));
                    if let Some(own) = own.filter(|own| *own != other) {
                        pairs.push((own.min(other) as u64) << 32 | own.max(other) as u64);
                    }
                },
            );
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}
