//! Searches kept by name, and those asked lately.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SearchPhotos;

wire! {
    /// Keeps a search by name, without `cursor` and `limit`. Outside pictures are kept with it.
    pub struct SaveSearch {
        /// Replaces name and search of this one.
        #[serde(default)] #[ts(type = "number | null")] pub id: Option<i64>,
        /// Another may not have it, whatever the case.
        pub name: String,
        pub search: SearchPhotos,
    }

    /// A search kept by name.
    pub struct SavedSearch {
        #[ts(type = "number")] pub id: i64,
        pub name: String,
        /// Asks it, and saves it again.
        pub search: SearchPhotos,
        /// How many photos it finds now; `None` where it ranks all photos or cannot be asked.
        #[ts(type = "number | null")] pub photos: Option<u64>,
        /// Why it cannot be asked now.
        pub problem: Option<String>,
        /// Seconds since 1970 UTC.
        #[ts(type = "number")] pub created_at: i64,
    }

    /// All saved searches, by name.
    pub struct SavedSearches { pub searches: Vec<SavedSearch> }

    /// Forgets a saved search; no photo is touched.
    pub struct RemoveSavedSearch { #[ts(type = "number")] pub id: i64 }

    /// Remembers that a search was asked; an equal one moves to the front. One that asks for
    /// nothing, or that has more than 256 KiB with its pictures, is not remembered.
    pub struct RememberSearch { pub search: SearchPhotos }

    /// The searches asked lately, newest first.
    pub struct SearchHistory { pub searches: Vec<AskedSearch> }

    /// A search that was asked.
    pub struct AskedSearch {
        pub search: SearchPhotos,
        /// Seconds since 1970 UTC.
        #[ts(type = "number")] pub asked_at: i64,
    }
}
