//! What a client sees of a failure: a code to match on, a message for people, details.

use latent_engine::EngineError;
use latent_engine::cleanup::CleanupError;
use latent_engine::embed::EmbedError;
use latent_engine::filter::Place;
use serde_json::{Value, json};
use thiserror::Error;

use crate::list::CommandInfo;
use crate::wire::{ErrorBody, ErrorCode};

/// A command failed.
#[derive(Clone, Debug, Error)]
#[error("{message}")]
pub struct CommandError {
    code: ErrorCode,
    message: String,
    details: Option<Value>,
}

impl CommandError {
    /// Makes an error of a kind.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: None,
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, message)
    }

    pub(crate) fn malformed(error: &serde_json::Error) -> Self {
        Self::invalid(format!("The request is malformed: {error}"))
    }

    pub(crate) fn internal(what: impl Into<String>) -> Self {
        Self::new(ErrorCode::Internal, what)
    }

    pub(crate) fn crashed(name: &str) -> Self {
        Self::internal(format!(
            "Latent met a fault of its own in {name}; nothing was lost"
        ))
    }

    pub(crate) fn unknown_command(name: &str, known: &[CommandInfo]) -> Self {
        let names: Vec<&str> = known.iter().map(|command| command.name).collect();
        let message = format!("There is no command {name}: there are {}", names.join(", "));
        Self::new(ErrorCode::UnknownCommand, message)
    }

    /// The kind of failure.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// More, where there is more.
    #[must_use]
    pub fn details(&self) -> Option<&Value> {
        self.details.as_ref()
    }

    /// The error as it crosses the wire.
    #[must_use]
    pub fn body(&self) -> ErrorBody {
        ErrorBody {
            code: self.code,
            message: self.message.clone(),
            details: self.details.clone(),
        }
    }
}

impl From<EngineError> for CommandError {
    fn from(error: EngineError) -> Self {
        let details = match &error {
            EngineError::Filter(filter) => Some(match &filter.place {
                Place::Typed(span) => json!({ "place": { "start": span.start, "end": span.end } }),
                Place::Json(path) => json!({ "path": path }),
            }),
            _ => None,
        };
        Self {
            code: code(&error),
            message: error.to_string(),
            details,
        }
    }
}

fn code(error: &EngineError) -> ErrorCode {
    if error.is_disk_full() {
        return ErrorCode::DiskFull;
    }
    match error {
        EngineError::Locked { .. } => ErrorCode::DataFolderLocked,
        EngineError::NotFound { .. } => ErrorCode::NotFound,
        EngineError::AlreadyExists { .. } => ErrorCode::AlreadyExists,
        EngineError::Invalid { .. } | EngineError::Pattern(_) => ErrorCode::InvalidRequest,
        EngineError::Box(_) => ErrorCode::InvalidBox,
        EngineError::Filter(_) => ErrorCode::InvalidFilter,
        EngineError::Cursor => ErrorCode::InvalidCursor,
        EngineError::Picture { .. } => ErrorCode::UnreadablePicture,
        EngineError::SpaceNotReady { .. } => ErrorCode::SpaceNotReady,
        EngineError::Embed(error) if matches!(**error, EmbedError::Model(_)) => {
            ErrorCode::UnsupportedModel
        }
        EngineError::Download(_) => ErrorCode::Download,
        EngineError::Io(error) if error.source.kind() == std::io::ErrorKind::NotFound => {
            ErrorCode::NotFound
        }
        EngineError::Io(_) => ErrorCode::Io,
        EngineError::Cleanup(error) => match error {
            CleanupError::NoSession { .. } => ErrorCode::NotFound,
            CleanupError::Journal(_) => ErrorCode::Io,
            _ => ErrorCode::InvalidRequest,
        },
        EngineError::Cancelled => ErrorCode::Busy,
        EngineError::Embed(_) | EngineError::Store(_) | EngineError::Internal { .. } => {
            ErrorCode::Internal
        }
    }
}
