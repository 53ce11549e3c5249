//! Tables `space` and `vector`: what each photo looks like in each space, unit-norm f16.

pub mod log;

use half::f16;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{Result, StoreError};
use crate::ids::{LibraryId, PhotoId};

/// A space as stored. Several versions of one name may be there while a new one is being built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceRow {
    /// Identifies the name and version.
    pub id: i64,
    /// "visual", "color", "semantic".
    pub name: String,
    /// Descriptor version, or the model's fingerprint.
    pub version: String,
    /// Dimensions of its vectors.
    pub dim: u32,
    /// It answers queries for its name.
    pub serving: bool,
}

/// Finds a space, or adds it without letting it serve.
///
/// # Errors
/// [`StoreError`].
pub fn ensure_space(
    connection: &Connection,
    name: &str,
    version: &str,
    dim: u32,
) -> Result<SpaceRow> {
    connection.execute(
        "INSERT INTO space (name, version, dim) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![name, version, dim],
    )?;
    let found = connection
        .query_row(
            "SELECT id, name, version, dim, serving FROM space WHERE name = ?1 AND version = ?2",
            [name, version],
            space,
        )
        .optional()?;
    found.ok_or_else(|| StoreError::Damaged {
        what: format!("space {name} {version}"),
    })
}

/// Lists the spaces.
///
/// # Errors
/// [`StoreError`].
pub fn spaces(connection: &Connection) -> Result<Vec<SpaceRow>> {
    let mut statement = connection
        .prepare_cached("SELECT id, name, version, dim, serving FROM space ORDER BY id")?;
    let rows = statement.query_map([], space)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lets one version of a name serve, and no other.
///
/// # Errors
/// [`StoreError`].
pub fn serve(connection: &Connection, space: &SpaceRow) -> Result<()> {
    connection.execute(
        "UPDATE space SET serving = (id = ?1) WHERE name = ?2",
        params![space.id, space.name],
    )?;
    Ok(())
}

/// Drops a version of a space with its vectors; answers how many photos had one.
///
/// # Errors
/// [`StoreError`].
pub fn remove_space(connection: &Connection, name: &str, version: &str) -> Result<u64> {
    let vectors = connection.query_row(
        "SELECT count(*) FROM vector JOIN space ON space.id = vector.space_id \
         WHERE space.name = ?1 AND space.version = ?2",
        [name, version],
        |row| row.get(0),
    )?;
    // The vectors go with their space.
    connection.execute(
        "DELETE FROM space WHERE name = ?1 AND version = ?2",
        [name, version],
    )?;
    Ok(vectors)
}

/// Names the spaces that serve and hold a photo.
///
/// # Errors
/// [`StoreError`].
pub fn spaces_of_photo(connection: &Connection, id: PhotoId) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT space.name FROM vector JOIN space ON space.id = vector.space_id \
         WHERE vector.photo_id = ?1 AND space.serving ORDER BY space.name",
    )?;
    let rows = statement.query_map([id.0], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Stores a photo's vector, or replaces it.
///
/// # Errors
/// [`StoreError`].
pub fn put(connection: &Connection, space_id: i64, id: PhotoId, vector: &[f16]) -> Result<()> {
    let value: Vec<u8> = vector.iter().flat_map(|v| v.to_le_bytes()).collect();
    connection
        .prepare_cached(
            "INSERT INTO vector (space_id, photo_id, value) VALUES (?1, ?2, ?3) \
             ON CONFLICT (space_id, photo_id) DO UPDATE SET value = excluded.value",
        )?
        .execute(params![space_id, id.0, value])?;
    Ok(())
}

/// Drops every vector of a photo: its file changed.
///
/// # Errors
/// [`StoreError`].
pub fn clear_photo(connection: &Connection, id: PhotoId) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM vector WHERE photo_id = ?1")?
        .execute([id.0])?;
    Ok(())
}

/// Visits the vectors of all photos that can be found in a space, by photo id.
///
/// # Errors
/// [`StoreError::Damaged`] for a vector of another length.
pub fn each(
    connection: &Connection,
    space: &SpaceRow,
    mut visit: impl FnMut(PhotoId, &[f16]),
) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT vector.photo_id, vector.value FROM vector JOIN photo ON photo.id = vector.photo_id \
         WHERE vector.space_id = ?1 AND photo.missing_since IS NULL",
    )?;
    let mut rows = statement.query([space.id])?;
    let mut vector = Vec::with_capacity(space.dim as usize);
    while let Some(row) = rows.next()? {
        let id = PhotoId(row.get(0)?);
        decode(
            row.get_ref(1)?.as_blob().unwrap_or_default(),
            space,
            &mut vector,
        )?;
        visit(id, &vector);
    }
    Ok(())
}

/// Reads the vector of one photo.
///
/// # Errors
/// [`StoreError`].
pub fn get(connection: &Connection, space: &SpaceRow, id: PhotoId) -> Result<Option<Vec<f16>>> {
    let mut statement = connection
        .prepare_cached("SELECT value FROM vector WHERE space_id = ?1 AND photo_id = ?2")?;
    let value: Option<Vec<u8>> = statement
        .query_row(params![space.id, id.0], |row| row.get(0))
        .optional()?;
    let Some(value) = value else { return Ok(None) };
    let mut vector = Vec::new();
    decode(&value, space, &mut vector)?;
    Ok(Some(vector))
}

/// Lists photos that can be found and lack a vector in a space, by id.
///
/// # Errors
/// [`StoreError`].
pub fn lacking(
    connection: &Connection,
    space_id: i64,
    library: Option<LibraryId>,
) -> Result<Vec<PhotoId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM photo WHERE missing_since IS NULL AND (?2 IS NULL OR library_id = ?2) \
         AND id NOT IN (SELECT photo_id FROM vector WHERE space_id = ?1) ORDER BY id",
    )?;
    let rows = statement.query_map(params![space_id, library.map(|id| id.0)], |row| {
        row.get(0).map(PhotoId)
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Counts the findable photos that have a vector in a space.
///
/// # Errors
/// [`StoreError`].
pub fn count(connection: &Connection, space_id: i64) -> Result<u64> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM vector JOIN photo ON photo.id = vector.photo_id \
         WHERE vector.space_id = ?1 AND photo.missing_since IS NULL",
    )?;
    Ok(statement.query_row([space_id], |row| row.get(0))?)
}

fn decode(value: &[u8], space: &SpaceRow, vector: &mut Vec<f16>) -> Result<()> {
    if value.len() != space.dim as usize * 2 {
        let what = format!(
            "a vector of space {} with {} bytes",
            space.name,
            value.len()
        );
        return Err(StoreError::Damaged { what });
    }
    vector.clear();
    vector.extend(
        value
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| f16::from_le_bytes(*pair)),
    );
    Ok(())
}

fn space(row: &Row<'_>) -> rusqlite::Result<SpaceRow> {
    Ok(SpaceRow {
        id: row.get(0)?,
        name: row.get(1)?,
        version: row.get(2)?,
        dim: row.get(3)?,
        serving: row.get(4)?,
    })
}
