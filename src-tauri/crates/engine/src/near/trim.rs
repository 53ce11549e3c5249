//! Finds a plain border around a picture.

use super::raster::{Frame, luma};
use crate::picture::Picture;

/// How far grey values of a border may lie apart: JPEG leaves some noise in a plain area.
const PLAIN: f32 = 14.0;
/// Part of a side that a border may take.
const WIDEST: f32 = 0.35;
/// Part of a side below which there is no border to speak of.
const NARROWEST: f32 = 0.012;

/// What lies inside a picture's border; all of it where it has none.
pub(super) fn trim(picture: &Picture) -> Frame {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let grey: Vec<f32> = picture.rgb().as_chunks::<3>().0.iter().map(luma).collect();
    let row = |y: usize| grey.iter().skip(y * width).take(width).copied();
    let column = |x: usize| grey.iter().skip(x).step_by(width).copied();
    let top = border(height, |i| range(row(i)));
    let bottom = border(height, |i| range(row(height - 1 - i)));
    let left = border(width, |i| range(column(i)));
    let right = border(width, |i| range(column(width - 1 - i)));
    let frame = Frame {
        left,
        top,
        right: 1.0 - right,
        bottom: 1.0 - bottom,
    };
    let widest = left.max(top).max(right).max(bottom);
    if widest < NARROWEST {
        return Frame::WHOLE;
    }
    frame
}

/// The part of a side that is border: lines from outside that are plain and like the first.
fn border(count: usize, line: impl Fn(usize) -> (f32, f32)) -> f32 {
    let (mut low, mut high) = (f32::MAX, f32::MIN);
    let most = (count as f32 * WIDEST) as usize;
    let mut lines = 0;
    while lines <= most {
        let (least, greatest) = line(lines);
        (low, high) = (low.min(least), high.max(greatest));
        if high - low > PLAIN {
            break;
        }
        lines += 1;
    }
    // A plain area that goes on is the picture itself, not its border.
    if lines == 0 || lines > most {
        return 0.0;
    }
    lines as f32 / count as f32
}

fn range(values: impl Iterator<Item = f32>) -> (f32, f32) {
    values.fold((f32::MAX, f32::MIN), |(low, high), v| {
        (low.min(v), high.max(v))
    })
}
