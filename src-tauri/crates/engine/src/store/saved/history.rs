//! Table `search_history`: the queries asked lately, each once.

use rusqlite::{Connection, params};

use crate::store::Result;

/// A query that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The query, as its asker wrote it.
    pub query: String,
    /// When it was last asked, seconds since 1970 UTC.
    pub asked_at_s: i64,
}

/// Notes that a query was asked, before all others, and forgets the oldest beyond so many.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn remember(connection: &Connection, query: &str, now_s: i64, most: u32) -> Result<()> {
    connection.execute("DELETE FROM search_history WHERE query = ?1", [query])?;
    connection.execute(
        "INSERT INTO search_history (query, asked_at) VALUES (?1, ?2)",
        params![query, now_s],
    )?;
    connection.execute(
        "DELETE FROM search_history WHERE id NOT IN \
         (SELECT id FROM search_history ORDER BY id DESC LIMIT ?1)",
        [most],
    )?;
    Ok(())
}

/// Lists the queries, newest first.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn history(connection: &Connection) -> Result<Vec<Asked>> {
    let mut statement =
        connection.prepare_cached("SELECT query, asked_at FROM search_history ORDER BY id DESC")?;
    let rows = statement.query_map([], |row| {
        Ok(Asked {
            query: row.get(0)?,
            asked_at_s: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Forgets all of them. Answers whether there were any.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn clear(connection: &Connection) -> Result<bool> {
    Ok(connection.execute("DELETE FROM search_history", [])? > 0)
}
