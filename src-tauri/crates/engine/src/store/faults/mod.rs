//! Table `fault`: files that could not be read, with their stage and reason.

mod listed;

use rusqlite::{Connection, Row, params};

use super::Result;
use crate::fault_kind::FaultKind;
use crate::ids::RootId;
use crate::io::FileStamp;

pub use listed::{Chosen, Fault, FaultCount, counts, files, list, places, remember, set_ignored};

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
    /// What it is grouped by.
    pub kind: FaultKind,
    /// Why, for a photographer.
    pub reason: String,
    /// Size and time when it was tried.
    pub stamp: FileStamp,
    /// Version of the stages that tried.
    pub decode_version: u32,
    /// Names the file on its disk; not kept.
    pub file_key: Option<Vec<u8>>,
}

/// Notes a fault, or replaces the one at its place. It is ignored where its file is, wherever that lay.
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
            fault.kind.word(),
            fault.reason,
            i64::try_from(fault.stamp.bytes).unwrap_or(i64::MAX),
            fault.stamp.mtime_ns,
            fault.decode_version,
            fault.file_key,
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
    "root_id, rel_path, path, stage, kind, reason, bytes, mtime_ns, decode_version FROM fault";

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
        kind: listed::kind(row, 4)?,
        reason: row.get(5)?,
        stamp: FileStamp {
            bytes: row.get(6)?,
            mtime_ns: row.get(7)?,
        },
        decode_version: row.get(8)?,
        file_key: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_an_older_catalog_get_a_kind() {
        let connection = Connection::open_in_memory().unwrap();
        let run = |sql: &str| connection.execute_batch(sql).unwrap();
        run(include_str!("../migrations/0001_catalog.sql"));
        run("INSERT INTO library (name) VALUES ('Photos');
             INSERT INTO root (library_id, path, shown_path) VALUES (1, x'2f', '/')");
        let expected = [
            ("The file is empty", FaultKind::Empty),
            (
                "The file breaks off in the middle, 9 % of it could be read: copy it again",
                FaultKind::Damaged,
            ),
            (
                "The JPEG data is damaged: copy the file again",
                FaultKind::Damaged,
            ),
            (
                "Reading the picture took more than 9 s and was stopped",
                FaultKind::GaveUp,
            ),
            (
                "The picture is too large: 70000 × 70000 pixels",
                FaultKind::TooLarge,
            ),
            ("PDS pictures cannot be read yet", FaultKind::Unsupported),
            ("This is a video, not a picture", FaultKind::NotAPicture),
            (
                "You have no permission to read this file",
                FaultKind::NotAllowed,
            ),
            (
                "It is a link to a file that is not there",
                FaultKind::BrokenLink,
            ),
            (
                "The file cannot be read: Input/output error",
                FaultKind::Unreadable,
            ),
        ];
        for (at, (reason, _)) in expected.iter().enumerate() {
            connection
                .execute(
                    "INSERT INTO fault VALUES (1, ?1, CAST(?1 AS TEXT), 'decode', ?2, 5, 6, 7)",
                    params![vec![b'a' + u8::try_from(at).unwrap()], reason],
                )
                .unwrap_or_else(|error| panic!("{reason}: {error}"));
        }
        run(include_str!("../migrations/0009_faults.sql"));
        let (listed, total) = list(&connection, &Chosen::default(), 100, 0).unwrap();
        assert_eq!(total, expected.len() as u64);
        let listed: Vec<_> = listed
            .iter()
            .map(|fault| (&*fault.reason, fault.kind))
            .collect();
        assert_eq!(listed, expected);
    }
}
