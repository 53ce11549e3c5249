//! The sidecars that a walk meets, and whose they are.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use ignore::DirEntry;

use super::walk::Seen;
use crate::io::FileStamp;
use crate::{photo, sidecar};

/// The sidecars below a root, by folder and by name in lower case without its ending.
#[derive(Default)]
pub(crate) struct SidecarsOfRoot(HashMap<(PathBuf, String), (PathBuf, FileStamp)>);

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

    /// Adds what lies beside files that a walk was sent to by name.
    pub(crate) fn add_beside(&mut self, files: impl Iterator<Item = PathBuf>) {
        let mut folders = HashSet::new();
        for file in files.filter(|file| photo::is_candidate(file)) {
            let Some(folder) = file.parent() else {
                continue;
            };
            if folders.insert(folder.to_owned()) {
                for (path, stamp) in files_of(folder).filter(|(path, _)| sidecar::is_sidecar(path))
                {
                    self.add(path, stamp);
                }
            }
        }
    }

    /// The sidecar of a photo: `name.ext.xmp`, else `name.xmp`.
    pub(crate) fn of(&self, photo: &Path) -> Option<(PathBuf, FileStamp)> {
        if self.0.is_empty() {
            return None;
        }
        [photo.file_name(), photo.file_stem()]
            .into_iter()
            .find_map(|name| self.0.get(&key(photo, name?)?))
            .cloned()
    }
}

/// Places to look at, with the photos that the sidecars among them speak for.
pub(super) fn with_photos(root: &Path, parts: &[PathBuf]) -> Vec<PathBuf> {
    let mut all: HashSet<PathBuf> = parts.iter().cloned().collect();
    let mut by_folder: HashMap<&Path, HashSet<String>> = HashMap::new();
    for part in parts.iter().filter(|part| sidecar::is_sidecar(part)) {
        if let (Some(folder), Some(stem)) = (part.parent(), part.file_stem()) {
            let stem = stem.to_string_lossy().to_lowercase();
            by_folder.entry(folder).or_default().insert(stem);
        }
    }
    for (folder, stems) in by_folder {
        let is_meant = |name: Option<&std::ffi::OsStr>| {
            name.is_some_and(|name| stems.contains(&name.to_string_lossy().to_lowercase()))
        };
        for (path, _) in files_of(&root.join(folder)) {
            let is_spoken_for = is_meant(path.file_name()) || is_meant(path.file_stem());
            if is_spoken_for && photo::is_candidate(&path) {
                all.extend(path.file_name().map(|name| folder.join(name)));
            }
        }
    }
    let mut all: Vec<PathBuf> = all.into_iter().collect();
    all.sort_unstable();
    all
}

/// The files of a folder with their sizes and times; none where it cannot be read.
fn files_of(folder: &Path) -> impl Iterator<Item = (PathBuf, FileStamp)> + use<> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let path = entry.path();
        let metadata = std::fs::metadata(&path).ok()?;
        metadata.is_file().then(|| (path, FileStamp::of(&metadata)))
    })
}

fn key(path: &Path, name: &std::ffi::OsStr) -> Option<(PathBuf, String)> {
    let name = name.to_string_lossy().to_lowercase();
    Some((path.parent()?.to_owned(), name))
}
