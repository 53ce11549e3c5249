//! Reads one file: fingerprint, decode, metadata, thumbnails, descriptors. Runs on many threads at
//! once and changes nothing but the thumbnail cache.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use half::f16;
use thiserror::Error;

use super::describe::{self, Description};
use super::{DECODE_VERSION, ToRead};
use crate::cache::{Cache, ThumbSize};
use crate::embed::preprocess::{PixelTensor, Preprocess};
use crate::error::EngineError;
use crate::io::{self, FileStamp};
use crate::metadata::{self, Gathered};
use crate::photo::{self, DecodeSize, Limits};
use crate::store::faults::FaultRow;
use crate::store::photos::PhotoRecord;
use crate::store::{Store, photos};

/// Files above this are no pictures that could be read whole, bytes.
const MAX_FILE_BYTES: u64 = 4 << 30;

/// What reading needs beside the file.
pub(super) struct Reading<'a> {
    pub(super) store: &'a Store,
    pub(super) cache: &'a Cache,
    pub(super) limits: Limits,
    /// Prepares pictures for the model; none where no model is in use.
    pub(super) preprocess: Option<Preprocess>,
}

/// What reading a file gave.
pub(super) enum Outcome {
    /// A photo, ready to be committed.
    Photo(Box<ReadPhoto>),
    /// The content is what it was, and more is said of it.
    Said(Box<ReadSaid>),
    /// The content is what it was; only the time is new.
    Same(ToRead, FileStamp),
    /// The file cannot be read.
    Fault(FaultRow),
}

/// What was said of a photo whose content is what it was.
pub(super) struct ReadSaid {
    pub(super) file: ToRead,
    pub(super) stamp: FileStamp,
    pub(super) gathered: Gathered,
}

/// A photo that was read.
pub(super) struct ReadPhoto {
    pub(super) file: ToRead,
    pub(super) record: PhotoRecord,
    pub(super) gathered: Gathered,
    pub(super) description: Description,
    /// BLAKE3 of its pixels.
    pub(super) pixel_hash: [u8; 32],
    /// Variance of the Laplacian, grey levels squared.
    pub(super) sharpness: f32,
    /// Names the file on its disk.
    pub(super) file_key: Option<Vec<u8>>,
    pub(super) pixels: Option<PixelTensor>,
    /// Its file is what it was; only the stages that read it are newer.
    pub(super) is_same: bool,
    /// Its vector of the model, once it is encoded.
    pub(super) semantic: Option<Vec<f16>>,
}

/// Reads a file. A file that cannot be read is an [`Outcome::Fault`].
///
/// # Errors
/// [`EngineError::Io`] where the cache cannot be written: that is no fault of the photo's.
pub(super) fn read(reading: &Reading<'_>, file: ToRead) -> Result<Outcome, EngineError> {
    let (bytes, stamp) = match content(&file.found.file) {
        Ok(content) => content,
        Err(error) => {
            let reason = error.to_string();
            return Ok(fault(&file, file.found.stamp, "fingerprint", reason));
        }
    };
    let content_hash: [u8; 32] = blake3::hash(&bytes).into();
    let mut is_same = false;
    if let Some((id, version)) = file.found.known {
        let before = reading
            .store
            .read(|connection| photos::hash_of(connection, id))?;
        is_same = before.as_deref() == Some(content_hash.as_slice());
        if is_same && version == DECODE_VERSION && file.found.says_more {
            let gathered = gathered(&file, &bytes, stamp);
            return Ok(Outcome::Said(Box::new(ReadSaid {
                file,
                stamp,
                gathered,
            })));
        }
        if is_same && version == DECODE_VERSION {
            return Ok(Outcome::Same(file, stamp));
        }
    }
    let long_side = DecodeSize::AtLeast(ThumbSize::Large.px());
    let decoded = match photo::decode(&bytes, long_side, &reading.limits) {
        Ok(decoded) => decoded,
        Err(error) => {
            let reason = error.for_file(&file.found.file).to_string();
            return Ok(fault(&file, stamp, "decode", reason));
        }
    };
    let gathered = gathered(&file, &bytes, stamp);
    drop(bytes);
    let thumbnails = photo::thumbnails(&decoded.picture).map_err(EngineError::internal)?;
    if !reading.cache.has(&content_hash, ThumbSize::Small)
        || !reading.cache.has(&content_hash, ThumbSize::Large)
    {
        reading
            .cache
            .keep(&content_hash, ThumbSize::Large, &thumbnails.large)?;
        reading
            .cache
            .keep(&content_hash, ThumbSize::Small, &thumbnails.small)?;
    }
    let description = describe::describe(&thumbnails.small_picture, decoded.width, decoded.height);
    let prepare = |preprocess: &Preprocess| preprocess.apply(&decoded.picture);
    // The model's vector of the same content stays, or is made once all is read.
    let preprocess = reading.preprocess.as_ref().filter(|_| !is_same);
    let pixels = preprocess.map(prepare);
    let record = PhotoRecord {
        library_id: file.library_id,
        place: file.found.place.clone(),
        bytes: stamp.bytes,
        mtime_ns: stamp.mtime_ns,
        content_hash,
        format: decoded.format.name(),
        width: decoded.width,
        height: decoded.height,
        exif_orientation: decoded.orientation,
        visual_words: description.words.join(", "),
        decode_version: DECODE_VERSION,
    };
    Ok(Outcome::Photo(Box::new(ReadPhoto {
        pixel_hash: decoded.pixel_hash,
        sharpness: thumbnails.sharpness,
        file_key: io::file_key(&file.found.file),
        file,
        record,
        gathered,
        description,
        pixels,
        is_same,
        semantic: None,
    })))
}

/// A fault of a file.
pub(super) fn fault(file: &ToRead, stamp: FileStamp, stage: &str, reason: String) -> Outcome {
    Outcome::Fault(FaultRow {
        root_id: file.found.place.root_id,
        rel_path: file.found.place.rel_path.clone(),
        path: file.found.place.path.clone(),
        stage: stage.to_owned(),
        reason,
        stamp,
        decode_version: DECODE_VERSION,
    })
}

/// Why a file's bytes cannot be had, for its photographer.
#[derive(Debug, Error)]
enum Unreadable {
    #[error("The file was gone when it was to be read")]
    Gone,
    #[error("You have no permission to read this file: change its permissions")]
    NotAllowed,
    #[error("The file is larger than {} GiB", MAX_FILE_BYTES >> 30)]
    TooLarge,
    #[error("The file cannot be read: {}", io::plain_reason(source))]
    Io {
        #[from]
        source: std::io::Error,
    },
}

impl Unreadable {
    fn of(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::Gone,
            std::io::ErrorKind::PermissionDenied => Self::NotAllowed,
            _ => Self::from(error),
        }
    }
}

/// The bytes of a file and the stamp they belong to.
///
/// A file that is being written while it is read gets the stamp from before, so that the next scan
/// sees it as changed and reads it again.
fn content(path: &Path) -> Result<(Vec<u8>, FileStamp), Unreadable> {
    let mut file = File::open(path).map_err(Unreadable::of)?;
    let stamp = FileStamp::of(&file.metadata()?);
    if stamp.bytes > MAX_FILE_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(stamp.bytes).unwrap_or(0) + 1);
    file.read_to_end(&mut bytes)?;
    Ok((bytes, stamp))
}

/// What a file and its sidecar say.
fn gathered(file: &ToRead, bytes: &[u8], stamp: FileStamp) -> Gathered {
    let sidecar = file.found.sidecar.as_ref();
    let sidecar = sidecar.map(|(path, stamp)| (path.as_path(), stamp.mtime_ns));
    metadata::gather(bytes, stamp.mtime_ns, sidecar)
}
