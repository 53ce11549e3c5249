//! AVX2 and AVX-512: tiles of six rows, whose sums stay in registers over all inputs.

#![expect(unsafe_code, reason = "vector loads and stores take pointers")]

use std::arch::x86_64::*;

use super::{Line, Part};
use crate::TILE_ROWS;
use crate::tiles::tiles;

/// Where a tile reads and writes. The inputs of its rows, the lines of its panel and the places of
/// its output are all there: `multiply` and `run_tasks` have checked the lengths.
#[derive(Clone, Copy)]
struct Tile<'a> {
    x: *const f32,
    x_stride: usize,
    panel: &'a [Line],
    bias: *const f32,
    out: *mut f32,
    out_stride: usize,
    columns: usize,
    add: bool,
}

impl<'a> Tile<'a> {
    fn of(part: &Part<'a>, row: usize) -> Self {
        let (out, columns) = part.out.at(row, part.task.panel);
        Self {
            x: part.x.values.as_ptr().wrapping_add(row * part.x.stride),
            x_stride: part.x.stride,
            panel: part.panel,
            bias: part.bias.as_ptr(),
            out,
            out_stride: part.out.stride(),
            columns,
            add: part.add,
        }
    }
}

/// Calls a tile function of as many rows as there are.
macro_rules! for_each_tile {
    ($part:ident, $tile:ident) => {
        for (first, count) in tiles($part.task.rows, TILE_ROWS) {
            let at = Tile::of($part, $part.task.first_row + first);
            // SAFETY: the features are the caller's, and the tile lies inside input and output.
            unsafe {
                match count {
                    1 => $tile::<1>(at),
                    2 => $tile::<2>(at),
                    3 => $tile::<3>(at),
                    4 => $tile::<4>(at),
                    5 => $tile::<5>(at),
                    _ => $tile::<TILE_ROWS>(at),
                }
            }
        }
    };
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
pub(super) fn avx512(part: &Part<'_>) {
    for_each_tile!(part, tile_512);
}

#[target_feature(enable = "avx2,fma")]
pub(super) fn avx2(part: &Part<'_>) {
    for_each_tile!(part, tile_256);
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
#[inline]
unsafe fn tile_512<const ROWS: usize>(at: Tile<'_>) {
    let mut sums = [[_mm512_setzero_ps(); 4]; ROWS];
    // SAFETY: the caller's; a line is 64 numbers on a border of 64 bytes.
    unsafe {
        for (k, line) in at.panel.iter().enumerate() {
            let line = line.0.as_ptr();
            let weights = [
                _mm512_load_ps(line),
                _mm512_load_ps(line.add(16)),
                _mm512_load_ps(line.add(32)),
                _mm512_load_ps(line.add(48)),
            ];
            for (row, sums) in sums.iter_mut().enumerate() {
                let x = _mm512_set1_ps(*at.x.add(row * at.x_stride + k));
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum = _mm512_fmadd_ps(x, weights, *sum);
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            let out = at.out.add(row * at.out_stride);
            for (i, sum) in sums.iter().enumerate() {
                let left = at.columns.saturating_sub(16 * i).min(16);
                let mask = ((1_u32 << left) - 1) as u16;
                let mut y = _mm512_add_ps(*sum, _mm512_loadu_ps(at.bias.add(16 * i)));
                let place = out.wrapping_add(16 * i);
                if at.add {
                    y = _mm512_add_ps(y, _mm512_maskz_loadu_ps(mask, place));
                }
                _mm512_mask_storeu_ps(place, mask, y);
            }
        }
    }
}

#[target_feature(enable = "avx2,fma")]
#[inline]
unsafe fn tile_256<const ROWS: usize>(at: Tile<'_>) {
    for block in 0..4 {
        let from = 16 * block;
        if from >= at.columns {
            return;
        }
        let mut sums = [[_mm256_setzero_ps(); 2]; ROWS];
        // SAFETY: the caller's; a line is 64 numbers on a border of 64 bytes.
        unsafe {
            for (k, line) in at.panel.iter().enumerate() {
                let line = line.0.as_ptr().add(from);
                let weights = [_mm256_load_ps(line), _mm256_load_ps(line.add(8))];
                for (row, sums) in sums.iter_mut().enumerate() {
                    let x = _mm256_set1_ps(*at.x.add(row * at.x_stride + k));
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = _mm256_fmadd_ps(x, weights, *sum);
                    }
                }
            }
            for (row, sums) in sums.iter().enumerate() {
                let mut y = [0.0_f32; 16];
                let [low, high] = *sums;
                let bias = at.bias.add(from);
                _mm256_storeu_ps(y.as_mut_ptr(), _mm256_add_ps(low, _mm256_loadu_ps(bias)));
                _mm256_storeu_ps(
                    y.as_mut_ptr().add(8),
                    _mm256_add_ps(high, _mm256_loadu_ps(bias.add(8))),
                );
                let left = (at.columns - from).min(16);
                let place = at.out.add(row * at.out_stride + from);
                for (i, y) in y.iter().enumerate().take(left) {
                    let place = place.add(i);
                    *place = if at.add { *place + y } else { *y };
                }
            }
        }
    }
}
