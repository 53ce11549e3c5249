//! The words of the photos that were touched lately, in an index of their own.
//!
//! The index of all photos answers the beginning of a word by joining every word that begins so,
//! whichever photos it is asked of. Over a few photos that takes no time.

use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, params_from_iter};

use super::COLUMNS;
use crate::photo_set::PhotoSet;
use crate::store::remembered::{Question, Since, renewed, sets};
use crate::store::{Result, Store};

/// The index, in memory, and what is in it.
#[derive(Default)]
pub(in crate::store) struct TouchedWords(Mutex<Option<Own>>);

struct Own {
    connection: Connection,
    between: (u64, u64),
}

impl Store {
    /// Answers a question of one set of photos, asked of `photo_text`.
    pub(super) fn photos_of_words(&self, question: &Question) -> Result<PhotoSet> {
        let whole = |connection: &Connection| sets(question, connection);
        let told = self.recall(self.sets(), question, whole, |connection, known, since| {
            let own = self.touched_words().ask(connection, &since, question)?;
            Ok(renewed(known, since.photos, own))
        })?;
        Ok(told.first().map(|(_, set)| set.clone()).unwrap_or_default())
    }
}

impl TouchedWords {
    /// Asks the words of the touched photos, which are read where others were asked before.
    fn ask(
        &self,
        catalog: &Connection,
        since: &Since<'_>,
        question: &Question,
    ) -> Result<Vec<(i64, PhotoSet)>> {
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What is written meanwhile is told as touched once more.
        let own = match own.take_if(|own| own.between == since.between) {
            Some(known) => own.insert(known),
            None => own.insert(Own {
                connection: read(catalog, since.photos)?,
                between: since.between,
            }),
        };
        sets(question, &own.connection)
    }
}

/// Copies the words of photos to an index in memory.
fn read(catalog: &Connection, photos: &[i64]) -> Result<Connection> {
    let own = Connection::open_in_memory()?;
    crate::store::sets::register(&own)?;
    let table: String = catalog.query_row(
        "SELECT sql FROM sqlite_master WHERE name = 'photo_text'",
        [],
        |row| row.get(0),
    )?;
    own.execute_batch(&table)?;
    let columns = COLUMNS.map(|column| column.name).join(", ");
    let places = COLUMNS.map(|_| "?").join(", ");
    let sql = format!("SELECT rowid, {columns} FROM photo_text WHERE rowid = ?1");
    let mut words = catalog.prepare_cached(&sql)?;
    let copy = own.unchecked_transaction()?;
    {
        let sql = format!("INSERT INTO photo_text (rowid, {columns}) VALUES (?, {places})");
        let mut put = copy.prepare(&sql)?;
        for photo in photos {
            let mut rows = words.query([photo])?;
            if let Some(row) = rows.next()? {
                let values = (0..=COLUMNS.len()).map(|place| row.get(place));
                let values: Vec<rusqlite::types::Value> =
                    values.collect::<rusqlite::Result<_>>()?;
                put.execute(params_from_iter(values))?;
            }
        }
    }
    copy.commit()?;
    Ok(own)
}
