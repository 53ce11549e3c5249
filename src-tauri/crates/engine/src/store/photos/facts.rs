//! What is said of a photo, as far as it stands in its row; how it is turned; and its name.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::ids::PhotoId;
use crate::io;
use crate::store::Result;

/// Rating, label, caption and title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// −1 … 5.
    pub rating: Option<i32>,
    /// Colour label.
    pub label: Option<String>,
    /// Caption.
    pub caption: Option<String>,
    /// A name for the picture.
    pub title: Option<String>,
}

/// Reads them; none for an unknown photo.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn facts(connection: &Connection, id: PhotoId) -> Result<Option<Facts>> {
    let mut statement = connection
        .prepare_cached("SELECT rating, label, caption, title FROM photo WHERE id = ?1")?;
    let facts = statement.query_row([id.0], |row| {
        Ok(Facts {
            rating: row.get(0)?,
            label: row.get(1)?,
            caption: row.get(2)?,
            title: row.get(3)?,
        })
    });
    Ok(facts.optional()?)
}

/// Sets them.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn set_facts(connection: &Connection, id: PhotoId, facts: &Facts) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE photo SET rating = ?2, label = ?3, caption = ?4, title = ?5 WHERE id = ?1",
        )?
        .execute(params![
            id.0,
            facts.rating,
            facts.label,
            facts.caption,
            facts.title
        ])?;
    Ok(())
}

/// The state of a photo's sidecar when it was read; 0 where there was none.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn sidecar_stamp(connection: &Connection, id: PhotoId) -> Result<Option<i64>> {
    let mut statement =
        connection.prepare_cached("SELECT sidecar_stamp FROM photo WHERE id = ?1")?;
    Ok(statement.query_row([id.0], |row| row.get(0)).optional()?)
}

/// The EXIF orientation of a photo's file, and its upright width and height in pixels.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn turn(connection: &Connection, id: PhotoId) -> Result<Option<(u8, u32, u32)>> {
    let mut statement = connection
        .prepare_cached("SELECT exif_orientation, width, height FROM photo WHERE id = ?1")?;
    let turn = statement.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    Ok(turn.optional()?)
}

/// Notes that a photo's file has another name in its folder.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn rename(connection: &Connection, id: PhotoId, path: &Path) -> Result<()> {
    let Some(name) = path.file_name() else {
        return Ok(());
    };
    let known: Option<Vec<u8>> = connection
        .prepare_cached("SELECT rel_path FROM photo WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    let Some(known) = known.map(|bytes| io::path_from_bytes(&bytes)) else {
        return Ok(());
    };
    connection
        .prepare_cached("UPDATE photo SET rel_path = ?2, path = ?3, file_name = ?4 WHERE id = ?1")?
        .execute(params![
            id.0,
            io::path_to_bytes(&known.with_file_name(name)),
            io::shown(path),
            name.to_string_lossy(),
        ])?;
    Ok(())
}
