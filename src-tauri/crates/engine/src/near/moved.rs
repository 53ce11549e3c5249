//! Tells a thing that moved from one that was laid over the picture.

use super::align::Points;
use super::raster::{AREA, SIDE};

/// How far something may have moved, in cells.
const REACH: isize = 4;

/// The share of what differs that is found elsewhere in the other picture, 0 … 1, in both ways.
///
/// Between two frames of a scene a thing stands here in one and there in the other: what differs
/// in the first is in the second a step away, and what differs in the second is in the first a
/// step back. A text or a mark is in one picture only.
pub(super) fn moved(off: &[f32], points: &Points, differs: f32) -> f32 {
    let mut ours = vec![f32::NAN; AREA];
    let mut theirs = vec![f32::NAN; AREA];
    let mut places = Vec::new();
    for (point, off) in points.iter().zip(off) {
        let cell = |place: f32| ((place + 1.0) * (SIDE as f32 / 2.0)) as usize;
        let (x, y) = (cell(point.x), cell(point.y));
        let at = y * SIDE + x;
        if let (Some(own), Some(their)) = (ours.get_mut(at), theirs.get_mut(at)) {
            *own = point.a;
            *their = point.a - off;
        }
        let off = off.abs();
        if off > differs {
            places.push((x as isize, y as isize, off));
        }
    }
    let all: f32 = places
        .iter()
        .map(|&(_, _, off)| off.min(4.0 * differs))
        .sum();
    if places.is_empty() || all <= 0.0 {
        return 0.0;
    }
    let mut best = 0.0_f32;
    for dy in -REACH..=REACH {
        for dx in -REACH..=REACH {
            if dx * dx + dy * dy < 2 {
                continue;
            }
            let there = explained(&places, &ours, &theirs, (dx, dy), differs);
            if there / all > best {
                let back = explained(&places, &theirs, &ours, (-dx, -dy), differs);
                best = best.max(there.min(back) / all);
            }
        }
    }
    best
}

/// How much of the differences goes away when the other picture is read a step further.
fn explained(
    places: &[(isize, isize, f32)],
    here: &[f32],
    there: &[f32],
    (dx, dy): (isize, isize),
    differs: f32,
) -> f32 {
    let read = |values: &[f32], x: isize, y: isize| {
        let side = SIDE as isize;
        let inside = (0..side).contains(&x) && (0..side).contains(&y);
        let at = usize::try_from(y * side + x).ok().filter(|_| inside);
        at.and_then(|at| values.get(at).copied())
            .unwrap_or(f32::NAN)
    };
    let gone = places.iter().map(|&(x, y, off)| {
        let off = off.min(4.0 * differs);
        let left = (read(here, x, y) - read(there, x + dx, y + dy)).abs();
        // Outside nothing is known, and nothing explained.
        if left.is_nan() {
            0.0
        } else {
            (off - left).max(0.0)
        }
    });
    gone.sum()
}
