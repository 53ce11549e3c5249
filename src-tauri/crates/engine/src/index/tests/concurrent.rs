//! Photos come and go while searches run.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, RwLock};

use super::*;

const DIM: usize = 64;
const START: i64 = 100_000;
const CHANGED: i64 = 10_000;

#[test]
fn no_removed_photo_is_found_and_none_is_lost_while_four_threads_search() {
    let mut random = Random(31);
    let mut index = filled_up(&mut random);
    let retrained = index.retrain();
    index.adopt(retrained);
    let index = RwLock::new(index);
    let removed = Mutex::new(PhotoSet::new());
    let ended = AtomicBool::new(false);
    let (shared, gone, over) = (&index, &removed, &ended);
    std::thread::scope(|scope| {
        let searchers: Vec<_> = (0..4)
            .map(|seed| scope.spawn(move || search_on(shared, gone, over, Random(41 + seed))))
            .collect();
        for step in 0..CHANGED {
            let (gone, new) = (PhotoId(step * 10), PhotoId(START + step));
            assert!(index.write().unwrap().remove(gone));
            removed.lock().unwrap().insert(gone);
            let vector = halves(&random.unit_vector(DIM));
            index.write().unwrap().insert(new, &vector).unwrap();
        }
        ended.store(true, Ordering::SeqCst);
        let searches: usize = searchers
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum();
        assert!(searches >= 4);
    });
    let index = index.into_inner().unwrap();
    assert_eq!(index.len(), START as usize);
    let mut kept = 0;
    for _ in 0..50 {
        let query = random.unit_vector(DIM);
        let found = index.search(&query, 10, Candidates::All).unwrap();
        kept += check(&found, &plainly(&index, &query, None), 10);
    }
    assert!(kept >= 499, "{kept} of 500");
}

fn filled_up(random: &mut Random) -> VectorIndex {
    let mut index = VectorIndex::new(DIM);
    for id in 0..START {
        index
            .insert(PhotoId(id), &halves(&random.unit_vector(DIM)))
            .unwrap();
    }
    index
}

/// Searches until told to end; what was removed before a search began must not be in its answer.
fn search_on(
    index: &RwLock<VectorIndex>,
    removed: &Mutex<PhotoSet>,
    ended: &AtomicBool,
    mut random: Random,
) -> usize {
    let mut searches = 0;
    while !ended.load(Ordering::SeqCst) || searches == 0 {
        let gone = removed.lock().unwrap().clone();
        let query = random.unit_vector(DIM);
        let found = index
            .read()
            .unwrap()
            .search(&query, 10, Candidates::All)
            .unwrap();
        assert_eq!(found.neighbours.len(), 10);
        assert!(
            found
                .neighbours
                .iter()
                .all(|neighbour| !gone.contains(neighbour.id))
        );
        searches += 1;
    }
    searches
}
