//! What a person says of a photo, as far as it stands in its row; and its name.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::ids::PhotoId;
use crate::io;
use crate::store::Result;

/// Rating, label and caption.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// −1 … 5.
    pub rating: Option<i32>,
    /// Colour label.
    pub label: Option<String>,
    /// Caption.
    pub caption: Option<String>,
}

/// Reads them; none for an unknown photo.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn facts(connection: &Connection, id: PhotoId) -> Result<Option<Facts>> {
    let mut statement =
        connection.prepare_cached("SELECT rating, label, caption FROM photo WHERE id = ?1")?;
    let facts = statement.query_row([id.0], |row| {
        Ok(Facts {
            rating: row.get(0)?,
            label: row.get(1)?,
            caption: row.get(2)?,
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
        .prepare_cached("UPDATE photo SET rating = ?2, label = ?3, caption = ?4 WHERE id = ?1")?
        .execute(params![id.0, facts.rating, facts.label, facts.caption])?;
    Ok(())
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
