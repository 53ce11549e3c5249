//! Table `vector_log`: what changed in which space since when. Triggers write it.

use half::f16;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{SpaceRow, decode};
use crate::ids::PhotoId;
use crate::store::Result;

/// Changes of one space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Photos that got, changed or lost a vector, each once.
    pub photos: Vec<PhotoId>,
    /// The number of the last change that is in it.
    pub seq: i64,
}

/// Lists what changed in a space after a number, at most so many entries.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn changes(connection: &Connection, space_id: i64, after: i64, most: u32) -> Result<Changes> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, photo_id FROM vector_log WHERE space_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    )?;
    let mut rows = statement.query(params![space_id, after, most])?;
    let (mut photos, mut seq) = (Vec::new(), after);
    while let Some(row) = rows.next()? {
        seq = row.get(0)?;
        photos.push(PhotoId(row.get(1)?));
    }
    photos.sort_unstable();
    photos.dedup();
    Ok(Changes { photos, seq })
}

/// The number of the last change there ever was, 0 before the first.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn last(connection: &Connection) -> Result<i64> {
    let mut statement =
        connection.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'vector_log'")?;
    let last = statement.query_row([], |row| row.get(0)).optional()?;
    Ok(last.unwrap_or(0))
}

/// Reads the vector of a photo that can be found; none where it has none or cannot be found.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn findable(
    connection: &Connection,
    space: &SpaceRow,
    id: PhotoId,
) -> Result<Option<Vec<f16>>> {
    let mut statement = connection.prepare_cached(
        "SELECT vector.value FROM vector JOIN photo ON photo.id = vector.photo_id \
         WHERE vector.space_id = ?1 AND vector.photo_id = ?2 AND photo.missing_since IS NULL",
    )?;
    let value: Option<Vec<u8>> = statement
        .query_row(params![space.id, id.0], |row| row.get(0))
        .optional()?;
    let Some(value) = value else { return Ok(None) };
    let mut vector = Vec::with_capacity(space.dim as usize);
    decode(&value, space, &mut vector)?;
    Ok(Some(vector))
}

/// Forgets the changes of a space up to a number: its snapshot has them.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn forget(connection: &Connection, space_id: i64, seq: i64) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM vector_log WHERE space_id = ?1 AND seq <= ?2")?
        .execute([space_id, seq])?;
    Ok(())
}

/// Forgets the changes of spaces that do not serve: they are read whole when they begin to.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn forget_idle(connection: &Connection) -> Result<()> {
    connection.execute(
        "DELETE FROM vector_log WHERE space_id NOT IN (SELECT id FROM space WHERE serving)",
        [],
    )?;
    Ok(())
}
