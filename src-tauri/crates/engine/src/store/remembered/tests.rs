//! What is remembered stays what would be read, whatever is written.

use super::*;
use crate::store::{StoreError, text};

fn catalog(folder: &std::path::Path) -> Store {
    let store = Store::open(&folder.join("catalog.db")).unwrap();
    write(
        &store,
        "INSERT INTO library (id, name) VALUES (1, 'L');
         INSERT INTO root (id, library_id, path, shown_path) VALUES (1, 1, x'2f', '/');
         INSERT INTO tag (path) VALUES ('a'), ('b');",
    );
    (1..=6).for_each(|id| add(&store, id));
    store
}

fn write(store: &Store, sql: &str) {
    let run = |tx: &super::super::Transaction<'_>| Ok::<_, StoreError>(tx.execute_batch(sql)?);
    store.write_aside(run).unwrap();
}

fn add(store: &Store, id: i64) {
    write(
        store,
        &format!(
            "INSERT INTO photo (id, library_id, root_id, rel_path, path, folder, file_name, \
             bytes, mtime_ns, content_hash, format, width, height, decode_version, added_at) \
             VALUES ({id}, 1, 1, x'{id:02x}', '/{id}', '/', 'p{id}', 1, 1, x'{id:02x}', 'png', \
             1, 1, 1, 1)"
        ),
    );
    let words = |tx: &super::super::Transaction<'_>| text::refresh(tx, PhotoId(id));
    store.write_aside(words).unwrap();
}

fn ids(store: &Store, sql: &str) -> Vec<i64> {
    let set = store.photo_set(&Question::new(sql, Vec::new())).unwrap();
    set.iter().map(|photo| photo.0).collect()
}

/// Makes what is remembered wrong on purpose: what is asked again shows.
fn spoil(store: &Store) {
    for answer in store.sets().answers().iter_mut() {
        let sets = Arc::make_mut(&mut answer.told);
        sets.iter_mut().for_each(|(_, set)| set.insert(PhotoId(60)));
    }
}

const RATED: &str = "SELECT 0, photo_set(photo.id) FROM photo WHERE rating >= 3";

#[test]
fn only_touched_photos_are_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = catalog(folder.path());
    write(&store, "UPDATE photo SET rating = id");
    assert_eq!(ids(&store, RATED), [3, 4, 5, 6]);
    spoil(&store);
    assert_eq!(ids(&store, RATED), [3, 4, 5, 6, 60]);
    write(&store, "UPDATE photo SET rating = 5 WHERE id = 1");
    write(&store, "UPDATE photo SET rating = NULL WHERE id = 4");
    assert_eq!(ids(&store, RATED), [1, 3, 5, 6, 60]);
    add(&store, 7);
    write(
        &store,
        "UPDATE photo SET rating = 4 WHERE id = 7; DELETE FROM photo WHERE id = 3",
    );
    assert_eq!(ids(&store, RATED), [1, 5, 6, 7, 60]);
    // A name that all photos hang on makes all of it old.
    write(&store, "UPDATE library SET name = 'M'");
    assert_eq!(ids(&store, RATED), [1, 5, 6, 7]);
}

#[test]
fn a_write_that_touches_too_many_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = catalog(folder.path());
    assert_eq!(ids(&store, RATED), [0; 0]);
    spoil(&store);
    write(
        &store,
        "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
         INSERT INTO photo (id, library_id, root_id, rel_path, path, folder, file_name, bytes,
             mtime_ns, content_hash, format, width, height, rating, decode_version, added_at)
         SELECT i, 1, 1, CAST(i AS BLOB), i, '/', i, 1, 1, x'00', 'jpeg', 1, 1, 4, 1, 1 FROM n",
    );
    assert_eq!(ids(&store, RATED), (100..=6000).collect::<Vec<i64>>());
}

#[test]
fn a_write_that_fails_touches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = catalog(folder.path());
    let before = store.writes();
    let failing = |tx: &super::super::Transaction<'_>| -> Result<()> {
        tx.execute_batch("UPDATE photo SET rating = 5")?;
        Ok(tx.execute_batch("INSERT INTO nowhere VALUES (1)")?)
    };
    assert!(store.write(failing).is_err());
    write(
        &store,
        "INSERT INTO setting (name, value) VALUES ('a', 'b')",
    );
    assert_eq!(store.writes(), before);
}

/// What each kind of row changes is seen, for every table that sets are read from.
#[test]
fn every_table_tells_its_photos() {
    let folder = tempfile::tempdir().unwrap();
    let store = catalog(folder.path());
    let tagged = "SELECT 0, photo_set(photo_id) FROM (SELECT photo_tag.photo_id FROM tag \
                  CROSS JOIN photo_tag ON photo_tag.tag_id = tag.id WHERE tag.path = 'a')";
    let priced = "SELECT 0, photo_set(photo.id) FROM photo WHERE photo.id IN \
                  (SELECT photo_id FROM attribute WHERE name = 'price' AND value > 2)";
    let below = "SELECT 0, photo_set(photo_id) FROM stack_member WHERE place > 0";
    let bursts = "SELECT 0, photo_set(photo_id) FROM burst_member WHERE burst_id = 1";
    let faulty = "SELECT 0, photo_set(photo.id) FROM photo \
                  WHERE (root_id, rel_path) IN (SELECT root_id, rel_path FROM fault)";
    let fault = |id: i64| {
        format!(
            "INSERT INTO fault (root_id, rel_path, path, stage, kind, reason, bytes, mtime_ns, \
             decode_version) VALUES (1, x'{id:02x}', '', 'decode', 'empty', '', 1, 1, 1);"
        )
    };
    let cases: [(&str, &str, Vec<i64>); 11] = [
        (
            tagged,
            "INSERT INTO photo_tag VALUES (2, 1), (3, 2), (4, 1)",
            vec![2, 4],
        ),
        (tagged, "DELETE FROM photo_tag WHERE photo_id = 4", vec![2]),
        (tagged, "UPDATE tag SET path = 'c' WHERE path = 'a'", vec![]),
        (
            priced,
            "INSERT INTO attribute VALUES (1, 'price', '1'), (2, 'price', '3')",
            vec![2],
        ),
        (
            priced,
            "UPDATE attribute SET value = value + 2 WHERE photo_id = 1",
            vec![1, 2],
        ),
        (
            below,
            "INSERT INTO stack_member (photo_id, top_id, place) VALUES (1, 1, 0), (2, 1, 1)",
            vec![2],
        ),
        (below, "UPDATE stack_member SET place = 1 - place", vec![1]),
        (
            bursts,
            "INSERT INTO burst_member VALUES (1, 1), (3, 1)",
            vec![1, 3],
        ),
        // What a photo takes with it is told too.
        (below, "DELETE FROM photo WHERE id = 1", vec![]),
        (bursts, "SELECT 1", vec![]),
        (faulty, "SELECT 1", vec![]),
    ];
    for (sql, _, _) in &cases {
        assert_eq!(ids(&store, sql), [0; 0], "{sql}");
    }
    for (sql, change, expect) in cases {
        if change != "SELECT 1" {
            write(&store, change);
        }
        assert_eq!(ids(&store, sql), expect, "{change}");
    }
    write(&store, &fault(3));
    assert_eq!(ids(&store, faulty), [3]);
    write(&store, "UPDATE fault SET rel_path = x'05'");
    assert_eq!(ids(&store, faulty), [5]);
    write(&store, "DELETE FROM fault");
    assert_eq!(ids(&store, faulty), [0; 0]);
}

#[test]
fn words_are_asked_of_touched_photos_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = catalog(folder.path());
    let found = |words: &str| {
        let set = text::with_all(&store, &text::terms(words)).unwrap();
        set.iter().map(|photo| photo.0).collect::<Vec<_>>()
    };
    assert_eq!(found("boat"), [0; 0]);
    assert_eq!(found("p4"), [4]);
    let refresh = |id: i64| {
        let words = |tx: &super::super::Transaction<'_>| text::refresh(tx, PhotoId(id));
        store.write_aside(words).unwrap();
    };
    write(
        &store,
        "UPDATE photo SET caption = 'a red boat' WHERE id IN (2, 4)",
    );
    refresh(2);
    assert_eq!(found("boat"), [2]);
    spoil(&store);
    refresh(4);
    assert_eq!(found("boat"), [2, 4, 60]);
    assert_eq!(found("red bo"), [2, 4], "new words are read whole");
    let gone = |tx: &super::super::Transaction<'_>| text::remove(tx, PhotoId(2));
    store.write_aside(gone).unwrap();
    assert_eq!(found("boat"), [4, 60]);
}
