//! What a scan compares the disk with.

use rusqlite::{Connection, params};

use crate::ids::{PhotoId, RootId};
use crate::io::FileStamp;
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

/// Lists the files of a root.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn files_of_root(connection: &Connection, root: RootId) -> Result<Vec<KnownFile>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, rel_path, bytes, mtime_ns, decode_version, missing_since IS NOT NULL, \
         metadata_version, sidecar_stamp FROM photo WHERE root_id = ?1",
    )?;
    let rows = statement.query_map([root.0], |row| {
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
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists photos whose file is gone and was of this size: where moved files are looked for.
///
/// Answers `(photo, BLAKE3)` by id.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn missing_with_size(connection: &Connection, bytes: u64) -> Result<Vec<(PhotoId, Vec<u8>)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, content_hash FROM photo WHERE missing_since IS NOT NULL AND bytes = ?1 ORDER BY id",
    )?;
    let rows = statement.query_map([i64::try_from(bytes).unwrap_or(i64::MAX)], |row| {
        Ok((PhotoId(row.get(0)?), row.get(1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
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
