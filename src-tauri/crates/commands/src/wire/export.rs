//! Photos taken out of the library: files, lists, contact sheets.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{BoxFractions, SearchPhotos};

wire! {
    /// Exports photos: those named, parts of them, or what a search finds. Exactly one of
    /// `photoIds`, `parts` and `search` is given. Nothing that is there is written over.
    pub struct ExportPhotos {
        /// These, in this order.
        #[serde(default)] #[ts(type = "number[] | null")] pub photo_ids: Option<Vec<i64>>,
        /// Parts of photos, each a file of its own, in this order.
        #[serde(default)] pub parts: Option<Vec<PhotoPart>>,
        /// What it finds, in its order; its `limit` and `cursor` are not taken.
        #[serde(default)] pub search: Option<SearchPhotos>,
        /// At most so many of what the search finds.
        #[serde(default)] pub most: Option<u32>,
        pub form: ExportForm,
        /// The folder of files, made where it is not there; the file of a list or contact sheet.
        pub output: String,
        /// How files are named, `{name}` when not given: `{year}/{date}-{seq:4}`. Fields are name,
        /// seq, date, time, year, month, day, tag, camera, lens, rating, library, folder, width,
        /// height, ext and id; the ending comes by itself, a `/` makes a folder.
        #[serde(default)] pub pattern: Option<String>,
        /// Originals: copies their sidecars, too.
        #[serde(default)] pub sidecars: bool,
        /// JPEG and PNG: the long side in pixels, at most; their own when not given.
        #[serde(default)] pub long_side_px: Option<u32>,
        /// JPEG: 1 … 100, 90 when not given.
        #[serde(default)] pub quality: Option<u8>,
        /// JPEG and PNG: what is written into them of what is known of the photos; all when not
        /// given.
        #[serde(default)] pub metadata: Option<KeptMetadata>,
        /// JPEG, PNG and contact sheet: only this part of each photo.
        #[serde(default, rename = "box")] pub crop: Option<BoxFractions>,
        /// How a contact sheet is laid out.
        #[serde(default)] pub sheet: Option<SheetLayout>,
    }

    /// A part of a photo.
    pub struct PhotoPart {
        #[ts(type = "number")] pub photo_id: i64,
        #[serde(rename = "box")] pub crop: BoxFractions,
    }

    /// How a contact sheet is laid out.
    pub struct SheetLayout {
        /// A4 when not given.
        #[serde(default)] pub page: Option<PageSize>,
        #[serde(default)] pub landscape: bool,
        /// Pictures in a row, 1 … 12; 4 when not given.
        #[serde(default)] pub columns: Option<u32>,
        /// Lines below each picture; the name when not given.
        #[serde(default)] pub captions: Option<Vec<SheetCaption>>,
        /// On top of every page.
        #[serde(default)] pub title: Option<String>,
    }

    /// What an export would do.
    pub struct ExportPlan {
        /// Photos that would be exported; fewer where they are grouped.
        #[ts(type = "number")] pub photos: u64,
        /// The first names below the folder, were nothing there yet.
        pub names: Vec<String>,
        /// The output lies in a library, which would take the files in.
        pub in_library: bool,
    }

    /// What an ended export did.
    pub struct ExportReport {
        #[ts(type = "number")] pub photos: u64,
        /// Files that were written, sidecars included.
        #[ts(type = "number")] pub files: u64,
        #[ts(type = "number")] pub bytes: u64,
        /// The folder, or the file of a list or contact sheet as it came to be named.
        pub output: String,
        /// Photos that were not exported, and why.
        pub failed: Vec<super::SkippedFile>,
        pub seconds: f64,
    }
}

words! {
    /// As what photos are exported.
    pub enum ExportForm {
        /// Copies of the files.
        Originals,
        /// JPEG files, upright, in sRGB.
        Jpeg,
        /// PNG files, upright, in sRGB.
        Png,
        /// A list that spreadsheets open.
        Csv,
        /// A list for programs.
        Json,
        /// A contact sheet as PDF.
        Sheet,
    }

    /// What a new picture says of its photo: when and with what it was taken, caption, tags, rating.
    pub enum KeptMetadata {
        All,
        /// All but where it was taken.
        WithoutPlace,
        Nothing,
    }

    /// The size of a page.
    pub enum PageSize { A4, A3, Letter }

    /// A line below a picture of a contact sheet.
    pub enum SheetCaption {
        Name,
        /// When it was taken.
        Date,
        /// Camera, aperture, time and sensitivity.
        Exposure,
        Rating,
        Tags,
    }
}
