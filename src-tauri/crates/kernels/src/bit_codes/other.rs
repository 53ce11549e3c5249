//! A processor without look-ups in vectors.

use super::{BLOCK, Level, Pair, Part};
use crate::Line;

pub(super) fn looks_up(_level: Level) -> bool {
    false
}

pub(super) fn fetch<T>(_line: &[T]) {}

pub(super) fn block(_query: &Part, _pairs: &[Pair], _ahead: &[u8], _products: &mut [i32; BLOCK]) {}

pub(super) fn reaching(
    _products: &[i32; BLOCK],
    _factors: (&[f32; BLOCK], &[f32; BLOCK]),
    _line: &Line,
    _limit: f32,
) -> u16 {
    0
}
