//! Moves one file away or back, with the journal's line before and after.

use std::fs;
use std::io;
use std::path::Path;

use super::check::Checked;
use super::error::{CleanupError, Refusal};
use super::faults::point;
use super::identity;
use super::journal::{Entry, Journal};
use super::kept::Kept;
use super::relocate;
use super::session::{Link, Piece, PieceState, UnitKey};
use super::trash::{Bin, same_device};
use crate::io::plain_reason;

/// More files of one name are not put into one folder.
const MOST_NAMES: u32 = 100_000;

/// How files leave.
pub struct Way {
    /// Where to, best first.
    pub bins: Vec<Bin>,
    /// Whether they may be copied to another device.
    pub across: bool,
    /// Seconds since 1970 UTC, for the note in the system's trash.
    pub now_s: i64,
}

/// A file of a photo.
pub struct Part<'a> {
    /// The photo.
    pub unit: UnitKey,
    /// 0 for the photo's own file, from 1 for its partners.
    pub part: usize,
    /// The file.
    pub file: &'a Checked,
    /// The name of the photo without its ending: partners keep it in common.
    pub stem: &'a str,
}

/// Sends a file away; answers why it stayed.
///
/// # Errors
/// [`CleanupError`] of the journal.
pub fn send_away(
    journal: &mut Journal,
    part: &Part<'_>,
    way: &Way,
) -> Result<Result<(), Refusal>, CleanupError> {
    let real = &part.file.real;
    let Some(name) = real.file_name().and_then(|name| name.to_str()) else {
        return Ok(Err(Refusal::new(format!(
            "The name of {} is no readable text: it stays",
            real.display()
        ))));
    };
    let mut refusals = Vec::new();
    for bin in &way.bins {
        match send_to(journal, part, way, bin, name)? {
            Ok(()) => return Ok(Ok(())),
            Err(error) => {
                forget_folder(&bin.files);
                // The reason first: the rest of a long line is often not seen.
                refusals.push(format!(
                    "{} ({})",
                    plain_reason(&error),
                    bin.files.display()
                ));
            }
        }
    }
    Ok(Err(Refusal::new(format!(
        "It could not be moved: {}",
        refusals.join(", ")
    ))))
}

/// Tries one bin, name after name.
fn send_to(
    journal: &mut Journal,
    part: &Part<'_>,
    way: &Way,
    bin: &Bin,
    name: &str,
) -> Result<io::Result<()>, CleanupError> {
    if let Err(error) = bin.prepare() {
        return Ok(Err(error));
    }
    for number in 1..=MOST_NAMES {
        let tail = match number {
            1 => String::new(),
            number => format!(" ({number})"),
        };
        let name = tailed(name, part.stem, &tail);
        let (to, info) = (bin.files.join(&name), bin.info_of(&name));
        match is_free(&to, info.as_deref()) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(error) => return Ok(Err(error)),
        }
        let step = journal.session.next_step();
        let (group, file) = part.unit;
        let kept = match what_else(part.file, bin, way) {
            Ok(kept) => kept,
            Err(error) => return Ok(Err(error)),
        };
        journal.add(Entry::Going {
            step,
            group,
            file,
            part: part.part,
            from: part.file.real.clone(),
            to: to.clone(),
            info: info.clone(),
            what: part.file.file.clone(),
            kept: kept.clone(),
        })?;
        point("a file is about to go");
        let token = format!("{}-{step}", journal.session.id);
        let put = put(
            part.file,
            &to,
            info.as_deref(),
            bin,
            way,
            &token,
            kept.as_ref(),
        );
        match put {
            Ok(()) => {
                journal.add(Entry::Gone { step })?;
                point("a file has gone");
                return Ok(Ok(()));
            }
            Err(error) => {
                let reason = plain_reason(&error);
                let is_taken = error.kind() == io::ErrorKind::AlreadyExists;
                if !is_taken {
                    forget_folder(&bin.files);
                }
                journal.add(Entry::Stayed { step, reason })?;
                point("a file stayed");
                if !is_taken {
                    return Ok(Err(error));
                }
            }
        }
    }
    Ok(Err(io::ErrorKind::AlreadyExists.into()))
}

/// What a file has beside its content, where it may have to be copied.
fn what_else(file: &Checked, bin: &Bin, way: &Way) -> io::Result<Option<Kept>> {
    let here = file.real.parent();
    let stays = here.is_some_and(|here| same_device(here, &bin.files));
    (way.across && !stays)
        .then(|| Kept::of(&file.real))
        .transpose()
}

fn is_free(to: &Path, info: Option<&Path>) -> io::Result<bool> {
    Ok(!identity::is_there(to)? && !info.map_or(Ok(false), identity::is_there)?)
}

fn put(
    file: &Checked,
    to: &Path,
    info: Option<&Path>,
    bin: &Bin,
    way: &Way,
    token: &str,
    kept: Option<&Kept>,
) -> io::Result<()> {
    if let Some(info) = info {
        bin.write_info(info, &file.real, way.now_s)?;
        point("the note in the trash is written");
    }
    let put = match relocate::rename_new(&file.real, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices && way.across => {
            relocate::move_across(&file.real, to, &file.file, kept, token)
        }
        Ok(()) => {
            point("a file is renamed into the trash");
            give_back_another(file, to)
        }
        Err(error) => Err(error),
    };
    match (put, info) {
        (Err(error), info) => {
            if let Some(info) = info {
                let _nothing_is_named_by_it = fs::remove_file(info);
            }
            Err(error)
        }
        (Ok(()), _) => {
            // The file has gone: whether the disk says so already changes nothing about it.
            let _written = relocate::sync_folder_of(to);
            let _written = relocate::sync_folder_of(&file.real);
            Ok(())
        }
    }
}

/// Looks whether what was renamed is what was checked; another file that took its place in between
/// goes back.
fn give_back_another(file: &Checked, to: &Path) -> io::Result<()> {
    let is_same = identity::of(to)? == file.id || relocate::holds(to, &file.file.hash)?;
    if is_same {
        return Ok(());
    }
    relocate::rename_new(to, &file.real)?;
    Err(io::Error::other(
        "another file took its place at that moment",
    ))
}

/// Why a file did not come back.
#[derive(Debug)]
pub enum Hindrance {
    /// Its name is taken.
    Taken,
    /// It is not where it was put, or not the same.
    Lost(String),
    /// The system refused.
    Refused(String),
}

/// Brings a file back to `target`; answers what hindered it.
///
/// # Errors
/// [`CleanupError`] of the journal.
pub fn bring_back(
    journal: &mut Journal,
    piece: &Piece,
    target: &Path,
) -> Result<Result<(), Hindrance>, CleanupError> {
    let step = piece.step;
    if let Err(hindrance) = look_for(piece) {
        if is_back_already(journal, piece) {
            let at = piece.from.clone();
            journal.add(Entry::Returned { step, at })?;
            forget_place(piece);
            return Ok(Ok(()));
        }
        if let Hindrance::Lost(reason) = &hindrance {
            let reason = reason.clone();
            journal.add(Entry::Lost { step, reason })?;
        }
        return Ok(Err(hindrance));
    }
    journal.add(Entry::Returning {
        step,
        to: target.to_owned(),
    })?;
    point("a file is about to come back");
    let token = format!("{}-{step}", journal.session.id);
    match take_out(piece, target, &token) {
        Ok(()) => {
            journal.add(Entry::Returned {
                step,
                at: target.to_owned(),
            })?;
            point("a file has come back");
            Ok(Ok(()))
        }
        Err(error) => {
            let reason = format!(
                "{} could not be brought back from {}: {}",
                target.display(),
                piece.to.display(),
                plain_reason(&error)
            );
            journal.add(Entry::Remained {
                step,
                reason: reason.clone(),
            })?;
            point("a file remained in the trash");
            Ok(Err(match error.kind() {
                io::ErrorKind::AlreadyExists => Hindrance::Taken,
                _ => Hindrance::Refused(reason),
            }))
        }
    }
}

/// Whether somebody put the file back by hand; a stand-in has its bytes too, but is not it.
fn is_back_already(journal: &Journal, piece: &Piece) -> bool {
    journal.session.unit_of(piece.unit).link == Link::None
        && !identity::is_there(&piece.to).unwrap_or(true)
        && relocate::holds(&piece.from, &piece.what.hash).unwrap_or(false)
}

fn look_for(piece: &Piece) -> Result<(), Hindrance> {
    let (from, to) = (piece.from.display(), piece.to.display());
    match (
        relocate::holds(&piece.to, &piece.what.hash),
        identity::is_there(&piece.to),
    ) {
        (Ok(true), _) => Ok(()),
        (Err(error), Ok(true)) => Err(Hindrance::Refused(format!(
            "{from} cannot be brought back, {to} cannot be read: {}",
            plain_reason(&error)
        ))),
        (Ok(false), Ok(true)) => Err(Hindrance::Lost(format!(
            "{from} cannot be brought back: {to} has changed since it was put there, and stays there"
        ))),
        _ => Err(Hindrance::Lost(format!(
            "{from} cannot be brought back: it is no longer at {to}. The trash was emptied, or its disk is not connected"
        ))),
    }
}

fn take_out(piece: &Piece, target: &Path, token: &str) -> io::Result<()> {
    make_folder_of(target, &piece.to)?;
    match relocate::rename_new(&piece.to, target) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            relocate::move_across(&piece.to, target, &piece.what, piece.kept.as_ref(), token)?;
        }
        moved => moved?,
    }
    point("a file is renamed out of the trash");
    let _written = relocate::sync_folder_of(target);
    let _written = relocate::sync_folder_of(&piece.to);
    forget_place(piece);
    Ok(())
}

/// Removes the note on a file that is no longer in the trash, and our own folders once they are
/// empty.
pub fn forget_place(piece: &Piece) {
    if let Some(info) = &piece.info {
        let _it_may_be_gone = fs::remove_file(info);
        return;
    }
    if let Some(session) = piece.to.parent() {
        forget_folder(session);
    }
}

/// Removes the folder of a session from our own trash, and the trash, where nothing is in them.
fn forget_folder(session: &Path) {
    if let Some(trash) = session.parent()
        && trash.ends_with(super::trash::OWN_TRASH)
    {
        let _only_when_empty = fs::remove_dir(session).and_then(|()| fs::remove_dir(trash));
    }
}

/// Makes the folder of a file anew that was removed since; never on another disk than the file's,
/// where it would hide under the mount point of one that is not connected.
fn make_folder_of(target: &Path, from: &Path) -> io::Result<()> {
    let Some(folder) = target.parent() else {
        return Ok(());
    };
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.ancestors().find(|above| above.is_dir());
    let near = from.parent();
    match (above, near) {
        (Some(above), Some(near)) if same_device(above, near) => {
            fs::create_dir_all(folder)?;
            relocate::sync_folder(above)
        }
        _ => Err(io::Error::new(
            io::ErrorKind::NotFound,
            "its folder is not there; connect its disk, or make the folder",
        )),
    }
}

/// A name with `tail` behind the photo's stem, so that partners keep it in common, or before its
/// ending where the stem is another.
#[must_use]
pub fn tailed(name: &str, stem: &str, tail: &str) -> String {
    match name.strip_prefix(stem) {
        Some(rest) if !stem.is_empty() && name.len() + tail.len() <= 240 => {
            format!("{stem}{tail}{rest}")
        }
        _ => super::trash::with_tail(name, tail),
    }
}

/// The name of a photo's file without its ending.
#[must_use]
pub fn stem_of(photo: &Path) -> String {
    photo
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Brings every file of a photo back to its own place, since not all of them could go.
///
/// # Errors
/// [`CleanupError`] of the journal.
pub fn roll_back(journal: &mut Journal, unit: UnitKey) -> Result<Vec<Refusal>, CleanupError> {
    let away: Vec<Piece> = journal
        .session
        .pieces_of(unit)
        .into_iter()
        .filter(|piece| piece.state == PieceState::Away)
        .cloned()
        .collect();
    let mut hindered = Vec::new();
    for piece in away.iter().rev() {
        match bring_back(journal, piece, &piece.from)? {
            Ok(()) => {}
            Err(Hindrance::Taken) => hindered.push(Refusal::new(format!(
                "another file has taken the name {}; the first one lies at {}",
                piece.from.display(),
                piece.to.display()
            ))),
            Err(Hindrance::Lost(reason) | Hindrance::Refused(reason)) => {
                hindered.push(Refusal::new(reason));
            }
        }
    }
    Ok(hindered)
}
