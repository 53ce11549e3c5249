//! The two small pictures the window shows.

use std::borrow::Cow;

use super::encode::{EncodeError, encode_jpeg};
use super::resize::{resize, smaller};
use super::sharpness::sharpness;
use crate::picture::Picture;

/// Long side of the small thumbnail in pixels: the grid.
pub const SMALL_PX: u32 = 256;

/// Long side of the large thumbnail in pixels: the loupe until the original is there.
pub const LARGE_PX: u32 = 1024;

/// JPEG quality of both: flat skies stay smooth, and a large one takes about 100 kB.
const QUALITY: u8 = 84;

/// The thumbnails of a picture.
#[derive(Clone, Debug)]
pub struct Thumbnails {
    /// JPEG, long side at most [`SMALL_PX`].
    pub small: Vec<u8>,
    /// JPEG, long side at most [`LARGE_PX`].
    pub large: Vec<u8>,
    /// The small one before it was written: descriptors and prints are computed from it.
    pub small_picture: Picture,
    /// Of the large one.
    pub sharpness: f32,
}

/// Makes both thumbnails, the small one from the large one; pictures are never enlarged.
///
/// # Errors
/// [`EncodeError::Jpeg`].
pub fn thumbnails(picture: &Picture) -> Result<Thumbnails, EncodeError> {
    let large = smaller(picture, LARGE_PX).map_or(Cow::Borrowed(picture), Cow::Owned);
    let small_picture = resize(&large, SMALL_PX);
    let small = encode_jpeg(&small_picture, QUALITY)?;
    let is_both = *large == small_picture;
    Ok(Thumbnails {
        large: if is_both {
            small.clone()
        } else {
            encode_jpeg(&large, QUALITY)?
        },
        small,
        small_picture,
        sharpness: sharpness(&large),
    })
}
