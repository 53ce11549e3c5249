//! The box on a picture: fractions of the upright picture, never pixels.

use thiserror::Error;

/// A part of an upright picture, as fractions of its width and height.
///
/// Always inside `0.0..=1.0` with an area above zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CropBox {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

/// The box cannot be used.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum CropBoxError {
    /// A coordinate is infinite or not a number.
    #[error("A box needs four finite numbers")]
    NotFinite,
    /// Nothing of the box lies inside the picture.
    #[error("The box has no area inside the picture: draw it on the picture")]
    Empty,
}

impl CropBox {
    /// Makes a box from fractions and clips it to the picture.
    ///
    /// # Errors
    /// [`CropBoxError::NotFinite`], [`CropBoxError::Empty`].
    pub fn new(x: f32, y: f32, width: f32, height: f32) -> Result<Self, CropBoxError> {
        if ![x, y, width, height].iter().all(|v| v.is_finite()) {
            return Err(CropBoxError::NotFinite);
        }
        let (left, top) = (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0));
        let (right, bottom) = ((x + width).clamp(0.0, 1.0), (y + height).clamp(0.0, 1.0));
        if right - left <= 0.0 || bottom - top <= 0.0 {
            return Err(CropBoxError::Empty);
        }
        Ok(Self {
            x: left,
            y: top,
            width: right - left,
            height: bottom - top,
        })
    }

    /// Makes a box from pixels of an upright picture of the given size and clips it.
    ///
    /// # Errors
    /// [`CropBoxError::NotFinite`], [`CropBoxError::Empty`].
    pub fn from_pixels(
        [x, y, width, height]: [f32; 4],
        picture_width: u32,
        picture_height: u32,
    ) -> Result<Self, CropBoxError> {
        let (w, h) = (picture_width.max(1) as f32, picture_height.max(1) as f32);
        Self::new(x / w, y / h, width / w, height / h)
    }

    /// The left edge, 0 … 1.
    #[must_use]
    pub fn x(self) -> f32 {
        self.x
    }

    /// The top edge, 0 … 1.
    #[must_use]
    pub fn y(self) -> f32 {
        self.y
    }

    /// The width, above 0 and at most 1.
    #[must_use]
    pub fn width(self) -> f32 {
        self.width
    }

    /// The height, above 0 and at most 1.
    #[must_use]
    pub fn height(self) -> f32 {
        self.height
    }

    /// The box in whole pixels `(x, y, width, height)` of a picture of the given size.
    ///
    /// At least one pixel wide and high, and inside the picture.
    #[must_use]
    pub fn to_pixels(self, picture_width: u32, picture_height: u32) -> (u32, u32, u32, u32) {
        let span = |start: f32, length: f32, size: u32| {
            let size = size.max(1);
            let from = ((start * size as f32).round() as u32).min(size - 1);
            let to = (((start + length) * size as f32).round() as u32).clamp(from + 1, size);
            (from, to - from)
        };
        let (x, width) = span(self.x, self.width, picture_width);
        let (y, height) = span(self.y, self.height, picture_height);
        (x, y, width, height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_clipped_to_the_picture() {
        let b = CropBox::new(-0.5, 0.5, 1.0, 9.0).unwrap();
        assert_eq!((b.x(), b.y(), b.width(), b.height()), (0.0, 0.5, 0.5, 0.5));
    }

    #[test]
    fn a_box_without_area_is_refused() {
        assert_eq!(CropBox::new(0.2, 0.2, 0.0, 0.5), Err(CropBoxError::Empty));
        assert_eq!(CropBox::new(0.2, 0.2, -0.1, 0.5), Err(CropBoxError::Empty));
        assert_eq!(CropBox::new(1.2, 0.2, 0.5, 0.5), Err(CropBoxError::Empty));
        assert_eq!(
            CropBox::new(f32::NAN, 0.2, 0.5, 0.5),
            Err(CropBoxError::NotFinite)
        );
    }

    #[test]
    fn pixels_and_fractions_agree() {
        let b = CropBox::from_pixels([100.0, 50.0, 200.0, 100.0], 400, 200).unwrap();
        assert_eq!(b.to_pixels(400, 200), (100, 50, 200, 100));
        let thin = CropBox::new(0.999, 0.999, 0.001, 0.001).unwrap();
        assert_eq!(thin.to_pixels(10, 10), (9, 9, 1, 1));
    }
}
