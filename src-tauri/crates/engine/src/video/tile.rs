//! The plain tile that stands for a video of which no frame can be had.

use crate::picture::Picture;

/// Long side in pixels.
const LONG_SIDE: u32 = 640;
/// Of a video whose shape is not known.
const USUAL: (u32, u32) = (16, 9);
/// Grey of the ground and of the mark, 0 … 255.
const GROUND: u8 = 56;
const MARK: u8 = 168;

/// Draws a tile in the shape of a video: a triangle in its middle.
pub(super) fn draw(size: Option<(u32, u32)>) -> Option<Picture> {
    let (wide, high) = size.unwrap_or(USUAL);
    let long = u64::from(wide.max(high).max(1));
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(LONG_SIDE) / long;
        u32::try_from(side).unwrap_or(LONG_SIDE).max(1)
    };
    let (width, height) = (scaled(wide), scaled(high));
    let reach = f64::from(width.min(height)) / 5.0;
    let pixel = |x: u32, y: u32| {
        let across = f64::from(x) + 0.5 - f64::from(width) / 2.0;
        let down = f64::from(y) + 0.5 - f64::from(height) / 2.0;
        // Its tip points to the right; its sides fall by half a step for each.
        let is_marked = across >= -reach && down.abs() * 2.0 <= reach - across;
        [if is_marked { MARK } else { GROUND }; 3]
    };
    let rgb: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| pixel(x, y)))
        .collect();
    Picture::new(width, height, rgb)
}
