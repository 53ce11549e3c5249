//! Cosine distance between points of the graph, whose vectors stay where they are.
//!
//! The graph's own data of a point is two numbers, its row and its name. That saves a copy of
//! every vector. A point whose row may be overwritten, because its photo is gone or has another
//! vector, keeps a copy of the vector it stands for: it is still walked through.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use half::f16;
use half::slice::HalfFloatSliceExt as _;
use hnsw_rs::prelude::Distance;

use super::RowSource;
use crate::index::dot::Path;

/// The name of what is searched for; no point of the graph has it.
pub(super) const QUERY: u32 = u32::MAX;
/// Distance of opposite vectors, and of a point without one: nothing is further away.
const FARTHEST: f32 = 2.0;
/// Bits that tell cheaply that a point has no copy: most of 1,000,000 with 200,000 copies.
const MARKS: usize = 1 << 20;

/// What the graph keeps of a point: its row, then its name.
pub(super) type Datum = [u32; 2];

thread_local! {
    /// The vector this thread searches for or puts in, widened once, and the name it goes by.
    static CURRENT: RefCell<(u32, Vec<f32>)> = const { RefCell::new((QUERY, Vec::new())) };
}

/// The vectors of all points.
pub(super) struct Vectors {
    rows: Arc<dyn RowSource>,
    path: Path,
    kept: RwLock<HashMap<u32, Box<[f16]>>>,
    marks: Box<[AtomicU64]>,
}

impl Vectors {
    pub(super) fn new(rows: Arc<dyn RowSource>) -> Self {
        Self {
            rows,
            path: Path::detect(),
            kept: RwLock::default(),
            marks: (0..MARKS / 64).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    pub(super) fn dim(&self) -> usize {
        self.rows.dim()
    }

    /// Copies a row; none where there is no such row or it is no vector.
    pub(super) fn row(&self, slot: u32) -> Option<Box<[f16]>> {
        let mut copy = None;
        self.rows.with_row(slot, &mut |row| {
            let sound = row.len() == self.dim() && row.iter().all(|value| value.is_finite());
            copy = sound.then(|| Box::from(row));
        });
        copy
    }

    /// Lets a point have a vector of its own; an empty one puts it out of every way.
    pub(super) fn keep(&self, point: u32, vector: Box<[f16]>) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(point, vector);
        if let Some((word, bit)) = self.mark(point) {
            word.fetch_or(bit, Ordering::Release);
        }
    }

    /// Whether a point has a vector of its own.
    pub(super) fn is_kept(&self, point: u32) -> bool {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.contains_key(&point)
    }

    /// The points with a vector of their own, in order.
    pub(super) fn kept(&self) -> Vec<(u32, Box<[f16]>)> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = kept
            .iter()
            .map(|(&point, own)| (point, own.clone()))
            .collect();
        all.sort_unstable_by_key(|&(point, _)| point);
        all
    }

    /// Bytes of the copies.
    pub(super) fn kept_bytes(&self) -> usize {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.len() * (self.dim() * size_of::<f16>() + 48) + MARKS / 8
    }

    /// Does something while this thread stands for a vector (`dim` values) under a name.
    pub(super) fn standing_for<T>(name: u32, vector: &[f32], work: impl FnOnce() -> T) -> T {
        CURRENT.with_borrow_mut(|(current, values)| {
            *current = name;
            values.clear();
            values.extend_from_slice(vector);
        });
        let done = work();
        CURRENT.with_borrow_mut(|(current, _)| *current = QUERY);
        done
    }

    fn mark(&self, point: u32) -> Option<(&AtomicU64, u64)> {
        let at = point as usize % MARKS;
        let word = self.marks.get(at / 64)?;
        Some((word, 1 << (at % 64)))
    }

    fn may_be_kept(&self, point: u32) -> bool {
        self.mark(point)
            .is_some_and(|(word, bit)| word.load(Ordering::Acquire) & bit != 0)
    }

    /// Looks at a point's vector; false where it has none.
    fn with(&self, datum: Datum, look: &mut dyn FnMut(&[f16])) -> bool {
        let [slot, point] = datum;
        if self.may_be_kept(point) {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(own) = kept.get(&point) {
                look(own);
                return !own.is_empty();
            }
        }
        self.rows.with_row(slot, look)
    }

    fn cosine_to(&self, vector: &[f32], datum: Datum) -> Option<f32> {
        let mut cosine = 0.0;
        self.with(datum, &mut |row| {
            cosine = self.path.with_query(vector, row);
        })
        .then_some(cosine)
    }

    fn cosine_of(&self, left: Datum, right: Datum) -> Option<f32> {
        if self.may_be_kept(left[1]) || self.may_be_kept(right[1]) {
            // A copy, so that the caller's lock is never asked for while it is held.
            let mut wide = vec![0.0; self.dim()];
            let found = self.with(left, &mut |row| {
                if row.len() == wide.len() {
                    row.convert_to_f32_slice(&mut wide);
                }
            });
            return self.cosine_to(&wide, right).filter(|_| found);
        }
        let mut cosine = 0.0;
        self.rows
            .with_rows(left[0], right[0], &mut |left, right| {
                cosine = self.path.of_rows(left, right);
            })
            .then_some(cosine)
    }
}

/// 1 − cosine, 0 … 2.
pub(super) struct RowDistance(pub(super) Arc<Vectors>);

impl Distance<u32> for RowDistance {
    /// The library asserts that no distance is negative and ends the thread over one that is not a
    /// number, so rounding and missing vectors are put right here.
    fn eval(&self, left: &[u32], right: &[u32]) -> f32 {
        let (&[left_slot, left], &[right_slot, right]) = (left, right) else {
            return FARTHEST;
        };
        let other = [right_slot, right];
        let cosine = CURRENT.with_borrow(|(current, vector)| {
            (*current == left && vector.len() == self.0.dim())
                .then(|| self.0.cosine_to(vector, other))
        });
        let cosine = match cosine {
            Some(cosine) => cosine,
            None => self.0.cosine_of([left_slot, left], other),
        };
        match cosine {
            Some(cosine) if !cosine.is_nan() => (1.0 - cosine).clamp(0.0, FARTHEST),
            _ => FARTHEST,
        }
    }
}
