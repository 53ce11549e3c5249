//! Makes pictures smaller.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use crate::picture::Picture;

/// Scales a picture down to a long side of so many pixels, at least 1; never up.
///
/// # Source
/// Lanczos window of three lobes, as `image` and most photo programs use it.
#[must_use]
pub fn resize(picture: &Picture, long_side_px: u32) -> Picture {
    smaller(picture, long_side_px).unwrap_or_else(|| picture.clone())
}

/// Like [`resize`], without a copy where the picture is small enough.
pub(super) fn shrink(picture: Picture, long_side_px: u32) -> Picture {
    smaller(&picture, long_side_px).unwrap_or(picture)
}

/// The smaller picture, or `None` where it is small enough already.
pub(super) fn smaller(picture: &Picture, long_side_px: u32) -> Option<Picture> {
    let size = fit(picture.width(), picture.height(), long_side_px)?;
    convolve(picture, size, ResizeOptions::new())
}

/// Keeps only the part from the upper left that is `(width, height)` pixels large, where these are
/// no whole numbers.
///
/// A JPEG of 4,001 pixels scaled to a quarter has 1,001, of which the last is mostly what lies
/// beyond its edge. Left as it is, the picture would be 3/4 of a pixel wider than what it shows, which
/// moves what a model sees by a tenth of a pixel.
pub(super) fn cover(picture: Picture, (width, height): (f64, f64)) -> Picture {
    let is_whole = |part: f64, side: u32| part >= f64::from(side);
    if is_whole(width, picture.width()) && is_whole(height, picture.height()) {
        return picture;
    }
    let whole = |part: f64| (part.round() as u32).max(1);
    let part = ResizeOptions::new().crop(0.0, 0.0, width, height);
    convolve(&picture, (whole(width), whole(height)), part).unwrap_or(picture)
}

fn convolve(
    picture: &Picture,
    (width, height): (u32, u32),
    part: ResizeOptions,
) -> Option<Picture> {
    let (from, pixels) = ((picture.width(), picture.height()), picture.rgb());
    let source = TypedImageRef::<U8x3>::from_buffer(from.0, from.1, pixels).ok()?;
    let mut rgb = vec![0; width as usize * height as usize * 3];
    let mut target = TypedImage::<U8x3>::from_buffer(width, height, &mut rgb).ok()?;
    let options = part.resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    // The typed call is compiled for one kind of pixel instead of thirteen.
    Resizer::new()
        .resize_typed(&source, &mut target, &options)
        .ok()?;
    Picture::new(width, height, rgb)
}

/// The size with the asked long side and the same proportions, or `None` where that is not smaller.
fn fit(width: u32, height: u32, long_side_px: u32) -> Option<(u32, u32)> {
    let (long, wanted) = (width.max(height), long_side_px.max(1));
    let side = |n: u32| {
        let scaled = (u64::from(n) * u64::from(wanted) + u64::from(long) / 2) / u64::from(long);
        scaled.max(1) as u32
    };
    (long > wanted).then(|| (side(width), side(height)))
}
