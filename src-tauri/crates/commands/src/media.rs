//! Pictures as bytes: thumbnails, whole pictures, originals, films, crops and held pictures.
//!
//! Bytes never travel inside JSON. The window's `media:` scheme and `/media/…` over HTTP both ask
//! [`answer`] and add nothing to it, but for how a part of a file is passed on. A path names ids and
//! numbers only, so no path on the disk can be reached that the engine does not know.

mod address;
mod file_part;
mod original;

use std::panic::{AssertUnwindSafe, catch_unwind};

use latent_engine::Engine;
use latent_engine::ids::PhotoId;

use crate::CommandError;
use crate::wire::ErrorCode;
use address::{Address, Malformed};
pub use file_part::FilePart;
use original::Use;

/// A browser asks again each time and mostly hears 304: a photo may change under its id.
const ASK_AGAIN: &str = "private, no-cache";
/// Held pictures get new ids in every run, and errors pass.
const KEEP_NOT: &str = "no-store";

/// What a door sends back for a picture.
#[derive(Debug)]
pub struct MediaAnswer {
    /// 200, 206, 304, 400, 404, 416, 422 or 500.
    pub status: u16,
    /// The value of `Content-Type`; short plain text where `status` is 400 or more.
    pub mime: String,
    /// The body, where `file` is none.
    pub bytes: Vec<u8>,
    /// The body, to be read as it is sent.
    pub file: Option<FilePart>,
    /// The value of `ETag`, with its quotes.
    pub etag: Option<String>,
    /// The value of `Cache-Control`.
    pub cache_control: &'static str,
    /// Of a part of a file: its first byte, and the length of the file.
    range: Option<(u64, u64)>,
    /// The length of a file that has not the range that was asked for.
    out_of: Option<u64>,
    /// Ranges of the same path can be asked for.
    pub accept_ranges: bool,
    /// The value of `Content-Disposition`: originals are saved, not shown.
    pub disposition: Option<String>,
}

impl MediaAnswer {
    /// The headers both doors send, names in lower case.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("content-type", self.mime.clone()),
            ("cache-control", self.cache_control.to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
        ];
        let named = |name, value: Option<String>| value.map(|value| (name, value));
        headers.extend(named("etag", self.etag.clone()));
        headers.extend(named("content-range", self.content_range()));
        headers.extend(named("content-disposition", self.disposition.clone()));
        if self.accept_ranges {
            headers.push(("accept-ranges", "bytes".to_owned()));
        }
        headers
    }

    /// The value of `Content-Range`.
    ///
    /// # Source
    /// RFC 9110, section 14.4.
    #[must_use]
    pub fn content_range(&self) -> Option<String> {
        if let Some(length) = self.out_of {
            return Some(format!("bytes */{length}"));
        }
        let (first, length) = self.range?;
        let count = match &self.file {
            Some(part) => part.left(),
            None => self.bytes.len() as u64,
        };
        Some(format!(
            "bytes {first}-{}/{length}",
            (first + count).saturating_sub(1)
        ))
    }

    /// The answer with its body in memory, for a door that cannot read a file as it is sent.
    ///
    /// Of a range only the first `most` bytes are taken: who wants more asks again.
    #[must_use]
    pub fn in_memory(mut self, most: u64) -> Self {
        let Some(mut part) = self.file.take() else {
            return self;
        };
        if self.range.is_some() {
            part.cut(most);
        }
        match part.rest() {
            Ok(bytes) => Self { bytes, ..self },
            Err(error) => Self::error(422, &format!("The file cannot be read: {error}")),
        }
    }

    fn picture(mime: &str, bytes: Vec<u8>) -> Self {
        Self {
            status: 200,
            mime: mime.to_owned(),
            bytes,
            file: None,
            etag: None,
            cache_control: KEEP_NOT,
            range: None,
            out_of: None,
            accept_ranges: false,
            disposition: None,
        }
    }

    fn error(status: u16, message: &str) -> Self {
        let text = format!("{message}\n").into_bytes();
        Self {
            status,
            ..Self::picture("text/plain; charset=utf-8", text)
        }
    }

    fn unchanged(etag: String) -> Self {
        let empty = Self::picture("application/octet-stream", Vec::new());
        Self {
            status: 304,
            etag: Some(etag),
            cache_control: ASK_AGAIN,
            ..empty
        }
    }

    fn tagged(mut self, etag: String) -> Self {
        self.etag = Some(etag);
        self.cache_control = ASK_AGAIN;
        self
    }
}

impl From<CommandError> for Box<MediaAnswer> {
    fn from(error: CommandError) -> Self {
        Self::new(MediaAnswer::error(
            status_of(error.code()),
            &error.to_string(),
        ))
    }
}

impl From<Malformed> for Box<MediaAnswer> {
    fn from(error: Malformed) -> Self {
        let status = if error == Malformed::NoSuchPath {
            404
        } else {
            400
        };
        Self::new(MediaAnswer::error(status, &error.to_string()))
    }
}

/// The HTTP status that stands for a kind of failure, for commands and pictures alike.
#[must_use]
pub fn status_of(code: ErrorCode) -> u16 {
    match code {
        ErrorCode::InvalidRequest
        | ErrorCode::InvalidFilter
        | ErrorCode::InvalidBox
        | ErrorCode::InvalidCursor => 400,
        ErrorCode::UnknownCommand | ErrorCode::NotFound => 404,
        ErrorCode::AlreadyExists | ErrorCode::Busy => 409,
        ErrorCode::UnreadablePicture
        | ErrorCode::SpaceNotReady
        | ErrorCode::UnsupportedModel
        | ErrorCode::ModeNotSupported => 422,
        ErrorCode::DataFolderLocked => 423,
        ErrorCode::Download => 502,
        ErrorCode::DiskFull => 507,
        ErrorCode::Io | ErrorCode::Internal => 500,
    }
}

/// Answers a request for a picture.
///
/// `path_and_query` is one of `thumb/{photoId}/{256|1024}`, `full/{photoId}`,
/// `original/{photoId}`, `film/{photoId}` (a video, to be played),
/// `crop/{photoId}?box=x,y,w,h&px=512` (fractions; longest side of the answer in pixels) and
/// `held/{heldId}`; a slash before it is fine. `if_none_match` and `range` are the values of these
/// headers; only originals and films answer ranges.
#[must_use]
pub fn answer(
    engine: &Engine,
    path_and_query: &str,
    if_none_match: Option<&str>,
    range: Option<&str>,
) -> MediaAnswer {
    let attempt = AssertUnwindSafe(|| try_answer(engine, path_and_query, if_none_match, range));
    match catch_unwind(attempt) {
        Ok(Ok(answer)) => answer,
        Ok(Err(answer)) => *answer,
        Err(_) => MediaAnswer::error(500, "Latent failed while it made this picture"),
    }
}

fn try_answer(
    engine: &Engine,
    path_and_query: &str,
    if_none_match: Option<&str>,
    range: Option<&str>,
) -> Result<MediaAnswer, Box<MediaAnswer>> {
    match Address::parse(path_and_query)? {
        Address::Held(held) => Ok(MediaAnswer::picture(
            "image/jpeg",
            engine.held_jpeg(held).map_err(failed)?,
        )),
        Address::Original(photo) => {
            let path = engine.original_path(photo).map_err(failed)?;
            original::answer(&path, Use::Saved, if_none_match, range)
        }
        Address::Film(photo) => {
            let path = engine.original_path(photo).map_err(failed)?;
            original::answer(&path, Use::Played, if_none_match, range)
        }
        Address::Thumb(photo, size) => revalidated(engine, photo, if_none_match, || {
            let jpeg = engine.thumbnail(photo, size).map_err(failed)?;
            Ok(MediaAnswer::picture("image/jpeg", jpeg))
        }),
        Address::Full(photo) => revalidated(engine, photo, if_none_match, || {
            let media = engine.full_picture(photo).map_err(failed)?;
            Ok(MediaAnswer::picture(media.mime, media.bytes))
        }),
        Address::Crop(photo, crop, px) => revalidated(engine, photo, if_none_match, || {
            let jpeg = engine.crop_jpeg(photo, crop, px).map_err(failed)?;
            Ok(MediaAnswer::picture("image/jpeg", jpeg))
        }),
    }
}

/// Makes the picture only where the asker has not got this revision of it.
fn revalidated(
    engine: &Engine,
    photo: PhotoId,
    if_none_match: Option<&str>,
    make: impl FnOnce() -> Result<MediaAnswer, Box<MediaAnswer>>,
) -> Result<MediaAnswer, Box<MediaAnswer>> {
    let etag = format!("\"{}\"", engine.photo_revision(photo).map_err(failed)?);
    if if_none_match.is_some_and(|wanted| names(wanted, &etag)) {
        return Ok(MediaAnswer::unchanged(etag));
    }
    Ok(make()?.tagged(etag))
}

fn failed(error: impl Into<CommandError>) -> Box<MediaAnswer> {
    error.into().into()
}

/// Whether an `If-None-Match` header names this tag; weak tags match too.
///
/// # Source
/// RFC 9110, section 13.1.2.
fn names(if_none_match: &str, etag: &str) -> bool {
    if_none_match
        .split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_a_list_weak_or_strong() {
        assert!(names("\"a\", W/\"b\"", "\"b\""));
        assert!(names("*", "\"b\""));
        assert!(!names("\"a\", \"bb\"", "\"b\""));
        assert!(!names("", "\"b\""));
    }

    #[test]
    fn an_unchanged_picture_has_no_body_and_keeps_its_tag() {
        let answer = MediaAnswer::unchanged("\"x\"".to_owned());
        assert_eq!((answer.status, answer.bytes.len()), (304, 0));
        let has = |name, value: &str| answer.headers().contains(&(name, value.to_owned()));
        assert!(has("etag", "\"x\""));
        assert!(has("cache-control", "private, no-cache"));
    }

    #[test]
    fn errors_are_short_text_that_nobody_keeps() {
        let answer = Box::<MediaAnswer>::from(Malformed::NoSuchPath);
        assert_eq!(answer.status, 404);
        assert!(answer.mime.starts_with("text/plain"));
        assert_eq!(answer.cache_control, "no-store");
        assert_eq!(Box::<MediaAnswer>::from(Malformed::Id).status, 400);
    }

    #[test]
    fn every_kind_of_failure_has_the_status_clients_expect() {
        assert_eq!(status_of(ErrorCode::InvalidBox), 400);
        assert_eq!(status_of(ErrorCode::NotFound), 404);
        assert_eq!(status_of(ErrorCode::Busy), 409);
        assert_eq!(status_of(ErrorCode::UnreadablePicture), 422);
        assert_eq!(status_of(ErrorCode::DataFolderLocked), 423);
        assert_eq!(status_of(ErrorCode::DiskFull), 507);
        assert_eq!(status_of(ErrorCode::Internal), 500);
    }
}
