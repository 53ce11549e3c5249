//! The catalog: what cannot be recomputed, in one SQLite database. A folder a table.
//!
//! One connection writes, several read beside it (WAL). Nothing here knows files, models or
//! queries; rows go in and come out.

pub mod attributes;
mod by_value;
mod changes;
pub mod columns;
mod connection;
pub mod facets;
pub mod faults;
pub mod libraries;
pub mod photos;
pub mod pictures;
pub mod regions;
pub mod remembered;
pub mod review;
pub mod said;
pub mod saved;
pub mod sets;
pub mod settings;
pub mod stacks;
pub mod tags;
pub mod text;
pub mod vectors;

use std::path::PathBuf;

use thiserror::Error;

pub use connection::Store;
pub use rusqlite::{Connection, Transaction};

/// The catalog could not be read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The catalog was written by a later Latent.
    #[error("The catalog {} was written by a newer Latent: update Latent to open it", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
    },
    /// The database file cannot be opened or migrated.
    #[error("Cannot open the catalog {}: {source}", path.display())]
    Open {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The disk has no room left.
    #[error("The disk with the catalog is full: make room and start again, nothing was lost")]
    DiskFull,
    /// A statement failed.
    #[error("The catalog could not be read or written: {0}")]
    Sqlite(#[source] rusqlite::Error),
    /// A stored value makes no sense.
    #[error("The catalog holds a damaged value: {what}")]
    Damaged {
        /// Which.
        what: String,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull) {
            return Self::DiskFull;
        }
        Self::Sqlite(error)
    }
}

impl StoreError {
    /// Whether a statement was ended by [`Store::stop_reading`].
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        let interrupted = Some(rusqlite::ErrorCode::OperationInterrupted);
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == interrupted)
    }

    /// Whether the disk had no room left.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::DiskFull)
    }
}

/// The answer of every store function.
pub type Result<T> = std::result::Result<T, StoreError>;
