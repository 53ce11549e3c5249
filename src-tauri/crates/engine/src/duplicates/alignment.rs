//! How two copies lie over each other.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::near::{self, Overlay, Print};
use crate::store::pictures;

/// Tells where a photo lies over another; none where they show nothing in common.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown photo, [`EngineError::Store`].
pub fn align(engine: &Engine, a: PhotoId, b: PhotoId) -> Result<Option<Overlay>, EngineError> {
    let (one, other, prints) = engine.store().read(|connection| {
        let picture = |id: PhotoId| {
            let member = pictures::of_photo(connection, id)?;
            member
                .map(|member| member.picture)
                .ok_or_else(|| EngineError::not_found("photo", id))
        };
        let (one, other) = (picture(a)?, picture(b)?);
        let prints = (
            pictures::print(connection, one)?,
            pictures::print(connection, other)?,
        );
        Ok::<_, EngineError>((one, other, prints))
    })?;
    if one == other {
        return Ok(Some(Overlay::SAME));
    }
    let print = |bytes: Option<Vec<u8>>| bytes.and_then(|bytes| Print::from_bytes(&bytes));
    let both = print(prints.0).zip(print(prints.1));
    Ok(both.and_then(|(a, b)| near::overlay(&a, &b)))
}
