//! Which model was chosen for a part, as the settings keep it.

use std::path::PathBuf;

use rusqlite::Connection;

use crate::embed::encoder::Precision;
use crate::error::EngineError;
use crate::store::settings;

/// A model's folder, and what it computes in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chosen {
    pub(super) folder: PathBuf,
    pub(super) precision: Precision,
}

impl Chosen {
    pub(super) fn read(
        connection: &Connection,
        folder: &str,
        precision: &str,
    ) -> Result<Option<Self>, EngineError> {
        let Some(folder) = settings::get(connection, folder)? else {
            return Ok(None);
        };
        let precision = settings::get(connection, precision)?;
        Ok(Some(Self {
            folder: PathBuf::from(folder),
            precision: precision
                .and_then(|name| Precision::of_name(&name))
                .unwrap_or_default(),
        }))
    }

    pub(super) fn write(
        chosen: Option<&Self>,
        connection: &Connection,
        folder: &str,
        precision: &str,
    ) -> Result<(), EngineError> {
        settings::set(connection, folder, chosen.and_then(|c| c.folder.to_str()))?;
        settings::set(connection, precision, chosen.map(|c| c.precision.name()))?;
        Ok(())
    }
}
