//! Groups in which every two are alike: agglomerative clustering by complete linkage.
//!
//! Of all pairs of groups whose members are *all* alike, the most alike two are joined, until there
//! is none left. How alike two groups are is how alike their least alike members are. Of equals the
//! groups with the lowest nodes are joined first, so the order of the edges does not matter.
//!
//! Only edges are ever looked at: two groups stay neighbours as long as there is an edge from every
//! member of the one to every member of the other, so joining two keeps the neighbours that both
//! have. The work is that of looking at each edge a few times, however many nodes there are.
//!
//! # Source
//! Sørensen, "A method of establishing groups of equal amplitude in plant sociology", 1948; Lance
//! and Williams, "A general theory of classificatory sorting strategies", 1967.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Two nodes that are alike enough to be in one group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// A node.
    pub a: u32,
    /// Another.
    pub b: u32,
    /// How alike they are, 0 or more.
    pub similarity: f32,
}

/// A group of two nodes or more.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// Its nodes, the lowest first.
    pub nodes: Vec<u32>,
    /// How alike the two least alike of them are.
    pub similarity: f32,
}

/// A pair of groups by how soon it is joined: likeness, then the lowest nodes. The bits of a float
/// that is not negative are in the order of the floats.
type Candidate = (u32, Reverse<u32>, Reverse<u32>);

/// Groups nodes; those that stay alone are left out. Groups come by their lowest node.
///
/// Of two edges between the same nodes the less alike one counts; an edge from a node to itself,
/// and one whose likeness is negative or no number, do not.
#[must_use]
pub fn complete_linkage(edges: &[Edge]) -> Vec<Linked> {
    let mut neighbours: BTreeMap<u32, BTreeMap<u32, f32>> = BTreeMap::new();
    for edge in edges {
        if edge.a != edge.b && edge.similarity >= 0.0 {
            for (from, to) in [(edge.a, edge.b), (edge.b, edge.a)] {
                let known = neighbours.entry(from).or_default();
                let likeness = known.entry(to).or_insert(edge.similarity);
                *likeness = likeness.min(edge.similarity);
            }
        }
    }
    let candidate = |a: u32, b: u32, likeness: f32| -> Candidate {
        (likeness.to_bits(), Reverse(a.min(b)), Reverse(a.max(b)))
    };
    let mut candidates: BinaryHeap<Candidate> = neighbours
        .iter()
        .flat_map(|(a, others)| others.range(a..).map(|(b, like)| candidate(*a, *b, *like)))
        .collect();
    let mut groups: BTreeMap<u32, Linked> = BTreeMap::new();
    while let Some((bits, Reverse(low), Reverse(high))) = candidates.pop() {
        let likeness = f32::from_bits(bits);
        let stands = neighbours.get(&low).and_then(|known| known.get(&high));
        // A pair that was joined to another group meanwhile, or is less alike now.
        if stands.is_none_or(|stands| stands.to_bits() != bits) {
            continue;
        }
        let mut group = taken(&mut groups, low);
        group.nodes.extend(taken(&mut groups, high).nodes);
        // What is joined later is never more alike, so the last likeness is the least.
        group.similarity = likeness;
        groups.insert(low, group);
        for (other, like) in join(&mut neighbours, low, high) {
            candidates.push(candidate(low, other, like));
        }
    }
    let mut groups: Vec<Linked> = groups.into_values().collect();
    for group in &mut groups {
        group.nodes.sort_unstable();
    }
    groups
}

fn taken(groups: &mut BTreeMap<u32, Linked>, node: u32) -> Linked {
    groups.remove(&node).unwrap_or(Linked {
        nodes: vec![node],
        similarity: 1.0,
    })
}

/// Makes one group of two, named by the lower node; answers the neighbours it has with how alike
/// they are.
fn join(
    neighbours: &mut BTreeMap<u32, BTreeMap<u32, f32>>,
    low: u32,
    high: u32,
) -> Vec<(u32, f32)> {
    let of_low = neighbours.remove(&low).unwrap_or_default();
    let of_high = neighbours.remove(&high).unwrap_or_default();
    let mut shared = BTreeMap::new();
    for (other, like) in &of_low {
        if let Some(also) = of_high.get(other) {
            shared.insert(*other, like.min(*also));
        }
    }
    for other in of_low.keys().chain(of_high.keys()) {
        if let Some(known) = neighbours.get_mut(other) {
            known.remove(&high);
            match shared.get(other) {
                Some(like) => known.insert(low, *like),
                None => known.remove(&low),
            };
        }
    }
    let answer = shared.iter().map(|(other, like)| (*other, *like)).collect();
    neighbours.insert(low, shared);
    answer
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use super::*;

    fn edge(a: u32, b: u32, similarity: f32) -> Edge {
        Edge { a, b, similarity }
    }

    fn nodes(groups: &[Linked]) -> Vec<&[u32]> {
        groups.iter().map(|group| group.nodes.as_slice()).collect()
    }

    /// Compares all pairs of groups member by member, every time.
    fn naive(edges: &[Edge]) -> Vec<Linked> {
        let mut like: HashMap<(u32, u32), f32> = HashMap::new();
        let mut groups: Vec<Linked> = Vec::new();
        for edge in edges {
            for pair in [(edge.a, edge.b), (edge.b, edge.a)] {
                let known = like.entry(pair).or_insert(edge.similarity);
                *known = known.min(edge.similarity);
            }
        }
        for node in like.keys().map(|(a, _)| *a).collect::<BTreeSet<u32>>() {
            groups.push(Linked {
                nodes: vec![node],
                similarity: 1.0,
            });
        }
        let least = |a: &Linked, b: &Linked| {
            let pairs = a
                .nodes
                .iter()
                .flat_map(|x| b.nodes.iter().map(move |y| (*x, *y)));
            let likes = pairs.map(|pair| like.get(&pair).copied().unwrap_or(-1.0));
            likes.fold(f32::INFINITY, f32::min)
        };
        loop {
            let mut best: Option<(f32, usize, usize)> = None;
            for a in 0..groups.len() {
                for b in a + 1..groups.len() {
                    let likeness = least(&groups[a], &groups[b]);
                    if likeness >= 0.0 && best.is_none_or(|(known, _, _)| likeness > known) {
                        best = Some((likeness, a, b));
                    }
                }
            }
            let Some((likeness, a, b)) = best else { break };
            let other = groups.remove(b);
            groups[a].nodes.extend(other.nodes);
            groups[a].nodes.sort_unstable();
            groups[a].similarity = likeness;
        }
        groups.retain(|group| group.nodes.len() > 1);
        groups
    }

    /// A small generator (Knuth, MMIX).
    struct Random(u64);

    impl Random {
        fn below(&mut self, end: u32) -> u32 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) as u32) % end
        }
    }

    #[test]
    fn a_chain_is_no_group() {
        let groups = complete_linkage(&[edge(1, 2, 0.9), edge(2, 3, 0.95)]);
        assert_eq!(nodes(&groups), [[2, 3]]);
        assert_eq!(groups[0].similarity, 0.95);
    }

    #[test]
    fn a_group_is_as_alike_as_its_least_alike_pair() {
        let groups = complete_linkage(&[edge(1, 2, 0.9), edge(2, 3, 0.95), edge(1, 3, 0.8)]);
        assert_eq!(nodes(&groups), [[1, 2, 3]]);
        assert_eq!(groups[0].similarity, 0.8);
    }

    #[test]
    fn edges_that_say_nothing_are_passed_over() {
        let edges = [edge(4, 4, 1.0), edge(1, 2, f32::NAN), edge(2, 3, -0.5)];
        assert_eq!(complete_linkage(&edges), []);
        assert_eq!(complete_linkage(&[]), []);
    }

    #[test]
    fn on_random_data_groups_are_those_of_the_naive_way_and_every_pair_is_alike() {
        let mut random = Random(5);
        for round in 0..400 {
            let count = 2 + random.below(22);
            let density = 1 + random.below(10);
            // Few different likenesses make many ties.
            let steps = if round % 2 == 0 { 4 } else { 1_000_000 };
            let mut edges = Vec::new();
            for a in 0..count {
                for b in a + 1..count {
                    if random.below(10) < density {
                        let like = random.below(steps) as f32 / steps as f32;
                        edges.push(if random.below(2) == 0 {
                            edge(a, b, like)
                        } else {
                            edge(b, a, like)
                        });
                    }
                }
            }
            for place in (1..edges.len()).rev() {
                edges.swap(place, random.below(place as u32 + 1) as usize);
            }
            let groups = complete_linkage(&edges);
            assert_eq!(groups, naive(&edges), "round {round}");
            let known = |a: u32, b: u32| {
                edges
                    .iter()
                    .find(|e| (e.a, e.b) == (a, b) || (e.a, e.b) == (b, a))
            };
            let mut seen = BTreeSet::new();
            for group in &groups {
                for (place, a) in group.nodes.iter().enumerate() {
                    assert!(seen.insert(*a), "node {a} is in two groups");
                    for b in &group.nodes[place + 1..] {
                        let edge = known(*a, *b).expect("a pair without an edge");
                        assert!(edge.similarity >= group.similarity);
                    }
                }
            }
        }
    }
}
