//! From typed requests to the one list of commands and back.

use std::path::PathBuf;

use latent_commands::wire::{ErrorCode, Libraries, Nothing};
use latent_commands::{CommandError, dispatch};
use latent_engine::Engine;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::args::Cli;
use crate::failure::Failure;

/// Calls a command.
///
/// # Errors
/// [`Failure::Command`].
pub(crate) fn call<Q: Serialize, A: DeserializeOwned>(
    engine: &Engine,
    name: &str,
    request: &Q,
) -> Result<A, Failure> {
    let malformed = |error: serde_json::Error| {
        CommandError::new(
            ErrorCode::Internal,
            format!("{name} and its shapes differ: {error}"),
        )
    };
    let request = serde_json::to_value(request).map_err(malformed)?;
    let answer = dispatch(engine, name, request)?;
    Ok(serde_json::from_value(answer).map_err(malformed)?)
}

/// Opens the data folder that was asked for.
///
/// # Errors
/// [`Failure::Command`] where it cannot be opened, [`Failure::NoDataDir`] where none is known.
pub(crate) fn open(cli: &Cli) -> Result<Engine, Failure> {
    let data_dir = data_dir(cli.data_dir.clone()).ok_or(Failure::NoDataDir)?;
    Ok(Engine::open(&std::path::absolute(data_dir)?).map_err(CommandError::from)?)
}

fn data_dir(asked: Option<PathBuf>) -> Option<PathBuf> {
    let variable = || {
        let folder = std::env::var_os("LATENT_DATA_DIR")?;
        (!folder.is_empty()).then(|| PathBuf::from(folder))
    };
    let usual = || {
        let folders = directories::ProjectDirs::from("app", "latent", "Latent")?;
        Some(folders.data_dir().to_owned())
    };
    asked.or_else(variable).or_else(usual)
}

/// The id of the library of a name, where one was named.
///
/// # Errors
/// [`Failure::Command`] where there is none of that name.
pub(crate) fn library_id(engine: &Engine, name: Option<&str>) -> Result<Option<i64>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let Libraries { libraries } = call(engine, "list_libraries", &Nothing {})?;
    if let Some(library) = libraries.iter().find(|library| library.name == name) {
        return Ok(Some(library.id));
    }
    let names: Vec<&str> = libraries
        .iter()
        .map(|library| library.name.as_str())
        .collect();
    let known = match names.as_slice() {
        [] => "add one with latent index PATH".to_owned(),
        names => format!("there is {}", names.join(", ")),
    };
    Err(Failure::not_found(format!(
        "There is no library {name}: {known}"
    )))
}
