//! The shapes that cross the wire: requests, responses and events, in camelCase JSON.
//!
//! Every type derives its TypeScript twin; `ui/src/api/bindings.ts` is written from here.
//! Ids are JSON numbers; they stay far below 2^53.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Declares structs with the derives and attributes that all wire types share.
macro_rules! wire {
    ($($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        #[ts(optional_fields = nullable)]
        pub struct $name { $($body)* }
    )*};
}

/// Declares enums that are plain words on the wire.
macro_rules! words {
    ($($(#[$meta:meta])* pub enum $name:ident { $($body:tt)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(rename_all = "camelCase")]
        pub enum $name { $($body)* }
    )*};
}

wire! {
    /// A request or answer without fields.
    pub struct Nothing {}

    // ---- libraries -------------------------------------------------------------------------

    /// A library: a name and the folders its photos live in.
    pub struct Library {
        #[ts(type = "number")] pub id: i64,
        pub name: String,
        pub roots: Vec<Root>,
        /// Photos that can be found, without those whose file is gone.
        #[ts(type = "number")] pub photos: u64,
        #[ts(type = "number")] pub faults: u64,
        pub exclude: Vec<String>,
    }

    /// A root folder of a library.
    pub struct Root {
        #[ts(type = "number")] pub id: i64,
        pub path: String,
        /// The folder was not there when last looked for: an unplugged disk.
        pub offline: bool,
    }

    /// Adds folders as a library, or to the library of that name.
    pub struct AddLibrary {
        /// Absolute folders; files are refused.
        pub roots: Vec<String>,
        /// Defaults to the name of the first folder.
        #[serde(default)] pub name: Option<String>,
        /// Globs to leave out, below each root.
        #[serde(default)] pub exclude: Vec<String>,
    }

    /// All libraries.
    pub struct Libraries { pub libraries: Vec<Library> }

    /// Forgets a library; its files stay untouched.
    pub struct RemoveLibrary { #[ts(type = "number")] pub library_id: i64 }

    // ---- jobs ------------------------------------------------------------------------------

    /// Starts indexing one library, or all.
    pub struct StartIndex {
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        /// Tries files again that could not be read before.
        #[serde(default)] pub retry_faults: bool,
    }

    /// A job that was started.
    pub struct JobStarted { #[ts(type = "number")] pub job_id: i64 }

    /// Names a job.
    pub struct JobRef { #[ts(type = "number")] pub job_id: i64 }

    /// Waits until a job has ended, or for so long.
    pub struct WaitJob {
        #[ts(type = "number")] pub job_id: i64,
        /// Milliseconds; the job's state then is answered, ended or not. At most 60,000.
        #[serde(default)] #[ts(type = "number | null")] pub timeout_ms: Option<u64>,
    }

    /// Jobs of this run, newest first.
    pub struct Jobs { pub jobs: Vec<Job> }

    /// A job and how far it is.
    pub struct Job {
        #[ts(type = "number")] pub id: i64,
        /// `index`.
        pub kind: String,
        pub title: String,
        #[ts(type = "number | null")] pub library_id: Option<i64>,
        pub state: JobState,
        pub progress: Progress,
        /// What an ended index job did.
        pub report: Option<IndexReport>,
        /// Why it failed.
        pub error: Option<String>,
    }

    /// How far a job is.
    pub struct Progress {
        /// `1` of `phases`.
        pub phase: u32,
        pub phases: u32,
        /// The phase in words: "Reading photos".
        pub phase_name: String,
        #[ts(type = "number")] pub done: u64,
        /// `None` while it is not known yet.
        #[ts(type = "number | null")] pub total: Option<u64>,
        /// Items a second, lately.
        pub rate: f32,
        pub seconds_left: Option<f32>,
        /// The file being read.
        pub current: Option<String>,
    }

    /// What an index job did.
    pub struct IndexReport {
        #[ts(type = "number | null")] pub library_id: Option<i64>,
        /// Photos in the library now.
        #[ts(type = "number")] pub photos: u64,
        #[ts(type = "number")] pub added: u64,
        #[ts(type = "number")] pub changed: u64,
        #[ts(type = "number")] pub moved: u64,
        #[ts(type = "number")] pub removed: u64,
        /// Files that could not be read in this library, old and new.
        #[ts(type = "number")] pub faults: u64,
        /// Roots that were not there; nothing of theirs was changed.
        pub offline: Vec<String>,
        pub seconds: f64,
    }

    /// Lists files that could not be read.
    pub struct ListFaults {
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        #[serde(default)] pub limit: Option<u32>,
        #[serde(default)] pub offset: u32,
    }

    /// Files that could not be read.
    pub struct Faults {
        pub faults: Vec<Fault>,
        #[ts(type = "number")] pub total: u64,
    }

    /// A file that could not be read, and why.
    pub struct Fault {
        pub path: String,
        /// `scan`, `fingerprint`, `decode` or `embed`.
        pub stage: String,
        pub reason: String,
    }

    // ---- photos ----------------------------------------------------------------------------

    /// Lists photos without a query, for the grid: ids and shapes only.
    pub struct ListPhotos {
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        /// As a person types it: `rating>=4 -tag:draft`.
        #[serde(default)] pub filter: Option<String>,
        #[serde(default)] pub sort: Option<Sort>,
    }

    /// Photos in order, as columns.
    pub struct PhotoList {
        #[ts(type = "number[]")] pub photo_ids: Vec<i64>,
        /// Width over height of the upright picture, in thousandths.
        pub aspects: Vec<u32>,
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
        pub label: Option<String>,
        pub caption: Option<String>,
        pub tags: Vec<String>,
        /// Plain words for how it looks: colours, "dark", "portrait".
        pub visual_words: Vec<String>,
        /// Its disk is not there at the moment.
        pub offline: bool,
        /// BLAKE3 of the file, hexadecimal.
        pub content_hash: String,
        /// Spaces it has a vector in.
        pub spaces: Vec<String>,
    }

    // ---- search ----------------------------------------------------------------------------

    /// A box on a picture: fractions of the upright picture.
    pub struct BoxFractions { pub x: f32, pub y: f32, pub width: f32, pub height: f32 }

    /// Searches by any mix of words, pictures and filters.
    pub struct SearchPhotos {
        /// As a person types it: words, `-words` and filters such as `tag:italy` mixed.
        #[serde(default)] pub query: Option<String>,
        /// Words only; nothing in them is taken for a filter.
        #[serde(default)] pub text: Option<String>,
        /// What the photo should not show.
        #[serde(default)] pub without: Option<String>,
        #[serde(default)] pub images: Vec<QueryImage>,
        /// `semantic`, `visual` or `color`; chosen by what is there when not given.
        #[serde(default)] pub space: Option<String>,
        /// Typed filters only.
        #[serde(default)] pub filter: Option<String>,
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        #[serde(default)] pub sort: Option<Sort>,
        /// 1 … 1000, 50 when not given.
        #[serde(default)] pub limit: Option<u32>,
        /// `nextCursor` of the page before.
        #[serde(default)] pub cursor: Option<String>,
        /// Leaves out photos farther than this cosine distance, 0 … 2.
        #[serde(default)] pub max_distance: Option<f32>,
    }

    /// A picture in a query: exactly one of `photoId`, `path`, `heldId` and `base64`.
    pub struct QueryImage {
        #[serde(default)] #[ts(type = "number | null")] pub photo_id: Option<i64>,
        /// A file on this machine.
        #[serde(default)] pub path: Option<String>,
        /// From `hold_picture`.
        #[serde(default)] #[ts(type = "number | null")] pub held_id: Option<i64>,
        /// The file's bytes; a `data:` prefix is taken too.
        #[serde(default)] pub base64: Option<String>,
        /// Only this part of it, as fractions.
        #[serde(default, rename = "box")] pub crop: Option<BoxFractions>,
        /// Only this part of it, as pixels of the upright picture: x, y, width, height.
        #[serde(default)] pub box_px: Option<Vec<f32>>,
        /// 1 when not given; negative pushes away.
        #[serde(default)] pub weight: Option<f32>,
    }

    /// Photos found, best first.
    pub struct SearchResult {
        pub hits: Vec<Hit>,
        /// Asks for the next page; `None` on the last.
        pub next_cursor: Option<String>,
        pub found: Found,
    }

    /// One photo found.
    pub struct Hit {
        #[ts(type = "number")] pub photo_id: i64,
        pub path: String,
        /// Width over height, in thousandths.
        pub aspect: u32,
        /// Cosine distance `1 − cos`, 0 … 2; `None` where nothing was compared.
        pub distance: Option<f32>,
        /// 0 … 1; `None` where nothing was compared.
        pub similarity: Option<f32>,
        /// Where in the photo it matched; `None` for the whole photo.
        pub region: Option<BoxFractions>,
        /// What matched: `words`, `semantic`, `visual`, `color`.
        pub by: Vec<String>,
    }

    /// How an answer was found.
    pub struct Found {
        /// `exact scan`, `words`, `words + exact scan` or `listing`.
        pub by: String,
        /// The space that was compared in.
        pub space: Option<String>,
        /// Photos that were compared.
        #[ts(type = "number")] pub candidates: u64,
        /// Photos that matched.
        #[ts(type = "number")] pub total: u64,
        pub ms: f64,
        /// What the asker should know: "No model is in use, so words were looked up in names…".
        pub note: Option<String>,
    }

    /// Holds an outside picture for queries: exactly one of `path` and `base64`.
    pub struct HoldPicture {
        #[serde(default)] pub path: Option<String>,
        #[serde(default)] pub base64: Option<String>,
    }

    /// A held picture; `/media/held/{heldId}` shows it.
    pub struct HeldPicture {
        #[ts(type = "number")] pub held_id: i64,
        /// Upright, pixels of the file.
        pub width: u32,
        pub height: u32,
    }

    /// Asks for the vector of a picture or of words: exactly one of `image` and `text`.
    pub struct Embed {
        #[serde(default)] pub image: Option<QueryImage>,
        #[serde(default)] pub text: Option<String>,
        #[serde(default)] pub space: Option<String>,
    }

    /// A descriptor.
    pub struct Embedding {
        pub space: String,
        pub dim: u32,
        /// Unit norm.
        pub vector: Vec<f32>,
    }

    /// The spaces there are.
    pub struct Spaces { pub spaces: Vec<Space> }

    /// A way of comparing photos.
    pub struct Space {
        pub name: String,
        pub dim: u32,
        #[ts(type = "number")] pub photos: u64,
        pub answers_text: bool,
    }

    // ---- tags ------------------------------------------------------------------------------

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

    // ---- crops -----------------------------------------------------------------------------

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

    // ---- models ----------------------------------------------------------------------------

    /// Uses the model in a folder for the `semantic` space.
    pub struct UseModel { pub folder: String }

    /// The models known on this machine.
    pub struct Models { pub models: Vec<Model> }

    /// A model for the `semantic` space.
    pub struct Model {
        pub folder: String,
        /// `clip`.
        pub family: String,
        pub dim: u32,
        pub image_px: u32,
        /// Tokens a text may have.
        pub context: u32,
        pub activation: String,
        /// BLAKE3 over the weights and configuration, hexadecimal.
        pub fingerprint: String,
        /// Answers queries now.
        pub in_use: bool,
        /// Photos that have its vector.
        #[ts(type = "number")] pub photos: u64,
        /// What is wrong with it, if anything: the folder is gone.
        pub problem: Option<String>,
    }

    /// Names a model by its folder; the one in use when not given.
    pub struct GetModel { #[serde(default)] pub folder: Option<String> }

    // ---- state of the machine --------------------------------------------------------------

    /// What the engine found when it looked at itself.
    pub struct Diagnosis {
        pub version: String,
        pub data_dir: String,
        pub checks: Vec<Check>,
        /// Everything is in order.
        pub ok: bool,
    }

    /// One thing looked at.
    pub struct Check {
        pub name: String,
        pub ok: bool,
        /// What was seen, and what to do where it is not in order.
        pub detail: String,
    }
}

words! {
    /// Where a job stands.
    pub enum JobState { Queued, Running, Paused, Done, Cancelled, Failed }

    /// The order of an answer. Ties are broken by photo id.
    pub enum Sort { Relevance, TakenAt, TakenAtOldest, Name, Rating, AddedAt }
}

/// What the engine tells everyone who listens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// A job moved on; at most ten times a second for each job.
    Job {
        /// The job as it stands.
        job: Job,
    },
    /// State changed: fetch again what shows it.
    Changed {
        /// Any of `photos`, `tags`, `libraries`, `faults`, `models`.
        kinds: Vec<String>,
    },
}

/// What went wrong, for clients: match on `code` only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// The kind of failure.
    pub code: ErrorCode,
    /// For people: what happened and what to do.
    pub message: String,
    /// More, where there is more: the place in a filter.
    #[ts(type = "unknown")]
    pub details: Option<serde_json::Value>,
}

words! {
    /// The kinds of failure a client can tell apart.
    pub enum ErrorCode {
        /// No command of that name.
        UnknownCommand,
        /// The request does not have the command's shape.
        InvalidRequest,
        /// A filter is malformed; `details.place` says where.
        InvalidFilter,
        /// A box is malformed or outside its picture.
        InvalidBox,
        /// A cursor belongs to another query or is damaged.
        InvalidCursor,
        /// No such photo, library, job, picture or file.
        NotFound,
        /// A picture cannot be read.
        UnreadablePicture,
        /// The space has no vectors or cannot answer that query.
        SpaceNotReady,
        /// A model is damaged or asks for something unknown.
        UnsupportedModel,
        /// The library's mode does not allow it.
        ModeNotSupported,
        /// It is there already.
        AlreadyExists,
        /// It is being done already.
        Busy,
        /// A file or folder could not be read or written.
        Io,
        /// The disk is full.
        DiskFull,
        /// Another Latent has the data folder open.
        DataFolderLocked,
        /// A fault of Latent's own.
        Internal,
    }
}
