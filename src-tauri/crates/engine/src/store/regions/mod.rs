//! Tables `region` and `region_removed`: faces and things on photos, as fractions of the upright picture.

use rusqlite::{Connection, Row, params};

use super::Result;
use crate::ids::{PhotoId, RegionId};

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

/// Name and area of a region that was removed.
pub type Removed = (Option<String>, [f64; 4]);

const SELECT: &str =
    "SELECT id, photo_id, kind, name, x, y, width, height, source = 'user' FROM region";

/// Lists the regions of a photo, oldest first.
///
/// # Errors
/// [`super::StoreError`].
pub fn of_photo(connection: &Connection, id: PhotoId) -> Result<Vec<(RegionId, RegionRow)>> {
    let mut statement =
        connection.prepare_cached(&format!("{SELECT} WHERE photo_id = ?1 ORDER BY id"))?;
    let rows = statement.query_map([id.0], |row| Ok((RegionId(row.get(0)?), read(row)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Gets a region with its photo.
///
/// # Errors
/// [`super::StoreError`].
pub fn by_id(connection: &Connection, id: RegionId) -> Result<Option<(PhotoId, RegionRow)>> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
    let mut rows = statement.query_map([id.0], |row| Ok((PhotoId(row.get(1)?), read(row)?)))?;
    Ok(rows.next().transpose()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<RegionRow> {
    Ok(RegionRow {
        kind: row.get(2)?,
        name: row.get(3)?,
        area: [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?],
        is_own: row.get(8)?,
    })
}

/// Removes a region.
///
/// # Errors
/// [`super::StoreError`].
pub fn remove(connection: &Connection, id: RegionId) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM region WHERE id = ?1")?
        .execute([id.0])?;
    Ok(())
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

/// Lists the regions that a person removed and that the sidecar may still have.
///
/// # Errors
/// [`super::StoreError`].
pub fn removed(connection: &Connection, id: PhotoId) -> Result<Vec<Removed>> {
    let mut statement = connection.prepare_cached(
        "SELECT name, x, y, width, height FROM region_removed WHERE photo_id = ?1 ORDER BY rowid",
    )?;
    let rows = statement.query_map([id.0], |row| {
        let area = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        Ok((row.get(0)?, area))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Replaces the regions that a person removed.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_removed(connection: &Connection, id: PhotoId, regions: &[Removed]) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM region_removed WHERE photo_id = ?1")?
        .execute([id.0])?;
    let mut put = connection.prepare_cached(
        "INSERT INTO region_removed (photo_id, name, x, y, width, height) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (name, [x, y, width, height]) in regions {
        put.execute(params![id.0, name, x, y, width, height])?;
    }
    Ok(())
}

/// Adds a region.
///
/// # Errors
/// [`super::StoreError`].
pub fn add(connection: &Connection, id: PhotoId, region: &RegionRow) -> Result<RegionId> {
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
    Ok(RegionId(connection.last_insert_rowid()))
}
