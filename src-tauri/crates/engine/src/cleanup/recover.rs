//! Finds out where each file is after a crash, by looking at both of its places, and puts photos in
//! order that had gone in part: they come back, since a photo goes with its partners or not at all.

use std::fs;
use std::io;
use std::path::Path;

use super::apply::unmerge;
use super::carry;
use super::error::{CleanupError, Refusal};
use super::identity;
use super::journal::{self, Ending, Entry, Journal};
use super::link;
use super::relocate;
use super::session::{Link, Piece, PieceState, UnitKey};
use super::undo::{as_named, drop_second_name, put_stand_in_away, tell_of_partners};
use super::{Cleanup, Skipped};
use crate::ids::PhotoId;
use crate::io::{FileStamp, plain_reason};

/// A session that was put in order, or could not be.
#[derive(Debug)]
pub struct Recovered {
    /// The session.
    pub session_id: String,
    /// Files of which nothing could be said, and why; they are looked for again next time.
    pub unsettled: Vec<Skipped>,
    /// What ended the look at this session.
    pub error: Option<CleanupError>,
}

/// Puts every session in order that was cut off; to be called when the program starts. A session
/// that cannot be put in order keeps no other from it.
///
/// # Errors
/// [`CleanupError::Journal`] where the folder of the journals cannot be read.
pub fn recover(cleanup: &Cleanup<'_>) -> Result<Vec<Recovered>, CleanupError> {
    let mut recovered = Vec::new();
    for id in journal::ids(cleanup.journals)? {
        let outcome = match journal::read(cleanup.journals, &id) {
            Ok(Some(session)) if session.is_open() => {
                Journal::open(cleanup.journals, &id).and_then(|mut open| settle(cleanup, &mut open))
            }
            // Settled, or cut off before anything moved.
            Ok(_) => continue,
            Err(error) => Err(error),
        };
        let (unsettled, error) = match outcome {
            Ok(unsettled) => (unsettled, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        recovered.push(Recovered {
            session_id: id,
            unsettled,
            error,
        });
    }
    Ok(recovered)
}

/// Puts one session in order; answers the files of which nothing can be said.
///
/// # Errors
/// [`CleanupError`] of journal and catalog.
pub fn settle(cleanup: &Cleanup<'_>, journal: &mut Journal) -> Result<Vec<Skipped>, CleanupError> {
    if !journal.session.is_open() {
        return Ok(Vec::new());
    }
    let mut unsettled = Vec::new();
    let pieces: Vec<Piece> = journal.session.pieces.values().cloned().collect();
    for piece in &pieces {
        if let Err(refusal) = settle_piece(journal, piece)? {
            unsettled.push(Skipped {
                path: piece.what.path.clone(),
                reason: refusal.reason,
            });
        }
    }
    for unit in journal.session.unit_keys() {
        settle_link(journal, unit)?;
        settle_unit(journal, unit, &mut unsettled)?;
    }
    settle_merges(cleanup, journal)?;
    tell(cleanup, journal)?;
    if unsettled.is_empty() {
        if journal.session.ended.is_none() {
            let how = Ending::Interrupted;
            journal.add(Entry::Ended { how })?;
        }
        if journal.session.undoing {
            journal.add(Entry::UndoEnded {})?;
        }
    }
    Ok(unsettled)
}

fn settle_piece(journal: &mut Journal, piece: &Piece) -> Result<Result<(), Refusal>, CleanupError> {
    let token = format!("{}-{}", journal.session.id, piece.step);
    let settled = match &piece.state {
        PieceState::Going => settle_going(piece, &token),
        PieceState::Returning(target) => settle_returning(piece, target, &token),
        _ => return Ok(Ok(())),
    };
    match settled {
        Ok(entry) => {
            journal.add(entry)?;
            Ok(Ok(()))
        }
        Err(error) => Ok(Err(Refusal::new(format!(
            "It cannot be told whether it is at its place or at {}: {}",
            piece.to.display(),
            plain_reason(&error)
        )))),
    }
}

/// A file that was about to go: the disk says how far it came.
fn settle_going(piece: &Piece, token: &str) -> io::Result<Entry> {
    let step = piece.step;
    remove_unfinished(&piece.to, token);
    let here = lies(&piece.from, piece)?;
    let there = lies(&piece.to, piece)?;
    if here {
        if there && is_ours(&piece.to, &piece.from, piece)? {
            fs::remove_file(&piece.to)?;
        }
        if !identity::is_there(&piece.to)? {
            carry::forget_place(piece);
        }
        return Ok(Entry::Stayed {
            step,
            reason: "The cleanup was cut off before it went".into(),
        });
    }
    if there {
        return Ok(Entry::Gone { step });
    }
    if identity::is_there(&piece.from)? {
        return Ok(Entry::Stayed {
            step,
            reason: "It was changed before it went".into(),
        });
    }
    Err(io::Error::new(
        io::ErrorKind::NotFound,
        "it is at neither place; connect the disk it lies on",
    ))
}

/// A file that was about to come back.
fn settle_returning(piece: &Piece, target: &Path, token: &str) -> io::Result<Entry> {
    let step = piece.step;
    remove_unfinished(target, token);
    let here = lies(target, piece)?;
    let there = lies(&piece.to, piece)?;
    if there && here && is_ours(target, &piece.to, piece)? {
        fs::remove_file(&piece.to)?;
    }
    if here && !identity::is_there(&piece.to)? {
        carry::forget_place(piece);
        return Ok(Entry::Returned {
            step,
            at: target.to_owned(),
        });
    }
    if there {
        return Ok(Entry::Remained {
            step,
            reason: "Bringing it back was cut off".into(),
        });
    }
    Err(io::Error::new(
        io::ErrorKind::NotFound,
        "it is at neither place; connect the disk it lies on",
    ))
}

/// Whether the file at one of its places is the same as that at the other, or the copy that was made
/// there: it has its bytes and its time.
fn is_ours(made: &Path, other: &Path, piece: &Piece) -> io::Result<bool> {
    if identity::of(made)? == identity::of(other)? {
        return Ok(true);
    }
    let stamp = FileStamp::of(&fs::symlink_metadata(made)?);
    Ok(stamp == piece.what.stamp())
}

fn lies(path: &Path, piece: &Piece) -> io::Result<bool> {
    relocate::holds(path, &piece.what.hash)
}

fn remove_unfinished(to: &Path, token: &str) {
    let _it_is_rarely_there = fs::remove_file(relocate::unfinished(to, token));
}

/// A stand-in that was being made is dropped, unless it has the place; one that was being set aside
/// is put away or gets its place again.
fn settle_link(journal: &mut Journal, unit: UnitKey) -> Result<(), CleanupError> {
    let link = journal.session.unit_of(unit).link;
    let own = journal.session.pieces_of(unit).into_iter().next().cloned();
    let (group, file) = unit;
    match (link, own) {
        (Link::Linking { temp, place }, own) => {
            let away = own
                .as_ref()
                .filter(|own| own.state == PieceState::Away)
                .map(|own| (own.to.clone(), own.what.hash));
            let has_place = own
                .as_ref()
                .is_some_and(|own| relocate::holds(&place, &own.what.hash).unwrap_or(false));
            match away {
                Some(_) if has_place => {
                    drop_second_name(&temp, &place);
                    journal.add(Entry::Linked { group, file })
                }
                Some((trashed, hash)) => link::drop_stand_in(journal, unit, &temp, &hash, &trashed),
                None => {
                    let hash = journal.session.planned(unit).map(|(_, photo)| photo.hash);
                    match hash {
                        Some(hash) => link::drop_stand_in(journal, unit, &temp, &hash, &place),
                        None => Ok(()),
                    }
                }
            }
        }
        (Link::Unlinking(aside), Some(_)) => put_stand_in_away(journal, unit, &aside),
        _ => Ok(()),
    }
}

/// A photo that had gone in part comes back; one that had gone or come back as a whole is noted so.
fn settle_unit(
    journal: &mut Journal,
    unit: UnitKey,
    unsettled: &mut Vec<Skipped>,
) -> Result<(), CleanupError> {
    let state = journal.session.unit_of(unit);
    let pieces = journal.session.pieces_of(unit);
    let all = |wanted: fn(&PieceState) -> bool| {
        !pieces.is_empty() && pieces.iter().all(|piece| wanted(&piece.state))
    };
    let (group, file) = unit;
    if state.removed {
        return settle_return(journal, unit);
    }
    let expected = match journal.session.planned(unit) {
        Some((_, photo)) if !journal.session.plan.action.replaces() => photo.partners.len() + 1,
        _ => 1,
    };
    let all_away = pieces.len() == expected && all(|state| *state == PieceState::Away);
    let stands_in = !journal.session.plan.action.replaces() || state.link == Link::Linked;
    if all_away && stands_in {
        return journal.add(Entry::Removed { group, file });
    }
    let path = journal
        .session
        .planned(unit)
        .map(|(_, photo)| photo.path.clone())
        .unwrap_or_default();
    let hindered = carry::roll_back(journal, unit)?;
    unsettled.extend(hindered.into_iter().map(|refusal| Skipped {
        path: path.clone(),
        reason: refusal.reason,
    }));
    Ok(())
}

/// A photo that had come back in part comes back as a whole, where its names are free.
fn settle_return(journal: &mut Journal, unit: UnitKey) -> Result<(), CleanupError> {
    let is_restored = journal.session.unit_of(unit).restored;
    let pieces = journal.session.pieces_of(unit);
    let at_home =
        |piece: &&Piece| matches!(&piece.state, PieceState::Back(at) if *at == piece.from);
    if is_restored || pieces.is_empty() {
        return Ok(());
    }
    if pieces.iter().any(at_home) {
        // What hinders it is met again, and said, when the session is taken back.
        let _hindered = carry::roll_back(journal, unit)?;
    }
    let pieces = journal.session.pieces_of(unit);
    let is_back = |piece: &&Piece| matches!(piece.state, PieceState::Back(_));
    if pieces.iter().all(is_back) {
        let (group, file) = unit;
        journal.add(Entry::Restored { group, file })?;
    }
    Ok(())
}

fn settle_merges(cleanup: &Cleanup<'_>, journal: &mut Journal) -> Result<(), CleanupError> {
    let merges: Vec<_> = journal.session.merges.keys().copied().collect();
    for index in merges {
        let session = &journal.session;
        let any_gone = session
            .units_of_group(index)
            .any(|unit| unit.removed && !unit.restored);
        let settled = session
            .merges
            .get(&index)
            .is_some_and(|merge| merge.settled);
        let Some(group) = session.plan.groups.get(index).cloned() else {
            continue;
        };
        if !any_gone {
            unmerge(cleanup, journal, index, &group)?;
        } else if !settled {
            let merged = cleanup.catalog.merge(&group);
            merged.map_err(CleanupError::Catalog)?;
            journal.add(Entry::Merged { group: index })?;
        }
    }
    Ok(())
}

/// Tells the catalog again what became of each photo: it may not have heard.
fn tell(cleanup: &Cleanup<'_>, journal: &Journal) -> Result<(), CleanupError> {
    let session = &journal.session;
    for (key, unit) in &session.units {
        let Some((_, photo)) = session.planned(*key) else {
            continue;
        };
        let id = PhotoId(photo.photo_id);
        let back = session
            .pieces_of(*key)
            .into_iter()
            .find_map(|piece| match &piece.state {
                PieceState::Back(at) if piece.part == 0 => Some(at.clone()),
                _ => None,
            });
        let told = match back {
            Some(at) => cleanup.catalog.restored(id, &as_named(&at, &photo.path)),
            None if !unit.removed => Ok(()),
            None if session.plan.action.replaces() => cleanup.catalog.replaced(id, &photo.path),
            None => cleanup.catalog.removed(id),
        };
        told.map_err(CleanupError::Catalog)?;
        tell_of_partners(cleanup.catalog, session, *key)?;
    }
    Ok(())
}
