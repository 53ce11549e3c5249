//! Tables `stack_member`, `stack_choice`, `burst_member` and `stack_due`: which photos are one shot,
//! what a person has said of that, which shots are a burst, and which folders have to be looked at.

mod choices;
mod lists;

use std::collections::HashMap;

use rusqlite::{Connection, Row, params};

use super::remembered::Question;
use super::{Result, Store};
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;

pub use choices::{Choice, choices, forget, next_number, put, with_content};
pub use lists::{StackPhoto, bursts, of_burst, of_photo, size_of, sizes, tops};

/// A photo that can be found, with what tells its stack and its burst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackFile {
    /// The photo.
    pub id: PhotoId,
    /// Whole folder as shown.
    pub folder: String,
    /// File name as shown.
    pub file_name: String,
    /// BLAKE3 of the file.
    pub content_hash: [u8; 32],
    /// Pixels in all.
    pub pixels: u64,
    /// The camera's wall clock as if it were UTC, milliseconds since 1970.
    pub taken_ms: Option<i64>,
    /// Maker and model of the camera.
    pub camera: Option<String>,
}

/// Where a photo stands in a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The photo that stands for the stack.
    pub top: PhotoId,
    /// From the top down, 0 for the top itself.
    pub place: u32,
    /// The choice of a person that it follows from.
    pub hand: Option<i64>,
}

const FILE: &str = "id, folder, file_name, content_hash, width * height, \
    taken_at * 1000 + coalesce(taken_ms, 0), camera FROM photo";

fn file(row: &Row<'_>) -> rusqlite::Result<StackFile> {
    Ok(StackFile {
        id: PhotoId(row.get(0)?),
        folder: row.get(1)?,
        file_name: row.get(2)?,
        content_hash: row.get(3)?,
        pixels: row.get(4)?,
        taken_ms: row.get(5)?,
        camera: row.get(6)?,
    })
}

/// Lists folders whose stacks may be other ones than they were, at most `limit`.
///
/// # Errors
/// [`super::StoreError`].
pub fn due(connection: &Connection, limit: u32) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT folder FROM stack_due LIMIT ?1")?;
    let rows = statement.query_map([limit], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Notes that a folder was looked at.
///
/// # Errors
/// [`super::StoreError`].
pub fn settle(connection: &Connection, folder: &str) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM stack_due WHERE folder = ?1")?
        .execute([folder])?;
    Ok(())
}

/// Lists the photos of a folder, by id.
///
/// # Errors
/// [`super::StoreError`].
pub fn files_of_folder(connection: &Connection, folder: &str) -> Result<Vec<StackFile>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {FILE} WHERE folder = ?1 AND missing_since IS NULL ORDER BY id"
    ))?;
    let rows = statement.query_map([folder], file)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Tells where the photos of a folder stand.
///
/// # Errors
/// [`super::StoreError`].
pub fn standings_in(connection: &Connection, folder: &str) -> Result<HashMap<PhotoId, Standing>> {
    standings(
        connection,
        "photo_id IN (SELECT id FROM photo WHERE folder = ?1)",
        &folder,
    )
}

/// Tells where the photos stand that follow from a choice.
///
/// # Errors
/// [`super::StoreError`].
pub fn standings_by_hand(
    connection: &Connection,
    number: i64,
) -> Result<HashMap<PhotoId, Standing>> {
    standings(connection, "hand = ?1", &number)
}

fn standings(
    connection: &Connection,
    which: &str,
    is: &dyn rusqlite::ToSql,
) -> Result<HashMap<PhotoId, Standing>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT photo_id, top_id, place, hand FROM stack_member WHERE {which}"
    ))?;
    let rows = statement.query_map([is], |row| {
        let standing = Standing {
            top: PhotoId(row.get(1)?),
            place: row.get(2)?,
            hand: row.get(3)?,
        };
        Ok((PhotoId(row.get(0)?), standing))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Puts a photo in a stack, or takes it out of any.
///
/// # Errors
/// [`super::StoreError`].
pub fn stand(connection: &Connection, photo: PhotoId, standing: Option<Standing>) -> Result<()> {
    match standing {
        Some(standing) => connection
            .prepare_cached(
                "INSERT INTO stack_member (photo_id, top_id, place, hand) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (photo_id) DO UPDATE SET top_id = excluded.top_id, \
                 place = excluded.place, hand = excluded.hand",
            )?
            .execute(params![
                photo.0,
                standing.top.0,
                standing.place,
                standing.hand
            ])?,
        None => connection
            .prepare_cached("DELETE FROM stack_member WHERE photo_id = ?1")?
            .execute([photo.0])?,
    };
    Ok(())
}

/// Tells the bursts that the photos of a folder belong to, each by its first shot.
///
/// # Errors
/// [`super::StoreError`].
pub fn bursts_in(connection: &Connection, folder: &str) -> Result<HashMap<PhotoId, PhotoId>> {
    let mut statement = connection.prepare_cached(
        "SELECT photo_id, burst_id FROM burst_member \
         WHERE photo_id IN (SELECT id FROM photo WHERE folder = ?1)",
    )?;
    let rows = statement.query_map([folder], |row| {
        Ok((PhotoId(row.get(0)?), PhotoId(row.get(1)?)))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Puts a photo in a burst, or takes it out of any.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_burst(connection: &Connection, photo: PhotoId, first: Option<PhotoId>) -> Result<()> {
    match first {
        Some(first) => connection
            .prepare_cached(
                "INSERT INTO burst_member (photo_id, burst_id) VALUES (?1, ?2) \
                 ON CONFLICT (photo_id) DO UPDATE SET burst_id = excluded.burst_id",
            )?
            .execute([photo.0, first.0])?,
        None => connection
            .prepare_cached("DELETE FROM burst_member WHERE photo_id = ?1")?
            .execute([photo.0])?,
    };
    Ok(())
}

impl Store {
    /// Reads the photos that lie below the top of their stack.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn below_tops(&self) -> Result<PhotoSet> {
        self.photo_set(&Question::with_among(
            "SELECT 0, photo_set(photo_id) FROM stack_member INDEXED BY stack_member_below \
             WHERE place > 0",
            "SELECT 0, photo_set(photo_id) FROM stack_member WHERE place > 0",
            Vec::new(),
        ))
    }

    /// Leaves one photo of each stack in a set: the topmost that is in it, one of `preferred` before
    /// others. Photos without a stack stay.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn one_of_each_stack(&self, set: &PhotoSet, preferred: &PhotoSet) -> Result<PhotoSet> {
        let number = |sql: &str| {
            self.numbers(&Question::new(
                format!("SELECT photo_id, {sql} FROM stack_member"),
                Vec::new(),
            ))
        };
        let (tops, places) = (number("top_id")?, number("place")?);
        // The lower the better: one that is preferred before all others.
        let rank = |photo: PhotoId| places.of(photo) | u32::from(!preferred.contains(photo)) << 31;
        let mut best: HashMap<u32, (u32, PhotoId)> = HashMap::new();
        let mut left = set.clone();
        for photo in set.iter() {
            let top = tops.of(photo);
            if top == 0 {
                continue;
            }
            let own = (rank(photo), photo);
            let Some(known) = best.get_mut(&top) else {
                best.insert(top, own);
                continue;
            };
            left.remove(std::cmp::max(*known, own).1);
            *known = std::cmp::min(*known, own);
        }
        Ok(left)
    }
}
