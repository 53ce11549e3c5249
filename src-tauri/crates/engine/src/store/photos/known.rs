//! What a scan compares the disk with.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, params};

use super::{Place, set_place};
use crate::ids::{LibraryId, PhotoId, RootId};
use crate::io::{self, FileStamp};
use crate::store::Result;

/// A file of a root as it was last seen.
#[derive(Clone, Debug)]
pub struct KnownFile {
    /// Its photo.
    pub photo_id: PhotoId,
    /// Below the root, the platform's own bytes.
    pub rel_path: Vec<u8>,
    /// Size and time when it was read.
    pub stamp: FileStamp,
    /// Version of the stages that read it.
    pub decode_version: u32,
    /// Version of what read its metadata.
    pub metadata_version: u32,
    /// State of its sidecar when it was read; 0 where there was none.
    pub sidecar_stamp: i64,
    /// It was gone at an earlier scan.
    pub missing: bool,
}

const COLUMNS: &str = "id, rel_path, bytes, mtime_ns, decode_version, missing_since IS NOT NULL, metadata_version, \
     sidecar_stamp FROM photo";

/// Lists the files of a root.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn files_of_root(connection: &Connection, root: RootId) -> Result<Vec<KnownFile>> {
    let sql = format!("SELECT {COLUMNS} WHERE root_id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([root.0], known)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists the file at a path below a root, and the files below it where it was a folder.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn files_below(connection: &Connection, root: RootId, path: &[u8]) -> Result<Vec<KnownFile>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE root_id = ?1 AND (rel_path = ?2 OR (rel_path > ?3 AND rel_path < ?4))"
    );
    let (from, to) = below(path);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![root.0, path, from, to], known)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The bounds between which all paths below a folder sort.
pub(in crate::store) fn below(folder: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let separator = std::path::MAIN_SEPARATOR as u8;
    (
        [folder, &[separator]].concat(),
        [folder, &[separator + 1]].concat(),
    )
}

fn known(row: &Row<'_>) -> rusqlite::Result<KnownFile> {
    Ok(KnownFile {
        photo_id: PhotoId(row.get(0)?),
        rel_path: row.get(1)?,
        stamp: FileStamp {
            bytes: row.get(2)?,
            mtime_ns: row.get(3)?,
        },
        decode_version: row.get(4)?,
        missing: row.get(5)?,
        metadata_version: row.get(6)?,
        sidecar_stamp: row.get(7)?,
    })
}

/// Whether a root has photos that can be found.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn any_in_root(connection: &Connection, root: RootId) -> Result<bool> {
    let mut statement = connection
        .prepare_cached("SELECT 1 FROM photo WHERE root_id = ?1 AND missing_since IS NULL")?;
    Ok(statement.exists([root.0])?)
}

/// A photo at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtPath {
    /// The photo.
    pub id: PhotoId,
    /// Its file was found gone.
    pub is_missing: bool,
}

/// Lists the photos whose file lies at a path, or lay there last.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn at_path(connection: &Connection, path: &Path) -> Result<Vec<AtPath>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, missing_since IS NOT NULL FROM photo WHERE folder = ?1 AND path = ?2 ORDER BY id",
    )?;
    let folder = path.parent().map(io::shown).unwrap_or_default();
    let rows = statement.query_map([folder, io::shown(path)], |row| {
        Ok(AtPath {
            id: PhotoId(row.get(0)?),
            is_missing: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A photo that a new file may be.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The photo.
    pub photo_id: PhotoId,
    /// The root it lies below.
    pub root_id: RootId,
    /// Where its file was last seen.
    pub file: PathBuf,
    /// That, below the root, the platform's own bytes.
    pub rel_path: Vec<u8>,
    /// Size and time when it was read.
    pub stamp: FileStamp,
    /// BLAKE3 of the file.
    pub content_hash: Vec<u8>,
    /// When its file was found gone, seconds since 1970 UTC.
    pub missing_since: Option<i64>,
    /// Version of the stages that read it, and state of its sidecar then; 0 where there was none.
    pub read: (u32, i64),
}

/// Lists the photos whose file had this name on its disk.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn with_file_key(connection: &Connection, key: &[u8]) -> Result<Vec<Candidate>> {
    candidates(connection, "photo.file_key = ?1", &key)
}

/// Lists the photos of a size, there or not, by id.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn with_size(connection: &Connection, bytes: u64) -> Result<Vec<Candidate>> {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    candidates(connection, "photo.bytes = ?1", &bytes)
}

fn candidates(connection: &Connection, which: &str, is: &dyn ToSql) -> Result<Vec<Candidate>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT photo.id, photo.root_id, root.path, photo.rel_path, photo.bytes, photo.mtime_ns, \
         photo.content_hash, photo.missing_since, photo.decode_version, photo.sidecar_stamp \
         FROM photo JOIN root ON root.id = photo.root_id WHERE {which} ORDER BY photo.id"
    ))?;
    let rows = statement.query_map([is], |row| {
        let (root, rel_path): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(3)?);
        Ok(Candidate {
            photo_id: PhotoId(row.get(0)?),
            root_id: RootId(row.get(1)?),
            file: io::path_from_bytes(&root).join(io::path_from_bytes(&rel_path)),
            rel_path,
            stamp: FileStamp {
                bytes: row.get(4)?,
                mtime_ns: row.get(5)?,
            },
            content_hash: row.get(6)?,
            missing_since: row.get(7)?,
            read: (row.get(8)?, row.get(9)?),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists some photos of a root that can be found, from all over it, for looking whether a folder is
/// that root.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn sample_of_root(connection: &Connection, root: RootId, count: u32) -> Result<Vec<Candidate>> {
    // Multiplied by an odd number, neighbouring ids are far apart: Knuth's multiplicative hashing.
    candidates(
        connection,
        &format!(
            "photo.id IN (SELECT id FROM photo WHERE root_id = ?1 AND missing_since IS NULL \
             ORDER BY id * 2654435761 % 4294967296 LIMIT {count})"
        ),
        &root.0,
    )
}

/// Lists photos that went between two times and of which a copy came since the first, one that nobody
/// has done anything with: `(photo, copy)`, each at most once. Times are seconds since 1970 UTC.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn late_copies(
    connection: &Connection,
    from_s: i64,
    to_s: i64,
) -> Result<Vec<(PhotoId, PhotoId)>> {
    let mut statement = connection.prepare_cached(include_str!("late_copies.sql"))?;
    let rows = statement.query_map([from_s, to_s], |row| {
        Ok((PhotoId(row.get(0)?), PhotoId(row.get(1)?)))
    })?;
    let (mut served, mut taken) = (HashSet::new(), HashSet::new());
    let mut pairs = Vec::new();
    for pair in rows {
        let (gone, copy) = pair?;
        if !served.contains(&gone) && taken.insert(copy) {
            served.insert(gone);
            pairs.push((gone, copy));
        }
    }
    Ok(pairs)
}

/// Gives a photo the place of another, which is forgotten. Answers whether that one was still there.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn take_over(connection: &Connection, photo: PhotoId, other: PhotoId) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT library_id, root_id, rel_path, path, folder, file_name, mtime_ns, file_key \
         FROM photo WHERE id = ?1",
    )?;
    let found = statement
        .query_row([other.0], |row| {
            let place = Place {
                root_id: RootId(row.get(1)?),
                rel_path: row.get(2)?,
                path: row.get(3)?,
                folder: row.get(4)?,
                file_name: row.get(5)?,
            };
            Ok((
                LibraryId(row.get(0)?),
                place,
                row.get(6)?,
                row.get::<_, Option<Vec<u8>>>(7)?,
            ))
        })
        .optional()?;
    let Some((library, place, mtime_ns, key)) = found else {
        return Ok(false);
    };
    connection
        .prepare_cached("DELETE FROM photo WHERE id = ?1")?
        .execute([other.0])?;
    set_place(connection, photo, library, &place, mtime_ns, key.as_deref())?;
    Ok(true)
}

/// Has the next look at the disk read all files of a format again.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn read_again(connection: &Connection, format: &str) -> Result<()> {
    connection
        .prepare_cached("UPDATE photo SET decode_version = 0 WHERE format = ?1")?
        .execute([format])?;
    Ok(())
}

/// Marks a photo's file as gone. It is no longer found, and comes back when its file does.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn set_missing(connection: &Connection, id: PhotoId, now_s: i64) -> Result<()> {
    connection
        .prepare_cached("UPDATE photo SET missing_since = ?2 WHERE id = ?1")?
        .execute(params![id.0, now_s])?;
    Ok(())
}

/// Takes the mark off a photo whose unchanged file is back at its old place.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn walk_back(connection: &Connection, id: PhotoId) -> Result<()> {
    connection
        .prepare_cached("UPDATE photo SET missing_since = NULL WHERE id = ?1")?
        .execute([id.0])?;
    Ok(())
}

/// Takes its place from a missing photo, because another file lies there now. It is still
/// recognised by its content.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn displace(connection: &Connection, id: PhotoId) -> Result<()> {
    // No file name holds a NUL, so this place is never a file's.
    connection
        .prepare_cached("UPDATE photo SET rel_path = CAST(x'00' || id AS BLOB) WHERE id = ?1")?
        .execute([id.0])?;
    Ok(())
}

/// Notes a new time for a file whose content is the same.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn touch(connection: &Connection, id: PhotoId, mtime_ns: i64) -> Result<()> {
    connection
        .prepare_cached("UPDATE photo SET mtime_ns = ?2, missing_since = NULL WHERE id = ?1")?
        .execute(params![id.0, mtime_ns])?;
    Ok(())
}
