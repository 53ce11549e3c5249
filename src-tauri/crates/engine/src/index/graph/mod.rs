//! A graph of nearest neighbours (HNSW), for the largest libraries where hardly a filter is set.
//!
//! Not an index by itself: it finds most of the nearest, not surely all, and knows rows only from
//! when they were put in. The scans beside it serve every other query and what the graph lacks.
//! Nothing here is the only copy of anything: what is missing, stale or damaged is built again.
//!
//! The graph is `hnsw_rs`; this module is what that library lacks: deletion by tombstones, vectors
//! that are not copied, building in parallel without waiting for ever, copies of one picture, and
//! snapshots that are verified before the library, which ends the process over a bad byte, sees
//! them.
//!
//! # Cost
//! Measured on clustered unit vectors of 512 values, `m` 16, `ef_construction` 200. A query computes
//! about 130 + `ef` · (12.5 + 1.5 · log₂(rows / 20,000)) distances, of 0.6 µs each with 20,000 rows
//! and more where rows no longer fit the processor's cache. Recall@10 of 100,000 rows: 0.971 with an
//! `ef` of 16, 0.995 with 24, 0.999 with 32, all 3,000 with 48; recall@100: 0.993 with 100, 0.9987
//! with 400. Real vectors lie less clearly apart and want a larger `ef`.
//!
//! Memory is the price: 3.1 kB a point beside its row, 0.8 kB on disk, and 4.2 kB while it is
//! loaded. A copy of each vector in the graph, as the library would have it, was a quarter faster
//! (20,000 rows, `ef` 64: 0.42 ms instead of 0.58) for 1 kB more as f16, 2 kB as f32, and would be
//! the third one of each vector.

mod build;
mod distance;
mod dot;
mod levels;
mod points;
mod reach;
mod snapshot;

pub use self::snapshot::Stamp;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use half::f16;
use half::slice::HalfFloatSliceExt as _;
use hnsw_rs::prelude::Hnsw;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::distance::{Datum, QUERY, RowDistance, Vectors};
use self::points::Points;
use crate::io::IoError;

/// How often deeper a search may go than it was asked to.
const DEEPER_AT_MOST: usize = 16;
/// Layers above which the library writes no snapshot.
const LAYERS: usize = 16;

/// The rows whose neighbours the graph knows: `[rows, dim]` f16, unit norm.
///
/// A search or an insertion looks at rows while it holds locks of the graph: nobody may call the
/// graph while holding a lock that these functions wait for.
pub trait RowSource: Send + Sync {
    /// Values of each row.
    fn dim(&self) -> usize;

    /// Shows a row; false where there is no such row.
    fn with_row(&self, row: u32, look: &mut dyn FnMut(&[f16])) -> bool;

    /// Shows two rows at once, so that a lock is taken once; false where one is missing.
    fn with_rows(&self, left: u32, right: u32, look: &mut dyn FnMut(&[f16], &[f16])) -> bool;
}

/// How a graph is built; other values make another graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphParams {
    /// Links of a point in each layer, twice as many in the lowest; 2 … 128.
    pub m: usize,
    /// Candidates that are looked at for the links of a new point.
    pub ef_construction: usize,
    /// Order in which the rows are put in: neighbours on disk are often taken in one moment, and
    /// a graph grown along a film is a bad one.
    pub seed: u64,
}

/// A graph could not be built, saved or loaded.
#[derive(Debug, Error)]
pub enum GraphError {
    /// There is no snapshot.
    #[error("There is no snapshot of the graph: build it")]
    Absent,
    /// The snapshot is of other rows.
    #[error("The snapshot of the graph is of {found:?}, not of {expected:?}: build it again")]
    Stale {
        /// What it should be of.
        expected: Box<Stamp>,
        /// What it is of.
        found: Box<Stamp>,
    },
    /// The snapshot was built in another way.
    #[error("The snapshot of the graph was built with {found:?}, not {expected:?}: build it again")]
    OtherParams {
        /// How it should be built.
        expected: GraphParams,
        /// How it was built.
        found: GraphParams,
    },
    /// The snapshot was written by another version of this program.
    #[error("The snapshot of the graph has format {found}, not {expected}: build it again")]
    OtherFormat {
        /// What this version writes.
        expected: u64,
        /// What was found.
        found: u64,
    },
    /// The snapshot is not what was written.
    #[error("The snapshot of the graph is damaged ({what}): build it again")]
    Damaged {
        /// The file, and what is wrong with it.
        what: String,
    },
    /// A file could not be read or written.
    #[error("The snapshot of the graph cannot be read or written")]
    Io(#[from] IoError),
    /// Whoever wanted the graph wants it no more.
    #[error("Building the graph was cancelled")]
    Cancelled,
    /// The library gave up.
    #[error("The graph could not be {done}: search goes on without it")]
    Broken {
        /// "built", "written".
        done: &'static str,
    },
}

/// Rows linked to their nearest neighbours.
///
/// Searches run beside one change at a time; changes and snapshots wait for each other.
pub struct Graph {
    links: Hnsw<'static, u32, RowDistance>,
    vectors: Arc<Vectors>,
    points: RwLock<Points>,
    changing: Mutex<()>,
    params: GraphParams,
    /// Points when the graph was built or loaded.
    at_first: usize,
}

impl Graph {
    /// Makes a graph without points.
    fn empty(rows: Arc<dyn RowSource>, params: GraphParams, expected: usize) -> Self {
        let vectors = Arc::new(Vectors::new(rows));
        let m = params.m.clamp(2, 128);
        let distance = RowDistance(Arc::clone(&vectors));
        Self {
            links: Hnsw::new(m, expected, LAYERS, params.ef_construction.max(1), distance),
            vectors,
            points: RwLock::default(),
            changing: Mutex::new(()),
            params,
            at_first: 0,
        }
    }

    /// Puts a row in that the graph does not have; answers whether it is found from now on.
    ///
    /// False for a row that is there already (take it out first), that is no finite vector, or that
    /// lies so far from all others that no search would come to it.
    pub fn insert(&self, slot: u32) -> bool {
        let _changing = self.changing();
        if self.known(|points| points.point_of(slot).is_some()) {
            return false;
        }
        let Some(vector) = self.vectors.row(slot) else {
            return false;
        };
        let name = points::name_of(&vector);
        if let Some(point) = self.known(|points| points.named(name)) {
            if self.vectors.is_kept(point) {
                self.vectors.keep(point, vector);
            }
            self.change(|points| points.attach(point, slot));
            return true;
        }
        let Some(point) = self.change(|points| points.reserve(name)) else {
            return false;
        };
        // The point is answered once all its links are there.
        let link = AssertUnwindSafe(|| self.link_and_find([slot, point], &vector));
        let found = catch_unwind(link).unwrap_or(false);
        self.change(|points| match found {
            true => points.attach(point, slot),
            false => points.forget(point),
        });
        found
    }

    /// Takes a row out: no search that begins after this returned finds it.
    ///
    /// Comes before the row gets another vector; putting it in again comes after. Its old place is
    /// still walked through, with a copy of the vector, until the graph is built again.
    pub fn remove(&self, slot: u32) -> bool {
        let _changing = self.changing();
        let Some(point) = self.known(|points| points.point_of(slot)) else {
            return false;
        };
        if !self.vectors.is_kept(point) {
            let name = self.known(|points| points.name(point));
            // A row that is another by now is not what the links lead to: better no vector.
            let vector = self
                .vectors
                .row(slot)
                .filter(|row| Some(points::name_of(row)) == name);
            self.vectors.keep(point, vector.unwrap_or_default());
        }
        self.change(|points| points.detach(slot));
        true
    }

    /// Finds the rows nearest to `query` (`dim` values, unit norm), nearest first, ties by row.
    ///
    /// `ef` candidates are looked at, and up to sixteen times as many where `accept` refuses so
    /// many that fewer than `k` remain. Fewer than `k` are answered where that was not enough: then
    /// a scan must. All that are as near as the `k`-th are answered, so that the caller can order
    /// ties in its own way. Cosines are true to about 10⁻⁶.
    #[must_use]
    pub fn search(
        &self,
        query: &[f32],
        k: usize,
        ef: usize,
        accept: &dyn Fn(u32) -> bool,
    ) -> Vec<(u32, f32)> {
        let sound = query.len() == self.vectors.dim() && query.iter().all(|v| v.is_finite());
        if !sound || k == 0 {
            return Vec::new();
        }
        Vectors::standing_for(QUERY, query, || self.deepen(k, ef, accept))
    }

    /// Whether the graph is worn: a fifth is tombstones, or it grew to twice its size.
    ///
    /// The library puts nearly all points of a loaded graph into the lowest layer, which does no
    /// harm while they are few.
    #[must_use]
    pub fn wants_rebuild(&self) -> bool {
        let (points, tombstones) = self.known(|points| (points.len(), points.tombstones()));
        tombstones * 5 > points || points > 2 * self.at_first.max(1000)
    }

    /// Whether the graph answers for a row.
    #[must_use]
    pub fn contains(&self, slot: u32) -> bool {
        self.known(|points| points.point_of(slot).is_some())
    }

    /// Counts the rows that the graph answers for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known(Points::answered)
    }

    /// Whether the graph answers for no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Estimates the bytes in memory, the rows themselves left out.
    ///
    /// The two factors were fitted to a counting allocator: a link is an allocation of 48 bytes and
    /// a place in a list that grows by doubling, each point has a list for each of sixteen layers.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        const A_POINT: usize = 460;
        const A_LINK: usize = 80;
        let each = A_POINT + A_LINK * 2 * self.links.get_max_nb_connection() as usize;
        self.links.get_nb_point() * each + self.known(Points::bytes) + self.vectors.kept_bytes()
    }

    /// Looks at more and more of the graph until enough is accepted.
    fn deepen(&self, k: usize, ef: usize, accept: &dyn Fn(u32) -> bool) -> Vec<(u32, f32)> {
        let mut ef = ef.max(k);
        let deepest = ef
            .saturating_mul(DEEPER_AT_MOST)
            .min(self.links.get_nb_point());
        loop {
            let mut found = self.look(ef);
            let more = found.len() >= ef && ef < deepest;
            let mut rows = self.rows_of(&mut found);
            rows.retain(|&(row, _)| accept(row));
            if rows.len() >= k || !more {
                return nearest(rows, k);
            }
            ef = ef.saturating_mul(4).min(deepest);
        }
    }

    /// The points found, with their cosines.
    fn look(&self, ef: usize) -> Vec<(u32, f32)> {
        let query: Datum = [QUERY; 2];
        self.links
            .search(&query, ef, ef)
            .into_iter()
            .filter_map(|found| Some((u32::try_from(found.d_id).ok()?, 1.0 - found.distance)))
            .collect()
    }

    /// The rows that points answer for now.
    fn rows_of(&self, found: &mut Vec<(u32, f32)>) -> Vec<(u32, f32)> {
        self.known(|points| {
            let rows = |(point, cosine)| points.rows(point).map(move |row| (row, cosine));
            found.drain(..).flat_map(rows).collect()
        })
    }

    /// Links a new point; the vector is its row.
    fn link(&self, datum: Datum, vector: &[f16]) {
        let [_, point] = datum;
        let link = || self.links.insert((&datum, point as usize));
        Vectors::standing_for(point, &wide(vector), link);
    }

    /// Links a new point, and answers whether a search comes to it.
    fn link_and_find(&self, datum: Datum, vector: &[f16]) -> bool {
        self.link(datum, vector);
        Vectors::standing_for(datum[1], &wide(vector), || self.finds_itself(datum))
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known<T>(&self, look: impl FnOnce(&Points) -> T) -> T {
        look(&self.points.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change<T>(&self, work: impl FnOnce(&mut Points) -> T) -> T {
        work(&mut self.points.write().unwrap_or_else(PoisonError::into_inner))
    }
}

fn wide(vector: &[f16]) -> Vec<f32> {
    let mut wide = vec![0.0; vector.len()];
    vector.convert_to_f32_slice(&mut wide);
    wide
}

/// Sorts, and cuts after `k` and what is as near.
fn nearest(mut rows: Vec<(u32, f32)>, k: usize) -> Vec<(u32, f32)> {
    rows.sort_unstable_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    if let Some(&(_, last)) = rows.get(k - 1) {
        let tied = rows
            .iter()
            .take_while(|&&(_, cosine)| cosine >= last)
            .count();
        rows.truncate(tied);
    }
    rows
}

#[cfg(test)]
mod tests;
