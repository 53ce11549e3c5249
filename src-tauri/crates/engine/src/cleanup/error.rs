//! What can end a cleanup as a whole. What stops only a file is said in the report.

use std::path::PathBuf;

use thiserror::Error;

use super::plan::PlanError;
use crate::io::IoError;

/// A failure of the catalog that a cleanup stands before.
pub type CatalogFault = Box<dyn std::error::Error + Send + Sync>;

/// Why nothing was done with a file, for the photographer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct Refusal {
    /// A sentence.
    pub reason: String,
}

impl Refusal {
    /// Gives a reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }

    /// Adds what else hindered it.
    pub fn extend(&mut self, more: &[Self]) {
        for refusal in more {
            self.reason.push_str("; ");
            self.reason.push_str(&refusal.reason);
        }
    }
}

/// A cleanup could not begin, or could not go on.
#[derive(Debug, Error)]
pub enum CleanupError {
    /// The plan cannot be carried out.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The journal could not be read or written. Nothing is done that it does not know of.
    #[error("{}: the cleanup stops here, and what was moved can be brought back", .0.story())]
    Journal(#[from] IoError),
    /// A line of a journal makes no sense.
    #[error("Line {line} of the journal {} is damaged: {reason}", path.display())]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What was expected.
        reason: String,
    },
    /// There is no journal of that id.
    #[error("There is no cleanup session {id}")]
    NoSession {
        /// As it was asked for.
        id: String,
    },
    /// A reference folder cannot be looked into, so nothing can be said about any file.
    #[error(
        "The reference folder {} cannot be looked into ({reason}): connect its disk, or make a plan without it",
        folder.display()
    )]
    Reference {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The catalog failed.
    #[error("The catalog could not take a step of the cleanup")]
    Catalog(#[source] CatalogFault),
}
