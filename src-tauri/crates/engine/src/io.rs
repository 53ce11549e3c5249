//! File access with the path and the operation in every error, and the one place that counts
//! opened pictures.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A file or folder could not be read or written.
#[derive(Debug, Error)]
#[error("Cannot {operation} {}", path.display())]
pub struct IoError {
    /// What was tried: "read".
    pub operation: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub source: std::io::Error,
}

impl IoError {
    /// Says what was tried with which file.
    pub fn new(operation: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self {
            operation,
            path: path.to_owned(),
            source,
        }
    }

    /// Whether the disk had no room left.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        matches!(
            self.source.kind(),
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
        )
    }

    /// The whole story in one sentence, with the system's reason.
    #[must_use]
    pub fn story(&self) -> String {
        format!("{self}: {}", plain_reason(&self.source))
    }
}

/// The system's reason without its error number.
#[must_use]
pub fn plain_reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// Whether an error says that there is nothing at a path.
#[must_use]
pub fn is_absent(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// Size and time of a file, as a scan compares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    /// Size in bytes.
    pub bytes: u64,
    /// Last change, nanoseconds since 1970 UTC; before 1970 is negative.
    pub mtime_ns: i64,
}

impl FileStamp {
    /// Takes the stamp out of a file's metadata.
    #[must_use]
    pub fn of(metadata: &fs::Metadata) -> Self {
        let mtime_ns =
            metadata
                .modified()
                .map_or(0, |time| match time.duration_since(UNIX_EPOCH) {
                    Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
                    Err(before) => {
                        i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns)
                    }
                });
        Self {
            bytes: metadata.len(),
            mtime_ns,
        }
    }
}

/// The name of a file on its disk, which stays the same whatever paths lead to it; none where it
/// cannot be had.
#[must_use]
pub fn file_key(path: &Path) -> Option<Vec<u8>> {
    let id = file_id::get_file_id(path).ok()?;
    let bytes = match id {
        file_id::FileId::Inode {
            device_id,
            inode_number,
        } => [device_id.to_le_bytes(), inode_number.to_le_bytes()].concat(),
        file_id::FileId::LowRes {
            volume_serial_number,
            file_index,
        } => [
            volume_serial_number.to_le_bytes().as_slice(),
            &file_index.to_le_bytes(),
        ]
        .concat(),
        file_id::FileId::HighRes {
            volume_serial_number,
            file_id,
        } => [
            volume_serial_number.to_le_bytes().as_slice(),
            &file_id.to_le_bytes(),
        ]
        .concat(),
    };
    Some(bytes)
}

/// Reads a whole file.
///
/// # Errors
/// [`IoError`] with the operation "read".
pub fn read(path: &Path) -> Result<Vec<u8>, IoError> {
    fs::read(path).map_err(|source| IoError::new("read", path, source))
}

/// Reads the first bytes of a file, as many as there are.
///
/// # Errors
/// [`IoError`] with the operation "read".
pub fn read_head(path: &Path, most: usize) -> Result<Vec<u8>, IoError> {
    let failed = |source| IoError::new("read", path, source);
    let mut head = Vec::new();
    File::open(path)
        .map_err(failed)?
        .take(most as u64)
        .read_to_end(&mut head)
        .map_err(failed)?;
    Ok(head)
}

/// Makes a folder and its parents.
///
/// # Errors
/// [`IoError`] with the operation "make the folder".
pub fn make_folder(path: &Path) -> Result<(), IoError> {
    fs::create_dir_all(path).map_err(|source| IoError::new("make the folder", path, source))
}

/// Writes a file so that it is there whole or not at all.
///
/// The folder must exist. An existing file is replaced and keeps its place until the new one is
/// complete. `durable` also waits until the disk has it; a cache does not need that.
///
/// # Errors
/// [`IoError`] with the operation "write".
pub fn write_whole(path: &Path, content: &[u8], durable: bool) -> Result<(), IoError> {
    let failed = |source| IoError::new("write", path, source);
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".latent-")
        .tempfile_in(folder)
        .map_err(failed)?;
    file.write_all(content).map_err(failed)?;
    open_permissions(file.as_file()).map_err(failed)?;
    if durable {
        file.as_file().sync_all().map_err(failed)?;
    }
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Temporary files are private; what is left behind should have ordinary permissions.
#[cfg(unix)]
pub(crate) fn open_permissions(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub(crate) fn open_permissions(_file: &File) -> std::io::Result<()> {
    Ok(())
}

/// The bytes a path is stored as: the platform's own, so that every name comes back the same.
#[must_use]
pub fn path_to_bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

/// The path of stored bytes.
#[cfg(unix)]
#[must_use]
pub fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// The path of stored bytes; names that are not Unicode lose what cannot be shown.
#[cfg(not(unix))]
#[must_use]
pub fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// A path as people read it; what is not Unicode shows as `U+FFFD`.
#[must_use]
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_replaces_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_whole(&path, b"one", false).unwrap();
        write_whole(&path, b"two", true).unwrap();
        assert_eq!(read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_error_names_path_and_operation() {
        let error = read(Path::new("/nowhere/at/all.jpg")).unwrap_err();
        assert_eq!(
            error.story(),
            "Cannot read /nowhere/at/all.jpg: No such file or directory"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_unicode_comes_back_the_same() {
        let bytes = b"caf\xe9.jpg";
        assert_eq!(path_to_bytes(&path_from_bytes(bytes)), bytes);
    }
}
