//! Tables `saved_search` and `search_history`: queries by name, and those asked lately. A query is
//! the text its asker wrote; nothing here reads it.

mod history;

use rusqlite::{Connection, Row, params};

use super::Result;
use crate::ids::SavedSearchId;

pub use history::{Asked, clear, history, remember};

/// A query kept by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its id.
    pub id: SavedSearchId,
    /// Its name.
    pub name: String,
    /// The query, as its asker wrote it.
    pub query: String,
    /// When it was first kept, seconds since 1970 UTC.
    pub created_at_s: i64,
}

/// Lists what is kept, by name.
///
/// # Errors
/// [`super::StoreError`].
pub fn list(connection: &Connection) -> Result<Vec<SavedSearch>> {
    let mut statement = connection
        .prepare_cached("SELECT id, name, query, created_at FROM saved_search ORDER BY name, id")?;
    let rows = statement.query_map([], saved)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps a query.
///
/// # Errors
/// [`super::StoreError`]; the name must be free.
pub fn insert(
    connection: &Connection,
    name: &str,
    query: &str,
    now_s: i64,
) -> Result<SavedSearchId> {
    connection.execute(
        "INSERT INTO saved_search (name, query, created_at, changed_at) VALUES (?1, ?2, ?3, ?3)",
        params![name, query, now_s],
    )?;
    Ok(SavedSearchId(connection.last_insert_rowid()))
}

/// Replaces name and query of what is kept.
///
/// # Errors
/// [`super::StoreError`]; the name must be free.
pub fn replace(
    connection: &Connection,
    id: SavedSearchId,
    name: &str,
    query: &str,
    now_s: i64,
) -> Result<()> {
    connection.execute(
        "UPDATE saved_search SET name = ?2, query = ?3, changed_at = ?4 WHERE id = ?1",
        params![id.0, name, query, now_s],
    )?;
    Ok(())
}

/// Forgets a query. Answers whether it was there.
///
/// # Errors
/// [`super::StoreError`].
pub fn remove(connection: &Connection, id: SavedSearchId) -> Result<bool> {
    let removed = connection.execute("DELETE FROM saved_search WHERE id = ?1", [id.0])?;
    Ok(removed > 0)
}

fn saved(row: &Row<'_>) -> rusqlite::Result<SavedSearch> {
    Ok(SavedSearch {
        id: SavedSearchId(row.get(0)?),
        name: row.get(1)?,
        query: row.get(2)?,
        created_at_s: row.get(3)?,
    })
}
