//! Gives a file another place without ever replacing one that is there.
//!
//! Within a device a file is renamed. To another device it is copied under a name of ours, written
//! out, read again and compared, and takes its name; only then the first one goes.

use std::fs::{self, File, FileTimes, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::faults::{self, point};
use super::identity;
use super::kept::Kept;
use super::plan::{ContentHash, Partner};
use crate::io::FileStamp;

/// Renames a file within a device. An existing name is refused with
/// [`AlreadyExists`](io::ErrorKind::AlreadyExists).
///
/// # Errors
/// The system's.
pub fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    faults::refusal(from)?;
    if faults::only_links() {
        return rename_by_link(from, to);
    }
    match rename_no_replace(from, to) {
        Err(error) if is_unsupported(&error) => rename_by_link(from, to),
        outcome => outcome,
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_no_replace(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_no_replace(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Some file systems do not know renaming without replacing: a second name cannot replace either.
pub(super) fn rename_by_link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => {
            point("the file has two names");
            fs::remove_file(from)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => Err(error),
        // Neither is known, as on FAT: the name is looked up before.
        Err(_) if identity::is_there(to)? => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
    )
}

/// The name a copy has until it is whole.
#[must_use]
pub fn unfinished(to: &Path, token: &str) -> PathBuf {
    to.with_file_name(format!(".latent-{token}.part"))
}

/// Moves a file to another device. `token` names the unfinished copy: see [`unfinished`].
///
/// The copy has the time of `wanted`, and the permissions and extended attributes of `kept`, as far as
/// its disk keeps them; of the file where there are none.
///
/// # Errors
/// The system's, and [`InvalidData`](io::ErrorKind::InvalidData) where the copy, read again, is not
/// `wanted`: then the file is where it was.
pub fn move_across(
    from: &Path,
    to: &Path,
    wanted: &Partner,
    kept: Option<&Kept>,
    token: &str,
) -> io::Result<()> {
    let part = unfinished(to, token);
    let before = FileStamp::of(&fs::symlink_metadata(from)?);
    let copied = copy_verified(from, &part, wanted, kept).and_then(|()| rename_new(&part, to));
    if let Err(error) = copied {
        let _it_may_not_be_there = fs::remove_file(&part);
        return Err(error);
    }
    sync_folder_of(to)?;
    point("the copy is whole, and the file is still there");
    if FileStamp::of(&fs::symlink_metadata(from)?) != before {
        fs::remove_file(to)?;
        return Err(io::Error::other("it was changed at that moment"));
    }
    fs::remove_file(from)?;
    sync_folder_of(from)
}

fn copy_verified(
    from: &Path,
    part: &Path,
    wanted: &Partner,
    kept: Option<&Kept>,
) -> io::Result<()> {
    // What an earlier try under the same token left.
    if identity::is_there(part)? {
        fs::remove_file(part)?;
    }
    let mut source = File::open(from)?;
    let mut copy = OpenOptions::new().write(true).create_new(true).open(part)?;
    point("the copy is begun");
    io::copy(&mut source, &mut copy)?;
    let own;
    let kept = match kept {
        Some(kept) => kept,
        None => {
            own = Kept::of(from)?;
            &own
        }
    };
    let refused = kept.give(&copy)?;
    if !refused.is_empty() {
        tracing::warn!(file = %part.display(), ?refused, "A disk does not keep attributes of a file");
    }
    set_mtime(&copy, wanted.mtime_ns)?;
    copy.sync_all()?;
    drop(copy);
    point("the copy is written");
    if identity::hash(part)? != wanted.hash {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the copy, read again, was not the same",
        ));
    }
    Ok(())
}

/// Sets a file's last change, nanoseconds since 1970 UTC.
///
/// # Errors
/// The system's.
pub fn set_mtime(file: &File, mtime_ns: i64) -> io::Result<()> {
    let distance = Duration::from_nanos(mtime_ns.unsigned_abs());
    let time: Option<SystemTime> = if mtime_ns < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    match time {
        Some(time) => file.set_times(FileTimes::new().set_modified(time)),
        None => Ok(()),
    }
}

/// Waits until the disk has the names of a file's folder. Not every system lets a folder be written
/// out; those that do not keep its order themselves.
///
/// # Errors
/// The system's, where the folder cannot be opened.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), sync_folder)
}

/// As [`sync_folder_of`], for the folder itself.
///
/// # Errors
/// The system's, where the folder cannot be opened.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(error) if !is_unsupported(&error) => Err(error),
        _ => Ok(()),
    }
}

/// As [`sync_folder_of`], for the folder itself.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether a file with that content lies there; a link never does.
///
/// # Errors
/// The system's, where it cannot be told.
pub fn holds(path: &Path, hash: &ContentHash) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(identity::hash(path)? == *hash),
        Ok(_) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
