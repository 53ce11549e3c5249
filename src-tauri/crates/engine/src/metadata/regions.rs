//! Regions that a person draws on photos and removes from them: kept in the catalog, and in sidecars where
//! that is wanted.

use crate::crop_box::CropBox;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::{PhotoId, RegionId};
use crate::sidecar::{self, RegionKind, Said, Turn};
use crate::store::regions::{self, RegionRow, Removed};
use crate::store::{Connection, photos, said, text};

use super::{settle, writing};

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
        let id = draw(tx, photo, &row)?;
        text::refresh(tx, photo)?;
        Ok(((id, row), true))
    })?;
    if is_new {
        changed(engine, photo)?;
    }
    Ok(added)
}

/// Removes a region, and answers what it was. It goes from the sidecar when that is written.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Invalid`] for a region that the photo's own file has.
pub fn remove_region(engine: &Engine, id: RegionId) -> Result<(PhotoId, RegionRow), EngineError> {
    let removed = engine.store().write(|tx| {
        let found = regions::by_id(tx, id)?;
        let (photo, row) = found.ok_or_else(|| EngineError::not_found("region", id))?;
        if !row.is_own && !Holders::of(tx, photo, &row)?.is_sidecar_alone() {
            let reason = "This region is in the photo's file, which is never written to: remove it with \
                          the program that wrote it";
            return Err(EngineError::invalid(reason));
        }
        erase(tx, photo, (id, &row))?;
        text::refresh(tx, photo)?;
        Ok((photo, row))
    })?;
    changed(engine, removed.0)?;
    Ok(removed)
}

/// Adds a region of a person's, which is no longer one that was removed.
pub(crate) fn draw(
    connection: &Connection,
    photo: PhotoId,
    row: &RegionRow,
) -> Result<RegionId, EngineError> {
    let mut removed = regions::removed(connection, photo)?;
    removed.retain(|gone| !is_at(row, gone));
    regions::set_removed(connection, photo, &removed)?;
    Ok(regions::add(connection, photo, row)?)
}

/// Removes a region, and notes it where the sidecar has it too.
pub(crate) fn erase(
    connection: &Connection,
    photo: PhotoId,
    (id, row): (RegionId, &RegionRow),
) -> Result<(), EngineError> {
    regions::remove(connection, id)?;
    let holders = Holders::of(connection, photo, row)?;
    if holders.sidecar {
        let mut removed = regions::removed(connection, photo)?;
        removed.push((row.name.clone(), row.area));
        regions::set_removed(connection, photo, &removed)?;
    }
    if holders.is_sidecar_alone() {
        // It was read again from there.
        for (other, known) in regions::of_photo(connection, photo)? {
            if !known.is_own && is_same(&known, row) {
                regions::remove(connection, other)?;
            }
        }
    }
    Ok(())
}

/// Who has a region, as it was last read or written.
struct Holders {
    file: bool,
    sidecar: bool,
}

impl Holders {
    fn of(connection: &Connection, photo: PhotoId, row: &RegionRow) -> Result<Self, EngineError> {
        let said = said::get(connection, photo)?.unwrap_or_default();
        let turn = settle::turn_of(connection, photo)?;
        let has = |json: &str| {
            let said: Option<Said> = serde_json::from_str(json).ok();
            let (Some(said), Some(turn)) = (said, turn) else {
                return false;
            };
            let mut regions = settle::upright(&said.regions, turn).into_iter();
            regions.any(|known| is_same(&known, row))
        };
        Ok(Self {
            file: has(&said.file),
            sidecar: said.sidecar.as_deref().is_some_and(has),
        })
    }

    fn is_sidecar_alone(&self) -> bool {
        self.sidecar && !self.file
    }
}

/// The regions that were removed and that a sidecar still has, by what it says; others are forgotten.
pub(super) fn still_removed(
    connection: &Connection,
    photo: PhotoId,
    says: Option<&Said>,
    turn: Turn,
) -> Result<Vec<Removed>, EngineError> {
    let mut removed = regions::removed(connection, photo)?;
    if let Some(says) = says.filter(|_| !removed.is_empty()) {
        let there = settle::upright(&says.regions, turn);
        removed.retain(|gone| there.iter().any(|row| is_at(row, gone)));
        regions::set_removed(connection, photo, &removed)?;
    }
    Ok(removed)
}

/// Whether a region is one that was removed.
pub(super) fn is_at(row: &RegionRow, (name, area): &Removed) -> bool {
    row.name == *name && sidecar::is_same_area(row.area, *area)
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
    is_at(one, &(other.name.clone(), other.area))
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
