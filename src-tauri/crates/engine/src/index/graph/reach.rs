//! Which points a search can come to at all.
//!
//! A full list of links lets go of its farthest. A point that lies apart is the farthest of all its
//! neighbours, and may end up with links to others and none to itself. The graph does not answer
//! for such a point, so that a scan does.

use hnsw_rs::hnsw::Point;

use super::Graph;
use super::distance::Datum;

/// Candidates among which a new point must find itself: few, so that most searches find it.
const OWN_EF: usize = 32;

impl Graph {
    /// Takes the rows of points out that no way leads to; answers how many points there were.
    pub(super) fn leave_out_unreached(&self) -> usize {
        let links = self.all_links();
        let mut reached = vec![false; links.len()];
        let mut next: Vec<u32> = self.entry().into_iter().collect();
        while let Some(point) = next.pop() {
            let Some(seen) = reached.get_mut(point as usize) else {
                continue;
            };
            if !std::mem::replace(seen, true) {
                next.extend(links.get(point as usize).into_iter().flatten());
            }
        }
        let lost: Vec<u32> = (0..)
            .zip(&reached)
            .filter(|(_, seen)| !**seen)
            .map(|(point, _)| point)
            .collect();
        self.change(|points| lost.iter().for_each(|&point| points.drop_point(point)));
        lost.len()
    }

    /// Whether a search for a point's own vector finds it; this thread stands for that vector.
    pub(super) fn finds_itself(&self, datum: Datum) -> bool {
        let [_, point] = datum;
        let found = self.links.search(&datum, OWN_EF, OWN_EF);
        found.iter().any(|found| found.d_id == point as usize)
    }

    /// The links of each point, in all layers.
    fn all_links(&self) -> Vec<Box<[u32]>> {
        let mut links = vec![Box::default(); self.known(super::Points::len)];
        if self.links.get_nb_point() == 0 {
            return links;
        }
        for point in self.links.get_point_indexation() {
            if let Some(place) = links.get_mut(point.get_origin_id()) {
                *place = links_of(&point);
            }
        }
        links
    }

    /// Where every search begins: a point of the highest layer, the first that got there.
    fn entry(&self) -> Option<u32> {
        let layer = usize::from(self.links.get_max_level_observed());
        let points = self.links.get_point_indexation();
        let first = points.get_layer_iterator(layer).next()?;
        u32::try_from(first.get_origin_id()).ok()
    }
}

fn links_of(point: &Point<'_, u32>) -> Box<[u32]> {
    let layers = point.get_neighborhood_id();
    let linked = layers.iter().flatten();
    linked
        .filter_map(|link| u32::try_from(link.d_id).ok())
        .collect()
}
