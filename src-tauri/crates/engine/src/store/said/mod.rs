//! Tables `photo_said`, `photo_keyword` and `sidecar_due`: what files and sidecars said of photos
//! when they were last read, which tags they brought, and which sidecars have to be written.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::Result;
use crate::ids::PhotoId;

/// What was said of a photo, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaidRow {
    /// By its file.
    pub file: String,
    /// By its sidecar.
    pub sidecar: Option<String>,
    /// What the two came to.
    pub merged: String,
    /// The sidecar is the newer one.
    pub sidecar_is_newer: bool,
    /// The sidecar as shown.
    pub sidecar_path: Option<String>,
    /// Why the sidecar cannot be understood.
    pub problem: Option<String>,
}

/// Reads what was said of a photo.
///
/// # Errors
/// [`super::StoreError`].
pub fn get(connection: &Connection, id: PhotoId) -> Result<Option<SaidRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT file, sidecar, merged, newer = 'sidecar', sidecar_path, problem \
         FROM photo_said WHERE photo_id = ?1",
    )?;
    let row = statement.query_row([id.0], |row| {
        Ok(SaidRow {
            file: row.get(0)?,
            sidecar: row.get(1)?,
            merged: row.get(2)?,
            sidecar_is_newer: row.get(3)?,
            sidecar_path: row.get(4)?,
            problem: row.get(5)?,
        })
    });
    Ok(row.optional()?)
}

/// Replaces what was said of a photo.
///
/// # Errors
/// [`super::StoreError`].
pub fn put(connection: &Connection, id: PhotoId, said: &SaidRow) -> Result<()> {
    let newer = if said.sidecar_is_newer {
        "sidecar"
    } else {
        "file"
    };
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO photo_said \
             (photo_id, file, sidecar, merged, newer, sidecar_path, problem) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            id.0,
            said.file,
            said.sidecar,
            said.merged,
            newer,
            said.sidecar_path,
            said.problem,
        ])?;
    Ok(())
}

/// The tags that a photo's files brought.
///
/// # Errors
/// [`super::StoreError`].
pub fn brought(connection: &Connection, id: PhotoId) -> Result<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT path FROM photo_keyword WHERE photo_id = ?1")?;
    let rows = statement.query_map([id.0], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Notes which tags a photo's files brought.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_brought<'a>(
    connection: &Connection,
    id: PhotoId,
    tags: impl IntoIterator<Item = &'a str>,
) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM photo_keyword WHERE photo_id = ?1")?
        .execute([id.0])?;
    let mut put = connection
        .prepare_cached("INSERT OR IGNORE INTO photo_keyword (photo_id, path) VALUES (?1, ?2)")?;
    for tag in tags {
        put.execute(params![id.0, tag])?;
    }
    Ok(())
}

/// Notes that the person wants a tag on a photo, whatever its files say.
///
/// # Errors
/// [`super::StoreError`].
pub fn claim(connection: &Connection, id: PhotoId, tag: &str) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM photo_keyword WHERE photo_id = ?1 AND path = ?2")?
        .execute(params![id.0, tag])?;
    Ok(())
}

/// A sidecar that has to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Due {
    /// Its photo.
    pub photo: PhotoId,
    /// How often it was asked for since it was last written: more where the photo changed again.
    pub asked: i64,
}

/// Notes that the sidecars of photos have to be written.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_due(connection: &Connection, ids: &[PhotoId]) -> Result<()> {
    let mut put = connection.prepare_cached(
        "INSERT INTO sidecar_due (photo_id) VALUES (?1) \
         ON CONFLICT DO UPDATE SET asked = asked + 1, problem = NULL",
    )?;
    for id in ids {
        put.execute([id.0])?;
    }
    Ok(())
}

/// Lists the sidecars that have to be written and whose photo is there, by photo.
///
/// # Errors
/// [`super::StoreError`].
pub fn due(connection: &Connection) -> Result<Vec<Due>> {
    let mut statement = connection.prepare_cached(
        "SELECT photo_id, asked FROM sidecar_due JOIN photo ON photo.id = photo_id \
         WHERE photo.missing_since IS NULL ORDER BY photo_id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Due {
            photo: PhotoId(row.get(0)?),
            asked: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Why a photo's sidecar could not be written when last tried.
///
/// # Errors
/// [`super::StoreError`].
pub fn due_problem(connection: &Connection, id: PhotoId) -> Result<Option<String>> {
    let mut statement =
        connection.prepare_cached("SELECT problem FROM sidecar_due WHERE photo_id = ?1")?;
    let problem = statement.query_row([id.0], |row| row.get(0)).optional()?;
    Ok(problem.flatten())
}

/// Notes how writing a sidecar ended: well, or with a problem that keeps it due. Where it was asked
/// for again meanwhile it stays due, and nothing is noted.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_written(connection: &Connection, due: Due, problem: Option<&str>) -> Result<()> {
    let (photo, asked) = (due.photo.0, due.asked);
    match problem {
        None => connection
            .prepare_cached("DELETE FROM sidecar_due WHERE photo_id = ?1 AND asked = ?2")?
            .execute(params![photo, asked])?,
        Some(problem) => connection
            .prepare_cached(
                "UPDATE sidecar_due SET problem = ?3 WHERE photo_id = ?1 AND asked = ?2",
            )?
            .execute(params![photo, asked, problem])?,
    };
    Ok(())
}

/// Notes the state of the sidecar that was read or written, and by which version.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_stamp(connection: &Connection, id: PhotoId, stamp: i64, version: u32) -> Result<()> {
    connection
        .prepare_cached("UPDATE photo SET sidecar_stamp = ?2, metadata_version = ?3 WHERE id = ?1")?
        .execute(params![id.0, stamp, version])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, StoreError};

    #[test]
    fn a_sidecar_that_is_asked_for_while_it_is_written_stays_due() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("catalog.db")).unwrap();
        let photo = PhotoId(1);
        store
            .write(|tx| {
                tx.execute_batch(
                    "INSERT INTO library (name) VALUES ('Photos');
                     INSERT INTO root (library_id, path, shown_path) VALUES (1, x'2f', '/');
                     INSERT INTO photo (id, library_id, root_id, rel_path, path, folder, file_name, \
                     bytes, mtime_ns, content_hash, format, width, height, decode_version, added_at) \
                     VALUES (1, 1, 1, x'31', '1', '', '1', 9, 1, zeroblob(32), 'jpeg', 3, 2, 1, 1);",
                )?;
                set_due(tx, &[photo])?;
                let begun = due(tx)?;
                assert_eq!(begun, [Due { photo, asked: 1 }]);
                set_due(tx, &[photo])?;
                set_written(tx, Due { photo, asked: 1 }, None)?;
                let again = due(tx)?;
                assert_eq!(again, [Due { photo, asked: 2 }]);
                // Nor does an older problem hide that it is asked for.
                set_written(tx, Due { photo, asked: 1 }, Some("full"))?;
                assert_eq!(due_problem(tx, photo)?, None);
                set_written(tx, Due { photo, asked: 2 }, Some("full"))?;
                assert_eq!(due_problem(tx, photo)?.as_deref(), Some("full"));
                set_written(tx, Due { photo, asked: 2 }, None)?;
                assert_eq!(due(tx)?, []);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
}
