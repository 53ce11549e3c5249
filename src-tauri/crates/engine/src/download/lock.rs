//! The lock file beside a downloaded model: which commit it is, and what each file must be.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::checksum::{Hasher, read_blocks};
use super::offered::is_plain;
use super::{Checksum, DownloadError, Watch, go_on};
use crate::io;

/// The name of the lock file.
pub const LOCK_FILE: &str = "model.lock.json";

/// The form of the lock file; another one is refused.
const FORMAT: u32 = 1;

/// What a downloaded model consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    format: u32,
    /// The model's id.
    pub id: String,
    /// The repository at the source.
    pub repo: String,
    /// The commit, where the source said it.
    pub commit: Option<String>,
    /// The files.
    pub files: Vec<LockedFile>,
}

/// What a file must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedFile {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its content, hexadecimal.
    pub sha256: String,
    /// The checksum that the source gave.
    pub source: Checksum,
}

impl Lock {
    pub(super) fn new(id: &str, repo: &str, commit: Option<String>) -> Self {
        Self {
            format: FORMAT,
            id: id.to_owned(),
            repo: repo.to_owned(),
            commit,
            files: Vec::new(),
        }
    }

    /// Reads the lock file of a folder; none where there is none.
    ///
    /// # Errors
    /// [`DownloadError::Malformed`] where it is damaged, [`DownloadError::Io`].
    pub fn read(folder: &Path) -> Result<Option<Self>, DownloadError> {
        let path = folder.join(LOCK_FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let malformed = |reason: String| DownloadError::Malformed {
            what: io::shown(&path),
            reason,
        };
        let lock: Self = serde_json::from_slice(&io::read(&path)?)
            .map_err(|error| malformed(error.to_string()))?;
        if lock.format != FORMAT {
            return Err(malformed(format!("its format is {}", lock.format)));
        }
        match lock.files.iter().find(|file| !is_plain(&file.name)) {
            Some(file) => Err(malformed(format!("{:?} is no plain name", file.name))),
            None => Ok(Some(lock)),
        }
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), DownloadError> {
        let text = serde_json::to_vec_pretty(self).unwrap_or_default();
        Ok(io::write_whole(&folder.join(LOCK_FILE), &text, true)?)
    }

    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Whether every file is there with its length.
    #[must_use]
    pub fn is_there(&self, folder: &Path) -> bool {
        self.files.iter().all(|file| file.is_there(folder))
    }

    /// Reads every file and compares it; answers those that are not what they must be, each with
    /// what is wrong. `watch` hears the bytes of all files.
    ///
    /// # Errors
    /// [`DownloadError::Stopped`].
    pub fn damaged(
        &self,
        folder: &Path,
        watch: Watch<'_>,
    ) -> Result<Vec<(String, String)>, DownloadError> {
        let mut damaged = Vec::new();
        let mut before = 0;
        for file in &self.files {
            let tell = |bytes: u64| go_on(watch, before + bytes, &file.name);
            tell(0)?;
            match file.problem(folder, &tell) {
                Ok(None) => {}
                Ok(Some(problem)) => damaged.push((file.name.clone(), problem)),
                Err(DownloadError::Stopped) => return Err(DownloadError::Stopped),
                Err(error) => damaged.push((file.name.clone(), error.to_string())),
            }
            before += file.bytes;
        }
        Ok(damaged)
    }
}

impl LockedFile {
    fn is_there(&self, folder: &Path) -> bool {
        fs::metadata(folder.join(&self.name)).is_ok_and(|file| file.len() == self.bytes)
    }

    fn problem(
        &self,
        folder: &Path,
        tell: &dyn Fn(u64) -> Result<(), DownloadError>,
    ) -> Result<Option<String>, DownloadError> {
        let path = folder.join(&self.name);
        let bytes = match fs::metadata(&path) {
            Ok(file) => file.len(),
            Err(error) => return Ok(Some(io::plain_reason(&error))),
        };
        if bytes != self.bytes {
            let problem = format!("it has {bytes} bytes and should have {}", self.bytes);
            return Ok(Some(problem));
        }
        let expected = Checksum::Sha256(self.sha256.clone());
        let mut hasher = Hasher::new(&expected, bytes);
        let mut done = 0;
        read_blocks(&path, |block| {
            hasher.update(block);
            done += block.len() as u64;
            tell(done)
        })?;
        let actual = hasher.finish().sha256;
        Ok((actual != self.sha256).then(|| "its content has changed".to_owned()))
    }
}
