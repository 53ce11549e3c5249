//! What statements answered about every photo, remembered and kept current: after a write only the
//! photos that it touched are asked again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::types::{FromSql, Value};
use rusqlite::{Connection, params_from_iter};

use super::{Result, Store};
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;

/// Sets of photos with the number each stands for, as a statement answered them.
pub type NumberedSets = Arc<Vec<(i64, PhotoSet)>>;

/// A statement about every photo, of two columns a row.
///
/// What it answers of a photo must follow from the rows that belong to it alone, and from what
/// touches all photos when it changes (`changes`).
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    whole: String,
    among: String,
    params: Vec<Value>,
}

impl Question {
    /// A statement over `photo` and the tables that name a photo by `photo_id`, without `INDEXED BY`.
    #[must_use]
    pub fn new(sql: impl Into<String>, params: Vec<Value>) -> Self {
        let whole = sql.into();
        Self {
            among: whole.clone(),
            whole,
            params,
        }
    }

    /// A statement, and how it is asked of a few photos, the rows of `own (id)`.
    #[must_use]
    pub fn with_among(whole: &str, among: &str, params: Vec<Value>) -> Self {
        Self {
            whole: whole.to_owned(),
            among: among.to_owned(),
            params,
        }
    }

    /// Reads what is answered of all photos.
    pub(super) fn read<A: FromSql, B: FromSql>(
        &self,
        connection: &Connection,
        mut row: impl FnMut(A, B),
    ) -> Result<()> {
        let mut statement = connection.prepare_cached(&self.whole)?;
        let mut rows = statement.query(params_from_iter(&self.params))?;
        while let Some(one) = rows.next()? {
            row(one.get(0)?, one.get(1)?);
        }
        Ok(())
    }

    /// Reads what is answered of some photos: tables of their rows alone hide the whole ones.
    pub(super) fn read_among<A: FromSql, B: FromSql>(
        &self,
        connection: &Connection,
        photos: &[i64],
        mut row: impl FnMut(A, B),
    ) -> Result<()> {
        let ids: Vec<String> = photos.iter().map(i64::to_string).collect();
        let mut sql = format!(
            "WITH own (id) AS (SELECT value FROM json_each('[{}]'))",
            ids.join(",")
        );
        for (table, id) in super::changes::OF_A_PHOTO {
            sql.push_str(&format!(
                ", {table} AS (SELECT some.* FROM own CROSS JOIN main.{table} AS some \
                 ON some.{id} = own.id)"
            ));
        }
        let mut statement = connection.prepare(&format!("{sql} {}", self.among))?;
        let mut rows = statement.query(params_from_iter(&self.params))?;
        while let Some(one) = rows.next()? {
            row(one.get(0)?, one.get(1)?);
        }
        Ok(())
    }
}

/// What questions were answered, the latest first.
pub(super) struct Remembered<T> {
    most: usize,
    answers: Mutex<VecDeque<Answer<T>>>,
}

struct Answer<T> {
    question: Question,
    /// Writes after which it holds.
    writes: u64,
    told: Arc<T>,
}

/// The photos that writes touched, each once, from one count of writes to another.
pub(super) struct Since<'a> {
    pub(super) photos: &'a [i64],
    pub(super) between: (u64, u64),
}

impl<T> Remembered<T> {
    /// Remembers so many at most.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            answers: Mutex::default(),
        }
    }

    fn find(&self, question: &Question) -> Option<(u64, Arc<T>)> {
        let mut answers = self.answers();
        let place = answers.iter().position(|one| one.question == *question)?;
        let answer = answers.remove(place)?;
        let known = (answer.writes, Arc::clone(&answer.told));
        answers.push_front(answer);
        Some(known)
    }

    fn keep(&self, answer: Answer<T>) {
        let mut answers = self.answers();
        answers.retain(|one| one.question != answer.question);
        answers.push_front(answer);
        answers.truncate(self.most);
    }

    fn answers(&self) -> MutexGuard<'_, VecDeque<Answer<T>>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Answers a question as it was answered before, but for the photos that were touched since.
    pub(super) fn recall<T>(
        &self,
        remembered: &Remembered<T>,
        question: &Question,
        whole: impl FnOnce(&Connection) -> Result<T>,
        renewed: impl FnOnce(&Connection, &T, Since<'_>) -> Result<T>,
    ) -> Result<Arc<T>> {
        let known = remembered.find(question);
        // Counted before it is read: what is written meanwhile is read once more later.
        let (writes, touched) = match &known {
            Some((writes, _)) => self.changes().since(*writes),
            None => (self.writes(), None),
        };
        let told = match known.zip(touched) {
            Some(((before, told), _)) if before == writes => return Ok(told),
            Some(((_, told), touched)) if touched.is_empty() => told,
            Some(((before, told), photos)) => {
                let since = Since {
                    photos: &photos,
                    between: (before, writes),
                };
                Arc::new(self.read(|connection| renewed(connection, &told, since))?)
            }
            None => Arc::new(self.read(whole)?),
        };
        remembered.keep(Answer {
            question: question.clone(),
            writes,
            told: Arc::clone(&told),
        });
        Ok(told)
    }

    /// Answers a question of sets, a number and a `photo_set` a row.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn numbered_sets(&self, question: &Question) -> Result<NumberedSets> {
        let whole = |connection: &Connection| sets(question, connection);
        self.recall(self.sets(), question, whole, |connection, known, since| {
            let mut own = Vec::new();
            question.read_among(connection, since.photos, |number, set| {
                own.push((number, set));
            })?;
            Ok(renewed(known, since.photos, own))
        })
    }

    /// Answers a question of one set, after a number that stands for nothing.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn photo_set(&self, question: &Question) -> Result<PhotoSet> {
        let sets = self.numbered_sets(question)?;
        Ok(sets.first().map(|(_, set)| set.clone()).unwrap_or_default())
    }
}

/// Reads the sets of all photos.
pub(super) fn sets(question: &Question, connection: &Connection) -> Result<Vec<(i64, PhotoSet)>> {
    let mut sets = Vec::new();
    question.read(connection, |number, set| sets.push((number, set)))?;
    Ok(sets)
}

/// Sets in which the touched photos are where they are now, and nowhere else.
pub(super) fn renewed(
    known: &[(i64, PhotoSet)],
    touched: &[i64],
    now: Vec<(i64, PhotoSet)>,
) -> Vec<(i64, PhotoSet)> {
    let mut sets = known.to_vec();
    for (_, set) in &mut sets {
        touched.iter().for_each(|photo| set.remove(PhotoId(*photo)));
    }
    for (number, own) in now {
        match sets.iter_mut().find(|(known, _)| *known == number) {
            Some((_, set)) => set.add(&own),
            None => sets.push((number, own)),
        }
    }
    sets
}

#[cfg(test)]
mod tests {
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
}
