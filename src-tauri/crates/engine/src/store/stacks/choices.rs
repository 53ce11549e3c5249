//! Table `stack_choice`: what a person has stacked or taken apart, by content.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::{FILE, StackFile, file};
use crate::store::Result;

/// What a person has said of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Files of one number belong together; none: it is by itself.
    pub stack: Option<i64>,
    /// From the top down, 0 for the top.
    pub place: u32,
}

/// Reads all choices, by BLAKE3 of the file.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn choices(connection: &Connection) -> Result<HashMap<[u8; 32], Choice>> {
    let mut statement =
        connection.prepare_cached("SELECT content_hash, stack, place FROM stack_choice")?;
    let rows = statement.query_map([], |row| {
        let choice = Choice {
            stack: row.get(1)?,
            place: row.get(2)?,
        };
        Ok((row.get(0)?, choice))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps a choice.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn put(connection: &Connection, content: &[u8; 32], choice: Choice) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO stack_choice (content_hash, stack, place) VALUES (?1, ?2, ?3) \
             ON CONFLICT (content_hash) DO UPDATE SET stack = excluded.stack, place = excluded.place",
        )?
        .execute(params![content, choice.stack, choice.place])?;
    Ok(())
}

/// Forgets what was said of a file.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn forget(connection: &Connection, content: &[u8; 32]) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM stack_choice WHERE content_hash = ?1")?
        .execute([content])?;
    Ok(())
}

/// A number that no choice has.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn next_number(connection: &Connection) -> Result<i64> {
    // Members may outlive the last choice of their number for a moment.
    let mut statement = connection.prepare_cached(
        "SELECT 1 + max((SELECT coalesce(max(stack), 0) FROM stack_choice), \
         (SELECT coalesce(max(hand), 0) FROM stack_member))",
    )?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Lists the photos that can be found and have a content, by id.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn with_content(connection: &Connection, content: &[u8; 32]) -> Result<Vec<StackFile>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {FILE} WHERE content_hash = ?1 AND missing_since IS NULL ORDER BY id"
    ))?;
    let rows = statement.query_map([content], file)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
