//! Plans of cleanups, carrying them out and taking them back.

use std::path::PathBuf;

use latent_engine::Engine;
use latent_engine::cleaning;
use latent_engine::cleanup::plan::Action;
use latent_engine::cleanup::{self, CleanupPlan, FileView, SessionView};
use latent_engine::error::EngineError;
use latent_engine::io::shown;
use serde_json::Value;

use super::{Answer, duplicates};
use crate::error::CommandError;
use crate::wire;

pub(crate) fn plan(engine: &Engine, request: wire::PlanCleanup) -> Answer<wire::CleanupPlan> {
    let query = duplicates::query(request.query)?;
    let action = match request.action {
        Some(action) => action_of(action)?,
        None => Action::Trash {},
    };
    let plan = cleaning::plan(engine, &query, request.marked, action)?;
    let plan = serde_json::to_value(plan).and_then(serde_json::from_value);
    plan.map_err(|error| CommandError::internal(error.to_string()))
}

pub(crate) fn apply(engine: &Engine, request: wire::ApplyCleanup) -> Answer<wire::JobStarted> {
    let plan = engine_plan(request.plan)?;
    let job = cleaning::start(engine, plan)?;
    Ok(wire::JobStarted { job_id: job.0 })
}

/// The engine's plan: the same JSON, in which an action without a folder names none.
fn engine_plan(plan: wire::CleanupPlan) -> Answer<CleanupPlan> {
    let mut json =
        serde_json::to_value(plan).map_err(|error| CommandError::internal(error.to_string()))?;
    if let Some(action) = json.get_mut("action").and_then(Value::as_object_mut) {
        action.retain(|_, value| !value.is_null());
    }
    CleanupPlan::parse(&json.to_string())
        .map_err(|error| EngineError::from(cleanup::CleanupError::from(error)).into())
}

fn action_of(action: wire::CleanupAction) -> Answer<Action> {
    let invalid = |reason: &str| Err(EngineError::invalid(reason).into());
    match (action.kind, action.folder) {
        (wire::ActionKind::Folder, Some(folder)) => {
            let folder = PathBuf::from(folder);
            if folder.is_absolute() {
                Ok(Action::Folder { folder })
            } else {
                invalid("Name the folder to move files to by its whole path")
            }
        }
        (wire::ActionKind::Folder, None) => invalid("Name the folder to move files to"),
        (_, Some(_)) => invalid("Only the action \"folder\" has a folder"),
        (wire::ActionKind::Trash, None) => Ok(Action::Trash {}),
        (wire::ActionKind::Hardlink, None) => Ok(Action::Hardlink {}),
        (wire::ActionKind::Reflink, None) => Ok(Action::Reflink {}),
    }
}

pub(crate) fn undo(engine: &Engine, request: wire::UndoCleanup) -> Answer<wire::JobStarted> {
    let paths = request
        .paths
        .map(|paths| paths.into_iter().map(PathBuf::from).collect());
    let job = cleaning::start_undo(engine, &request.session_id, paths)?;
    Ok(wire::JobStarted { job_id: job.0 })
}

pub(crate) fn list(engine: &Engine, _: wire::Nothing) -> Answer<wire::CleanupSessions> {
    let sessions = cleaning::list(engine)?.into_iter().map(session).collect();
    Ok(wire::CleanupSessions { sessions })
}

pub(crate) fn get(engine: &Engine, request: wire::GetCleanup) -> Answer<wire::CleanupFiles> {
    let (view, files) = cleaning::read(engine, &request.session_id)?;
    Ok(wire::CleanupFiles {
        session: session(view),
        files: files.into_iter().map(file).collect(),
    })
}

fn session(view: SessionView) -> wire::CleanupSession {
    wire::CleanupSession {
        id: view.id,
        started_at: view.started_at_s,
        action: match view.action {
            Action::Trash {} => wire::ActionKind::Trash,
            Action::Folder { .. } => wire::ActionKind::Folder,
            Action::Hardlink {} => wire::ActionKind::Hardlink,
            Action::Reflink {} => wire::ActionKind::Reflink,
        },
        files: view.files,
        bytes: view.bytes,
        state: match view.state {
            cleanup::SessionState::Applied => wire::SessionState::Applied,
            cleanup::SessionState::Partly => wire::SessionState::Partly,
            cleanup::SessionState::Undone => wire::SessionState::Undone,
            cleanup::SessionState::Interrupted => wire::SessionState::Interrupted,
        },
    }
}

fn file(view: FileView) -> wire::CleanupFile {
    wire::CleanupFile {
        path: shown(&view.path),
        trashed_to: view.trashed_to.as_deref().map(shown),
        bytes: view.bytes,
        keeper_path: shown(&view.keeper_path),
        state: match view.state {
            cleanup::FileState::Removed => wire::CleanupFileState::Removed,
            cleanup::FileState::Restored => wire::CleanupFileState::Restored,
            cleanup::FileState::Lost => wire::CleanupFileState::Lost,
            cleanup::FileState::InPlace => wire::CleanupFileState::InPlace,
        },
        reason: view.reason,
    }
}
