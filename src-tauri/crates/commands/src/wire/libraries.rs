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
        /// The same with each stack counted once.
        #[ts(type = "number")] pub shots: u64,
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

    /// Says where a folder of a library is now.
    pub struct LocateFolder {
        /// The `id` of one of a library's `roots`.
        #[ts(type = "number")] pub folder_id: i64,
        /// Absolute; it must hold the photos that are known of the folder.
        pub path: String,
    }

    /// How folders are watched for changes.
    pub struct Watching {
        /// They are: in the window, while serving, and by `latent watch`.
        pub on: bool,
        pub folders: Vec<WatchedFolder>,
        /// The command that raises a limit of the system's which is reached.
        pub raise: Option<String>,
    }

    /// How a folder is watched.
    pub struct WatchedFolder {
        #[ts(type = "number")] pub folder_id: i64,
        pub path: String,
        pub how: HowWatched,
        /// Why it is compared again and again.
        pub reason: Option<String>,
        /// How often, seconds.
        #[ts(type = "number | null")] pub every_s: Option<u64>,
    }
}

words! {
    /// The ways to keep up with a folder.
    pub enum HowWatched {
        /// The system tells what happens in it.
        Events,
        /// It is compared again and again.
        Polling,
        /// It is not there.
        Offline,
    }
}
