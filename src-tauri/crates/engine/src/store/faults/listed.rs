//! Faults as people see them: listed, counted, chosen and ignored.

use std::path::PathBuf;

use rusqlite::{Connection, Params, Row, named_params, params};

use crate::fault_kind::FaultKind;
use crate::ids::{FaultId, LibraryId, RootId};
use crate::io;
use crate::store::Result;

const CHOSEN: &str = include_str!("chosen.sql");

/// Which faults are meant; all where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// Of this library.
    pub library: Option<LibraryId>,
    /// Of this kind.
    pub kind: Option<FaultKind>,
    /// These.
    pub ids: Option<Vec<FaultId>>,
    /// Only ignored ones, or only the others.
    pub ignored: Option<bool>,
}

impl Chosen {
    fn ids(&self) -> Option<String> {
        let ids = self.ids.as_ref()?;
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        Some(format!("[{}]", ids.join(",")))
    }
}

/// A fault as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its number.
    pub id: FaultId,
    /// Where the file lies, as shown.
    pub path: String,
    /// "scan", "fingerprint", "decode".
    pub stage: String,
    /// What it is grouped by.
    pub kind: FaultKind,
    /// Why, for a photographer.
    pub reason: String,
    /// Size when it was tried; 0 for a folder.
    pub bytes: u64,
    /// It is not shown among the others until its file changes.
    pub ignored: bool,
}

/// How many faults there are of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultCount {
    /// The kind.
    pub kind: FaultKind,
    /// Those that are not ignored.
    pub open: u64,
    /// Those that are.
    pub ignored: u64,
}

/// Lists faults, by path, and their number.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn list(
    connection: &Connection,
    chosen: &Chosen,
    limit: u32,
    offset: u32,
) -> Result<(Vec<Fault>, u64)> {
    let sql = format!(
        "SELECT id, path, stage, kind, reason, bytes, ignored FROM fault WHERE {CHOSEN} \
         ORDER BY path, id LIMIT :limit OFFSET :offset"
    );
    let library = chosen.library.map(|id| id.0);
    let kind = chosen.kind.map(FaultKind::word);
    let faults = query(
        connection,
        &sql,
        named_params! {":library": library, ":kind": kind, ":ids": chosen.ids(),
        ":ignored": chosen.ignored, ":limit": limit, ":offset": offset},
        fault,
    )?;
    let total = query(
        connection,
        &format!("SELECT count(*) FROM fault WHERE {CHOSEN}"),
        named_params! {":library": library, ":kind": kind, ":ids": chosen.ids(),
        ":ignored": chosen.ignored},
        |row| row.get(0),
    )?;
    Ok((faults, total.first().copied().unwrap_or_default()))
}

/// Counts the faults of a library or all by kind, in the order kinds are shown.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn counts(connection: &Connection, library: Option<LibraryId>) -> Result<Vec<FaultCount>> {
    let mut counts = query(
        connection,
        "SELECT kind, count(*) - sum(ignored), sum(ignored) FROM fault \
         WHERE root_id IN (SELECT id FROM root WHERE ?1 IS NULL OR library_id = ?1) GROUP BY kind",
        [library.map(|id| id.0)],
        |row| {
            Ok(FaultCount {
                kind: kind(row, 0)?,
                open: row.get(1)?,
                ignored: row.get(2)?,
            })
        },
    )?;
    counts.sort_by_key(|count| count.kind);
    Ok(counts)
}

/// Where the files of faults lie: roots, and paths below them as the platform's own bytes.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn places(connection: &Connection, chosen: &Chosen) -> Result<Vec<(RootId, Vec<u8>)>> {
    query(
        connection,
        &format!("SELECT root_id, rel_path FROM fault WHERE {CHOSEN} ORDER BY root_id, rel_path"),
        named_params! {":library": chosen.library.map(|id| id.0),
        ":kind": chosen.kind.map(FaultKind::word), ":ids": chosen.ids(),
        ":ignored": chosen.ignored},
        |row| Ok((RootId(row.get(0)?), row.get(1)?)),
    )
}

/// Where the files of faults lie.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn files(connection: &Connection, chosen: &Chosen) -> Result<Vec<(FaultId, PathBuf)>> {
    query(
        connection,
        &format!(
            "SELECT fault.id, root.path, fault.rel_path FROM fault JOIN root ON root.id = root_id \
             WHERE fault.stage <> 'scan' AND {CHOSEN}"
        ),
        named_params! {":library": chosen.library.map(|id| id.0),
        ":kind": chosen.kind.map(FaultKind::word), ":ids": chosen.ids(),
        ":ignored": chosen.ignored},
        |row| {
            let (root, below): (Vec<u8>, Vec<u8>) = (row.get(1)?, row.get(2)?);
            let file = io::path_from_bytes(&root).join(io::path_from_bytes(&below));
            Ok((FaultId(row.get(0)?), file))
        },
    )
}

/// Keeps that the file of a fault is ignored, or forgets it; `key` names the file on its disk.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn remember(
    connection: &Connection,
    fault: FaultId,
    key: Option<&[u8]>,
    ignored: bool,
) -> Result<()> {
    let sql = if ignored {
        "INSERT OR IGNORE INTO ignored_file (bytes, mtime_ns, file_key) \
         SELECT bytes, mtime_ns, ?2 FROM fault WHERE id = ?1"
    } else {
        "DELETE FROM ignored_file WHERE (bytes, mtime_ns) IN \
         (SELECT bytes, mtime_ns FROM fault WHERE id = ?1) \
         AND (?2 IS NULL OR file_key IS NULL OR file_key = ?2 OR bytes > 0)"
    };
    connection
        .prepare_cached(sql)?
        .execute(params![fault.0, key])?;
    Ok(())
}

/// Ignores faults, or takes that back. Answers those on which it changed.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn set_ignored(
    connection: &Connection,
    chosen: &Chosen,
    ignored: bool,
) -> Result<Vec<FaultId>> {
    query(
        connection,
        &format!(
            "UPDATE fault SET ignored = :wanted WHERE ignored <> :wanted AND {CHOSEN} RETURNING id"
        ),
        named_params! {":library": chosen.library.map(|id| id.0),
        ":kind": chosen.kind.map(FaultKind::word), ":ids": chosen.ids(),
        ":ignored": chosen.ignored, ":wanted": ignored},
        |row| Ok(FaultId(row.get(0)?)),
    )
}

fn query<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn fault(row: &Row<'_>) -> rusqlite::Result<Fault> {
    Ok(Fault {
        id: FaultId(row.get(0)?),
        path: row.get(1)?,
        stage: row.get(2)?,
        kind: kind(row, 3)?,
        reason: row.get(4)?,
        bytes: row.get(5)?,
        ignored: row.get(6)?,
    })
}

pub(super) fn kind(row: &Row<'_>, column: usize) -> rusqlite::Result<FaultKind> {
    let word: String = row.get(column)?;
    Ok(FaultKind::of_word(&word).unwrap_or(FaultKind::Unreadable))
}
