//! Takes what was read over into the catalog, and leaves what the person did since.

use std::collections::HashSet;

use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::sidecar::{self, Region, Said, Turn};
use crate::store::photos::{self, Facts};
use crate::store::regions::RegionRow;
use crate::store::said::{self, SaidRow};
use crate::store::{Connection, regions, tags};

use super::{Gathered, METADATA_VERSION};
use crate::library::scan::FoundFile;

/// The state of a found file's sidecar, as the catalog keeps it.
pub(crate) fn stamp_of(found: &FoundFile) -> i64 {
    sidecar::stamp(found.sidecar.as_ref().map(|(_, stamp)| *stamp))
}

/// Takes over what the files of a photo say. Its row must be there; its words are not refreshed.
///
/// For a photo that is new `in_exif` must be empty: no version before this one took it over.
///
/// # Errors
/// [`EngineError::Store`].
pub(crate) fn settle(
    connection: &Connection,
    id: PhotoId,
    read: &Gathered,
    sidecar_stamp: i64,
) -> Result<(), EngineError> {
    let row = said::get(connection, id)?;
    let base: Option<Said> = row
        .as_ref()
        .and_then(|row| serde_json::from_str(&row.merged).ok());
    let mut read = read.clone();
    // What an unreadable sidecar said before still counts.
    if read.problem.is_some()
        && let Some(row) = &row
        && let Some(before) = row.sidecar.as_deref()
    {
        read.sidecar = serde_json::from_str(before).ok();
        read.sidecar_is_newer = row.sidecar_is_newer;
        read.merged = super::merge::merge(&read.file, read.sidecar.as_ref(), read.sidecar_is_newer);
    }
    photos::set_camera(connection, id, &read.camera)?;
    let known = photos::facts(connection, id)?.unwrap_or_default();
    let facts = settled_facts(known, base.as_ref(), &read);
    photos::set_facts(connection, id, &facts)?;
    settle_tags(connection, id, base.as_ref(), &read.merged)?;
    settle_regions(connection, id, &read)?;
    let json = |said: &Said| serde_json::to_string(said).map_err(EngineError::internal);
    let row = SaidRow {
        file: json(&read.file)?,
        sidecar: read.sidecar.as_ref().map(json).transpose()?,
        merged: json(&read.merged)?,
        sidecar_is_newer: read.sidecar_is_newer,
        sidecar_path: read.sidecar_path,
        problem: read.problem,
    };
    said::put(connection, id, &row)?;
    said::set_stamp(connection, id, sidecar_stamp, METADATA_VERSION)?;
    Ok(())
}

fn settled_facts(known: Facts, base: Option<&Said>, read: &Gathered) -> Facts {
    let new = &read.merged;
    // Versions before this one took over what EXIF says, and kept no note of it.
    let (exif_rating, exif_caption) = read.in_exif.clone();
    Facts {
        rating: settled(
            known.rating,
            base.map_or(exif_rating, |base| base.rating),
            new.rating,
        ),
        label: settled(
            known.label,
            base.and_then(|base| base.label.clone()),
            new.label.clone(),
        ),
        caption: settled(
            known.caption,
            base.map_or(exif_caption, |base| base.caption.clone()),
            new.caption.clone(),
        ),
        title: settled(
            known.title,
            base.and_then(|base| base.title.clone()),
            new.title.clone(),
        ),
    }
}

/// The catalog's value where the person changed it and the files did not since; else the files'.
fn settled<T: PartialEq>(known: Option<T>, base: Option<T>, new: Option<T>) -> Option<T> {
    if base == new { known } else { new }
}

fn settle_tags(
    connection: &Connection,
    id: PhotoId,
    base: Option<&Said>,
    new: &Said,
) -> Result<(), EngineError> {
    let lower = |tag: &String| tag.to_lowercase();
    let set = |tags: &[String]| tags.iter().map(lower).collect::<HashSet<_>>();
    let seen = set(base
        .and_then(|base| base.keywords.as_deref())
        .unwrap_or_default());
    let keywords = new.keywords.as_deref().unwrap_or_default();
    let there = set(keywords);
    let mut brought = Vec::new();
    for tag in said::brought(connection, id)? {
        if there.contains(&lower(&tag)) {
            brought.push(tag);
        } else {
            tags::remove(connection, id, &tag)?;
        }
    }
    for keyword in keywords.iter().filter(|tag| !seen.contains(&lower(tag))) {
        let tag = tags::spelling(connection, keyword)?.unwrap_or_else(|| keyword.clone());
        if tags::bring(connection, id, &tag)? {
            brought.push(tag);
        }
    }
    said::set_brought(connection, id, brought.iter().map(String::as_str))?;
    Ok(())
}

fn settle_regions(
    connection: &Connection,
    id: PhotoId,
    read: &Gathered,
) -> Result<(), EngineError> {
    let Some(turn) = turn_of(connection, id)? else {
        return Ok(());
    };
    let removed = super::regions::still_removed(connection, id, read.sidecar.as_ref(), turn)?;
    let mut rows = upright(&read.merged.regions, turn);
    rows.retain(|row| !removed.iter().any(|gone| super::regions::is_at(row, gone)));
    Ok(regions::set_of_files(connection, id, &rows)?)
}

/// Regions of files as the catalog has them.
pub(super) fn upright(regions: &[Region], turn: Turn) -> Vec<RegionRow> {
    let row = |region: &Region| {
        Some(RegionRow {
            kind: region.kind.word().to_owned(),
            name: region.name.clone(),
            area: turn.upright(region)?,
            is_own: false,
        })
    };
    regions.iter().filter_map(row).collect()
}

pub(super) fn turn_of(connection: &Connection, id: PhotoId) -> Result<Option<Turn>, EngineError> {
    let turn = photos::turn(connection, id)?;
    Ok(turn.map(|(orientation, width, height)| Turn {
        orientation,
        width,
        height,
    }))
}

#[cfg(test)]
mod tests {
    use super::settled;

    #[test]
    fn the_later_change_counts() {
        // Known, what the files said before, what they say now.
        let check = |known, base, new, expect| {
            assert_eq!(
                settled(known, base, new),
                expect,
                "{known:?} {base:?} {new:?}"
            );
        };
        check(None, None, Some(3), Some(3));
        check(Some(3), Some(3), Some(3), Some(3));
        check(Some(3), Some(3), Some(4), Some(4));
        check(Some(3), Some(3), None, None);
        // The person rated it 5.
        check(Some(5), Some(3), Some(3), Some(5));
        check(Some(5), None, None, Some(5));
        check(Some(5), Some(3), Some(4), Some(4));
        // The person took the rating away.
        check(None, Some(3), Some(3), None);
    }
}
