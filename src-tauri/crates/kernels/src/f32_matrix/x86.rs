//! AVX2 and AVX-512: tiles of six rows, whose sums stay in registers over all inputs.

#![expect(unsafe_code, reason = "vector loads and stores take pointers")]

use std::arch::x86_64::*;

use super::{Line, Part};
use crate::TILE_ROWS;
use crate::tiles::{Ahead, tiles};

/// Where a tile reads and writes. The inputs of its rows, the lines of its panel and the places of
/// its output are all there: `multiply` and `run_tasks` have checked the lengths.
#[derive(Clone, Copy)]
struct Tile<'a> {
    x: *const f32,
    x_stride: usize,
    panel: &'a [Line],
    ahead: Ahead,
    bias: *const f32,
    out: *mut f32,
    out_stride: usize,
    columns: usize,
    add: bool,
}

impl<'a> Tile<'a> {
    fn of(part: &Part<'a>, row: usize, ahead: Ahead) -> Self {
        let (out, columns) = part.out.at(row, part.task.panel);
        Self {
            x: part.x.values.as_ptr().wrapping_add(row * part.x.stride),
            x_stride: part.x.stride,
            panel: part.panel,
            ahead,
            bias: part.bias.as_ptr(),
            out,
            out_stride: part.out.stride(),
            columns,
            add: part.finish.add,
        }
    }
}

/// Calls a tile function of as many rows as there are.
macro_rules! for_each_tile {
    ($part:ident, $tile:ident) => {
        let all = $part.task.rows.div_ceil(TILE_ROWS);
        for (number, (first, count)) in tiles($part.task.rows, TILE_ROWS).enumerate() {
            let ahead = Ahead::of($part.ahead, $part.panel.len(), number, all);
            let at = Tile::of($part, $part.task.first_row + first, ahead);
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
            $part.activate($part.task.first_row + first, count);
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
            at.ahead.ask(k);
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

/// Packs blocks of sixteen rows and sixteen inputs: a transposition in registers.
///
/// # Safety
/// `columns` rows of `inputs` numbers lie at `from`, `stride` apart; both counts are multiples of
/// sixteen, at most 64 and the number of lines.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
pub(super) unsafe fn transpose(
    from: *const f32,
    stride: usize,
    lines: &mut [Line],
    columns: usize,
    inputs: usize,
) {
    for column in (0..columns).step_by(16) {
        for input in (0..inputs).step_by(16) {
            // SAFETY: the caller's.
            unsafe {
                let mut rows = [_mm512_setzero_ps(); 16];
                for (i, row) in rows.iter_mut().enumerate() {
                    *row = _mm512_loadu_ps(from.add((column + i) * stride + input));
                }
                for (i, values) in transpose_16(rows).into_iter().enumerate() {
                    let line = lines.as_mut_ptr().add(input + i).cast::<f32>();
                    _mm512_store_ps(line.add(column), values);
                }
            }
        }
    }
}

/// Turns sixteen rows into sixteen columns, by pairs, quadruples, and quarters of a vector.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
#[inline]
fn transpose_16(rows: [__m512; 16]) -> [__m512; 16] {
    let [
        r0,
        r1,
        r2,
        r3,
        r4,
        r5,
        r6,
        r7,
        r8,
        r9,
        r10,
        r11,
        r12,
        r13,
        r14,
        r15,
    ] = rows;
    let quads = [
        transpose_4([r0, r1, r2, r3]),
        transpose_4([r4, r5, r6, r7]),
        transpose_4([r8, r9, r10, r11]),
        transpose_4([r12, r13, r14, r15]),
    ];
    let [a, b, c, d] = quads;
    let mut out = [_mm512_setzero_ps(); 16];
    for (i, (((a, b), c), d)) in a.into_iter().zip(b).zip(c).zip(d).enumerate() {
        let (low_ab, high_ab) = (
            _mm512_shuffle_f32x4::<0b10_00_10_00>(a, b),
            _mm512_shuffle_f32x4::<0b11_01_11_01>(a, b),
        );
        let (low_cd, high_cd) = (
            _mm512_shuffle_f32x4::<0b10_00_10_00>(c, d),
            _mm512_shuffle_f32x4::<0b11_01_11_01>(c, d),
        );
        let quarters = [
            _mm512_shuffle_f32x4::<0b10_00_10_00>(low_ab, low_cd),
            _mm512_shuffle_f32x4::<0b10_00_10_00>(high_ab, high_cd),
            _mm512_shuffle_f32x4::<0b11_01_11_01>(low_ab, low_cd),
            _mm512_shuffle_f32x4::<0b11_01_11_01>(high_ab, high_cd),
        ];
        for (place, quarter) in out.iter_mut().skip(i).step_by(4).zip(quarters) {
            *place = quarter;
        }
    }
    out
}

/// Turns four rows into four columns within each quarter of a vector.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
#[inline]
fn transpose_4([a, b, c, d]: [__m512; 4]) -> [__m512; 4] {
    let (low_ab, high_ab) = (_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
    let (low_cd, high_cd) = (_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
    let low = (_mm512_castps_pd(low_ab), _mm512_castps_pd(low_cd));
    let high = (_mm512_castps_pd(high_ab), _mm512_castps_pd(high_cd));
    [
        _mm512_castpd_ps(_mm512_unpacklo_pd(low.0, low.1)),
        _mm512_castpd_ps(_mm512_unpackhi_pd(low.0, low.1)),
        _mm512_castpd_ps(_mm512_unpacklo_pd(high.0, high.1)),
        _mm512_castpd_ps(_mm512_unpackhi_pd(high.0, high.1)),
    ]
}
