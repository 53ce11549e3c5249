//! What the codes keep of the true nearest.

use super::*;
use crate::index::By;
use crate::index::scan::Ways;

/// Counts true neighbours over some queries; answers the share found.
fn recall(index: &VectorIndex, queries: &[Vec<f32>], k: usize, only: Option<&PhotoSet>) -> f64 {
    let candidates = only.map_or(Candidates::All, Candidates::Only);
    let mut kept = 0;
    let mut wanted = 0;
    for query in queries {
        let found = index.search(query, k, candidates).unwrap();
        let expect = plainly(index, query, only);
        assert_eq!(found.compared, expect.len() as u64);
        assert!(found.rescored <= found.compared);
        kept += check(&found, &expect, k);
        wanted += k.min(expect.len());
    }
    kept as f64 / wanted as f64
}

fn clustered(dim: usize, count: usize, random: &mut Random) -> (VectorIndex, Vec<Vec<f32>>) {
    let centres: Vec<Vec<f32>> = (0..40).map(|_| random.unit_vector(dim)).collect();
    let mut index = VectorIndex::new(dim);
    for i in 0..count {
        let vector = halves(&random.near(&centres, 0.8));
        index.insert(PhotoId(i as i64), &vector).unwrap();
    }
    let queries = (0..40).map(|_| random.near(&centres, 0.8)).collect();
    (index, queries)
}

#[test]
fn codes_keep_the_nearest_of_every_kind_of_space() {
    let mut random = Random(11);
    for dim in [64, 128, 200, 256, 512, 768] {
        let (mut index, queries) = clustered(dim, 3_000, &mut random);
        let untrained = recall(&index, &queries, 10, None);
        assert!(untrained >= 0.99, "{dim} untrained: {untrained}");
        let retrained = index.retrain();
        index.adopt(retrained);
        for staged_from in [usize::MAX, 0] {
            index.ways = Ways {
                few_apart: 0,
                staged_from,
                ..Ways::default()
            };
            let trained = recall(&index, &queries, 10, None);
            assert!(trained >= 0.9975, "{dim}, {staged_from}: {trained}");
            for (step, k) in [(2, 10), (7, 50), (40, 3)] {
                let only: PhotoSet = (0..3_000).step_by(step).map(PhotoId).collect();
                let filtered = recall(&index, &queries, k, Some(&only));
                assert!(
                    filtered >= 0.9975,
                    "{dim}, {staged_from}, every {step}th: {filtered}"
                );
            }
        }
    }
}

#[test]
fn codes_rule_most_originals_out() {
    let mut random = Random(12);
    let (mut index, queries) = clustered(512, 4_000, &mut random);
    let retrained = index.retrain();
    index.adopt(retrained);
    for query in &queries {
        let found = index.search(query, 10, Candidates::All).unwrap();
        assert_eq!(found.by, By::CodeScan);
        assert!(found.rescored < 1_000, "{} looked at", found.rescored);
    }
}

#[test]
fn what_is_near_nothing_is_found_by_place_as_by_promise() {
    let mut random = Random(17);
    let (mut index, _) = clustered(512, 4_000, &mut random);
    let retrained = index.retrain();
    index.adopt(retrained);
    let some: PhotoSet = (0..4_000).step_by(2).map(PhotoId).collect();
    for _ in 0..10 {
        let query = random.unit_vector(512);
        for candidates in [Candidates::All, Candidates::Only(&some)] {
            let [by_place, by_promise] = [0, usize::MAX].map(|by_place_from| {
                index.ways.by_place_from = by_place_from;
                index.search(&query, 20, candidates).unwrap()
            });
            assert_eq!(by_place.neighbours, by_promise.neighbours);
            assert!(by_promise.rescored > 200, "{}", by_promise.rescored);
            assert!(by_place.rescored >= by_promise.rescored);
        }
    }
}

#[test]
fn within_finds_all_above_and_nothing_below() {
    let mut random = Random(13);
    let (mut index, queries) = clustered(256, 2_000, &mut random);
    let retrained = index.retrain();
    index.adopt(retrained);
    let only: PhotoSet = (0..2_000).step_by(3).map(PhotoId).collect();
    for query in &queries {
        for least in [0.95, 0.6, 0.3, -1.0] {
            for only in [None, Some(&only)] {
                let candidates = only.map_or(Candidates::All, Candidates::Only);
                let found = index.within(query, least, candidates).unwrap().neighbours;
                let expect = plainly(&index, query, only);
                let above = |slack: f64| {
                    expect
                        .iter()
                        .filter(|(_, c)| *c >= f64::from(least) + slack)
                        .count()
                };
                assert!(found.iter().all(|n| n.cosine >= least));
                let most = above(-1e-5);
                let least_found = above(1e-5) - above(1e-5).div_ceil(400);
                assert!(
                    (least_found..=most).contains(&found.len()),
                    "{} of {most}",
                    found.len()
                );
            }
        }
    }
}

#[test]
fn the_nearest_above_a_cosine_are_those_of_the_nearest_that_reach_it() {
    let mut random = Random(16);
    let (mut index, queries) = clustered(512, 2_000, &mut random);
    let retrained = index.retrain();
    index.adopt(retrained);
    let some: PhotoSet = (0..2_000).step_by(3).map(PhotoId).collect();
    let few: PhotoSet = (0..2_000).step_by(30).map(PhotoId).collect();
    for (staged_from, few_apart) in [(usize::MAX, 0), (0, 0), (0, 10_000)] {
        index.ways = Ways {
            few_apart,
            staged_from,
            ..Ways::default()
        };
        for query in queries.iter().take(10) {
            for only in [None, Some(&some), Some(&few)] {
                let candidates = only.map_or(Candidates::All, Candidates::Only);
                let all = index.search(query, 20, candidates).unwrap().neighbours;
                for least in [-1.0, all[19].cosine, all[10].cosine, 1.0] {
                    let found = index.search_above(query, 20, least, candidates).unwrap();
                    let mut expect = all.clone();
                    expect.retain(|neighbour| neighbour.cosine >= least);
                    assert_eq!(
                        found.neighbours, expect,
                        "{staged_from} {few_apart} {least}"
                    );
                }
                let low = index.search(query, 20, candidates).unwrap().rescored;
                let high = index.search_above(query, 20, all[5].cosine, candidates);
                assert!(high.unwrap().rescored <= low);
            }
        }
    }
}

#[test]
fn a_sample_is_even_and_exact() {
    let mut random = Random(14);
    let (index, queries) = clustered(64, 1_000, &mut random);
    let all = index.sample(&queries[0], 10_000).unwrap();
    assert_eq!(all.len(), 1_000);
    let some = index.sample(&queries[0], 100).unwrap();
    assert_eq!(some.len(), 100);
    assert!(some.iter().zip(all.iter().step_by(10)).all(|(a, b)| a == b));
}

#[test]
fn the_quantizer_is_learnt_anew_when_the_space_has_grown() {
    let mut random = Random(15);
    let mut index = VectorIndex::new(8);
    let mut trainings = Vec::new();
    for i in 0..5_000 {
        index
            .insert(PhotoId(i), &halves(&random.unit_vector(8)))
            .unwrap();
        if index.wants_training() {
            trainings.push(index.len());
            let retrained = index.retrain();
            index.adopt(retrained);
        }
    }
    assert_eq!(trainings, [256, 4_096]);
}
