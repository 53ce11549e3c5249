//! The folder of what can be made again: thumbnails, named by the content they show.

use std::path::{Path, PathBuf};

use crate::io::{self, IoError};

/// Version of the thumbnails' making; others are made again.
const THUMBNAILS: &str = "thumbs-1";

/// The two sizes of a thumbnail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThumbSize {
    /// At most 256 pixels on the long side.
    Small,
    /// At most 1024 pixels on the long side.
    Large,
}

impl ThumbSize {
    /// The long side in pixels, at most.
    #[must_use]
    pub fn px(self) -> u32 {
        match self {
            Self::Small => 256,
            Self::Large => 1024,
        }
    }
}

/// Where thumbnails lie. Deletable at any time.
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Takes the folder, and makes it.
    ///
    /// # Errors
    /// [`IoError`].
    pub fn open(folder: &Path) -> Result<Self, IoError> {
        let folder = folder.join(THUMBNAILS);
        io::make_folder(&folder)?;
        Ok(Self { folder })
    }

    /// Reads a thumbnail; none where it is not there or was cut off.
    #[must_use]
    pub fn thumbnail(&self, content_hash: &[u8], size: ThumbSize) -> Option<Vec<u8>> {
        let bytes = std::fs::read(self.path(content_hash, size)).ok()?;
        // A JPEG ends with FF D9: what a full disk or a power cut left is not shown.
        bytes.ends_with(&[0xFF, 0xD9]).then_some(bytes)
    }

    /// Whether a thumbnail is there.
    #[must_use]
    pub fn has(&self, content_hash: &[u8], size: ThumbSize) -> bool {
        self.path(content_hash, size).is_file()
    }

    /// Keeps a thumbnail.
    ///
    /// # Errors
    /// [`IoError`], also for a full disk.
    pub fn keep(&self, content_hash: &[u8], size: ThumbSize, jpeg: &[u8]) -> Result<(), IoError> {
        let path = self.path(content_hash, size);
        match io::write_whole(&path, jpeg, false) {
            Err(error) if error.source.kind() == std::io::ErrorKind::NotFound => {
                io::make_folder(path.parent().unwrap_or(&self.folder))?;
                io::write_whole(&path, jpeg, false)
            }
            other => other,
        }
    }

    /// Keeps both thumbnails. Of a small picture they are the same: one file with two names, where
    /// the file system has such.
    ///
    /// # Errors
    /// [`IoError`], also for a full disk.
    pub fn keep_both(
        &self,
        content_hash: &[u8],
        large: &[u8],
        small: &[u8],
    ) -> Result<(), IoError> {
        self.keep(content_hash, ThumbSize::Large, large)?;
        let (from, to) = (
            self.path(content_hash, ThumbSize::Large),
            self.path(content_hash, ThumbSize::Small),
        );
        if large == small && std::fs::hard_link(from, to).is_ok() {
            return Ok(());
        }
        self.keep(content_hash, ThumbSize::Small, small)
    }

    fn path(&self, content_hash: &[u8], size: ThumbSize) -> PathBuf {
        let hex = hex(content_hash);
        let (shard, name) = hex.split_at_checked(2).unwrap_or(("00", &hex));
        self.folder
            .join(shard)
            .join(format!("{name}-{}.jpg", size.px()))
    }
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _never_fails = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_thumbnails_are_kept_alike_or_not_and_again() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        let (one, other) = ([1, 0xFF, 0xD9], [2, 0xFF, 0xD9]);
        for (large, small) in [(one, one), (other, other), (one, other), (one, one)] {
            cache.keep_both(&[7; 32], &large, &small).unwrap();
            let kept = |size| cache.thumbnail(&[7; 32], size).unwrap();
            assert_eq!(kept(ThumbSize::Large), large);
            assert_eq!(kept(ThumbSize::Small), small);
        }
    }

    #[test]
    fn a_thumbnail_that_was_cut_off_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        cache
            .keep(&[7; 32], ThumbSize::Small, &[1, 2, 0xFF, 0xD9])
            .unwrap();
        assert_eq!(
            cache.thumbnail(&[7; 32], ThumbSize::Small).unwrap(),
            [1, 2, 0xFF, 0xD9]
        );
        cache.keep(&[7; 32], ThumbSize::Small, &[1, 2]).unwrap();
        assert_eq!(cache.thumbnail(&[7; 32], ThumbSize::Small), None);
        assert_eq!(cache.thumbnail(&[8; 32], ThumbSize::Small), None);
    }
}
