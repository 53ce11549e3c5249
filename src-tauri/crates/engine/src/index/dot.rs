//! Dot products of a query with half-precision rows, four rows at a time.
//!
//! The widest path of the processor is picked at run time. Four rows share each load of the query
//! and keep four sums in flight, which hides the latency of the multiply-add.

use std::sync::OnceLock;

use half::f16;

/// How many rows one call takes.
pub(super) const ROWS: usize = 4;

/// A way to compute; only made where the processor can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Path(pub(super) Kind);

/// The instructions it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Path {
    /// Picks the fastest path of this processor.
    pub(super) fn detect() -> Self {
        static BEST: OnceLock<Path> = OnceLock::new();
        *BEST.get_or_init(|| Self::available().pop().unwrap_or(Self(Kind::Portable)))
    }

    /// All paths of this processor, the fastest last.
    pub(super) fn available() -> Vec<Self> {
        std::iter::once(Kind::Portable)
            .chain(wider())
            .map(Self)
            .collect()
    }

    /// Multiplies the query with four rows; all five are as long, the rows finite.
    ///
    /// `ahead` are rows that a later call will need: they are asked from memory meanwhile. Four
    /// interleaved streams are more than the processor foresees by itself.
    #[cfg_attr(
        target_arch = "x86_64",
        expect(
            unsafe_code,
            reason = "functions for a processor feature are unsafe to call"
        )
    )]
    pub(super) fn dot(
        self,
        query: &[f32],
        rows: [&[f16]; ROWS],
        ahead: [&[f16]; ROWS],
    ) -> [f32; ROWS] {
        match self.0 {
            Kind::Portable => portable(query, rows),
            // SAFETY: `available` makes this value only where the features were detected.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { x86::avx2(query, rows, ahead) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { x86::avx512(query, rows, ahead) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn wider() -> Vec<Kind> {
    let f16c = is_x86_feature_detected!("f16c");
    let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && f16c;
    let avx512 = is_x86_feature_detected!("avx512f");
    let kinds = [(avx2, Kind::Avx2), (avx512, Kind::Avx512)];
    kinds
        .into_iter()
        .filter_map(|(there, kind)| there.then_some(kind))
        .collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn wider() -> Vec<Kind> {
    Vec::new()
}

/// Any processor: sixteen partial sums a row, which the compiler turns into its vectors.
fn portable(query: &[f32], rows: [&[f16]; ROWS]) -> [f32; ROWS] {
    const LANES: usize = 16;
    rows.map(|row| {
        let (query_blocks, query_rest) = query.as_chunks::<LANES>();
        let (row_blocks, row_rest) = row.as_chunks::<LANES>();
        let mut sums = [0.0_f32; LANES];
        for (q, r) in query_blocks.iter().zip(row_blocks) {
            for ((sum, &q), &r) in sums.iter_mut().zip(q).zip(r) {
                *sum += q * widen(r);
            }
        }
        let rest: f32 = query_rest
            .iter()
            .zip(row_rest)
            .map(|(&q, &r)| q * widen(r))
            .sum();
        sums.iter().sum::<f32>() + rest
    })
}

/// Converts a finite half to single precision without a branch or a table.
///
/// # Source
/// IEEE 754-2019 binary16 and binary32: the exponent biases differ by 112, and multiplying by
/// 2¹¹² also puts subnormals right.
#[inline]
fn widen(half: f16) -> f32 {
    const BIAS: f32 = f32::from_bits((127 + 112) << 23);
    let bits = u32::from(half.to_bits());
    let magnitude = f32::from_bits((bits & 0x7fff) << 13) * BIAS;
    f32::from_bits(magnitude.to_bits() | (bits & 0x8000) << 16)
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "vector loads take pointers")]
mod x86 {
    use std::arch::x86_64::{
        __m128i, __m256i, _MM_HINT_T0, _mm_add_ps, _mm_add_ss, _mm_cvtss_f32, _mm_loadu_si128,
        _mm_movehl_ps, _mm_prefetch, _mm_shuffle_ps, _mm256_castps256_ps128, _mm256_cvtph_ps,
        _mm256_extractf128_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_loadu_si256,
        _mm256_setzero_ps, _mm512_cvtph_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_reduce_add_ps,
        _mm512_setzero_ps,
    };

    use half::f16;

    use super::{ROWS, portable};

    /// The length all five have in common, so that no load leaves a slice.
    fn common(query: &[f32], rows: &[&[f16]; ROWS]) -> usize {
        rows.iter()
            .map(|row| row.len())
            .fold(query.len(), usize::min)
    }

    /// Asks memory for the line with the given element; an address outside does no harm.
    #[inline]
    fn fetch(row: &[f16], at: usize) {
        // SAFETY: a prefetch reads nothing, so any address is allowed.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(row.as_ptr().wrapping_add(at).cast()) }
    }

    /// Adds what is left after the last whole vector.
    fn add_rest(
        sums: [f32; ROWS],
        from: usize,
        query: &[f32],
        rows: [&[f16]; ROWS],
    ) -> [f32; ROWS] {
        if from == query.len() {
            return sums;
        }
        let tail = |row: &'_ [f16]| row.len().min(from);
        let rest = portable(
            query.get(from..).unwrap_or_default(),
            rows.map(|row| row.split_at(tail(row)).1),
        );
        let mut total = sums;
        total
            .iter_mut()
            .zip(rest)
            .for_each(|(sum, rest)| *sum += rest);
        total
    }

    #[target_feature(enable = "avx512f")]
    pub(super) fn avx512(
        query: &[f32],
        rows: [&[f16]; ROWS],
        ahead: [&[f16]; ROWS],
    ) -> [f32; ROWS] {
        const LANES: usize = 16;
        let whole = common(query, &rows) / LANES * LANES;
        let mut sums = [_mm512_setzero_ps(); ROWS];
        for at in (0..whole).step_by(LANES) {
            // SAFETY: `at + LANES <= whole`, which is within the query and every row.
            let q = unsafe { _mm512_loadu_ps(query.as_ptr().add(at)) };
            for ((sum, row), ahead) in sums.iter_mut().zip(rows).zip(ahead) {
                fetch(ahead, at);
                // SAFETY: as above; a half is 16 bits, so sixteen fill 256.
                let halves = unsafe { _mm256_loadu_si256(row.as_ptr().add(at).cast::<__m256i>()) };
                *sum = _mm512_fmadd_ps(q, _mm512_cvtph_ps(halves), *sum);
            }
        }
        add_rest(
            sums.map(|sum| _mm512_reduce_add_ps(sum)),
            whole,
            query,
            rows,
        )
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(super) fn avx2(query: &[f32], rows: [&[f16]; ROWS], ahead: [&[f16]; ROWS]) -> [f32; ROWS] {
        const LANES: usize = 8;
        let whole = common(query, &rows) / LANES * LANES;
        let mut sums = [_mm256_setzero_ps(); ROWS];
        for at in (0..whole).step_by(LANES) {
            // SAFETY: `at + LANES <= whole`, which is within the query and every row.
            let q = unsafe { _mm256_loadu_ps(query.as_ptr().add(at)) };
            for ((sum, row), ahead) in sums.iter_mut().zip(rows).zip(ahead) {
                fetch(ahead, at);
                // SAFETY: as above; a half is 16 bits, so eight fill 128.
                let halves = unsafe { _mm_loadu_si128(row.as_ptr().add(at).cast::<__m128i>()) };
                *sum = _mm256_fmadd_ps(q, _mm256_cvtph_ps(halves), *sum);
            }
        }
        let totals = sums.map(|sum| {
            let pair = _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps::<1>(sum));
            let pair = _mm_add_ps(pair, _mm_movehl_ps(pair, pair));
            _mm_cvtss_f32(_mm_add_ss(pair, _mm_shuffle_ps::<1>(pair, pair)))
        });
        add_rest(totals, whole, query, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widening_is_exact_for_every_finite_half() {
        for bits in 0..=u16::MAX {
            let half = f16::from_bits(bits);
            if half.is_finite() {
                assert_eq!(widen(half).to_bits(), half.to_f32().to_bits(), "{bits:#x}");
            }
        }
    }

    #[test]
    fn every_path_agrees_with_plain_arithmetic() {
        let mut state = 1_u32;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1_u32 << 23) as f32 - 1.0
        };
        for dim in (0..70).chain([128, 255, 256, 512, 768, 1000]) {
            let scale = (dim as f32).max(1.0).sqrt();
            let query: Vec<f32> = (0..dim).map(|_| next() / scale).collect();
            let rows: Vec<Vec<f16>> = (0..ROWS)
                .map(|_| (0..dim).map(|_| f16::from_f32(next() / scale)).collect())
                .collect();
            let plain = |row: &[f16]| -> f64 {
                query
                    .iter()
                    .zip(row)
                    .map(|(&q, r)| f64::from(q) * r.to_f64())
                    .sum()
            };
            let views: [&[f16]; ROWS] = std::array::from_fn(|i| rows[i].as_slice());
            for path in Path::available() {
                for (row, got) in rows.iter().zip(path.dot(&query, views, views)) {
                    let want = plain(row);
                    assert!(
                        (f64::from(got) - want).abs() < 1e-5,
                        "{path:?} {dim}: {got} {want}"
                    );
                }
            }
        }
    }
}
