//! What a graph finds.

use std::cell::Cell;
use std::sync::Arc;

use super::rows::{DIM, Draws, PARAMS, Rows, cosine, rows_of};
use crate::index::graph::levels::Levels;
use crate::index::graph::{Graph, GraphError, GraphParams};

/// Share of the true `k` nearest that the graph finds.
fn recall(graph: &Graph, rows: &Rows, count: u32, draws: &mut Draws) -> f64 {
    let queries: Vec<Vec<f32>> = (0..100).map(|_| draws.vector(20)).collect();
    let mut hits = 0;
    for query in &queries {
        let found = rows_of(&graph.search(query, 10, 200, &|_| true));
        let truth = rows.nearest(query, 10, 0..count);
        hits += truth.iter().filter(|row| found.contains(row)).count();
    }
    hits as f64 / (queries.len() * 10) as f64
}

#[test]
fn nearly_all_of_the_nearest_are_found() {
    let mut draws = Draws(1);
    let rows = Rows::drawn(3000, &mut draws);
    let graph = rows.build(0..3000);
    assert!(graph.len() >= 2980, "{}", graph.len());
    let recall = recall(&graph, &rows, 3000, &mut draws);
    assert!(recall >= 0.99, "{recall}");
}

#[test]
fn answers_are_sorted_and_their_cosines_true() {
    let mut draws = Draws(2);
    let rows = Rows::drawn(800, &mut draws);
    let graph = rows.build(0..800);
    let query = draws.vector(20);
    let found = graph.search(&query, 30, 100, &|_| true);
    assert_eq!(found.len(), 30);
    assert!(found.is_sorted_by(|left, right| left.1 >= right.1));
    for (row, got) in found {
        let want = cosine(&query, &rows.row(row));
        assert!((got - want).abs() < 1e-5, "{row}: {got} {want}");
    }
}

#[test]
fn a_filter_is_met_by_looking_deeper() {
    let mut draws = Draws(3);
    let rows = Rows::drawn(2000, &mut draws);
    let graph = rows.build(0..2000);
    let query = draws.vector(20);
    let found = rows_of(&graph.search(&query, 10, 20, &|row| row % 8 == 0));
    assert_eq!(found.len(), 10);
    assert!(found.iter().all(|row| row % 8 == 0));
    let none = graph.search(&query, 10, 20, &|_| false);
    assert_eq!(none, []);
}

#[test]
fn a_small_graph_answers_all_it_has() {
    let mut draws = Draws(4);
    for count in [0, 1, 2, 7] {
        let rows = Rows::drawn(8, &mut draws);
        let graph = rows.build(0..count);
        let mut found = rows_of(&graph.search(&draws.vector(20), 10, 50, &|_| true));
        found.sort_unstable();
        assert_eq!(found, (0..count).collect::<Vec<_>>());
        assert!(graph.insert(7), "into {count}");
        assert_eq!(graph.len(), count as usize + 1);
    }
}

#[test]
fn many_copies_of_one_picture_do_not_fall_out_of_the_graph() {
    let mut draws = Draws(5);
    let copy = draws.vector(20);
    let mut vectors: Vec<Vec<f32>> = (0..600).map(|_| draws.vector(20)).collect();
    vectors.extend((0..200).map(|_| copy.clone()));
    let rows = Rows::of(&vectors);
    let graph = rows.build(0..800);
    let found = rows_of(&graph.search(&copy, 5, 50, &|_| true));
    assert_eq!(found, (600..800).collect::<Vec<_>>(), "all that tie");
    let accepted = rows_of(&graph.search(&copy, 201, 250, &|_| true));
    assert_eq!(accepted.len(), 201);
    assert!(graph.remove(600));
    let found = rows_of(&graph.search(&copy, 5, 50, &|_| true));
    assert_eq!(found, (601..800).collect::<Vec<_>>());
}

#[test]
fn what_is_no_vector_finds_nothing_and_is_not_put_in() {
    let mut draws = Draws(6);
    let rows = Rows::drawn(50, &mut draws);
    rows.put(7, &[f32::NAN; DIM]);
    rows.put(8, &[f32::INFINITY; DIM]);
    let graph = rows.build(0..50);
    assert_eq!(graph.len(), 48);
    assert!(!graph.contains(7) && !graph.insert(8));
    assert!(!graph.insert(1000), "beyond the rows");
    let all = |query: &[f32]| graph.search(query, 60, 60, &|_| true).len();
    assert_eq!(all(&draws.vector(20)), 48);
    assert_eq!(all(&[f32::NAN; DIM]), 0);
    assert_eq!(all(&[0.0; DIM - 1]), 0);
    assert_eq!(graph.search(&draws.vector(20), 0, 60, &|_| true), []);
}

#[test]
fn building_reports_and_can_be_cancelled() {
    let mut draws = Draws(7);
    let rows = Rows::drawn(1500, &mut draws);
    let slots: Vec<u32> = (0..1500).collect();
    let last = Cell::new(0);
    let stop = Graph::build(rows, &slots, PARAMS, 2, &|done| {
        last.set(done);
        done < 700
    });
    assert!(matches!(stop, Err(GraphError::Cancelled)));
    assert!((700..1500).contains(&last.get()), "{}", last.get());
}

#[test]
fn the_layers_of_new_points_are_foreseen() {
    let mut draws = Draws(8);
    let rows = Rows::drawn(1200, &mut draws);
    for m in [4, 8, 16] {
        let params = GraphParams { m, ..PARAMS };
        let slots: Vec<u32> = (0..1200).collect();
        let rows = Arc::clone(&rows);
        let graph = Graph::build(rows, &slots, params, 2, &|_| true).unwrap();
        let mut levels = Levels::new(m);
        let mut lowest = 0;
        let mut done = 0;
        while done < 1200 {
            let (low, upper) = levels.low_ones(1200 - done);
            lowest += low;
            done += low + usize::from(upper);
        }
        assert_eq!(graph.in_lowest_layer(), lowest, "m = {m}");
    }
}

#[test]
fn many_parallel_builds_all_come_to_an_end() {
    let mut draws = Draws(9);
    let rows = Rows::drawn(500, &mut draws);
    let params = GraphParams {
        m: 2,
        ef_construction: 10,
        seed: 1,
    };
    let slots: Vec<u32> = (0..500).collect();
    for _ in 0..20 {
        let graph = Graph::build(rows.clone(), &slots, params, 8, &|_| true).unwrap();
        assert!(graph.len() > 250, "{}", graph.len());
    }
}

#[test]
fn every_row_the_graph_answers_for_is_found_by_its_own_vector() {
    let mut draws = Draws(10);
    let rows = Rows::drawn(2000, &mut draws);
    let graph = rows.build(0..2000);
    let there = || (0..2000).filter(|&row| graph.contains(row));
    let itself = |row: &u32| rows_of(&graph.search(&rows.row(*row), 1, 2000, &|_| true)) == [*row];
    assert!(graph.len() >= 1980);
    assert_eq!(there().filter(itself).count(), graph.len());
}
