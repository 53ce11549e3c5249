//! Stacks and bursts as they are shown.

use rusqlite::{Connection, OptionalExtension as _};

use super::super::sets;
use crate::ids::{LibraryId, PhotoId};
use crate::photo_set::PhotoSet;
use crate::store::Result;

/// A photo of a stack or a burst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackPhoto {
    /// The photo.
    pub id: PhotoId,
    /// Whole path as shown.
    pub path: String,
    /// "jpeg", "png" …
    pub format: String,
    /// Upright width in pixels.
    pub width: u32,
    /// Upright height in pixels.
    pub height: u32,
    /// A person put it in its stack.
    pub by_hand: bool,
}

/// Lists the photos of the stack that a photo is in, the top first; none where it is in none.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn of_photo(connection: &Connection, id: PhotoId) -> Result<Vec<StackPhoto>> {
    let mut statement = connection.prepare_cached(
        "SELECT photo.id, photo.path, photo.format, photo.width, photo.height, \
         stack_member.hand IS NOT NULL FROM stack_member JOIN photo ON photo.id = photo_id \
         WHERE top_id = (SELECT top_id FROM stack_member WHERE photo_id = ?1) \
         AND missing_since IS NULL ORDER BY place, photo_id",
    )?;
    let rows = statement.query_map([id.0], |row| {
        Ok(StackPhoto {
            id: PhotoId(row.get(0)?),
            path: row.get(1)?,
            format: row.get(2)?,
            width: row.get(3)?,
            height: row.get(4)?,
            by_hand: row.get(5)?,
        })
    })?;
    let photos: Vec<StackPhoto> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(if photos.len() > 1 { photos } else { Vec::new() })
}

/// Counts the photos in the stack of each photo of a set that is in one.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn sizes(connection: &Connection, set: &PhotoSet) -> Result<Vec<(PhotoId, u32)>> {
    let mut statement = connection.prepare_cached(
        "SELECT photo_id, photos FROM (SELECT own.photo_id, (SELECT count(*) FROM stack_member AS other \
         WHERE other.top_id = own.top_id) AS photos FROM stack_member AS own \
         WHERE in_photo_set(?1, own.photo_id)) WHERE photos > 1",
    )?;
    let rows = statement.query_map([sets::blob(set)], |row| {
        Ok((PhotoId(row.get(0)?), row.get(1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists the tops of stacks by id, of one library or all, and counts them all.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn tops(
    connection: &Connection,
    library: Option<LibraryId>,
    limit: u32,
    offset: u32,
) -> Result<(Vec<PhotoId>, u64)> {
    page(
        connection,
        "stack_member AS own JOIN photo ON photo.id = own.photo_id WHERE own.place = 0 \
         AND EXISTS (SELECT 1 FROM stack_member AS other WHERE other.top_id = own.top_id \
         AND other.place > 0)",
        "own.photo_id",
        library,
        (limit, offset),
    )
}

/// Lists the first shots of bursts, the latest first, of one library or all, and counts them all.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn bursts(
    connection: &Connection,
    library: Option<LibraryId>,
    limit: u32,
    offset: u32,
) -> Result<(Vec<PhotoId>, u64)> {
    page(
        connection,
        "burst_member AS own JOIN photo ON photo.id = own.photo_id \
         WHERE own.photo_id = own.burst_id",
        "photo.taken_at DESC, own.photo_id",
        library,
        (limit, offset),
    )
}

fn page(
    connection: &Connection,
    from: &str,
    order: &str,
    library: Option<LibraryId>,
    (limit, offset): (u32, u32),
) -> Result<(Vec<PhotoId>, u64)> {
    let from = format!("FROM {from} AND (?1 IS NULL OR photo.library_id = ?1)");
    let library = library.map(|id| id.0);
    let total = connection
        .prepare_cached(&format!("SELECT count(*) {from}"))?
        .query_row([library], |row| row.get(0))
        .optional()?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT own.photo_id {from} ORDER BY {order} LIMIT {limit} OFFSET {offset}"
    ))?;
    let rows = statement.query_map([library], |row| row.get(0).map(PhotoId))?;
    let ids = rows.collect::<rusqlite::Result<_>>()?;
    Ok((ids, total.unwrap_or_default()))
}

/// Lists the shots of a burst in the order they were taken, each by the top of its stack.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn of_burst(connection: &Connection, first: PhotoId) -> Result<Vec<StackPhoto>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, path, format, width, height FROM burst_member JOIN photo ON id = photo_id \
         WHERE burst_id = ?1 AND missing_since IS NULL AND NOT EXISTS (SELECT 1 FROM stack_member \
         WHERE stack_member.photo_id = photo.id AND place > 0) \
         ORDER BY photo.id <> ?1, taken_at, taken_ms, folder, file_name COLLATE NOCASE, id",
    )?;
    let rows = statement.query_map([first.0], |row| {
        Ok(StackPhoto {
            id: PhotoId(row.get(0)?),
            path: row.get(1)?,
            format: row.get(2)?,
            width: row.get(3)?,
            height: row.get(4)?,
            by_hand: false,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Counts the photos in the stack of a photo; none where it is in none.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn size_of(connection: &Connection, id: PhotoId) -> Result<Option<u32>> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM stack_member \
         WHERE top_id = (SELECT top_id FROM stack_member WHERE photo_id = ?1)",
    )?;
    let photos: u32 = statement.query_row([id.0], |row| row.get(0))?;
    Ok((photos > 1).then_some(photos))
}
