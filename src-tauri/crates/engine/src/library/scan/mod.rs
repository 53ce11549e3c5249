//! Compares the disk with the catalog: which files are new, changed, gone or back.
//!
//! Looks at names, sizes and times only; no file is opened. A whole root is compared, or only some
//! files and folders of it.

mod sidecars;
mod walk;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use globset::GlobSet;

use super::mounts;
use crate::error::EngineError;
use crate::ids::{LibraryId, PhotoId, RootId};
use crate::io::{self, FileStamp};
use crate::sidecar;
use crate::store::Store;
use crate::store::faults::{self, FaultRow};
use crate::store::libraries::{self, RootRow};
use crate::store::photos::{self, KnownFile, Place};

pub(crate) use sidecars::SidecarsOfRoot;
pub use walk::is_looked_at;
pub(crate) use walk::place;
use walk::{Disk, walk};

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
    /// Places below the root whose disk is not there: nothing of theirs is taken for gone.
    pub away: Vec<PathBuf>,
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

/// Compares one root with the catalog, or `parts` of it: paths below the root, of which none lies in
/// another. Answers `None` where the root is not there, or went while it was looked at.
///
/// `tick` is called now and then with the number of files seen since the last call, and stops the
/// scan by failing.
///
/// # Errors
/// [`EngineError`] of the catalog or of `tick`.
pub fn compare(
    store: &Store,
    root: &RootRow,
    parts: Option<&[PathBuf]>,
    options: &ScanOptions<'_>,
    tick: &(dyn Fn(u64) -> Result<(), EngineError> + Sync),
) -> Result<Option<Changes>, EngineError> {
    let before = io::file_key(&root.path);
    // A root that is empty where photos were known is taken for a mount point without its disk.
    let photos_known = store.read(|connection| photos::any_in_root(connection, root.id))?;
    if !is_there(&root.path, photos_known) {
        return Ok(None);
    }
    let with_photos = parts.map(|parts| sidecars::with_photos(&root.path, parts));
    let parts = with_photos.as_deref();
    let known_mounts = store.read(|connection| libraries::mounts_of(connection, root.id))?;
    let mut mounted = mounts::below(&root.path);
    mounted.extend(known_mounts.iter().cloned());
    let disk = walk(root, parts, options, tick)?;
    let away = mounts::away(&root.path, &mounted);
    note_mounts(store, root, &known_mounts, &away)?;
    if !is_there(&root.path, photos_known) || io::file_key(&root.path) != before {
        return Ok(None);
    }
    let (known, faults) = store.read(|connection| match parts {
        None => Ok::<_, EngineError>((
            photos::files_of_root(connection, root.id)?,
            faults::of_root(connection, root.id)?,
        )),
        Some(parts) => {
            let (mut known, mut found) = (Vec::new(), Vec::new());
            for part in parts {
                let part = io::path_to_bytes(part);
                known.extend(photos::files_below(connection, root.id, &part)?);
                found.extend(faults::below(connection, root.id, &part)?);
            }
            Ok((known, found))
        }
    })?;
    let mut changes = difference(disk, known, faults, &away, options);
    changes.away = away;
    Ok(Some(changes))
}

/// Notes where disks are mounted below a root, and where those are that are not there.
fn note_mounts(
    store: &Store,
    root: &RootRow,
    known: &[PathBuf],
    away: &[PathBuf],
) -> Result<(), EngineError> {
    let mut now = mounts::below(&root.path);
    now.extend(away.iter().cloned());
    now.sort_unstable();
    now.dedup();
    let mut known = known.to_vec();
    known.sort_unstable();
    if now == known {
        return Ok(());
    }
    store.write(|tx| Ok(libraries::set_mounts(tx, root.id, &now)?))
}

/// Whether the root can be trusted to show what it holds.
#[must_use]
pub fn is_there(root: &Path, photos_known: bool) -> bool {
    match std::fs::read_dir(root) {
        Ok(mut entries) => !photos_known || entries.next().is_some(),
        Err(_) => false,
    }
}

/// The picture files of a folder, whether it is a root or not, as a scan would meet them, and the
/// folders in it that cannot be looked into.
///
/// # Errors
/// That of `tick`, which is called with the number of files seen since the last call.
pub fn files_below(
    folder: &Path,
    tick: &(dyn Fn(u64) -> Result<(), EngineError> + Sync),
) -> Result<(Vec<FoundFile>, Vec<FaultRow>), EngineError> {
    let root = RootRow {
        id: RootId(0),
        library_id: LibraryId(0),
        path: folder.to_owned(),
        offline: false,
    };
    let options = ScanOptions {
        exclude: &GlobSet::empty(),
        decode_version: 0,
        metadata_version: 0,
        retry_faults: true,
    };
    let disk = walk(&root, None, &options, tick)?;
    Ok((disk.files, disk.unreadable))
}

fn difference(
    disk: Disk,
    known: Vec<KnownFile>,
    faults: Vec<FaultRow>,
    away: &[PathBuf],
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
        let path = io::path_from_bytes(path);
        let unreadable = changes.unreadable.iter();
        let mut folders = unreadable.map(|fault| io::path_from_bytes(&fault.rel_path));
        folders.any(|folder| path.starts_with(folder))
            || away.iter().any(|place| path.starts_with(place))
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
