//! Folders named at a start: added as libraries and indexed, by the same commands the page uses.

use std::path::PathBuf;
use std::sync::Arc;

use latent_commands::CommandError;
use latent_commands::wire::ErrorCode;
use latent_engine::Engine;
use serde_json::{Value, json};
use tauri::{AppHandle, Manager};

use crate::desktop::complain;

/// Adds folders, then compares every library with the disk once, in the background.
pub(crate) fn look_through(app: &AppHandle, folders: Vec<PathBuf>) {
    in_background(app, move |app, engine| {
        add_each(app, engine, &folders);
        match any_library(engine) {
            Ok(true) => report(app, index(engine, &json!({}))),
            Ok(false) => {}
            Err(cause) => report(app, Err(cause)),
        }
    });
}

/// Adds folders and indexes them, in the background.
pub(crate) fn add(app: &AppHandle, folders: Vec<PathBuf>) {
    in_background(app, move |app, engine| {
        for library in add_each(app, engine, &folders) {
            report(app, index(engine, &json!({ "libraryId": library })));
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
        match latent_commands::dispatch(engine, "add_library", json!({ "roots": [folder] })) {
            Ok(library) => libraries.extend(library.get("id").cloned()),
            Err(cause) => report(app, Err(cause)),
        }
    }
    libraries
}

fn any_library(engine: &Engine) -> Result<bool, CommandError> {
    let answer = latent_commands::dispatch(engine, "list_libraries", json!({}))?;
    let libraries = answer.get("libraries").and_then(Value::as_array);
    Ok(libraries.is_some_and(|libraries| !libraries.is_empty()))
}

fn index(engine: &Engine, request: &Value) -> Result<(), CommandError> {
    latent_commands::dispatch(engine, "start_index", request.clone()).map(|_| ())
}

/// An index that is under way is what was asked for.
fn report(app: &AppHandle, outcome: Result<(), CommandError>) {
    match outcome {
        Ok(()) => {}
        Err(cause) if cause.code() == ErrorCode::Busy => {
            tracing::info!(%cause, "Nothing to do");
        }
        Err(cause) => complain(app, "A folder cannot be added", &cause.to_string()),
    }
}
