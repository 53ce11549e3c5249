//! What is written beside the pixels of a file: EXIF, CIFF and IPTC are read, XMP is handed out as it
//! stands. Sidecars are not looked for. What is written is part of new pictures only.

mod ciff;
mod container;
mod exif;
mod iptc;
mod names;
mod time;
mod written;

pub(super) use exif::Exif;
pub(crate) use names::camera as camera_name;
pub use written::with_metadata;

use std::panic::catch_unwind;

/// What a picture file says about itself; every part may be missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata {
    /// The camera's wall clock as if it were UTC, seconds since 1970.
    pub taken_at: Option<i64>,
    /// Thousandths of a second that follow, 0 to 999.
    pub taken_ms: Option<u16>,
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
    /// The focal length on 24 × 36 mm that sees as much.
    pub focal_35_mm: Option<f64>,
    /// How long a film is, in seconds.
    pub duration_s: Option<f64>,
    /// Degrees north, -90 to 90; there together with `lon` or not at all.
    pub lat: Option<f64>,
    /// Degrees east, -180 to 180.
    pub lon: Option<f64>,
    /// Metres above the sea; only where there is a place.
    pub altitude_m: Option<f64>,
    /// Stars, 0 to 5.
    pub rating: Option<i32>,
    /// What the owner wrote about the picture.
    pub caption: Option<String>,
    /// A name for the picture.
    pub title: Option<String>,
    /// Keywords of IPTC, in the file's order.
    pub keywords: Vec<String>,
    /// When a program last changed the file, by its own clock, seconds since 1970.
    pub changed_at: Option<i64>,
    /// XMP packets as they stand: the standard one first, then the extended one.
    pub packets: Vec<Vec<u8>>,
    /// The EXIF orientation, 1 to 8; 1 where there is none.
    pub orientation: u8,
}

impl Default for Metadata {
    fn default() -> Self {
        Self {
            taken_at: None,
            taken_ms: None,
            taken_offset_min: None,
            camera: None,
            lens: None,
            iso: None,
            aperture: None,
            shutter_s: None,
            focal_mm: None,
            focal_35_mm: None,
            duration_s: None,
            lat: None,
            lon: None,
            altitude_m: None,
            rating: None,
            caption: None,
            title: None,
            keywords: Vec::new(),
            changed_at: None,
            packets: Vec::new(),
            orientation: 1,
        }
    }
}

/// Reads what there is; bad EXIF gives the good part of it.
#[must_use]
pub fn read(bytes: &[u8]) -> Metadata {
    let Some(container) = container::container(bytes) else {
        return Metadata::default();
    };
    // A panic in a parser must not cost the photo: it is then as one without that block.
    let part = catch_unwind(|| {
        if container == container::Container::Crw {
            return Some((ciff::read(bytes)?, None));
        }
        let exif = container::exif(bytes, container)?;
        Some((exif.metadata(), exif.changed_at()))
    });
    let (mut metadata, changed_at) = part.ok().flatten().unwrap_or_default();
    metadata.changed_at = changed_at;
    let iptc = catch_unwind(|| container::iptc(bytes, container).map(|block| iptc::read(&block)));
    if let Ok(Some(iptc)) = iptc {
        metadata.keywords = iptc.keywords;
        metadata.title = iptc.title;
        let caption = iptc.caption.filter(|c| names::is_caption(c));
        metadata.caption = caption.or(metadata.caption);
    }
    let packets = catch_unwind(|| container::xmp(bytes, container));
    metadata.packets = packets
        .unwrap_or_default()
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect();
    metadata
}
