//! Folders named at a start: added as libraries and indexed, by the same commands the page uses.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use latent_commands::CommandError;
use latent_commands::wire::ErrorCode;
use latent_engine::Engine;
use serde_json::{Value, json};
use tauri::{AppHandle, Manager};

use crate::desktop::complain;

/// What the user is told where photos cannot be indexed.
const NO_INDEX: &str = "Latent cannot look for new photos";

/// Adds folders, then compares every library with the disk once, in the background.
pub(crate) fn look_through(app: &AppHandle, folders: Vec<PathBuf>) {
    in_background(app, move |app, engine| {
        add_each(app, engine, &folders);
        match any_library(engine) {
            Ok(true) => index(app, engine, json!({})),
            Ok(false) => {}
            Err(cause) => complain(app, NO_INDEX, &cause.to_string()),
        }
    });
}

/// Adds folders and indexes them, in the background.
pub(crate) fn add(app: &AppHandle, folders: Vec<PathBuf>) {
    in_background(app, move |app, engine| {
        for library in add_each(app, engine, &folders) {
            index(app, engine, json!({ "libraryId": library }));
        }
    });
}

fn in_background(app: &AppHandle, work: impl FnOnce(&AppHandle, &Engine) + Send + 'static) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        if let Some(engine) = app.try_state::<Arc<Engine>>() {
            work(&app, &engine);
        }
    });
}

/// The ids of the libraries; a folder that cannot be added is told to the user.
fn add_each(app: &AppHandle, engine: &Engine, folders: &[PathBuf]) -> Vec<Value> {
    let mut libraries = Vec::new();
    for folder in folders {
        match add_one(engine, folder) {
            Ok(library) => libraries.extend(library.get("id").cloned()),
            Err(cause) => complain(app, "A folder cannot be added", &cause.to_string()),
        }
    }
    libraries
}

fn add_one(engine: &Engine, folder: &Path) -> Result<Value, CommandError> {
    let Some(name) = folder.to_str() else {
        let message = format!(
            "The name of {} is not valid Unicode: rename it",
            folder.display()
        );
        return Err(CommandError::new(ErrorCode::InvalidRequest, message));
    };
    latent_commands::dispatch(engine, "add_library", json!({ "roots": [name] }))
}

fn any_library(engine: &Engine) -> Result<bool, CommandError> {
    let answer = latent_commands::dispatch(engine, "list_libraries", json!({}))?;
    let libraries = answer.get("libraries").and_then(Value::as_array);
    Ok(libraries.is_some_and(|libraries| !libraries.is_empty()))
}

/// Starts indexing; where that is under way already, it is what was asked for.
fn index(app: &AppHandle, engine: &Engine, request: Value) {
    match latent_commands::dispatch(engine, "start_index", request) {
        Err(cause) if cause.code() != ErrorCode::Busy => {
            complain(app, NO_INDEX, &cause.to_string());
        }
        _ => {}
    }
}
