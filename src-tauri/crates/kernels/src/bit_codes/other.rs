//! A processor without look-ups in vectors.

use super::{BLOCK, BitQuery, Level, Pair};

pub(super) fn looks_up(_level: Level) -> bool {
    false
}

pub(super) fn fetch<T>(_line: &[T]) {}

pub(super) fn block(
    _query: &BitQuery,
    _pairs: &[Pair],
    _ahead: &[u8],
    _products: &mut [i32; BLOCK],
) {
}
