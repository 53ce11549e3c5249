//! Building a graph from many rows at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::levels::Levels;
use super::points::name_of;
use super::{Graph, GraphError, GraphParams, RowSource};

/// So many points go in one by one, so that those beside each other find something to link to.
const ALONE: usize = 256;
/// So many points go in between two reports.
const AT_ONCE: usize = 256;

impl Graph {
    /// Builds a graph of rows on some threads.
    ///
    /// `go_on` is told how many points are in and answers whether to go on; it is asked every few
    /// hundred points. Rows that cannot be read, are no finite vectors, or that no search would
    /// come to are left out. Rows may change meanwhile: what did must then be taken out of the
    /// graph and put in again.
    ///
    /// # Errors
    /// [`GraphError::Cancelled`], [`GraphError::Broken`].
    pub fn build(
        rows: Arc<dyn RowSource>,
        slots: &[u32],
        params: GraphParams,
        threads: usize,
        go_on: &dyn Fn(usize) -> bool,
    ) -> Result<Self, GraphError> {
        let broken = |_| GraphError::Broken { done: "built" };
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads.max(1))
            .thread_name(|i| format!("graph-{i}"))
            .build()
            .map_err(|_| GraphError::Broken { done: "built" })?;
        let mut graph = Self::empty(rows, params, slots.len());
        let homes = graph.name_points(&shuffled(slots, params.seed), go_on)?;
        catch_unwind(AssertUnwindSafe(|| graph.link_all(&homes, &pool, go_on)))
            .map_err(broken)??;
        graph.leave_out_unreached();
        graph.at_first = homes.len();
        Ok(graph)
    }

    /// Gives each vector a point; answers the row of each point.
    fn name_points(
        &self,
        slots: &[u32],
        go_on: &dyn Fn(usize) -> bool,
    ) -> Result<Vec<u32>, GraphError> {
        let mut homes = Vec::with_capacity(slots.len());
        for some in slots.chunks(AT_ONCE) {
            if !go_on(0) {
                return Err(GraphError::Cancelled);
            }
            for &slot in some {
                self.name_point(slot, &mut homes);
            }
        }
        Ok(homes)
    }

    fn name_point(&self, slot: u32, homes: &mut Vec<u32>) {
        let Some(name) = self.vectors.row(slot).map(|row| name_of(&row)) else {
            return;
        };
        self.change(|points| {
            if points.point_of(slot).is_some() {
                return;
            }
            let point = points.named(name).or_else(|| {
                homes.push(slot);
                points.reserve(name)
            });
            if let Some(point) = point {
                points.attach(point, slot);
            }
        });
    }

    /// Links the points in their order: those of the lowest layer beside each other, others alone.
    fn link_all(
        &self,
        homes: &[u32],
        pool: &ThreadPool,
        go_on: &dyn Fn(usize) -> bool,
    ) -> Result<(), GraphError> {
        let mut levels = Levels::new(self.links.get_max_nb_connection() as usize);
        let mut foreseen = true;
        let mut done = 0;
        while done < homes.len() {
            if !go_on(done) {
                return Err(GraphError::Cancelled);
            }
            let room = AT_ONCE.min(homes.len() - done);
            let (low, upper) = levels.low_ones(room);
            let before = self.in_lowest_layer();
            if foreseen && done >= ALONE {
                pool.install(|| {
                    (done..done + low)
                        .into_par_iter()
                        .for_each(|point| self.link_home(point, homes));
                });
            } else {
                (done..done + low).for_each(|point| self.link_home(point, homes));
            }
            // Were the library to draw otherwise, building would be slower from here on, not wrong.
            foreseen &= self.in_lowest_layer() == before + low;
            done += low;
            if upper {
                self.link_home(done, homes);
                done += 1;
            }
        }
        Ok(())
    }

    fn link_home(&self, point: usize, homes: &[u32]) {
        let (Some(&slot), Ok(name)) = (homes.get(point), u32::try_from(point)) else {
            return;
        };
        match self.vectors.row(slot) {
            Some(vector) => self.link([slot, name], &vector),
            None => self.change(|points| {
                points.detach(slot);
                points.forget(name);
            }),
        }
    }

    pub(super) fn in_lowest_layer(&self) -> usize {
        self.links.get_point_indexation().get_layer_nb_point(0)
    }
}

/// The rows in an order drawn from the seed.
///
/// # Source
/// Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators" (SplitMix64), and
/// Fisher and Yates' shuffle.
fn shuffled(slots: &[u32], seed: u64) -> Vec<u32> {
    let mut order = slots.to_vec();
    let mut state = seed;
    for last in (1..order.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut draw = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        draw = (draw ^ (draw >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        draw ^= draw >> 31;
        // The high half of the product is below `last + 1`.
        let place = (u128::from(draw) * (last as u128 + 1)) >> 64;
        order.swap(last, usize::try_from(place).unwrap_or(last));
    }
    order
}
