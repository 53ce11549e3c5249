//! The photos that show pictures, with what is compared between copies.

use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::ids::{PhotoId, PictureId};
use crate::store::Result;

/// A photo that can be found, as one of its copies.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The photo.
    pub id: PhotoId,
    /// What it shows.
    pub picture: PictureId,
    /// BLAKE3 of the file.
    pub content_hash: [u8; 32],
    /// Names the file on its disk, whatever its path; none where the disk has no such names.
    pub file_key: Option<Vec<u8>>,
    /// Whole folder as shown.
    pub folder: String,
    /// File name as shown.
    pub file_name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Upright width in pixels.
    pub width: u32,
    /// Upright height in pixels.
    pub height: u32,
    /// "jpeg", "png" …
    pub format: String,
    /// The camera's wall clock as if it were UTC, seconds since 1970.
    pub taken_at: Option<i64>,
    /// Maker and model of the camera.
    pub camera: Option<String>,
    /// −1 … 5.
    pub rating: Option<i32>,
    /// Facts that its metadata hold: capture time, camera, lens, place, rating, label, caption, and
    /// each tag.
    pub metadata: u32,
    /// Variance of the Laplacian, grey levels squared.
    pub sharpness: Option<f32>,
    /// The top of the stack it is in.
    pub stack: Option<PhotoId>,
    /// Which job brought it; later ones have higher numbers.
    pub added_in: i64,
}

impl Member {
    /// Whole path as shown.
    #[must_use]
    pub fn path(&self) -> String {
        std::path::Path::new(&self.folder)
            .join(&self.file_name)
            .to_string_lossy()
            .into_owned()
    }

    /// Pixels in all.
    #[must_use]
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

const COLUMNS: &str = "id, picture_id, content_hash, file_key, folder, file_name, bytes, width, \
    height, format, taken_at, camera, rating, \
    (taken_at IS NOT NULL) + (camera IS NOT NULL) + (lens IS NOT NULL) + (lat IS NOT NULL) \
    + (rating IS NOT NULL) + (label IS NOT NULL) + (caption IS NOT NULL) + tag_count, sharpness, \
    (SELECT top_id FROM stack_member WHERE stack_member.photo_id = photo.id), added_in";

/// Lists the photos that show a picture and can be found, by id.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn members(connection: &Connection, picture: PictureId) -> Result<Vec<Member>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM photo WHERE picture_id = ?1 AND missing_since IS NULL ORDER BY id"
    ))?;
    let rows = statement.query_map([picture.0], member)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Reads one photo as one of its copies; none where it shows no known picture or cannot be found.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn of_photo(connection: &Connection, id: PhotoId) -> Result<Option<Member>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM photo \
         WHERE id = ?1 AND picture_id IS NOT NULL AND missing_since IS NULL"
    ))?;
    Ok(statement.query_row([id.0], member).optional()?)
}

/// Lists pictures that several photos show, by id.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn shared_pictures(connection: &Connection) -> Result<Vec<PictureId>> {
    let mut statement = connection.prepare_cached(
        "SELECT picture_id FROM photo INDEXED BY photo_picture \
         WHERE picture_id IS NOT NULL AND missing_since IS NULL \
         GROUP BY picture_id HAVING count(*) > 1 ORDER BY picture_id",
    )?;
    let rows = statement.query_map([], |row| Ok(PictureId(row.get(0)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn member(row: &Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        id: PhotoId(row.get(0)?),
        picture: PictureId(row.get(1)?),
        content_hash: row.get(2)?,
        file_key: row.get(3)?,
        folder: row.get(4)?,
        file_name: row.get(5)?,
        bytes: row.get(6)?,
        width: row.get(7)?,
        height: row.get(8)?,
        format: row.get(9)?,
        taken_at: row.get(10)?,
        camera: row.get(11)?,
        rating: row.get(12)?,
        metadata: row.get(13)?,
        sharpness: row.get(14)?,
        stack: row.get::<_, Option<i64>>(15)?.map(PhotoId),
        added_in: row.get(16)?,
    })
}
