//! Files that could not be read.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
    /// Lists files that could not be read.
    pub struct ListFaults {
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        /// Only those of a kind.
        #[serde(default)] pub kind: Option<FaultKind>,
        /// Those that are ignored instead of the others.
        #[serde(default)] pub ignored: bool,
        #[serde(default)] pub limit: Option<u32>,
        #[serde(default)] pub offset: u32,
    }

    /// Files that could not be read, by path.
    pub struct Faults {
        pub faults: Vec<Fault>,
        /// How many there are like that.
        #[ts(type = "number")] pub total: u64,
        /// The number of every kind there is, in the library or all.
        pub kinds: Vec<FaultCount>,
    }

    /// A file that could not be read, and why.
    pub struct Fault {
        #[ts(type = "number")] pub id: i64,
        pub path: String,
        pub kind: FaultKind,
        /// `scan`, `fingerprint` or `decode`.
        pub stage: String,
        pub reason: String,
        /// Size when it was tried; 0 for a folder.
        #[ts(type = "number")] pub bytes: u64,
        pub ignored: bool,
    }

    /// How many files of a kind could not be read.
    pub struct FaultCount {
        pub kind: FaultKind,
        /// Without those that are ignored.
        #[ts(type = "number")] pub open: u64,
        #[ts(type = "number")] pub ignored: u64,
    }

    /// Tries files again: those named, or all of a kind, of a library, or all that are not ignored.
    pub struct RetryFaults {
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        #[serde(default)] pub kind: Option<FaultKind>,
        #[serde(default)] #[ts(type = "number[] | null")] pub fault_ids: Option<Vec<i64>>,
    }

    /// Ignores files until they change, or takes that back: those named, or all of a kind, of a
    /// library, or all.
    pub struct IgnoreFaults {
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        #[serde(default)] pub kind: Option<FaultKind>,
        #[serde(default)] #[ts(type = "number[] | null")] pub fault_ids: Option<Vec<i64>>,
        pub ignored: bool,
    }

    /// The faults on which it changed, so that it can be taken back exactly.
    pub struct FaultsIgnored { #[ts(type = "number[]")] pub fault_ids: Vec<i64> }
}

words! {
    /// Why files cannot be read.
    pub enum FaultKind {
        /// Nothing is in it, or nothing but zeros.
        Empty,
        /// It breaks off or contradicts itself.
        Damaged,
        /// The reader crashed, took too long or too much memory.
        GaveUp,
        /// It asks for more pixels or memory than is allowed.
        TooLarge,
        /// A picture of a kind that has no reader yet.
        Unsupported,
        /// Something else than a picture.
        NotAPicture,
        /// Permissions forbid to read it.
        NotAllowed,
        /// A link to what is not there.
        BrokenLink,
        /// The system refused, for another reason.
        Unreadable,
    }
}
