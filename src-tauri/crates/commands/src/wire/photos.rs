//! Photos, tags on them, and crops of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Found, QueryImage, Sort, StackShow};

wire! {
    /// Lists photos without a query, for the grid: ids and shapes only.
    pub struct ListPhotos {
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        /// As a person types it, `rating>=4 -tag:draft`, or JSON.
        #[serde(default)] #[ts(type = "string | object | null")] pub filter: Option<serde_json::Value>,
        #[serde(default)] pub sort: Option<Sort>,
        /// Which of the random orders; 0 when not given.
        #[serde(default)] pub seed: Option<u32>,
        /// `top` when not given: one photo of each stack, the topmost that matches.
        #[serde(default)] pub stacks: Option<StackShow>,
    }

    /// Photos in order, as columns.
    pub struct PhotoList {
        #[ts(type = "number[]")] pub photo_ids: Vec<i64>,
        /// Width over height of the upright picture, in thousandths.
        pub aspects: Vec<u32>,
        /// Those that are in a stack.
        #[ts(type = "number[]")] pub stacked: Vec<i64>,
        /// Photos in the stack of each of these.
        pub stack_sizes: Vec<u32>,
        /// Those that are films, shown by a frame.
        #[ts(type = "number[]")] pub films: Vec<i64>,
        /// How long each of these is, seconds.
        pub film_seconds: Vec<Option<f64>>,
        pub found: Found,
    }

    /// Asks for one photo.
    pub struct GetPhoto { #[ts(type = "number")] pub photo_id: i64 }

    /// A photo and what is known of it.
    pub struct Photo {
        #[ts(type = "number")] pub id: i64,
        #[ts(type = "number")] pub library_id: i64,
        pub path: String,
        pub folder: String,
        pub file_name: String,
        #[ts(type = "number")] pub bytes: u64,
        /// Seconds since 1970 UTC.
        #[ts(type = "number")] pub modified_at: i64,
        pub format: String,
        /// It is a film, shown by a frame.
        pub film: bool,
        /// How long it is, seconds; `None` for pictures, and where nothing tells.
        #[serde(default)] pub duration_s: Option<f64>,
        /// Upright, pixels.
        pub width: u32,
        pub height: u32,
        /// Seconds since 1970 of the camera's wall clock, as if it were UTC.
        #[ts(type = "number | null")] pub taken_at: Option<i64>,
        pub taken_offset_min: Option<i32>,
        pub camera: Option<String>,
        pub lens: Option<String>,
        pub iso: Option<u32>,
        pub aperture: Option<f64>,
        pub shutter_s: Option<f64>,
        pub focal_mm: Option<f64>,
        pub lat: Option<f64>,
        pub lon: Option<f64>,
        pub rating: Option<i32>,
        /// How unlike every other photo it is, 0 … 1; `None` until it is measured.
        #[serde(default)] pub uniqueness: Option<f32>,
        pub label: Option<String>,
        pub caption: Option<String>,
        pub tags: Vec<String>,
        /// Any JSON values by name.
        #[ts(type = "Record<string, unknown>")] pub attributes: BTreeMap<String, serde_json::Value>,
        /// Plain words for how it looks: colours, "dark", "portrait".
        pub visual_words: Vec<String>,
        /// Its disk is not there at the moment.
        pub offline: bool,
        /// BLAKE3 of the file, hexadecimal.
        pub content_hash: String,
        /// Spaces it has a vector in.
        pub spaces: Vec<String>,
    }

    /// Puts tags on photos, or takes them off.
    pub struct TagPhotos {
        #[ts(type = "number[]")] pub photo_ids: Vec<i64>,
        /// Paths such as `places/italy/rome`.
        pub tags: Vec<String>,
    }

    /// Which photos a tag change touched, so that it can be taken back exactly.
    pub struct TagsChanged { pub changed: Vec<TagChange> }

    /// The photos on which one tag changed.
    pub struct TagChange { pub tag: String, #[ts(type = "number[]")] pub photo_ids: Vec<i64> }

    /// Gives photos a rating, or takes it off.
    pub struct RatePhotos {
        #[ts(type = "number[]")] pub photo_ids: Vec<i64>,
        /// Stars: 0 … 5, −1 for rejected; none takes it off.
        #[serde(default)] pub rating: Option<i32>,
    }

    /// Which photos had another rating, so that it can be taken back exactly.
    pub struct PhotosRated { pub changed: Vec<RatingChange> }

    /// The photos that had one rating before; none where they had none.
    pub struct RatingChange {
        pub rating: Option<i32>,
        #[ts(type = "number[]")] pub photo_ids: Vec<i64>,
    }

    /// Lists tags.
    pub struct ListTags {
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        /// Only tags that contain this, any case.
        #[serde(default)] pub containing: Option<String>,
    }

    /// Tags with their counts, by path.
    pub struct Tags { pub tags: Vec<TagCount> }

    /// A tag and how many photos carry it.
    pub struct TagCount { pub tag: String, #[ts(type = "number")] pub photos: u64 }

    /// Writes a part of a picture to a new file, in the original's pixels.
    pub struct ExportCrop {
        pub image: QueryImage,
        /// A `.jpg` or `.png` file that is not there yet.
        pub output: String,
        /// Replaces `output` where it is there; never a photo of a library.
        #[serde(default)] pub overwrite: bool,
    }

    /// A crop that was written.
    pub struct ExportedCrop { pub path: String, pub width: u32, pub height: u32 }
}
