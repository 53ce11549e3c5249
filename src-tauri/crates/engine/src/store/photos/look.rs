//! Looks photos up.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, params_from_iter};

use super::{CameraRecord, Result};
use crate::ids::{LibraryId, PhotoId};
use crate::io;
use crate::photo_set::PhotoSet;

/// A photo as stored, with its tags, attributes and spaces.
#[derive(Clone, Debug)]
pub struct PhotoRow {
    /// Its id.
    pub id: PhotoId,
    /// The library it belongs to.
    pub library_id: LibraryId,
    /// Whole path as shown.
    pub path: String,
    /// Whole folder as shown.
    pub folder: String,
    /// File name as shown.
    pub file_name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Last change, nanoseconds since 1970 UTC.
    pub mtime_ns: i64,
    /// BLAKE3 of the file.
    pub content_hash: Vec<u8>,
    /// "jpeg", "png" …
    pub format: String,
    /// Upright width in pixels.
    pub width: u32,
    /// Upright height in pixels.
    pub height: u32,
    /// What the camera wrote.
    pub camera: CameraRecord,
    /// A name for the picture.
    pub title: Option<String>,
    /// Colour label.
    pub label: Option<String>,
    /// How unlike every other photo it is, 0 … 1; none until it is measured.
    pub uniqueness: Option<f32>,
    /// Plain words for how it looks, by spaces.
    pub visual_words: String,
    /// The file is gone.
    pub missing: bool,
    /// Its root was not there when last looked for.
    pub offline: bool,
    /// Tag paths, in order.
    pub tags: Vec<String>,
    /// Attributes by name.
    pub attributes: BTreeMap<String, serde_json::Value>,
    /// Names of the spaces that serve it.
    pub spaces: Vec<String>,
}

/// A photo's shape, for the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The photo.
    pub id: PhotoId,
    /// Upright width in pixels.
    pub width: u32,
    /// Upright height in pixels.
    pub height: u32,
}

/// Reads one photo.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn by_id(connection: &Connection, id: PhotoId) -> Result<Option<PhotoRow>> {
    let mut statement = connection.prepare_cached(include_str!("by_id.sql"))?;
    let Some(mut photo) = statement.query_row([id.0], photo).optional()? else {
        return Ok(None);
    };
    photo.tags = crate::store::tags::of_photo(connection, id)?;
    photo.attributes = crate::store::attributes::of_photo(connection, id)?;
    photo.spaces = crate::store::vectors::spaces_of_photo(connection, id)?;
    Ok(Some(photo))
}

/// Whether a photo is there and its file was when last looked for.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn exists(connection: &Connection, id: PhotoId) -> Result<bool> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM photo WHERE id = ?1 AND missing_since IS NULL")?;
    Ok(statement.exists([id.0])?)
}

/// Whether a photo passes a predicate: SQL over `photo`, never a user's text.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn holds(
    connection: &Connection,
    id: PhotoId,
    predicate: &str,
    params: &[impl ToSql],
) -> Result<bool> {
    let mut statement = connection.prepare(&format!(
        "SELECT 1 FROM photo WHERE ({predicate}) AND photo.id = ?{}",
        params.len() + 1
    ))?;
    let id = std::iter::once(&id.0 as &dyn ToSql);
    let params = params.iter().map(|param| param as &dyn ToSql).chain(id);
    Ok(statement.exists(params_from_iter(params))?)
}

/// The file of a photo.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn path_of(connection: &Connection, id: PhotoId) -> Result<Option<PathBuf>> {
    let mut statement = connection.prepare_cached(
        "SELECT root.path, photo.rel_path FROM photo JOIN root ON root.id = photo.root_id \
         WHERE photo.id = ?1",
    )?;
    let parts = statement
        .query_row([id.0], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .optional()?;
    Ok(parts.map(|(root, rel)| io::path_from_bytes(&root).join(io::path_from_bytes(&rel))))
}

/// Whether a file is known as a photo, there or not.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn is_known_path(connection: &Connection, shown: &str) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM photo WHERE path = ?1")?;
    Ok(statement.exists([shown])?)
}

/// The BLAKE3 of a photo's file.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn hash_of(connection: &Connection, id: PhotoId) -> Result<Option<Vec<u8>>> {
    let mut statement =
        connection.prepare_cached("SELECT content_hash FROM photo WHERE id = ?1")?;
    Ok(statement.query_row([id.0], |row| row.get(0)).optional()?)
}

/// The content hashes of some photos that can be found, from all over the catalog.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn sample_hashes(connection: &Connection, count: u32) -> Result<Vec<Vec<u8>>> {
    let mut statement = connection.prepare_cached(
        "SELECT content_hash FROM photo WHERE missing_since IS NULL \
         AND id % MAX(1, (SELECT COUNT(*) FROM photo) / ?1) = 0 ORDER BY id LIMIT ?1",
    )?;
    let rows = statement.query_map([count], |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Lists the photos that can be found and pass a predicate, in an order.
///
/// `predicate` and `order` are SQL over `photo`, never a user's text; `params` are bound.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn shapes(
    connection: &Connection,
    predicate: &str,
    order: &str,
    params: &[Value],
) -> Result<Vec<Shape>> {
    let sql = format!(
        "SELECT photo.id, photo.width, photo.height FROM photo \
         WHERE photo.missing_since IS NULL AND ({predicate}) ORDER BY {order}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(params), |row| {
        Ok(Shape {
            id: PhotoId(row.get(0)?),
            width: row.get(1)?,
            height: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists the photos of a set, which can be found, in an order: SQL over `photo`.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn shapes_of(connection: &Connection, set: &PhotoSet, order: &str) -> Result<Vec<Shape>> {
    let set = crate::store::sets::blob(set);
    shapes(connection, "in_photo_set(?1, photo.id)", order, &[set])
}

/// A film and how long it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Film {
    /// The photo.
    pub id: PhotoId,
    /// Seconds; none where nothing tells.
    pub duration_s: Option<f64>,
}

/// Lists the films that can be found and are of a format, by id.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn films_of_format(connection: &Connection, format: &str) -> Result<Vec<Film>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, duration_s FROM photo WHERE format = ?1 AND missing_since IS NULL ORDER BY id",
    )?;
    let rows = statement.query_map([format], |row| {
        Ok(Film {
            id: PhotoId(row.get(0)?),
            duration_s: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A photo in one line.
#[derive(Clone, Debug)]
pub struct Line {
    /// Whole path as shown.
    pub path: String,
    /// Its sides.
    pub shape: Shape,
    /// "jpeg", "png" …
    pub format: String,
    /// How long a film is, seconds.
    pub duration_s: Option<f64>,
}

/// Reads a photo's line; none where it cannot be found.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn line(connection: &Connection, id: PhotoId) -> Result<Option<Line>> {
    let mut statement = connection.prepare_cached(
        "SELECT path, width, height, format, duration_s FROM photo \
         WHERE id = ?1 AND missing_since IS NULL",
    )?;
    let line = statement.query_row([id.0], |row| {
        Ok(Line {
            path: row.get(0)?,
            shape: Shape {
                id,
                width: row.get(1)?,
                height: row.get(2)?,
            },
            format: row.get(3)?,
            duration_s: row.get(4)?,
        })
    });
    Ok(line.optional()?)
}

/// The last photo that was added, there or not; 0 where there is none.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn newest(connection: &Connection) -> Result<PhotoId> {
    let mut statement = connection.prepare_cached("SELECT coalesce(max(id), 0) FROM photo")?;
    Ok(statement.query_row([], |row| row.get(0).map(PhotoId))?)
}

/// Counts the photos that can be found, up to an id, without looking at each.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn count_up_to(connection: &Connection, newest: PhotoId) -> Result<u64> {
    let mut statement = connection.prepare_cached(include_str!("count_up_to.sql"))?;
    Ok(statement.query_row([newest.0], |row| row.get(0))?)
}

/// Counts the photos that can be found, in one library or all.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn visible_count(connection: &Connection, library: Option<LibraryId>) -> Result<u64> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM photo WHERE missing_since IS NULL AND (?1 IS NULL OR library_id = ?1)",
    )?;
    Ok(statement.query_row([library.map(|id| id.0)], |row| row.get(0))?)
}

fn photo(row: &Row<'_>) -> rusqlite::Result<PhotoRow> {
    Ok(PhotoRow {
        id: PhotoId(row.get("id")?),
        library_id: LibraryId(row.get("library_id")?),
        path: row.get("path")?,
        folder: row.get("folder")?,
        file_name: row.get("file_name")?,
        bytes: row.get("bytes")?,
        mtime_ns: row.get("mtime_ns")?,
        content_hash: row.get("content_hash")?,
        format: row.get("format")?,
        width: row.get("width")?,
        height: row.get("height")?,
        camera: CameraRecord {
            taken_at: row.get("taken_at")?,
            taken_ms: row.get("taken_ms")?,
            taken_offset_min: row.get("taken_offset_min")?,
            camera: row.get("camera")?,
            lens: row.get("lens")?,
            iso: row.get("iso")?,
            aperture: row.get("aperture")?,
            shutter_s: row.get("shutter_s")?,
            focal_mm: row.get("focal_mm")?,
            focal_35_mm: row.get("focal_35_mm")?,
            duration_s: row.get("duration_s")?,
            lat: row.get("lat")?,
            lon: row.get("lon")?,
            altitude_m: row.get("altitude_m")?,
            rating: row.get("rating")?,
            caption: row.get("caption")?,
        },
        title: row.get("title")?,
        label: row.get("label")?,
        uniqueness: row
            .get::<_, Option<i64>>("uniqueness")?
            .map(|n| n as f32 / 1e6),
        visual_words: row.get("visual_words")?,
        missing: row.get("missing")?,
        offline: row.get("offline")?,
        tags: Vec::new(),
        attributes: BTreeMap::new(),
        spaces: Vec::new(),
    })
}
