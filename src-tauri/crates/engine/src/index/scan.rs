//! The scan: codes first, then the originals of those that may still be among the nearest.
//!
//! Every code gives the highest cosine its vector may have. One pass over the codes finds the
//! highest of each page of 64; the pages are then opened from the most promising on, and their
//! originals compared, until what is left cannot reach the worst of the `k` best. A few pages from
//! all over are searched first: what is among the best of them gives a limit, and of the others only
//! the fronts of the codes are read where these cannot reach it. The stages do not depend on the
//! number of threads, and neither does the answer.

use std::sync::LazyLock;

use half::f16;
use latent_kernels::{Level, highest_of, reaching};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::best::{Best, rank};
use super::codes::Codes;
use super::dot::{Path, ROWS};
use super::pages::{PAGE, Pages, Wanted, bits_of, in_order};
use super::quantizer::CodeQuery;
use super::rows::Rows;
use super::{By, Nearest, Neighbour};

/// From so many pages or slots on the scan is shared among threads; below, waking them costs more.
const PARALLEL_FROM: usize = 1_500;
/// Pages a thread takes at once.
const PAGES_A_TURN: usize = 64;
/// So few candidates are compared without their codes.
const FEW: usize = 384;
/// Up to so many candidates the highest cosine of each is kept; of more, that of each page.
const KEPT_SINGLY: usize = 1 << 17;
/// A page is dense from one slot in so many on: opening it again costs less than keeping each.
const DENSE: usize = 4;
/// The stages take one page in so many of what is left; the last takes the rest.
const STAGES: [usize; 3] = [64, 16, 4];
/// Pages after which the fronts of codes must have ruled out most of what they saw.
const TRIAL: usize = 64;
/// Pages between asking memory for one and comparing its codes: the processor foresees only so much
/// of a stream by itself.
const PAGES_AHEAD: usize = 2;
/// The most promising pages, from which the limit comes: with fewer it is so low that thousands
/// more are opened in vain.
const FIRST_PAGES: usize = 40;
/// The same in stages, each of which raises the limit.
const FIRST_PAGES_STAGED: usize = 8;
/// The most promising slots, from which the limit comes: so many more than are wanted.
const FIRST_SLOTS: usize = 32;
/// Slots that are sorted before any is opened: seldom are more needed.
const SORTED_FIRST: usize = 128;
/// How many times as many are sorted next, where more are needed after all.
const SORTED_NEXT: usize = 2;
/// Originals that are compared by place with one limit.
const BLOCK: usize = 16_384;
/// Originals of a block that a thread takes at once.
const SLOTS_A_TURN: usize = 1_024;
/// Groups of originals between asking memory for one and comparing it.
const AHEAD: usize = 3;

/// Threads of their own, so that a search never waits behind the decoding of photos.
static THREADS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    ThreadPoolBuilder::new()
        .thread_name(|i| format!("search-{i}"))
        .build()
        .ok()
});

/// What is scanned.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a> {
    pub(super) rows: &'a Rows,
    pub(super) pages: &'a Pages,
    pub(super) codes: &'a Codes,
    /// `[dim]`, unit norm.
    pub(super) query: &'a [f32],
    pub(super) ways: Ways,
}

/// How many are searched in which way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways {
    /// So few candidates that lie apart are compared without their codes: most of what is read of
    /// these would be others', and the limit of so few is too low to rule much out.
    pub(super) few_apart: usize,
    /// So many pages are searched in stages: codes of fewer come from the processor's cache, and
    /// reading them whole costs less than looking twice.
    pub(super) staged_from: usize,
    /// After about so many originals the rest goes by place: the limit moves little by then, and what
    /// lies side by side is read faster than what lies anywhere. A query that is near nothing needs
    /// a hundred thousand of a million.
    pub(super) by_place_from: usize,
}

impl Default for Ways {
    fn default() -> Self {
        Self {
            few_apart: 6_144,
            staged_from: 1_024,
            by_place_from: 2_048,
        }
    }
}

impl Scan<'_> {
    /// Finds the `k` nearest of the wanted with a cosine of `least` or more.
    pub(super) fn nearest(&self, wanted: &Wanted, k: usize, least: f32) -> Nearest {
        let mut best = Best::new(k, least);
        let rescored = if self.are_few(wanted) {
            self.all_of(&wanted.pages, |neighbour| best.offer(neighbour))
        } else if wanted.count <= KEPT_SINGLY && lie_apart(wanted) {
            self.best_slots_first(wanted, &mut best)
        } else {
            self.best_pages_first(&wanted.pages, &mut best)
        };
        self.answer(best.into_sorted(), wanted, rescored)
    }

    /// Finds all of the wanted with a cosine of `least` or more.
    pub(super) fn above(&self, wanted: &Wanted, least: f32) -> Nearest {
        let query = (!self.are_few(wanted)).then(|| self.codes.quantizer.query(self.query));
        let turn = |pages: &[(u32, u64)]| {
            let mut kept = Vec::new();
            let mut keep = |neighbour: Neighbour| {
                if neighbour.cosine >= least {
                    kept.push(neighbour);
                }
            };
            let looked_at = match &query {
                Some(query) => self.reaching(query, pages, least, &mut keep),
                None => self.all_of(pages, keep),
            };
            (kept, looked_at)
        };
        let turns = shared(&wanted.pages, PAGES_A_TURN, turn);
        let rescored = turns.iter().map(|(_, looked_at)| looked_at).sum();
        let mut kept: Vec<Neighbour> = turns.into_iter().flat_map(|(kept, _)| kept).collect();
        kept.sort_unstable_by(rank);
        self.answer(kept, wanted, rescored)
    }

    /// Compares the originals of slots.
    pub(super) fn compare(&self, slots: &[usize], mut found: impl FnMut(Neighbour)) {
        let path = Path::detect();
        let four = |group: &[usize]| {
            let first = group.first().copied().unwrap_or_default();
            std::array::from_fn(|i| self.rows.get(group.get(i).copied().unwrap_or(first)))
        };
        let mut following = slots.chunks(ROWS).skip(1);
        for group in slots.chunks(ROWS) {
            let ahead = four(following.next().unwrap_or(group));
            for (slot, cosine) in group.iter().zip(path.dot(self.query, four(group), ahead)) {
                found(self.neighbour(*slot, cosine));
            }
        }
    }

    /// Goes by the highest cosine of each page; answers how many originals were looked at.
    fn best_pages_first(&self, pages: &[(u32, u64)], best: &mut Best) -> u64 {
        let query = self.codes.quantizer.query(self.query);
        let stages = self.stages(&query, pages);
        let first = match stages.len() {
            1 => FIRST_PAGES,
            _ => FIRST_PAGES_STAGED,
        };
        let first = first + best.k().min(1_000);
        let promises = |pages: &[(u32, u64)], limit: Option<f32>| {
            let turn = |pages: &[(u32, u64)]| {
                let mut promises = Vec::new();
                self.each_page(&query, pages, limit, |page, slots, highest| {
                    let Some(limit) = limit else {
                        let most = highest_of(Level::detect(), highest, slots);
                        return promises.push((most, (page, slots)));
                    };
                    // Those that reach a limit are few enough to be told singly: then their codes
                    // need not be read again.
                    let single = bits_of(slots & reaching(highest, limit));
                    promises.extend(
                        single.filter_map(|bit| Some((*highest.get(bit)?, (page, 1 << bit)))),
                    );
                });
                promises
            };
            joined(shared(pages, PAGES_A_TURN, turn))
        };
        let slots = |promises: Vec<(f32, (u32, u64))>, limit: f32| {
            // What a page with one slot promises is that slot's.
            let (one, several): (Vec<_>, Vec<_>) = promises
                .into_iter()
                .partition(|(_, (_, slots))| slots.is_power_of_two());
            let several: Vec<(u32, u64)> = several.into_iter().map(|(_, page)| page).collect();
            let mut likely = self.likely(&query, &several, limit);
            likely.extend(one.into_iter().map(|(highest, (page, slots))| {
                (highest, page * PAGE as u32 + slots.trailing_zeros())
            }));
            likely
        };
        self.stage_by_stage(stages, first, best, promises, slots)
    }

    /// Goes by the highest cosine of each of few slots; answers how many originals were looked at.
    fn best_slots_first(&self, wanted: &Wanted, best: &mut Best) -> u64 {
        let query = self.codes.quantizer.query(self.query);
        let first = FIRST_SLOTS + best.k();
        let promises = |pages: &[(u32, u64)], limit: Option<f32>| {
            let least = limit.unwrap_or(f32::NEG_INFINITY);
            let mut promises = Vec::new();
            self.each_page(&query, pages, limit, |page, slots, highest| {
                promises.extend(bits_of(slots).filter_map(|bit| {
                    let highest = *highest.get(bit)?;
                    (highest >= least).then_some((highest, page * PAGE as u32 + bit as u32))
                }));
            });
            promises
        };
        let stages = self.stages(&query, &wanted.pages);
        self.stage_by_stage(stages, first, best, promises, |slots, _| slots)
    }

    /// Opens the most promising of each stage, which gives the next one a limit, and what of all
    /// stages reaches the last limit in the end.
    fn stage_by_stage<T: Copy>(
        &self,
        stages: Vec<Vec<(u32, u64)>>,
        first: usize,
        best: &mut Best,
        promises: impl Fn(&[(u32, u64)], Option<f32>) -> Vec<(f32, T)>,
        slots: impl Fn(Vec<(f32, T)>, f32) -> Vec<(f32, u32)>,
    ) -> u64 {
        let mut looked_at = 0;
        let mut left = Vec::new();
        for stage in stages {
            left = joined(vec![left, promises(&stage, best.limit())]);
            let first = first.min(left.len());
            if first < left.len() {
                left.select_nth_unstable_by(first, |a, b| b.0.total_cmp(&a.0));
            }
            let rest = left.split_off(first);
            let limit = best.limit().unwrap_or(f32::NEG_INFINITY);
            looked_at += self.open(slots(left, limit), best);
            left = rest;
        }
        let limit = best.limit().unwrap_or(f32::NEG_INFINITY);
        left.retain(|(highest, _)| *highest >= limit);
        looked_at + self.open(slots(left, limit), best)
    }

    /// Parts pages so that what the first give as a limit serves the later ones.
    fn stages(&self, query: &CodeQuery, pages: &[(u32, u64)]) -> Vec<Vec<(u32, u64)>> {
        let mut left = pages.to_vec();
        let mut stages = Vec::new();
        if query.front_highest.is_some() && pages.len() >= self.ways.staged_from {
            for one_in in STAGES {
                stages.push(left.iter().copied().step_by(one_in).collect());
                let mut at = 0..;
                left.retain(|_| !at.next().unwrap_or(0_usize).is_multiple_of(one_in));
            }
        }
        stages.push(left);
        stages
    }

    /// Visits pages with the highest cosine that slots of theirs may have; with a limit only those
    /// slots that may reach it.
    fn each_page(
        &self,
        query: &CodeQuery,
        pages: &[(u32, u64)],
        mut limit: Option<f32>,
        mut visit: impl FnMut(u32, u64, &[f32; PAGE]),
    ) {
        let mut highest = [0.0; PAGE];
        let (mut seen, mut left) = (0, 0);
        for (at, &page) in pages.iter().enumerate() {
            let ahead = pages.get(at + PAGES_AHEAD).copied().unwrap_or_default();
            let slots = self.codes.highest(query, page, ahead, limit, &mut highest);
            if slots != 0 {
                visit(page.0, slots, &highest);
            }
            if limit.is_some() {
                seen += blocks(page.1);
                left += blocks(slots);
                if at == TRIAL && left * 2 > seen {
                    limit = None;
                }
            }
        }
    }

    /// Compares originals, the likeliest first, until no other can count.
    fn open(&self, mut likely: Vec<(f32, u32)>, best: &mut Best) -> u64 {
        let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        let mut first = SORTED_FIRST + best.k();
        let mut looked_at = 0;
        while !likely.is_empty() {
            if first > self.ways.by_place_from {
                return looked_at + self.open_by_place(likely, best);
            }
            let mut rest = Vec::new();
            if first < likely.len() {
                likely.select_nth_unstable_by(first, order);
                rest = likely.split_off(first);
            }
            likely.sort_unstable_by(order);
            looked_at += self.open_sorted(&likely, best);
            let limit = best.limit().unwrap_or(f32::NEG_INFINITY);
            rest.retain(|(highest, _)| *highest >= limit);
            likely = rest;
            first *= SORTED_NEXT;
        }
        looked_at
    }

    fn open_sorted(&self, likely: &[(f32, u32)], best: &mut Best) -> u64 {
        let path = Path::detect();
        let mut looked_at = 0;
        for (number, group) in likely.chunks(ROWS).enumerate() {
            let limit = best.limit().unwrap_or(f32::NEG_INFINITY);
            if group.first().is_none_or(|(highest, _)| *highest < limit) {
                break;
            }
            // Memory needs the time of some groups to answer: these rows lie anywhere.
            let ahead = likely.get((number + AHEAD) * ROWS..).unwrap_or_default();
            let cosines = path.dot(self.query, self.four(group), self.four(ahead));
            for ((_, slot), cosine) in group.iter().zip(cosines) {
                best.offer(self.neighbour(*slot as usize, cosine));
            }
            looked_at += group.len() as u64;
        }
        looked_at
    }

    /// Compares originals in the order in which they lie; answers how many.
    fn open_by_place(&self, likely: Vec<(f32, u32)>, best: &mut Best) -> u64 {
        let mut looked_at = 0;
        for block in in_order(&likely).chunks(BLOCK) {
            let limit = best.limit().unwrap_or(f32::NEG_INFINITY);
            let slots: Vec<usize> = block
                .iter()
                .filter(|(highest, _)| *highest >= limit)
                .map(|(_, slot)| *slot as usize)
                .collect();
            let turns = shared(&slots, SLOTS_A_TURN, |slots| {
                let mut near = Vec::new();
                self.compare(slots, |neighbour| {
                    if neighbour.cosine >= limit {
                        near.push(neighbour);
                    }
                });
                near
            });
            turns.into_iter().flatten().for_each(|one| best.offer(one));
            looked_at += slots.len() as u64;
        }
        looked_at
    }

    /// The rows of the first four; of fewer, the first one again; of none, empty ones.
    fn four(&self, slots: &[(f32, u32)]) -> [&[f16]; ROWS] {
        let first = slots.first();
        std::array::from_fn(|place| {
            let slot = slots.get(place).or(first);
            slot.map_or(&[] as &[f16], |(_, slot)| self.rows.get(*slot as usize))
        })
    }

    /// The slots of pages whose vectors may reach a limit, with the highest cosine of each.
    fn likely(&self, query: &CodeQuery, pages: &[(u32, u64)], limit: f32) -> Vec<(f32, u32)> {
        let mut likely = Vec::new();
        let known = (limit > f32::NEG_INFINITY).then_some(limit);
        self.each_page(query, pages, known, |page, slots, highest| {
            likely.extend(
                bits_of(reaching(highest, limit) & slots)
                    .filter_map(|bit| Some((*highest.get(bit)?, page * PAGE as u32 + bit as u32))),
            );
        });
        likely
    }

    /// Compares the originals that may reach a limit that stands.
    fn reaching(
        &self,
        query: &CodeQuery,
        pages: &[(u32, u64)],
        limit: f32,
        found: impl FnMut(Neighbour),
    ) -> u64 {
        let likely = self.likely(query, pages, limit);
        let slots: Vec<usize> = likely.iter().map(|(_, slot)| *slot as usize).collect();
        self.compare(&slots, found);
        slots.len() as u64
    }

    /// Compares the originals of all wanted slots.
    fn all_of(&self, pages: &[(u32, u64)], found: impl FnMut(Neighbour)) -> u64 {
        let slots = pages
            .iter()
            .flat_map(|&(page, bits)| bits_of(bits).map(move |bit| page as usize * PAGE + bit));
        let slots: Vec<usize> = slots.collect();
        self.compare(&slots, found);
        slots.len() as u64
    }

    /// Whether the originals are compared without the codes.
    fn are_few(&self, wanted: &Wanted) -> bool {
        wanted.count <= FEW || (wanted.count <= self.ways.few_apart && lie_apart(wanted))
    }

    fn answer(&self, neighbours: Vec<Neighbour>, wanted: &Wanted, rescored: u64) -> Nearest {
        Nearest {
            neighbours,
            compared: wanted.count as u64,
            rescored,
            by: if self.are_few(wanted) {
                By::ExactScan
            } else {
                By::CodeScan
            },
        }
    }

    fn neighbour(&self, slot: usize, cosine: f32) -> Neighbour {
        // Sums of huge values can cancel to "not a number": such a vector is last. Adding zero
        // makes −0 a 0, so that these two tie.
        let cosine = if cosine.is_nan() {
            f32::NEG_INFINITY
        } else {
            cosine + 0.0
        };
        Neighbour {
            id: self.pages.id(slot),
            cosine,
        }
    }
}

/// Joins lists; one by itself is not copied.
fn joined<T: Copy>(mut lists: Vec<Vec<T>>) -> Vec<T> {
    lists.retain(|list| !list.is_empty());
    match lists.len() {
        0 | 1 => lists.pop().unwrap_or_default(),
        _ => lists.concat(),
    }
}

fn lie_apart(wanted: &Wanted) -> bool {
    wanted.count < wanted.pages.len() * PAGE / DENSE
}

/// Counts the blocks of a page with one of some slots.
fn blocks(slots: u64) -> usize {
    let halves = slots | slots >> 8;
    let some = halves | halves >> 4;
    let some = some | some >> 2;
    let some = some | some >> 1;
    (some & 0x0001_0001_0001_0001).count_ones() as usize
}

/// Does a piece of work for each run of pages or slots, on several threads where that pays.
fn shared<S: Sync, T: Send>(
    all: &[S],
    a_turn: usize,
    work: impl Fn(&[S]) -> T + Send + Sync,
) -> Vec<T> {
    match THREADS.as_ref() {
        Some(threads) if all.len() > PARALLEL_FROM && threads.current_num_threads() > 1 => {
            threads.install(|| all.par_chunks(a_turn).map(work).collect())
        }
        _ => vec![work(all)],
    }
}
