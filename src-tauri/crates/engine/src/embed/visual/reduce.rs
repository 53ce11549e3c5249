//! Reduces a picture to a small fixed raster by exact area averaging.
//!
//! Every output value is the mean of the input area below it, fractions of pixels included, so a
//! picture and its resized copies reduce to nearly the same raster. A general resizer rounds to
//! whole pixels and bytes; at these sizes that is visible in the descriptors.

use crate::picture::Picture;

/// An sRGB pixel, channels 0 … 255 with fractions kept.
pub(crate) type Pixel = [f32; 3];

/// Averages the picture to exactly `width × height` pixels, row by row, whatever its shape.
pub(crate) fn squash(picture: &Picture, width: usize, height: usize) -> Vec<Pixel> {
    let (from_width, from_height) = (picture.width() as usize, picture.height() as usize);
    let columns = spans(from_width, width);
    let mut row = vec![0.0_f32; from_width * 3];
    let mut pixels = Vec::with_capacity(width * height);
    for span in spans(from_height, height) {
        average_rows(picture.rgb(), from_width * 3, span, &mut row);
        pixels.extend(columns.iter().map(|&column| average_pixels(&row, column)));
    }
    pixels
}

/// Averages the picture down so that its long side is at most `side`, keeping its shape.
pub(crate) fn fit(picture: &Picture, side: usize) -> Vec<Pixel> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let long = width.max(height);
    if long <= side {
        return squash(picture, width, height);
    }
    let scaled = |length: usize| ((length * side + long / 2) / long).max(1);
    squash(picture, scaled(width), scaled(height))
}

/// A stretch of input samples: the first and last are covered in part.
#[derive(Clone, Copy)]
struct Span {
    first: usize,
    len: usize,
    first_share: f32,
    last_share: f32,
}

impl Span {
    /// The share of each covered sample; they sum to 1 over the span.
    fn shares(self) -> impl Iterator<Item = f32> {
        let total = if self.len == 1 {
            self.first_share
        } else {
            self.first_share + self.last_share + (self.len - 2) as f32
        };
        (0..self.len).map(move |i| {
            let share = match i {
                0 => self.first_share,
                i if i + 1 == self.len => self.last_share,
                _ => 1.0,
            };
            share / total
        })
    }
}

/// Cuts `from` samples into `to` stretches of equal length.
fn spans(from: usize, to: usize) -> Vec<Span> {
    (0..to)
        .map(|i| {
            // Whole-number arithmetic in units of 1/to sample: no rounding at the borders.
            let (start, end) = (i * from, (i + 1) * from);
            let (first, last) = (start / to, (end - 1) / to);
            let first_share = ((first + 1) * to).min(end) - start;
            let last_share = end - (last * to).max(start);
            Span {
                first,
                len: last - first + 1,
                first_share: first_share as f32 / to as f32,
                last_share: last_share as f32 / to as f32,
            }
        })
        .collect()
}

fn average_rows(rgb: &[u8], stride: usize, span: Span, out: &mut [f32]) {
    out.fill(0.0);
    for (line, share) in rgb.chunks_exact(stride).skip(span.first).zip(span.shares()) {
        for (sum, &value) in out.iter_mut().zip(line) {
            *sum += share * f32::from(value);
        }
    }
}

fn average_pixels(row: &[f32], span: Span) -> Pixel {
    let (pixels, _) = row.as_chunks::<3>();
    let mut sum = [0.0_f32; 3];
    for (pixel, share) in pixels.iter().skip(span.first).zip(span.shares()) {
        for (sum, &value) in sum.iter_mut().zip(pixel) {
            *sum += share * value;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: u32, height: u32) -> Picture {
        let value = |x: u32, y: u32| [(x * 7 % 256) as u8, (y * 5 % 256) as u8, 30];
        let rgb = (0..height)
            .flat_map(|y| (0..width).flat_map(move |x| value(x, y)))
            .collect();
        Picture::new(width, height, rgb).unwrap()
    }

    #[test]
    fn the_mean_of_the_picture_is_kept_at_any_size() {
        let picture = ramp(37, 23);
        let mean = |pixels: &[Pixel], c: usize| {
            pixels.iter().map(|p| f64::from(p[c])).sum::<f64>() / pixels.len() as f64
        };
        let whole = squash(&picture, 37, 23);
        for (width, height) in [(1, 1), (5, 4), (16, 16), (64, 64)] {
            let small = squash(&picture, width, height);
            for channel in 0..3 {
                assert!((mean(&whole, channel) - mean(&small, channel)).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn half_a_pixel_counts_half() {
        let picture = Picture::new(3, 1, vec![0, 0, 0, 90, 90, 90, 30, 30, 30]).unwrap();
        let small = squash(&picture, 2, 1);
        assert!((small[0][0] - 30.0).abs() < 1e-4);
        assert!((small[1][0] - 50.0).abs() < 1e-4);
    }

    #[test]
    fn fitting_keeps_the_shape_and_never_enlarges() {
        let size = |width, height| fit(&ramp(width, height), 64).len();
        assert_eq!(size(400, 100), 64 * 16);
        assert_eq!(size(5, 3), 15);
        assert_eq!(size(1000, 1), 64);
    }
}
