//! Finds a root again whose disk was unplugged and came back under another path.
//!
//! A folder is taken for the root when it holds the photos that are known of it: some from all over
//! the root are looked for by path and size, and of a few the content is compared.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::folders::{real_folder, refuse_overlap};
use super::mounts::{self, Mount};
use super::{folders, scan};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::RootId;
use crate::io;
use crate::store::libraries::{self, LibraryRow, RootRow, Volume};
use crate::store::photos::{self, Candidate};

/// Photos that are looked for.
const SAMPLE: u32 = 24;
/// Photos whose content is compared: the smallest of those that are there.
const COMPARED: usize = 4;

/// Gives a root another place, once it is certain that it is the same folder. Nothing in it is
/// touched; what changed in it meanwhile is for the next index job.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown root, [`EngineError::Invalid`] for another folder and why
/// it is taken for one, [`EngineError::AlreadyExists`] for one that another root has,
/// [`EngineError::Io`] for one that cannot be read.
pub fn locate(engine: &Engine, root: RootId, path: &Path) -> Result<LibraryRow, EngineError> {
    let roots = engine.store().read(libraries::roots)?;
    let row = roots
        .iter()
        .find(|row| row.id == root)
        .ok_or_else(|| EngineError::not_found("folder", root))?;
    let folder = real_folder(path)?;
    if folder != row.path {
        let others: Vec<RootRow> = roots.iter().filter(|row| row.id != root).cloned().collect();
        refuse_overlap(&others, &folder)?;
    }
    if let Some(difference) = difference(engine, row, &folder)? {
        return Err(EngineError::invalid(difference.to_string()));
    }
    move_to(engine, row, &folder)?;
    folders::by_id(engine, row.library_id)
}

fn move_to(engine: &Engine, root: &RootRow, folder: &Path) -> Result<(), EngineError> {
    // What a job reads now it would note under the old path.
    engine.jobs().stop_all_of(root.library_id);
    engine
        .store()
        .write(|tx| libraries::set_path(tx, root, folder))?;
    engine
        .events()
        .changed(&[Kind::Libraries, Kind::Photos, Kind::Faults]);
    Ok(())
}

/// Looks for offline roots below what is mounted now, by the volume they were on.
///
/// # Errors
/// [`EngineError::Store`].
pub(crate) fn find_again(engine: &Engine, table: &[Mount]) -> Result<(), EngineError> {
    let roots = engine.store().read(libraries::roots)?;
    for root in &roots {
        if scan::is_there(&root.path, true) {
            continue;
        }
        let Some(volume) = engine.store().read(|c| libraries::volume(c, root.id))? else {
            continue;
        };
        let elsewhere = table
            .iter()
            .map(|mount| (mount, mount.point.join(&volume.path)))
            .filter(|(_, folder)| *folder != root.path && folder.is_dir())
            .filter(|(mount, _)| mounts::volume(&mount.point).as_ref() == Some(&volume.id));
        for (_, folder) in elsewhere {
            let others = roots.iter().filter(|row| row.id != root.id).cloned();
            let is_free = refuse_overlap(&others.collect::<Vec<_>>(), &folder).is_ok();
            if is_free && difference(engine, root, &folder)?.is_none() {
                tracing::info!(from = %root.path.display(), to = %folder.display(), "A folder is back under another path");
                move_to(engine, root, &folder)?;
                break;
            }
        }
    }
    Ok(())
}

/// Notes on which volume a root lies that is there.
pub(crate) fn note_volume(engine: &Engine, root: &RootRow) -> Result<(), EngineError> {
    let Some(now) = volume_of(&root.path) else {
        return Ok(());
    };
    let known = engine.store().read(|c| libraries::volume(c, root.id))?;
    if known.as_ref() != Some(&now) {
        engine
            .store()
            .write_aside(|tx| libraries::set_volume(tx, root.id, &now))?;
    }
    Ok(())
}

fn volume_of(root: &Path) -> Option<Volume> {
    let table = mounts::mounts();
    let mount = mounts::mount_of(&table, root)?;
    Some(Volume {
        id: mounts::volume(&mount.point)?,
        path: root.strip_prefix(&mount.point).ok()?.to_owned(),
    })
}

/// How a folder is told from a root; none where it is the root.
fn difference(
    engine: &Engine,
    root: &RootRow,
    folder: &Path,
) -> Result<Option<Difference>, EngineError> {
    let sample = engine
        .store()
        .read(|connection| photos::sample_of_root(connection, root.id, SAMPLE))?;
    let (mut there, absent): (Vec<Candidate>, Vec<Candidate>) =
        sample.into_iter().partition(|photo| {
            std::fs::metadata(below(folder, photo))
                .is_ok_and(|metadata| metadata.is_file() && metadata.len() == photo.stamp.bytes)
        });
    if let Some(first) = absent.first().filter(|_| there.len() <= absent.len()) {
        return Ok(Some(Difference::Absent {
            folder: folder.to_owned(),
            root: root.path.clone(),
            looked_for: there.len() + absent.len(),
            absent: absent.len(),
            example: io::path_from_bytes(&first.rel_path),
        }));
    }
    there.sort_by_key(|photo| photo.stamp.bytes);
    for photo in there.iter().take(COMPARED) {
        let content = io::read(&below(folder, photo))?;
        if blake3::hash(&content).as_bytes() != photo.content_hash.as_slice() {
            return Ok(Some(Difference::Another {
                folder: folder.to_owned(),
                root: root.path.clone(),
                example: io::path_from_bytes(&photo.rel_path),
            }));
        }
    }
    Ok(None)
}

/// What tells a folder from a root.
#[derive(Debug, Error)]
enum Difference {
    #[error(
        "{} is another folder than {}: of {looked_for} photos that were looked for {absent} are not \
         there, such as {}",
        folder.display(), root.display(), example.display()
    )]
    Absent {
        folder: PathBuf,
        root: PathBuf,
        looked_for: usize,
        absent: usize,
        /// Below the root.
        example: PathBuf,
    },
    #[error(
        "{} is another folder than {}: {} is another picture there",
        folder.display(), root.display(), example.display()
    )]
    Another {
        folder: PathBuf,
        root: PathBuf,
        /// Below the root.
        example: PathBuf,
    },
}

fn below(folder: &Path, photo: &Candidate) -> PathBuf {
    folder.join(io::path_from_bytes(&photo.rel_path))
}
