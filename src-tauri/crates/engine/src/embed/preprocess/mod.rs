//! From an upright picture to the tensor an image tower takes.
//!
//! Equal to the references' slow image processors, which resize with Pillow: same sizes, same
//! filter, same crop, and the same level of every pixel. Holds no model, so that decode threads
//! prepare tensors while the encoder's thread computes.
//!
//! # Source
//! `CLIPImageProcessor` and `SiglipImageProcessor` of Hugging Face's transformers 4.57, and its
//! `image_transforms.py`; `image_transform` of open_clip 3.3, and torchvision's `CenterCrop`.

mod config;

use std::sync::Arc;

use latent_kernels::{Axis, Filter, Level, resample};

use crate::picture::Picture;

/// What an image tower takes: `[3, side, side]` f32, channels first, normalised.
#[derive(Clone, Debug, PartialEq)]
pub struct PixelTensor {
    side_px: u32,
    values: Vec<f32>,
}

impl PixelTensor {
    /// Makes a tensor of `[3, side, side]` values; `None` where the number does not fit.
    #[must_use]
    pub fn new(side_px: u32, values: Vec<f32>) -> Option<Self> {
        let side = side_px as usize;
        let expected = side.checked_mul(side)?.checked_mul(3)?;
        (expected > 0 && values.len() == expected).then_some(Self { side_px, values })
    }

    /// The side of the square, in pixels.
    #[must_use]
    pub fn side_px(&self) -> u32 {
        self.side_px
    }

    /// The values, `[3, side, side]`: red, green, blue, each row by row.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

/// The preparation a model asks for; cheap to clone, for any thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Preprocess {
    side_px: u32,
    resize: Option<Resize>,
    filter: Filter,
    crop: Crop,
    /// The level of what lies outside the picture.
    fill: u8,
    levels: Arc<[[f32; 256]; 3]>,
}

/// To which size a picture is brought before the crop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resize {
    /// The shorter side becomes so many pixels, the longer one follows.
    ShortestEdge(u32),
    /// The longer side becomes so many pixels, the shorter one follows: a letterbox.
    LongestEdge(u32),
    /// Exactly `(width, height)`, whatever the proportions.
    Exact(u32, u32),
}

/// How the middle of a resized picture is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Crop {
    /// The whole resized picture.
    None,
    /// Half a pixel too many is left out at the right of a crop and added at the left of what is
    /// filled up: transformers' way.
    Cut,
    /// Half a pixel goes to the even side, and to the right of what is filled up: torchvision's.
    Rounded,
}

/// A stretch of one axis: which resized pixels are taken, and where they land.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: u32,
    length: u32,
    to: u32,
}

impl Preprocess {
    /// The side of the tensors it makes, in pixels.
    #[must_use]
    pub fn side_px(&self) -> u32 {
        self.side_px
    }

    /// Resizes, crops and normalises a picture: `[3, side, side]` f32.
    #[must_use]
    pub fn apply(&self, picture: &Picture) -> PixelTensor {
        let (width, height) = self.resized(picture.width(), picture.height());
        let (x, y) = (self.span(width), self.span(height));
        let visible = self.resample(picture, (width, height), (x, y));
        PixelTensor {
            side_px: self.side_px,
            values: self.normalise(&visible, x, y),
        }
    }

    /// The size before the crop; the longer side is cut to a whole number, as in the reference.
    fn resized(&self, width: u32, height: u32) -> (u32, u32) {
        let longer = |edge: u32, long: u32, short: u32| {
            let long = u64::from(edge) * u64::from(long) / u64::from(short.max(1));
            u32::try_from(long).unwrap_or(u32::MAX)
        };
        match self.resize {
            None => (width, height),
            Some(Resize::Exact(width, height)) => (width, height),
            Some(Resize::LongestEdge(edge)) => {
                // Rounded to the even side in f64, as in the reference.
                let ratio = f64::from(width.max(height)) / f64::from(edge);
                let side = |side: u32| ((f64::from(side) / ratio).round_ties_even() as u32).max(1);
                (side(width), side(height))
            }
            Some(Resize::ShortestEdge(edge)) if width <= height => {
                (edge, longer(edge, height, width))
            }
            Some(Resize::ShortestEdge(edge)) => (longer(edge, width, height), edge),
        }
    }

    /// The crop of one axis: the middle, or all of it with black around where it is too short.
    fn span(&self, resized: u32) -> Span {
        let side = self.side_px;
        if self.crop == Crop::None || resized == side {
            return Span {
                from: 0,
                length: resized,
                to: 0,
            };
        }
        if resized > side {
            return Span {
                from: self.crop.halve(resized - side),
                length: side,
                to: 0,
            };
        }
        Span {
            from: 0,
            length: resized,
            to: match self.crop {
                Crop::Rounded => (side - resized) / 2,
                Crop::None | Crop::Cut => (side - resized).div_ceil(2),
            },
        }
    }

    /// Resizes only what the crop keeps: `[y.length, x.length, 3]` u8.
    fn resample(
        &self,
        picture: &Picture,
        (width, height): (u32, u32),
        (x, y): (Span, Span),
    ) -> Vec<u8> {
        let across = x.axis(picture.width(), width);
        let down = y.axis(picture.height(), height);
        resample(Level::detect(), picture.rgb(), self.filter, across, down)
    }

    /// Spreads `[height, width, 3]` levels over `[3, side, side]` values.
    fn normalise(&self, visible: &[u8], x: Span, y: Span) -> Vec<f32> {
        let side = self.side_px as usize;
        let mut values = Vec::with_capacity(3 * side * side);
        for (channel, levels) in self.levels.iter().enumerate() {
            let fill = levels.get(usize::from(self.fill)).copied().unwrap_or(0.0);
            let start = values.len();
            values.resize(start + side * side, fill);
            let rows = values
                .get_mut(start..)
                .unwrap_or_default()
                .chunks_exact_mut(side);
            let taken = visible.chunks_exact(3 * x.length.max(1) as usize);
            for (row, pixels) in rows.skip(y.to as usize).zip(taken) {
                let row = row.iter_mut().skip(x.to as usize);
                for (value, level) in row.zip(pixels.iter().skip(channel).step_by(3)) {
                    *value = levels.get(usize::from(*level)).copied().unwrap_or(fill);
                }
            }
        }
        values
    }
}

impl Crop {
    /// Where a crop begins that leaves out so many pixels.
    fn halve(self, left_out: u32) -> u32 {
        match self {
            Self::None | Self::Cut => left_out / 2,
            // A half goes to the even number, as Python rounds.
            Self::Rounded if left_out % 4 == 3 => left_out.div_ceil(2),
            Self::Rounded => left_out / 2,
        }
    }
}

impl Span {
    /// The stretch of an axis of `source` pixels that becomes one of `resized`.
    fn axis(self, source: u32, resized: u32) -> Axis {
        Axis {
            source,
            resized,
            from: self.from,
            length: self.length,
        }
    }
}

#[cfg(test)]
mod tests;
