//! One list of all models: offered, downloaded, in use.

use std::fs;
use std::path::{Path, PathBuf};

use super::{folder_of, installed, models_folder, pull_title};
use crate::download::{self, Lock, Offered};
use crate::engine::models::{self, ModelView, SEMANTIC};
use crate::engine::{Engine, fingerprints};
use crate::error::EngineError;
use crate::store::vectors;

/// Where a model stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelState {
    /// It can be downloaded.
    Offered,
    /// It is being downloaded.
    Pulling,
    /// A download was begun.
    Partial,
    /// It is here and not in use.
    Installed,
    /// Photos are getting its vectors.
    Building,
    /// It answers.
    InUse,
}

/// A model as the list shows it.
#[derive(Clone, Debug)]
pub struct ModelLine {
    /// Its id; none for a folder that somebody named.
    pub id: Option<String>,
    /// Its name for people.
    pub title: String,
    /// Where it stands.
    pub state: ModelState,
    /// What is offered.
    pub offered: Option<Offered>,
    /// What was downloaded.
    pub lock: Option<Lock>,
    /// Bytes that have come of a download that was begun.
    pub kept_bytes: u64,
    /// Where its files lie.
    pub folder: Option<PathBuf>,
    /// What it is, where it is in use or being built.
    pub view: Option<ModelView>,
    /// Photos that have its vector.
    pub photos: u64,
}

/// Lists the models that are offered, downloaded or in use.
///
/// # Errors
/// [`EngineError::Store`].
pub fn list(engine: &Engine, offered: &[Offered]) -> Result<Vec<ModelLine>, EngineError> {
    let used = models::list(engine)?;
    let folder = models_folder(engine);
    let mut lines = Vec::new();
    for offered in offered {
        let at = folder.join(&offered.id);
        let line = line(engine, &offered.id, Some(offered), &at, &used)?;
        lines.push(line);
    }
    for id in former(&folder, offered) {
        lines.push(line(engine, &id, None, &folder.join(&id), &used)?);
    }
    let listed = |view: &&ModelView| {
        lines
            .iter()
            .any(|l| l.folder.as_ref() == Some(&view.folder))
    };
    let others: Vec<ModelLine> = used
        .iter()
        .filter(|view| !listed(view))
        .map(|view| named(engine, view))
        .collect();
    lines.extend(others);
    Ok(lines)
}

/// Tells what a model is, by its id or its folder. One that is not here is told as it is offered.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Store`].
pub fn look(engine: &Engine, offered: &[Offered], name: &str) -> Result<ModelLine, EngineError> {
    if let Some(found) = download::find(offered, name) {
        let folder = models_folder(engine).join(&found.id);
        if installed(&folder).is_none() {
            return line(engine, &found.id, Some(found), &folder, &[]);
        }
    }
    let view = models::view(engine, &folder_of(engine, offered, name)?)?;
    describe(engine, offered, view)
}

/// What the list would show of a model that was looked at.
///
/// # Errors
/// [`EngineError::Store`].
pub fn describe(
    engine: &Engine,
    offered: &[Offered],
    view: ModelView,
) -> Result<ModelLine, EngineError> {
    let models = models_folder(engine);
    let id = view
        .folder
        .strip_prefix(&models)
        .ok()
        .and_then(Path::to_str);
    let Some(id) = id.filter(|_| view.folder.join(download::LOCK_FILE).is_file()) else {
        return Ok(named(engine, &view));
    };
    let (id, folder) = (id.to_owned(), view.folder.clone());
    let mut line = line(engine, &id, download::find(offered, &id), &folder, &[])?;
    line.state = state_of(engine, &view);
    line.photos = view.photos;
    line.folder = Some(folder);
    line.view = Some(view);
    Ok(line)
}

/// Ids of models that were downloaded when they were offered.
fn former(folder: &Path, offered: &[Offered]) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut ids: Vec<String> = names
        .filter(|name| offered.iter().all(|o| o.id != *name))
        .filter(|name| folder.join(name).join(download::LOCK_FILE).is_file())
        .collect();
    ids.sort();
    ids
}

fn line(
    engine: &Engine,
    id: &str,
    offered: Option<&Offered>,
    folder: &Path,
    used: &[ModelView],
) -> Result<ModelLine, EngineError> {
    let view = used.iter().find(|view| view.folder == folder).cloned();
    let lock = installed(folder);
    let partial = download::partial(&models_folder(engine), id);
    let is_pulled = offered.is_some_and(|o| engine.jobs().unended(&pull_title(o)).is_some());
    let state = match (&view, &lock, partial) {
        (Some(view), ..) => state_of(engine, view),
        (None, Some(_), _) => ModelState::Installed,
        (None, None, _) if is_pulled => ModelState::Pulling,
        (None, None, Some(_)) => ModelState::Partial,
        (None, None, None) => ModelState::Offered,
    };
    let photos = match &view {
        Some(view) => view.photos,
        None => photos(engine, folder)?,
    };
    Ok(ModelLine {
        id: Some(id.to_owned()),
        title: offered.map_or(id, |offered| &offered.title).to_owned(),
        state,
        offered: offered.cloned(),
        folder: (view.is_some() || lock.is_some()).then(|| folder.to_owned()),
        lock,
        kept_bytes: partial.map_or(0, |partial| partial.bytes),
        view,
        photos,
    })
}

fn state_of(engine: &Engine, view: &ModelView) -> ModelState {
    let (serving, building) = engine.models().folders();
    if serving.as_ref() == Some(&view.folder) {
        ModelState::InUse
    } else if building.as_ref() == Some(&view.folder) {
        ModelState::Building
    } else {
        ModelState::Installed
    }
}

/// A model in a folder that somebody named.
fn named(engine: &Engine, view: &ModelView) -> ModelLine {
    ModelLine {
        id: None,
        title: crate::io::shown(&view.folder),
        state: state_of(engine, view),
        offered: None,
        lock: None,
        kept_bytes: 0,
        folder: Some(view.folder.clone()),
        photos: view.photos,
        view: Some(view.clone()),
    }
}

/// Photos that have the vector of a model that was in use once.
fn photos(engine: &Engine, folder: &Path) -> Result<u64, EngineError> {
    let Some(fingerprint) = fingerprints::remembered(engine.store(), folder)? else {
        return Ok(0);
    };
    let versions = models::versions(&fingerprint);
    engine.store().read(|connection| {
        let mut photos = 0;
        for space in vectors::spaces(connection)? {
            if space.name == SEMANTIC && versions.contains(&space.version) {
                photos = vectors::count(connection, space.id)?.max(photos);
            }
        }
        Ok(photos)
    })
}
