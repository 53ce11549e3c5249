//! The graph beside the scan: complete at any time, and never one that is gone.

use std::path::Path;

use super::*;
use crate::index::By;

const DIM: usize = 24;

fn with_graph(folder: &Path, random: &mut Random) -> VectorIndex {
    let mut index = VectorIndex::create(folder, DIM).unwrap();
    for id in 0..1_500 {
        index
            .insert(PhotoId(id), &halves(&random.unit_vector(DIM)))
            .unwrap();
    }
    index.always_ask_graph(true);
    assert!(index.wants_graph(1_000) && !index.wants_graph(2_000));
    let work = index.begin_graph().unwrap();
    assert!(!index.wants_graph(1_000), "one is being made");
    // These come, go and change while it is made.
    index.remove(PhotoId(3));
    index
        .insert(PhotoId(5), &halves(&random.unit_vector(DIM)))
        .unwrap();
    index
        .insert(PhotoId(5_000), &halves(&random.unit_vector(DIM)))
        .unwrap();
    let ready = work.build(&|_| true).unwrap();
    index.adopt_graph(ready);
    assert!(!index.wants_graph(1_000));
    index
}

/// Checks some answers against plain arithmetic; answers how many true neighbours they had of 200.
fn kept(index: &VectorIndex, random: &mut Random, only: Option<&PhotoSet>) -> usize {
    (0..20)
        .map(|_| {
            let query = random.unit_vector(DIM);
            let candidates = only.map_or(Candidates::All, Candidates::Only);
            let found = index.search(&query, 10, candidates).unwrap();
            let by_graph = only.is_none_or(|only| only.len() > index.len() / 2);
            assert_eq!(found.by == By::Graph, by_graph);
            check(&found, &plainly(index, &query, only), 10)
        })
        .sum()
}

#[test]
fn the_graph_answers_with_what_came_while_it_was_made_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(51);
    let mut index = with_graph(folder.path(), &mut random);
    assert!(kept(&index, &mut random, None) >= 198);
    let most: PhotoSet = (0..1_500).filter(|id| id % 10 != 0).map(PhotoId).collect();
    assert!(kept(&index, &mut random, Some(&most)) >= 198);
    let few: PhotoSet = (0..1_500).step_by(5).map(PhotoId).collect();
    assert!(kept(&index, &mut random, Some(&few)) >= 198);
    for id in 0..60 {
        index.remove(PhotoId(id * 7));
        let vector = halves(&random.unit_vector(DIM));
        index.insert(PhotoId(10_000 + id), &vector).unwrap();
    }
    assert!(kept(&index, &mut random, None) >= 198);
    assert!(index.has_untended());
    while index.tend_graph() {
        index.note_graph();
    }
    index.note_graph();
    assert!(index.in_graph() >= index.len() - 20);
    assert!(kept(&index, &mut random, None) >= 198);
}

#[test]
fn a_vector_that_is_asked_for_is_found_at_once_and_gone_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(52);
    let mut index = with_graph(folder.path(), &mut random);
    for id in [5_i64, 700, 9_999] {
        let vector = random.unit_vector(DIM);
        index.insert(PhotoId(id), &halves(&vector)).unwrap();
        let first = |index: &VectorIndex| {
            let found = index.search(&vector, 3, Candidates::All).unwrap();
            assert_eq!(found.by, By::Graph);
            found.neighbours[0].id
        };
        assert_eq!(first(&index), PhotoId(id));
        index.remove(PhotoId(id));
        assert_ne!(first(&index), PhotoId(id));
    }
}

#[test]
fn a_graph_is_kept_with_its_snapshot_and_only_with_that() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("graph");
    let mut random = Random(53);
    let mut index = with_graph(folder.path(), &mut random);
    assert!(index.graph_changed());
    index.save_graph(&place, "a space", 7).unwrap();
    assert!(!index.graph_changed());
    let before = index.in_graph();
    let work = index.begin_graph().unwrap();
    assert!(work.load(&place, "a space", 8).is_err());
    assert!(work.load(&place, "another space", 7).is_err());
    let ready = work.load(&place, "a space", 7).unwrap();
    index.adopt_graph(ready);
    assert_eq!(index.in_graph(), before);
    assert!(kept(&index, &mut random, None) >= 198);
}

#[test]
fn an_index_in_memory_has_no_graph() {
    let mut index = filled(DIM, 300, &mut Random(54));
    assert!(index.begin_graph().is_none());
    assert!(!index.has_untended() && index.in_graph() == 0);
}
