//! Clustered vectors, and the exact answer to compare with.

use std::sync::{Arc, RwLock};

use half::f16;

use crate::index::graph::{Graph, GraphParams, RowSource};

pub const DIM: usize = 24;

pub const PARAMS: GraphParams = GraphParams {
    m: 8,
    ef_construction: 60,
    seed: 5,
};

/// Numbers from a seed (xorshift, Marsaglia 2003).
pub struct Draws(pub u64);

impl Draws {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from((self.next() >> 16) % end as u64).unwrap()
    }

    /// Nearly normal, spread about 0.58.
    fn near(&mut self) -> f32 {
        let mut halves = || (self.next() >> 40) as f32 / (1 << 24) as f32 - 0.5;
        (0..4).map(|_| halves()).sum()
    }

    /// A unit vector in one of some clusters.
    pub fn vector(&mut self, clusters: u64) -> Vec<f32> {
        let mut centre = Draws(0x9e37 + 7919 * (self.next() % clusters + 1));
        let mut vector: Vec<f32> = (0..DIM)
            .map(|_| centre.near() + 0.6 * self.near())
            .collect();
        let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
        vector.iter_mut().for_each(|v| *v /= norm);
        vector
    }
}

/// Rows in memory that may change.
pub struct Rows(RwLock<Vec<f16>>);

impl Rows {
    pub fn drawn(count: usize, draws: &mut Draws) -> Arc<Self> {
        let values = (0..count).flat_map(|_| draws.vector(20));
        Arc::new(Self(RwLock::new(values.map(f16::from_f32).collect())))
    }

    pub fn of(vectors: &[Vec<f32>]) -> Arc<Self> {
        let values = vectors.iter().flatten().map(|v| f16::from_f32(*v));
        Arc::new(Self(RwLock::new(values.collect())))
    }

    pub fn put(&self, row: u32, vector: &[f32]) {
        let mut values = self.0.write().unwrap();
        let start = row as usize * DIM;
        for (old, new) in values[start..start + DIM].iter_mut().zip(vector) {
            *old = f16::from_f32(*new);
        }
    }

    pub fn row(&self, row: u32) -> Vec<f32> {
        let values = self.0.read().unwrap();
        let start = row as usize * DIM;
        values[start..start + DIM]
            .iter()
            .map(|v| v.to_f32())
            .collect()
    }

    /// The `k` nearest of those rows, by a scan.
    pub fn nearest(&self, query: &[f32], k: usize, of: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut all: Vec<(u32, f32)> = of.map(|row| (row, cosine(query, &self.row(row)))).collect();
        all.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        all.into_iter().take(k).map(|(row, _)| row).collect()
    }

    pub fn build(self: &Arc<Self>, rows: impl Iterator<Item = u32>) -> Graph {
        let slots: Vec<u32> = rows.collect();
        Graph::build(self.clone(), &slots, PARAMS, 2, &|_| true).unwrap()
    }
}

impl RowSource for Rows {
    fn dim(&self) -> usize {
        DIM
    }

    fn with_row(&self, row: u32, look: &mut dyn FnMut(&[f16])) -> bool {
        let values = self.0.read().unwrap();
        let start = row as usize * DIM;
        values.get(start..start + DIM).map(look).is_some()
    }

    fn with_rows(&self, left: u32, right: u32, look: &mut dyn FnMut(&[f16], &[f16])) -> bool {
        let values = self.0.read().unwrap();
        let row = |row: u32| values.get(row as usize * DIM..(row as usize + 1) * DIM);
        row(left).zip(row(right)).map(|(l, r)| look(l, r)).is_some()
    }
}

pub fn cosine(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

pub fn rows_of(found: &[(u32, f32)]) -> Vec<u32> {
    found.iter().map(|&(row, _)| row).collect()
}
