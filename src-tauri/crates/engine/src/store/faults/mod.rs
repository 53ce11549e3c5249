//! Table `fault`: files that could not be read, with their stage and reason.

use rusqlite::{Connection, Row, params};

use super::Result;
use crate::ids::{LibraryId, RootId};
use crate::io::FileStamp;

/// A file that could not be read.
#[derive(Clone, Debug)]
pub struct FaultRow {
    /// The root it lies below.
    pub root_id: RootId,
    /// Below the root, the platform's own bytes.
    pub rel_path: Vec<u8>,
    /// Whole path as shown.
    pub path: String,
    /// "scan", "fingerprint", "decode".
    pub stage: String,
    /// Why, for a photographer.
    pub reason: String,
    /// Size and time when it was tried.
    pub stamp: FileStamp,
    /// Version of the stages that tried.
    pub decode_version: u32,
}

/// Notes a fault, or replaces the one at its place.
///
/// # Errors
/// [`super::StoreError`].
pub fn put(connection: &Connection, fault: &FaultRow) -> Result<()> {
    connection
        .prepare_cached(include_str!("put.sql"))?
        .execute(params![
            fault.root_id.0,
            fault.rel_path,
            fault.path,
            fault.stage,
            fault.reason,
            i64::try_from(fault.stamp.bytes).unwrap_or(i64::MAX),
            fault.stamp.mtime_ns,
            fault.decode_version,
        ])?;
    Ok(())
}

/// Forgets the fault at a place. Answers whether there was one.
///
/// # Errors
/// [`super::StoreError`].
pub fn clear(connection: &Connection, root: RootId, rel_path: &[u8]) -> Result<bool> {
    let cleared = connection
        .prepare_cached("DELETE FROM fault WHERE root_id = ?1 AND rel_path = ?2")?
        .execute(params![root.0, rel_path])?;
    Ok(cleared > 0)
}

const COLUMNS: &str =
    "root_id, rel_path, path, stage, reason, bytes, mtime_ns, decode_version FROM fault";

/// Lists the faults of a root.
///
/// # Errors
/// [`super::StoreError`].
pub fn of_root(connection: &Connection, root: RootId) -> Result<Vec<FaultRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE root_id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([root.0], fault)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists the fault at a path below a root, and those below it where it is a folder.
///
/// # Errors
/// [`super::StoreError`].
pub fn below(connection: &Connection, root: RootId, path: &[u8]) -> Result<Vec<FaultRow>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE root_id = ?1 AND (rel_path = ?2 OR (rel_path > ?3 AND rel_path < ?4))"
    );
    let (from, to) = super::photos::below(path);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![root.0, path, from, to], fault)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn fault(row: &Row<'_>) -> rusqlite::Result<FaultRow> {
    Ok(FaultRow {
        root_id: RootId(row.get(0)?),
        rel_path: row.get(1)?,
        path: row.get(2)?,
        stage: row.get(3)?,
        reason: row.get(4)?,
        stamp: FileStamp {
            bytes: row.get(5)?,
            mtime_ns: row.get(6)?,
        },
        decode_version: row.get(7)?,
    })
}

/// Where a file lies as shown, the stage that failed, and the reason.
pub type FaultLine = (String, String, String);

/// Lists the faults of a library or all, by path, and their number.
///
/// # Errors
/// [`super::StoreError`].
pub fn list(
    connection: &Connection,
    library: Option<LibraryId>,
    limit: u32,
    offset: u32,
) -> Result<(Vec<FaultLine>, u64)> {
    let library = library.map(|id| id.0);
    let mut statement = connection.prepare_cached(
        "SELECT fault.path, fault.stage, fault.reason FROM fault \
         JOIN root ON root.id = fault.root_id WHERE ?1 IS NULL OR root.library_id = ?1 \
         ORDER BY fault.path LIMIT ?2 OFFSET ?3",
    )?;
    let rows = statement.query_map(params![library, limit, offset], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let rows = rows.collect::<rusqlite::Result<_>>()?;
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM fault JOIN root ON root.id = fault.root_id \
         WHERE ?1 IS NULL OR root.library_id = ?1",
    )?;
    let total = statement.query_row([library], |row| row.get(0))?;
    Ok((rows, total))
}
