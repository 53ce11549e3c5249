//! A processor without look-ups in vectors.

use super::{BLOCK, Level, PAGE, Page, Pair, Part};
use crate::Estimates;

pub(super) fn looks_up(_level: Level) -> bool {
    false
}

pub(super) fn fetch<T>(_line: &[T]) {}

pub(super) fn block(_query: &Part, _pairs: &[Pair], _ahead: &[u8], _products: &mut [i32; BLOCK]) {}

pub(super) fn page_reaching(
    _query: &Part,
    _page: Page<'_>,
    _ahead: Page<'_>,
    _estimates: &Estimates<'_>,
    _limit: f32,
    _products: &mut [i32; PAGE],
) -> u64 {
    0
}
