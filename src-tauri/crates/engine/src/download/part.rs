//! A file that is on its way: the bytes that have come, their hash so far, and a note of what they
//! are a part of.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::checksum::{Hasher, read_blocks};
use super::hub::Remote;
use super::{Checksum, DownloadError};
use crate::io::{self, IoError};

/// What stands before the name of a note.
const NOTE: &str = ".note-";

/// What the bytes of a part belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    checksum: Checksum,
    bytes: u64,
    /// The `ETag` of the answer that the bytes came from; weak ones are not kept.
    validator: Option<String>,
}

/// A file on its way.
pub(super) struct Part {
    path: PathBuf,
    note_path: PathBuf,
    note: Note,
    file: File,
    hasher: Hasher,
    bytes: u64,
}

impl Part {
    /// Opens what has come of a file, and reads it again: what it hashes to is never taken on
    /// trust. What belongs to another content is thrown away.
    pub(super) fn open(
        folder: &Path,
        name: &str,
        remote: &Remote,
        tell: impl Fn(u64) -> Result<(), DownloadError>,
    ) -> Result<Self, DownloadError> {
        let (path, note_path) = (folder.join(name), note_path(folder, name));
        let kept = read_note(&note_path).filter(|note| {
            note.checksum == remote.checksum
                && note.bytes == remote.bytes
                && fs::metadata(&path).is_ok_and(|file| file.len() <= remote.bytes)
        });
        if kept.is_none() {
            remove_file(&path)?;
        }
        let fresh = Note {
            checksum: remote.checksum.clone(),
            bytes: remote.bytes,
            validator: None,
        };
        let file = File::options().create(true).append(true).open(&path);
        let file = file.map_err(|source| IoError::new("write", &path, source))?;
        let mut part = Self {
            hasher: Hasher::new(&remote.checksum, remote.bytes),
            note: kept.unwrap_or(fresh),
            path,
            note_path,
            file,
            bytes: 0,
        };
        part.write_note()?;
        part.hash_what_is_there(tell)?;
        Ok(part)
    }

    fn hash_what_is_there(
        &mut self,
        tell: impl Fn(u64) -> Result<(), DownloadError>,
    ) -> Result<(), DownloadError> {
        let path = self.path.clone();
        read_blocks(&path, |block| {
            self.hasher.update(block);
            self.bytes += block.len() as u64;
            tell(self.bytes)
        })
    }

    /// Bytes that have come.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What tells the source which content the part belongs to.
    pub(super) fn validator(&self) -> Option<&str> {
        self.note.validator.as_deref()
    }

    /// Notes which answer the coming bytes belong to.
    pub(super) fn belongs_to(&mut self, etag: Option<&str>) -> Result<(), DownloadError> {
        let strong = etag.filter(|etag| etag.starts_with('"'));
        if self.note.validator.as_deref() != strong {
            self.note.validator = strong.map(str::to_owned);
            self.write_note()?;
        }
        Ok(())
    }

    fn write_note(&self) -> Result<(), DownloadError> {
        let text = serde_json::to_vec(&self.note).unwrap_or_default();
        Ok(io::write_whole(&self.note_path, &text, false)?)
    }

    /// Takes bytes that have come.
    pub(super) fn append(&mut self, block: &[u8]) -> Result<(), DownloadError> {
        self.file
            .write_all(block)
            .map_err(|source| IoError::new("write", &self.path, source))?;
        self.hasher.update(block);
        self.bytes += block.len() as u64;
        Ok(())
    }

    /// Throws away what has come.
    pub(super) fn begin_anew(&mut self) -> Result<(), DownloadError> {
        self.file
            .set_len(0)
            .map_err(|source| IoError::new("write", &self.path, source))?;
        self.hasher = Hasher::new(&self.note.checksum, self.note.bytes);
        self.bytes = 0;
        self.note.validator = None;
        self.write_note()
    }

    /// Compares a whole file with its checksum, and answers its SHA-256. A damaged one is gone
    /// afterwards.
    pub(super) fn finish(self, name: &str) -> Result<String, DownloadError> {
        let hashed = self.hasher.finish();
        let actual = hashed.like(&self.note.checksum);
        if actual != self.note.checksum.hex() {
            let error = DownloadError::WrongChecksum {
                file: name.to_owned(),
                expected: self.note.checksum.hex().to_owned(),
                actual: actual.to_owned(),
            };
            drop(self.file);
            remove_file(&self.path)?;
            return Err(error);
        }
        self.file
            .sync_all()
            .map_err(|source| IoError::new("write", &self.path, source))?;
        Ok(hashed.sha256)
    }

    /// Throws the part away.
    pub(super) fn discard(self) -> Result<(), DownloadError> {
        drop(self.file);
        remove_file(&self.path)
    }
}

/// Notes of a file that is whole, so that the next look takes it for a part of this content.
pub(super) fn note_whole(folder: &Path, name: &str, remote: &Remote) -> Result<(), DownloadError> {
    let note = Note {
        checksum: remote.checksum.clone(),
        bytes: remote.bytes,
        validator: None,
    };
    let text = serde_json::to_vec(&note).unwrap_or_default();
    Ok(io::write_whole(&note_path(folder, name), &text, false)?)
}

/// Bytes of a part that belong to this content; they need not come again.
pub(super) fn kept_bytes(folder: &Path, name: &str, remote: &Remote) -> u64 {
    let belongs = |note: &Note| note.checksum == remote.checksum && note.bytes == remote.bytes;
    read_note(&note_path(folder, name))
        .filter(belongs)
        .and_then(|_| fs::metadata(folder.join(name)).ok())
        .map(|file| file.len())
        .filter(|bytes| *bytes <= remote.bytes)
        .unwrap_or(0)
}

/// Removes the note of a file that has its place.
pub(super) fn remove_note(folder: &Path, name: &str) -> Result<(), DownloadError> {
    remove_file(&note_path(folder, name))
}

fn note_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{NOTE}{name}"))
}

fn read_note(path: &Path) -> Option<Note> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn remove_file(path: &Path) -> Result<(), DownloadError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(IoError::new("remove", path, error).into())
        }
        _ => Ok(()),
    }
}
