//! Snapshots: the same answers, or a refusal.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::rows::{DIM, Draws, PARAMS, Rows, rows_of};
use crate::index::graph::snapshot::{seal, sum, unseal};
use crate::index::graph::{Graph, GraphError, GraphParams, Stamp};

const FILES: [&str; 4] = [
    "manifest.json",
    "points.bin",
    "links.hnsw.graph",
    "links.hnsw.data",
];

fn stamp() -> Stamp {
    Stamp {
        space: "visual-1".to_owned(),
        dim: DIM,
        epoch: 41,
        rows: 400,
    }
}

fn load(folder: &Path, rows: &Arc<Rows>) -> Result<Graph, GraphError> {
    Graph::load(folder, rows.clone(), &stamp(), PARAMS)
}

/// Rows, a graph with copies and tombstones, and where it was saved.
fn saved(seed: u64) -> (Arc<Rows>, Graph, tempfile::TempDir) {
    let mut draws = Draws(seed);
    let rows = Rows::drawn(400, &mut draws);
    (300..310).for_each(|row| rows.put(row, &rows.row(5)));
    let graph = rows.build(0..350);
    for row in 0..20 {
        assert!(graph.remove(row));
        rows.put(row, &draws.vector(20));
    }
    assert!((0..10).chain(350..400).all(|row| graph.insert(row)));
    let folder = tempfile::tempdir().unwrap();
    graph.save(&folder.path().join("graph"), &stamp()).unwrap();
    (rows, graph, folder)
}

#[test]
fn a_graph_loaded_again_answers_the_same() {
    let (rows, graph, folder) = saved(21);
    let again = load(&folder.path().join("graph"), &rows).unwrap();
    let mut draws = Draws(22);
    let same = |other: &Graph, query: &[f32]| {
        let (left, right) = (
            graph.search(query, 10, 80, &|_| true),
            other.search(query, 10, 80, &|_| true),
        );
        assert_eq!(left, right);
    };
    (0..100).for_each(|_| same(&again, &draws.vector(20)));
    assert_eq!(again.len(), graph.len());
    assert!(again.remove(42) && again.insert(42));
    let query = draws.vector(20);
    rows.put(15, &query);
    assert!(again.insert(15));
    assert_eq!(rows_of(&again.search(&query, 1, 50, &|_| true)), [15]);
    again.save(&folder.path().join("graph"), &stamp()).unwrap();
    let third = load(&folder.path().join("graph"), &rows).unwrap();
    assert_eq!(third.len(), graph.len() + 1);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "only the graph is left"
    );
}

#[test]
fn an_empty_graph_is_saved_too() {
    let rows = Rows::drawn(5, &mut Draws(23));
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("deeper").join("graph");
    rows.build(0..0).save(&place, &stamp()).unwrap();
    let again = load(&place, &rows).unwrap();
    assert!(again.is_empty() && again.insert(3));
}

#[test]
fn other_rows_other_ways_and_other_formats_are_refused() {
    let (rows, _, folder) = saved(24);
    let place = folder.path().join("graph");
    let nowhere = load(&folder.path().join("nowhere"), &rows);
    assert!(matches!(nowhere, Err(GraphError::Absent)));
    let space = Stamp {
        space: "visual-2".to_owned(),
        ..stamp()
    };
    let others = [
        space,
        Stamp {
            epoch: 42,
            ..stamp()
        },
        Stamp {
            rows: 401,
            ..stamp()
        },
    ];
    for other in others {
        match Graph::load(&place, rows.clone(), &other, PARAMS) {
            Err(GraphError::Stale { expected, found }) => {
                assert_eq!((*expected, *found), (other, stamp()));
            }
            _ => panic!("{other:?} was taken"),
        }
    }
    for params in [
        GraphParams { m: 9, ..PARAMS },
        GraphParams { seed: 6, ..PARAMS },
    ] {
        let found = Graph::load(&place, rows.clone(), &stamp(), params);
        assert!(matches!(found, Err(GraphError::OtherParams { .. })));
    }
    let manifest = fs::read_to_string(place.join("manifest.json")).unwrap();
    let newer = manifest.replacen("\"format\":1", "\"format\":2", 1);
    fs::write(place.join("manifest.json"), newer).unwrap();
    let found = load(&place, &rows);
    assert!(matches!(
        found,
        Err(GraphError::OtherFormat {
            expected: 1,
            found: 2
        })
    ));
}

#[test]
fn rows_that_no_search_came_to_are_still_left_out_after_loading() {
    let rows = Rows::drawn(400, &mut Draws(31));
    let sparse = GraphParams {
        m: 2,
        ef_construction: 4,
        seed: 3,
    };
    let slots: Vec<u32> = (0..400).collect();
    let graph = Graph::build(rows.clone(), &slots, sparse, 2, &|_| true).unwrap();
    let left_out: Vec<u32> = (0..400).filter(|&row| !graph.contains(row)).collect();
    assert!(!left_out.is_empty());
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("graph");
    graph.save(&place, &stamp()).unwrap();
    let again = Graph::load(&place, rows.clone(), &stamp(), sparse).unwrap();
    for row in left_out {
        assert!(!again.contains(row));
        if again.insert(row) {
            let found = rows_of(&again.search(&rows.row(row), 1, 64, &|_| true));
            assert_eq!(found, [row]);
        }
    }
}

/// Each file is damaged fifty times; every time it is refused, and well again when put back.
fn check_damage(seed: u64, damage: impl Fn(&mut Vec<u8>, &mut Draws)) {
    let (rows, _, folder) = saved(seed);
    let place = folder.path().join("graph");
    let mut draws = Draws(seed + 1);
    for file in FILES {
        let whole = fs::read(place.join(file)).unwrap();
        for _ in 0..50 {
            let mut bytes = whole.clone();
            damage(&mut bytes, &mut draws);
            fs::write(place.join(file), &bytes).unwrap();
            let found = load(&place, &rows);
            let refused = matches!(
                found,
                Err(GraphError::Damaged { .. } | GraphError::OtherFormat { .. })
            );
            assert!(refused, "{file}, {} bytes: {:?}", bytes.len(), found.err());
        }
        fs::write(place.join(file), whole).unwrap();
    }
    assert!(load(&place, &rows).is_ok());
    fs::remove_file(place.join(FILES[3])).unwrap();
    assert!(matches!(
        load(&place, &rows),
        Err(GraphError::Damaged { .. })
    ));
    let built = rows.build(0..400);
    assert_eq!(built.search(&rows.row(3), 10, 50, &|_| true).len(), 10);
}

#[test]
fn a_snapshot_cut_anywhere_is_refused() {
    check_damage(25, |bytes, draws| bytes.truncate(draws.below(bytes.len())));
}

#[test]
fn a_snapshot_with_a_flipped_byte_is_refused() {
    check_damage(27, |bytes, draws| {
        let place = draws.below(bytes.len());
        bytes[place] ^= u8::try_from(1 + draws.below(255)).unwrap();
    });
}

/// Checksums say that bytes are those that were written, not that they make a graph.
#[test]
fn a_snapshot_whose_links_are_nonsense_is_refused() {
    let (rows, _, folder) = saved(29);
    let place = folder.path().join("graph");
    let whole = fs::read(place.join("links.hnsw.graph")).unwrap();
    let (half, _) = whole.split_at(whole.len() / 2);
    for nonsense in [half, &[7; 1000], &[]] {
        fs::write(place.join("links.hnsw.graph"), nonsense).unwrap();
        let mut manifest = unseal(&place).unwrap();
        manifest.files[1] = sum(&place, "links.hnsw.graph").unwrap();
        fs::write(place.join("manifest.json"), seal(manifest).unwrap()).unwrap();
        let found = load(&place, &rows);
        assert!(matches!(found, Err(GraphError::Damaged { .. })));
    }
}
