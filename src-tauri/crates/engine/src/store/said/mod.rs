//! Tables `photo_said`, `photo_keyword` and `sidecar_due`: what files and sidecars said of photos
//! when they were last read, which tags they brought, and which sidecars have to be written.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::Result;
use crate::ids::PhotoId;

/// What was said of a photo, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaidRow {
    /// By its file.
    pub file: String,
    /// By its sidecar.
    pub sidecar: Option<String>,
    /// What the two came to.
    pub merged: String,
    /// The sidecar is the newer one.
    pub sidecar_is_newer: bool,
    /// The sidecar as shown.
    pub sidecar_path: Option<String>,
    /// Why the sidecar cannot be understood.
    pub problem: Option<String>,
}

/// Reads what was said of a photo.
///
/// # Errors
/// [`super::StoreError`].
pub fn get(connection: &Connection, id: PhotoId) -> Result<Option<SaidRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT file, sidecar, merged, newer = 'sidecar', sidecar_path, problem \
         FROM photo_said WHERE photo_id = ?1",
    )?;
    let row = statement.query_row([id.0], |row| {
        Ok(SaidRow {
            file: row.get(0)?,
            sidecar: row.get(1)?,
            merged: row.get(2)?,
            sidecar_is_newer: row.get(3)?,
            sidecar_path: row.get(4)?,
            problem: row.get(5)?,
        })
    });
    Ok(row.optional()?)
}

/// Replaces what was said of a photo.
///
/// # Errors
/// [`super::StoreError`].
pub fn put(connection: &Connection, id: PhotoId, said: &SaidRow) -> Result<()> {
    let newer = if said.sidecar_is_newer {
        "sidecar"
    } else {
        "file"
    };
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO photo_said \
             (photo_id, file, sidecar, merged, newer, sidecar_path, problem) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            id.0,
            said.file,
            said.sidecar,
            said.merged,
            newer,
            said.sidecar_path,
            said.problem,
        ])?;
    Ok(())
}

/// The tags that a photo's files brought.
///
/// # Errors
/// [`super::StoreError`].
pub fn brought(connection: &Connection, id: PhotoId) -> Result<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT path FROM photo_keyword WHERE photo_id = ?1")?;
    let rows = statement.query_map([id.0], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Notes which tags a photo's files brought.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_brought<'a>(
    connection: &Connection,
    id: PhotoId,
    tags: impl IntoIterator<Item = &'a str>,
) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM photo_keyword WHERE photo_id = ?1")?
        .execute([id.0])?;
    let mut put = connection
        .prepare_cached("INSERT OR IGNORE INTO photo_keyword (photo_id, path) VALUES (?1, ?2)")?;
    for tag in tags {
        put.execute(params![id.0, tag])?;
    }
    Ok(())
}

/// Notes that the person wants a tag on a photo, whatever its files say.
///
/// # Errors
/// [`super::StoreError`].
pub fn claim(connection: &Connection, id: PhotoId, tag: &str) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM photo_keyword WHERE photo_id = ?1 AND path = ?2")?
        .execute(params![id.0, tag])?;
    Ok(())
}

/// Notes that the sidecars of photos have to be written.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_due(connection: &Connection, ids: &[PhotoId]) -> Result<()> {
    let mut put = connection.prepare_cached(
        "INSERT OR REPLACE INTO sidecar_due (photo_id, problem) VALUES (?1, NULL)",
    )?;
    for id in ids {
        put.execute([id.0])?;
    }
    Ok(())
}

/// Lists photos whose sidecar has to be written and that are there, by id.
///
/// # Errors
/// [`super::StoreError`].
pub fn due(connection: &Connection) -> Result<Vec<PhotoId>> {
    let mut statement = connection.prepare_cached(
        "SELECT photo_id FROM sidecar_due JOIN photo ON photo.id = photo_id \
         WHERE photo.missing_since IS NULL ORDER BY photo_id",
    )?;
    let rows = statement.query_map([], |row| row.get(0).map(PhotoId))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Why a photo's sidecar could not be written when last tried.
///
/// # Errors
/// [`super::StoreError`].
pub fn due_problem(connection: &Connection, id: PhotoId) -> Result<Option<String>> {
    let mut statement =
        connection.prepare_cached("SELECT problem FROM sidecar_due WHERE photo_id = ?1")?;
    let problem = statement.query_row([id.0], |row| row.get(0)).optional()?;
    Ok(problem.flatten())
}

/// Notes how writing a photo's sidecar ended: well, or with a problem that keeps it due.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_written(connection: &Connection, id: PhotoId, problem: Option<&str>) -> Result<()> {
    match problem {
        None => connection
            .prepare_cached("DELETE FROM sidecar_due WHERE photo_id = ?1")?
            .execute([id.0])?,
        Some(problem) => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO sidecar_due (photo_id, problem) VALUES (?1, ?2)",
            )?
            .execute(params![id.0, problem])?,
    };
    Ok(())
}

/// Notes the state of the sidecar that was read or written, and by which version.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_stamp(connection: &Connection, id: PhotoId, stamp: i64, version: u32) -> Result<()> {
    connection
        .prepare_cached("UPDATE photo SET sidecar_stamp = ?2, metadata_version = ?3 WHERE id = ?1")?
        .execute(params![id.0, stamp, version])?;
    Ok(())
}
