//! Sets of photos in SQL: `photo_set(id)` gathers ids into bits, `in_photo_set(bits, id)` asks them.
//!
//! Both stand on every connection. A filter's ids so come as one value, at a call a row instead of
//! a row each, and a set of a million photos is bound as 125 KB instead of being joined.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::{Result, Store};
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;

/// Makes both functions known to a connection.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_aggregate_function("photo_set", 1, flags, Gather)?;
    connection.create_scalar_function("in_photo_set", 2, flags, |context| {
        let set = context
            .get_or_create_aux(0, |bits| Ok::<_, FromSqlError>(from_blob(bits.as_blob()?)))?;
        Ok(set.contains(PhotoId(context.get(1)?)))
    })?;
    connection.create_scalar_function("shuffled", 2, flags, |context| {
        let place = super::photos::shuffled(PhotoId(context.get(0)?), context.get(1)?);
        // Numbers of SQLite have a sign; half of them are enough to be in the same order.
        Ok((place >> 1).cast_signed())
    })
}

struct Gather;

impl Aggregate<PhotoSet, Option<PhotoSet>> for Gather {
    fn init(&self, _context: &mut Context<'_>) -> rusqlite::Result<PhotoSet> {
        Ok(PhotoSet::new())
    }

    fn step(&self, context: &mut Context<'_>, set: &mut PhotoSet) -> rusqlite::Result<()> {
        set.insert(PhotoId(context.get(0)?));
        Ok(())
    }

    fn finalize(
        &self,
        _context: &mut Context<'_>,
        set: Option<PhotoSet>,
    ) -> rusqlite::Result<Option<PhotoSet>> {
        Ok(Some(set.unwrap_or_default()))
    }
}

impl ToSql for PhotoSet {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(blob(self)))
    }
}

/// A set as it is bound: its words of 64 bits, little endian.
pub(super) fn blob(set: &PhotoSet) -> Value {
    let bytes = set.words().iter().flat_map(|word| word.to_le_bytes());
    Value::Blob(bytes.collect())
}

impl FromSql for PhotoSet {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(from_blob(value.as_blob()?))
    }
}

fn from_blob(bytes: &[u8]) -> PhotoSet {
    let words = bytes.as_chunks::<8>().0.iter();
    PhotoSet::from_words(words.map(|word| u64::from_le_bytes(*word)).collect())
}

/// Sets that are remembered, at most: those of the filter and the words somebody is typing on.
const REMEMBERED: usize = 64;

/// Sets of photos with the number each stands for, as a statement answered them.
pub type NumberedSets = Arc<Vec<(i64, PhotoSet)>>;

/// A table that seldom changes, whose changes are counted in the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epoch {
    /// Which photos there are, also those whose file is gone.
    Photos,
    /// Which photos are in a stack, and where.
    Stacks,
}

impl Epoch {
    fn name(self) -> &'static str {
        match self {
            Self::Photos => "photos",
            Self::Stacks => "stacks",
        }
    }
}

/// What statements answered, the latest first, each with the count of writes it was read after.
#[derive(Default)]
pub(super) struct Remembered {
    answers: Mutex<VecDeque<Answer>>,
}

struct Answer {
    sql: String,
    params: Vec<Value>,
    writes: u64,
    sets: NumberedSets,
}

impl Remembered {
    fn get(&self, sql: &str, params: &[Value], writes: u64) -> Option<NumberedSets> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|answer| answer.writes == writes);
        let place = answers
            .iter()
            .position(|answer| answer.sql == sql && answer.params == params)?;
        let answer = answers.remove(place)?;
        let sets = Arc::clone(&answer.sets);
        answers.push_front(answer);
        Some(sets)
    }

    fn keep(&self, answer: Answer) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.push_front(answer);
        answers.truncate(REMEMBERED);
    }
}

impl Store {
    /// Reads the sets that a statement answers, a number and a set a row; remembers them until
    /// something is written.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn numbered_sets(&self, sql: &str, params: &[Value]) -> Result<NumberedSets> {
        // Counted before it is read: what is written meanwhile makes the answer old, never wrong.
        let writes = self.writes();
        self.recall(self.remembered(), writes, sql, params)
    }

    fn recall(
        &self,
        remembered: &Remembered,
        writes: u64,
        sql: &str,
        params: &[Value],
    ) -> Result<NumberedSets> {
        if let Some(sets) = remembered.get(sql, params, writes) {
            return Ok(sets);
        }
        let sets = self.read(|connection| read(connection, sql, params))?;
        let sets = Arc::new(sets);
        remembered.keep(Answer {
            sql: sql.to_owned(),
            params: params.to_owned(),
            writes,
            sets: Arc::clone(&sets),
        });
        Ok(sets)
    }

    /// Reads the set that a statement over this table alone answers, after a number that stands for
    /// nothing; remembers it until the table changes, whatever else is written.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn lasting_set(&self, of: Epoch, sql: &str, params: &[Value]) -> Result<PhotoSet> {
        // Asked before it is read: what changes meanwhile makes the answer old, never wrong.
        let epoch = self.read(|connection| {
            let sql = "SELECT number FROM epoch WHERE name = ?1";
            let mut statement = connection.prepare_cached(sql)?;
            Ok::<u64, super::StoreError>(statement.query_row([of.name()], |row| row.get(0))?)
        })?;
        let sets = self.recall(self.lasting(of), epoch, sql, params)?;
        Ok(sets.first().map(|(_, set)| set.clone()).unwrap_or_default())
    }

    /// Reads the set that a statement answers, after a number that stands for nothing; remembers it
    /// until something is written.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn photo_set(&self, sql: &str, params: &[Value]) -> Result<PhotoSet> {
        let sets = self.numbered_sets(sql, params)?;
        Ok(sets.first().map(|(_, set)| set.clone()).unwrap_or_default())
    }
}

/// Reads the set that a statement answers, after a number that stands for nothing.
///
/// # Errors
/// [`super::StoreError`].
pub fn read_one(connection: &Connection, sql: &str, params: &[Value]) -> Result<PhotoSet> {
    let mut sets = read(connection, sql, params)?;
    Ok(sets.pop().map(|(_, set)| set).unwrap_or_default())
}

fn read(connection: &Connection, sql: &str, params: &[Value]) -> Result<Vec<(i64, PhotoSet)>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params_from_iter(params), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_come_from_rows_and_go_back_into_questions() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        let rows =
            "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 200)";
        let ask = |select: &str, params: &[Value]| {
            let sets = read(&connection, &format!("{rows} {select}"), params).unwrap();
            sets.into_iter()
                .map(|(number, set)| (number, set.iter().map(|id| id.0).collect()))
                .collect::<Vec<(i64, Vec<i64>)>>()
        };
        let odd: PhotoSet = (0..100).map(|i| PhotoId(2 * i + 1)).collect();
        let above = "SELECT 7, photo_set(id) FROM n WHERE id > 190 AND in_photo_set(?1, id)";
        assert_eq!(
            ask(above, &[blob(&odd)]),
            [(7, vec![191, 193, 195, 197, 199])]
        );
        assert_eq!(ask(above, &[blob(&PhotoSet::new())]), [(7, vec![])]);
        let thirds = "SELECT id % 3, photo_set(id) FROM n WHERE id < 7 GROUP BY 1";
        assert_eq!(
            ask(thirds, &[]),
            [(0, vec![3, 6]), (1, vec![1, 4]), (2, vec![2, 5])]
        );
    }

    #[test]
    fn a_remembered_set_is_read_again_once_something_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("catalog.db")).unwrap();
        let tags = || {
            store
                .photo_set("SELECT 0, photo_set(id) FROM tag", &[])
                .unwrap()
                .len()
        };
        let add = |path: &str, aside: bool| {
            let write = |tx: &super::super::Transaction<'_>| -> Result<()> {
                tx.execute("INSERT INTO tag (path) VALUES (?1)", [path])?;
                Ok(())
            };
            if aside {
                store.write_aside(write)
            } else {
                store.write(write)
            }
            .unwrap();
        };
        assert_eq!(tags(), 0);
        add("a", false);
        assert_eq!(tags(), 1);
        add("b", true);
        assert_eq!(tags(), 1, "it was not remembered");
        add("c", false);
        assert_eq!(tags(), 3);
    }

    #[test]
    fn a_lasting_set_is_read_again_once_its_own_table_changes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("catalog.db")).unwrap();
        let write = |sql: &str| {
            store
                .write_aside(|tx| Ok::<_, super::super::StoreError>(tx.execute_batch(sql)?))
                .unwrap();
        };
        write(
            "INSERT INTO library (id, name) VALUES (1, 'L');
             INSERT INTO root (id, library_id, path, shown_path) VALUES (1, 1, x'2f', '/');",
        );
        let add = |id: i64| {
            write(&format!(
                "INSERT INTO photo (id, library_id, root_id, rel_path, path, folder, file_name, \
                 bytes, mtime_ns, content_hash, format, width, height, decode_version, added_at) \
                 VALUES ({id}, 1, 1, x'{id:02x}', '/{id}', '/', '{id}', 1, 1, x'{id:02x}', 'png', \
                 1, 1, 1, 1)"
            ));
        };
        let photos = || {
            let sql = "SELECT 0, photo_set(id) FROM photo";
            store.lasting_set(Epoch::Photos, sql, &[]).unwrap().len()
        };
        let below = || store.below_tops().unwrap().iter().collect::<Vec<_>>();
        assert_eq!((photos(), below()), (0, vec![]));
        add(1);
        add(2);
        assert_eq!((photos(), below()), (2, vec![]));
        write("INSERT INTO stack_member (photo_id, top_id, place) VALUES (1, 1, 0), (2, 1, 1)");
        assert_eq!((photos(), below()), (2, vec![PhotoId(2)]));
        write("UPDATE stack_member SET place = 1 - place");
        assert_eq!(below(), [PhotoId(1)]);
        // What a photo takes with it is counted too.
        write("PRAGMA foreign_keys = ON; DELETE FROM photo WHERE id = 1");
        assert_eq!((photos(), below()), (1, vec![]));
    }
}
