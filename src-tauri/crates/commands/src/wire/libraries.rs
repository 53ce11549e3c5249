//! Libraries and their folders.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
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
}
