//! The eight ways a picture can lie, as EXIF numbers them.
//!
//! # Source
//! EXIF 2.32, tag 0x0112: the number says what a viewer does to show the picture upright.

use super::raster::Frame;

/// How the picture lies that an orientation turns back.
pub(crate) fn inverse(orientation: u8) -> u8 {
    match orientation {
        6 => 8,
        8 => 6,
        same => same,
    }
}

/// Turns a square of `side` × `side` values by an orientation.
pub(super) fn turned(values: &[f32], side: usize, orientation: u8) -> Vec<f32> {
    let last = side.saturating_sub(1);
    let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    let from = |(x, y): (usize, usize)| match orientation {
        2 => (last - x, y),
        3 => (last - x, last - y),
        4 => (x, last - y),
        5 => (y, x),
        6 => (y, last - x),
        7 => (last - y, last - x),
        8 => (last - y, x),
        _ => (x, y),
    };
    places
        .map(from)
        .map(|(x, y)| values.get(y * side + x).copied().unwrap_or(0.0))
        .collect()
}

/// Turns a part of a picture with it.
pub(super) fn turned_frame(frame: Frame, orientation: u8) -> Frame {
    let Frame {
        left,
        top,
        right,
        bottom,
    } = frame;
    let frame = if orientation >= 5 {
        Frame {
            left: top,
            top: left,
            right: bottom,
            bottom: right,
        }
    } else {
        frame
    };
    let mirrored = matches!(orientation, 2 | 3 | 6 | 7);
    let flipped = matches!(orientation, 3 | 4 | 7 | 8);
    let turn = |low: f32, high: f32, turn: bool| {
        if turn {
            (1.0 - high, 1.0 - low)
        } else {
            (low, high)
        }
    };
    let (left, right) = turn(frame.left, frame.right, mirrored);
    let (top, bottom) = turn(frame.top, frame.bottom, flipped);
    Frame {
        left,
        top,
        right,
        bottom,
    }
}
