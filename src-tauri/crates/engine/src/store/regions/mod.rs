//! Table `region`: faces and things on photos, as fractions of the upright picture.

use rusqlite::{Connection, params};

use super::Result;
use crate::ids::PhotoId;

/// A region of a photo.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionRow {
    /// `face`, `pet`, `focus`, `barCode` or `object`.
    pub kind: String,
    /// Who or what it is.
    pub name: Option<String>,
    /// Left, top, width and height as fractions of the upright picture.
    pub area: [f64; 4],
    /// The person drew it; else a file or sidecar has it.
    pub is_own: bool,
}

/// Lists the regions of a photo, oldest first.
///
/// # Errors
/// [`super::StoreError`].
pub fn of_photo(connection: &Connection, id: PhotoId) -> Result<Vec<RegionRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT kind, name, x, y, width, height, source = 'user' FROM region \
         WHERE photo_id = ?1 ORDER BY id",
    )?;
    let rows = statement.query_map([id.0], |row| {
        Ok(RegionRow {
            kind: row.get(0)?,
            name: row.get(1)?,
            area: [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?],
            is_own: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Replaces the regions that a photo's files have; the person's own stay.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_of_files(connection: &Connection, id: PhotoId, regions: &[RegionRow]) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM region WHERE photo_id = ?1 AND source = 'file'")?
        .execute([id.0])?;
    for region in regions {
        add(connection, id, region)?;
    }
    Ok(())
}

/// Adds a region.
///
/// # Errors
/// [`super::StoreError`].
pub fn add(connection: &Connection, id: PhotoId, region: &RegionRow) -> Result<()> {
    let [x, y, width, height] = region.area;
    let source = if region.is_own { "user" } else { "file" };
    connection
        .prepare_cached(
            "INSERT INTO region (photo_id, kind, name, x, y, width, height, source) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            id.0,
            region.kind,
            region.name,
            x,
            y,
            width,
            height,
            source
        ])?;
    Ok(())
}
