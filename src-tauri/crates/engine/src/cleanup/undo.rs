//! Takes a session back: every file, or those of chosen photos, byte for byte, with its time and
//! all that went along.
//!
//! A name that another file has taken meanwhile is left to it: the photo comes back beside it as
//! "name (restored)", its partners likewise.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::apply::unmerge;
use super::carry::{self, Hindrance};
use super::error::CleanupError;
use super::faults::point;
use super::identity;
use super::journal::{Entry, Journal};
use super::link;
use super::plan::PlanFile;
use super::recover;
use super::relocate;
use super::session::{Link, Piece, PieceState, Session, UnitKey};
use super::{Catalog, Cleanup, Progress, Report, Skipped};
use crate::ids::PhotoId;

const MOST_NAMES: u32 = 10_000;

/// Takes a session back, or only the photos of `paths`.
///
/// # Errors
/// [`CleanupError`] where there is no such session, or journal or catalog fail; what was brought
/// back until then is in the journal, and the rest can be brought back again.
pub fn undo(
    cleanup: &Cleanup<'_>,
    session_id: &str,
    paths: Option<&[PathBuf]>,
) -> Result<Report, CleanupError> {
    let mut journal = Journal::open(cleanup.journals, session_id)?;
    recover::settle(cleanup, &mut journal)?;
    let mut run = Run {
        cleanup,
        report: Report::of(session_id),
        journal,
    };
    let units = run.units_of(paths);
    run.journal.add(Entry::Undoing {})?;
    point("undo begins");
    run.units(&units)?;
    run.unmerge_restored()?;
    run.journal.add(Entry::UndoEnded {})?;
    point("the end of undo is noted");
    Ok(run.report)
}

struct Run<'a> {
    cleanup: &'a Cleanup<'a>,
    journal: Journal,
    report: Report,
}

impl Run<'_> {
    /// The photos with a file that is away, the last one first; a path that is none of theirs is
    /// reported.
    fn units_of(&mut self, paths: Option<&[PathBuf]>) -> Vec<UnitKey> {
        let session = &self.journal.session;
        let is_away = |unit: &UnitKey| session.pieces_of(*unit).into_iter().any(is_away);
        let mut units: Vec<_> = session.unit_keys().into_iter().filter(is_away).collect();
        units.reverse();
        let Some(paths) = paths else {
            return units;
        };
        let mut by_path = HashMap::new();
        for unit in &units {
            for file in session
                .planned(*unit)
                .into_iter()
                .flat_map(|(_, photo)| photo.with_partners())
            {
                by_path.insert(file.path, *unit);
            }
        }
        let mut chosen = HashSet::new();
        let mut unknown = Vec::new();
        for path in paths {
            match by_path.get(path) {
                Some(unit) => {
                    chosen.insert(*unit);
                }
                None => unknown.push(path.clone()),
            }
        }
        units.retain(|unit| chosen.contains(unit));
        self.report
            .skipped
            .extend(unknown.into_iter().map(|path| Skipped {
                reason: format!("{} is not away in this session", path.display()),
                path,
            }));
        units
    }

    fn units(&mut self, units: &[UnitKey]) -> Result<(), CleanupError> {
        let mut progress = Progress::default();
        for unit in units {
            let pieces = self.journal.session.pieces_of(*unit);
            for piece in pieces.into_iter().filter(|piece| is_away(piece)) {
                progress.files += 1;
                progress.bytes += piece.what.bytes;
            }
        }
        for unit in units {
            let Some((_, photo)) = self.journal.session.planned(*unit) else {
                continue;
            };
            let photo = photo.clone();
            progress.path.clone_from(&photo.path);
            if (self.cleanup.tick)(&progress) == ControlFlow::Break(()) {
                break;
            }
            let (files, bytes) = (self.report.files, self.report.bytes);
            self.unit(*unit, &photo)?;
            progress.files_done += self.report.files - files;
            progress.bytes_done += self.report.bytes - bytes;
        }
        Ok(())
    }

    fn unit(&mut self, unit: UnitKey, photo: &PlanFile) -> Result<(), CleanupError> {
        let pieces: Vec<Piece> = self
            .journal
            .session
            .pieces_of(unit)
            .into_iter()
            .filter(|piece| is_away(piece))
            .cloned()
            .collect();
        self.set_aside(unit, &pieces)?;
        let stem = carry::stem_of(&photo.path);
        let tail = free_tail(&pieces, &stem, 0);
        for piece in &pieces {
            self.piece(piece, &stem, tail)?;
        }
        self.put_stand_in_away(unit)?;
        self.settle_unit(unit, photo)
    }

    /// Brings one file back, under the first name that is free.
    fn piece(&mut self, piece: &Piece, stem: &str, first: u32) -> Result<(), CleanupError> {
        for number in first..MOST_NAMES {
            let target = target(piece, stem, number);
            let reason = match carry::bring_back(&mut self.journal, piece, &target)? {
                Ok(()) => {
                    self.report.files += 1;
                    self.report.bytes += piece.what.bytes;
                    if target != piece.from {
                        self.report.beside.push((piece.what.path.clone(), target));
                    }
                    return Ok(());
                }
                Err(Hindrance::Taken) => continue,
                Err(Hindrance::Lost(reason) | Hindrance::Refused(reason)) => reason,
            };
            self.report.skipped.push(Skipped {
                path: piece.what.path.clone(),
                reason,
            });
            return Ok(());
        }
        Ok(())
    }

    /// Takes the stand-in from the place, where it is still the one that was put there.
    fn set_aside(&mut self, unit: UnitKey, pieces: &[Piece]) -> Result<(), CleanupError> {
        let own = pieces.iter().find(|piece| piece.part == 0);
        let (Link::Linked, Some(own)) = (self.journal.session.unit_of(unit).link, own) else {
            return Ok(());
        };
        let comes_back = relocate::holds(&own.to, &own.what.hash).unwrap_or(false);
        let is_stand_in = relocate::holds(&own.from, &own.what.hash).unwrap_or(false);
        if !comes_back || !is_stand_in {
            return Ok(());
        }
        let (group, file) = unit;
        let aside = link::own_name(&own.from, &self.journal.session.id, unit, "aside");
        self.journal.add(Entry::Unlinking {
            group,
            file,
            aside: aside.clone(),
        })?;
        point("a stand-in is about to be set aside");
        // Where it cannot be moved, its name is taken, and the file comes back beside it.
        if relocate::rename_new(&own.from, &aside).is_err() {
            self.journal.add(Entry::Linked { group, file })?;
        }
        point("a stand-in is set aside");
        Ok(())
    }

    /// Removes the stand-in once the file is back at its place; else it gets the place again.
    fn put_stand_in_away(&mut self, unit: UnitKey) -> Result<(), CleanupError> {
        let Link::Unlinking(aside) = self.journal.session.unit_of(unit).link else {
            return Ok(());
        };
        put_stand_in_away(&mut self.journal, unit, &aside)
    }

    fn settle_unit(&mut self, unit: UnitKey, photo: &PlanFile) -> Result<(), CleanupError> {
        let pieces = self.journal.session.pieces_of(unit);
        let back = pieces.iter().find_map(|piece| match &piece.state {
            PieceState::Back(at) if piece.part == 0 => Some(at.clone()),
            _ => None,
        });
        let all_back = !pieces.iter().any(|piece| is_away(piece));
        let (group, file) = unit;
        if all_back {
            self.journal.note(Entry::Restored { group, file })?;
            point("a photo is back");
        }
        if let Some(at) = back {
            let id = PhotoId(photo.photo_id);
            let told = self
                .cleanup
                .catalog
                .restored(id, &as_named(&at, &photo.path));
            told.map_err(CleanupError::Catalog)?;
            tell_of_partners(self.cleanup.catalog, &self.journal.session, unit)?;
            point("the catalog knows that a photo is back");
        }
        Ok(())
    }

    /// Takes metadata back from keepers whose group is whole again.
    fn unmerge_restored(&mut self) -> Result<(), CleanupError> {
        let merged: Vec<usize> = self.journal.session.merges.keys().copied().collect();
        for index in merged {
            let session = &self.journal.session;
            let whole = session
                .units_of_group(index)
                .all(|unit| !unit.removed || unit.restored);
            let group = session.plan.groups.get(index).cloned();
            if let (true, Some(group)) = (whole, group) {
                unmerge(self.cleanup, &mut self.journal, index, &group)?;
            }
        }
        Ok(())
    }
}

/// Whether a file may be brought back; one that could not be found is looked for again.
#[must_use]
pub fn is_away(piece: &Piece) -> bool {
    matches!(piece.state, PieceState::Away | PieceState::Lost)
}

/// The first number under which every file of a photo finds its name free.
fn free_tail(pieces: &[Piece], stem: &str, first: u32) -> u32 {
    let all_free = |number: &u32| {
        pieces
            .iter()
            .all(|piece| !identity::is_there(&target(piece, stem, *number)).unwrap_or(false))
    };
    (first..MOST_NAMES).find(all_free).unwrap_or(first)
}

/// The place of a file, or the one beside it of that number.
fn target(piece: &Piece, stem: &str, number: u32) -> PathBuf {
    let tail = match number {
        0 => return piece.from.clone(),
        1 => " (restored)".to_owned(),
        number => format!(" (restored {number})"),
    };
    match piece.from.file_name().and_then(|name| name.to_str()) {
        Some(name) => piece.from.with_file_name(carry::tailed(name, stem, &tail)),
        None => piece.from.clone(),
    }
}

/// The place as the plan names its folder.
#[must_use]
pub fn as_named(at: &Path, planned: &Path) -> PathBuf {
    match at.file_name() {
        Some(name) => planned.with_file_name(name),
        None => planned.to_owned(),
    }
}

/// Tells the catalog where the files are that went along with a photo: they may be photos themselves.
///
/// # Errors
/// [`CleanupError::Catalog`].
pub fn tell_of_partners(
    catalog: &dyn Catalog,
    session: &Session,
    unit: UnitKey,
) -> Result<(), CleanupError> {
    let pieces = session.pieces_of(unit).into_iter();
    for piece in pieces.filter(|piece| piece.part > 0) {
        let planned = &piece.what.path;
        let told = match &piece.state {
            PieceState::Away => catalog.partner_removed(planned),
            PieceState::Back(at) => catalog.partner_restored(planned, &as_named(at, planned)),
            _ => Ok(()),
        };
        told.map_err(CleanupError::Catalog)?;
    }
    Ok(())
}

/// Removes the name `own` of a file that also has the name `place`.
pub fn drop_second_name(own: &Path, place: &Path) {
    if let (Ok(one), Ok(other)) = (identity::of(own), identity::of(place))
        && one == other
    {
        let _it_stays_hidden = fs::remove_file(own);
    }
}

/// Removes a stand-in that was set aside, once the file is at its place; else it gets it again.
///
/// # Errors
/// [`CleanupError`] of the journal.
pub fn put_stand_in_away(
    journal: &mut Journal,
    unit: UnitKey,
    aside: &Path,
) -> Result<(), CleanupError> {
    let pieces = journal.session.pieces_of(unit);
    let Some(own) = pieces.into_iter().find(|piece| piece.part == 0).cloned() else {
        return Ok(());
    };
    let is_back = matches!(&own.state, PieceState::Back(at) if *at == own.from);
    let (group, file) = unit;
    if !is_back {
        // Where it was not set aside yet, it has its place.
        drop_second_name(aside, &own.from);
        let is_aside = identity::is_there(aside).unwrap_or(true);
        if !is_aside || relocate::rename_new(aside, &own.from).is_ok() {
            journal.add(Entry::Linked { group, file })?;
            point("a stand-in has its place again");
        }
        return Ok(());
    }
    // Its bytes are those of the file that is back, or they were changed meanwhile and stay.
    if relocate::holds(aside, &own.what.hash).unwrap_or(false) {
        let _it_stays_hidden = fs::remove_file(aside);
    }
    journal.add(Entry::Unlinked { group, file })?;
    point("a stand-in is put away");
    Ok(())
}
