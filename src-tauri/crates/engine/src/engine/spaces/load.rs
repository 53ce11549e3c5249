//! Loading and saving the vectors of a space beside the catalog.
//!
//! A snapshot and the catalog belong together by a token that both bear. It changes with every
//! snapshot, so that a catalog that was put back from a copy does not go with a younger snapshot.

use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use super::ServingSpace;
use super::graphs::Worker;
use crate::error::EngineError;
use crate::index::{IndexError, Stamp, VectorIndex};
use crate::store::vectors::{self, SpaceRow, log};
use crate::store::{Store, StoreError, settings};

/// Loads a space from its snapshot, or fills it from the catalog.
pub(super) fn space(
    store: &Store,
    row: SpaceRow,
    folder: &Path,
) -> Result<ServingSpace, EngineError> {
    let own = folder_of(folder, &row);
    let (last, tokens) = store.read(|connection| {
        let last = log::last(connection)?;
        let tokens = settings::get(connection, &setting(&row))?;
        Ok::<_, StoreError>((last, tokens.unwrap_or_default()))
    })?;
    let tokens: Vec<String> = tokens.split_whitespace().map(str::to_owned).collect();
    let loaded = VectorIndex::load(&own, row.dim as usize, &name(&row), &tokens);
    let (index, seq, rebuilt) = match loaded {
        Ok(loaded) if loaded.seq <= last => (loaded.index, loaded.seq, None),
        Ok(_) => filled(
            store,
            &row,
            &own,
            Some("It is younger than the catalog".to_owned()),
        )?,
        Err(IndexError::Absent) => filled(store, &row, &own, None)?,
        Err(error) => filled(store, &row, &own, Some(error.to_string()))?,
    };
    if let Some(reason) = &rebuilt {
        tracing::warn!(space = row.name, reason, "The vectors are prepared anew");
    }
    // What was filled has no snapshot yet.
    let saved = if rebuilt.is_none() { seq } else { -1 };
    Ok(ServingSpace {
        row,
        index: RwLock::new(index),
        seq: AtomicI64::new(seq),
        saved: AtomicI64::new(saved),
        rebuilt: Mutex::new(rebuilt),
        graph_worker: Worker::default(),
    })
}

/// Fills an index from the catalog; in memory where the folder cannot be written.
fn filled(
    store: &Store,
    row: &SpaceRow,
    folder: &Path,
    reason: Option<String>,
) -> Result<(VectorIndex, i64, Option<String>), EngineError> {
    let dim = row.dim as usize;
    let fill = |mut index: VectorIndex| {
        store.read(|connection| {
            // What changes while this reads is done again when the log is followed.
            let seq = log::last(connection)?;
            let mut failed = None;
            vectors::each(connection, row, |photo, vector| {
                if failed.is_none() {
                    failed = index.fill(photo, vector).err();
                }
            })?;
            match failed {
                Some(error) => Err(EngineError::from(error)),
                None => {
                    let trained = index.retrain();
                    index.adopt(trained);
                    Ok((index, seq))
                }
            }
        })
    };
    let in_file = VectorIndex::create(folder, dim).map_err(EngineError::from);
    let (index, seq) = match in_file.and_then(fill) {
        Err(EngineError::Io(error)) => {
            tracing::warn!(reason = error.story(), "The vectors are kept in memory");
            fill(VectorIndex::new(dim))?
        }
        other => other?,
    };
    Ok((index, seq, reason))
}

/// Writes a snapshot; without one the next start takes longer, so a failure is only noted.
pub(super) fn save(store: &Store, space: &ServingSpace, folder: &Path) {
    match try_save(store, space, folder) {
        // An index in memory has no place for one.
        Ok(()) | Err(EngineError::Internal { .. }) => {}
        Err(error) => tracing::warn!(%error, "No snapshot of the vectors was written"),
    }
}

fn try_save(store: &Store, space: &ServingSpace, folder: &Path) -> Result<(), EngineError> {
    let (row, seq) = (&space.row, space.seq.load(Ordering::SeqCst));
    let token = format!("{:016x}", RandomState::new().build_hasher().finish());
    // Either token goes until the snapshot is in place.
    store.write_aside(|tx| {
        let before = settings::get(tx, &setting(row))?.unwrap_or_default();
        let last = before.split_whitespace().last().unwrap_or_default();
        settings::set(tx, &setting(row), Some(&format!("{last} {token}")))
    })?;
    let stamp = Stamp {
        space: name(row),
        token: token.clone(),
        seq,
    };
    let own = folder_of(folder, row);
    space.read(|index| index.save(&own, &stamp))?;
    let graph = space.read(|index| index.save_graph(&own.join("graph"), &stamp.space, seq));
    if let Err(error) = graph {
        tracing::warn!(%error, "The graph is not kept");
    }
    store.write_aside(|tx| {
        settings::set(tx, &setting(row), Some(&token))?;
        log::forget(tx, row.id, seq)?;
        log::forget_idle(tx)
    })?;
    space.saved.store(seq, Ordering::SeqCst);
    Ok(())
}

/// Removes the folders of spaces that do not serve; what cannot be removed does no harm.
pub(super) fn remove_others(folder: &Path, serving: &[Arc<ServingSpace>]) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let wanted: Vec<PathBuf> = serving
        .iter()
        .map(|space| folder_of(folder, &space.row))
        .collect();
    for entry in entries
        .flatten()
        .filter(|entry| !wanted.contains(&entry.path()))
    {
        let _ = fs::remove_dir_all(entry.path());
    }
}

pub(super) fn folder_of(folder: &Path, row: &SpaceRow) -> PathBuf {
    folder.join(row.id.to_string())
}

pub(super) fn name(row: &SpaceRow) -> String {
    format!("{} {}", row.name, row.version)
}

fn setting(row: &SpaceRow) -> String {
    format!("vectors.{}", row.id)
}
