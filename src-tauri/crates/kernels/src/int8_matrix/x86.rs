//! AVX2, AVX-VNNI and AVX-512 VNNI: tiles whose sums stay in registers over all inputs.

#![expect(unsafe_code, reason = "vector loads and stores take pointers")]

use std::arch::x86_64::*;

use super::portable::write;
use super::{GROUP, Line, Part};
use crate::TILE_ROWS;
use crate::tiles::{Ahead, tiles};

/// Where a tile reads. The groups of its rows and the lines of its panel are all there: `multiply`
/// has checked the lengths.
#[derive(Clone, Copy)]
struct Tile<'a> {
    x: *const u8,
    x_stride: usize,
    panel: &'a [Line],
    ahead: Ahead,
}

/// Calls a tile function of as many rows as there are.
macro_rules! for_each_tile {
    ($part:ident, $rows:expr, $tile:ident) => {
        let all = $part.task.rows.div_ceil($rows);
        for (number, (first, count)) in tiles($part.task.rows, $rows).enumerate() {
            let row = $part.task.first_row + first;
            let at = Tile {
                ahead: Ahead::of($part.ahead, $part.panel.len(), number, all),
                x: $part.x.values.as_ptr().wrapping_add(row * $part.x.padded),
                x_stride: $part.x.padded,
                panel: $part.panel,
            };
            // SAFETY: the features are the caller's, and the tile lies inside its input.
            unsafe {
                match count {
                    1 => $tile::<1>($part, row, at),
                    2 => $tile::<2>($part, row, at),
                    3 => $tile::<3>($part, row, at),
                    4 => $tile::<4>($part, row, at),
                    5 => $tile::<5>($part, row, at),
                    _ => $tile::<TILE_ROWS>($part, row, at),
                }
            }
            $part.activate(row, count);
        }
    };
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
pub(super) fn avx512_vnni(part: &Part<'_>) {
    for_each_tile!(part, TILE_ROWS, tile_512_vnni);
}

#[target_feature(enable = "avxvnni,avx2,fma")]
pub(super) fn avx_vnni(part: &Part<'_>) {
    for_each_tile!(part, TILE_ROWS, tile_256_vnni);
}

#[target_feature(enable = "avx2,fma")]
pub(super) fn avx2(part: &Part<'_>) {
    for_each_tile!(part, 3, tile_256);
}

/// Four bytes of a row, as one number.
#[inline(always)]
unsafe fn group(at: Tile<'_>, row: usize, k: usize) -> i32 {
    // SAFETY: the caller's; a group may lie on any border.
    unsafe {
        at.x.add(row * at.x_stride + GROUP * k)
            .cast::<i32>()
            .read_unaligned()
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
#[inline]
unsafe fn tile_512_vnni<const ROWS: usize>(part: &Part<'_>, first: usize, at: Tile<'_>) {
    let mut sums = [[_mm512_setzero_si512(); 4]; ROWS];
    // SAFETY: the caller's; a line is 256 bytes on a border of 64.
    unsafe {
        for (k, line) in at.panel.iter().enumerate() {
            let line = line.0.as_ptr().cast::<__m512i>();
            let weights = [
                _mm512_load_si512(line),
                _mm512_load_si512(line.add(1)),
                _mm512_load_si512(line.add(2)),
                _mm512_load_si512(line.add(3)),
            ];
            at.ahead.ask(k);
            for (row, sums) in sums.iter_mut().enumerate() {
                let x = _mm512_set1_epi32(group(at, row, k));
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum = _mm512_dpbusd_epi32(*sum, x, weights);
                }
            }
        }
        for (row, sums) in (first..).zip(sums) {
            write_512(part, row, sums);
        }
    }
}

/// Turns whole sums into numbers, in the order of operations that every path has.
///
/// # Safety
/// The row is one of the part's.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
#[inline]
pub(super) unsafe fn write_512(part: &Part<'_>, row: usize, sums: [__m512i; 4]) {
    let (out, columns) = part.out.at(row, part.task.panel);
    // SAFETY: the caller's; scales, sums and biases are filled up to whole panels.
    unsafe {
        let row_scale = _mm512_set1_ps(*part.x.scale.as_ptr().add(row));
        let zero = _mm512_set1_epi32(*part.x.zero.as_ptr().add(row));
        for (i, sum) in sums.into_iter().enumerate() {
            let from = 16 * i;
            let mask = ((1_u32 << columns.saturating_sub(from).min(16)) - 1) as u16;
            let weights = _mm512_loadu_si512(part.sums.as_ptr().add(from).cast());
            let sum = _mm512_sub_epi32(sum, _mm512_mullo_epi32(zero, weights));
            let scale = _mm512_mul_ps(row_scale, _mm512_loadu_ps(part.scale.as_ptr().add(from)));
            let y = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), scale);
            let mut y = _mm512_add_ps(y, _mm512_loadu_ps(part.bias.as_ptr().add(from)));
            let place = out.wrapping_add(from);
            if part.finish.add {
                y = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, place), y);
            }
            _mm512_mask_storeu_ps(place, mask, y);
        }
    }
}

#[target_feature(enable = "avxvnni,avx2,fma")]
#[inline]
unsafe fn tile_256_vnni<const ROWS: usize>(part: &Part<'_>, first: usize, at: Tile<'_>) {
    for block in 0..4 {
        let mut sums = [[_mm256_setzero_si256(); 2]; ROWS];
        // SAFETY: the caller's; a block of a line is 64 bytes on a border of 64.
        unsafe {
            for (k, line) in at.panel.iter().enumerate() {
                let line = line.0.as_ptr().cast::<__m256i>().add(2 * block);
                let weights = [_mm256_load_si256(line), _mm256_load_si256(line.add(1))];
                for (row, sums) in sums.iter_mut().enumerate() {
                    let x = _mm256_set1_epi32(group(at, row, k));
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = _mm256_dpbusd_avx_epi32(*sum, x, weights);
                    }
                }
            }
        }
        for (row, [low, high]) in (first..).zip(sums) {
            write(part, row, block, &whole(low, high));
        }
    }
}

/// Without products of bytes: pairs of 16 bits, which cannot overflow as `vpmaddubsw` would.
#[target_feature(enable = "avx2,fma")]
#[inline]
unsafe fn tile_256<const ROWS: usize>(part: &Part<'_>, first: usize, at: Tile<'_>) {
    for block in 0..4 {
        // Each holds two sums for each of four outputs.
        let mut sums = [[_mm256_setzero_si256(); 4]; ROWS];
        // SAFETY: the caller's; a block of a line is 64 bytes.
        unsafe {
            for (k, line) in at.panel.iter().enumerate() {
                let line = line.0.as_ptr().cast::<__m128i>().add(4 * block);
                let weights: [__m256i; 4] =
                    std::array::from_fn(|i| _mm256_cvtepi8_epi16(_mm_load_si128(line.add(i))));
                for (row, sums) in sums.iter_mut().enumerate() {
                    let x = _mm256_cvtepu8_epi16(_mm_set1_epi32(group(at, row, k)));
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(x, weights));
                    }
                }
            }
        }
        for (row, [a, b, c, d]) in (first..).zip(sums) {
            let low = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(a, b));
            let high = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(c, d));
            write(part, row, block, &whole(low, high));
        }
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn whole(low: __m256i, high: __m256i) -> [i32; 16] {
    let mut all = [0; 16];
    // SAFETY: both halves lie inside.
    unsafe {
        _mm256_storeu_si256(all.as_mut_ptr().cast(), low);
        _mm256_storeu_si256(all.as_mut_ptr().add(8).cast(), high);
    }
    all
}
