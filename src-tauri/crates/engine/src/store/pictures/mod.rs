//! Tables `picture`, `print` and `near_pair`: what files with equal pixels share, what recognises it
//! in its copies, and which pictures show the same.

mod members;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::Result;
use crate::ids::{PhotoId, PictureId};

pub use members::{Member, members, of_photo, shared_pictures};

/// Two pictures that show the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearPair {
    /// The one with the lower id.
    pub a: PictureId,
    /// The other.
    pub b: PictureId,
    /// 0 … 1.
    pub similarity: f32,
    /// How `b` lies when `a` is upright: 1 … 8, as in EXIF.
    pub orientation: u8,
}

/// Finds the picture of a hash, or makes it. One whose print is of another version gets a new one,
/// and its pairs are to be found again.
///
/// # Errors
/// [`super::StoreError`].
pub fn ensure(
    connection: &Connection,
    pixel_hash: &[u8; 32],
    version: u8,
    print: &[u8],
) -> Result<PictureId> {
    let known: Option<(i64, bool)> = connection
        .prepare_cached("SELECT id, print_version = ?2 FROM picture WHERE pixel_hash = ?1")?
        .query_row(params![pixel_hash, version], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let id = match known {
        Some((id, true)) => return Ok(PictureId(id)),
        Some((id, false)) => {
            connection
                .prepare_cached("DELETE FROM near_pair WHERE a = ?1 OR b = ?1")?
                .execute([id])?;
            connection
                .prepare_cached("UPDATE picture SET print_version = ?2, paired = 0 WHERE id = ?1")?
                .execute(params![id, version])?;
            id
        }
        None => {
            connection
                .prepare_cached("INSERT INTO picture (pixel_hash, print_version) VALUES (?1, ?2)")?
                .execute(params![pixel_hash, version])?;
            connection.last_insert_rowid()
        }
    };
    connection
        .prepare_cached("INSERT OR REPLACE INTO print (picture_id, value) VALUES (?1, ?2)")?
        .execute(params![id, print])?;
    Ok(PictureId(id))
}

/// Finds the picture of a hash.
///
/// # Errors
/// [`super::StoreError`].
pub fn of_hash(connection: &Connection, pixel_hash: &[u8; 32]) -> Result<Option<PictureId>> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM picture WHERE pixel_hash = ?1")?;
    let found = statement.query_row([pixel_hash], |row| Ok(PictureId(row.get(0)?)));
    Ok(found.optional()?)
}

/// Notes what a photo shows, how sharp it is, and which file of its disk it is.
///
/// # Errors
/// [`super::StoreError`].
pub fn set(
    connection: &Connection,
    photo: PhotoId,
    picture: PictureId,
    sharpness: f32,
    file_key: Option<&[u8]>,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE photo SET picture_id = ?2, sharpness = ?3, file_key = ?4 WHERE id = ?1",
        )?
        .execute(params![photo.0, picture.0, sharpness, file_key])?;
    Ok(())
}

/// Notes which file of its disk a photo is.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_file_key(
    connection: &Connection,
    photo: PhotoId,
    file_key: Option<&[u8]>,
) -> Result<()> {
    connection
        .prepare_cached("UPDATE photo SET file_key = ?2 WHERE id = ?1 AND file_key IS NOT ?2")?
        .execute(params![photo.0, file_key])?;
    Ok(())
}

/// Visits the prints of all pictures of a version, by id, after an id.
///
/// # Errors
/// [`super::StoreError`].
pub fn each_print(
    connection: &Connection,
    version: u8,
    after: PictureId,
    mut visit: impl FnMut(PictureId, &[u8]),
) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT picture.id, print.value FROM picture JOIN print ON print.picture_id = picture.id \
         WHERE picture.id > ?1 AND picture.print_version = ?2 ORDER BY picture.id",
    )?;
    let mut rows = statement.query(params![after.0, version])?;
    while let Some(row) = rows.next()? {
        let value = row.get_ref(1)?;
        visit(PictureId(row.get(0)?), value.as_blob().unwrap_or_default());
    }
    Ok(())
}

/// Reads a picture's print.
///
/// # Errors
/// [`super::StoreError`].
pub fn print(connection: &Connection, id: PictureId) -> Result<Option<Vec<u8>>> {
    let mut statement =
        connection.prepare_cached("SELECT value FROM print WHERE picture_id = ?1")?;
    Ok(statement.query_row([id.0], |row| row.get(0)).optional()?)
}

/// Lists pictures whose pairs are still to be found, by id.
///
/// # Errors
/// [`super::StoreError`].
pub fn unpaired(connection: &Connection, limit: u32) -> Result<Vec<PictureId>> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM picture WHERE paired = 0 ORDER BY id LIMIT ?1")?;
    let rows = statement.query_map([limit], |row| Ok(PictureId(row.get(0)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Counts pictures whose pairs are still to be found.
///
/// # Errors
/// [`super::StoreError`].
pub fn count_unpaired(connection: &Connection) -> Result<u64> {
    let mut statement =
        connection.prepare_cached("SELECT count(*) FROM picture WHERE paired = 0")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Counts photos that can be found and were read before there were pictures.
///
/// # Errors
/// [`super::StoreError`].
pub fn count_unread(connection: &Connection) -> Result<u64> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM photo INDEXED BY photo_picture \
         WHERE picture_id IS NULL AND missing_since IS NULL",
    )?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Keeps pairs, and that all pairs of some pictures are kept now.
///
/// # Errors
/// [`super::StoreError`].
pub fn put_pairs(connection: &Connection, paired: &[PictureId], pairs: &[NearPair]) -> Result<()> {
    let mut put = connection.prepare_cached(
        "INSERT OR IGNORE INTO near_pair (a, b, similarity, orientation) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for pair in pairs {
        put.execute(params![
            pair.a.0,
            pair.b.0,
            pair.similarity,
            pair.orientation
        ])?;
    }
    let mut done = connection.prepare_cached("UPDATE picture SET paired = 1 WHERE id = ?1")?;
    for id in paired {
        done.execute([id.0])?;
    }
    Ok(())
}

/// Lists all pairs from a similarity on, by id.
///
/// # Errors
/// [`super::StoreError`].
pub fn pairs(connection: &Connection, least: f32) -> Result<Vec<NearPair>> {
    let mut statement = connection.prepare_cached(
        "SELECT a, b, similarity, orientation FROM near_pair WHERE similarity >= ?1 ORDER BY a, b",
    )?;
    let rows = statement.query_map([least], near_pair)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists the pairs of one picture from a similarity on, by the other's id.
///
/// # Errors
/// [`super::StoreError`].
pub fn pairs_of(connection: &Connection, id: PictureId, least: f32) -> Result<Vec<NearPair>> {
    let mut statement = connection.prepare_cached(
        "SELECT a, b, similarity, orientation FROM near_pair WHERE a = ?1 AND similarity >= ?2 \
         UNION ALL \
         SELECT a, b, similarity, orientation FROM near_pair WHERE b = ?1 AND similarity >= ?2 \
         ORDER BY 1, 2",
    )?;
    let rows = statement.query_map(params![id.0, least], near_pair)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn near_pair(row: &Row<'_>) -> rusqlite::Result<NearPair> {
    Ok(NearPair {
        a: PictureId(row.get(0)?),
        b: PictureId(row.get(1)?),
        similarity: row.get(2)?,
        orientation: row.get(3)?,
    })
}

/// Forgets the pictures that no photo shows any more, and answers them. Only those that a photo showed
/// since the last time are looked at.
///
/// # Errors
/// [`super::StoreError`].
pub fn forget_unshown(connection: &Connection) -> Result<Vec<PictureId>> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM picture WHERE id IN (SELECT picture_id FROM picture_left) \
         AND NOT EXISTS (SELECT 1 FROM photo WHERE photo.picture_id = picture.id) RETURNING id",
    )?;
    let rows = statement.query_map([], |row| Ok(PictureId(row.get(0)?)))?;
    let forgotten = rows.collect::<rusqlite::Result<_>>()?;
    connection
        .prepare_cached("DELETE FROM picture_left")?
        .execute([])?;
    Ok(forgotten)
}

/// The number of the last change of groups.
///
/// # Errors
/// [`super::StoreError`].
pub fn last_change(connection: &Connection) -> Result<i64> {
    let mut statement = connection
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'duplicate_log'")?;
    let last = statement.query_row([], |row| row.get(0)).optional()?;
    Ok(last.unwrap_or(0))
}

/// The number of the first change that is still kept.
///
/// # Errors
/// [`super::StoreError`].
pub fn first_change(connection: &Connection) -> Result<Option<i64>> {
    let mut statement = connection.prepare_cached("SELECT min(seq) FROM duplicate_log")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Lists the pictures whose groups changed after a number, each once, with the last number.
///
/// # Errors
/// [`super::StoreError`].
pub fn changes(connection: &Connection, after: i64) -> Result<(Vec<PictureId>, i64)> {
    let mut statement = connection
        .prepare_cached("SELECT seq, picture_id FROM duplicate_log WHERE seq > ?1 ORDER BY seq")?;
    let mut rows = statement.query([after])?;
    let (mut pictures, mut seq) = (Vec::new(), after);
    while let Some(row) = rows.next()? {
        seq = row.get(0)?;
        pictures.push(PictureId(row.get(1)?));
    }
    pictures.sort_unstable();
    pictures.dedup();
    Ok((pictures, seq))
}

/// Notes that the groups of pictures may be other ones.
///
/// # Errors
/// [`super::StoreError`].
pub fn note_change(connection: &Connection, picture: PictureId) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO duplicate_log (picture_id) VALUES (?1)")?
        .execute([picture.0])?;
    Ok(())
}

/// Forgets changes up to a number.
///
/// # Errors
/// [`super::StoreError`].
pub fn forget_changes(connection: &Connection, up_to: i64) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM duplicate_log WHERE seq <= ?1")?
        .execute([up_to])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, StoreError};

    #[test]
    fn a_picture_is_forgotten_when_the_last_photo_leaves_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("catalog.db")).unwrap();
        let forgotten = |sql: &str| -> Vec<i64> {
            let gone = store.write(|tx| {
                tx.execute_batch(sql)?;
                forget_unshown(tx)
            });
            gone.unwrap().into_iter().map(|picture| picture.0).collect()
        };
        store
            .write(|tx| {
                tx.execute_batch(
                    "INSERT INTO library (name) VALUES ('Photos');
                     INSERT INTO root (library_id, path, shown_path) VALUES (1, x'2f', '/');
                     INSERT INTO picture (id, pixel_hash, print_version)
                     VALUES (1, x'01', 1), (2, x'02', 1), (3, x'03', 1);",
                )?;
                for (id, picture) in [(1, 1), (2, 1), (3, 2), (4, 3)] {
                    tx.execute(
                        "INSERT INTO photo (id, library_id, root_id, rel_path, path, folder, file_name, \
                         bytes, mtime_ns, content_hash, format, width, height, decode_version, added_at, \
                         picture_id) VALUES (?1, 1, 1, CAST(?1 AS BLOB), ?1, '', ?1, 9, 1, \
                         zeroblob(32), 'jpeg', 3, 2, 1, 1, ?2)",
                        [id, picture],
                    )?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let none: [i64; 0] = [];
        assert_eq!(forgotten("DELETE FROM photo WHERE id = 1"), none);
        assert_eq!(forgotten("UPDATE photo SET picture_id = picture_id"), none);
        // The third photo shows what the second does; the fourth is gone.
        let changes =
            "UPDATE photo SET picture_id = 1 WHERE id = 3; DELETE FROM photo WHERE id = 4";
        assert_eq!(forgotten(changes), [2, 3]);
        assert_eq!(forgotten("DELETE FROM photo"), [1]);
        assert_eq!(forgotten("DELETE FROM photo"), none);
    }
}
