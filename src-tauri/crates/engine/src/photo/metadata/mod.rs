//! What the camera wrote beside the pixels: EXIF. Not XMP, not IPTC, and nothing is written.

mod exif;
mod names;
mod time;

pub(super) use exif::Exif;

use std::panic::catch_unwind;

use serde::{Deserialize, Serialize};

use super::blocks;
use super::format::sniff;

/// What a picture file says about itself; every part may be missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// The camera's wall clock as if it were UTC, seconds since 1970.
    pub taken_at: Option<i64>,
    /// How far that clock was ahead of UTC, in minutes.
    pub taken_offset_min: Option<i32>,
    /// Make and model, the make once: "Canon EOS 6D".
    pub camera: Option<String>,
    /// The lens model.
    pub lens: Option<String>,
    /// Sensitivity, ISO.
    pub iso: Option<u32>,
    /// F-number.
    pub aperture: Option<f64>,
    /// Exposure time in seconds.
    pub shutter_s: Option<f64>,
    /// Focal length in millimetres, as the lens has it.
    pub focal_mm: Option<f64>,
    /// Degrees north, -90 to 90; there together with `lon` or not at all.
    pub lat: Option<f64>,
    /// Degrees east, -180 to 180.
    pub lon: Option<f64>,
    /// Stars, 0 to 5.
    pub rating: Option<i32>,
    /// What the owner wrote about the picture.
    pub caption: Option<String>,
    /// The EXIF orientation, 1 to 8; 1 where there is none.
    pub orientation: u8,
}

impl Default for Metadata {
    fn default() -> Self {
        Self {
            taken_at: None,
            taken_offset_min: None,
            camera: None,
            lens: None,
            iso: None,
            aperture: None,
            shutter_s: None,
            focal_mm: None,
            lat: None,
            lon: None,
            rating: None,
            caption: None,
            orientation: 1,
        }
    }
}

/// Reads what there is; bad EXIF gives the good part of it.
#[must_use]
pub fn read(bytes: &[u8]) -> Metadata {
    // A panic in the parser must not cost the photo: it is then as one without EXIF.
    catch_unwind(|| find(bytes))
        .ok()
        .flatten()
        .unwrap_or_default()
}

fn find(bytes: &[u8]) -> Option<Metadata> {
    let format = sniff(bytes)?;
    Some(Exif::parse(&blocks::exif(bytes, format)?)?.metadata())
}
