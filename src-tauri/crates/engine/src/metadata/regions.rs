//! Regions that a person draws on photos: kept in the catalog, added to sidecars where that is wanted.

use crate::crop_box::CropBox;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::{PhotoId, RegionId};
use crate::sidecar::{self, RegionKind};
use crate::store::regions::{self, RegionRow};
use crate::store::{Connection, photos, text};

use super::writing;

/// Letters a name may have.
const MAX_LETTERS: usize = 200;

/// A region as it is drawn.
#[derive(Clone, Debug)]
pub struct NewRegion {
    /// What it is around.
    pub kind: RegionKind,
    /// Who or what it is.
    pub name: Option<String>,
    /// Where it is.
    pub area: CropBox,
}

/// Adds a region to a photo. One with the same name at the same place is answered as it is.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown photo, [`EngineError::Invalid`] for a malformed name.
pub fn add_region(
    engine: &Engine,
    photo: PhotoId,
    new: &NewRegion,
) -> Result<(RegionId, RegionRow), EngineError> {
    let row = RegionRow {
        kind: new.kind.word().to_owned(),
        name: new.name.as_deref().map(tidy).transpose()?.flatten(),
        area: [
            new.area.x(),
            new.area.y(),
            new.area.width(),
            new.area.height(),
        ]
        .map(f64::from),
        is_own: true,
    };
    let (added, is_new) = engine.store().write(|tx| {
        if !photos::exists(tx, photo)? {
            return Err(EngineError::not_found("photo", photo));
        }
        let mut known = shown(tx, photo)?.into_iter();
        if let Some(same) = known.find(|(_, known)| is_same(known, &row)) {
            return Ok((same, false));
        }
        let id = regions::add(tx, photo, &row)?;
        text::refresh(tx, photo)?;
        Ok(((id, row), true))
    })?;
    if is_new {
        changed(engine, photo)?;
    }
    Ok(added)
}

/// Removes a region that a person drew, and answers what it was. What is in a sidecar stays there.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Invalid`] for a region that a file or sidecar has.
pub fn remove_region(engine: &Engine, id: RegionId) -> Result<(PhotoId, RegionRow), EngineError> {
    let removed = engine.store().write(|tx| {
        let found = regions::by_id(tx, id)?;
        let (photo, row) = found.ok_or_else(|| EngineError::not_found("region", id))?;
        if !row.is_own {
            let reason = "This region is in the photo's file or sidecar: remove it with the program \
                          that wrote it";
            return Err(EngineError::invalid(reason));
        }
        regions::remove(tx, id)?;
        text::refresh(tx, photo)?;
        Ok((photo, row))
    })?;
    changed(engine, removed.0)?;
    Ok(removed)
}

/// Lists the regions of a photo; one that was written to its sidecar and read again is one.
///
/// # Errors
/// [`EngineError::Store`].
pub(crate) fn shown(
    connection: &Connection,
    photo: PhotoId,
) -> Result<Vec<(RegionId, RegionRow)>, EngineError> {
    let all = regions::of_photo(connection, photo)?;
    let is_shown = |row: &RegionRow| {
        let mut own = all.iter().filter(|(_, other)| other.is_own);
        row.is_own || !own.any(|(_, other)| is_same(other, row))
    };
    let shown = all.iter().filter(|(_, row)| is_shown(row));
    Ok(shown.cloned().collect())
}

fn is_same(one: &RegionRow, other: &RegionRow) -> bool {
    one.name == other.name && sidecar::is_same_area(one.area, other.area)
}

fn changed(engine: &Engine, photo: PhotoId) -> Result<(), EngineError> {
    engine.events().changed(&[Kind::Photos]);
    writing::changed(engine, &[photo])
}

/// A name without spaces around it; none of nothing.
fn tidy(name: &str) -> Result<Option<String>, EngineError> {
    let name = name.trim();
    if name.chars().count() > MAX_LETTERS {
        return Err(EngineError::invalid(
            "The name of a region may have 200 letters: shorten it",
        ));
    }
    if name.chars().any(char::is_control) {
        return Err(EngineError::invalid(
            "The name of a region is one line of text",
        ));
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(tidy("  Anna B.  ").unwrap().as_deref(), Some("Anna B."));
        assert_eq!(tidy(" ").unwrap(), None);
        assert!(tidy("a\nb").is_err());
        assert!(tidy(&"x".repeat(201)).is_err());
    }
}
