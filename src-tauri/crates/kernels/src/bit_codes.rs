//! Products of a query in four bits with codes of one bit or a few a dimension, sixty-four codes at
//! a time: the inner loop of a search over quantised vectors.
//!
//! Codes lie in blocks of eight, the same word of all eight side by side, so that eight products
//! grow in the lanes of one vector and nothing is summed across lanes. A product is made of counts
//! of bits, whole numbers, so every set of instructions gives the same result.
//!
//! # Source
//! Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound for
//! Approximate Nearest Neighbor Search", 2024, section 3.3; codes of several bits after Gao et al.,
//! "Practical and Asymptotically Optimal Quantization of High-Dimensional Vectors in Euclidean
//! Space for Approximate Nearest Neighbor Search", 2024.

use crate::Level;
use crate::multiversion::multiversion;

/// Codes side by side.
pub const BLOCK: usize = 8;

/// Codes in one call: as many as a word has bits.
pub const PAGE: usize = 64;

/// Values of a vector of AVX-512.
const LANES: usize = 16;

/// Bits of a query's value.
const QUERY_BITS: usize = 4;

/// A query in four bits a dimension, as planes of bits.
#[derive(Clone, Debug)]
pub struct BitQuery {
    /// For each word of 64 dimensions its four planes, the lowest bit first; the highest is the sign.
    planes: Vec<[u64; QUERY_BITS]>,
    /// Bits a dimension of the codes.
    bits: usize,
}

impl BitQuery {
    /// Takes the query's values, −8 … 7, and the bits a dimension of the codes.
    #[must_use]
    pub fn new(values: &[i8], bits: usize) -> Self {
        let plane = |word: &[i8], plane: usize| {
            let places = word.iter().enumerate();
            places.fold(0, |all, (place, value)| {
                all | u64::from((value >> plane) & 1 != 0) << place
            })
        };
        let planes = values
            .chunks(64)
            .map(|word| std::array::from_fn(|bit| plane(word, bit)))
            .collect();
        Self { planes, bits }
    }

    /// Words that a page of its codes has.
    #[must_use]
    pub fn page_words(&self) -> usize {
        self.planes.len() * self.bits * PAGE
    }

    /// Asks memory for the blocks of a page that will be wanted next, where it does not follow on
    /// the one before: those that do are asked for by themselves.
    pub fn fetch(&self, codes: &[u64], wanted: u64) {
        let stride = (self.page_words() / BLOCK).max(1);
        for (number, block) in codes.chunks_exact(stride).enumerate() {
            if wanted >> (number * BLOCK) & 0xff != 0 {
                block.chunks(BLOCK).for_each(x86::fetch);
            }
        }
    }

    /// Multiplies the query with a page of codes: `Σ valueᵢ · codeᵢ` for each.
    ///
    /// `codes` has [`PAGE`] codes in blocks of [`BLOCK`]: for each word of 64 dimensions and each of
    /// its bits, the lowest first, that word of the eight codes. Blocks without a bit in `wanted`
    /// are not looked at; their products stay as they are.
    pub fn products(&self, level: Level, codes: &[u64], wanted: u64, products: &mut [i32; PAGE]) {
        let stride = (self.page_words() / BLOCK).max(1);
        let counting = x86::counts_bits(level);
        let blocks = codes.chunks_exact(stride);
        let products = products.as_chunks_mut::<BLOCK>().0;
        for (number, (block, products)) in blocks.zip(products).enumerate() {
            if wanted >> (number * BLOCK) & 0xff == 0 {
                continue;
            }
            let words = block.as_chunks::<BLOCK>().0;
            if counting {
                x86::block(&self.planes, self.bits, words, products);
            } else {
                block_products(level, &self.planes, self.bits, words, products);
            }
        }
    }
}

multiversion! {
    /// One block, on any processor.
    fn block_products(
        planes: &[[u64; QUERY_BITS]],
        bits: usize,
        words: &[[u64; BLOCK]],
        products: &mut [i32; BLOCK],
    ) {
        *products = [0; BLOCK];
        for bit in 0..bits {
            let mut counts = [[0_u64; BLOCK]; QUERY_BITS];
            let own = words.iter().skip(bit).step_by(bits);
            for (word, planes) in own.zip(planes) {
                for (counts, plane) in counts.iter_mut().zip(planes) {
                    for (count, word) in counts.iter_mut().zip(word) {
                        *count += u64::from((word & plane).count_ones());
                    }
                }
            }
            let [one, two, four, sign] = counts;
            let counts = one.iter().zip(&two).zip(&four).zip(&sign);
            for (product, (((one, two), four), sign)) in products.iter_mut().zip(counts) {
                *product += ((one + 2 * two + 4 * four) as i32 - 8 * *sign as i32) << bit;
            }
        }
    }
}

multiversion! {
    /// `scale · (product · step + shift) + offset + base` for each.
    fn estimate_all(
        products: &[i32; PAGE],
        scales: &[f32; PAGE],
        offsets: &[f32; PAGE],
        line: &Line,
        estimates: &mut [f32; PAGE],
    ) {
        for ((estimate, product), (scale, offset)) in
            estimates.iter_mut().zip(products).zip(scales.iter().zip(offsets))
        {
            *estimate = scale * (*product as f32 * line.step + line.shift) + (offset + line.base);
        }
    }
}

/// What makes an estimate of a product.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// What one unit of the product is worth.
    pub step: f32,
    /// Added before the code's own scale.
    pub shift: f32,
    /// Added to every estimate.
    pub base: f32,
}

/// Estimates `scale · (product · step + shift) + offset + base` for a page of codes.
pub fn estimate(
    level: Level,
    products: &[i32; PAGE],
    scales: &[f32; PAGE],
    offsets: &[f32; PAGE],
    line: &Line,
    estimates: &mut [f32; PAGE],
) {
    estimate_all(level, products, scales, offsets, line, estimates);
}

multiversion! {
    fn most_in_lanes(values: &[f32; PAGE], wanted: u64, most: &mut [f32; LANES]) {
        let parts = values.as_chunks::<LANES>().0;
        for (number, part) in parts.iter().enumerate() {
            let wanted = (wanted >> (number * LANES)) as u32;
            for (lane, (most, value)) in most.iter_mut().zip(part).enumerate() {
                let value = if wanted & (1 << lane) != 0 { *value } else { f32::NEG_INFINITY };
                *most = if value > *most { value } else { *most };
            }
        }
    }
}

/// The highest of those values that have a bit in `wanted`; −∞ where none has.
#[must_use]
pub fn highest_of(level: Level, values: &[f32; PAGE], wanted: u64) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    most_in_lanes(level, values, wanted, &mut lanes);
    lanes.into_iter().fold(f32::NEG_INFINITY, f32::max)
}

/// Says which of 64 values reach a limit, a bit each.
#[must_use]
pub fn reaching(values: &[f32; PAGE], limit: f32) -> u64 {
    let places = values.iter().enumerate();
    places.fold(0, |all, (place, value)| {
        all | u64::from(*value >= limit) << place
    })
}

/// The way with a count of bits for each word of a vector.
#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "functions for a processor feature are unsafe to call"
)]
mod x86 {
    use std::arch::x86_64::{
        __m512i, _MM_HINT_T0, _mm_prefetch, _mm256_storeu_si256, _mm512_add_epi64,
        _mm512_and_si512, _mm512_cvtepi64_epi32, _mm512_loadu_si512, _mm512_popcnt_epi64,
        _mm512_set1_epi64, _mm512_setzero_si512, _mm512_slli_epi64, _mm512_sub_epi64,
    };
    use std::sync::OnceLock;

    use super::{BLOCK, Level, QUERY_BITS};
    use crate::level::Kind;

    /// Words between asking memory for a line and using it: the processor foresees only so much of
    /// a stream by itself, and a scan without this takes nearly twice as long beyond the cache.
    const AHEAD: usize = 512;

    /// Whether the processor counts bits in vectors, and the level allows it.
    pub(super) fn counts_bits(level: Level) -> bool {
        static THERE: OnceLock<bool> = OnceLock::new();
        let wide = matches!(level.0, Kind::Avx512 | Kind::Avx512Vnni | Kind::Amx);
        wide && *THERE.get_or_init(|| is_x86_feature_detected!("avx512vpopcntdq"))
    }

    /// Asks memory for the line with these words.
    pub(super) fn fetch(line: &[u64]) {
        // SAFETY: a prefetch reads nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) }
    }

    /// One block; only to be called where [`counts_bits`].
    pub(super) fn block(
        planes: &[[u64; QUERY_BITS]],
        bits: usize,
        words: &[[u64; BLOCK]],
        products: &mut [i32; BLOCK],
    ) {
        // SAFETY: the caller asked `counts_bits`, which looked for the features.
        unsafe {
            match bits {
                1 => fixed::<1>(planes, words, products),
                2 => fixed::<2>(planes, words, products),
                _ => any(planes, bits, words, products),
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512vpopcntdq,avx512vl")]
    fn any(
        planes: &[[u64; QUERY_BITS]],
        bits: usize,
        words: &[[u64; BLOCK]],
        products: &mut [i32; BLOCK],
    ) {
        let mut total = _mm512_setzero_si512();
        for bit in 0..bits {
            let counts = counts(planes, words.iter().skip(bit).step_by(bits));
            total = _mm512_add_epi64(total, shifted(counts, bit));
        }
        store(total, products);
    }

    #[target_feature(enable = "avx512f,avx512vpopcntdq,avx512vl")]
    fn fixed<const BITS: usize>(
        planes: &[[u64; QUERY_BITS]],
        words: &[[u64; BLOCK]],
        products: &mut [i32; BLOCK],
    ) {
        let mut total = _mm512_setzero_si512();
        for bit in 0..BITS {
            let own = words.as_chunks::<BITS>().0.iter();
            let counts = counts(planes, own.filter_map(|word| word.get(bit)));
            total = _mm512_add_epi64(total, shifted(counts, bit));
        }
        store(total, products);
    }

    /// Eight counts for each plane, put together: the last plane counts down.
    #[target_feature(enable = "avx512f,avx512vpopcntdq,avx512vl")]
    #[inline]
    fn counts<'a>(
        planes: &[[u64; QUERY_BITS]],
        words: impl Iterator<Item = &'a [u64; BLOCK]>,
    ) -> __m512i {
        let zero = _mm512_setzero_si512();
        let mut sums = [zero; QUERY_BITS];
        for (word, planes) in words.zip(planes) {
            let line = word.as_ptr();
            // SAFETY: eight words of 64 bits are the 512 that are loaded; a prefetch reads nothing,
            // so that the address need not be one of ours.
            let word = unsafe {
                _mm_prefetch::<_MM_HINT_T0>(line.wrapping_add(AHEAD).cast());
                _mm512_loadu_si512(line.cast())
            };
            for (sum, plane) in sums.iter_mut().zip(planes) {
                let both = _mm512_and_si512(word, _mm512_set1_epi64(plane.cast_signed()));
                *sum = _mm512_add_epi64(*sum, _mm512_popcnt_epi64(both));
            }
        }
        let [one, two, four, sign] = sums;
        let low = _mm512_add_epi64(one, _mm512_slli_epi64::<1>(two));
        let low = _mm512_add_epi64(low, _mm512_slli_epi64::<2>(four));
        _mm512_sub_epi64(low, _mm512_slli_epi64::<3>(sign))
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    fn shifted(counts: __m512i, bit: usize) -> __m512i {
        (0..bit).fold(counts, |counts, _| _mm512_add_epi64(counts, counts))
    }

    #[target_feature(enable = "avx512f,avx512vl")]
    #[inline]
    fn store(total: __m512i, products: &mut [i32; BLOCK]) {
        let narrow = _mm512_cvtepi64_epi32(total);
        // SAFETY: eight numbers of 32 bits are the 256 that are stored.
        unsafe { _mm256_storeu_si256(products.as_mut_ptr().cast(), narrow) };
    }
}

/// Other processors have no such way.
#[cfg(not(target_arch = "x86_64"))]
mod x86 {
    use super::{BLOCK, Level, QUERY_BITS};

    pub(super) fn counts_bits(_level: Level) -> bool {
        false
    }

    pub(super) fn fetch(_line: &[u64]) {}

    pub(super) fn block(
        _planes: &[[u64; QUERY_BITS]],
        _bits: usize,
        _words: &[[u64; BLOCK]],
        _products: &mut [i32; BLOCK],
    ) {
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator (xorshift, Marsaglia 2003).
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }
    }

    /// Lays codes out in blocks.
    fn page(codes: &[Vec<u8>], dim: usize, bits: usize) -> Vec<u64> {
        let words = dim / 64;
        let mut page = vec![0_u64; words * bits * PAGE];
        for (number, code) in codes.iter().enumerate() {
            let (block, lane) = (number / BLOCK, number % BLOCK);
            for (place, value) in code.iter().enumerate() {
                for bit in 0..bits {
                    let word = (block * words + place / 64) * bits + bit;
                    page[word * BLOCK + lane] |= u64::from(value >> bit & 1) << (place % 64);
                }
            }
        }
        page
    }

    #[test]
    fn every_set_of_instructions_multiplies_exactly() {
        let mut random = Random(99);
        for (dim, bits) in [(64, 1), (128, 4), (256, 2), (512, 1), (768, 1), (192, 3)] {
            let query: Vec<i8> = (0..dim).map(|_| (random.next() % 16) as i8 - 8).collect();
            let codes: Vec<Vec<u8>> = (0..PAGE)
                .map(|_| {
                    (0..dim)
                        .map(|_| (random.next() % (1 << bits)) as u8)
                        .collect()
                })
                .collect();
            let expect: Vec<i32> = codes
                .iter()
                .map(|code| {
                    code.iter()
                        .zip(&query)
                        .map(|(c, q)| i32::from(*c) * i32::from(*q))
                        .sum()
                })
                .collect();
            let page = page(&codes, dim, bits);
            let bit_query = BitQuery::new(&query, bits);
            assert_eq!(page.len(), bit_query.page_words());
            for level in Level::available() {
                let mut products = [0; PAGE];
                bit_query.products(level, &page, u64::MAX, &mut products);
                assert_eq!(products.as_slice(), expect, "{level:?} {dim} {bits}");
            }
        }
    }

    #[test]
    fn blocks_that_are_not_wanted_are_left() {
        let query = BitQuery::new(&[7; 64], 1);
        let codes = vec![u64::MAX; query.page_words()];
        for level in Level::available() {
            let mut products = [-1; PAGE];
            query.products(level, &codes, 1 << 63 | 1 << 8, &mut products);
            let looked: Vec<usize> = (0..PAGE).filter(|i| products[*i] == 7 * 64).collect();
            assert_eq!(looked, (8..16).chain(56..64).collect::<Vec<_>>());
            assert_eq!(products[0], -1);
        }
    }

    #[test]
    fn estimates_are_a_line_and_the_limit_is_reached_from_it_on() {
        let products = std::array::from_fn(|i| i as i32 - 32);
        let scales = std::array::from_fn(|i| (i % 3) as f32);
        let offsets = std::array::from_fn(|i| i as f32 / 64.0);
        let line = Line {
            step: 0.5,
            shift: 2.0,
            base: -1.0,
        };
        for level in Level::available() {
            let mut estimates = [0.0; PAGE];
            estimate(level, &products, &scales, &offsets, &line, &mut estimates);
            for (i, got) in estimates.iter().enumerate() {
                let want = scales[i] * (products[i] as f32 * 0.5 + 2.0) + offsets[i] - 1.0;
                assert!((got - want).abs() < 1e-5);
            }
            let some = 1 << 3 | 1 << 17 | 1 << 40;
            assert_eq!(
                highest_of(level, &estimates, some),
                estimates[3].max(estimates[17]).max(estimates[40])
            );
            assert_eq!(highest_of(level, &estimates, 0), f32::NEG_INFINITY);
            let mask = reaching(&estimates, estimates[40]);
            assert!(
                mask >> 40 & 1 == 1
                    && (0..PAGE).all(|i| (mask >> i & 1 == 1) == (estimates[i] >= estimates[40]))
            );
        }
    }
}
