//! How unique photos are, and which photo each was measured by.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;
use crate::store::Result;

/// A photo and the photo nearest to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// The photo.
    pub photo: PhotoId,
    /// The nearest other one; none in a library of one photo.
    pub nearest: Option<PhotoId>,
    /// 0 … 1.
    pub uniqueness: f32,
}

/// As it is stored.
fn millionths(uniqueness: f32) -> i64 {
    (f64::from(uniqueness) * 1e6).round() as i64
}

/// Lists photos that can be found and were not measured, by id after an id.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn unmeasured(connection: &Connection, after: PhotoId, limit: u32) -> Result<Vec<PhotoId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM photo INDEXED BY photo_uniqueness \
         WHERE uniqueness IS NULL AND id > ?1 AND missing_since IS NULL ORDER BY id LIMIT ?2",
    )?;
    let rows = statement.query_map([after.0, i64::from(limit)], |row| Ok(PhotoId(row.get(0)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Counts photos that can be found and were not measured.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn count_unmeasured(connection: &Connection) -> Result<u64> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM photo INDEXED BY photo_uniqueness \
         WHERE uniqueness IS NULL AND missing_since IS NULL",
    )?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Lists photos that were measured and are more unique than this.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn measured_above(connection: &Connection, uniqueness: f32) -> Result<Vec<PhotoId>> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM photo WHERE uniqueness > ?1 AND missing_since IS NULL")?;
    let rows = statement.query_map([millionths(uniqueness)], |row| Ok(PhotoId(row.get(0)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists photos that can be found and were measured, with how unique they are.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn measured(connection: &Connection) -> Result<Vec<(PhotoId, f32)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, uniqueness FROM photo WHERE uniqueness IS NOT NULL AND missing_since IS NULL",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((PhotoId(row.get(0)?), row.get::<_, i64>(1)? as f32 / 1e6))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists photos that can be found and have another one at least so near, or were not measured.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn with_near_other(connection: &Connection, uniqueness: f32) -> Result<Vec<PhotoId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM photo WHERE (uniqueness <= ?1 OR uniqueness IS NULL) \
         AND missing_since IS NULL ORDER BY id",
    )?;
    let rows = statement.query_map([millionths(uniqueness)], |row| Ok(PhotoId(row.get(0)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps what was measured, and what photos that were measured before turn out to be nearer to.
/// Where the nearest went meanwhile the photo stays as it is, to be measured again.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn set_nearest(
    connection: &Connection,
    measured: &[Nearest],
    closer: &[Nearest],
) -> Result<()> {
    let mut put = connection.prepare_cached(
        "UPDATE photo SET uniqueness = ?2, nearest_id = ?3 WHERE id = ?1 AND (?3 IS NULL OR EXISTS \
         (SELECT 1 FROM photo AS other WHERE other.id = ?3 AND other.missing_since IS NULL))",
    )?;
    for one in measured {
        put.execute(params![
            one.photo.0,
            millionths(one.uniqueness),
            one.nearest.map(|id| id.0)
        ])?;
    }
    // Those that were not measured yet come to be, with all that is there by then.
    let mut lower = connection.prepare_cached(
        "UPDATE photo SET uniqueness = ?2, nearest_id = ?3 WHERE id = ?1 AND uniqueness > ?2",
    )?;
    for (photo, (uniqueness, nearest)) in lowest(closer) {
        lower.execute(params![photo.0, uniqueness, nearest.map(|id| id.0)])?;
    }
    Ok(())
}

/// What is left of several for one photo: the lowest, the first of equals. A photo in the midst of
/// many new ones is named by most of them.
fn lowest(all: &[Nearest]) -> BTreeMap<PhotoId, (i64, Option<PhotoId>)> {
    let mut lowest = BTreeMap::new();
    for one in all {
        let own = (millionths(one.uniqueness), one.nearest);
        let kept = lowest.entry(one.photo).or_insert(own);
        if own.0 < kept.0 {
            *kept = own;
        }
    }
    lowest
}

/// How unique a photo is; none where it was not measured.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn uniqueness_of(connection: &Connection, id: PhotoId) -> Result<Option<f32>> {
    let mut statement = connection.prepare_cached("SELECT uniqueness FROM photo WHERE id = ?1")?;
    let value: Option<Option<i64>> = statement.query_row([id.0], |row| row.get(0)).optional()?;
    Ok(value.flatten().map(|millionths| millionths as f32 / 1e6))
}

/// Lists some photos by when they were taken; those that do not say are left out.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn taken(connection: &Connection, ids: &PhotoSet) -> Result<Vec<(i64, PhotoId)>> {
    let mut statement = connection.prepare_cached(
        "SELECT taken_at, id FROM photo \
         WHERE taken_at IS NOT NULL AND in_photo_set(?1, id) ORDER BY taken_at, id",
    )?;
    let rows = statement.query_map([ids], |row| Ok((row.get(0)?, PhotoId(row.get(1)?))))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, StoreError};

    #[test]
    fn a_photo_whose_nearest_went_is_measured_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("catalog.db")).unwrap();
        let measured_by = |photo: i64, nearest: Option<i64>, uniqueness: f32| Nearest {
            photo: PhotoId(photo),
            nearest: nearest.map(PhotoId),
            uniqueness,
        };
        store
            .write(|tx| {
                tx.execute_batch(
                    "INSERT INTO library (name) VALUES ('Photos');
                     INSERT INTO root (library_id, path, shown_path) VALUES (1, x'2f', '/');",
                )?;
                for id in 1..=4 {
                    tx.execute(
                        "INSERT INTO photo (id, library_id, root_id, rel_path, path, folder, file_name, \
                         bytes, mtime_ns, content_hash, format, width, height, decode_version, added_at) \
                         VALUES (?1, 1, 1, CAST(?1 AS BLOB), ?1, '', ?1, 9, 1, zeroblob(32), 'jpeg', 3, \
                         2, 1, 1)",
                        [id],
                    )?;
                }
                // One is hidden, and 77 was never there.
                tx.execute("UPDATE photo SET missing_since = 1 WHERE id = 4", [])?;
                let measured = [
                    measured_by(1, Some(2), 0.25),
                    measured_by(2, Some(77), 0.5),
                    measured_by(3, Some(4), 0.5),
                ];
                set_nearest(tx, &measured, &[])
            })
            .unwrap();
        let left = store
            .read(|connection| {
                Ok::<_, StoreError>((
                    unmeasured(connection, PhotoId(0), 9)?,
                    measured(connection)?,
                ))
            })
            .unwrap();
        assert_eq!(
            left,
            (vec![PhotoId(2), PhotoId(3)], vec![(PhotoId(1), 0.25)])
        );
        store
            .write(|tx| set_nearest(tx, &[measured_by(2, None, 1.0)], &[]))
            .unwrap();
        let unique = store.read(|connection| uniqueness_of(connection, PhotoId(2)));
        assert_eq!(unique.unwrap(), Some(1.0));
    }
}
