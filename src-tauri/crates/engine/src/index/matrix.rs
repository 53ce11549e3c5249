//! The vectors of one space, row by row.

use std::sync::LazyLock;

use half::f16;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::best::Best;
use super::by_id::RowsById;
use super::dot::{Path, ROWS};
use super::{IndexError, Nearest, Neighbour};
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;

/// From so many rows on the scan is shared among threads; below, waking them costs more.
const PARALLEL_FROM: usize = 20_000;
/// Rows a thread takes at once: 4 MiB of a 512-dimensional space.
const ROWS_A_TURN: usize = 4_096;
/// How many rows before its use a row is asked for: memory answers about two groups later.
const AHEAD: usize = 2 * ROWS;

/// Threads of their own, so that a search never waits behind the decoding of photos.
static THREADS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    ThreadPoolBuilder::new()
        .thread_name(|i| format!("search-{i}"))
        .build()
        .ok()
});

/// Which photos a query may find.
#[derive(Clone, Copy, Debug)]
pub enum Candidates<'a> {
    /// Every photo of the space.
    All,
    /// Only these; those without a vector are passed over.
    Only(&'a PhotoSet),
}

/// The vectors of one space: `[len, dim]` f16, unit norm, in no particular order.
#[derive(Clone, Debug)]
pub struct VectorMatrix {
    dim: usize,
    values: Vec<f16>,
    ids: Vec<PhotoId>,
    rows: RowsById,
    photos: PhotoSet,
}

impl VectorMatrix {
    /// Makes an empty matrix for vectors of `dim` dimensions.
    #[must_use]
    pub fn new(dim: usize) -> Self {
        Self::with_capacity(dim, 0)
    }

    /// Makes an empty matrix with room for `photos` vectors.
    #[must_use]
    pub fn with_capacity(dim: usize, photos: usize) -> Self {
        Self {
            dim,
            values: Vec::with_capacity(dim.saturating_mul(photos)),
            ids: Vec::with_capacity(photos),
            rows: RowsById::with_capacity_and_hasher(photos, Default::default()),
            photos: PhotoSet::new(),
        }
    }

    /// Puts a photo's vector (unit norm) in, in place of the one it had.
    ///
    /// # Errors
    /// [`IndexError::DimensionMismatch`], [`IndexError::NotFinite`]; the matrix is unchanged then.
    pub fn insert(&mut self, id: PhotoId, vector: &[f16]) -> Result<(), IndexError> {
        self.check(vector.len(), vector.iter().all(|v| v.is_finite()))?;
        match self.rows.get(&id) {
            Some(&row) => {
                if let Some(old) = self.values.get_mut(row * self.dim..(row + 1) * self.dim) {
                    old.copy_from_slice(vector);
                }
            }
            None => {
                self.rows.insert(id, self.ids.len());
                self.ids.push(id);
                self.photos.insert(id);
                self.values.extend_from_slice(vector);
            }
        }
        Ok(())
    }

    /// Takes a photo's vector out; answers whether there was one.
    ///
    /// The last row takes its place, so this costs one vector, not the matrix.
    pub fn remove(&mut self, id: PhotoId) -> bool {
        let Some(row) = self.rows.remove(&id) else {
            return false;
        };
        let last = self.ids.len().saturating_sub(1);
        self.values.copy_within(last * self.dim.., row * self.dim);
        self.values.truncate(last * self.dim);
        self.ids.swap_remove(row);
        self.photos.remove(id);
        if let Some(&moved) = self.ids.get(row) {
            self.rows.insert(moved, row);
        }
        true
    }

    /// Counts the vectors.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Answers whether there is no vector.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Dimensions of every vector.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// The photos that have a vector, in no particular order.
    #[must_use]
    pub fn ids(&self) -> &[PhotoId] {
        &self.ids
    }

    /// The photos that have a vector, as a set.
    #[must_use]
    pub fn photos(&self) -> &PhotoSet {
        &self.photos
    }

    /// Answers whether a photo has a vector.
    #[must_use]
    pub fn contains(&self, id: PhotoId) -> bool {
        self.photos.contains(id)
    }

    /// A photo's vector: `dim` values, unit norm.
    #[must_use]
    pub fn get(&self, id: PhotoId) -> Option<Vec<f16>> {
        self.rows.get(&id).map(|&row| self.row(row).to_vec())
    }

    /// Finds the `k` photos nearest to `query` (`dim` values, unit norm), the nearest first.
    ///
    /// Of equally near ones the smaller id comes first, also where `k` cuts between them.
    ///
    /// # Errors
    /// [`IndexError::DimensionMismatch`], [`IndexError::NotFinite`] for the query.
    pub fn search(
        &self,
        query: &[f32],
        k: usize,
        candidates: Candidates<'_>,
    ) -> Result<Nearest, IndexError> {
        self.check(query.len(), query.iter().all(|v| v.is_finite()))?;
        let best = |turn: Turn<'_>| {
            let mut best = Best::new(k);
            let compared = turn.len() as u64;
            self.score(query, turn, |id, cosine| {
                best.offer(Neighbour { id, cosine });
            });
            (best, compared)
        };
        let join = |(left, a): (Best, u64), (right, b): (Best, u64)| (left.merge(right), a + b);
        let (best, compared) = self
            .share(candidates, best, join)
            .unwrap_or_else(|| (Best::new(k), 0));
        Ok(Nearest::exact(best.into_sorted(), compared))
    }

    /// Finds all photos whose cosine with `query` (`dim` values, unit norm) is at least so high, the
    /// nearest first.
    ///
    /// # Errors
    /// [`IndexError::DimensionMismatch`], [`IndexError::NotFinite`] for the query.
    pub fn within(
        &self,
        query: &[f32],
        least_cosine: f32,
        candidates: Candidates<'_>,
    ) -> Result<Nearest, IndexError> {
        self.check(query.len(), query.iter().all(|v| v.is_finite()))?;
        let near = |turn: Turn<'_>| {
            let mut near = Vec::new();
            let compared = turn.len() as u64;
            self.score(query, turn, |id, cosine| {
                if cosine >= least_cosine {
                    near.push(Neighbour { id, cosine });
                }
            });
            (near, compared)
        };
        let join = |(mut left, a): (Vec<_>, u64), (mut right, b): (Vec<_>, u64)| {
            left.append(&mut right);
            (left, a + b)
        };
        let (mut near, compared) = self.share(candidates, near, join).unwrap_or_default();
        near.sort_unstable_by(super::best::rank);
        Ok(Nearest::exact(near, compared))
    }

    /// The cosines of some photos with `query` (`dim` values, unit norm), in their order; none for
    /// those without a vector.
    ///
    /// # Errors
    /// [`IndexError::DimensionMismatch`], [`IndexError::NotFinite`] for the query.
    pub fn cosines(&self, query: &[f32], ids: &[PhotoId]) -> Result<Vec<Option<f32>>, IndexError> {
        self.check(query.len(), query.iter().all(|v| v.is_finite()))?;
        let cosine = |id: &PhotoId| {
            let row = *self.rows.get(id)?;
            let mut one = None;
            self.score(query, Turn::Range(row, row + 1), |_, cosine| {
                one = Some(cosine);
            });
            one
        };
        Ok(ids.iter().map(cosine).collect())
    }

    /// The cosines of about `count` photos, from all over the matrix, with `query` (`dim` values,
    /// unit norm), in no particular order.
    ///
    /// # Errors
    /// [`IndexError::DimensionMismatch`], [`IndexError::NotFinite`] for the query.
    pub fn sample(&self, query: &[f32], count: usize) -> Result<Vec<f32>, IndexError> {
        self.check(query.len(), query.iter().all(|v| v.is_finite()))?;
        let count = count.min(self.len());
        let rows: Vec<usize> = (0..count).map(|place| place * self.len() / count).collect();
        let mut cosines = Vec::with_capacity(count);
        self.score(query, Turn::Chosen(&rows), |_, cosine| cosines.push(cosine));
        Ok(cosines)
    }

    fn check(&self, actual: usize, finite: bool) -> Result<(), IndexError> {
        if actual != self.dim {
            return Err(IndexError::DimensionMismatch {
                expected: self.dim,
                actual,
            });
        }
        if finite {
            Ok(())
        } else {
            Err(IndexError::NotFinite)
        }
    }

    fn row(&self, row: usize) -> &[f16] {
        self.values
            .get(row * self.dim..(row + 1) * self.dim)
            .unwrap_or_default()
    }

    /// Cuts the candidates into turns, does each, and joins what they answer.
    fn share<T: Send>(
        &self,
        candidates: Candidates<'_>,
        work: impl Fn(Turn<'_>) -> T + Sync + Send,
        join: impl Fn(T, T) -> T + Sync + Send,
    ) -> Option<T> {
        let mut chosen = Vec::new();
        let turns: Vec<Turn<'_>> = match candidates {
            Candidates::All => (0..self.len())
                .step_by(ROWS_A_TURN)
                .map(|start| Turn::Range(start, (start + ROWS_A_TURN).min(self.len())))
                .collect(),
            Candidates::Only(photos) => {
                chosen.extend(photos.iter().filter_map(|id| self.rows.get(&id).copied()));
                // Memory is read forwards; photos mostly lie in the order of their ids already.
                chosen.sort_unstable();
                chosen.chunks(ROWS_A_TURN).map(Turn::Chosen).collect()
            }
        };
        match THREADS.as_ref() {
            Some(threads) if turns.len() > PARALLEL_FROM / ROWS_A_TURN => {
                threads.install(|| turns.into_par_iter().map(work).reduce_with(join))
            }
            _ => turns.into_iter().map(work).reduce(join),
        }
    }

    /// Multiplies the query with the rows of a turn, four at a time.
    fn score(&self, query: &[f32], turn: Turn<'_>, mut found: impl FnMut(PhotoId, f32)) {
        let path = Path::detect();
        let four =
            |from: usize| std::array::from_fn::<_, ROWS, _>(|i| self.row(turn.row(from + i)));
        for from in (0..turn.len()).step_by(ROWS) {
            let cosines = path.dot(query, four(from), four(from + AHEAD));
            // A short last group repeats its last row; the zip with what is left drops the repeats.
            for (place, cosine) in (from..turn.len()).zip(cosines) {
                if let Some(&id) = self.ids.get(turn.row(place)) {
                    // Sums of huge values can cancel to "not a number": such a vector is last.
                    // Adding zero makes −0 a 0, so that these two tie.
                    found(
                        id,
                        if cosine.is_nan() {
                            f32::NEG_INFINITY
                        } else {
                            cosine + 0.0
                        },
                    );
                }
            }
        }
    }
}

/// What one thread scores at once.
#[derive(Clone, Copy)]
enum Turn<'a> {
    /// Rows from … up to, the end excluded.
    Range(usize, usize),
    /// These rows.
    Chosen(&'a [usize]),
}

impl Turn<'_> {
    fn len(&self) -> usize {
        match self {
            Turn::Range(start, end) => end - start,
            Turn::Chosen(rows) => rows.len(),
        }
    }

    /// The row at a place of the turn; beyond its end, the last row.
    fn row(&self, place: usize) -> usize {
        match self {
            Turn::Range(start, end) => (start + place).min(end.saturating_sub(1)),
            Turn::Chosen(rows) => rows.get(place).or(rows.last()).copied().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;
