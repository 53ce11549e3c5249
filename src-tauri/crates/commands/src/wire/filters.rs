//! Filters while they are typed: completions, and the parts of a line.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
    /// Asks what could be typed at a cursor.
    pub struct CompleteFilter {
        /// The line as it stands.
        pub typed: String,
        /// The character that the cursor stands before, counted from 0.
        pub cursor: u32,
        /// Counts photos of this library only.
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
    }

    /// What could be typed, the best first; at most 12.
    pub struct Completions {
        /// The first character that a completion replaces.
        pub start: u32,
        /// The first character after what is replaced.
        pub end: u32,
        pub items: Vec<Completion>,
    }

    /// One completion.
    pub struct Completion {
        /// What to put in the place.
        pub text: String,
        /// What to show.
        pub label: String,
        pub kind: CompletionKind,
        /// Photos that have the value.
        #[ts(type = "number | null")] pub photos: Option<u64>,
        /// What it means.
        pub hint: Option<String>,
    }

    /// Asks for the parts of a typed line.
    pub struct ReadQuery { pub typed: String }

    /// The parts of a typed line.
    pub struct QueryParts {
        /// Words to look for.
        pub words: String,
        /// What should not be seen.
        pub without: String,
        /// The filters that are no part of another, in their order.
        pub filters: Vec<TypedFilter>,
        /// All filters as structured conditions; `None` where there are none.
        #[ts(type = "unknown")] pub structured: Option<serde_json::Value>,
        /// All filters in MongoDB's form; `None` where there are none.
        #[ts(type = "unknown")] pub mongo: Option<serde_json::Value>,
    }

    /// A filter in a typed line.
    pub struct TypedFilter {
        /// In its usual spelling, so that equal filters are equal texts.
        pub typed: String,
        /// Its first character in the line.
        pub start: u32,
        /// The first character after it.
        pub end: u32,
    }
}

words! {
    /// What a completion is.
    pub enum CompletionKind { Field, Operator, Value }
}
