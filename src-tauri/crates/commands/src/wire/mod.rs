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
        #[allow(missing_docs, reason = "A field whose name and type say it all has no sentence")]
        pub struct $name { $($body)* }
    )*};
}

/// Declares enums that are plain words on the wire.
macro_rules! words {
    ($($(#[$meta:meta])* pub enum $name:ident { $($body:tt)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(rename_all = "camelCase")]
        #[allow(missing_docs, reason = "A word that says it all has no sentence")]
        pub enum $name { $($body)* }
    )*};
}

mod attributes;
mod cleanup;
mod duplicates;
mod export;
mod faults;
mod filters;
mod jobs;
mod libraries;
mod machine;
mod metadata;
mod models;
mod photos;
mod saved;
mod search;
mod stacks;

pub use attributes::*;
pub use cleanup::*;
pub use duplicates::*;
pub use export::*;
pub use faults::*;
pub use filters::*;
pub use jobs::*;
pub use libraries::*;
pub use machine::*;
pub use metadata::*;
pub use models::*;
pub use photos::*;
pub use saved::*;
pub use search::*;
pub use stacks::*;

wire! {
    /// A request or answer without fields.
    pub struct Nothing {}
}

/// What the engine tells everyone who listens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Event {
    /// A job moved on; at most ten times a second for each job.
    Job {
        /// The job as it stands.
        job: Box<Job>,
    },
    /// State changed: fetch again what shows it.
    Changed {
        /// Any of `photos`, `tags`, `attributes`, `libraries`, `faults`, `models`, `savedSearches`,
        /// `searchHistory`, `duplicates`, `watching`.
        kinds: Vec<String>,
    },
    /// The library was brought up to what happened on the disk.
    KeptUp {
        /// What that did.
        report: Box<IndexReport>,
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
        /// A filter is malformed; `details.place` says where it was typed, `details.path` where in JSON.
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
        /// A model could not be downloaded.
        Download,
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
