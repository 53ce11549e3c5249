//! What is known of a photo's metadata, and where file and sidecar differ.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{PhotoId, RegionId};
use crate::sidecar::Said;
use crate::store::photos::{self, PhotoRow};
use crate::store::regions::RegionRow;
use crate::store::said::{self, SaidRow};

use super::{Conflict, conflicts, regions};

/// A photo's metadata.
#[derive(Clone, Debug)]
pub struct PhotoMetadata {
    /// The photo as the catalog has it.
    pub photo: PhotoRow,
    /// Faces and things on it.
    pub regions: Vec<(RegionId, RegionRow)>,
    /// What its file says.
    pub file: Option<Said>,
    /// What its sidecar says.
    pub sidecar: Option<Said>,
    /// The sidecar as shown.
    pub sidecar_path: Option<String>,
    /// What the two say differently.
    pub conflicts: Vec<Conflict>,
    /// Why the sidecar cannot be understood.
    pub problem: Option<String>,
    /// Why the sidecar could not be written.
    pub write_problem: Option<String>,
}

/// Tells what is known of a photo's metadata, as they were last read.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Store`].
pub fn show(engine: &Engine, id: PhotoId) -> Result<PhotoMetadata, EngineError> {
    engine.store().read(|connection| {
        let photo = photos::by_id(connection, id)?;
        let photo = photo.ok_or_else(|| EngineError::not_found("photo", id))?;
        let row = said::get(connection, id)?.unwrap_or_default();
        let parse = |json: &str| serde_json::from_str::<Said>(json).ok();
        let SaidRow {
            sidecar_is_newer,
            sidecar_path,
            problem,
            ..
        } = row.clone();
        let (file, sidecar) = (parse(&row.file), row.sidecar.as_deref().and_then(parse));
        let differ = match (&file, &sidecar) {
            (Some(file), Some(sidecar)) => conflicts(file, sidecar, sidecar_is_newer),
            _ => Vec::new(),
        };
        Ok(PhotoMetadata {
            photo,
            regions: regions::shown(connection, id)?,
            file,
            sidecar,
            sidecar_path,
            conflicts: differ,
            problem,
            write_problem: said::due_problem(connection, id)?,
        })
    })
}
