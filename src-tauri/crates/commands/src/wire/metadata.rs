//! What files and sidecars say of photos.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
    /// Asks what the files of a photo say.
    pub struct GetMetadata { #[ts(type = "number")] pub photo_id: i64 }

    /// What is known of a photo, and what its file and its sidecar say of it.
    pub struct PhotoMetadata {
        pub path: String,
        pub title: Option<String>,
        /// Thousandths of a second behind the photo's time.
        pub taken_ms: Option<u16>,
        /// Focal length that sees as much on 24 × 36 mm.
        pub focal_35_mm: Option<f64>,
        /// Metres above the sea.
        pub altitude_m: Option<f64>,
        pub rating: Option<i32>,
        pub label: Option<String>,
        pub caption: Option<String>,
        pub tags: Vec<String>,
        pub regions: Vec<PhotoRegion>,
        /// None where its metadata were not read yet.
        pub file: Option<SaidOfPhoto>,
        /// None where there is no sidecar, or it was never understood.
        pub sidecar: Option<SaidOfPhoto>,
        pub sidecar_path: Option<String>,
        /// What file and sidecar say differently.
        pub conflicts: Vec<MetadataConflict>,
        /// Why the sidecar cannot be understood.
        pub problem: Option<String>,
        /// Why the sidecar could not be written.
        pub write_problem: Option<String>,
    }

    /// What one source says of a photo.
    pub struct SaidOfPhoto {
        pub keywords: Option<Vec<String>>,
        pub rating: Option<i32>,
        pub label: Option<String>,
        pub caption: Option<String>,
        pub title: Option<String>,
        pub regions: u32,
    }

    /// Draws a region on a photo.
    pub struct AddRegion {
        #[ts(type = "number")] pub photo_id: i64,
        /// `face`, `pet`, `focus`, `barCode` or `object`, which it is when not given.
        #[serde(default)] pub kind: Option<String>,
        /// Who or what it is.
        #[serde(default)] pub name: Option<String>,
        #[serde(rename = "box")] pub area: super::BoxFractions,
    }

    /// Names a region of a photo.
    pub struct RemoveRegion { #[ts(type = "number")] pub region_id: i64 }

    /// A face or a thing on a photo.
    pub struct PhotoRegion {
        #[ts(type = "number")] pub id: i64,
        /// It was drawn here; else the photo's file or sidecar has it.
        pub is_own: bool,
        /// `face`, `pet`, `focus`, `barCode` or `object`.
        pub kind: String,
        pub name: Option<String>,
        /// Left, top, width and height as fractions of the upright picture.
        pub x: f64,
        pub y: f64,
        pub width: f64,
        pub height: f64,
    }

    /// A property that file and sidecar say differently.
    pub struct MetadataConflict {
        /// `keywords`, `rating`, `label`, `caption`, `title`, `takenAt` or `place`.
        pub property: String,
        pub file: String,
        pub sidecar: String,
        /// The sidecar's is newer and counts.
        pub sidecar_wins: bool,
    }

    /// Writes tags, rating, label, caption and regions of photos to their sidecars.
    pub struct WriteMetadata { #[ts(type = "number[]")] pub photo_ids: Vec<i64> }

    /// Whether changes are written to sidecars.
    pub struct MetadataWriting { pub on: bool }

    /// What an ended job wrote.
    pub struct WriteReport {
        #[ts(type = "number")] pub written: u64,
        /// Photos whose sidecar said all of it already.
        #[ts(type = "number")] pub same: u64,
        /// Photos whose sidecar could not be written.
        pub failed: Vec<super::SkippedFile>,
        pub seconds: f64,
    }
}
