//! Reads one file: has it fingerprinted and decoded, and makes its descriptors. Runs on many threads
//! at once and changes nothing but the thumbnail cache.

use std::path::Path;

use half::f16;

use super::describe::{self, Description};
use super::{DECODE_VERSION, ToRead};
use crate::cache::{Cache, ThumbSize};
use crate::decoder::{Content, Decoder, Unread, Wanted};
use crate::embed::preprocess::{PixelTensor, Preprocess};
use crate::error::EngineError;
use crate::fault_kind::FaultKind;
use crate::io::{self, FileStamp};
use crate::metadata::Gathered;
use crate::photo::{DecodeError, Format};
use crate::store::faults::FaultRow;
use crate::store::photos::PhotoRecord;
use crate::store::{Store, photos};

/// What reading needs beside the file.
pub(super) struct Reading<'a> {
    pub(super) store: &'a Store,
    pub(super) cache: &'a Cache,
    pub(super) decoder: &'a Decoder,
    /// Whether the job is to end.
    pub(super) is_cancelled: &'a (dyn Fn() -> bool + Sync),
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
    /// The file went, or its disk did: the next scan tells.
    Gone(ToRead),
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
    /// It is a video without a frame.
    pub(super) is_tile: bool,
    /// Its file is what it was; only the stages that read it are newer.
    pub(super) is_same: bool,
    /// Its vector of the model, once it is encoded.
    pub(super) semantic: Option<Vec<f16>>,
}

/// Reads a file. A file that cannot be read is an [`Outcome::Fault`].
///
/// # Errors
/// [`EngineError::Io`] where the cache cannot be written: that is no fault of the photo's;
/// [`EngineError::Cancelled`].
pub(super) fn read(reading: &Reading<'_>, file: ToRead) -> Result<Outcome, EngineError> {
    let before = match file.found.known {
        Some((id, version)) => {
            let hash = reading
                .store
                .read(|connection| photos::hash_of(connection, id))?;
            hash.map(|hash| (hash, version))
        }
        None => None,
    };
    // The content need not be decoded again where only its time is new.
    let current = before
        .as_ref()
        .filter(|(_, version)| *version == DECODE_VERSION);
    let wanted = Wanted {
        unless: current.and_then(|(hash, _)| hash.as_slice().try_into().ok()),
        picture: reading.preprocess.is_some(),
        says_more: file.found.says_more,
        sidecar: file
            .found
            .sidecar
            .as_ref()
            .map(|(path, stamp)| (io::path_to_bytes(path), stamp.mtime_ns)),
    };
    let path = &file.found.file;
    let read = match reading.decoder.read(path, &wanted, reading.is_cancelled) {
        Ok(read) => read,
        Err(Unread::Cancelled) => return Err(EngineError::Cancelled),
        Err(Unread::Picture(error)) => {
            return Ok(undecoded(&file, file.found.stamp, &error));
        }
        Err(Unread::Gone) => return Ok(Outcome::Gone(file)),
        Err(error) if is_out_of_reach(path) => {
            tracing::info!(%error, "A file went while it was read");
            return Ok(Outcome::Gone(file));
        }
        Err(error) => {
            let (kind, reason) = (error.kind(), error.to_string());
            let stamp = file.found.stamp;
            return Ok(fault(&file, stamp, "fingerprint", kind, reason));
        }
    };
    let (stamp, content_hash) = (read.stamp, read.content_hash);
    let new = match read.content {
        Content::Known => return Ok(Outcome::Same(file, stamp)),
        Content::Said(gathered) => {
            return Ok(Outcome::Said(Box::new(ReadSaid {
                file,
                stamp,
                gathered: *gathered,
            })));
        }
        Content::Fault(error) => return Ok(undecoded(&file, stamp, &error)),
        Content::New(new) => *new,
    };
    let is_same = before.is_some_and(|(hash, _)| hash == content_hash);
    // A frame may have taken the place of a tile.
    let is_film = matches!(new.format, Format::Video(_));
    let is_same = is_same && !is_film;
    if is_film
        || !reading.cache.has(&content_hash, ThumbSize::Small)
        || !reading.cache.has(&content_hash, ThumbSize::Large)
    {
        reading
            .cache
            .keep_both(&content_hash, &new.large, &new.small)?;
    }
    let description = describe::describe(&new);
    // The model's vector of the same content stays, or is made once all is read.
    let preprocess = reading.preprocess.as_ref().filter(|_| !is_same);
    let pixels = preprocess
        .zip(new.picture.as_ref())
        .map(|(preprocess, picture)| preprocess.apply(picture));
    let record = PhotoRecord {
        library_id: file.library_id,
        place: file.found.place.clone(),
        bytes: stamp.bytes,
        mtime_ns: stamp.mtime_ns,
        content_hash,
        format: new.format.name(),
        width: new.width,
        height: new.height,
        exif_orientation: new.orientation,
        visual_words: description.words.join(", "),
        decode_version: DECODE_VERSION,
    };
    Ok(Outcome::Photo(Box::new(ReadPhoto {
        pixel_hash: new.pixel_hash,
        sharpness: new.sharpness,
        file_key: io::file_key(&file.found.file),
        file,
        record,
        gathered: *new.gathered,
        description,
        pixels,
        is_same,
        is_tile: new.is_tile,
        semantic: None,
    })))
}

/// A file whose content is no picture.
fn undecoded(file: &ToRead, stamp: FileStamp, error: &DecodeError) -> Outcome {
    fault(file, stamp, "decode", error.kind(), error.to_string())
}

/// A fault of a file.
pub(super) fn fault(
    file: &ToRead,
    stamp: FileStamp,
    stage: &str,
    kind: FaultKind,
    reason: String,
) -> Outcome {
    Outcome::Fault(FaultRow {
        root_id: file.found.place.root_id,
        rel_path: file.found.place.rel_path.clone(),
        path: file.found.place.path.clone(),
        stage: stage.to_owned(),
        kind,
        reason,
        stamp,
        decode_version: DECODE_VERSION,
        file_key: io::file_key(&file.found.file),
    })
}

/// Whether a file that a scan has seen cannot even be asked for its size any more, as on a disk that
/// was unplugged.
fn is_out_of_reach(path: &Path) -> bool {
    std::fs::metadata(path).is_err_and(|error| error.kind() != std::io::ErrorKind::PermissionDenied)
}
