//! What a new picture says of the photo that it was made from, as the catalog knows it.

use super::KeptMetadata;
use crate::photo::metadata::{Metadata, with_metadata};
use crate::sidecar::{self, SidecarError, Wanted};
use crate::store::photos::PhotoRow;

/// Puts it into the JPEG or PNG: camera, time and place as EXIF, words and stars as XMP.
pub(super) fn put_into(
    picture: Vec<u8>,
    row: &PhotoRow,
    kept: KeptMetadata,
    now_s: i64,
) -> Result<Vec<u8>, SidecarError> {
    if kept == KeptMetadata::Nothing {
        return Ok(picture);
    }
    let wanted = Wanted {
        tags: row.tags.clone(),
        rating: row.camera.rating,
        label: row.label.clone(),
        caption: row.camera.caption.clone(),
        ..Wanted::default()
    };
    let xmp = sidecar::packet(&wanted, (row.width, row.height), &sidecar::iso_time(now_s))?;
    let metadata = metadata(row, kept == KeptMetadata::All);
    Ok(with_metadata(picture, &metadata, xmp.as_deref()))
}

fn metadata(row: &PhotoRow, with_place: bool) -> Metadata {
    let camera = row.camera.clone();
    let place = |value: Option<f64>| value.filter(|_| with_place);
    Metadata {
        taken_at: camera.taken_at,
        taken_ms: camera.taken_ms,
        taken_offset_min: camera.taken_offset_min,
        camera: camera.camera,
        lens: camera.lens,
        iso: camera.iso,
        aperture: camera.aperture,
        shutter_s: camera.shutter_s,
        focal_mm: camera.focal_mm,
        focal_35_mm: camera.focal_35_mm,
        lat: place(camera.lat),
        lon: place(camera.lon),
        altitude_m: place(camera.altitude_m),
        caption: camera.caption,
        ..Metadata::default()
    }
}
