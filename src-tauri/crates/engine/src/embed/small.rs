//! A picture made small, in sRGB and CIELAB: what its colours are told from.

use super::color::lab::Labs;
use super::visual::reduce::{self, Pixel};
use crate::picture::Picture;

/// Long side in pixels.
const LONG_SIDE: usize = 48;

/// A picture of at most 48 pixels a side.
pub struct Small {
    /// sRGB, row by row, channels 0 … 255 with fractions kept.
    pub(super) pixels: Vec<Pixel>,
    /// The same in CIELAB.
    pub(super) labs: Labs,
}

impl Small {
    /// Averages a picture down.
    #[must_use]
    pub fn of(picture: &Picture) -> Self {
        let pixels = reduce::fit(picture, LONG_SIDE);
        Self {
            labs: Labs::of(&pixels),
            pixels,
        }
    }
}
