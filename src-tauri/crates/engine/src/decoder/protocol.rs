//! What app and child say to each other: frames of a head in `MessagePack` and of plain bytes.
//!
//! A frame is the number of parts, and each part with its length before it, all as u32 in little
//! endian. The head is the first part; what is large follows as it is.

use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::work::{Content, NewContent, ReadFile, Wanted};
use super::{DecodedFile, Source, Unread};
use crate::fault_kind::FaultKind;
use crate::io::{FileStamp, path_from_bytes, path_to_bytes};
use crate::metadata::Gathered;
use crate::photo::{DecodeError, DecodeSize, Decoded, Format};
use crate::picture::Picture;

/// What a child writes first: whatever comes before it is not ours.
pub(super) const HELLO: &[u8] = b"latent decoder 1\n";

/// Most parts of a frame.
const MAX_PARTS: u32 = 8;

/// Most bytes of a part: the pixels of the largest picture, three bytes each.
const MAX_PART: u32 = 1_600_000_000;

/// Bytes of a part that are set aside before they are there.
const BELIEVED: usize = 16 << 20;

/// What a child is asked to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Job {
    Read(Wanted),
    Decode(DecodeSize),
    Size,
}

/// A question as it travels; without a path the bytes follow.
#[derive(Debug, Serialize, Deserialize)]
struct Question {
    job: Job,
    path: Option<Vec<u8>>,
}

/// What a child answers.
#[derive(Debug)]
pub(super) enum Told {
    /// The file has been read; decoding begins now.
    Started,
    Read(Box<ReadFile>),
    Decoded(Box<DecodedFile>),
    Size((u32, u32)),
    Unread(Unread),
}

/// An answer as it travels.
#[derive(Debug, Serialize, Deserialize)]
enum Head {
    Started,
    Read {
        stamp: FileStamp,
        content_hash: [u8; 32],
        content: ContentHead,
    },
    Decoded {
        facts: Facts,
        size: (u32, u32),
        content_hash: [u8; 32],
    },
    Size((u32, u32)),
    Unread(UnreadHead),
}

#[derive(Debug, Serialize, Deserialize)]
enum ContentHead {
    Known,
    Said(Box<Gathered>),
    New {
        facts: Facts,
        is_tile: bool,
        sharpness: f32,
        gathered: Box<Gathered>,
        small_size: (u32, u32),
        /// Without a picture none follows.
        picture_size: Option<(u32, u32)>,
    },
    Fault(FaultKind, String),
}

#[derive(Debug, Serialize, Deserialize)]
struct Facts {
    width: u32,
    height: u32,
    format: Format,
    orientation: u8,
    pixel_hash: [u8; 32],
}

#[derive(Debug, Serialize, Deserialize)]
enum UnreadHead {
    Gone,
    NotAllowed,
    TooLarge,
    Io(String),
    Picture(FaultKind, String),
}

/// Where the bytes of a question are.
pub(super) enum Asset {
    File(PathBuf),
    Bytes(Vec<u8>),
}

impl Asset {
    pub(super) fn source(&self) -> Source<'_> {
        match self {
            Self::File(path) => Source::File(path),
            Self::Bytes(bytes) => Source::Bytes(bytes),
        }
    }
}

/// Writes a question.
pub(super) fn ask(out: &mut impl Write, job: &Job, source: Source<'_>) -> io::Result<()> {
    let (path, bytes): (Option<&Path>, &[u8]) = match source {
        Source::File(path) => (Some(path), &[]),
        Source::Bytes(bytes) => (None, bytes),
    };
    let head = Question {
        job: job.clone(),
        path: path.map(path_to_bytes),
    };
    write_frame(out, &head, &[bytes])
}

/// Reads a question; none at the end.
pub(super) fn question(input: &mut impl Read) -> io::Result<Option<(Job, Asset)>> {
    let Some((head, parts)) = read_frame::<Question>(input)? else {
        return Ok(None);
    };
    let asset = match head.path {
        Some(path) => Asset::File(path_from_bytes(&path)),
        None => Asset::Bytes(parts.into_iter().next().unwrap_or_default()),
    };
    Ok(Some((head.job, asset)))
}

/// Writes an answer.
pub(super) fn tell(out: &mut impl Write, told: &Told) -> io::Result<()> {
    match told {
        Told::Started => write_frame(out, &Head::Started, &[]),
        Told::Size(size) => write_frame(out, &Head::Size(*size), &[]),
        Told::Unread(unread) => write_frame(out, &Head::Unread(unread_head(unread)), &[]),
        Told::Decoded(file) => {
            let picture = &file.decoded.picture;
            let head = Head::Decoded {
                facts: Facts {
                    width: file.decoded.width,
                    height: file.decoded.height,
                    format: file.decoded.format,
                    orientation: file.decoded.orientation,
                    pixel_hash: file.decoded.pixel_hash,
                },
                size: sides(picture),
                content_hash: file.content_hash,
            };
            write_frame(out, &head, &[picture.rgb()])
        }
        Told::Read(read) => {
            let (content, parts) = content_head(&read.content);
            let head = Head::Read {
                stamp: read.stamp,
                content_hash: read.content_hash,
                content,
            };
            write_frame(out, &head, &parts)
        }
    }
}

fn content_head(content: &Content) -> (ContentHead, Vec<&[u8]>) {
    let new = match content {
        Content::Known => return (ContentHead::Known, Vec::new()),
        Content::Said(gathered) => return (ContentHead::Said(gathered.clone()), Vec::new()),
        Content::Fault(error) => {
            let head = ContentHead::Fault(error.kind(), error.to_string());
            return (head, Vec::new());
        }
        Content::New(new) => new,
    };
    let mut parts = vec![&*new.small, &*new.large, new.small_picture.rgb()];
    parts.extend(new.picture.as_ref().map(Picture::rgb));
    let head = ContentHead::New {
        facts: Facts {
            width: new.width,
            height: new.height,
            format: new.format,
            orientation: new.orientation,
            pixel_hash: new.pixel_hash,
        },
        is_tile: new.is_tile,
        sharpness: new.sharpness,
        gathered: new.gathered.clone(),
        small_size: sides(&new.small_picture),
        picture_size: new.picture.as_ref().map(sides),
    };
    (head, parts)
}

fn sides(picture: &Picture) -> (u32, u32) {
    (picture.width(), picture.height())
}

fn unread_head(unread: &Unread) -> UnreadHead {
    match unread {
        Unread::Gone => UnreadHead::Gone,
        Unread::NotAllowed => UnreadHead::NotAllowed,
        Unread::TooLarge => UnreadHead::TooLarge,
        Unread::Io { reason } => UnreadHead::Io(reason.clone()),
        Unread::Picture(error) => UnreadHead::Picture(error.kind(), error.to_string()),
        Unread::Cancelled => UnreadHead::Io(unread.to_string()),
    }
}

/// Reads an answer; none at the end.
pub(super) fn answer(input: &mut impl Read) -> io::Result<Option<Told>> {
    let Some((head, parts)) = read_frame::<Head>(input)? else {
        return Ok(None);
    };
    let mut parts = parts.into_iter();
    Ok(Some(match head {
        Head::Started => Told::Started,
        Head::Size(size) => Told::Size(size),
        Head::Unread(unread) => Told::Unread(match unread {
            UnreadHead::Gone => Unread::Gone,
            UnreadHead::NotAllowed => Unread::NotAllowed,
            UnreadHead::TooLarge => Unread::TooLarge,
            UnreadHead::Io(reason) => Unread::Io { reason },
            UnreadHead::Picture(kind, reason) => DecodeError::Reported { kind, reason }.into(),
        }),
        Head::Decoded {
            facts,
            size,
            content_hash,
        } => Told::Decoded(Box::new(DecodedFile {
            decoded: Decoded {
                picture: picture(size, parts.next())?,
                width: facts.width,
                height: facts.height,
                format: facts.format,
                orientation: facts.orientation,
                pixel_hash: facts.pixel_hash,
            },
            content_hash,
        })),
        Head::Read {
            stamp,
            content_hash,
            content,
        } => Told::Read(Box::new(ReadFile {
            stamp,
            content_hash,
            content: read_content(content, &mut parts)?,
        })),
    }))
}

fn read_content(
    head: ContentHead,
    parts: &mut impl Iterator<Item = Vec<u8>>,
) -> io::Result<Content> {
    let (facts, is_tile, sharpness, gathered, small_size, picture_size) = match head {
        ContentHead::Known => return Ok(Content::Known),
        ContentHead::Said(gathered) => return Ok(Content::Said(gathered)),
        ContentHead::Fault(kind, reason) => {
            return Ok(Content::Fault(DecodeError::Reported { kind, reason }));
        }
        ContentHead::New {
            facts,
            is_tile,
            sharpness,
            gathered,
            small_size,
            picture_size,
        } => (
            facts,
            is_tile,
            sharpness,
            gathered,
            small_size,
            picture_size,
        ),
    };
    let mut part = || parts.next().ok_or_else(|| malformed("A part is missing"));
    Ok(Content::New(Box::new(NewContent {
        width: facts.width,
        height: facts.height,
        format: facts.format,
        orientation: facts.orientation,
        pixel_hash: facts.pixel_hash,
        is_tile,
        sharpness,
        gathered,
        small: part()?,
        large: part()?,
        small_picture: picture(small_size, Some(part()?))?,
        picture: match picture_size {
            Some(size) => Some(picture(size, Some(part()?))?),
            None => None,
        },
    })))
}

fn picture((width, height): (u32, u32), rgb: Option<Vec<u8>>) -> io::Result<Picture> {
    rgb.and_then(|rgb| Picture::new(width, height, rgb))
        .ok_or_else(|| malformed("A picture does not fit its size"))
}

fn malformed(reason: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason)
}

fn write_frame(out: &mut impl Write, head: &impl Serialize, parts: &[&[u8]]) -> io::Result<()> {
    let head = rmp_serde::to_vec_named(head).map_err(io::Error::other)?;
    let number = |n: usize| u32::try_from(n).map_err(|_| malformed("A frame is too large"));
    out.write_all(&number(parts.len() + 1)?.to_le_bytes())?;
    for part in std::iter::once(head.as_slice()).chain(parts.iter().copied()) {
        out.write_all(&number(part.len())?.to_le_bytes())?;
        out.write_all(part)?;
    }
    out.flush()
}

fn read_frame<T: for<'de> Deserialize<'de>>(
    input: &mut impl Read,
) -> io::Result<Option<(T, Vec<Vec<u8>>)>> {
    let count = match number(input) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    };
    if count == 0 || count > MAX_PARTS {
        return Err(malformed("A frame of no or too many parts"));
    }
    let head = rmp_serde::from_slice(&part(input)?).map_err(io::Error::other)?;
    let parts: io::Result<Vec<_>> = (1..count).map(|_| part(input)).collect();
    Ok(Some((head, parts?)))
}

fn number(input: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn part(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let length = number(input)?;
    if length > MAX_PART {
        return Err(malformed("A part is too large"));
    }
    // What is announced is believed up to a picture's usual size: growing would copy it.
    let mut bytes = Vec::with_capacity((length as usize).min(BELIEVED));
    let taken = input.take(length.into()).read_to_end(&mut bytes)?;
    if taken < length as usize {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}
