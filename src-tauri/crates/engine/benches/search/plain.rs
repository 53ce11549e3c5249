//! The plain scan that everything is compared with: every product in f32, then the best of them.

use anyhow::{Context as _, Result};
use latent_engine::ids::PhotoId;
use latent_engine::photo_set::PhotoSet;
use rayon::prelude::*;

use crate::data::{K, Space};

/// Products that are summed side by side, so that the compiler uses vectors.
const LANES: usize = 16;

/// Two vectors as near as this to a query are equally near: sums in another order differ by so
/// much.
const ROUNDING: f32 = 1e-6;

/// A product in f32.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>();
    sums.iter().sum::<f32>() + rest
}

/// Scans all rows, or those of some ids; answers the ids of the nearest.
pub fn scan(rows: &[f32], query: &[f32], only: Option<&[usize]>) -> Vec<i64> {
    let dim = query.len();
    let mut scores: Vec<(f32, usize)> = match only {
        None => rows
            .par_chunks_exact(dim)
            .enumerate()
            .map(|(id, row)| (dot(row, query), id))
            .collect(),
        Some(ids) => ids
            .par_iter()
            .with_min_len(1_000)
            .map(|id| (dot(row(rows, dim, *id), query), *id))
            .collect(),
    };
    if scores.len() > K {
        scores.select_nth_unstable_by(K, |a, b| b.0.total_cmp(&a.0));
        scores.truncate(K);
    }
    scores.into_iter().map(|(_, id)| id as i64).collect()
}

/// Counts the true nearest of a query among those found; an equally near photo is as good.
pub fn count_found(rows: &[f32], query: &[f32], truth: &[i64], found: &[i64]) -> usize {
    let cosine = |id: &i64| dot(row(rows, query.len(), *id as usize), query);
    let least = truth.iter().map(cosine).fold(f32::INFINITY, f32::min) - ROUNDING;
    let good = found.iter().filter(|id| cosine(id) >= least).count();
    good.min(truth.len())
}

fn row(rows: &[f32], dim: usize, id: usize) -> &[f32] {
    rows.get(id * dim..(id + 1) * dim).unwrap_or_default()
}

/// The nearest of every query with every filter, found in one pass over the vectors.
pub struct Truth {
    dim: usize,
    queries: Vec<f32>,
    filters: Vec<Option<PhotoSet>>,
    /// By query and filter.
    nearest: Vec<Vec<Few>>,
}

impl Truth {
    /// Begins without having seen a vector.
    ///
    /// # Errors
    /// The space cannot be read.
    pub fn begin(space: &Space) -> Result<Self> {
        let filters = (0..space.about.filters.len()).map(|number| space.filter(number));
        let filters: Vec<_> = filters.collect::<Result<_>>()?;
        Ok(Self {
            dim: space.about.dim,
            queries: space.queries()?,
            nearest: vec![vec![Few::default(); filters.len()]; space.about.queries],
            filters,
        })
    }

    /// Looks at some vectors, `[rows, dim]`, of which the first has the id `first`.
    pub fn see(&mut self, first: usize, rows: &[f32]) {
        let (dim, filters) = (self.dim, &self.filters);
        let queries = self.queries.par_chunks_exact(dim);
        let each = self.nearest.par_iter_mut().zip(queries).with_min_len(8);
        each.for_each(|(nearest, query)| {
            for (offset, row) in rows.chunks_exact(dim).enumerate() {
                let (id, cosine) = (first + offset, dot(row, query));
                for (few, filter) in nearest.iter_mut().zip(filters) {
                    let passes = |set: &PhotoSet| set.contains(PhotoId(id as i64));
                    if few.wants(cosine) && filter.as_ref().is_none_or(passes) {
                        few.put(cosine, id);
                    }
                }
            }
        });
    }

    /// The ids by filter and query, the nearest first.
    ///
    /// # Errors
    /// Never, unless there are fewer filters than it began with.
    pub fn end(self) -> Result<Vec<Vec<Vec<i64>>>> {
        let ids = |few: &Few| few.0.iter().map(|(_, id)| *id as i64).collect();
        let of = |filter: usize| {
            let each = self.nearest.iter();
            each.map(|by_filter| Ok(ids(by_filter.get(filter).context("a filter is missing")?)))
                .collect()
        };
        (0..self.filters.len()).map(of).collect()
    }
}

/// The nearest so far, the nearest first.
#[derive(Clone, Default)]
struct Few(Vec<(f32, usize)>);

impl Few {
    fn wants(&self, cosine: f32) -> bool {
        self.0.len() < K || self.0.last().is_some_and(|(least, _)| cosine > *least)
    }

    fn put(&mut self, cosine: f32, id: usize) {
        let place = self.0.partition_point(|(other, _)| *other >= cosine);
        self.0.insert(place, (cosine, id));
        self.0.truncate(K);
    }
}
