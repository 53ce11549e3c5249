//! Sets of photos in SQL: `photo_set(id)` gathers ids into bits, `in_photo_set(bits, id)` asks them.
//!
//! Both stand on every connection. A filter's ids so come as one value, at a call a row instead of
//! a row each, and a set of a million photos is bound as 125 KB instead of being joined.

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};

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

#[cfg(test)]
mod tests {
    use super::super::remembered::Question;
    use super::*;

    #[test]
    fn sets_come_from_rows_and_go_back_into_questions() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        let rows =
            "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 200)";
        let ask = |select: &str, params: &[Value]| {
            let question = Question::new(format!("{rows} {select}"), params.to_vec());
            let mut sets: Vec<(i64, Vec<i64>)> = Vec::new();
            let each =
                |number, set: PhotoSet| sets.push((number, set.iter().map(|id| id.0).collect()));
            question.read(&connection, each).unwrap();
            sets
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
}
