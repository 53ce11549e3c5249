//! Walks over the disk: which files a scan looks at, and which folders it cannot look into.

use std::path::{Component, Path, PathBuf};

use globset::GlobSet;
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::sidecars::{self, SidecarsOfRoot};
use super::{FoundFile, ScanOptions};
use crate::error::EngineError;
use crate::fault_kind::FaultKind;
use crate::io::{self, FileStamp};
use crate::photo;
use crate::store::faults::FaultRow;
use crate::store::libraries::RootRow;
use crate::store::photos::Place;

/// What a walk meets.
pub(super) enum Seen {
    /// A file that may be a picture.
    File(Box<FoundFile>),
    /// A sidecar, with its size and time.
    Sidecar(PathBuf, FileStamp),
    /// A folder that cannot be looked into.
    Unreadable(FaultRow),
}

/// What a walk over the disk saw.
#[derive(Default)]
pub(super) struct Disk {
    pub(super) files: Vec<FoundFile>,
    sidecars: SidecarsOfRoot,
    pub(super) unreadable: Vec<FaultRow>,
}

/// Looks at a root, or at some files and folders below it. A part that is not there is left out.
pub(super) fn walk(
    root: &RootRow,
    parts: Option<&[PathBuf]>,
    options: &ScanOptions<'_>,
    tick: &(dyn Fn(u64) -> Result<(), EngineError> + Sync),
) -> Result<Disk, EngineError> {
    let (seen, results) = crossbeam_channel::unbounded();
    let (exclude, top) = (options.exclude.clone(), root.path.clone());
    let mut starts = match parts {
        None => vec![root.path.clone()],
        Some(parts) => parts
            .iter()
            .filter(|part| is_looked_at(part, options.exclude))
            .map(|part| root.path.join(part))
            .filter(|start| !is_link_inside(start, &root.path))
            .collect(),
    };
    let Some(first) = starts.pop() else {
        return Ok(Disk::default());
    };
    let mut builder = WalkBuilder::new(first);
    for start in starts {
        builder.add(start);
    }
    let walker = builder
        .standard_filters(false)
        .hidden(true)
        .follow_links(true)
        .filter_entry(move |entry| {
            let below = entry.path().strip_prefix(&top);
            !below.is_ok_and(|below| exclude.is_match(below)) && !is_second_way(entry, &top)
        })
        .build_parallel();
    let stopped = std::sync::Mutex::new(None);
    walker.run(|| {
        let (seen, stopped) = (seen.clone(), &stopped);
        Box::new(move |entry| {
            let found = match entry {
                Ok(entry) => picture(root, &entry).or_else(|| sidecars::seen(&entry)),
                Err(error) => unreadable(root, &error, options).map(Seen::Unreadable),
            };
            if let Some(found) = found {
                let _receiver_outlives_the_walk = seen.send(found);
                if let Err(error) = tick(1) {
                    *stopped
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(error);
                    return WalkState::Quit;
                }
            }
            WalkState::Continue
        })
    });
    drop(seen);
    if let Some(error) = stopped
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
    {
        return Err(error);
    }
    let mut disk = Disk::default();
    for found in results {
        match found {
            Seen::File(file) => disk.files.push(*file),
            Seen::Sidecar(path, stamp) => disk.sidecars.add(path, stamp),
            Seen::Unreadable(fault) => disk.unreadable.push(fault),
        }
    }
    // Of a file that is looked at by itself nothing beside it was met.
    let parts = parts.unwrap_or_default().iter();
    disk.sidecars
        .add_beside(parts.map(|part| root.path.join(part)));
    for file in &mut disk.files {
        file.sidecar = disk.sidecars.of(&file.file);
    }
    disk.files
        .sort_by(|a, b| a.place.rel_path.cmp(&b.place.rel_path));
    Ok(disk)
}

/// Whether a scan of a root comes by this file or folder below it: it is not hidden, and neither it
/// nor a folder around it is left out by a pattern.
#[must_use]
pub fn is_looked_at(below: &Path, exclude: &GlobSet) -> bool {
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(name) if !name.as_encoded_bytes().starts_with(b"."));
    below.components().all(is_plain)
        && !below
            .ancestors()
            .filter(|above| !above.as_os_str().is_empty())
            .any(|above| exclude.is_match(above))
}

/// Whether a path below a root is, or leads over, a link to another place in the root.
fn is_link_inside(path: &Path, top: &Path) -> bool {
    path.ancestors()
        .take_while(|above| *above != top)
        .filter(|above| std::fs::symlink_metadata(above).is_ok_and(|meta| meta.is_symlink()))
        .any(|link| {
            std::fs::canonicalize(link)
                .is_ok_and(|real| real.starts_with(top) || top.starts_with(real))
        })
}

/// Whether an entry is a link to something below the same root, or to a folder around it: that is
/// seen on its own way, and a picture seen twice would look like its own duplicate. This also breaks
/// loops of links.
fn is_second_way(entry: &DirEntry, top: &Path) -> bool {
    entry.depth() > 0
        && entry.path_is_symlink()
        && std::fs::canonicalize(entry.path())
            .is_ok_and(|real| real.starts_with(top) || top.starts_with(real))
}

/// The file of a walk's entry, where it is one that a scan looks at.
fn picture(root: &RootRow, entry: &DirEntry) -> Option<Seen> {
    if !entry.file_type().is_some_and(|kind| kind.is_file()) || !photo::is_candidate(entry.path()) {
        return None;
    }
    let stamp = FileStamp::of(&entry.metadata().ok()?);
    let place = place(root, entry.path())?;
    Some(Seen::File(Box::new(FoundFile {
        place,
        file: entry.path().to_owned(),
        stamp,
        known: None,
        sidecar: None,
        says_more: false,
    })))
}

/// Where a file below a root lies, as stored.
pub(crate) fn place(root: &RootRow, path: &Path) -> Option<Place> {
    let below = path.strip_prefix(&root.path).ok()?;
    Some(Place {
        root_id: root.id,
        rel_path: io::path_to_bytes(below),
        path: io::shown(path),
        folder: path.parent().map(io::shown).unwrap_or_default(),
        file_name: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())?,
    })
}

/// The fault of a folder that cannot be looked into. A link that leads round in a circle or nowhere
/// is left out quietly, unless it is named like a picture.
fn unreadable(
    root: &RootRow,
    error: &ignore::Error,
    options: &ScanOptions<'_>,
) -> Option<FaultRow> {
    let (path, cause) = blame(error)?;
    let below = path.strip_prefix(&root.path).ok()?;
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink());
    if !is_link && io::is_absent(cause) {
        return None;
    }
    let is_forbidden = cause.kind() == std::io::ErrorKind::PermissionDenied;
    if is_link && !is_forbidden && !photo::is_candidate(path) {
        return None;
    }
    let looked_into = || format!("It cannot be looked into: {}", io::plain_reason(cause));
    let (kind, reason) = if is_link && cause.kind() == std::io::ErrorKind::NotFound {
        let reason = "It is a link to a file that is not there".to_owned();
        (FaultKind::BrokenLink, reason)
    } else if is_forbidden {
        (FaultKind::NotAllowed, looked_into())
    } else {
        (FaultKind::Unreadable, looked_into())
    };
    Some(FaultRow {
        root_id: root.id,
        rel_path: io::path_to_bytes(below),
        path: io::shown(path),
        stage: "scan".into(),
        kind,
        reason,
        stamp: FileStamp {
            bytes: 0,
            mtime_ns: 0,
        },
        decode_version: options.decode_version,
        file_key: None,
    })
}

/// The path and the system's error inside a walker's error; none for a loop of links.
fn blame(error: &ignore::Error) -> Option<(&Path, &std::io::Error)> {
    match error {
        ignore::Error::WithPath { path, err } => Some((path, cause(err)?)),
        ignore::Error::WithDepth { err, .. } => blame(err),
        _ => None,
    }
}

/// The system's error at the bottom of a walker's error.
fn cause(error: &ignore::Error) -> Option<&std::io::Error> {
    match error {
        ignore::Error::Io(cause) => Some(cause),
        ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } => cause(err),
        _ => None,
    }
}
