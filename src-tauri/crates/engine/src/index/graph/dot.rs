//! Dot products of one vector with one half-precision row.
//!
//! A graph meets its rows one by one in no foreseeable order; the scan's kernel beside it takes
//! four rows at a time and is of no use here; the choice of the processor's path is the same.

use half::f16;
use half::slice::HalfFloatSliceExt as _;

use crate::index::dot::{Kind, Path};

impl Path {
    /// Multiplies a query with a row; what one is longer is left out.
    #[cfg_attr(
        target_arch = "x86_64",
        expect(
            unsafe_code,
            reason = "functions for a processor feature are unsafe to call"
        )
    )]
    pub(in crate::index) fn with_query(self, query: &[f32], row: &[f16]) -> f32 {
        match self.0 {
            Kind::Portable => portable(query, row),
            // SAFETY: `available` makes this value only where the features were detected.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { x86::query_avx2(query, row) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { x86::query_avx512(query, row) },
        }
    }

    /// Multiplies two rows; what one is longer is left out.
    #[cfg_attr(
        target_arch = "x86_64",
        expect(
            unsafe_code,
            reason = "functions for a processor feature are unsafe to call"
        )
    )]
    pub(in crate::index) fn of_rows(self, left: &[f16], right: &[f16]) -> f32 {
        match self.0 {
            Kind::Portable => rows_portable(left, right),
            // SAFETY: `available` makes this value only where the features were detected.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { x86::rows_avx2(left, right) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { x86::rows_avx512(left, right) },
        }
    }
}

/// Numbers that are converted at once on the portable path.
const BLOCK: usize = 64;

/// Any processor: blocks are widened, then sixteen partial sums become its vectors.
fn portable(query: &[f32], row: &[f16]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0_f32; LANES];
    for (query, row) in query.chunks(BLOCK).zip(row.chunks(BLOCK)) {
        let mut wide = [0.0_f32; BLOCK];
        if let Some(wide) = wide.get_mut(..row.len()) {
            row.convert_to_f32_slice(wide);
        }
        // Beyond the row's end the block is zero, so whole lanes may be added.
        for (query, wide) in query.chunks(LANES).zip(wide.chunks_exact(LANES)) {
            for ((sum, &q), &w) in sums.iter_mut().zip(query).zip(wide) {
                *sum += q * w;
            }
        }
    }
    sums.iter().sum()
}

fn rows_portable(left: &[f16], right: &[f16]) -> f32 {
    left.chunks(BLOCK)
        .zip(right.chunks(BLOCK))
        .map(|(left, right)| {
            let mut wide = [0.0_f32; BLOCK];
            if let Some(wide) = wide.get_mut(..left.len()) {
                left.convert_to_f32_slice(wide);
            }
            portable(&wide, right)
        })
        .sum()
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "vector loads take pointers")]
mod x86 {
    use std::arch::x86_64::{
        __m256, __m512, _mm_add_ps, _mm_add_ss, _mm_cvtss_f32, _mm_loadu_si128, _mm_movehl_ps,
        _mm_shuffle_ps, _mm256_add_ps, _mm256_castps256_ps128, _mm256_cvtph_ps,
        _mm256_extractf128_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_loadu_si256,
        _mm256_setzero_ps, _mm512_add_ps, _mm512_cvtph_ps, _mm512_fmadd_ps, _mm512_loadu_ps,
        _mm512_reduce_add_ps, _mm512_setzero_ps,
    };

    use half::f16;

    use super::{portable, rows_portable};

    /// What both have from `at` on.
    fn tails<'a, L, R>(left: &'a [L], right: &'a [R], at: usize) -> (&'a [L], &'a [R]) {
        let tail_l = left.get(at..).unwrap_or_default();
        (tail_l, right.get(at..).unwrap_or_default())
    }

    /// Two sums in flight hide half of the multiply-add's latency; memory is slower anyway.
    #[target_feature(enable = "avx512f")]
    fn sum512(whole: usize, load: impl Fn(usize) -> (__m512, __m512)) -> f32 {
        let mut sums = [_mm512_setzero_ps(); 2];
        for at in (0..whole).step_by(32) {
            for (sum, from) in sums.iter_mut().zip([at, at + 16]) {
                let (left, right) = load(from);
                *sum = _mm512_fmadd_ps(left, right, *sum);
            }
        }
        let [even, odd] = sums;
        _mm512_reduce_add_ps(_mm512_add_ps(even, odd))
    }

    #[target_feature(enable = "avx512f")]
    pub(super) fn query_avx512(query: &[f32], row: &[f16]) -> f32 {
        let whole = query.len().min(row.len()) / 32 * 32;
        // SAFETY: `sum512` asks for sixteen numbers from below `whole`, within both slices.
        let sum = sum512(whole, |at| unsafe {
            let halves = _mm256_loadu_si256(row.as_ptr().add(at).cast());
            (
                _mm512_loadu_ps(query.as_ptr().add(at)),
                _mm512_cvtph_ps(halves),
            )
        });
        let (query, row) = tails(query, row, whole);
        sum + portable(query, row)
    }

    #[target_feature(enable = "avx512f")]
    pub(super) fn rows_avx512(left: &[f16], right: &[f16]) -> f32 {
        let whole = left.len().min(right.len()) / 32 * 32;
        // SAFETY: as in `query_avx512`.
        let sum = sum512(whole, |at| unsafe {
            let l = _mm256_loadu_si256(left.as_ptr().add(at).cast());
            let r = _mm256_loadu_si256(right.as_ptr().add(at).cast());
            (_mm512_cvtph_ps(l), _mm512_cvtph_ps(r))
        });
        let (left, right) = tails(left, right, whole);
        sum + rows_portable(left, right)
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    fn sum256(whole: usize, load: impl Fn(usize) -> (__m256, __m256)) -> f32 {
        let mut sums = [_mm256_setzero_ps(); 2];
        for at in (0..whole).step_by(16) {
            for (sum, from) in sums.iter_mut().zip([at, at + 8]) {
                let (left, right) = load(from);
                *sum = _mm256_fmadd_ps(left, right, *sum);
            }
        }
        let [even, odd] = sums;
        let sum = _mm256_add_ps(even, odd);
        let pair = _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps::<1>(sum));
        let pair = _mm_add_ps(pair, _mm_movehl_ps(pair, pair));
        _mm_cvtss_f32(_mm_add_ss(pair, _mm_shuffle_ps::<1>(pair, pair)))
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(super) fn query_avx2(query: &[f32], row: &[f16]) -> f32 {
        let whole = query.len().min(row.len()) / 16 * 16;
        // SAFETY: `sum256` asks for eight numbers from below `whole`, within both slices.
        let sum = sum256(whole, |at| unsafe {
            let halves = _mm_loadu_si128(row.as_ptr().add(at).cast());
            (
                _mm256_loadu_ps(query.as_ptr().add(at)),
                _mm256_cvtph_ps(halves),
            )
        });
        let (query, row) = tails(query, row, whole);
        sum + portable(query, row)
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(super) fn rows_avx2(left: &[f16], right: &[f16]) -> f32 {
        let whole = left.len().min(right.len()) / 16 * 16;
        // SAFETY: as in `query_avx2`.
        let sum = sum256(whole, |at| unsafe {
            let l = _mm_loadu_si128(left.as_ptr().add(at).cast());
            let r = _mm_loadu_si128(right.as_ptr().add(at).cast());
            (_mm256_cvtph_ps(l), _mm256_cvtph_ps(r))
        });
        let (left, right) = tails(left, right, whole);
        sum + rows_portable(left, right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_agrees_with_plain_arithmetic() {
        let mut state = 1_u32;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1_u32 << 23) as f32 - 1.0
        };
        for dim in (0..70).chain([128, 255, 256, 512, 768, 1000]) {
            let scale = (dim as f32).max(1.0).sqrt();
            let row: Vec<f16> = (0..dim).map(|_| f16::from_f32(next() / scale)).collect();
            let other: Vec<f16> = (0..dim).map(|_| f16::from_f32(next() / scale)).collect();
            let wide: Vec<f32> = other.iter().map(|half| half.to_f32()).collect();
            let pairs = row.iter().zip(&other);
            let want: f64 = pairs.map(|(l, r)| l.to_f64() * r.to_f64()).sum();
            for path in Path::available() {
                for got in [path.with_query(&wide, &row), path.of_rows(&other, &row)] {
                    let miss = (f64::from(got) - want).abs();
                    assert!(miss < 1e-5, "{path:?} {dim}: {got} {want}");
                }
            }
        }
    }
}
