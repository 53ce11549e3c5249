//! The eight ways a picture can lie, as EXIF numbers them.
//!
//! # Source
//! EXIF 2.32, tag 0x0112: the number says what a viewer does to show the picture upright.

use latent_kernels::{Level, transpose};

use super::raster::Frame;

/// How the picture lies that an orientation turns back.
pub(crate) fn inverse(orientation: u8) -> u8 {
    match orientation {
        6 => 8,
        8 => 6,
        same => same,
    }
}

/// Whether an orientation mirrors left to right, and upside down, what it may have transposed before.
pub(super) fn flips(orientation: u8) -> (bool, bool) {
    (
        matches!(orientation, 2 | 3 | 6 | 7),
        matches!(orientation, 3 | 4 | 7 | 8),
    )
}

/// Turns a square of `side` × `side` values by an orientation; `side` is a multiple of 8.
pub(super) fn turned(values: &[f32], side: usize, orientation: u8) -> Vec<f32> {
    let mut out = values.to_vec();
    if orientation >= 5 {
        transpose(Level::detect(), values, side, &mut out);
    }
    let (across, down) = flips(orientation);
    if down {
        // Both ways at once is backwards.
        out.reverse();
    }
    if across != down {
        out.chunks_exact_mut(side.max(1)).for_each(<[f32]>::reverse);
    }
    out
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
    let (mirrored, flipped) = flips(orientation);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_turn_as_viewers_turn_pictures() {
        let (side, last) = (8, 7);
        let values: Vec<f32> = (0..side * side).map(|at| at as f32).collect();
        for orientation in 1..=8 {
            let out = turned(&values, side, orientation);
            for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
                let (from_x, from_y) = match orientation {
                    2 => (last - x, y),
                    3 => (last - x, last - y),
                    4 => (x, last - y),
                    5 => (y, x),
                    6 => (y, last - x),
                    7 => (last - y, last - x),
                    8 => (last - y, x),
                    _ => (x, y),
                };
                let expect = values[from_y * side + from_x];
                assert_eq!(out[y * side + x], expect, "{orientation}: {x}, {y}");
            }
        }
    }
}
