//! Tables `tag` and `photo_tag`: paths such as `places/italy/rome` on photos.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::Result;
use crate::ids::{LibraryId, PhotoId};

/// Puts a tag on a photo as the person wants it. Answers whether it was not there.
///
/// # Errors
/// [`super::StoreError`].
pub fn add(connection: &Connection, photo: PhotoId, tag: &str) -> Result<bool> {
    super::said::claim(connection, photo, tag)?;
    bring(connection, photo, tag)
}

/// Puts a tag on a photo as its file has it. Answers whether it was not there.
///
/// # Errors
/// [`super::StoreError`].
pub fn bring(connection: &Connection, photo: PhotoId, tag: &str) -> Result<bool> {
    connection
        .prepare_cached("INSERT INTO tag (path) VALUES (?1) ON CONFLICT DO NOTHING")?
        .execute([tag])?;
    let added = connection
        .prepare_cached(
            "INSERT INTO photo_tag (photo_id, tag_id) SELECT ?1, id FROM tag WHERE path = ?2 \
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![photo.0, tag])?;
    Ok(added > 0)
}

/// Takes a tag off a photo. Answers whether it was there.
///
/// # Errors
/// [`super::StoreError`].
pub fn remove(connection: &Connection, photo: PhotoId, tag: &str) -> Result<bool> {
    let removed = connection
        .prepare_cached(
            "DELETE FROM photo_tag WHERE photo_id = ?1 \
             AND tag_id IN (SELECT id FROM tag WHERE path = ?2)",
        )?
        .execute(params![photo.0, tag])?;
    Ok(removed > 0)
}

/// Forgets tags that no photo carries.
///
/// # Errors
/// [`super::StoreError`].
pub fn drop_unused(connection: &Connection) -> Result<()> {
    connection.execute(
        "DELETE FROM tag WHERE id NOT IN (SELECT tag_id FROM photo_tag)",
        [],
    )?;
    Ok(())
}

/// The tag as it is already written, whatever the case.
///
/// # Errors
/// [`super::StoreError`].
pub fn spelling(connection: &Connection, tag: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT path FROM tag WHERE path = ?1")?;
    Ok(statement.query_row([tag], |row| row.get(0)).optional()?)
}

/// Lists the tags of a photo in order.
///
/// # Errors
/// [`super::StoreError`].
pub fn of_photo(connection: &Connection, photo: PhotoId) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT tag.path FROM photo_tag JOIN tag ON tag.id = photo_tag.tag_id \
         WHERE photo_tag.photo_id = ?1 ORDER BY tag.path",
    )?;
    let rows = statement.query_map([photo.0], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists tags with the number of findable photos that carry each, in order.
///
/// # Errors
/// [`super::StoreError`].
pub fn counts(connection: &Connection, library: Option<LibraryId>) -> Result<Vec<(String, u64)>> {
    let mut statement = connection.prepare_cached(
        "SELECT tag.path, count(*) FROM photo_tag JOIN tag ON tag.id = photo_tag.tag_id \
         JOIN photo ON photo.id = photo_tag.photo_id \
         WHERE photo.missing_since IS NULL AND (?1 IS NULL OR photo.library_id = ?1) \
         GROUP BY tag.id ORDER BY tag.path",
    )?;
    let rows = statement.query_map([library.map(|id| id.0)], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
