//! The cleanups there were.

use super::journals;
use crate::cleanup::{self, FileView, SessionView};
use crate::engine::Engine;
use crate::error::EngineError;

/// Lists the cleanups, newest first. One whose journal is damaged is left out and logged.
///
/// # Errors
/// [`EngineError::Cleanup`] where the journals cannot be read.
pub fn list(engine: &Engine) -> Result<Vec<SessionView>, EngineError> {
    let (sessions, damaged) = cleanup::sessions(&journals(engine))?;
    for error in damaged {
        tracing::error!(%error, "The journal of a cleanup cannot be read");
    }
    Ok(sessions)
}

/// Reads a cleanup with its files.
///
/// # Errors
/// [`EngineError::Cleanup`] for an unknown session, or a journal that cannot be read.
pub fn read(engine: &Engine, id: &str) -> Result<(SessionView, Vec<FileView>), EngineError> {
    Ok(cleanup::read_session(&journals(engine), id)?)
}
