//! Which file a path leads to: by device and number, never by name, so that links, mounts, second
//! ways to a folder and file systems without upper and lower case all show as what they are.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::plan::ContentHash;

/// A file or folder, whatever it is called.
pub type FileId = file_id::FileId;

/// The file that a path leads to; a link is followed.
///
/// # Errors
/// The system's.
pub fn of(path: &Path) -> io::Result<FileId> {
    file_id::get_file_id(path)
}

/// A path with every link of its folders followed, and its last name as it is.
///
/// # Errors
/// The system's, where the folder is not there.
pub fn real_path(path: &Path) -> io::Result<PathBuf> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    Ok(fs::canonicalize(folder)?.join(name))
}

/// Whether something has that name, be it a link that leads nowhere.
///
/// # Errors
/// The system's, where it cannot be told.
pub fn is_there(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Hashes a file; a link is refused, not followed.
///
/// # Errors
/// The system's.
pub fn hash(path: &Path) -> io::Result<ContentHash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(open(path)?)?;
    Ok(ContentHash(*hasher.finalize().as_bytes()))
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NOFOLLOW.bits();
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags.cast_signed());
    options.open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    if fs::symlink_metadata(path)?.is_symlink() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    OpenOptions::new().read(true).open(path)
}
