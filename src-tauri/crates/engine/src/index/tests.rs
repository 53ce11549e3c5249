//! The index against plain arithmetic, on seeded vectors.

mod concurrent;
mod graphs;
mod pairs;
mod recall;
mod snapshots;

use half::f16;

use super::rotation::mixed;
use super::{Candidates, IndexError, Nearest, VectorIndex};
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;

/// A small generator: the same numbers on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    fn unit_vector(&mut self, dim: usize) -> Vec<f32> {
        let value = |number: u64| (number >> 40) as f32 / (1_u32 << 23) as f32 - 1.0;
        unit((0..dim).map(|_| value(self.next())).collect())
    }

    /// A vector near one of some centres.
    fn near(&mut self, centres: &[Vec<f32>], spread: f32) -> Vec<f32> {
        let centre = &centres[self.next() as usize % centres.len()];
        let noise = self.unit_vector(centre.len());
        unit(
            centre
                .iter()
                .zip(noise)
                .map(|(c, n)| c + spread * n)
                .collect(),
        )
    }
}

fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|x| *x /= norm);
    vector
}

fn halves(vector: &[f32]) -> Vec<f16> {
    vector.iter().map(|&v| f16::from_f32(v)).collect()
}

fn filled(dim: usize, count: usize, random: &mut Random) -> VectorIndex {
    let mut index = VectorIndex::new(dim);
    for i in 0..count {
        let id = PhotoId(i as i64 * 3 + 1);
        index.insert(id, &halves(&random.unit_vector(dim))).unwrap();
    }
    if index.wants_training() {
        let retrained = index.retrain();
        index.adopt(retrained);
    }
    index
}

/// Every photo scored in plain double precision, the best first.
fn plainly(index: &VectorIndex, query: &[f32], only: Option<&PhotoSet>) -> Vec<(PhotoId, f64)> {
    let score = |id: PhotoId| -> f64 {
        let row = index.get(id).unwrap();
        query
            .iter()
            .zip(row)
            .map(|(&q, r)| f64::from(q) * r.to_f64())
            .sum()
    };
    let mut all: Vec<_> = index
        .ids()
        .filter(|id| only.is_none_or(|only| only.contains(*id)))
        .map(|id| (id, score(id)))
        .collect();
    all.sort_by(|l, r| r.1.total_cmp(&l.1).then(l.0.cmp(&r.0)));
    all
}

/// Checks an answer: each neighbour's cosine, the order, and how many of the true ones it has.
fn check(found: &Nearest, expect: &[(PhotoId, f64)], k: usize) -> usize {
    let found = &found.neighbours;
    assert_eq!(found.len(), k.min(expect.len()));
    let own = |id| expect.iter().find(|(other, _)| *other == id).unwrap().1;
    for neighbour in found {
        assert!((f64::from(neighbour.cosine) - own(neighbour.id)).abs() < 1e-5);
    }
    assert!(found.is_sorted_by(|a, b| (b.cosine, a.id) < (a.cosine, b.id)));
    let last = expect
        .get(k.saturating_sub(1))
        .map_or(f64::NEG_INFINITY, |last| last.1);
    found.iter().filter(|n| own(n.id) >= last - 1e-6).count()
}

#[test]
fn small_spaces_are_answered_exactly() {
    let mut random = Random(0x5eed);
    for (dim, count) in [(1, 5), (3, 1), (16, 100), (37, 150), (128, 190)] {
        let index = filled(dim, count, &mut random);
        for k in [1, 2, 10, count, count + 7] {
            let query = random.unit_vector(dim);
            let found = index.search(&query, k, Candidates::All).unwrap();
            let expect = plainly(&index, &query, None);
            assert_eq!(check(&found, &expect, k), k.min(count), "{dim} {count} {k}");
            assert_eq!(found.compared, count as u64);
        }
    }
}

#[test]
fn an_index_holds_what_was_put_in_last_and_not_what_was_taken_out() {
    let mut index = VectorIndex::new(2);
    let (east, north) = (halves(&[1.0, 0.0]), halves(&[0.0, 1.0]));
    index.insert(PhotoId(7), &east).unwrap();
    index.insert(PhotoId(9), &east).unwrap();
    index.insert(PhotoId(7), &north).unwrap();
    assert_eq!(
        (index.len(), index.get(PhotoId(7))),
        (2, Some(north.as_slice()))
    );
    assert!(index.remove(PhotoId(9)) && !index.remove(PhotoId(9)));
    assert!(!index.contains(PhotoId(9)) && index.get(PhotoId(9)).is_none());
    assert_eq!(index.ids().collect::<Vec<_>>(), [PhotoId(7)]);
    let found = index.search(&[1.0, 0.0], 5, Candidates::All).unwrap();
    assert_eq!(found.neighbours.len(), 1);
    index.remove(PhotoId(7));
    assert!(index.is_empty());
    // A page that was freed is used again, by other ids.
    index.insert(PhotoId(1_000_000), &east).unwrap();
    assert_eq!(index.ids().collect::<Vec<_>>(), [PhotoId(1_000_000)]);
    assert_eq!(index.get(PhotoId(1_000_000)), Some(east.as_slice()));
}

#[test]
fn a_random_history_leaves_what_a_map_would() {
    let mut random = Random(3);
    let mut index = VectorIndex::new(4);
    let mut map = std::collections::BTreeMap::new();
    for _ in 0..5_000 {
        let id = PhotoId((random.next() % 700) as i64);
        if random.next().is_multiple_of(3) {
            assert_eq!(index.remove(id), map.remove(&id).is_some());
        } else {
            let vector = halves(&random.unit_vector(4));
            index.insert(id, &vector).unwrap();
            map.insert(id, vector);
        }
    }
    assert_eq!(index.len(), map.len());
    let mut ids: Vec<PhotoId> = index.ids().collect();
    ids.sort_unstable();
    assert!(ids.iter().eq(map.keys()));
    assert!(
        map.iter()
            .all(|(id, vector)| index.get(*id) == Some(vector.as_slice()))
    );
}

#[test]
fn ties_are_broken_by_id_also_where_k_cuts() {
    let mut index = VectorIndex::new(2);
    for id in [5, 3, 9, 1, 70] {
        index.insert(PhotoId(id), &halves(&[1.0, 0.0])).unwrap();
    }
    let found = index.search(&[1.0, 0.0], 3, Candidates::All).unwrap();
    assert_eq!(
        found.neighbours.iter().map(|n| n.id.0).collect::<Vec<_>>(),
        [1, 3, 5]
    );
}

#[test]
fn candidates_without_a_vector_are_passed_over() {
    let mut index = VectorIndex::new(2);
    index.insert(PhotoId(1), &halves(&[1.0, 0.0])).unwrap();
    index.insert(PhotoId(2), &halves(&[0.0, 1.0])).unwrap();
    let only: PhotoSet = [2, 3, 5_000].into_iter().map(PhotoId).collect();
    let found = index
        .search(&[1.0, 0.0], 5, Candidates::Only(&only))
        .unwrap();
    assert_eq!((found.neighbours.len(), found.compared), (1, 1));
    let none = index
        .search(&[1.0, 0.0], 5, Candidates::Only(&PhotoSet::new()))
        .unwrap();
    assert!(none.neighbours.is_empty());
    let few = index
        .cosines(&[1.0, 0.0], &[PhotoId(3), PhotoId(1), PhotoId(2)])
        .unwrap();
    assert_eq!(few, [None, Some(1.0), Some(0.0)]);
}

#[test]
fn a_vector_of_another_size_is_refused() {
    let mut index = VectorIndex::new(3);
    let refused = |error| {
        matches!(
            error,
            IndexError::DimensionMismatch {
                expected: 3,
                actual: 2
            }
        )
    };
    assert!(refused(
        index.insert(PhotoId(1), &halves(&[1.0, 0.0])).unwrap_err()
    ));
    assert!(refused(
        index.search(&[1.0, 0.0], 1, Candidates::All).unwrap_err()
    ));
    assert!(refused(
        index.within(&[1.0, 0.0], 0.0, Candidates::All).unwrap_err()
    ));
    assert!(refused(index.sample(&[1.0, 0.0], 1).unwrap_err()));
    assert!(refused(index.cosines(&[1.0, 0.0], &[]).unwrap_err()));
    assert!(index.is_empty());
}

#[test]
fn what_is_no_number_is_refused_and_never_ranks() {
    let mut index = VectorIndex::new(2);
    for wrong in [f16::NAN, f16::INFINITY] {
        let refused = index.insert(PhotoId(1), &[wrong, f16::ONE]);
        assert!(matches!(refused, Err(IndexError::NotFinite)));
    }
    assert!(matches!(
        index.insert(PhotoId(-4), &halves(&[1.0, 0.0])),
        Err(IndexError::NoSuchId { id: -4 })
    ));
    index.insert(PhotoId(2), &[f16::MAX, f16::MIN]).unwrap();
    index.insert(PhotoId(3), &halves(&[1.0, 0.0])).unwrap();
    let refused = index.search(&[f32::NAN, 0.0], 1, Candidates::All);
    assert!(matches!(refused, Err(IndexError::NotFinite)));
    let found = index
        .search(&[f32::MAX, f32::MAX], 2, Candidates::All)
        .unwrap();
    assert_eq!(found.neighbours[0].id, PhotoId(3));
    assert!(found.neighbours.iter().all(|n| !n.cosine.is_nan()));
}
