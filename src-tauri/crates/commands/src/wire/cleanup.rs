//! Cleaning up: plans, what came of them, and taking them back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{DuplicateKind, DuplicateQuery};

wire! {
    /// Asks what a cleanup would do; changes nothing.
    #[derive(Default)]
    pub struct PlanCleanup {
        #[serde(default)] pub query: DuplicateQuery,
        /// What is marked for removal in a review, and nothing else; else what is proposed.
        #[serde(default)] pub marked: bool,
        /// `trash` when not given.
        #[serde(default)] pub action: Option<CleanupAction>,
    }

    /// What happens to a file that is removed.
    pub struct CleanupAction {
        pub kind: ActionKind,
        /// Where files are moved; of `folder`.
        #[serde(default)] pub folder: Option<String>,
    }

    /// What a cleanup would do. It may be kept as a file and applied later: every file is checked
    /// again then.
    pub struct CleanupPlan {
        /// 1.
        pub version: u32,
        /// Seconds since 1970 UTC.
        #[ts(type = "number")] pub created_at: i64,
        pub action: CleanupAction,
        pub rules: Vec<String>,
        /// Folders in which nothing is removed.
        pub reference: Vec<String>,
        pub groups: Vec<PlanGroup>,
        /// Groups that the rules leave open; nothing happens to them.
        pub open: Vec<OpenGroup>,
        /// Photos that were to be removed and will not be.
        pub refused: Vec<RefusedPhoto>,
        /// Files that are removed, with those that go along.
        #[ts(type = "number")] pub files: u64,
        #[ts(type = "number")] pub bytes: u64,
    }

    /// A group of copies of which one stays.
    pub struct PlanGroup {
        pub group_id: String,
        pub kind: DuplicateKind,
        pub similarity: f32,
        pub keeper: PlanFile,
        /// Why it stays.
        pub reasons: Vec<String>,
        pub remove: Vec<PlanFile>,
        /// What the keeper gets from those that go.
        pub merge: PlanMerge,
    }

    /// A photo's file as it was when the plan was made.
    pub struct PlanFile {
        #[ts(type = "number")] pub photo_id: i64,
        pub path: String,
        #[ts(type = "number")] pub bytes: u64,
        /// Last change, nanoseconds since 1970 UTC, as a decimal.
        pub mtime_ns: String,
        /// BLAKE3 in hexadecimal.
        pub hash: String,
        /// Files that go along: sidecars and the like.
        pub partners: Vec<PlanPartner>,
    }

    /// A file that goes along with a photo.
    pub struct PlanPartner {
        pub path: String,
        #[ts(type = "number")] pub bytes: u64,
        pub mtime_ns: String,
        pub hash: String,
    }

    /// What a keeper gets.
    #[derive(Default)]
    pub struct PlanMerge {
        /// Tags it does not have.
        #[serde(default)] pub tags: Vec<String>,
        /// The highest, where it has none.
        #[serde(default)] pub rating: Option<i32>,
        #[serde(default)] pub label: Option<String>,
        #[serde(default)] pub caption: Option<String>,
        /// Attributes it does not have.
        #[serde(default)] #[ts(type = "Record<string, unknown> | null")]
        pub attributes: Option<std::collections::BTreeMap<String, serde_json::Value>>,
        /// Regions it does not have, of copies with the same upright pixels.
        #[serde(default)] pub regions: Vec<PlanRegion>,
        /// Regions that go with their copies: these show the picture in another frame.
        #[serde(default)] #[ts(type = "number")] pub regions_left: u64,
    }

    /// A region that a keeper gets, in fractions of the upright picture.
    pub struct PlanRegion {
        /// `face`, `pet`, `focus`, `barCode` or `object`.
        pub kind: String,
        #[serde(default)] pub name: Option<String>,
        pub x: f64,
        pub y: f64,
        pub width: f64,
        pub height: f64,
    }

    /// A group that the rules leave open.
    pub struct OpenGroup {
        pub group_id: String,
        #[ts(type = "number[]")] pub photo_ids: Vec<i64>,
        pub reason: String,
    }

    /// A photo that stays although it was to go.
    pub struct RefusedPhoto {
        #[ts(type = "number")] pub photo_id: i64,
        pub path: String,
        pub reason: String,
    }

    /// Does what a plan says, as a job.
    pub struct ApplyCleanup { pub plan: CleanupPlan }

    /// Takes a cleanup back, whole or some of its files, as a job.
    pub struct UndoCleanup {
        pub session_id: String,
        /// Only these, by the paths they had.
        #[serde(default)] pub paths: Option<Vec<String>>,
    }

    /// What a cleanup did, or taking one back.
    pub struct CleanupReport {
        pub session_id: String,
        /// Files that were moved or brought back.
        #[ts(type = "number")] pub files: u64,
        #[ts(type = "number")] pub bytes: u64,
        /// Files that were left as they are.
        pub skipped: Vec<SkippedFile>,
        pub seconds: f64,
    }

    /// A file that was left as it is.
    pub struct SkippedFile { pub path: String, pub reason: String }

    /// The cleanups there were, newest first.
    pub struct CleanupSessions { pub sessions: Vec<CleanupSession> }

    /// A cleanup.
    pub struct CleanupSession {
        pub id: String,
        /// Seconds since 1970 UTC.
        #[ts(type = "number")] pub started_at: i64,
        pub action: ActionKind,
        /// Files it moved.
        #[ts(type = "number")] pub files: u64,
        #[ts(type = "number")] pub bytes: u64,
        pub state: SessionState,
    }

    /// Asks for the files of a cleanup.
    pub struct GetCleanup { pub session_id: String }

    /// A cleanup with its files.
    pub struct CleanupFiles { pub session: CleanupSession, pub files: Vec<CleanupFile> }

    /// A file of a cleanup.
    pub struct CleanupFile {
        pub path: String,
        /// Where it is now.
        pub trashed_to: Option<String>,
        #[ts(type = "number")] pub bytes: u64,
        pub keeper_path: String,
        pub state: CleanupFileState,
        /// Why it is not where it should be.
        pub reason: Option<String>,
    }
}

words! {
    /// What happens to files that are removed.
    pub enum ActionKind { Trash, Folder, Hardlink, Reflink }

    /// Where a cleanup stands.
    pub enum SessionState { Applied, Partly, Undone, Interrupted }

    /// Where a file of a cleanup is.
    pub enum CleanupFileState { Removed, Restored, Lost, InPlace }
}
