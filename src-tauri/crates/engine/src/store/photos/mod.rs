//! Table `photo`: one row a file that could be read. Rows of files that are gone stay, marked, so
//! that a file that comes back finds its tags again.

mod facts;
mod groups;
mod known;
mod look;
mod nearest;
mod orders;
mod values;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::{Result, settings};
use crate::ids::{LibraryId, PhotoId, RootId};

pub use facts::{Facts, facts, rename, set_facts, sidecar_stamp, turn};
pub use groups::{GroupField, group_values, with_value};
pub(in crate::store) use known::below;
pub use known::{
    AtPath, Candidate, KnownFile, any_in_root, at_path, displace, files_below, files_of_root,
    late_copies, read_again, sample_of_root, set_missing, take_over, touch, walk_back,
    with_file_key, with_size,
};
pub use look::{
    Film, Line, PhotoRow, Shape, by_id, count_up_to, exists, films_of_format, hash_of, holds,
    is_known_path, line, newest, path_of, sample_hashes, shapes, shapes_of, visible_count,
};
pub use nearest::{
    Nearest, count_unmeasured, measured, measured_above, set_nearest, taken, uniqueness_of,
    unmeasured, with_near_other,
};
pub use orders::{Among, Order, Stand, in_order, shuffled, stands};
pub use values::{Valued, values};

/// The setting that holds the number of the last job that brought photos.
const ADDED_IN: &str = "added_in";

/// Everything known of a photo before it has an id.
#[derive(Clone, Debug)]
pub struct PhotoRecord {
    /// The library it belongs to.
    pub library_id: LibraryId,
    /// The root it lies below.
    pub place: Place,
    /// Size in bytes.
    pub bytes: u64,
    /// Last change, nanoseconds since 1970 UTC.
    pub mtime_ns: i64,
    /// BLAKE3 of the file.
    pub content_hash: [u8; 32],
    /// "jpeg", "png" …
    pub format: &'static str,
    /// Upright width in pixels.
    pub width: u32,
    /// Upright height in pixels.
    pub height: u32,
    /// EXIF orientation of the file, 1 … 8.
    pub exif_orientation: u8,
    /// Plain words for how it looks, by spaces.
    pub visual_words: String,
    /// Version of the stages that made this row.
    pub decode_version: u32,
}

/// Where a photo lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The root it lies below.
    pub root_id: RootId,
    /// Below the root, the platform's own bytes.
    pub rel_path: Vec<u8>,
    /// Whole path as shown.
    pub path: String,
    /// Whole folder as shown.
    pub folder: String,
    /// File name as shown.
    pub file_name: String,
}

/// What the camera wrote, and what was said of it since.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CameraRecord {
    /// The camera's wall clock as if it were UTC, seconds since 1970.
    pub taken_at: Option<i64>,
    /// Thousandths of a second that follow.
    pub taken_ms: Option<u16>,
    /// Minutes east of UTC.
    pub taken_offset_min: Option<i32>,
    /// Maker and model.
    pub camera: Option<String>,
    /// Lens model.
    pub lens: Option<String>,
    /// Sensitivity.
    pub iso: Option<u32>,
    /// f-number.
    pub aperture: Option<f64>,
    /// Exposure time in seconds.
    pub shutter_s: Option<f64>,
    /// Focal length in millimetres.
    pub focal_mm: Option<f64>,
    /// Focal length that sees as much on 24 × 36 mm.
    pub focal_35_mm: Option<f64>,
    /// How long a film is, seconds.
    pub duration_s: Option<f64>,
    /// Latitude, degrees north.
    pub lat: Option<f64>,
    /// Longitude, degrees east.
    pub lon: Option<f64>,
    /// Metres above the sea.
    pub altitude_m: Option<f64>,
    /// −1 (rejected) … 5; [`set_facts`] sets it.
    pub rating: Option<i32>,
    /// Caption; [`set_facts`] sets it.
    pub caption: Option<String>,
}

/// Adds a photo that a job brought.
///
/// # Errors
/// [`super::StoreError`]; its place must be free.
pub fn insert(
    connection: &Connection,
    record: &PhotoRecord,
    now_s: i64,
    added_in: i64,
) -> Result<PhotoId> {
    write(connection, include_str!("insert.sql"), record, now_s)?;
    let id = PhotoId(connection.last_insert_rowid());
    connection
        .prepare_cached("UPDATE photo SET added_in = ?2 WHERE id = ?1")?
        .execute([id.0, added_in])?;
    Ok(id)
}

/// Takes the number of a job that brings photos, above those of all jobs before it.
///
/// # Errors
/// [`super::StoreError`].
pub fn next_job(connection: &Connection) -> Result<i64> {
    let last = settings::get(connection, ADDED_IN)?;
    let next = last.and_then(|last| last.parse().ok()).unwrap_or(0_i64) + 1;
    settings::set(connection, ADDED_IN, Some(&next.to_string()))?;
    Ok(next)
}

/// Replaces what is known of a photo whose file changed; its id, facts, tags and attributes stay.
///
/// # Errors
/// [`super::StoreError`].
pub fn update(connection: &Connection, id: PhotoId, record: &PhotoRecord) -> Result<()> {
    write(connection, include_str!("update.sql"), record, id.0)
}

/// Gives a photo another place: its file moved.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_place(
    connection: &Connection,
    id: PhotoId,
    library: LibraryId,
    place: &Place,
    mtime_ns: i64,
    file_key: Option<&[u8]>,
) -> Result<()> {
    connection
        .prepare_cached(include_str!("set_place.sql"))?
        .execute(params![
            id.0,
            library.0,
            place.root_id.0,
            place.rel_path,
            place.path,
            place.folder,
            place.file_name,
            mtime_ns,
            file_key,
        ])?;
    Ok(())
}

/// Sets what the camera wrote.
///
/// # Errors
/// [`super::StoreError`].
pub fn set_camera(connection: &Connection, id: PhotoId, camera: &CameraRecord) -> Result<()> {
    connection
        .prepare_cached(include_str!("set_camera.sql"))?
        .execute(params![
            id.0,
            camera.taken_at,
            camera.taken_ms,
            camera.taken_offset_min,
            camera.camera,
            camera.lens,
            camera.iso,
            camera.aperture,
            camera.shutter_s,
            camera.focal_mm,
            camera.focal_35_mm,
            camera.lat,
            camera.lon,
            camera.altitude_m,
            camera.duration_s,
        ])?;
    Ok(())
}

fn write(connection: &Connection, sql: &str, record: &PhotoRecord, last: i64) -> Result<()> {
    let place = &record.place;
    connection.prepare_cached(sql)?.execute(params![
        record.library_id.0,
        place.root_id.0,
        place.rel_path,
        place.path,
        place.folder,
        place.file_name,
        i64::try_from(record.bytes).unwrap_or(i64::MAX),
        record.mtime_ns,
        record.content_hash,
        record.format,
        record.width,
        record.height,
        record.exif_orientation,
        record.visual_words,
        record.decode_version,
        last,
    ])?;
    Ok(())
}
