//! Each photo compared with each other, against plain arithmetic and against asking one by one.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::*;
use crate::index::{NearestOfEach, Neighbour, Pair, nearest_of_each, similar_pairs};

/// Vectors in clusters of different closeness, some of them the next frames of others, with holes
/// where photos were removed.
fn clustered(dim: usize, count: usize, seed: u64) -> VectorIndex {
    let mut random = Random(seed);
    let mut index = VectorIndex::new(dim);
    let centres: Vec<Vec<f32>> = (0..40).map(|_| random.unit_vector(dim)).collect();
    let mut last = random.unit_vector(dim);
    for i in 0..count {
        let spread = [0.3, 0.6, 1.2][i % 3];
        let vector = match i % 7 {
            0 => random.near(&[last], 0.25),
            _ => random.near(&centres, spread),
        };
        index
            .insert(PhotoId(i as i64 * 2 + 1), &halves(&vector))
            .unwrap();
        last = vector;
    }
    for i in 0..count as i64 {
        if i % 11 == 0 || (300..420).contains(&i) {
            index.remove(PhotoId(i * 2 + 1));
        }
    }
    let retrained = index.retrain();
    index.adopt(retrained);
    index
}

fn ids(index: &VectorIndex) -> Vec<PhotoId> {
    let mut ids: Vec<PhotoId> = index.ids().collect();
    ids.sort_unstable();
    ids
}

/// The cosines of all pairs, the lower id first.
fn all_pairs(index: &VectorIndex) -> Vec<Pair> {
    let ids = ids(index);
    let mut pairs = Vec::new();
    for (place, one) in ids.iter().enumerate() {
        let own: Vec<f32> = index
            .get(*one)
            .unwrap()
            .iter()
            .map(|v| v.to_f32())
            .collect();
        let later = &ids[place + 1..];
        let cosines = index.cosines(&own, later).unwrap();
        let pairs_of = later.iter().zip(cosines);
        pairs.extend(pairs_of.map(|(other, cosine)| (*one, *other, cosine.unwrap())));
    }
    pairs
}

fn similar(index: &VectorIndex, ids: &[PhotoId], least: f32) -> Vec<Pair> {
    similar_pairs(index, ids, least, |_| Ok::<_, ()>(())).unwrap()
}

/// All that is told of the nearest: of the photos that are measured, and of the others.
fn nearest(
    index: &VectorIndex,
    ids: &[PhotoId],
    others: &[(PhotoId, f32)],
) -> (
    BTreeMap<PhotoId, Option<Neighbour>>,
    BTreeMap<PhotoId, Neighbour>,
) {
    let (mut own, mut theirs) = (BTreeMap::new(), BTreeMap::new());
    let mut done = 0.0;
    nearest_of_each(index, ids, others, |found| {
        assert!(found.done >= done && found.done <= 1.0);
        done = found.done;
        for (id, neighbour) in found.nearest {
            assert!(own.insert(id, neighbour).is_none(), "{id:?} is told twice");
        }
        theirs.extend(found.closer);
        Ok::<_, ()>(())
    })
    .unwrap();
    (own, theirs)
}

fn nearest_plainly(pairs: &[Pair]) -> BTreeMap<PhotoId, Neighbour> {
    let mut best: BTreeMap<PhotoId, Neighbour> = BTreeMap::new();
    for (one, other, cosine) in pairs {
        for (id, near) in [(one, other), (other, one)] {
            let found = Neighbour {
                id: *near,
                cosine: *cosine,
            };
            let best = best.entry(*id).or_insert(found);
            if (cosine, std::cmp::Reverse(near)) > (&best.cosine, std::cmp::Reverse(&best.id)) {
                *best = found;
            }
        }
    }
    best
}

#[test]
fn similar_pairs_are_those_of_the_plain_comparison() {
    for (dim, count) in [
        (37, 900),
        (64, 900),
        (128, 1200),
        (256, 2500),
        (512, 1200),
        (768, 700),
    ] {
        let index = clustered(dim, count, dim as u64);
        let all = all_pairs(&index);
        for least in [0.5, 0.7, 0.85, 0.95] {
            let expect: Vec<Pair> = all.iter().copied().filter(|p| p.2 >= least).collect();
            let found = similar(&index, &ids(&index), least);
            let places: BTreeMap<_, f32> = expect.iter().map(|p| ((p.0, p.1), p.2)).collect();
            assert!(found.iter().all(|p| places.get(&(p.0, p.1)) == Some(&p.2)));
            assert!(found.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
            let missed = expect.len() - found.len();
            assert!(
                missed * 1000 <= expect.len(),
                "{dim} {least}: {missed} of {}",
                expect.len()
            );
        }
        assert!(all.iter().filter(|p| p.2 >= 0.85).count() > 20, "{dim}");
    }
}

#[test]
fn the_nearest_of_each_is_that_of_the_plain_comparison() {
    for (dim, count) in [(37, 900), (64, 1000), (128, 1200), (256, 2500), (512, 1200)] {
        let index = clustered(dim, count, dim as u64 + 9);
        let expect = nearest_plainly(&all_pairs(&index));
        let (found, closer) = nearest(&index, &ids(&index), &[]);
        assert!(closer.is_empty());
        assert!(found.keys().eq(expect.keys()));
        let differs =
            |(id, found): &(&PhotoId, &Option<Neighbour>)| expect.get(id) != found.as_ref();
        let missed = found.iter().filter(differs).count();
        assert!(
            missed * 1000 <= expect.len(),
            "{dim}: {missed} of {}",
            expect.len()
        );
    }
}

#[test]
fn new_photos_are_measured_and_offered_to_those_that_were_before() {
    let index = clustered(256, 2200, 5);
    let all = all_pairs(&index);
    let expect = nearest_plainly(&all);
    let (new, old): (Vec<PhotoId>, Vec<PhotoId>) = ids(&index).iter().partition(|id| id.0 % 5 == 0);
    let among_old: Vec<Pair> = all
        .iter()
        .copied()
        .filter(|(one, other, _)| one.0 % 5 != 0 && other.0 % 5 != 0)
        .collect();
    let before = nearest_plainly(&among_old);
    let others: Vec<_> = old.iter().map(|id| (*id, before[id].cosine)).collect();
    let (found, closer) = nearest(&index, &new, &others);
    let missed = new
        .iter()
        .filter(|id| found[id] != Some(expect[id]))
        .count();
    assert!(missed <= 1, "{missed} of {}", new.len());
    let nearer = |id: &&PhotoId| expect[id].cosine > before[id].cosine;
    let nearer: Vec<PhotoId> = old.iter().filter(nearer).copied().collect();
    assert!(nearer.len() > 50);
    assert!(closer.iter().all(|(id, found)| expect[id] == *found));
    assert!(nearer.iter().filter(|id| !closer.contains_key(id)).count() <= 1);
}

#[test]
fn threads_change_no_answer() {
    let index = clustered(256, 2500, 77);
    let all = ids(&index);
    let answers = [1, 2, 5].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| (similar(&index, &all, 0.8), nearest(&index, &all, &[])))
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[test]
fn few_photos_and_strange_ones_are_compared_too() {
    let mut index = VectorIndex::new(256);
    assert!(similar(&index, &[PhotoId(3)], 0.5).is_empty());
    assert!(nearest(&index, &[PhotoId(3)], &[]).0.is_empty());
    let mut random = Random(8);
    let one = random.unit_vector(256);
    index.insert(PhotoId(3), &halves(&one)).unwrap();
    assert_eq!(nearest(&index, &[PhotoId(3)], &[]).0[&PhotoId(3)], None);
    index.insert(PhotoId(900), &halves(&one)).unwrap();
    index.insert(PhotoId(17), &[f16::ZERO; 256]).unwrap();
    let opposite: Vec<f32> = one.iter().map(|v| -v).collect();
    index.insert(PhotoId(20), &halves(&opposite)).unwrap();
    let all = ids(&index);
    let pairs = similar(&index, &all, 0.99);
    assert_eq!(pairs.len(), 1);
    assert_eq!((pairs[0].0, pairs[0].1), (PhotoId(3), PhotoId(900)));
    let (found, _) = nearest(&index, &all, &[]);
    let near = |id| found[&PhotoId(id)].unwrap();
    assert_eq!((near(3).id, near(900).id), (PhotoId(900), PhotoId(3)));
    // Of equally near ones the smaller id.
    assert_eq!((near(17).id, near(17).cosine), (PhotoId(3), 0.0));
    assert_eq!((near(20).id, near(20).cosine), (PhotoId(17), 0.0));
}

/// An index whose photos go while it is looked at.
struct Going {
    index: std::sync::RwLock<VectorIndex>,
}

impl crate::index::Look for Going {
    fn look<T>(&self, look: impl FnOnce(&VectorIndex) -> T) -> T {
        look(&self.index.read().unwrap())
    }
}

#[test]
fn photos_that_go_meanwhile_are_passed_over_and_cancelling_keeps_what_was_told() {
    let index = clustered(64, 3000, 31);
    let all = ids(&index);
    let going = Going {
        index: std::sync::RwLock::new(index),
    };
    let gone: Vec<PhotoId> = all.iter().copied().filter(|id| id.0 % 9 == 0).collect();
    let told = RefCell::new(Vec::new());
    nearest_of_each(&going, &all, &[], |found: NearestOfEach| {
        for id in &gone {
            going.index.write().unwrap().remove(*id);
        }
        told.borrow_mut().extend(found.nearest);
        Ok::<_, ()>(())
    })
    .unwrap();
    assert_eq!(told.borrow().len(), all.len());
    let stopped = similar_pairs(&going, &all, 0.8, |_| Err("enough"));
    assert_eq!(stopped, Err("enough"));
    let mut turns = 0;
    let stopped = nearest_of_each(&going, &all, &[], |_| {
        turns += 1;
        if turns == 2 { Err("enough") } else { Ok(()) }
    });
    assert_eq!((stopped, turns), (Err("enough"), 2));
}
