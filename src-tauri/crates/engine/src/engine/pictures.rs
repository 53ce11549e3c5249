//! Pictures on their way out or into a query: thumbnails, whole pictures, crops, and outside
//! pictures held for a query.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::cache::{ThumbSize, hex};
use crate::crop_box::CropBox;
use crate::decoder::{DecodedFile, Source, Unread};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{PhotoId, QueryPictureId};
use crate::io;
use crate::photo::{self, DecodeSize, Format};
use crate::picture::Picture;
use crate::store::photos;

/// Outside pictures held at once; the oldest goes first.
const HELD: usize = 32;

/// Bytes of outside pictures held at once.
const HELD_BYTES: usize = 512 << 20;

/// JPEG quality of crops and of pictures a browser cannot show itself.
const QUALITY: u8 = 90;

/// JPEG quality of pictures that are kept in a query.
const KEPT_QUALITY: u8 = 85;

/// Bytes of a JPEG that is kept in a query as it is.
const KEPT_BYTES: usize = 1 << 20;

/// A part that is embedded is decoded so large that it has at least this long side, where the
/// original has it: more than any descriptor looks at.
const CROP_PX: f32 = 1024.0;

/// Bytes that tell what a file is.
const HEAD: usize = 4096;

/// Where a picture comes from.
#[derive(Clone, Debug)]
pub enum PictureSource {
    /// A photo of a library.
    Photo(PhotoId),
    /// A file on this machine.
    File(PathBuf),
    /// A file's content.
    Bytes(Arc<Vec<u8>>),
    /// A picture held by [`Engine::hold_picture`].
    Held(QueryPictureId),
}

/// A picture's bytes, for a browser.
#[derive(Clone, Debug)]
pub struct Media {
    /// The file's or the encoded picture's bytes.
    pub bytes: Vec<u8>,
    /// "image/jpeg" …
    pub mime: &'static str,
}

/// An outside picture that is held.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Its id.
    pub id: QueryPictureId,
    /// Upright width of the file, pixels.
    pub width: u32,
    /// Upright height of the file, pixels.
    pub height: u32,
}

/// Outside pictures, oldest first.
#[derive(Default)]
pub(crate) struct HeldPictures {
    next: AtomicI64,
    list: Mutex<VecDeque<(QueryPictureId, Arc<Vec<u8>>)>>,
}

impl HeldPictures {
    fn keep(&self, bytes: Arc<Vec<u8>>) -> QueryPictureId {
        let id = QueryPictureId(self.next.fetch_add(1, Ordering::Relaxed) + 1);
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.push_back((id, bytes));
        while list.len() > HELD
            || (list.len() > 1 && list.iter().map(|(_, b)| b.len()).sum::<usize>() > HELD_BYTES)
        {
            list.pop_front();
        }
        id
    }

    fn get(&self, id: QueryPictureId) -> Option<Arc<Vec<u8>>> {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.iter()
            .find(|(held, _)| *held == id)
            .map(|(_, bytes)| Arc::clone(bytes))
    }
}

impl Engine {
    /// Holds an outside picture for queries, while the engine is open.
    ///
    /// # Errors
    /// [`EngineError::Picture`] where it cannot be read.
    pub fn hold_picture(&self, source: PictureSource) -> Result<Held, EngineError> {
        let (bytes, name) = self.source_bytes(&source)?;
        let small = DecodeSize::AtLeast(ThumbSize::Small.px());
        let decoded = self.decode_bytes(&bytes, small, &name)?.decoded;
        let id = self.held().keep(bytes);
        Ok(Held {
            id,
            width: decoded.width,
            height: decoded.height,
        })
    }

    /// A held picture, upright, as JPEG of at most 1024 pixels.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Picture`].
    pub fn held_jpeg(&self, id: QueryPictureId) -> Result<Vec<u8>, EngineError> {
        let large = DecodeSize::AtLeast(ThumbSize::Large.px());
        let decoded = self.decode(&PictureSource::Held(id), large)?.decoded;
        jpeg(&photo::resize(&decoded.picture, ThumbSize::Large.px()))
    }

    /// A picture to keep in a query for good: a JPEG of at most so many pixels on its long side.
    ///
    /// One that is such a JPEG already is answered as it is, so that keeping it again loses nothing.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Io`], [`EngineError::Picture`].
    pub fn kept_jpeg(
        &self,
        source: &PictureSource,
        long_side_px: u32,
    ) -> Result<Vec<u8>, EngineError> {
        let size = DecodeSize::AtLeast(long_side_px);
        let decoded = self.decode(source, size)?.decoded;
        let is_small = decoded.width.max(decoded.height) <= long_side_px;
        if is_small && decoded.format == Format::Jpeg {
            let (bytes, _) = self.source_bytes(source)?;
            if bytes.len() <= KEPT_BYTES {
                return Ok(bytes.to_vec());
            }
        }
        let small = photo::resize(&decoded.picture, long_side_px);
        photo::encode_jpeg(&small, KEPT_QUALITY).map_err(EngineError::internal)
    }

    /// A photo's thumbnail as JPEG, from the cache; made again from the file where it is not there.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Io`] or [`EngineError::Picture`] of the file.
    pub fn thumbnail(&self, id: PhotoId, size: ThumbSize) -> Result<Vec<u8>, EngineError> {
        let hash = self.content_hash(id)?;
        if let Some(jpeg) = self.cache().thumbnail(&hash, size) {
            return Ok(jpeg);
        }
        let large = DecodeSize::AtLeast(ThumbSize::Large.px());
        let file = self.decode(&PictureSource::Photo(id), large)?;
        let made = photo::thumbnails(&file.decoded.picture).map_err(EngineError::internal)?;
        if file.content_hash.as_slice() == hash {
            self.cache().keep(&hash, ThumbSize::Large, &made.large)?;
            self.cache().keep(&hash, ThumbSize::Small, &made.small)?;
        }
        Ok(match size {
            ThumbSize::Small => made.small,
            ThumbSize::Large => made.large,
        })
    }

    /// A photo as a browser shows it upright: the file itself, or a JPEG of it.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Io`] or [`EngineError::Picture`] of the file.
    pub fn full_picture(&self, id: PhotoId) -> Result<Media, EngineError> {
        let source = PictureSource::Photo(id);
        let shown_as_it_is = |format| {
            use Format::{Bmp, Gif, Jpeg, Png, Webp};
            matches!(format, Jpeg | Png | Webp | Gif | Bmp)
        };
        let head = io::read_head(&self.original_path(id)?, HEAD).unwrap_or_default();
        if !photo::sniff(&head).is_none_or(shown_as_it_is) {
            return self.as_jpeg(&source);
        }
        let (bytes, _) = self.source_bytes(&source)?;
        // Browsers turn JPEGs by their EXIF; the other formats only where nothing is to be turned.
        let format = photo::sniff(&bytes);
        let turned = photo::metadata::read(&bytes).orientation > 1;
        match format {
            Some(Format::Jpeg) => Ok(owned(bytes, "image/jpeg")),
            Some(Format::Png) if !turned => Ok(owned(bytes, "image/png")),
            Some(Format::Webp) if !turned => Ok(owned(bytes, "image/webp")),
            Some(Format::Gif) => Ok(owned(bytes, "image/gif")),
            Some(Format::Bmp) => Ok(owned(bytes, "image/bmp")),
            _ => self.as_jpeg(&source),
        }
    }

    fn as_jpeg(&self, source: &PictureSource) -> Result<Media, EngineError> {
        let decoded = self.decode(source, DecodeSize::Full)?.decoded;
        Ok(Media {
            bytes: jpeg(&decoded.picture)?,
            mime: "image/jpeg",
        })
    }

    /// Where a photo's file lies.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn original_path(&self, id: PhotoId) -> Result<PathBuf, EngineError> {
        self.store()
            .read(|connection| photos::path_of(connection, id))?
            .ok_or_else(|| EngineError::not_found("photo", id))
    }

    /// A part of a photo as JPEG, at most so many pixels on its long side.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Picture`].
    pub fn crop_jpeg(
        &self,
        id: PhotoId,
        crop: CropBox,
        max_px: u32,
    ) -> Result<Vec<u8>, EngineError> {
        let part = self.load_picture(&PictureSource::Photo(id), Some(crop))?;
        jpeg(&photo::resize(&part, max_px.clamp(1, 8192)))
    }

    /// What changes when a photo's content does: BLAKE3 in hexadecimal.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn photo_revision(&self, id: PhotoId) -> Result<String, EngineError> {
        Ok(hex(&self.content_hash(id)?))
    }

    /// Writes a part of a picture, or all of it, to a new JPEG or PNG in the original's pixels.
    ///
    /// Answers its width and height.
    ///
    /// # Errors
    /// [`EngineError::AlreadyExists`] unless `overwrite`, and always for a photo of a library;
    /// [`EngineError::Invalid`] for another file type, [`EngineError::Io`].
    pub fn export_crop(
        &self,
        source: &PictureSource,
        crop: Option<CropBox>,
        output: &Path,
        overwrite: bool,
    ) -> Result<(u32, u32), EngineError> {
        let kind = output
            .extension()
            .and_then(|e| e.to_str())
            .map(str::to_ascii_lowercase);
        let encode = match kind.as_deref() {
            Some("jpg" | "jpeg") => |picture: &Picture| photo::encode_jpeg(picture, 95),
            Some("png") => photo::encode_png,
            _ => {
                let reason = "Name the output .jpg or .png: other types are not written";
                return Err(EngineError::invalid(reason));
            }
        };
        self.refuse_photo(output)?;
        if !overwrite && output.symlink_metadata().is_ok() {
            return Err(EngineError::AlreadyExists {
                what: output.display().to_string(),
                advice: "name another file, or ask for it to be replaced",
            });
        }
        let decoded = self.decode(source, DecodeSize::Full)?.decoded;
        let part = crop.map_or_else(
            || decoded.picture.clone(),
            |c| photo::crop(&decoded.picture, c),
        );
        let encoded = encode(&part).map_err(EngineError::internal)?;
        io::write_whole(output, &encoded, true)?;
        Ok((part.width(), part.height()))
    }

    /// Loads a picture, or a part of it, large enough for every descriptor.
    pub(crate) fn load_picture(
        &self,
        source: &PictureSource,
        crop: Option<CropBox>,
    ) -> Result<Picture, EngineError> {
        let Some(crop) = crop else {
            let large = DecodeSize::AtLeast(ThumbSize::Large.px());
            return Ok(self.decode(source, large)?.decoded.picture);
        };
        let share = crop.width().max(crop.height());
        let long_side = (CROP_PX / share).min(65_535.0) as u32;
        let decoded = self.decode(source, DecodeSize::AtLeast(long_side))?.decoded;
        Ok(photo::crop(&decoded.picture, crop))
    }

    /// Upright width and height of a picture, in pixels.
    pub(crate) fn picture_size(&self, source: &PictureSource) -> Result<(u32, u32), EngineError> {
        if let Some(path) = self.source_path(source)?
            && let Ok(size) = self.decoder().size(Source::File(&path))
        {
            return Ok(size);
        }
        let (bytes, name) = self.source_bytes(source)?;
        let size = self.decoder().size(Source::Bytes(&bytes));
        size.map_err(|unread| unreadable(unread, name))
    }

    /// Decodes a picture, and what stands for it where its disk is not there.
    fn decode(&self, source: &PictureSource, size: DecodeSize) -> Result<DecodedFile, EngineError> {
        if let Some(path) = self.source_path(source)? {
            match self.decoder().decode(Source::File(&path), size) {
                Ok(decoded) => return Ok(decoded),
                Err(unread @ Unread::Picture(_)) => {
                    return Err(unreadable(unread, path.display().to_string()));
                }
                // The bytes are asked for below, which tells in full why there are none.
                Err(_) => {}
            }
        }
        let (bytes, name) = self.source_bytes(source)?;
        self.decode_bytes(&bytes, size, &name)
    }

    fn decode_bytes(
        &self,
        bytes: &[u8],
        size: DecodeSize,
        name: &str,
    ) -> Result<DecodedFile, EngineError> {
        let decoded = self.decoder().decode(Source::Bytes(bytes), size);
        decoded.map_err(|unread| unreadable(unread, name.to_owned()))
    }

    /// The file of a picture, where it is one.
    fn source_path(&self, source: &PictureSource) -> Result<Option<PathBuf>, EngineError> {
        Ok(match source {
            PictureSource::File(path) if !path.is_dir() => Some(path.clone()),
            PictureSource::Photo(id) => Some(self.original_path(*id)?),
            _ => None,
        })
    }

    /// The bytes of a picture, and its name for messages. A photo whose disk is not there is
    /// replaced by its thumbnail.
    fn source_bytes(&self, source: &PictureSource) -> Result<(Arc<Vec<u8>>, String), EngineError> {
        match source {
            PictureSource::Bytes(bytes) => Ok((Arc::clone(bytes), "that was given".into())),
            PictureSource::File(path) => {
                if path.is_dir() {
                    let reason = format!("{} is a folder: name a picture", path.display());
                    return Err(EngineError::invalid(reason));
                }
                Ok((Arc::new(io::read(path)?), path.display().to_string()))
            }
            PictureSource::Held(id) => {
                let bytes = self
                    .held()
                    .get(*id)
                    .ok_or_else(|| EngineError::not_found("held picture (give it again)", id))?;
                Ok((bytes, "that was given".into()))
            }
            PictureSource::Photo(id) => {
                let path = self.original_path(*id)?;
                let bytes = match io::read(&path) {
                    Ok(bytes) => bytes,
                    Err(error) => {
                        let hash = self.content_hash(*id)?;
                        self.cache()
                            .thumbnail(&hash, ThumbSize::Large)
                            .ok_or(error)?
                    }
                };
                Ok((Arc::new(bytes), path.display().to_string()))
            }
        }
    }

    fn content_hash(&self, id: PhotoId) -> Result<Vec<u8>, EngineError> {
        self.store()
            .read(|connection| photos::hash_of(connection, id))?
            .ok_or_else(|| EngineError::not_found("photo", id))
    }

    /// Refuses to write where a photo of a library lies, whatever was asked.
    fn refuse_photo(&self, output: &Path) -> Result<(), EngineError> {
        let real = std::fs::canonicalize(output).unwrap_or_else(|_| output.to_owned());
        let shown = io::shown(&real);
        let known = self
            .store()
            .read(|connection| photos::is_known_path(connection, &shown))?;
        if !known {
            return Ok(());
        }
        Err(EngineError::AlreadyExists {
            what: format!("{shown} is a photo of a library and"),
            advice: "photos are never written to, so name another file",
        })
    }
}

fn unreadable(unread: Unread, name: String) -> EngineError {
    match unread.into_io(Path::new(&name)) {
        Ok(error) => error.into(),
        Err(source) => EngineError::Picture { name, source },
    }
}

fn jpeg(picture: &Picture) -> Result<Vec<u8>, EngineError> {
    photo::encode_jpeg(picture, QUALITY).map_err(EngineError::internal)
}

fn owned(bytes: Arc<Vec<u8>>, mime: &'static str) -> Media {
    Media {
        bytes: Arc::try_unwrap(bytes).unwrap_or_else(|shared| shared.to_vec()),
        mime,
    }
}
