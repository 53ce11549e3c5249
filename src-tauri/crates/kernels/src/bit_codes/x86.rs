//! The way with a look-up for each byte of a vector.

use std::arch::x86_64::{
    __m256i, _CMP_GE_OQ, _MM_HINT_T0, _mm_add_epi16, _mm_cvtsi32_si128, _mm_prefetch,
    _mm_unpackhi_epi16, _mm_unpacklo_epi16, _mm256_add_epi8, _mm256_add_epi16, _mm256_add_epi32,
    _mm256_add_ps, _mm256_and_si256, _mm256_castsi256_si128, _mm256_cmp_ps, _mm256_cvtepi32_ps,
    _mm256_cvtepu16_epi32, _mm256_extracti128_si256, _mm256_load_si256, _mm256_loadu_ps,
    _mm256_loadu_si256, _mm256_movemask_ps, _mm256_mul_ps, _mm256_set1_epi8, _mm256_set1_epi32,
    _mm256_set1_ps, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_sll_epi32, _mm256_slli_epi16,
    _mm256_srli_epi16, _mm256_storeu_si256, _mm256_sub_epi16,
};

use super::{BLOCK, Level, PAGE, Page, Pair, Part, Tables};
use crate::level::Kind;
use crate::{Estimates, Line};

/// Pairs of rows whose sums fit a byte, for either row.
const IN_BYTES: usize = 4;
const _: () = assert!(IN_BYTES * 8 * super::MOST as usize <= u8::MAX as usize);

/// Pairs of rows whose sums fit 16 bits, of both rows together.
const IN_WORDS: usize = 512;
const _: () = assert!(IN_WORDS * 16 * super::MOST as usize <= u16::MAX as usize);

/// Whether the level has look-ups in vectors.
pub(super) fn looks_up(level: Level) -> bool {
    level.0 != Kind::Portable
}

/// Asks memory for the line that begins here.
pub(super) fn fetch<T>(line: &[T]) {
    // SAFETY: a prefetch reads nothing.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) }
}

/// One block; only to be called where [`looks_up`].
pub(super) fn block(query: &Part, pairs: &[Pair], ahead: &[u8], products: &mut [i32; BLOCK]) {
    // SAFETY: every level but the portable one has AVX2, as the caller asked.
    unsafe { avx2(query, pairs, ahead, products) }
}

/// Products of a page, and which of its codes reach a limit, a bit each; only to be called where
/// [`looks_up`].
pub(super) fn page_reaching(
    query: &Part,
    page: Page<'_>,
    ahead: Page<'_>,
    estimates: &Estimates<'_>,
    limit: f32,
    products: &mut [i32; PAGE],
) -> u64 {
    // SAFETY: every level but the portable one has AVX2, as the caller asked.
    unsafe { page_reaching_avx2(query, page, ahead, estimates, limit, products) }
}

#[target_feature(enable = "avx2")]
fn page_reaching_avx2(
    query: &Part,
    page: Page<'_>,
    ahead: Page<'_>,
    estimates: &Estimates<'_>,
    limit: f32,
    products: &mut [i32; PAGE],
) -> u64 {
    let factors = estimates.scales.as_chunks().0.iter();
    let factors = factors.zip(estimates.offsets.as_chunks().0);
    let places = products.as_chunks_mut::<BLOCK>().0.iter_mut().zip(factors);
    let mut blocks_ahead = query.each_block(ahead);
    let mut reached = 0;
    for ((number, block), (products, factors)) in query.each_block(page).zip(places) {
        let block_ahead = blocks_ahead.next().filter(|_| ahead.wants(number));
        if page.wants(number) {
            let (_, next) = block_ahead.unwrap_or((number, block));
            let totals = totals(query, block.as_chunks().0, next);
            let own = reaching(totals, factors, &estimates.line, limit);
            reached |= u64::from(own) << (number * BLOCK);
            put(totals, products);
        } else if let Some((_, next)) = block_ahead {
            super::fetch(next);
        }
    }
    reached
}

/// Which of a block's products have an estimate of `limit` or more, a bit each.
#[target_feature(enable = "avx2")]
#[inline]
fn reaching(
    products: [__m256i; 2],
    (scales, offsets): (&[f32; BLOCK], &[f32; BLOCK]),
    line: &Line,
    limit: f32,
) -> u16 {
    let [step, shift, base, limit] =
        [line.step, line.shift, line.base, limit].map(|value| _mm256_set1_ps(value));
    let scales = scales.as_chunks::<8>().0.iter();
    let factors = scales.zip(offsets.as_chunks::<8>().0);
    let mut reached = 0;
    for (number, (products, (scales, offsets))) in products.into_iter().zip(factors).enumerate() {
        // SAFETY: each has the eight numbers of 32 bits that are loaded.
        let (scales, offsets) = unsafe {
            (
                _mm256_loadu_ps(scales.as_ptr()),
                _mm256_loadu_ps(offsets.as_ptr()),
            )
        };
        // Multiplied and added one by one, as on every other path: the same numbers come out.
        let products = _mm256_mul_ps(_mm256_cvtepi32_ps(products), step);
        let scaled = _mm256_mul_ps(scales, _mm256_add_ps(products, shift));
        let estimates = _mm256_add_ps(scaled, _mm256_add_ps(offsets, base));
        let mask = _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GE_OQ>(estimates, limit));
        reached |= (mask as u16) << (number * 8);
    }
    reached
}

#[target_feature(enable = "avx2")]
fn avx2(query: &Part, pairs: &[Pair], ahead: &[u8], products: &mut [i32; BLOCK]) {
    put(totals(query, pairs, ahead), products);
}

/// The products of a block, eight a vector.
#[target_feature(enable = "avx2")]
#[inline]
fn totals(query: &Part, pairs: &[Pair], ahead: &[u8]) -> [__m256i; 2] {
    let apart = ahead.as_ptr().addr().wrapping_sub(pairs.as_ptr().addr());
    let mut totals = [_mm256_set1_epi32(query.least); 2];
    for (bit, pairs) in query.planes(pairs).enumerate() {
        let shift = _mm_cvtsi32_si128(bit as i32);
        let parts = query.tables.chunks(IN_WORDS).zip(pairs.chunks(IN_WORDS));
        for (tables, pairs) in parts {
            for (total, sum) in totals.iter_mut().zip(sums(tables, pairs, apart)) {
                *total = _mm256_add_epi32(*total, _mm256_sll_epi32(sum, shift));
            }
        }
    }
    totals
}

#[target_feature(enable = "avx2")]
#[inline]
fn put(totals: [__m256i; 2], products: &mut [i32; BLOCK]) {
    for (products, total) in products.as_chunks_mut::<8>().0.iter_mut().zip(totals) {
        // SAFETY: eight numbers of 32 bits are the 256 that are stored.
        unsafe { _mm256_storeu_si256(products.as_mut_ptr().cast(), total) };
    }
}

/// The sums of one bit of sixteen codes, eight a vector; asks for the lines so far `apart`.
#[target_feature(enable = "avx2")]
#[inline]
fn sums(tables: &[Tables], pairs: &[Pair], apart: usize) -> [__m256i; 2] {
    // Bytes are added up as the halves of words: `all` has the even ones, spoilt by the odd.
    let (mut all, mut odd) = (_mm256_setzero_si256(), _mm256_setzero_si256());
    for (tables, pairs) in tables.chunks(IN_BYTES).zip(pairs.chunks(IN_BYTES)) {
        let mut sums = _mm256_setzero_si256();
        let ahead = pairs.as_ptr().cast::<i8>().wrapping_add(apart);
        _mm_prefetch::<_MM_HINT_T0>(ahead);
        _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(64));
        for (tables, pair) in tables.iter().zip(pairs) {
            sums = _mm256_add_epi8(sums, looked_up(tables, pair));
        }
        all = _mm256_add_epi16(all, sums);
        odd = _mm256_add_epi16(odd, _mm256_srli_epi16::<8>(sums));
    }
    let even = _mm256_sub_epi16(all, _mm256_slli_epi16::<8>(odd));
    let [even, odd] = [even, odd].map(|sums| {
        let other = _mm256_extracti128_si256::<1>(sums);
        _mm_add_epi16(_mm256_castsi256_si128(sums), other)
    });
    [
        _mm256_cvtepu16_epi32(_mm_unpacklo_epi16(even, odd)),
        _mm256_cvtepu16_epi32(_mm_unpackhi_epi16(even, odd)),
    ]
}

/// What a pair of rows adds, a row in each half.
#[target_feature(enable = "avx2")]
#[inline]
fn looked_up(tables: &Tables, pair: &Pair) -> __m256i {
    // SAFETY: each has the 32 bytes that are loaded; tables are aligned to more.
    let (codes, low, high) = unsafe {
        (
            _mm256_loadu_si256(pair.as_ptr().cast()),
            _mm256_load_si256(tables.low.as_ptr().cast()),
            _mm256_load_si256(tables.high.as_ptr().cast()),
        )
    };
    let four = _mm256_set1_epi8(15);
    let lower = _mm256_and_si256(codes, four);
    let higher = _mm256_and_si256(_mm256_srli_epi16::<4>(codes), four);
    _mm256_add_epi8(
        _mm256_shuffle_epi8(low, lower),
        _mm256_shuffle_epi8(high, higher),
    )
}
