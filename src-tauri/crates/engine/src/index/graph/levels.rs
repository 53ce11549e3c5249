//! Which of the next points goes up into the layers above the lowest.
//!
//! While `hnsw_rs` links a new point it holds the point's lock and asks for those of its
//! neighbours. Two points that link each other can wait for each other for ever, but only where
//! one of them lies in an upper layer: it lets go of its lock between layers, and then gets
//! neighbours younger than itself. Of points in the lowest layer alone each waits for older ones.
//! So a parallel build puts upper points in alone, and for that must know them beforehand. The
//! library draws them from a fixed seed, which is drawn here once more; whether both still agree is
//! checked while building.
//!
//! # Source
//! `hnsw_rs` 0.3.5, `LayerGenerator`; Malkov & Yashunin 2018, "Efficient and robust approximate
//! nearest neighbor search using Hierarchical Navigable Small World graphs", section 4.1. The same
//! waiting of two for each other was found in faiss: pull request 2143.

use rand::distr::Uniform;
use rand::rngs::{StdRng, Xoshiro256PlusPlus};
use rand::{RngExt as _, SeedableRng as _};

/// The library's own seed.
const SEED: u64 = 397;

/// The library's draws, in its order.
pub(super) struct Levels {
    draws: Option<(StdRng, Uniform<f64>)>,
    scale: f64,
}

impl Levels {
    /// Begins where a new graph with `m` links a point begins.
    pub(super) fn new(m: usize) -> Self {
        let draws = Uniform::new(0.0, 1.0).ok().map(|uniform| {
            let mut seed = Xoshiro256PlusPlus::seed_from_u64(SEED);
            (StdRng::from_rng(&mut seed), uniform)
        });
        Self {
            draws,
            scale: 1.0 / (m as f64).ln(),
        }
    }

    /// Counts the next points that stay in the lowest layer, `room` at most, and answers whether
    /// one above it ends them.
    pub(super) fn low_ones(&mut self, room: usize) -> (usize, bool) {
        for low in 0..room {
            if self.next_is_upper() {
                return (low, true);
            }
        }
        (room, false)
    }

    /// Draws the next point's level and answers whether it is above the lowest.
    fn next_is_upper(&mut self) -> bool {
        let Some((draws, uniform)) = &mut self.draws else {
            return true;
        };
        let draw = draws.sample(*uniform);
        -draw.ln() * self.scale >= 1.0
    }
}
