//! The checksums of the source, and the hash of a file as it arrives.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::io::IoError;

/// Bytes read at a time.
pub(super) const BLOCK_BYTES: usize = 256 << 10;

/// What the source says a file's content is, in lower-case hexadecimal.
///
/// # Source
/// Large files carry the SHA-256 of Git LFS, small ones the name of their Git blob:
/// <https://git-scm.com/book/en/v2/Git-Internals-Git-Objects>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "camelCase")]
pub enum Checksum {
    /// SHA-256 of the content.
    Sha256(String),
    /// SHA-1 of `blob LEN\0` and the content.
    GitBlob(String),
}

impl Checksum {
    /// Reads an `ETag`: quoted or not, weak or not. Which of the two it is, its length tells.
    #[must_use]
    pub fn from_etag(etag: &str) -> Option<Self> {
        let etag = etag.trim();
        let etag = etag.strip_prefix("W/").unwrap_or(etag);
        let hex = etag.trim_matches('"').to_ascii_lowercase();
        if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        match hex.len() {
            64 => Some(Self::Sha256(hex)),
            40 => Some(Self::GitBlob(hex)),
            _ => None,
        }
    }

    /// The hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> &str {
        match self {
            Self::Sha256(hex) | Self::GitBlob(hex) => hex,
        }
    }
}

/// Hashes a file of a known length as it arrives.
#[derive(Clone)]
pub(super) struct Hasher {
    sha256: Sha256,
    blob: Option<Sha1>,
}

/// The hashes of a whole file.
pub(super) struct Hashed {
    pub(super) sha256: String,
    blob: Option<String>,
}

impl Hasher {
    pub(super) fn new(expected: &Checksum, bytes: u64) -> Self {
        let blob = matches!(expected, Checksum::GitBlob(_))
            .then(|| Sha1::new_with_prefix(format!("blob {bytes}\0")));
        Self {
            sha256: Sha256::new(),
            blob,
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        if let Some(blob) = &mut self.blob {
            blob.update(bytes);
        }
    }

    pub(super) fn finish(self) -> Hashed {
        Hashed {
            sha256: hex(&self.sha256.finalize()),
            blob: self.blob.map(|blob| hex(&blob.finalize())),
        }
    }
}

impl Hashed {
    /// The hash that is comparable with a checksum.
    pub(super) fn like(&self, expected: &Checksum) -> &str {
        match (expected, &self.blob) {
            (Checksum::GitBlob(_), Some(blob)) => blob,
            _ => &self.sha256,
        }
    }
}

/// Reads a file block by block.
pub(super) fn read_blocks<E: From<IoError>>(
    path: &Path,
    mut visit: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |source| IoError::new("read", path, source);
    let mut file = File::open(path).map_err(failed)?;
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        let read = file.read(&mut block).map_err(failed)?;
        match block.get(..read) {
            None | Some([]) => return Ok(()),
            Some(bytes) => visit(bytes)?,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _never_fails = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_known_by_its_length() {
        let (long, short) = ("a".repeat(64), "B".repeat(40));
        assert_eq!(
            Checksum::from_etag(&format!("\"{long}\"")),
            Some(Checksum::Sha256(long))
        );
        assert_eq!(
            Checksum::from_etag(&format!("W/\"{short}\"")),
            Some(Checksum::GitBlob("b".repeat(40)))
        );
        assert_eq!(Checksum::from_etag("\"abc-12\""), None);
        assert_eq!(Checksum::from_etag(&"g".repeat(40)), None);
    }

    /// The values are those of `printf 'hello' | git hash-object --stdin` and `sha256sum`.
    #[test]
    fn hashes_are_those_of_git_and_sha256sum() {
        let expected = Checksum::GitBlob("b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0".to_owned());
        let mut hasher = Hasher::new(&expected, 5);
        hasher.update(b"hel");
        hasher.update(b"lo");
        let hashed = hasher.finish();
        assert_eq!(hashed.like(&expected), expected.hex());
        assert_eq!(
            hashed.sha256,
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
    }
}
