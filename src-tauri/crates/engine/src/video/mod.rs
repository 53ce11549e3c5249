//! Videos, as far as a library of photos goes: a frame that stands for each, its size, and what its
//! container says of when and where it was shot. Who plays them reads the file itself.
//!
//! Frames are made by `ffmpeg`, where the machine has it: a process of its own that is given a time
//! and ended. Without it, or where it knows no way, a plain tile of the video's shape stands for it.

mod by_program;
mod facts;
mod frame;
mod tile;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::photo::metadata::Metadata;
use crate::photo::{self, DecodeError, DecodeSize, Format, Limits, VideoKind};
use crate::picture::Picture;

pub use frame::program;

/// First bytes of a file that tell whether it is a video.
const HEAD: u64 = 256;

/// What stands for a video.
#[derive(Debug)]
pub(crate) struct Poster {
    /// A frame, or a tile; upright, as large as was asked for.
    pub(crate) picture: Picture,
    /// Width of the upright video in pixels; of the tile where that is not known.
    pub(crate) width: u32,
    /// Height, likewise.
    pub(crate) height: u32,
    /// It is a tile, which shows nothing of the video.
    pub(crate) is_tile: bool,
}

/// Tells what kind of video a file is by its first bytes; none where it is something else.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn kind_of(file: &mut File) -> io::Result<Option<VideoKind>> {
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    Ok(match photo::sniff(&head) {
        Some(Format::Video(kind)) => Some(kind),
        _ => None,
    })
}

/// Finds a picture for a video.
///
/// # Errors
/// [`DecodeError::Damaged`] where neither a frame can be made nor the container read.
pub(crate) fn poster(
    path: &Path,
    kind: VideoKind,
    size: DecodeSize,
) -> Result<Poster, DecodeError> {
    let program = program();
    poster_by(program.as_deref(), path, kind, size)
}

fn poster_by(
    program: Option<&Path>,
    path: &Path,
    kind: VideoKind,
    size: DecodeSize,
) -> Result<Poster, DecodeError> {
    let facts = facts::of(path);
    let taken = program.and_then(|program| frame::take(program, path, facts.metadata.duration_s));
    if let Some(bmp) = taken {
        let frame = photo::decode(&bmp, DecodeSize::Full, &Limits::default())?.picture;
        let (width, height) = (frame.width(), frame.height());
        let picture = match size {
            DecodeSize::Full => frame,
            DecodeSize::AtLeast(side) => photo::resize(&frame, side),
        };
        return Ok(Poster {
            picture,
            width,
            height,
            is_tile: false,
        });
    }
    if program.is_some() && facts.size.is_none() {
        return Err(DecodeError::Damaged {
            format: Format::Video(kind),
            source: "no frame of it can be shown".into(),
        });
    }
    let picture = tile::draw(facts.size).ok_or(DecodeError::Crashed)?;
    let (width, height) = facts
        .size
        .unwrap_or_else(|| (picture.width(), picture.height()));
    Ok(Poster {
        picture,
        width,
        height,
        is_tile: true,
    })
}

/// What a video's container says; by the program where the container is of a kind that is not read here.
pub(crate) fn metadata(path: &Path) -> Metadata {
    metadata_by(program, path)
}

fn metadata_by(program: impl FnOnce() -> Option<PathBuf>, path: &Path) -> Metadata {
    let own = facts::of(path).metadata;
    if own.duration_s.is_some() {
        return own;
    }
    let Some(program) = program() else {
        return own;
    };
    let told = by_program::of(&program, path);
    let is_placed = own.lat.is_some();
    let is_timed = own.taken_at.is_some();
    Metadata {
        duration_s: told.duration_s,
        taken_at: own.taken_at.or(told.taken_at),
        taken_offset_min: if is_timed {
            own.taken_offset_min
        } else {
            told.taken_offset_min
        },
        lat: if is_placed { own.lat } else { told.lat },
        lon: if is_placed { own.lon } else { told.lon },
        ..own
    }
}

#[cfg(test)]
mod tests;
