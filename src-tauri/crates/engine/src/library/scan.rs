//! Compares the disk with the catalog: which files are new, changed, gone or back.
//!
//! Looks at names, sizes and times only; no file is opened.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use globset::GlobSet;
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::sidecars::{self, SidecarsOfRoot};
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::io::{self, FileStamp};
use crate::photo;
use crate::sidecar;
use crate::store::Store;
use crate::store::faults::{self, FaultRow};
use crate::store::libraries::RootRow;
use crate::store::photos::{self, KnownFile, Place};

/// A file that has to be read.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// Where it lies, as stored.
    pub place: Place,
    /// Where it lies, to open it.
    pub file: PathBuf,
    /// Size and time.
    pub stamp: FileStamp,
    /// The photo that is known at this place, and the version of the stages that read it.
    pub known: Option<(PhotoId, u32)>,
    /// Its sidecar, with its size and time.
    pub sidecar: Option<(PathBuf, FileStamp)>,
    /// Its sidecar is another one than was read, or metadata are read in a newer way.
    pub says_more: bool,
}

/// What changed below one root since the last look.
#[derive(Debug, Default)]
pub struct Changes {
    /// Files to read: new ones and changed ones, by path.
    pub read: Vec<FoundFile>,
    /// Photos whose file is gone.
    pub gone: Vec<PhotoId>,
    /// Photos whose unchanged file is back.
    pub back: Vec<PhotoId>,
    /// Missing photos whose place another file has taken.
    pub displaced: Vec<PhotoId>,
    /// Places whose fault is no longer there.
    pub cured: Vec<Vec<u8>>,
    /// Folders that could not be looked into: nothing of theirs is taken for gone.
    pub unreadable: Vec<FaultRow>,
}

/// How a root is looked at.
pub struct ScanOptions<'a> {
    /// Names to leave out.
    pub exclude: &'a GlobSet,
    /// Files read by earlier stages are read again.
    pub decode_version: u32,
    /// Metadata read by an earlier version are read again.
    pub metadata_version: u32,
    /// Tries unreadable files again though they did not change.
    pub retry_faults: bool,
}

/// Compares one root with the catalog. Answers `None` where the root is not there.
///
/// `tick` is called now and then with the number of files seen since the last call, and stops the
/// scan by failing.
///
/// # Errors
/// [`EngineError`] of the catalog or of `tick`.
pub fn compare(
    store: &Store,
    root: &RootRow,
    options: &ScanOptions<'_>,
    tick: &(dyn Fn(u64) -> Result<(), EngineError> + Sync),
) -> Result<Option<Changes>, EngineError> {
    // A root that is empty where photos were known is taken for a mount point without its disk.
    let known = store.read(|connection| photos::files_of_root(connection, root.id))?;
    if !is_there(&root.path, known.iter().any(|file| !file.missing)) {
        return Ok(None);
    }
    let faults = store.read(|connection| faults::of_root(connection, root.id))?;
    let disk = walk(root, options, tick)?;
    Ok(Some(difference(disk, known, faults, options)))
}

/// Whether the root can be trusted to show what it holds.
fn is_there(root: &Path, photos_known: bool) -> bool {
    match std::fs::read_dir(root) {
        Ok(mut entries) => !photos_known || entries.next().is_some(),
        Err(_) => false,
    }
}

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
struct Disk {
    files: Vec<FoundFile>,
    sidecars: SidecarsOfRoot,
    unreadable: Vec<FaultRow>,
}

fn walk(
    root: &RootRow,
    options: &ScanOptions<'_>,
    tick: &(dyn Fn(u64) -> Result<(), EngineError> + Sync),
) -> Result<Disk, EngineError> {
    let (seen, results) = crossbeam_channel::unbounded();
    let (exclude, top) = (options.exclude.clone(), root.path.clone());
    let walker = WalkBuilder::new(&root.path)
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
    for file in &mut disk.files {
        file.sidecar = disk.sidecars.of(&file.file);
    }
    disk.files
        .sort_by(|a, b| a.place.rel_path.cmp(&b.place.rel_path));
    Ok(disk)
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
fn place(root: &RootRow, path: &Path) -> Option<Place> {
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
    let is_forbidden = cause.kind() == std::io::ErrorKind::PermissionDenied;
    if is_link && !is_forbidden && !photo::is_candidate(path) {
        return None;
    }
    let reason = if is_link && cause.kind() == std::io::ErrorKind::NotFound {
        "It is a link to a file that is not there".to_owned()
    } else {
        format!("It cannot be looked into: {}", io::plain_reason(cause))
    };
    Some(FaultRow {
        root_id: root.id,
        rel_path: io::path_to_bytes(below),
        path: io::shown(path),
        stage: "scan".into(),
        reason,
        stamp: FileStamp {
            bytes: 0,
            mtime_ns: 0,
        },
        decode_version: options.decode_version,
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

fn difference(
    disk: Disk,
    known: Vec<KnownFile>,
    faults: Vec<FaultRow>,
    options: &ScanOptions<'_>,
) -> Changes {
    let mut changes = Changes {
        unreadable: disk.unreadable,
        ..Changes::default()
    };
    let mut known: HashMap<Vec<u8>, KnownFile> = known
        .into_iter()
        .map(|file| (file.rel_path.clone(), file))
        .collect();
    let mut faults: HashMap<Vec<u8>, FaultRow> = faults
        .into_iter()
        .map(|fault| (fault.rel_path.clone(), fault))
        .collect();
    for mut file in disk.files {
        let fault = faults.remove(&file.place.rel_path);
        let before = known.remove(&file.place.rel_path);
        file.says_more = before.as_ref().is_some_and(|before| {
            let stamp = sidecar::stamp(file.sidecar.as_ref().map(|(_, stamp)| *stamp));
            before.sidecar_stamp != stamp || before.metadata_version != options.metadata_version
        });
        if let Some(fault) = fault {
            let same = fault.stamp == file.stamp && fault.decode_version == options.decode_version;
            if same && !options.retry_faults {
                continue;
            }
        } else if let Some(before) = &before
            && before.stamp == file.stamp
            && before.decode_version == options.decode_version
            && !file.says_more
        {
            if before.missing {
                changes.back.push(before.photo_id);
            }
            continue;
        }
        match before {
            // Another picture under an old name is another photo: it does not inherit the tags.
            Some(before) if before.missing => changes.displaced.push(before.photo_id),
            before => file.known = before.map(|before| (before.photo_id, before.decode_version)),
        }
        changes.read.push(file);
    }
    let hidden_by_fault = |path: &[u8]| {
        changes.unreadable.iter().any(|fault| {
            io::path_from_bytes(path).starts_with(io::path_from_bytes(&fault.rel_path))
        })
    };
    changes.gone = known
        .values()
        .filter(|file| !file.missing && !hidden_by_fault(&file.rel_path))
        .map(|file| file.photo_id)
        .collect();
    changes.cured = faults
        .into_keys()
        .filter(|path| {
            !changes
                .unreadable
                .iter()
                .any(|fault| &fault.rel_path == path)
        })
        .filter(|path| !hidden_by_fault(path))
        .collect();
    changes.gone.sort_unstable();
    changes
}
