//! Jobs, and how far they are.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
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
        /// Nobody asked for it: once it has ended well or was cancelled, it is forgotten.
        pub quiet: bool,
        /// `index`, `pull`, `verify`, `cleanup`, `write`, `check`, `export` or `group`.
        pub kind: String,
        pub title: String,
        #[ts(type = "number | null")] pub library_id: Option<i64>,
        pub state: JobState,
        pub progress: Progress,
        /// What an ended index job did.
        pub report: Option<IndexReport>,
        /// What an ended job did to the files of a model.
        #[serde(default)] pub model: Option<ModelReport>,
        /// What an ended cleanup did, or taking one back.
        #[serde(default)] pub cleanup: Option<super::CleanupReport>,
        /// What an ended job wrote to sidecars.
        #[serde(default)] pub metadata: Option<super::WriteReport>,
        /// What an ended job found of files that it compared with known photos.
        #[serde(default)] pub checked: Option<super::CheckReport>,
        /// What an ended export did.
        #[serde(default)] pub export: Option<super::ExportReport>,
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
        /// Items or bytes a second, lately.
        pub rate: f32,
        /// `bytes`, or nothing for items.
        #[serde(default)] pub unit: Option<ProgressUnit>,
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
        /// New photos that are copies of known ones, or of each other: then all but one.
        #[ts(type = "number")] pub copies: u64,
        /// The first 1,000 of these.
        #[ts(type = "number[]")] pub copied_photos: Vec<i64>,
        /// Files that could not be read in this library, old and new.
        #[ts(type = "number")] pub faults: u64,
        /// Roots that were not there; nothing of theirs was changed.
        pub offline: Vec<String>,
        pub seconds: f64,
    }

    /// What a job did to the files of a model.
    pub struct ModelReport {
        /// The model's name for people, or its folder.
        pub model: String,
        pub folder: String,
        /// Files that were looked at or fetched.
        pub files: u32,
        #[ts(type = "number")] pub bytes: u64,
        /// It was there, and whole, before.
        pub was_there: bool,
        /// It has a lock file that its files were compared with.
        pub locked: bool,
        /// Files that are not what they must be.
        pub damaged: Vec<DamagedFile>,
        pub seconds: f64,
    }

    /// A file of a model that is not what it must be.
    pub struct DamagedFile { pub file: String, pub problem: String }
}

words! {
    /// What progress counts.
    pub enum ProgressUnit { Items, Bytes }

    /// Where a job stands.
    pub enum JobState { Queued, Running, Paused, Done, Cancelled, Failed }
}
