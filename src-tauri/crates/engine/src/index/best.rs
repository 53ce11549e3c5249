//! Keeps the `k` best of a stream.

use std::cmp::Ordering;

use super::Neighbour;

/// The `k` nearest seen so far. Whatever the order of arrival, the same ones are kept.
pub(super) struct Best {
    k: usize,
    kept: Vec<Neighbour>,
    /// The worst of `k` known good ones: what does not rank before it cannot be among the best.
    floor: Option<Neighbour>,
}

impl Best {
    pub(super) fn new(k: usize) -> Self {
        Self {
            k,
            kept: Vec::new(),
            floor: None,
        }
    }

    pub(super) fn offer(&mut self, neighbour: Neighbour) {
        if self
            .floor
            .is_some_and(|floor| rank(&neighbour, &floor) != Ordering::Less)
        {
            return;
        }
        self.kept.push(neighbour);
        // Room for twice as many spares the sorting of most arrivals; a heap sifts each.
        if self.kept.len() >= self.k.saturating_mul(2).max(64) {
            self.shrink();
        }
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        for neighbour in other.kept {
            self.offer(neighbour);
        }
        self
    }

    /// Answers the best, the nearest first.
    pub(super) fn into_sorted(mut self) -> Vec<Neighbour> {
        self.kept.sort_unstable_by(rank);
        self.kept.truncate(self.k);
        self.kept
    }

    fn shrink(&mut self) {
        let Some(last) = self.k.checked_sub(1) else {
            return self.kept.clear();
        };
        if self.kept.len() > self.k {
            let (_, &mut worst, _) = self.kept.select_nth_unstable_by(last, rank);
            self.floor = Some(worst);
            self.kept.truncate(self.k);
        }
    }
}

/// The nearer first, then the smaller id: a strict order, so that pages never overlap.
pub(super) fn rank(left: &Neighbour, right: &Neighbour) -> Ordering {
    right
        .cosine
        .total_cmp(&left.cosine)
        .then(left.id.cmp(&right.id))
}
