//! What a child does with a file: the same calls serve in the app's own process where there is no
//! child.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{DecodedFile, Source, Unread};
use crate::io::{self, FileStamp};
use crate::metadata::{self, Gathered};
use crate::near::Print;
use crate::photo::{self, DecodeError, DecodeSize, Decoded, Format, LARGE_PX, Limits, VideoKind};
use crate::picture::Picture;
use crate::video;

/// Files above this are no pictures that could be read whole, bytes.
pub(super) const MAX_FILE_BYTES: u64 = 4 << 30;

/// What is wanted of a file for the catalog.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wanted {
    /// With this content nothing has to be read.
    pub unless: Option<[u8; 32]>,
    /// The picture is wanted too, with a long side of [`LARGE_PX`] or more.
    pub picture: bool,
    /// Of a content that is known, what the file and its sidecar say is wanted all the same.
    pub says_more: bool,
    /// The sidecar: its path as the platform's own bytes, and its time in nanoseconds since 1970.
    pub sidecar: Option<(Vec<u8>, i64)>,
}

/// A file that was read.
#[derive(Debug)]
pub struct ReadFile {
    /// Size and time from before it was read.
    pub stamp: FileStamp,
    /// BLAKE3 of the file.
    pub content_hash: [u8; 32],
    /// What was found in it.
    pub content: Content,
}

/// What was found in a file.
#[derive(Debug)]
pub enum Content {
    /// What was known before.
    Known,
    /// What was known before, and what is said of it now.
    Said(Box<Gathered>),
    /// A picture.
    New(Box<NewContent>),
    /// Not a picture, and why.
    Fault(DecodeError),
}

/// A picture, as the catalog takes it.
#[derive(Debug)]
pub struct NewContent {
    /// Width of the whole upright picture in pixels.
    pub width: u32,
    /// Height of the whole upright picture in pixels.
    pub height: u32,
    /// What the file is.
    pub format: Format,
    /// The EXIF orientation that was applied, 1 to 8.
    pub orientation: u8,
    /// BLAKE3 of its pixels; of a video, of its file.
    pub pixel_hash: [u8; 32],
    /// It is a video, and a plain tile stands for it.
    pub is_tile: bool,
    /// Variance of the Laplacian, grey levels squared.
    pub sharpness: f32,
    /// What the file and its sidecar say.
    pub gathered: Box<Gathered>,
    /// JPEG, long side at most [`SMALL_PX`](crate::photo::SMALL_PX).
    pub small: Vec<u8>,
    /// JPEG, long side at most [`LARGE_PX`].
    pub large: Vec<u8>,
    /// The small one before it was written.
    pub small_picture: Picture,
    /// The picture, where it was wanted.
    pub picture: Option<Picture>,
}

impl NewContent {
    /// What recognises it in its copies.
    #[must_use]
    pub fn print(&self) -> Print {
        match self.format {
            Format::Video(_) => Print::of_nothing(),
            _ => Print::of(&self.small_picture),
        }
    }
}

/// Reads a file for the catalog; `started` is called once its bytes are there.
pub(super) fn read(
    path: &Path,
    wanted: &Wanted,
    started: &mut dyn FnMut(),
) -> Result<ReadFile, Unread> {
    let file = Opened::open(path)?;
    started();
    let gathered = || {
        let sidecar = wanted.sidecar.as_ref();
        let sidecar = sidecar.map(|(path, at)| (io::path_from_bytes(path), *at));
        let sidecar = sidecar.as_ref().map(|(path, at)| (path.as_path(), *at));
        let metadata = match &file.body {
            Body::Picture(bytes) => photo::metadata::read(bytes),
            Body::Video(_) => video::metadata(path),
        };
        Box::new(metadata::gather(metadata, file.stamp.mtime_ns, sidecar))
    };
    let content = if wanted.unless != Some(file.hash) {
        match new_content(path, &file, wanted.picture, gathered) {
            Ok(new) => Content::New(Box::new(new)),
            Err(error) => Content::Fault(error.for_file(path)),
        }
    } else if wanted.says_more {
        Content::Said(gathered())
    } else {
        Content::Known
    };
    Ok(ReadFile {
        stamp: file.stamp,
        content_hash: file.hash,
        content,
    })
}

fn new_content(
    path: &Path,
    file: &Opened,
    with_picture: bool,
    gathered: impl FnOnce() -> Box<Gathered>,
) -> Result<NewContent, DecodeError> {
    let (decoded, is_tile) = file.decode(path, DecodeSize::AtLeast(LARGE_PX))?;
    let made = photo::thumbnails(&decoded.picture).map_err(|source| DecodeError::Damaged {
        format: decoded.format,
        source: Box::new(source),
    })?;
    Ok(NewContent {
        width: decoded.width,
        height: decoded.height,
        format: decoded.format,
        orientation: decoded.orientation,
        pixel_hash: decoded.pixel_hash,
        is_tile,
        sharpness: made.sharpness,
        gathered: gathered(),
        small: made.small,
        large: made.large,
        small_picture: made.small_picture,
        picture: with_picture.then_some(decoded.picture),
    })
}

/// Decodes a picture.
pub(super) fn decode(
    source: Source<'_>,
    size: DecodeSize,
    started: &mut dyn FnMut(),
) -> Result<DecodedFile, Unread> {
    let (decoded, content_hash) = match source {
        Source::File(path) => {
            let file = Opened::open(path)?;
            started();
            (
                file.decode(path, size).map(|(decoded, _)| decoded),
                file.hash,
            )
        }
        Source::Bytes(bytes) => {
            started();
            let limits = Limits::for_file(bytes.len() as u64);
            let decoded = photo::decode(bytes, size, &limits);
            (decoded, blake3::hash(bytes).into())
        }
    };
    Ok(DecodedFile {
        decoded: decoded.map_err(|error| complete(error, source))?,
        content_hash,
    })
}

/// Reads the size of a picture, or of what stands for a video.
pub(super) fn size(source: Source<'_>, started: &mut dyn FnMut()) -> Result<(u32, u32), Unread> {
    let size = match source {
        Source::File(path) => {
            let file = Opened::open(path)?;
            started();
            match &file.body {
                Body::Picture(bytes) => photo::full_size(bytes),
                Body::Video(_) => file
                    .decode(path, DecodeSize::Full)
                    .map(|(decoded, _)| (decoded.width, decoded.height)),
            }
        }
        Source::Bytes(bytes) => {
            started();
            photo::full_size(bytes)
        }
    };
    size.map_err(|error| complete(error, source))
}

fn complete(error: DecodeError, source: Source<'_>) -> Unread {
    Unread::Picture(match source {
        Source::File(path) => error.for_file(path),
        Source::Bytes(_) => error,
    })
}

/// What is held of a file while it is worked on.
enum Body {
    /// All of it.
    Picture(Vec<u8>),
    /// Nothing: videos are larger than memory.
    Video(VideoKind),
}

/// A file, its stamp and the hash of its content.
///
/// A file that is being written while it is read gets the stamp from before, so that the next scan
/// sees it as changed and reads it again.
struct Opened {
    body: Body,
    stamp: FileStamp,
    hash: [u8; 32],
}

impl Opened {
    fn open(path: &Path) -> Result<Self, Unread> {
        let failed = |error: std::io::Error| Unread::of(&error);
        let mut file = File::open(path).map_err(failed)?;
        let stamp = FileStamp::of(&file.metadata().map_err(failed)?);
        if let Some(kind) = video::kind_of(&mut file).map_err(failed)? {
            file.rewind().map_err(failed)?;
            let mut hasher = blake3::Hasher::new();
            hasher.update_reader(file).map_err(failed)?;
            return Ok(Self {
                body: Body::Video(kind),
                stamp,
                hash: hasher.finalize().into(),
            });
        }
        if stamp.bytes > MAX_FILE_BYTES {
            return Err(Unread::TooLarge);
        }
        file.rewind().map_err(failed)?;
        let mut bytes = Vec::with_capacity(usize::try_from(stamp.bytes).unwrap_or(0) + 1);
        file.read_to_end(&mut bytes).map_err(failed)?;
        Ok(Self {
            hash: blake3::hash(&bytes).into(),
            body: Body::Picture(bytes),
            stamp,
        })
    }

    /// The picture, and whether it is a tile.
    fn decode(&self, path: &Path, size: DecodeSize) -> Result<(Decoded, bool), DecodeError> {
        match &self.body {
            Body::Picture(bytes) => {
                let limits = Limits::for_file(bytes.len() as u64);
                Ok((photo::decode(bytes, size, &limits)?, false))
            }
            Body::Video(kind) => {
                let poster = video::poster(path, *kind, size)?;
                let decoded = Decoded {
                    picture: poster.picture,
                    width: poster.width,
                    height: poster.height,
                    format: Format::Video(*kind),
                    orientation: 1,
                    // One frame does not tell two videos apart: only equal files are the same.
                    pixel_hash: self.hash,
                };
                Ok((decoded, poster.is_tile))
            }
        }
    }
}
