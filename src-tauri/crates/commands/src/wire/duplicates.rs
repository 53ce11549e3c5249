//! Copies of pictures, and what is decided about them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
    /// Which copies are meant, and which of them stays.
    #[derive(Default)]
    pub struct DuplicateQuery {
        /// `near` when not given; a kind holds the stricter ones.
        #[serde(default)] pub kind: Option<DuplicateKind>,
        /// The least likeness of every two, 0 … 1; of `near` and `similar`.
        #[serde(default)] pub threshold: Option<f32>,
        /// The most seconds between the capture times of every two; of `similar`.
        #[serde(default)] #[ts(type = "number | null")] pub within_s: Option<u64>,
        /// Only photos that pass: as a person types it, or JSON.
        #[serde(default)] #[ts(type = "string | object | null")] pub filter: Option<serde_json::Value>,
        /// Which one stays, in order: `resolution`, `original-format`, `rating`, `sharpness`,
        /// `earliest`, `latest`, `largest-file`, `metadata`, `shortest-path`, `first-added`,
        /// `folder=DIR`, `preset=card` (`messenger`, `exports`, `bursts`).
        #[serde(default)] pub rules: Option<Vec<String>>,
        /// Folders in which nothing is removed.
        #[serde(default)] pub reference: Vec<String>,
        /// Also what was decided to be no duplicates, or to be kept.
        #[serde(default)] pub include_decided: bool,
    }

    /// Finds groups of copies, those that free the most bytes first.
    #[derive(Default)]
    pub struct FindDuplicates {
        #[serde(default)] pub query: DuplicateQuery,
        /// 1 … 500, 50 when not given.
        #[serde(default)] pub limit: Option<u32>,
        /// `nextCursor` of the page before.
        #[serde(default)] pub cursor: Option<String>,
        /// Only groups that hold this photo.
        #[serde(default)] #[ts(type = "number | null")] pub photo_id: Option<i64>,
    }

    /// Groups of copies.
    pub struct Duplicates {
        pub groups: Vec<DuplicateGroup>,
        #[ts(type = "number")] pub group_count: u64,
        #[ts(type = "number")] pub pairs: u64,
        #[ts(type = "number")] pub photo_count: u64,
        #[ts(type = "number")] pub reclaimable_bytes: u64,
        /// Pictures whose copies are still to be found; indexing finds them.
        #[ts(type = "number")] pub pending: u64,
        /// Asks for the next page; `None` on the last.
        pub next_cursor: Option<String>,
    }

    /// Photos of which every two are copies.
    pub struct DuplicateGroup {
        /// The same as long as it holds these photos.
        pub id: String,
        pub kind: DuplicateKind,
        /// The least likeness of two of them, 0 … 1.
        pub similarity: f32,
        pub photos: Vec<DuplicatePhoto>,
        /// The one that stays; `None` where the rules leave several.
        #[ts(type = "number | null")] pub keeper: Option<i64>,
        /// Why it stays, or why that is open.
        pub reasons: Vec<String>,
        /// Bytes that could be freed.
        #[ts(type = "number")] pub reclaimable_bytes: u64,
    }

    /// A photo of a group.
    pub struct DuplicatePhoto {
        #[ts(type = "number")] pub photo_id: i64,
        pub path: String,
        pub folder: String,
        pub file_name: String,
        #[ts(type = "number")] pub bytes: u64,
        pub width: u32,
        pub height: u32,
        pub format: String,
        /// The camera's wall clock, seconds since 1970 as if it were UTC.
        #[ts(type = "number | null")] pub taken_at: Option<i64>,
        pub camera: Option<String>,
        pub rating: Option<i32>,
        pub tags: Vec<String>,
        /// Variance of the Laplacian, grey levels squared.
        pub sharpness: Option<f32>,
        /// 0 … 1; `None` until it is measured.
        pub uniqueness: Option<f32>,
        /// How it lies when the first of the group is upright: 1 … 8, as in EXIF.
        pub orientation: u8,
        pub mark: Option<Mark>,
        /// It lies in a reference folder.
        pub protected: bool,
        /// It is the same file of its disk as another of the group.
        pub hard_linked: bool,
        pub has_sidecar: bool,
        /// In what no other is better, where they differ: `resolution`, `bytes`, `sharpness`,
        /// `rating`, `metadata`, `earliest`.
        pub best: Vec<String>,
    }

    /// Starts comparing files, which need not be in a library, with the photos that are known.
    pub struct CheckDuplicates {
        /// Files, and folders with all that is in them.
        pub paths: Vec<String>,
        /// The least likeness of near copies, 0 … 1; as of groups when not given.
        #[serde(default)] pub threshold: Option<f32>,
    }

    /// What comparing files with known photos found.
    pub struct CheckReport {
        #[ts(type = "number")] pub files: u64,
        /// Files that are copies of known photos.
        #[ts(type = "number")] pub copies: u64,
        #[ts(type = "number")] pub copied_bytes: u64,
        /// Files that are photos of a library themselves.
        #[ts(type = "number")] pub known: u64,
        /// Files and folders that could not be read.
        #[ts(type = "number")] pub faults: u64,
        pub seconds: f64,
    }

    /// Lists what a job found of each file, by path.
    pub struct ListCheckedFiles {
        #[ts(type = "number")] pub job_id: i64,
        /// Only copies of known photos.
        #[serde(default)] pub only_copies: bool,
        /// 1 … 10,000, 1,000 when not given.
        #[serde(default)] pub limit: Option<u32>,
        #[serde(default)] pub offset: u32,
    }

    /// A page of files that were compared with known photos.
    pub struct CheckedFiles {
        pub files: Vec<CheckedFile>,
        #[ts(type = "number")] pub total: u64,
    }

    /// A file that was compared with known photos.
    pub struct CheckedFile {
        pub path: String,
        #[ts(type = "number")] pub bytes: u64,
        /// The photo of a library that this very file is.
        #[ts(type = "number | null")] pub photo_id: Option<i64>,
        /// The known photos that it is a copy of, the likest first.
        pub copies: Vec<KnownCopy>,
        /// Why it could not be read.
        pub fault: Option<String>,
    }

    /// A known photo that a file is a copy of.
    pub struct KnownCopy {
        #[ts(type = "number")] pub photo_id: i64,
        pub path: String,
        pub kind: DuplicateKind,
        /// 0 … 1.
        pub similarity: f32,
    }

    /// Asks how a photo lies over another that shows the same.
    pub struct AlignCopies {
        #[ts(type = "number")] pub photo_id: i64,
        /// The one that lies over it.
        #[ts(type = "number")] pub other_id: i64,
    }

    /// How a photo lies over another.
    pub struct Alignment {
        /// `None` where they have nothing in common.
        pub overlay: Option<Overlay>,
    }

    /// Where a photo lies over another, in fractions of the other's sides; beyond 0 … 1 where it
    /// shows more.
    pub struct Overlay {
        /// Turns it the way the other lies: 1 … 8, as in EXIF.
        pub orientation: u8,
        pub left: f32,
        pub top: f32,
        pub right: f32,
        pub bottom: f32,
    }

    /// Marks photos in a review, or takes their marks off.
    pub struct MarkPhotos {
        #[ts(type = "number[]")] pub photo_ids: Vec<i64>,
        pub mark: Option<Mark>,
    }

    /// How many photos were marked.
    pub struct PhotosMarked { #[ts(type = "number")] pub changed: u64 }

    /// Marks what is proposed, in every group that is alike enough and has a keeper.
    pub struct AcceptProposals {
        #[serde(default)] pub query: DuplicateQuery,
        /// The least likeness of a group, 0 … 1.
        pub confidence: f32,
    }

    /// What accepting marked.
    pub struct ProposalsAccepted {
        #[ts(type = "number")] pub groups: u64,
        /// Photos for removal.
        #[ts(type = "number")] pub photos: u64,
        /// Their bytes.
        #[ts(type = "number")] pub bytes: u64,
        /// All photos that were marked, to be kept or removed.
        #[ts(type = "number[]")] pub marked: Vec<i64>,
    }

    /// Counts what accepting would mark; changes nothing.
    pub struct CountProposals {
        #[serde(default)] pub query: DuplicateQuery,
        /// The least likenesses of a group that are asked about, 0 … 1; at most 101.
        pub confidences: Vec<f32>,
    }

    /// What accepting would mark, at each likeness that was asked about.
    pub struct ProposalCounts { pub counts: Vec<ProposalCount> }

    /// What accepting would mark.
    pub struct ProposalCount {
        #[ts(type = "number")] pub groups: u64,
        /// Photos for removal.
        #[ts(type = "number")] pub photos: u64,
        /// Their bytes.
        #[ts(type = "number")] pub bytes: u64,
    }

    /// Asks how far a review has come.
    #[derive(Default)]
    pub struct GetReview { #[serde(default)] pub query: DuplicateQuery }

    /// How far a review has come.
    pub struct Review {
        #[ts(type = "number")] pub groups: u64,
        /// Groups of which every photo is marked to be kept or removed.
        #[ts(type = "number")] pub decided: u64,
        #[ts(type = "number")] pub skipped: u64,
        #[ts(type = "number")] pub remove_files: u64,
        #[ts(type = "number")] pub remove_bytes: u64,
    }

    /// Decides about every two of some photos, by their content.
    pub struct DecideDuplicates {
        #[ts(type = "number[]")] pub photo_ids: Vec<i64>,
        /// `None` forgets what was decided.
        pub decision: Option<Decision>,
    }

    /// How many pairs were decided.
    pub struct DuplicatesDecided { #[ts(type = "number")] pub pairs: u64 }
}

words! {
    /// How alike copies are.
    pub enum DuplicateKind { Exact, Pixels, Near, Similar }

    /// What shall happen to a photo.
    pub enum Mark { Keep, Remove, Skip }

    /// What was decided about two photos.
    pub enum Decision { NotDuplicates, KeepBoth }
}
