//! The vectors of one space, and the ways to find the nearest of them.

use half::f16;

use super::codes::Codes;
use super::graphed::{Graphed, Slots};
use super::pages::{PAGE, Pages};
use super::quantizer::Quantizer;
use super::rows::Rows;
use super::scan::{Scan, Ways};
use super::{By, Candidates, IndexError, Nearest, Neighbour};
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;

/// Vectors of which the first quantizer is learnt.
const FIRST_TRAINING: usize = 256;
/// The quantizer is learnt anew when the space has grown by so much.
const TRAIN_AFTER_GROWTH: usize = 16;
/// Vectors it is learnt from, at most.
const TRAINED_ON: usize = 20_000;

/// The vectors of one space: unit norm, f16, by photo.
pub struct VectorIndex {
    pub(super) dim: usize,
    pub(super) rows: Rows,
    pub(super) pages: Pages,
    pub(super) codes: Codes,
    /// Vectors there were when the quantizer was learnt.
    pub(super) trained_at: usize,
    pub(super) graph: Option<Graphed>,
    /// Slots that changed since a graph was begun that is not in place yet.
    pub(super) changed: Option<Slots>,
    /// The graph is asked whatever it costs.
    pub(super) graph_always: bool,
    pub(super) ways: Ways,
}

impl std::fmt::Debug for VectorIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VectorIndex({} × {})", self.len(), self.dim)
    }
}

/// A quantizer learnt anew with all codes made by it, to be put in place of the old.
pub struct Retrained {
    codes: Codes,
    trained_at: usize,
}

impl VectorIndex {
    /// Makes an empty index of vectors of `dim` dimensions, in memory.
    #[must_use]
    pub fn new(dim: usize) -> Self {
        Self::over(dim, Rows::in_memory(dim))
    }

    pub(super) fn over(dim: usize, rows: Rows) -> Self {
        Self {
            dim,
            rows,
            pages: Pages::default(),
            codes: Codes::new(Quantizer::untrained(dim)),
            trained_at: 0,
            graph: None,
            changed: None,
            graph_always: false,
            ways: Ways::default(),
        }
    }

    /// Puts a photo's vector (unit norm) in, in place of the one it had.
    ///
    /// # Errors
    /// [`IndexError::DimensionMismatch`], [`IndexError::NotFinite`], [`IndexError::Io`]; the photo is
    /// not found then.
    pub fn insert(&mut self, id: PhotoId, vector: &[f16]) -> Result<(), IndexError> {
        let slot = self.put_row(id, vector)?;
        self.codes.put(slot, vector);
        Ok(())
    }

    /// Puts a photo's vector in without its code: [`Self::retrain`] must make the codes of all before
    /// anything is searched.
    ///
    /// # Errors
    /// As [`Self::insert`].
    pub fn fill(&mut self, id: PhotoId, vector: &[f16]) -> Result<(), IndexError> {
        self.put_row(id, vector).map(drop)
    }

    fn put_row(&mut self, id: PhotoId, vector: &[f16]) -> Result<usize, IndexError> {
        self.check(vector.len(), vector.iter().all(|v| v.is_finite()))?;
        if let Some(slot) = self.pages.slot(id) {
            self.leave_graph(slot);
        }
        let slot = self
            .pages
            .take(id)
            .ok_or(IndexError::NoSuchId { id: id.0 })?;
        self.enter_graph(slot);
        if let Err(error) = self.rows.put(slot, vector) {
            self.pages.release(id);
            return Err(error);
        }
        Ok(slot)
    }

    /// Takes a photo's vector out; answers whether there was one.
    pub fn remove(&mut self, id: PhotoId) -> bool {
        if let Some(slot) = self.pages.slot(id) {
            self.leave_graph(slot);
        }
        self.pages.release(id)
    }

    /// Counts the vectors.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Answers whether there is no vector.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Dimensions of every vector.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Visits the photos that have a vector, in no particular order.
    pub fn ids(&self) -> impl Iterator<Item = PhotoId> + '_ {
        self.pages.slots().map(|slot| self.pages.id(slot))
    }

    /// The photos that have a vector.
    #[must_use]
    pub fn photos(&self) -> &PhotoSet {
        self.pages.photos()
    }

    /// Answers whether a photo has a vector.
    #[must_use]
    pub fn contains(&self, id: PhotoId) -> bool {
        self.pages.slot(id).is_some()
    }

    /// A photo's vector: `dim` values, unit norm.
    #[must_use]
    pub fn get(&self, id: PhotoId) -> Option<&[f16]> {
        self.pages.slot(id).map(|slot| self.rows.get(slot))
    }

    /// Finds the `k` photos nearest to `query` (`[dim]`, unit norm), the nearest first.
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
        self.search_above(query, k, f32::NEG_INFINITY, candidates)
    }

    /// Finds the `k` photos nearest to `query` (`[dim]`, unit norm) of those whose cosine with it is
    /// `least` or more; a graph may answer with some below. The higher, the faster.
    ///
    /// # Errors
    /// [`IndexError::DimensionMismatch`], [`IndexError::NotFinite`] for the query.
    pub fn search_above(
        &self,
        query: &[f32],
        k: usize,
        least: f32,
        candidates: Candidates<'_>,
    ) -> Result<Nearest, IndexError> {
        self.check(query.len(), query.iter().all(|v| v.is_finite()))?;
        let wanted = self.pages.wanted(candidates);
        if k == 0 || wanted.count == 0 {
            return Ok(Nearest::none(wanted.count));
        }
        let k = k.min(wanted.count);
        let by_graph = self.by_graph(query, &wanted, k);
        Ok(by_graph.unwrap_or_else(|| self.scan(query).nearest(&wanted, k, least)))
    }

    /// Finds the photos whose cosine with `query` (`[dim]`, unit norm) is `least` or more, the
    /// nearest first.
    ///
    /// # Errors
    /// [`IndexError::DimensionMismatch`], [`IndexError::NotFinite`] for the query.
    pub fn within(
        &self,
        query: &[f32],
        least: f32,
        candidates: Candidates<'_>,
    ) -> Result<Nearest, IndexError> {
        self.check(query.len(), query.iter().all(|v| v.is_finite()))?;
        let wanted = self.pages.wanted(candidates);
        Ok(self.scan(query).above(&wanted, least))
    }

    /// Compares `query` (`[dim]`, unit norm) with each of a few photos; none for one without a
    /// vector.
    ///
    /// # Errors
    /// [`IndexError::DimensionMismatch`], [`IndexError::NotFinite`] for the query.
    pub fn cosines(&self, query: &[f32], ids: &[PhotoId]) -> Result<Vec<Option<f32>>, IndexError> {
        self.check(query.len(), query.iter().all(|v| v.is_finite()))?;
        let slots: Vec<Option<usize>> = ids.iter().map(|id| self.pages.slot(*id)).collect();
        let there: Vec<usize> = slots.iter().flatten().copied().collect();
        let mut cosines = Vec::with_capacity(there.len());
        self.scan(query)
            .compare(&there, |found| cosines.push(found.cosine));
        let mut cosines = cosines.into_iter();
        Ok(slots
            .into_iter()
            .map(|slot| slot.and_then(|_| cosines.next()))
            .collect())
    }

    /// Compares `query` (`[dim]`, unit norm) with about `count` photos, evenly taken.
    ///
    /// # Errors
    /// [`IndexError::DimensionMismatch`], [`IndexError::NotFinite`] for the query.
    pub fn sample(&self, query: &[f32], count: usize) -> Result<Vec<f32>, IndexError> {
        self.check(query.len(), query.iter().all(|v| v.is_finite()))?;
        let slots = self.sampled(count);
        let mut cosines = Vec::with_capacity(slots.len());
        self.scan(query)
            .compare(&slots, |found| cosines.push(found.cosine));
        Ok(cosines)
    }

    /// Bytes in memory for each vector, without the originals in a file.
    #[must_use]
    pub fn bytes_a_photo(&self) -> f64 {
        let pages = self.pages.owners().len() * (4 + 8 + 4);
        let graph = self.graph_bytes();
        (self.codes.bytes() + pages + graph) as f64 / self.len().max(1) as f64
    }

    /// Whether the space has grown so much that its quantizer should be learnt anew.
    #[must_use]
    pub fn wants_training(&self) -> bool {
        self.len() >= FIRST_TRAINING.max(self.trained_at * TRAIN_AFTER_GROWTH)
    }

    /// Learns a quantizer and makes all codes by it; searches can go on meanwhile.
    #[must_use]
    pub fn retrain(&self) -> Retrained {
        use rayon::prelude::*;
        let sample = self.sampled(TRAINED_ON);
        let rows = sample.iter().map(|slot| self.rows.get(*slot));
        let mut codes = Codes::new(Quantizer::train(self.dim, rows));
        let pages = self.pages.live().len();
        codes.reach(pages);
        let quantizer = codes.quantizer.clone();
        let encode = |page: usize| {
            let mut own = Codes::new(quantizer.clone());
            own.reach(1);
            let live = self.pages.live().get(page).copied().unwrap_or_default();
            for bit in super::pages::bits_of(live) {
                own.put(bit, self.rows.get(page * PAGE + bit));
            }
            own
        };
        let encoded: Vec<Codes> = (0..pages).into_par_iter().map(encode).collect();
        for (page, own) in encoded.iter().enumerate() {
            codes.copy_page(page, own);
        }
        Retrained {
            codes,
            trained_at: self.len(),
        }
    }

    /// Puts new codes in place; nothing may have changed since they were made.
    pub fn adopt(&mut self, retrained: Retrained) {
        self.codes = retrained.codes;
        self.trained_at = retrained.trained_at;
    }

    pub(super) fn scan<'a>(&'a self, query: &'a [f32]) -> Scan<'a> {
        Scan {
            rows: &self.rows,
            pages: &self.pages,
            codes: &self.codes,
            query,
            ways: self.ways,
        }
    }

    fn sampled(&self, count: usize) -> Vec<usize> {
        let step = (self.len() / count.max(1)).max(1);
        self.pages.slots().step_by(step).collect()
    }

    pub(super) fn check(&self, actual: usize, finite: bool) -> Result<(), IndexError> {
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
}

impl Nearest {
    fn none(compared: usize) -> Self {
        Self {
            neighbours: Vec::<Neighbour>::new(),
            compared: compared as u64,
            rescored: 0,
            by: By::ExactScan,
        }
    }
}
