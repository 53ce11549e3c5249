//! Remembers the fingerprint of a model folder, so that starting does not read all of its files.
//!
//! Trusted as long as name, size and modification time of every file are as they were; `latent model
//! verify` reads them whole.

use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::embed::EmbedError;
use crate::embed::encoder::ModelError;
use crate::embed::model::files_of;
use crate::embed::weights::fingerprint;
use crate::error::EngineError;
use crate::store::{Store, settings};

/// What is remembered of a folder.
#[derive(Serialize, Deserialize)]
struct Remembered {
    stamps: Vec<Stamp>,
    fingerprint: String,
}

/// A file's name, size in bytes and modification time in nanoseconds since 1970, UTC.
#[derive(PartialEq, Serialize, Deserialize)]
struct Stamp(String, u64, u64);

/// The fingerprint of the model in a folder: remembered, or read and remembered.
///
/// # Errors
/// [`EngineError::Embed`] for a folder that is no model's, [`EngineError::Store`].
pub(crate) fn of(store: &Store, folder: &Path) -> Result<String, EngineError> {
    let files = files_of(folder).map_err(EmbedError::from)?;
    let stamps: Vec<Stamp> = files
        .iter()
        .map(|name| stamp(folder, name))
        .collect::<Result<_, _>>()
        .map_err(EmbedError::from)?;
    if let Some(known) = read(store, folder)?.filter(|known| known.stamps == stamps) {
        return Ok(known.fingerprint);
    }
    let fingerprint = fingerprint(folder, files).map_err(EmbedError::from)?;
    let json = serde_json::to_string(&Remembered {
        stamps,
        fingerprint: fingerprint.clone(),
    })
    .map_err(|error| EngineError::internal(error.to_string()))?;
    store.write(|tx| Ok::<_, EngineError>(settings::set(tx, &setting(folder), Some(&json))?))?;
    Ok(fingerprint)
}

/// The fingerprint of the model that was last in a folder, also once it is gone.
///
/// # Errors
/// [`EngineError::Store`].
pub(crate) fn remembered(store: &Store, folder: &Path) -> Result<Option<String>, EngineError> {
    Ok(read(store, folder)?.map(|known| known.fingerprint))
}

/// Forgets a folder.
///
/// # Errors
/// [`EngineError::Store`].
pub(crate) fn forget(store: &Store, folder: &Path) -> Result<(), EngineError> {
    store.write(|tx| Ok::<_, EngineError>(settings::set(tx, &setting(folder), None)?))
}

fn read(store: &Store, folder: &Path) -> Result<Option<Remembered>, EngineError> {
    let json = store
        .read(|connection| Ok::<_, EngineError>(settings::get(connection, &setting(folder))?))?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}

fn setting(folder: &Path) -> String {
    format!("model.fingerprint:{}", crate::io::shown(folder))
}

fn stamp(folder: &Path, name: &str) -> Result<Stamp, ModelError> {
    let path = folder.join(name);
    let metadata = std::fs::metadata(&path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => ModelError::MissingFile { path },
        _ => ModelError::Io {
            path,
            operation: "read",
            source,
        },
    })?;
    let modified = metadata.modified().ok();
    let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let nanoseconds = since.map_or(0, |since| since.as_nanos() as u64);
    Ok(Stamp(name.to_owned(), metadata.len(), nanoseconds))
}
