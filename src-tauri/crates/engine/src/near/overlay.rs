//! Where one picture lies over another that shows the same: for looking at what differs.

use super::likeness::laid;
use super::orient::turned_frame;
use super::prepared::Prepared;
use super::print::Print;

/// So near to the whole picture, part of a side, it is the whole: a fit is no more exact.
const WHOLE: f32 = 0.006;
/// A picture is no larger beside the other, on a side, and no smaller by this.
const MOST: f32 = 10.0;

/// Where the second of two pictures lies over the first, in fractions of the first's sides: beyond 0 … 1
/// where it shows more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlay {
    /// The EXIF orientation that turns the second picture the way the first lies.
    pub orientation: u8,
    /// Left side of the second.
    pub left: f32,
    /// Upper side of the second.
    pub top: f32,
    /// Right side of the second.
    pub right: f32,
    /// Lower side of the second.
    pub bottom: f32,
}

impl Overlay {
    /// That of a picture over itself.
    pub const SAME: Self = Self {
        orientation: 1,
        left: 0.0,
        top: 0.0,
        right: 1.0,
        bottom: 1.0,
    };
}

/// Lays the second picture over the first; none where they have nothing in common. It lies exact to
/// six thousandths of a side on drawn pictures.
#[must_use]
pub fn overlay(a: &Print, b: &Print) -> Option<Overlay> {
    let (evidence, fit) = laid(&Prepared::new(a), &Prepared::new(b))?;
    let (first, second) = (a.frame, turned_frame(b.frame, evidence.orientation));
    let [sx, tx, sy, ty, ..] = fit.map.0;
    let (left, right) = side(
        (first.left, first.right),
        (second.left, second.right),
        (1.0 + sx, tx),
    )?;
    let (top, bottom) = side(
        (first.top, first.bottom),
        (second.top, second.bottom),
        (1.0 + sy, ty),
    )?;
    let near = |value: f32, whole: f32| (value - whole).abs() < WHOLE;
    // A side that ends with the other does so for certain only where its other end does too.
    let snap = |low: f32, high: f32| match near(low, 0.0) && near(high, 1.0) {
        true => (0.0, 1.0),
        false => (low, high),
    };
    let ((left, right), (top, bottom)) = (snap(left, right), snap(top, bottom));
    Some(Overlay {
        orientation: evidence.orientation,
        left,
        top,
        right,
        bottom,
    })
}

/// The ends of the second picture's side on the first's, both 0 … 1, from the parts of both that were
/// compared, and the stretch and shift from the first's part to the second's, −1 … 1 on each.
fn side(first: (f32, f32), second: (f32, f32), (stretch, shift): (f32, f32)) -> Option<(f32, f32)> {
    if !(1.0 / MOST..=MOST).contains(&stretch) {
        return None;
    }
    let on_first = |end: f32| {
        let theirs = 2.0 * (end - second.0) / (second.1 - second.0).max(1e-3) - 1.0;
        let ours = (theirs - shift) / stretch;
        first.0 + (ours + 1.0) / 2.0 * (first.1 - first.0)
    };
    Some((on_first(0.0), on_first(1.0)))
}

#[cfg(test)]
mod tests {
    use super::super::orient::inverse;
    use super::super::tests::{scene, turned};
    use super::*;
    use crate::picture::Picture;

    fn cut(picture: &Picture, [x, y, width, height]: [f32; 4]) -> Picture {
        let part = |from: f32, length: f32, side: u32| {
            let at = |share: f32| (share * side as f32).round() as usize;
            at(from)..at(from + length)
        };
        let columns = part(x, width, picture.width());
        let rows = part(y, height, picture.height());
        let stride = 3 * picture.width() as usize;
        let kept = rows.clone().flat_map(|row| {
            &picture.rgb()[row * stride + 3 * columns.start..row * stride + 3 * columns.end]
        });
        let rgb = kept.copied().collect();
        Picture::new(columns.len() as u32, rows.len() as u32, rgb).unwrap()
    }

    /// Half as wide and high; the sides are even.
    fn halved(picture: &Picture) -> Picture {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let at = |x: usize, y: usize, c: usize| u32::from(picture.rgb()[(y * width + x) * 3 + c]);
        let rgb = (0..width * height / 4 * 3).map(|place| {
            let (c, pixel) = (place % 3, place / 3);
            let (x, y) = (2 * (pixel % (width / 2)), 2 * (pixel / (width / 2)));
            ((at(x, y, c) + at(x + 1, y, c) + at(x, y + 1, c) + at(x + 1, y + 1, c)) / 4) as u8
        });
        Picture::new(width as u32 / 2, height as u32 / 2, rgb.collect()).unwrap()
    }

    fn check(seed: u64, kept: [f32; 4], orientation: u8) {
        let picture = scene(seed, 256, 176);
        let [x, y, width, height] = kept;
        let part = cut(&picture, kept);
        // What a viewer turns back by an orientation was turned by its inverse.
        let copy = Print::of(&turned(&part, inverse(orientation)));
        let own = Print::of(&picture);
        let found = overlay(&own, &copy).unwrap();
        assert_eq!(found.orientation, orientation, "{kept:?}");
        let expect = [x, y, x + width, y + height];
        let got = [found.left, found.top, found.right, found.bottom];
        for (got, expect) in got.into_iter().zip(expect) {
            let off = (got - expect).abs();
            assert!(off < 0.006, "{kept:?} {orientation}: {found:?}");
        }
        // The other way round the whole lies beyond the part.
        let back = overlay(&copy, &own).unwrap();
        assert_eq!(back.orientation, inverse(orientation));
        let sides = (back.right - back.left, back.bottom - back.top);
        let wanted = match orientation >= 5 {
            true => (1.0 / height, 1.0 / width),
            false => (1.0 / width, 1.0 / height),
        };
        assert!((sides.0 - wanted.0).abs() < 0.01, "{back:?}");
        assert!((sides.1 - wanted.1).abs() < 0.01, "{back:?}");
    }

    #[test]
    fn a_crop_lies_where_it_was_cut_from() {
        for seed in 0..4 {
            check(seed, [0.1, 0.05, 0.85, 0.9], 1);
            check(seed, [0.0, 0.0, 0.92, 0.95], 1);
            check(seed, [0.05, 0.1, 0.9, 0.85], 6);
            check(seed, [0.04, 0.0, 0.9, 0.95], 2);
        }
    }

    #[test]
    fn the_whole_picture_lies_exactly_over_itself() {
        let picture = scene(3, 256, 176);
        let small = halved(&picture);
        let found = overlay(&Print::of(&picture), &Print::of(&small)).unwrap();
        assert_eq!(found, Overlay::SAME);
        let other = Print::of(&scene(4, 256, 176));
        assert_eq!(overlay(&Print::of(&picture), &other), None);
    }
}
