//! Turns pixels upright: EXIF orientation 1 to 8, applied exactly once, here.

use crate::picture::Picture;

/// How a stored picture must be turned to stand upright: the EXIF orientation, 1 to 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Orientation(u8);

impl Orientation {
    /// Already upright.
    pub const UPRIGHT: Self = Self(1);

    /// Takes the EXIF value; anything but 1 to 8 means upright.
    pub fn new(exif: u32) -> Self {
        match u8::try_from(exif) {
            Ok(value @ 1..=8) => Self(value),
            _ => Self::UPRIGHT,
        }
    }

    /// The EXIF value, 1 to 8.
    pub fn exif(self) -> u8 {
        self.0
    }

    /// Whether width and height change places.
    pub fn swaps_sides(self) -> bool {
        self.0 >= 5
    }

    /// The upright size of a stored size.
    pub fn size(self, width: u32, height: u32) -> (u32, u32) {
        if self.swaps_sides() {
            (height, width)
        } else {
            (width, height)
        }
    }

    /// Turns a stored picture upright.
    ///
    /// # Source
    /// EXIF 3.0, tag 0x0112: where row 0 and column 0 of the stored picture lie.
    pub fn apply(self, picture: Picture) -> Picture {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        // For each upright row: where it begins in the stored picture, and the step to the next
        // pixel; both in pixels.
        let last = (width * height - 1) as isize;
        let (w, end) = (width as isize, width as isize - 1);
        let bottom = last - end;
        let (start, row, step): (isize, isize, isize) = match self.0 {
            2 => (end, w, -1),
            3 => (last, -w, -1),
            4 => (bottom, -w, 1),
            5 => (0, 1, w),
            6 => (bottom, 1, -w),
            7 => (last, -1, -w),
            8 => (end, -1, w),
            _ => return picture,
        };
        let (new_width, new_height) = self.size(picture.width(), picture.height());
        let rgb = walk(
            &picture,
            (new_width as usize, new_height as usize),
            start,
            row,
            step,
        );
        Picture::new(new_width, new_height, rgb).unwrap_or(picture)
    }
}

/// Rows that are written side by side, so that a column of the source is read in whole cache lines.
const BAND: usize = 16;

#[expect(
    clippy::indexing_slicing,
    reason = "The steps of a turn stay inside the picture"
)]
fn walk(
    picture: &Picture,
    (width, height): (usize, usize),
    start: isize,
    row: isize,
    step: isize,
) -> Vec<u8> {
    let (source, _) = picture.rgb().as_chunks::<3>();
    let mut turned = vec![0; picture.rgb().len()];
    let (target, _) = turned.as_chunks_mut::<3>();
    for (band, rows) in target.chunks_mut(width * BAND).enumerate() {
        let count = BAND.min(height - band * BAND);
        for x in 0..width {
            let column = start + step * x as isize;
            for y in 0..count {
                let from = column + row * (band * BAND + y) as isize;
                rows[y * width + x] = source[from as usize];
            }
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, pixels: &[u8]) -> Picture {
        let rgb: Vec<u8> = pixels.iter().flat_map(|p| [*p; 3]).collect();
        Picture::new(width, pixels.len() as u32 / width, rgb).unwrap()
    }

    fn stored(exif: u32) -> Picture {
        // The upright picture is 1 2 3 / 4 5 6.
        match exif {
            1 => picture(3, &[1, 2, 3, 4, 5, 6]),
            2 => picture(3, &[3, 2, 1, 6, 5, 4]),
            3 => picture(3, &[6, 5, 4, 3, 2, 1]),
            4 => picture(3, &[4, 5, 6, 1, 2, 3]),
            5 => picture(2, &[1, 4, 2, 5, 3, 6]),
            6 => picture(2, &[3, 6, 2, 5, 1, 4]),
            7 => picture(2, &[6, 3, 5, 2, 4, 1]),
            _ => picture(2, &[4, 1, 5, 2, 6, 3]),
        }
    }

    #[test]
    fn every_orientation_comes_out_upright() {
        for exif in 1..=8 {
            assert_eq!(
                Orientation::new(exif).apply(stored(exif)),
                stored(1),
                "{exif}"
            );
        }
    }

    #[test]
    fn a_picture_higher_than_a_band_is_turned_whole() {
        let rgb: Vec<u8> = (0..50 * 37 * 3).map(|i| (i % 251) as u8).collect();
        let picture = Picture::new(50, 37, rgb).unwrap();
        let turn = |p: Picture, exif| Orientation::new(exif).apply(p);
        assert_eq!(turn(turn(picture.clone(), 6), 8), picture);
        assert_eq!(turn(turn(picture.clone(), 5), 5), picture);
        assert_eq!(turn(turn(picture.clone(), 7), 7), picture);
        assert_eq!(turn(turn(picture.clone(), 2), 4), turn(picture, 3));
    }

    #[test]
    fn an_unknown_orientation_means_upright() {
        assert_eq!(Orientation::new(0), Orientation::UPRIGHT);
        assert_eq!(Orientation::new(9), Orientation::UPRIGHT);
        assert_eq!(Orientation::new(262), Orientation::UPRIGHT);
    }
}
