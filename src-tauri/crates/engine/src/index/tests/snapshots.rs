//! What is written is read again, and nothing else.

use std::fs;
use std::path::Path;

use super::*;
use crate::index::snapshot::FORMAT;
use crate::index::{Loaded, Stamp};

fn stamp(seq: i64) -> Stamp {
    Stamp {
        space: "visual 3".to_owned(),
        token: "a token".to_owned(),
        seq,
    }
}

fn load(folder: &Path, dim: usize, expected: &Stamp) -> Result<Loaded, IndexError> {
    let tokens = ["an older token".to_owned(), expected.token.clone()];
    VectorIndex::load(folder, dim, &expected.space, &tokens)
}

fn saved(folder: &Path) -> VectorIndex {
    let mut random = Random(21);
    let mut index = VectorIndex::create(folder, 70).unwrap();
    for i in 0..600 {
        let id = PhotoId(i * 2 + 1);
        index.insert(id, &halves(&random.unit_vector(70))).unwrap();
    }
    let retrained = index.retrain();
    index.adopt(retrained);
    (0..100).for_each(|i| assert!(index.remove(PhotoId(i * 4 + 1))));
    index.save(folder, &stamp(77)).unwrap();
    index
}

#[test]
fn a_snapshot_gives_the_same_answers() {
    let folder = tempfile::tempdir().unwrap();
    let before = saved(folder.path());
    let loaded = load(folder.path(), 70, &stamp(0)).unwrap();
    assert_eq!((loaded.seq, loaded.index.len()), (77, 500));
    let mut random = Random(22);
    for _ in 0..20 {
        let query = random.unit_vector(70);
        let own = loaded.index.search(&query, 20, Candidates::All).unwrap();
        assert_eq!(own, before.search(&query, 20, Candidates::All).unwrap());
    }
    // It goes on where it was left.
    let mut index = loaded.index;
    index
        .insert(PhotoId(9_999), &halves(&random.unit_vector(70)))
        .unwrap();
    index.save(folder.path(), &stamp(78)).unwrap();
    drop(index);
    let again = load(folder.path(), 70, &stamp(0)).unwrap();
    assert_eq!((again.seq, again.index.len()), (78, 501));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn codes_of_an_earlier_format_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(saved(folder.path()));
    let codes = folder.path().join("codes");
    let mut bytes = fs::read(&codes).unwrap();
    let name = FORMAT.as_bytes();
    let place = bytes.windows(name.len()).position(|part| part == name);
    bytes[place.unwrap() + name.len() - 1] = b'1';
    fs::write(&codes, bytes).unwrap();
    let error = load(folder.path(), 70, &stamp(77)).unwrap_err();
    assert!(matches!(error, IndexError::Stale { .. }), "{error}");
}

#[test]
fn another_space_dimension_or_catalog_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(saved(folder.path()));
    let stale = |dim, expected: &Stamp| {
        matches!(
            load(folder.path(), dim, expected),
            Err(IndexError::Stale { .. })
        )
    };
    assert!(stale(71, &stamp(77)));
    assert!(stale(
        70,
        &Stamp {
            space: "visual 4".to_owned(),
            ..stamp(77)
        }
    ));
    assert!(stale(
        70,
        &Stamp {
            token: "another".to_owned(),
            ..stamp(77)
        }
    ));
    assert!(!stale(70, &stamp(77)));
    let empty = tempfile::tempdir().unwrap();
    let absent = load(empty.path(), 70, &stamp(77));
    assert!(matches!(absent, Err(IndexError::Absent)));
}

#[test]
fn a_snapshot_that_is_cut_or_changed_anywhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(saved(folder.path()));
    let codes = folder.path().join("codes");
    let whole = fs::read(&codes).unwrap();
    let mut random = Random(23);
    let refused = |what: &str| {
        let error = load(folder.path(), 70, &stamp(77)).unwrap_err();
        let expected = matches!(error, IndexError::Damaged { .. } | IndexError::Stale { .. });
        assert!(expected, "{what}: {error}");
    };
    for _ in 0..50 {
        let length = random.next() as usize % whole.len();
        fs::write(&codes, &whole[..length]).unwrap();
        refused(&format!("cut to {length}"));
    }
    for _ in 0..50 {
        let mut changed = whole.clone();
        let place = random.next() as usize % whole.len();
        changed[place] ^= 1 << (random.next() % 8);
        fs::write(&codes, &changed).unwrap();
        refused(&format!("bit in byte {place}"));
    }
    let longer: Vec<u8> = whole.iter().copied().chain([0]).collect();
    fs::write(&codes, longer).unwrap();
    refused("a byte more");
    fs::write(&codes, &whole).unwrap();
    assert!(load(folder.path(), 70, &stamp(77)).is_ok());
}

#[test]
fn an_index_in_memory_has_no_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let index = VectorIndex::new(8);
    let refused = index.save(folder.path(), &stamp(1));
    assert!(matches!(refused, Err(IndexError::Absent)));
}
