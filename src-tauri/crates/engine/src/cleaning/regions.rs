//! The regions that a keeper takes over from its copies: those of the same upright pixels, where a
//! place on one is the same place on the other.

use serde_json::Value;

use crate::cleanup::plan::MergeRegion;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::metadata::{draw_region, erase_region, shown_regions};
use crate::sidecar::{RegionKind, is_same_area};
use crate::store::Connection;
use crate::store::pictures::Member;
use crate::store::regions::{self, RegionRow};

/// By how much of the picture a region may reach beyond its edge.
const ROUNDED: f64 = 0.01;

/// What becomes of the regions of copies.
#[derive(Debug, Default)]
pub(super) struct OfCopies {
    /// What the keeper has not.
    pub(super) taken: Vec<MergeRegion>,
    /// How many lie on copies that show the picture in another frame.
    pub(super) left: u64,
}

/// Looks for what a keeper takes over: no region where it has one already.
pub(super) fn of_copies(
    connection: &Connection,
    keeper: &Member,
    copies: &[&Member],
) -> Result<OfCopies, EngineError> {
    let own = known(connection, keeper.id)?;
    let mut found = OfCopies::default();
    for copy in copies {
        let regions = known(connection, copy.id)?;
        if copy.picture != keeper.picture {
            found.left += regions.len() as u64;
            continue;
        }
        for region in regions {
            let is_there = |known: &MergeRegion| is_same_area(area(known), area(&region));
            if can_be_drawn(&region) && !own.iter().chain(&found.taken).any(is_there) {
                found.taken.push(region);
            }
        }
    }
    Ok(found)
}

/// The regions of a photo, as they stand in a plan.
pub(super) fn known(
    connection: &Connection,
    photo: PhotoId,
) -> Result<Vec<MergeRegion>, EngineError> {
    let rows = shown_regions(connection, photo)?.into_iter();
    Ok(rows.map(|(_, row)| told(row)).collect())
}

/// Those of some regions that a photo had not before.
pub(super) fn fresh(regions: &[MergeRegion], before: Option<&Value>) -> Vec<MergeRegion> {
    let before: Vec<MergeRegion> = before
        .and_then(|known| serde_json::from_value(known.clone()).ok())
        .unwrap_or_default();
    let regions = regions.iter().filter(|one| !has(&before, one));
    regions.cloned().collect()
}

/// Draws regions on a photo, those that it has not.
pub(super) fn draw(
    connection: &Connection,
    photo: PhotoId,
    all: &[MergeRegion],
) -> Result<(), EngineError> {
    let known = known(connection, photo)?;
    for region in all.iter().filter(|region| !has(&known, region)) {
        draw_region(connection, photo, &row(region)?)?;
    }
    Ok(())
}

/// Takes regions off a photo that were drawn on it.
pub(super) fn erase(
    connection: &Connection,
    photo: PhotoId,
    all: &[MergeRegion],
) -> Result<(), EngineError> {
    for (id, row) in regions::of_photo(connection, photo)? {
        if row.is_own && has(all, &told(row.clone())) {
            erase_region(connection, photo, (id, &row))?;
        }
    }
    Ok(())
}

/// Whether a region is among some. Plans and journals are read from text, which may move the last
/// digit of a fraction.
fn has(all: &[MergeRegion], wanted: &MergeRegion) -> bool {
    all.iter().any(|one| {
        one.kind == wanted.kind && one.name == wanted.name && is_same_area(area(one), area(wanted))
    })
}

fn area(region: &MergeRegion) -> [f64; 4] {
    [region.x, region.y, region.width, region.height]
}

fn told(row: RegionRow) -> MergeRegion {
    let [x, y, width, height] = row.area;
    MergeRegion {
        kind: row.kind,
        name: row.name,
        x,
        y,
        width,
        height,
    }
}

/// Whether a region is of a known kind and in the picture; its writer may have rounded.
fn can_be_drawn(region: &MergeRegion) -> bool {
    let within =
        |from: f64, length: f64| from >= -ROUNDED && length > 0.0 && from + length <= 1.0 + ROUNDED;
    RegionKind::of_word(&region.kind).is_some()
        && within(region.x, region.width)
        && within(region.y, region.height)
}

/// A region as it is drawn; a plan may have been written by hand.
fn row(region: &MergeRegion) -> Result<RegionRow, EngineError> {
    if !can_be_drawn(region) {
        let reason = format!(
            "The plan has a region that cannot be drawn ({} at {}, {}): make the plan anew",
            region.kind, region.x, region.y
        );
        return Err(EngineError::invalid(reason));
    }
    Ok(RegionRow {
        kind: region.kind.clone(),
        name: region.name.clone(),
        area: area(region),
        is_own: true,
    })
}
