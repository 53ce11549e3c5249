//! The sidecars that a walk meets, and whose they are.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ignore::DirEntry;

use super::scan::Seen;
use crate::io::FileStamp;
use crate::sidecar;

/// The sidecars below a root, by folder and by name in lower case without its ending.
#[derive(Default)]
pub(super) struct SidecarsOfRoot(HashMap<(PathBuf, String), (PathBuf, FileStamp)>);

/// The sidecar of a walk's entry.
pub(super) fn seen(entry: &DirEntry) -> Option<Seen> {
    if !sidecar::is_sidecar(entry.path()) || !entry.file_type()?.is_file() {
        return None;
    }
    let stamp = FileStamp::of(&entry.metadata().ok()?);
    Some(Seen::Sidecar(entry.path().to_owned(), stamp))
}

impl SidecarsOfRoot {
    pub(super) fn add(&mut self, path: PathBuf, stamp: FileStamp) {
        if let Some(key) = path.file_stem().and_then(|stem| key(&path, stem)) {
            self.0.insert(key, (path, stamp));
        }
    }

    /// The sidecar of a photo: `name.ext.xmp`, else `name.xmp`.
    pub(super) fn of(&self, photo: &Path) -> Option<(PathBuf, FileStamp)> {
        if self.0.is_empty() {
            return None;
        }
        [photo.file_name(), photo.file_stem()]
            .into_iter()
            .find_map(|name| self.0.get(&key(photo, name?)?))
            .cloned()
    }
}

fn key(path: &Path, name: &std::ffi::OsStr) -> Option<(PathBuf, String)> {
    let name = name.to_string_lossy().to_lowercase();
    Some((path.parent()?.to_owned(), name))
}
