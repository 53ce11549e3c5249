//! Describes a decoded picture in the built-in spaces, from its small thumbnail's pixels.

use half::f16;

use crate::cache::ThumbSize;
use crate::decoder::NewContent;
use crate::embed::{Small, color, looks, visual};
use crate::photo;
use crate::picture::Picture;

/// A picture in the built-in spaces.
pub(crate) struct Description {
    /// `[visual::DIM]` unit norm.
    pub(crate) visual: Vec<f16>,
    /// `[color::DIM]` unit norm.
    pub(crate) color: Vec<f16>,
    /// Plain words for how it looks.
    pub(crate) words: Vec<&'static str>,
    /// What recognises it in its copies.
    pub(crate) print: Vec<u8>,
}

/// Describes what was read of a file.
pub(crate) fn describe(new: &NewContent) -> Description {
    let picture = &new.small_picture;
    let small = Small::of(picture);
    Description {
        visual: to_f16(&visual::describe(picture)),
        color: to_f16(&color::describe(&small)),
        words: if new.is_tile {
            looks::shape_words(new.width, new.height).collect()
        } else {
            looks::words(&small, new.width, new.height)
        },
        print: new.print().to_bytes(),
    }
}

/// The pixels a descriptor looks at: those of a small thumbnail, whatever the picture's size.
pub(crate) fn descriptor_picture(picture: &Picture) -> Picture {
    let large = photo::resize(picture, ThumbSize::Large.px());
    photo::resize(&large, ThumbSize::Small.px())
}

/// Rounds a vector to what is stored.
pub(crate) fn to_f16(vector: &[f32]) -> Vec<f16> {
    vector.iter().copied().map(f16::from_f32).collect()
}
