//! Reads what a file and its sidecar say. Knows no catalog.

use std::fs::File;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::io::{self, IoError};
use crate::photo::metadata::{self, Metadata};
use crate::sidecar::{self, Said};
use crate::store::photos::CameraRecord;
use crate::video;

use super::merge;

/// What a file and its sidecar say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gathered {
    /// What the camera wrote, with what was said of it since.
    pub camera: CameraRecord,
    /// What the file says.
    pub file: Said,
    /// What its sidecar says; none where there is none or it cannot be understood.
    pub sidecar: Option<Said>,
    /// The sidecar is the newer one.
    pub sidecar_is_newer: bool,
    /// What both come to.
    pub merged: Said,
    /// The sidecar that was read, as shown.
    pub sidecar_path: Option<String>,
    /// Why the sidecar cannot be understood.
    pub problem: Option<String>,
    /// Rating and caption of EXIF alone: what versions before this one took over.
    pub in_exif: (Option<i32>, Option<String>),
}

/// Reads what a picture or a video says of itself.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn read_file(path: &Path) -> Result<Metadata, IoError> {
    let is_video = File::open(path)
        .and_then(|mut file| video::kind_of(&mut file))
        .map_err(|error| IoError::new("read", path, error))?
        .is_some();
    if is_video {
        return Ok(video::metadata(path));
    }
    Ok(metadata::read(&io::read(path)?))
}

/// Joins what a file says with its sidecar, which is read; times are nanoseconds since 1970.
#[must_use]
pub fn gather(metadata: Metadata, file_mtime_ns: i64, sidecar: Option<(&Path, i64)>) -> Gathered {
    let file = of_file(&metadata);
    let (mut said, mut problem) = (None, None);
    if let Some((path, _)) = sidecar {
        match sidecar::read_file(path) {
            Ok(found) => said = Some(found),
            Err(error) => problem = Some(error.to_string()),
        }
    }
    let times = (file_mtime_ns, sidecar.map_or(i64::MIN, |(_, at)| at));
    let sidecar_is_newer = said
        .as_ref()
        .is_some_and(|said| merge::is_newer(&file, said, times));
    let merged = merge::merge(&file, said.as_ref(), sidecar_is_newer);
    Gathered {
        in_exif: (metadata.rating, metadata.caption.clone()),
        camera: camera(metadata, &merged),
        file,
        sidecar: said,
        sidecar_is_newer,
        merged,
        sidecar_path: sidecar.map(|(path, _)| io::shown(path)),
        problem,
    }
}

/// What a file says: XMP before IPTC before EXIF in words, EXIF before XMP in what the camera
/// measured.
fn of_file(metadata: &Metadata) -> Said {
    let xmp = sidecar::read_packets(&metadata.packets);
    let keywords = (!metadata.keywords.is_empty()).then(|| sidecar::flat_tags(&metadata.keywords));
    let measured = Said {
        taken_at: metadata.taken_at,
        taken_ms: metadata.taken_ms,
        taken_offset_min: metadata.taken_offset_min,
        camera: metadata.camera.clone(),
        lens: metadata.lens.clone(),
        place: metadata.lat.zip(metadata.lon),
        altitude_m: metadata.altitude_m,
        ..Said::default()
    };
    let older = Said {
        keywords,
        rating: metadata.rating,
        caption: metadata.caption.clone(),
        title: metadata.title.clone(),
        said_at: metadata.changed_at,
        ..Said::default()
    };
    measured.or(xmp.unwrap_or_default()).or(older)
}

fn camera(metadata: Metadata, merged: &Said) -> CameraRecord {
    CameraRecord {
        taken_at: merged.taken_at,
        taken_ms: merged.taken_ms,
        taken_offset_min: merged.taken_offset_min,
        camera: merged.camera.clone(),
        lens: merged.lens.clone(),
        iso: metadata.iso,
        aperture: metadata.aperture,
        shutter_s: metadata.shutter_s,
        focal_mm: metadata.focal_mm,
        focal_35_mm: metadata.focal_35_mm,
        duration_s: metadata.duration_s,
        lat: merged.place.map(|(lat, _)| lat),
        lon: merged.place.map(|(_, lon)| lon),
        altitude_m: merged.altitude_m,
        rating: merged.rating,
        caption: merged.caption.clone(),
    }
}
