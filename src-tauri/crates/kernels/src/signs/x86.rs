//! The ways with AVX2.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_add_epi16, _mm256_and_si256, _mm256_castsi256_pd,
    _mm256_cmpgt_epi64, _mm256_loadu_si256, _mm256_min_epu16, _mm256_movemask_pd, _mm256_sad_epu8,
    _mm256_set1_epi8, _mm256_set1_epi64x, _mm256_setr_epi8, _mm256_setr_epi64x,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_slli_epi64, _mm256_srli_epi16,
    _mm256_storeu_si256, _mm256_xor_si256,
};

use super::{Nearest, Signs, unranked};

/// Words of a vector.
const LANES: usize = 4;

/// Only to be called at a level above the portable one.
pub(super) fn alike(
    kept: &[u64],
    sought: &[u64],
    mask: u64,
    most: u32,
    hit: &mut impl FnMut(usize, u64),
) {
    // SAFETY: every level but the portable one has AVX2, as the caller asked.
    unsafe { alike_avx2(kept, sought, mask, most, hit) }
}

/// Only to be called at a level above the portable one.
pub(super) fn nearest(ours: &Signs, theirs: &Signs, turn: u64) -> Nearest {
    // SAFETY: as above.
    unsafe { nearest_avx2(ours, theirs, turn) }
}

#[target_feature(enable = "avx2")]
fn alike_avx2(
    kept: &[u64],
    sought: &[u64],
    mask: u64,
    most: u32,
    hit: &mut impl FnMut(usize, u64),
) {
    let masks = _mm256_set1_epi64x(mask.cast_signed());
    let above = _mm256_set1_epi64x(i64::from(most) + 1);
    let (fours, rest) = kept.as_chunks::<LANES>();
    let mut last = [0; LANES];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let last = load(&last);
    for (place, sought) in sought.iter().enumerate() {
        let all = _mm256_set1_epi64x(sought.cast_signed());
        for four in fours {
            let near = near(load(four), all, masks, above);
            hits(near, four, |kept| hit(place, kept));
        }
        if !rest.is_empty() {
            let near = near(last, all, masks, above) & ((1 << rest.len()) - 1);
            hits(near, rest, |kept| hit(place, kept));
        }
    }
}

/// A bit for each of four words that differs from the other in less than `above` bits of the masks.
#[target_feature(enable = "avx2")]
#[inline]
fn near(four: __m256i, other: __m256i, masks: __m256i, above: __m256i) -> i32 {
    let apart = _mm256_and_si256(_mm256_xor_si256(four, other), masks);
    let near = _mm256_cmpgt_epi64(above, bits(apart));
    _mm256_movemask_pd(_mm256_castsi256_pd(near))
}

#[inline]
fn hits(mut near: i32, words: &[u64], mut hit: impl FnMut(u64)) {
    while near != 0 {
        if let Some(word) = words.get(near.trailing_zeros() as usize) {
            hit(*word);
        }
        near &= near - 1;
    }
}

#[target_feature(enable = "avx2")]
fn nearest_avx2(ours: &Signs, theirs: &Signs, turn: u64) -> Nearest {
    let turns = _mm256_set1_epi64x(turn.cast_signed());
    let fours = ours.as_chunks::<LANES>().0;
    let mut least = _mm256_set1_epi64x(i64::from(u16::MAX));
    for (j, their) in theirs.iter().enumerate() {
        let all = _mm256_xor_si256(_mm256_set1_epi64x(their.cast_signed()), turns);
        let first = (j as i64) << 4;
        let mut places = _mm256_setr_epi64x(first, first + 1, first + 2, first + 3);
        for four in fours {
            let apart = bits(_mm256_xor_si256(load(four), all));
            let ranks = _mm256_add_epi16(_mm256_slli_epi64::<8>(apart), places);
            least = _mm256_min_epu16(least, ranks);
            places = _mm256_add_epi16(places, _mm256_set1_epi64x(LANES as i64));
        }
    }
    let mut ranks = [0_u64; LANES];
    // SAFETY: four words are the 256 bits that are stored.
    unsafe { _mm256_storeu_si256(ranks.as_mut_ptr().cast(), least) };
    unranked(ranks.into_iter().min().unwrap_or(0) as u16)
}

#[target_feature(enable = "avx2")]
#[inline]
fn load(four: &[u64; LANES]) -> __m256i {
    // SAFETY: four words are the 256 bits that are loaded.
    unsafe { _mm256_loadu_si256(four.as_ptr().cast()) }
}

/// How many bits of each word are set.
#[target_feature(enable = "avx2")]
#[inline]
fn bits(words: __m256i) -> __m256i {
    let counts = _mm256_setr_epi8(
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3,
        3, 4,
    );
    let half = _mm256_set1_epi8(15);
    let low = _mm256_shuffle_epi8(counts, _mm256_and_si256(words, half));
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(words), half);
    let bytes = _mm256_add_epi8(low, _mm256_shuffle_epi8(counts, high));
    _mm256_sad_epu8(bytes, _mm256_setzero_si256())
}
