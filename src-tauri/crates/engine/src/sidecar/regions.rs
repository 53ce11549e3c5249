//! Regions between the picture as stored, which programs measure, and the upright one.

use serde::{Deserialize, Serialize};

use super::Region;

/// The picture that a region's fractions are of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Frame {
    /// The picture as it is stored.
    Stored,
    /// The upright picture.
    Upright,
    /// A picture of this size, in pixels: that tells which of the two it is.
    Sized(f64, f64),
}

/// How a stored picture is turned upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// EXIF orientation, 1 … 8.
    pub orientation: u8,
    /// Upright width, pixels.
    pub width: u32,
    /// Upright height, pixels.
    pub height: u32,
}

impl Turn {
    /// Width and height as stored, pixels.
    #[must_use]
    pub fn stored_size(self) -> (u32, u32) {
        if self.orientation >= 5 {
            (self.height, self.width)
        } else {
            (self.width, self.height)
        }
    }

    /// Whether fractions of a frame are already those of the upright picture.
    fn is_upright(self, frame: Frame) -> bool {
        match frame {
            Frame::Upright => true,
            Frame::Stored => false,
            // Only a picture on its side tells itself from an upright one.
            Frame::Sized(width, height) => {
                self.orientation >= 5
                    && self.width != self.height
                    && (width > height) == (self.width > self.height)
            }
        }
    }

    /// A region's left, top, width and height as fractions of the upright picture, cut to it; none
    /// where nothing of it lies inside.
    ///
    /// # Source
    /// Guidelines for Handling Image Metadata 2.0 (Metadata Working Group), 5.9: regions are of the
    /// picture as stored, and `AppliedToDimensions` tells of a later turn.
    #[must_use]
    pub fn upright(self, region: &Region) -> Option<[f64; 4]> {
        let area = if self.is_upright(region.frame) {
            region.area
        } else {
            turned(region.area, self.orientation)
        };
        cut(area)
    }

    /// Fractions of the upright picture as those of a frame.
    #[must_use]
    pub fn into_frame(self, area: [f64; 4], frame: Frame) -> [f64; 4] {
        if self.is_upright(frame) {
            return area;
        }
        // Six and eight take each other back, the others themselves.
        let back = match self.orientation {
            6 => 8,
            8 => 6,
            other => other,
        };
        turned(area, back)
    }
}

/// Turns an area with its picture.
fn turned([x, y, w, h]: [f64; 4], orientation: u8) -> [f64; 4] {
    let (right, below) = (1.0 - x - w, 1.0 - y - h);
    match orientation {
        2 => [right, y, w, h],
        3 => [right, below, w, h],
        4 => [x, below, w, h],
        5 => [y, x, h, w],
        6 => [below, x, h, w],
        7 => [below, right, h, w],
        8 => [y, right, h, w],
        _ => [x, y, w, h],
    }
}

fn cut([x, y, w, h]: [f64; 4]) -> Option<[f64; 4]> {
    let inside = |edge: f64| edge.clamp(0.0, 1.0);
    let (left, top) = (inside(x), inside(y));
    let (right, bottom) = (inside(x + w), inside(y + h));
    let is_real = [x, y, w, h].iter().all(|n| n.is_finite()) && right > left && bottom > top;
    is_real.then_some([left, top, right - left, bottom - top])
}

#[cfg(test)]
mod tests {
    use super::super::RegionKind;
    use super::*;

    fn turn(orientation: u8) -> Turn {
        let (width, height) = if orientation >= 5 {
            (200, 300)
        } else {
            (300, 200)
        };
        Turn {
            orientation,
            width,
            height,
        }
    }

    fn region(area: [f64; 4], frame: Frame) -> Region {
        Region {
            kind: RegionKind::Face,
            name: None,
            area,
            frame,
        }
    }

    fn near(a: [f64; 4], b: [f64; 4]) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9)
    }

    /// Where the corner of a stored picture comes to lie is what EXIF says of its row and column.
    #[test]
    fn the_first_corner_goes_where_exif_says() {
        let corner = [0.0, 0.0, 0.1, 0.2];
        let ends = [
            (1, [0.0, 0.0, 0.1, 0.2]),
            (2, [0.9, 0.0, 0.1, 0.2]),
            (3, [0.9, 0.8, 0.1, 0.2]),
            (4, [0.0, 0.8, 0.1, 0.2]),
            (5, [0.0, 0.0, 0.2, 0.1]),
            (6, [0.8, 0.0, 0.2, 0.1]),
            (7, [0.8, 0.9, 0.2, 0.1]),
            (8, [0.0, 0.9, 0.2, 0.1]),
        ];
        for (orientation, expect) in ends {
            let found = turn(orientation).upright(&region(corner, Frame::Stored));
            assert!(near(found.unwrap(), expect), "{orientation}: {found:?}");
        }
    }

    #[test]
    fn there_and_back_is_the_same() {
        let area = [0.1, 0.25, 0.3, 0.5];
        for orientation in 1..=8 {
            for frame in [Frame::Stored, Frame::Upright, Frame::Sized(3000.0, 2000.0)] {
                let turn = turn(orientation);
                let back = turn.upright(&region(turn.into_frame(area, frame), frame));
                assert!(near(back.unwrap(), area), "{orientation} {frame:?}");
            }
        }
    }

    #[test]
    fn the_size_tells_that_a_region_is_upright_already() {
        let area = [0.1, 0.2, 0.3, 0.4];
        let upright = turn(6).upright(&region(area, Frame::Sized(2000.0, 3000.0)));
        assert!(near(upright.unwrap(), area));
        let stored = turn(6).upright(&region(area, Frame::Sized(3000.0, 2000.0)));
        assert!(near(stored.unwrap(), [0.4, 0.1, 0.4, 0.3]));
    }

    #[test]
    fn what_lies_outside_is_cut() {
        let at = |area| turn(1).upright(&region(area, Frame::Stored));
        assert!(near(
            at([-0.1, 0.9, 0.3, 0.3]).unwrap(),
            [0.0, 0.9, 0.2, 0.1]
        ));
        assert_eq!(at([1.0, 0.0, 0.5, 0.5]), None);
        assert_eq!(at([0.1, 0.1, 0.0, 0.5]), None);
        assert_eq!(at([f64::NAN, 0.1, 0.1, 0.5]), None);
    }
}
