//! Tables `library` and `root`: names, folders, and what to leave out.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{Result, StoreError};
use crate::ids::{LibraryId, PhotoId, RootId};
use crate::io;

/// A library as stored, with its counts.
#[derive(Clone, Debug)]
pub struct LibraryRow {
    /// Its id.
    pub id: LibraryId,
    /// Unique, any case.
    pub name: String,
    /// Globs to leave out, below each root.
    pub exclude: Vec<String>,
    /// Its folders.
    pub roots: Vec<RootRow>,
    /// Photos that can be found.
    pub photos: u64,
    /// Files that could not be read.
    pub faults: u64,
}

/// A root folder as stored.
#[derive(Clone, Debug)]
pub struct RootRow {
    /// Its id.
    pub id: RootId,
    /// The library it belongs to.
    pub library_id: LibraryId,
    /// The absolute folder.
    pub path: PathBuf,
    /// It was not there when last looked for.
    pub offline: bool,
}

/// Lists all libraries by name.
///
/// # Errors
/// [`StoreError`].
pub fn list(connection: &Connection) -> Result<Vec<LibraryRow>> {
    let mut statement = connection.prepare_cached(include_str!("list.sql"))?;
    let rows = statement.query_map([], |row| {
        Ok((
            LibraryId(row.get(0)?),
            row.get(1)?,
            row.get::<_, String>(2)?,
            row.get(3)?,
            row.get(4)?,
        ))
    })?;
    let roots = roots(connection)?;
    rows.map(|row| {
        let (id, name, exclude, photos, faults) = row?;
        let exclude = globs(&exclude)?;
        let roots = roots
            .iter()
            .filter(|root| root.library_id == id)
            .cloned()
            .collect();
        Ok(LibraryRow {
            id,
            name,
            exclude,
            roots,
            photos,
            faults,
        })
    })
    .collect()
}

/// Lists the roots of all libraries.
///
/// # Errors
/// [`StoreError`].
pub fn roots(connection: &Connection) -> Result<Vec<RootRow>> {
    let mut statement = connection
        .prepare_cached("SELECT id, library_id, path, offline FROM root ORDER BY shown_path, id")?;
    let rows = statement.query_map([], root)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists the roots of all libraries, each with the globs to leave out below it.
///
/// # Errors
/// [`StoreError`].
pub fn roots_with_patterns(connection: &Connection) -> Result<Vec<(RootRow, Vec<String>)>> {
    let mut statement = connection.prepare_cached("SELECT exclude FROM library WHERE id = ?1")?;
    roots(connection)?
        .into_iter()
        .map(|root| {
            let stored: String = statement.query_row([root.library_id.0], |row| row.get(0))?;
            Ok((root, globs(&stored)?))
        })
        .collect()
}

/// Finds a library by its name, any case.
///
/// # Errors
/// [`StoreError`].
pub fn by_name(connection: &Connection, name: &str) -> Result<Option<LibraryId>> {
    let mut statement = connection.prepare_cached("SELECT id FROM library WHERE name = ?1")?;
    Ok(statement
        .query_row([name], |row| row.get(0).map(LibraryId))
        .optional()?)
}

/// Adds a library without roots.
///
/// # Errors
/// [`StoreError`]; the name must not be taken.
pub fn insert(connection: &Connection, name: &str, exclude: &[String]) -> Result<LibraryId> {
    connection.execute(
        "INSERT INTO library (name, exclude) VALUES (?1, ?2)",
        params![name, json(exclude)?],
    )?;
    Ok(LibraryId(connection.last_insert_rowid()))
}

/// Replaces a library's globs.
///
/// # Errors
/// [`StoreError`].
pub fn set_exclude(connection: &Connection, id: LibraryId, exclude: &[String]) -> Result<()> {
    connection.execute(
        "UPDATE library SET exclude = ?2 WHERE id = ?1",
        params![id.0, json(exclude)?],
    )?;
    Ok(())
}

/// Adds a root to a library.
///
/// # Errors
/// [`StoreError`]; the folder must not be a root already.
pub fn insert_root(connection: &Connection, library: LibraryId, path: &Path) -> Result<RootId> {
    connection.execute(
        "INSERT INTO root (library_id, path, shown_path) VALUES (?1, ?2, ?3)",
        params![library.0, io::path_to_bytes(path), io::shown(path)],
    )?;
    Ok(RootId(connection.last_insert_rowid()))
}

/// Notes whether a root is there.
///
/// Answers whether that is news.
///
/// # Errors
/// [`StoreError`].
pub fn set_offline(connection: &Connection, root: RootId, offline: bool) -> Result<bool> {
    let changed = connection.execute(
        "UPDATE root SET offline = ?2 WHERE id = ?1 AND offline <> ?2",
        params![root.0, offline],
    )?;
    Ok(changed > 0)
}

/// The volume a root was last seen on, and where on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Names the volume.
    pub id: Vec<u8>,
    /// The root below the volume's mount point.
    pub path: PathBuf,
}

/// The volume of a root, where it is known.
///
/// # Errors
/// [`StoreError`].
pub fn volume(connection: &Connection, root: RootId) -> Result<Option<Volume>> {
    let mut statement =
        connection.prepare_cached("SELECT volume, volume_path FROM root WHERE id = ?1")?;
    let known = statement
        .query_row([root.0], |row| {
            let (id, path): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get(0)?, row.get(1)?);
            Ok(id.zip(path))
        })
        .optional()?;
    Ok(known.flatten().map(|(id, path)| Volume {
        id,
        path: io::path_from_bytes(&path),
    }))
}

/// Notes which volume a root lies on.
///
/// # Errors
/// [`StoreError`].
pub fn set_volume(connection: &Connection, root: RootId, volume: &Volume) -> Result<()> {
    connection.execute(
        "UPDATE root SET volume = ?2, volume_path = ?3 WHERE id = ?1",
        params![root.0, volume.id, io::path_to_bytes(&volume.path)],
    )?;
    Ok(())
}

/// Gives a root another place, and all that lies below it: paths, and the words in them.
///
/// # Errors
/// [`StoreError`]; the folder must not be a root already.
pub fn set_path(connection: &Connection, root: &RootRow, path: &Path) -> Result<()> {
    let (before, after) = (io::shown(&root.path), io::shown(path));
    connection.execute(
        "UPDATE root SET path = ?2, shown_path = ?3, offline = 0, volume = NULL, \
         volume_path = NULL WHERE id = ?1",
        params![root.id.0, io::path_to_bytes(path), after],
    )?;
    // Lengths in characters, as SQLite counts a text.
    let below = i64::try_from(before.chars().count())
        .unwrap_or(i64::MAX)
        .saturating_add(1);
    connection.execute(
        "UPDATE photo SET path = ?2 || substr(path, ?3), folder = ?2 || substr(folder, ?3) \
         WHERE root_id = ?1",
        params![root.id.0, after, below],
    )?;
    connection.execute(
        "UPDATE fault SET path = ?2 || substr(path, ?3) WHERE root_id = ?1",
        params![root.id.0, after, below],
    )?;
    let mut statement =
        connection.prepare("SELECT id FROM photo WHERE root_id = ?1 AND missing_since IS NULL")?;
    let photos = statement.query_map([root.id.0], |row| row.get(0).map(PhotoId))?;
    for photo in photos.collect::<rusqlite::Result<Vec<_>>>()? {
        super::text::refresh(connection, photo)?;
    }
    Ok(())
}

/// Forgets a library with its photos, tags on them, vectors and faults. No file is touched.
///
/// # Errors
/// [`StoreError`].
pub fn remove(connection: &Connection, id: LibraryId) -> Result<()> {
    connection.execute(
        "DELETE FROM photo_text WHERE rowid IN (SELECT id FROM photo WHERE library_id = ?1)",
        [id.0],
    )?;
    connection.execute("DELETE FROM library WHERE id = ?1", [id.0])?;
    super::tags::drop_unused(connection)
}

/// Lists where disks were mounted below a root, by path.
///
/// # Errors
/// [`StoreError`].
pub fn mounts_of(connection: &Connection, root: RootId) -> Result<Vec<PathBuf>> {
    let mut statement = connection
        .prepare_cached("SELECT rel_path FROM root_mount WHERE root_id = ?1 ORDER BY rel_path")?;
    let rows = statement.query_map([root.0], |row| {
        Ok(io::path_from_bytes(&row.get::<_, Vec<u8>>(0)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Notes where disks are mounted below a root.
///
/// # Errors
/// [`StoreError`].
pub fn set_mounts(connection: &Connection, root: RootId, below: &[PathBuf]) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM root_mount WHERE root_id = ?1")?
        .execute([root.0])?;
    let mut statement = connection
        .prepare_cached("INSERT OR IGNORE INTO root_mount (root_id, rel_path) VALUES (?1, ?2)")?;
    for path in below {
        statement.execute(params![root.0, io::path_to_bytes(path)])?;
    }
    Ok(())
}

fn root(row: &Row<'_>) -> rusqlite::Result<RootRow> {
    Ok(RootRow {
        id: RootId(row.get(0)?),
        library_id: LibraryId(row.get(1)?),
        path: io::path_from_bytes(&row.get::<_, Vec<u8>>(2)?),
        offline: row.get(3)?,
    })
}

fn globs(stored: &str) -> Result<Vec<String>> {
    serde_json::from_str(stored).map_err(|_| StoreError::Damaged {
        what: format!("globs of a library: {stored}"),
    })
}

fn json(globs: &[String]) -> Result<String> {
    serde_json::to_string(globs).map_err(|error| StoreError::Damaged {
        what: error.to_string(),
    })
}
