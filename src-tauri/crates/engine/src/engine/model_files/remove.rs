//! Takes a model away: its use, its vectors, and its files where Latent downloaded them. A folder
//! that somebody named keeps its files.

use std::path::{Path, PathBuf};

use super::{downloaded_id, is_path, models_folder, pull_title};
use crate::download::{self, Offered};
use crate::engine::models;
use crate::engine::{Engine, fingerprints};
use crate::error::EngineError;
use crate::events::Kind;
use crate::io;
use crate::jobs::JobKind;

/// What was taken away.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The model's folder.
    pub folder: PathBuf,
    /// Its files are gone too.
    pub files: bool,
    /// Bytes of disk that are free now.
    pub freed_bytes: u64,
    /// Photos that had its vector.
    pub photos: u64,
}

/// Takes a model away, named by its id or its folder.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Invalid`] for the one that answers, unless `force`,
/// and while a job works with it.
pub fn remove(
    engine: &Engine,
    list: &[Offered],
    name: &str,
    force: bool,
) -> Result<Removed, EngineError> {
    let id = downloaded_id(engine, list, name);
    let folder = match &id {
        Some(id) => models_folder(engine).join(id),
        None if is_path(name) => canonical(Path::new(name)),
        None => return Err(EngineError::not_found("model", name)),
    };
    refuse_while_at_work(engine, list, id.as_deref())?;
    refuse_in_use(engine, name, &folder, force)?;
    let photos = forget(engine, &folder)?;
    let freed_bytes = match &id {
        Some(id) => download::remove(&models_folder(engine), id)?,
        None => 0,
    };
    engine.reload_spaces()?;
    engine.events().changed(&[Kind::Models, Kind::Photos]);
    Ok(Removed {
        folder,
        files: id.is_some(),
        freed_bytes,
        photos,
    })
}

fn canonical(folder: &Path) -> PathBuf {
    std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

fn refuse_while_at_work(
    engine: &Engine,
    list: &[Offered],
    id: Option<&str>,
) -> Result<(), EngineError> {
    let offered = id.and_then(|id| download::find(list, id));
    let is_pulled = offered.is_some_and(|o| engine.jobs().unended(&pull_title(o)).is_some());
    if is_pulled {
        return Err(EngineError::invalid(
            "The model is being downloaded: cancel that first",
        ));
    }
    if engine.jobs().is_at_work(JobKind::Verify) {
        return Err(EngineError::invalid(
            "The files of a model are being verified: wait for that, or cancel it",
        ));
    }
    Ok(())
}

fn refuse_in_use(
    engine: &Engine,
    name: &str,
    folder: &Path,
    force: bool,
) -> Result<(), EngineError> {
    let (serving, building) = engine.models().folders();
    let serves = serving.as_deref() == Some(folder);
    if serves && !force {
        return Err(EngineError::invalid(format!(
            "{name} answers searches now: use another model first, or remove it with --force and \
             search by words and looks only"
        )));
    }
    let is_used = serves || building.as_deref() == Some(folder);
    if is_used && engine.jobs().is_at_work(JobKind::Index) {
        return Err(EngineError::invalid(
            "An index job works with the model: wait for it, or cancel it",
        ));
    }
    Ok(())
}

/// Ends a model's use and drops its vectors; answers how many photos had one.
fn forget(engine: &Engine, folder: &Path) -> Result<u64, EngineError> {
    let fingerprint = match fingerprints::remembered(engine.store(), folder)? {
        Some(fingerprint) => Some(fingerprint),
        None if folder.is_dir() => {
            let info = models::view(engine, folder)?.info;
            info.map(|info| info.fingerprint)
        }
        None => None,
    };
    let (serving, building) = engine.models().folders();
    let known = [serving, building]
        .iter()
        .flatten()
        .any(|used| used == folder);
    if fingerprint.is_none() && !known && !is_downloaded(engine, folder) {
        let is_ours = folder.starts_with(models_folder(engine));
        let what = if is_ours {
            "downloaded model in"
        } else {
            "model in use in"
        };
        return Err(EngineError::not_found(what, io::shown(folder)));
    }
    let store = engine.store();
    let photos = engine
        .models()
        .let_go(store, folder, fingerprint.as_deref())?;
    fingerprints::forget(store, folder)?;
    Ok(photos)
}

/// Whether a folder is one of a download that is here, or was begun.
fn is_downloaded(engine: &Engine, folder: &Path) -> bool {
    let models = models_folder(engine);
    let id = folder.strip_prefix(&models).ok().and_then(Path::to_str);
    id.is_some_and(|id| folder.is_dir() || download::partial(&models, id).is_some())
}
