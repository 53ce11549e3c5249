//! What can go wrong in the engine, as one type; each kind asks something else of the caller.

use std::path::PathBuf;

use thiserror::Error;

use crate::cleanup::CleanupError;
use crate::crop_box::CropBoxError;
use crate::download::DownloadError;
use crate::embed::EmbedError;
use crate::export::PatternError;
use crate::filter::FilterError;
use crate::index::IndexError;
use crate::io::IoError;
use crate::photo::DecodeError;
use crate::store::StoreError;

/// A call to the engine failed.
#[derive(Debug, Error)]
pub enum EngineError {
    /// Another process has the data folder open.
    #[error(
        "Another Latent has the data folder {} open: close it, or name another folder with --data-dir",
        data_dir.display()
    )]
    Locked {
        /// The data folder.
        data_dir: PathBuf,
    },
    /// No such photo, library, job, picture or file.
    #[error("There is no {what} {id}")]
    NotFound {
        /// "photo".
        what: &'static str,
        /// As it was asked for.
        id: String,
    },
    /// It is there already.
    #[error("{what} is there already: {advice}")]
    AlreadyExists {
        /// What is there.
        what: String,
        /// What to do.
        advice: &'static str,
    },
    /// The request makes no sense.
    #[error("{reason}")]
    Invalid {
        /// What is wrong and what to do.
        reason: String,
    },
    /// A box is malformed or outside its picture.
    #[error(transparent)]
    Box(#[from] CropBoxError),
    /// A cleanup cannot begin or go on.
    #[error(transparent)]
    Cleanup(#[from] CleanupError),
    /// A name pattern is malformed.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A filter is malformed.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A cursor belongs to another query or is damaged.
    #[error("The cursor does not belong to this query: ask for the first page again")]
    Cursor,
    /// A picture cannot be read.
    #[error("Cannot read the picture {name}: {source}")]
    Picture {
        /// The file, or "the given picture".
        name: String,
        /// Why.
        #[source]
        source: DecodeError,
    },
    /// The space has no vectors or cannot answer that query.
    #[error("{reason}")]
    SpaceNotReady {
        /// What is missing and what to do.
        reason: String,
    },
    /// A model or descriptor failed.
    #[error(transparent)]
    Embed(Box<EmbedError>),
    /// A model could not be downloaded.
    #[error(transparent)]
    Download(Box<DownloadError>),
    /// A file or folder could not be read or written.
    #[error("{}", .0.story())]
    Io(#[from] IoError),
    /// The catalog could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The job was cancelled.
    #[error("The job was cancelled")]
    Cancelled,
    /// A fault of Latent's own.
    #[error("Latent met a fault of its own: {what}")]
    Internal {
        /// What happened.
        what: String,
    },
}

impl From<EmbedError> for EngineError {
    fn from(error: EmbedError) -> Self {
        Self::Embed(Box::new(error))
    }
}

impl From<IndexError> for EngineError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Io(error) => Self::Io(error),
            error => Self::internal(error),
        }
    }
}

impl From<DownloadError> for EngineError {
    fn from(error: DownloadError) -> Self {
        match error {
            DownloadError::Stopped => Self::Cancelled,
            error => Self::Download(Box::new(error)),
        }
    }
}

impl EngineError {
    /// Says that something asked for is not there.
    pub fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound {
            what,
            id: id.to_string(),
        }
    }

    /// Says what is wrong with a request.
    pub fn invalid(reason: impl Into<String>) -> Self {
        Self::Invalid {
            reason: reason.into(),
        }
    }

    /// Says what went wrong inside.
    pub fn internal(what: impl ToString) -> Self {
        Self::Internal {
            what: what.to_string(),
        }
    }

    /// Whether a disk had no room left.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Io(error) => error.is_disk_full(),
            Self::Store(error) => error.is_disk_full(),
            Self::Download(error) => error.is_disk_full(),
            Self::Cleanup(CleanupError::Journal(error)) => error.is_disk_full(),
            _ => false,
        }
    }
}
