//! Each photo compared with each other: the pairs that are similar, and the nearest of each.
//!
//! Photos lie in tiles of 256. The signs of two tiles rule nearly all pairs of theirs out, and the
//! originals of the others are compared. Tiles are a copy, so that an index is held only while
//! originals are: it may change meanwhile. Who takes part is settled in the beginning; what goes
//! before it is compared is passed over.
//!
//! Of pairs at their limit less than one in a thousand is missed, as by a scan of the codes. Limits
//! change between phases only, so no answer depends on the number of threads.

use std::ops::Range;
use std::time::{Duration, Instant};

use half::slice::HalfFloatSliceExt;
use latent_kernels::{Below, Lanes, Level, SignTile, TILE};
use rayon::prelude::*;

use super::closest::Closest;
use super::pages::bits_of;
use super::sketches::Sketches;
use super::{Neighbour, VectorIndex};
use crate::ids::PhotoId;

/// Standard deviations by which the signs of a pair may differ more than its cosine says before it is
/// missed: where all pairs are sought, which are few, and where the nearest is, whose cosine mostly is
/// well above the limit that it is compared with.
const DEVIATIONS_OF_PAIRS: f32 = 4.0;
const DEVIATIONS_OF_NEAREST: f32 = 3.0;
/// Tiles that one is compared with at a time.
const TASK_TILES: usize = 16;
/// Tasks between two looks at whether to go on: the first of a phase, and the most. A turn that took
/// longer than it may is followed by half of it, a quick one by twice as many.
const FIRST_TURN: usize = 32;
const TURN: usize = 256;
const LONG: Duration = Duration::from_millis(200);
const SHORT: Duration = Duration::from_millis(50);
/// Each tile is compared with so many that follow it before any is compared with all: that gives
/// every photo a limit.
const FIRST_TILES: usize = 64;
/// What photos are asked for first, until each has a limit: a photo that is likely to be so near, in so
/// many tiles. Few others look so near by their signs.
const GUESSES: [(f32, usize); 5] = [(0.8, 8), (0.6, 64), (0.4, 64), (0.3, 8), (0.2, 2)];
/// Tiles whose photos are compared with all others together, and told then.
const ROW: usize = 256;

/// Lets an index be looked at for a moment, again and again; it may change between.
pub trait Look: Sync {
    /// Looks at it.
    fn look<T>(&self, look: impl FnOnce(&VectorIndex) -> T) -> T;
}

impl Look for VectorIndex {
    fn look<T>(&self, look: impl FnOnce(&VectorIndex) -> T) -> T {
        look(self)
    }
}

/// Two photos, in the order in which they were named, and their cosine.
pub type Pair = (PhotoId, PhotoId, f32);

/// What is known of the nearest of each so far.
#[derive(Clone, Debug, Default)]
pub struct NearestOfEach {
    /// How much of the work is done, 0 … 1.
    pub done: f64,
    /// Photos that were compared with all others, with the nearest; none where there is no other.
    pub nearest: Vec<(PhotoId, Option<Neighbour>)>,
    /// Others that one of the photos is nearer to than what they had.
    pub closer: Vec<(PhotoId, Neighbour)>,
}

/// Finds the pairs among photos whose cosine is `least` or more, ordered by the places of both.
///
/// Takes 42 bytes a photo and 12 a pair, and some megabytes. `tell` hears how much is done, 0 … 1.
///
/// # Errors
/// What `tell` answers, which ends the work.
pub fn similar_pairs<E>(
    index: &impl Look,
    ids: &[PhotoId],
    least: f32,
    mut tell: impl FnMut(f64) -> Result<(), E>,
) -> Result<Vec<Pair>, E> {
    let sketches = Sketches::of(index, ids, DEVIATIONS_OF_PAIRS);
    let tiles = sketches.tiles();
    let mut work = Work::new(&sketches, index, tiles);
    let mut found = Vec::new();
    let keep = |_, _, cosine| cosine >= least;
    work.phase(
        0..tiles,
        0..tiles,
        Limits::Same(least),
        keep,
        |done, kept| {
            found.extend(kept);
            tell(done)
        },
    )?;
    found.par_sort_unstable_by_key(|(one, other, _)| (*one, *other));
    let id = |place: u32| sketches.ids.get(place as usize).copied();
    let pairs = found.into_iter();
    Ok(pairs
        .filter_map(|(one, other, cosine)| Some((id(one)?, id(other)?, cosine)))
        .collect())
}

/// Finds the nearest other photo of each of some photos, among these and `others`, and which of the
/// others one of them is nearer to than the cosine that they are named with.
///
/// Takes 62 bytes a photo, and some megabytes. `tell` hears what is found, each photo once, and each
/// other whenever a nearer one was found. What it has heard stands, also where it ends the work.
///
/// # Errors
/// What `tell` answers, which ends the work.
pub fn nearest_of_each<E>(
    index: &impl Look,
    ids: &[PhotoId],
    others: &[(PhotoId, f32)],
    mut tell: impl FnMut(NearestOfEach) -> Result<(), E>,
) -> Result<(), E> {
    let all = ids.iter().map(|id| (*id, f32::NEG_INFINITY));
    let all = all.chain(others.iter().copied());
    let names: Vec<PhotoId> = all.clone().map(|(id, _)| id).collect();
    let sketches = Sketches::of(index, &names, DEVIATIONS_OF_NEAREST);
    drop(names);
    // Those without a vector are not among the sketches.
    let mut all = all;
    let limit = |id: &PhotoId| all.find(|(other, _)| other == id).map(|(_, limit)| limit);
    let limits: Vec<f32> = sketches.ids.iter().filter_map(limit).collect();
    let sought = limits
        .iter()
        .take_while(|limit| **limit == f32::NEG_INFINITY);
    let sought = sought.count();
    let mut nearest = Closest::new(&limits);
    drop(limits);
    let own_tiles = sought.div_ceil(TILE);
    let tiles = sketches.tiles();
    // What is compared by guesses will be compared again.
    let mut guessing = Work::new(&sketches, index, own_tiles);
    for (guess, apart) in GUESSES {
        let own = 0..own_tiles;
        guessing.seek(&nearest, own, 0..apart, Some(guess), |_| {
            tell(NearestOfEach::at(0.0))
        })?;
    }
    let mut work = Work::new(&sketches, index, own_tiles);
    for apart in doubling(FIRST_TILES.min(tiles)) {
        work.seek(&nearest, 0..own_tiles, apart, None, |done| {
            tell(NearestOfEach::at(done))
        })?;
    }
    for first in (0..own_tiles).step_by(ROW) {
        let row = first..(first + ROW).min(own_tiles);
        for apart in doubling(tiles).filter(|apart| apart.start >= FIRST_TILES) {
            work.seek(&nearest, row.clone(), apart, None, |done| {
                tell(NearestOfEach::at(done))
            })?;
        }
        let places = row.start * TILE..(row.end * TILE).min(sought);
        tell(NearestOfEach {
            done: work.share(),
            nearest: nearest.of(&sketches, places),
            closer: nearest.news(&sketches, sought),
        })?;
    }
    Ok(())
}

impl NearestOfEach {
    /// Nothing new but that so much is done.
    fn at(done: f64) -> Self {
        Self {
            done,
            ..Self::default()
        }
    }
}

/// From 0 to a number: 0, 1, 2 … 3, 4 … 7, and so on.
fn doubling(end: usize) -> impl Iterator<Item = Range<usize>> {
    let starts = std::iter::successors(Some(0), |start: &usize| Some((start * 2).max(1)));
    starts
        .take_while(move |start| *start < end)
        .map(move |start| start..(start * 2).max(1).min(end))
}

/// The cosine that a pair must reach to count.
#[derive(Clone, Copy)]
enum Limits<'a> {
    /// The same for all.
    Same(f32),
    /// That of either photo, by place.
    Each(&'a [f32]),
    /// A guess, for photos that have not reached it.
    Guess(f32, &'a [f32]),
}

impl Limits<'_> {
    /// In how many signs a vector must differ from the one at a place not to count for it.
    fn below(&self, sketches: &Sketches, place: usize, radii: (f32, f32)) -> u8 {
        let of = |limits: &[f32]| limits.get(place).copied().unwrap_or(f32::NEG_INFINITY);
        match self {
            Self::Same(limit) => sketches.out_of_reach(place, *limit, radii),
            Self::Each(limits) => sketches.out_of_reach(place, of(limits), radii),
            Self::Guess(guess, limits) if of(limits) < *guess => {
                sketches.not_likely(place, *guess, radii)
            }
            Self::Guess(..) => 0,
        }
    }
}

/// Tiles compared with each other.
struct Work<'a, L> {
    sketches: &'a Sketches,
    index: &'a L,
    /// Pairs of tiles that were compared, and that will have been.
    done: usize,
    of: usize,
}

/// A pair of places with a cosine.
type Placed = (u32, u32, f32);

/// For each photo of a tile the places of others that it may be near to.
type Likely = Vec<Vec<u32>>;

impl<'a, L: Look> Work<'a, L> {
    /// Each of the first tiles will be compared with itself and all that follow it.
    fn new(sketches: &'a Sketches, index: &'a L, tiles: usize) -> Self {
        let without = sketches.tiles() - tiles.min(sketches.tiles());
        let upto = |tiles: usize| tiles * (tiles + 1) / 2;
        Self {
            sketches,
            index,
            done: 0,
            of: upto(sketches.tiles()) - upto(without),
        }
    }

    fn share(&self) -> f64 {
        self.done as f64 / self.of.max(1) as f64
    }

    /// Compares each of some tiles with those so far after it for the nearest of each: by the limits that
    /// they have, or for those below a guess by that.
    fn seek<E>(
        &mut self,
        nearest: &Closest,
        tiles: Range<usize>,
        apart: Range<usize>,
        guess: Option<f32>,
        mut tell: impl FnMut(f64) -> Result<(), E>,
    ) -> Result<(), E> {
        let limits = nearest.limits();
        let limits = match guess {
            Some(guess) => Limits::Guess(guess, &limits),
            None => Limits::Each(&limits),
        };
        let sketches = self.sketches;
        let look = |one, other, cosine| nearest.offer(sketches, one, other, cosine);
        self.phase(tiles, apart, limits, look, |done, _| tell(done))
    }

    /// Compares each of some tiles with those so far after it. `look` is shown each pair that may reach
    /// its limit and says whether it is kept; `tell` hears of those and of how much is done in all.
    fn phase<E>(
        &mut self,
        tiles: Range<usize>,
        apart: Range<usize>,
        limits: Limits<'_>,
        look: impl Fn(u32, u32, f32) -> bool + Sync,
        mut tell: impl FnMut(f64, Vec<Placed>) -> Result<(), E>,
    ) -> Result<(), E> {
        let all = self.sketches.tiles();
        let tasks = tiles.flat_map(|tile| {
            let others = (tile + apart.start).min(all)..(tile + apart.end).min(all);
            let starts = others.clone().step_by(TASK_TILES);
            starts.map(move |first| (tile, first..(first + TASK_TILES).min(others.end)))
        });
        let mut tasks = tasks.peekable();
        let mut count = FIRST_TURN;
        while tasks.peek().is_some() {
            let began = Instant::now();
            let turn: Vec<(usize, Range<usize>)> = tasks.by_ref().take(count).collect();
            let kept = turn.par_iter().map(|(tile, others)| {
                let likely = self.likely(*tile, others.clone(), limits);
                self.look_at(*tile, &likely, &look)
            });
            let kept = kept.collect::<Vec<_>>().concat();
            self.done += turn.iter().map(|(_, others)| others.len()).sum::<usize>();
            count = match began.elapsed() {
                took if took > LONG => (count / 2).max(rayon::current_num_threads()),
                took if took < SHORT => (count * 2).min(TURN),
                _ => count,
            };
            tell(self.share(), kept)?;
        }
        Ok(())
    }

    /// The photos of some tiles that may be near enough to those of another tile, by their signs.
    fn likely(&self, tile: usize, others: Range<usize>, limits: Limits<'_>) -> Likely {
        let sketches = self.sketches;
        let own = sketches.places(tile);
        let sideways = SignTile::new(sketches.codes(own.clone()));
        let radii = sketches.radii(own.clone());
        let or_below = match limits {
            Limits::Same(_) => Below::default(),
            Limits::Each(_) | Limits::Guess(..) => {
                let theirs =
                    sketches.places(others.start).start..sketches.places(others.end - 1).end;
                let theirs = sketches.radii(theirs);
                let below = |place| limits.below(sketches, place, theirs);
                Below::new(&own.clone().map(below).collect::<Vec<u8>>())
            }
        };
        let mut likely = vec![Vec::new(); own.len()];
        let mut found = [Lanes::default(); TILE];
        let mut below = Vec::with_capacity(TILE);
        for other in others {
            let theirs = sketches.places(other);
            below.clear();
            below.extend(
                theirs
                    .clone()
                    .map(|place| limits.below(sketches, place, radii)),
            );
            let codes = sketches.codes(theirs.clone());
            sideways.differ_in_fewer(Level::detect(), codes, &below, &or_below, &mut found);
            for (place, mut lanes) in theirs.zip(found) {
                // Of a tile with itself each pair once.
                let count = if other == tile {
                    place - own.start
                } else {
                    own.len()
                };
                only_first(&mut lanes, count);
                for (word, bits) in lanes.into_iter().enumerate() {
                    for lane in bits_of(bits).map(|bit| word * 64 + bit) {
                        if let Some(likely) = likely.get_mut(lane) {
                            likely.push(place as u32);
                        }
                    }
                }
            }
        }
        likely
    }

    /// Compares the originals of a tile's photos with those that they may be near to.
    fn look_at(
        &self,
        tile: usize,
        likely: &Likely,
        look: &(impl Fn(u32, u32, f32) -> bool + Sync),
    ) -> Vec<Placed> {
        let ids = &self.sketches.ids;
        let mut kept = Vec::new();
        self.index.look(|index| {
            let slot = |place: u32| index.pages.slot(*ids.get(place as usize)?);
            let mut vector = vec![0.0; index.dim];
            let mut slots = Vec::new();
            let places = self.sketches.places(tile);
            let likely = places.zip(likely).filter(|(_, near)| !near.is_empty());
            for (place, near) in likely {
                let row = ids.get(place).and_then(|id| index.get(*id));
                let Some(row) = row.filter(|row| row.len() == vector.len()) else {
                    continue;
                };
                row.convert_to_f32_slice(&mut vector);
                slots.clear();
                slots.extend(near.iter().filter_map(|near| slot(*near)));
                let mut there = near.iter().filter(|near| slot(**near).is_some());
                index.scan(&vector).compare(&slots, |found| {
                    if let Some(near) = there.next()
                        && look(place as u32, *near, found.cosine)
                    {
                        kept.push((place as u32, *near, found.cosine));
                    }
                });
            }
        });
        kept
    }
}

/// Takes all lanes but the first so many away.
fn only_first(lanes: &mut Lanes, count: usize) {
    for (word, lanes) in lanes.iter_mut().enumerate() {
        let left = count.saturating_sub(word * 64);
        if left < 64 {
            *lanes &= (1 << left) - 1;
        }
    }
}
