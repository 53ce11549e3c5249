//! Puts a hard link or a copy that shares its blocks at the place of a file that goes.
//!
//! The stand-in is made first, under a name of ours in the same folder; then the file goes to the
//! trash, and the stand-in takes its name. Where the file system cannot, nothing is changed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::carry::{self, Part, Way};
use super::check::{Checked, CheckedUnit};
use super::error::{CleanupError, Refusal};
use super::faults::point;
use super::identity;
use super::journal::{Entry, Journal};
use super::plan::{Action, ContentHash};
use super::relocate;
use super::session::UnitKey;
use crate::io::plain_reason;

/// Replaces a file by a stand-in; answers why nothing was changed.
///
/// # Errors
/// [`CleanupError`] of the journal.
pub fn replace(
    journal: &mut Journal,
    unit: UnitKey,
    checked: &CheckedUnit,
    action: &Action,
    way: &Way,
) -> Result<Result<(), Refusal>, CleanupError> {
    let Some(file) = checked.files.first() else {
        return Ok(Ok(()));
    };
    let (group, index) = unit;
    let temp = own_name(&file.real, &journal.session.id, unit, "link");
    journal.add(Entry::Linking {
        group,
        file: index,
        temp: temp.clone(),
        place: file.real.clone(),
    })?;
    point("a stand-in is about to be made");
    let made = make(&temp, file, &checked.keeper, action);
    if let Err(reason) = made {
        drop_stand_in(journal, unit, &temp, &file.file.hash, &file.real)?;
        return Ok(Err(reason));
    }
    point("the stand-in is made");
    let part = Part {
        unit,
        part: 0,
        file,
        stem: &carry::stem_of(&file.real),
    };
    if let Err(reason) = carry::send_away(journal, &part, way)? {
        drop_stand_in(journal, unit, &temp, &file.file.hash, &file.real)?;
        return Ok(Err(reason));
    }
    match relocate::rename_new(&temp, &file.real) {
        Ok(()) => {
            point("the stand-in has the place");
            let _written = relocate::sync_folder_of(&file.real);
            journal.add(Entry::Linked { group, file: index })?;
            point("the stand-in is noted");
            Ok(Ok(()))
        }
        Err(error) => {
            let hindered = carry::roll_back(journal, unit)?;
            drop_stand_in(journal, unit, &temp, &file.file.hash, &file.real)?;
            let mut refusal = Refusal::new(format!(
                "{} could not be replaced: {}",
                file.real.display(),
                plain_reason(&error)
            ));
            refusal.extend(&hindered);
            Ok(Err(refusal))
        }
    }
}

/// A hidden name beside a file that no other step and no other program uses.
#[must_use]
pub fn own_name(place: &Path, session: &str, (group, file): UnitKey, use_: &str) -> PathBuf {
    place.with_file_name(format!(".latent-{session}-{group}-{file}.{use_}"))
}

fn make(temp: &Path, file: &Checked, keeper: &Checked, action: &Action) -> Result<(), Refusal> {
    let refused = |error: &io::Error, what: &str| {
        let place = file.real.display();
        Refusal::new(match error.kind() {
            io::ErrorKind::CrossesDevices => format!(
                "{place} stays: it lies on another disk than the file to keep, and {what} cannot lead there"
            ),
            _ if is_unknown_here(error) => {
                format!("{place} stays: this file system knows no {what}")
            }
            _ => format!(
                "{place} stays: {what} could not be made: {}",
                plain_reason(error)
            ),
        })
    };
    match action {
        Action::Hardlink {} => fs::hard_link(&keeper.real, temp)
            .and_then(|()| same_file(temp, keeper))
            .map_err(|error| refused(&error, "hard link")),
        _ => reflink(temp, file, keeper).map_err(|error| refused(&error, "shared copies")),
    }
}

fn is_unknown_here(error: &io::Error) -> bool {
    // EPERM is what links are refused with on FAT, ENOTTY what cloning is on some.
    const UNKNOWN: [i32; 2] = [1, 25];
    matches!(
        error.kind(),
        io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
    ) || (cfg!(unix)
        && error
            .raw_os_error()
            .is_some_and(|code| UNKNOWN.contains(&code)))
}

fn same_file(temp: &Path, keeper: &Checked) -> io::Result<()> {
    if identity::of(temp)? == keeper.id {
        return Ok(());
    }
    Err(io::Error::other("the file to keep changed at that moment"))
}

/// Clones the keeper; the clone has the time and permissions of the file it stands for.
fn reflink(temp: &Path, file: &Checked, keeper: &Checked) -> io::Result<()> {
    reflink_copy::reflink(&keeper.real, temp)?;
    point("the clone is made");
    let clone = File::options().append(true).open(temp)?;
    clone.set_permissions(fs::metadata(&file.real)?.permissions())?;
    relocate::set_mtime(&clone, file.file.mtime_ns)?;
    clone.sync_all()?;
    if identity::hash(temp)? != file.file.hash {
        return Err(io::Error::other("the file to keep changed at that moment"));
    }
    Ok(())
}

/// Removes a stand-in that does not stand in for anything, and says so. It is only removed while the
/// same bytes lie at `other`.
///
/// # Errors
/// [`CleanupError`] of the journal.
pub fn drop_stand_in(
    journal: &mut Journal,
    (group, file): UnitKey,
    temp: &Path,
    hash: &ContentHash,
    other: &Path,
) -> Result<(), CleanupError> {
    if is_needless(temp, hash, other) {
        let _tried_again_never = fs::remove_file(temp);
    }
    journal.add(Entry::Unlinked { group, file })?;
    point("the stand-in is dropped");
    Ok(())
}

/// A clone that was not finished holds other bytes, but its name is ours alone.
fn is_needless(temp: &Path, hash: &ContentHash, other: &Path) -> bool {
    identity::is_there(temp).unwrap_or(false) && relocate::holds(other, hash).unwrap_or(false)
}
