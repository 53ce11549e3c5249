//! Keeps the `k` nearest of a stream, and knows at any time what does not belong to them.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Neighbour;

/// The `k` nearest seen so far of those that are near enough. Whatever the order of arrival, the
/// same ones are kept.
pub(super) struct Best {
    k: usize,
    /// The lowest cosine that counts.
    least: f32,
    kept: BinaryHeap<Ranked>,
}

/// A neighbour in the order of an answer: the nearer first, then the smaller id.
#[derive(Clone, Copy, Debug)]
struct Ranked(Neighbour);

impl Best {
    pub(super) fn new(k: usize, least: f32) -> Self {
        Self {
            k,
            least,
            kept: BinaryHeap::new(),
        }
    }

    /// How many are wanted.
    pub(super) fn k(&self) -> usize {
        self.k
    }

    pub(super) fn offer(&mut self, neighbour: Neighbour) {
        if neighbour.cosine < self.least {
            return;
        }
        if self.kept.len() < self.k {
            self.kept.push(Ranked(neighbour));
        } else if let Some(mut worst) = self.kept.peek_mut()
            && Ranked(neighbour) < *worst
        {
            *worst = Ranked(neighbour);
        }
    }

    /// The cosine below which nothing belongs to the nearest; none while any does.
    pub(super) fn limit(&self) -> Option<f32> {
        let full = self.kept.len() == self.k;
        let worst = self.kept.peek().filter(|_| full);
        let limit = worst.map_or(self.least, |worst| worst.0.cosine);
        (limit > f32::NEG_INFINITY).then_some(limit)
    }

    /// Answers the nearest, the very nearest first.
    pub(super) fn into_sorted(self) -> Vec<Neighbour> {
        let sorted = self.kept.into_sorted_vec();
        sorted.into_iter().map(|ranked| ranked.0).collect()
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        rank(&self.0, &other.0)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

/// The nearer first, then the smaller id: a strict order, so that pages never overlap.
pub(super) fn rank(left: &Neighbour, right: &Neighbour) -> Ordering {
    right
        .cosine
        .total_cmp(&left.cosine)
        .then(left.id.cmp(&right.id))
}
