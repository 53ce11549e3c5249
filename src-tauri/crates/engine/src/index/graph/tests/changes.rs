//! Putting in and taking out, also while others search.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::rows::{Draws, Rows, cosine, rows_of};

#[test]
fn a_row_that_was_taken_out_is_not_found() {
    let mut draws = Draws(11);
    let rows = Rows::drawn(1000, &mut draws);
    let graph = rows.build(0..1000);
    for row in (0..1000).step_by(3) {
        assert!(graph.remove(row));
        assert!(!graph.remove(row), "twice");
    }
    assert_eq!(graph.len(), 666);
    let mut hits = 0;
    for _ in 0..50 {
        let query = draws.vector(20);
        let found = rows_of(&graph.search(&query, 10, 150, &|_| true));
        assert!(found.iter().all(|row| row % 3 != 0));
        let truth = rows.nearest(&query, 10, (0..1000).filter(|row| row % 3 != 0));
        hits += truth.iter().filter(|row| found.contains(row)).count();
    }
    assert!(hits >= 490, "{hits} of 500");
}

#[test]
fn a_graph_that_is_a_fifth_tombstones_wants_to_be_built_again() {
    let mut draws = Draws(12);
    let rows = Rows::drawn(500, &mut draws);
    let graph = rows.build(0..500);
    (0..100).for_each(|row| assert!(graph.remove(row)));
    assert!(!graph.wants_rebuild());
    assert!(graph.remove(100));
    assert!(graph.wants_rebuild());
}

#[test]
fn a_row_with_another_vector_is_found_by_the_new_one_only() {
    let mut draws = Draws(13);
    let rows = Rows::drawn(1000, &mut draws);
    let graph = rows.build(0..1000);
    for row in 0..150 {
        let (old, new) = (rows.row(row), draws.vector(20));
        assert!(graph.remove(row));
        rows.put(row, &new);
        assert!(graph.insert(row));
        assert!(!graph.insert(row), "twice");
        let found = graph.search(&new, 1, 100, &|_| true);
        assert_eq!(rows_of(&found), [row]);
        let found = graph.search(&old, 1000, 1000, &|_| true);
        let &(_, got) = found.iter().find(|&&(found, _)| found == row).unwrap();
        assert!((got - cosine(&old, &rows.row(row))).abs() < 1e-5);
    }
    assert_eq!(graph.len(), 1000);
}

#[test]
fn a_vector_overwritten_too_early_only_loses_its_old_place() {
    let mut draws = Draws(14);
    let rows = Rows::drawn(800, &mut draws);
    let graph = rows.build(0..800);
    for row in 0..40 {
        let new = draws.vector(20);
        rows.put(row, &new);
        assert!(graph.remove(row));
        assert!(graph.insert(row));
        assert_eq!(
            rows_of(&graph.search(&rows.row(row), 1, 100, &|_| true)),
            [row]
        );
    }
}

#[test]
fn a_vector_that_comes_back_takes_its_old_point() {
    let mut draws = Draws(15);
    let rows = Rows::drawn(400, &mut draws);
    let graph = rows.build(0..300);
    let vector = rows.row(20);
    assert!(graph.remove(20));
    rows.put(20, &draws.vector(20));
    rows.put(350, &vector);
    assert!(graph.insert(350));
    assert_eq!(rows_of(&graph.search(&vector, 1, 50, &|_| true)), [350]);
    assert_eq!(graph.known(super::super::Points::tombstones), 0);
}

/// Rows 0 … 999 are taken out one by one and 2000 … 2999 put in, while four threads search.
#[test]
fn searches_beside_changes_never_find_what_was_taken_out() {
    let mut draws = Draws(16);
    let rows = Rows::drawn(3000, &mut draws);
    let graph = rows.build(0..2000);
    let gone: Vec<AtomicBool> = (0..3000).map(|_| AtomicBool::new(false)).collect();
    let over = AtomicBool::new(false);
    let taken = || -> Vec<bool> { gone.iter().map(|row| row.load(Ordering::SeqCst)).collect() };
    let search = |seed: u64| {
        let mut draws = Draws(seed);
        let mut searches = 0;
        while !over.load(Ordering::SeqCst) || searches < 50 {
            let gone = taken();
            let query = draws.vector(20);
            let found = rows_of(&graph.search(&query, 10, 60, &|_| true));
            assert_eq!(found.len(), 10);
            assert!(!found.iter().any(|&row| gone[row as usize]));
            searches += 1;
        }
    };
    let mut left_out = 0;
    thread::scope(|scope| {
        let search = &search;
        (1..=4).for_each(|seed| {
            scope.spawn(move || search(seed * 97));
        });
        for row in 0..1000_u32 {
            assert!(graph.remove(row));
            gone[row as usize].store(true, Ordering::SeqCst);
            let row = 2000 + row;
            if graph.insert(row) {
                let found = graph.search(&rows.row(row), 1, 64, &|_| true);
                assert_eq!(rows_of(&found), [row]);
            } else {
                left_out += 1;
            }
        }
        over.store(true, Ordering::SeqCst);
    });
    assert!(left_out <= 10, "{left_out} of 1000");
    let mut hits = 0;
    for _ in 0..50 {
        let query = draws.vector(20);
        let found = rows_of(&graph.search(&query, 10, 200, &|_| true));
        let truth = rows.nearest(&query, 10, 1000..3000);
        hits += truth.iter().filter(|row| found.contains(row)).count();
    }
    assert!(hits >= 495, "{hits} of 500");
}
