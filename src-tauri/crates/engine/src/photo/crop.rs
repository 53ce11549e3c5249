//! Cuts a part out of a picture.

use crate::crop_box::CropBox;
use crate::picture::Picture;

/// Copies the part of a picture inside the box, at least one pixel wide and high.
#[must_use]
pub fn crop(picture: &Picture, crop: CropBox) -> Picture {
    let (x, y, width, height) = crop.to_pixels(picture.width(), picture.height());
    let bytes = |pixels: u32| pixels as usize * 3;
    let rows = picture.rgb().chunks_exact(bytes(picture.width()));
    let part: Vec<u8> = rows
        .skip(y as usize)
        .take(height as usize)
        .filter_map(|row| row.get(bytes(x)..bytes(x + width)))
        .flatten()
        .copied()
        .collect();
    Picture::new(width, height, part).unwrap_or_else(|| picture.clone())
}
