//! Products of a query in four bits with codes of one bit or a few a dimension, sixteen codes at a
//! time: the inner loop of a search over quantised vectors.
//!
//! Codes lie in blocks of sixteen, the same eight dimensions of all sixteen side by side, a byte
//! each. Four bits of a code pick one of sixteen sums of the query's values; a vector instruction
//! looks that up for every byte of a register at once, and nothing is summed across lanes. The sums
//! are whole numbers, so every set of instructions gives the same result.
//!
//! A long code of one bit lies in two parts, the front and the back of its dimensions, each with its
//! own stretch of memory: most codes are ruled out by their front, and the back is not read.
//!
//! # Source
//! The layout and the look-up: André, Kermarrec and Le Scouarnec, "Cache Locality Is Not Enough:
//! High-Performance Nearest Neighbor Search with Product Quantization Fast Scan", 2015. The codes:
//! Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound for
//! Approximate Nearest Neighbor Search", 2024, section 3.3; of several bits after Gao et al.,
//! "Practical and Asymptotically Optimal Quantization of High-Dimensional Vectors in Euclidean
//! Space for Approximate Nearest Neighbor Search", 2024.

#[cfg(not(target_arch = "x86_64"))]
mod other;
#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "functions for a processor feature are unsafe to call"
)]
mod x86;

#[cfg(not(target_arch = "x86_64"))]
use other as vectors;
#[cfg(target_arch = "x86_64")]
use x86 as vectors;

use crate::multiversion::multiversion;
use crate::{Estimates, Level, reaching};

/// Codes side by side.
pub const BLOCK: usize = 16;

/// Codes in one call: as many as a word has bits.
pub const PAGE: usize = 64;

/// Largest value of a query, up or down: 32 of them fit a byte.
const MOST: i8 = 7;

/// A code of one bit has a back from so many dimensions on.
const BACK_FROM: usize = 256;

/// Dimensions of a front, at least: fewer rule too little out.
const LEAST_FRONT: usize = 128;

/// Sixteen dimensions of a block: two rows of eight, a byte for each of its codes.
pub(crate) type Pair = [u8; 2 * BLOCK];

/// A query in four bits a dimension, as tables of sums.
#[derive(Clone, Debug)]
pub struct BitQuery {
    front: Part,
    back: Part,
}

/// Some of the dimensions of a query.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    tables: Vec<Tables>,
    /// Bits a dimension of the codes.
    bits: usize,
    /// What the sums begin at, over all bits.
    least: i32,
}

/// What sixteen dimensions of a code add to its product, by its bits.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub(crate) struct Tables {
    /// The lower four bits of a byte, for either row.
    low: [Sums; 2],
    /// The higher four.
    high: [Sums; 2],
}

/// The sums of some of four values, for each choice of them; all the same number too high, so that
/// the least is zero.
pub(crate) type Sums = [u8; 16];

/// Some codes of a page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page<'a> {
    /// The fronts or the backs of a page, filled by [`put_code`].
    pub codes: &'a [u8],
    /// A bit for each code that is wanted.
    pub wanted: u64,
}

impl Page<'_> {
    /// Whether some of a block of [`BLOCK`] codes is wanted.
    fn wants(&self, block: usize) -> bool {
        self.wanted >> (block * BLOCK) & 0xffff != 0
    }
}

impl BitQuery {
    /// Takes the query's values, −7 … 7 (others count as the nearest of these), and the bits a
    /// dimension of the codes.
    #[must_use]
    pub fn new(values: &[i8], bits: usize) -> Self {
        let values: Vec<i8> = values.iter().map(|v| (*v).clamp(-MOST, MOST)).collect();
        let (front, back) = values.split_at(front_dim(values.len(), bits));
        Self {
            front: Part::new(front, bits),
            back: Part::new(back, bits),
        }
    }

    /// Multiplies the fronts of a page of codes: `Σ valueᵢ · codeᵢ` over their dimensions, for each.
    ///
    /// Blocks of [`BLOCK`] codes of which none is wanted are not looked at; their products stay as
    /// they are. What is wanted of the page `ahead`, the next but a few, is asked for meanwhile.
    pub fn front(&self, level: Level, page: Page<'_>, ahead: Page<'_>, products: &mut [i32; PAGE]) {
        self.front.products(level, page, ahead, products);
    }

    /// Multiplies the fronts as [`front`](Self::front) does, and answers which of the wanted codes
    /// have an estimate of `limit` or more, a bit each.
    pub fn front_reaching(
        &self,
        level: Level,
        page: Page<'_>,
        ahead: Page<'_>,
        estimates: &Estimates<'_>,
        limit: f32,
        products: &mut [i32; PAGE],
    ) -> u64 {
        if !vectors::looks_up(level) {
            self.front(level, page, ahead, products);
            let mut values = [0.0; PAGE];
            estimates.of(level, products, &mut values);
            return reaching(&values, limit) & page.wanted;
        }
        vectors::page_reaching(&self.front, page, ahead, estimates, limit, products) & page.wanted
    }

    /// Adds what the backs of a page of codes make of it.
    pub fn add_back(
        &self,
        level: Level,
        page: Page<'_>,
        ahead: Page<'_>,
        products: &mut [i32; PAGE],
    ) {
        let mut more = [0; PAGE];
        self.back.products(level, page, ahead, &mut more);
        for (product, more) in products.iter_mut().zip(more) {
            *product += more;
        }
    }
}

impl Part {
    fn new(values: &[i8], bits: usize) -> Self {
        let least: i32 = values.iter().map(|value| i32::from(*value).min(0)).sum();
        Self {
            tables: values.chunks(16).map(Tables::new).collect(),
            bits,
            least: least * ((1 << bits) - 1),
        }
    }

    fn products(&self, level: Level, page: Page<'_>, ahead: Page<'_>, products: &mut [i32; PAGE]) {
        let products = products.as_chunks_mut::<BLOCK>().0;
        let mut ahead = self.blocks(ahead);
        for (number, block) in self.blocks(page) {
            let (_, ahead) = ahead.next().unwrap_or((number, block));
            let pairs = block.as_chunks().0;
            if let Some(products) = products.get_mut(number) {
                if vectors::looks_up(level) {
                    vectors::block(self, pairs, ahead, products);
                } else {
                    block_products(level, self, pairs, products);
                }
            }
        }
        ahead.for_each(|(_, block)| fetch(block));
    }

    /// The bits of a block, the lowest first.
    fn planes<'a>(&self, pairs: &'a [Pair]) -> impl Iterator<Item = &'a [Pair]> + use<'a> {
        pairs.chunks_exact(self.tables.len().max(1))
    }

    /// The blocks of a page of which something is wanted, and their numbers.
    fn blocks<'a>(&self, page: Page<'a>) -> impl Iterator<Item = (usize, &'a [u8])> + use<'a> {
        self.each_block(page)
            .filter(move |(number, _)| page.wants(*number))
    }

    fn each_block<'a>(&self, page: Page<'a>) -> impl Iterator<Item = (usize, &'a [u8])> + use<'a> {
        let stride = self.tables.len() * size_of::<Pair>() * self.bits;
        page.codes.chunks_exact(stride.max(1)).enumerate()
    }
}

impl Tables {
    /// Takes sixteen values, or the last few.
    fn new(values: &[i8]) -> Self {
        let sums = |from: usize| {
            let four = values.get(from..).unwrap_or_default();
            let four = four.iter().take(4).enumerate();
            std::array::from_fn(|choice| {
                let added = four.clone().filter(|(place, value)| {
                    // A value below zero counts where it is not taken: the least is zero then.
                    (choice >> place & 1 == 1) == (**value > 0)
                });
                added.map(|(_, value)| value.unsigned_abs()).sum()
            })
        };
        Self {
            low: [sums(0), sums(8)],
            high: [sums(4), sums(12)],
        }
    }
}

/// Asks memory for values that will be wanted soon; reads nothing.
pub fn fetch<T>(values: &[T]) {
    values
        .chunks((64 / size_of::<T>().max(1)).max(1))
        .for_each(vectors::fetch);
}

/// Dimensions in the front of a code of `dim` dimensions with `bits` each.
#[must_use]
pub fn front_dim(dim: usize, bits: usize) -> usize {
    if bits == 1 && dim >= BACK_FROM {
        (dim / 4).next_multiple_of(16).max(LEAST_FRONT)
    } else {
        dim
    }
}

/// Bytes of the fronts and of the backs of a page of codes of `dim` dimensions with `bits` each.
#[must_use]
pub fn page_bytes(dim: usize, bits: usize) -> (usize, usize) {
    let bytes = |dim: usize| dim.div_ceil(16) * 2 * bits * PAGE;
    let front = front_dim(dim, bits);
    (bytes(front), bytes(dim - front))
}

/// Puts a code, a number of `bits` bits a dimension, into one of the 64 places of a page.
///
/// `front` and `back` have [`page_bytes`]. The four blocks of each have, for each bit, the lowest
/// first, and each eight dimensions, a byte of every code: the first dimension is its lowest bit.
pub fn put_code(front: &mut [u8], back: &mut [u8], place: usize, bits: usize, code: &[u8]) {
    let (front_code, back_code) = code.split_at(front_dim(code.len(), bits));
    for (page, code) in [(front, front_code), (back, back_code)] {
        let stride = page.len() / (PAGE / BLOCK);
        let block = page.get_mut(place / BLOCK * stride..).unwrap_or_default();
        let bytes = (0..bits).flat_map(|bit| {
            let pairs = code.chunks(16).map(move |values| {
                let places = values.iter().enumerate();
                places.fold(0, |all, (place, value)| {
                    all | u16::from(value >> bit & 1) << place
                })
            });
            pairs.flat_map(u16::to_le_bytes)
        });
        let own = block.iter_mut().skip(place % BLOCK).step_by(BLOCK);
        own.zip(bytes).for_each(|(place, byte)| *place = byte);
    }
}

multiversion! {
    /// One block, on any processor.
    fn block_products(
        query: &Part,
        pairs: &[Pair],
        products: &mut [i32; BLOCK],
    ) {
        *products = [query.least; BLOCK];
        for (bit, pairs) in query.planes(pairs).enumerate() {
            for (tables, pair) in query.tables.iter().zip(pairs) {
                let mut sums = [0_u8; BLOCK];
                let halves = tables.low.iter().zip(&tables.high);
                for (row, (low, high)) in pair.as_chunks::<BLOCK>().0.iter().zip(halves) {
                    for (sum, byte) in sums.iter_mut().zip(row) {
                        let low = low.get(usize::from(byte & 15)).unwrap_or(&0);
                        *sum += low + high.get(usize::from(byte >> 4)).unwrap_or(&0);
                    }
                }
                for (product, sum) in products.iter_mut().zip(sums) {
                    *product += i32::from(sum) << bit;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Line;

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

    fn page(codes: &[Vec<u8>], dim: usize, bits: usize) -> (Vec<u8>, Vec<u8>) {
        let (front, back) = page_bytes(dim, bits);
        let mut page = (vec![0; front], vec![0; back]);
        for (place, code) in codes.iter().enumerate() {
            put_code(&mut page.0, &mut page.1, place, bits, code);
        }
        page
    }

    /// The products of both parts of a page.
    fn products(query: &BitQuery, level: Level, (front, back): &(Vec<u8>, Vec<u8>)) -> [i32; PAGE] {
        let mut products = [0; PAGE];
        query.front(level, all(front), all(front), &mut products);
        query.add_back(level, all(back), Page::default(), &mut products);
        products
    }

    fn all(codes: &[u8]) -> Page<'_> {
        Page {
            codes,
            wanted: u64::MAX,
        }
    }

    #[test]
    fn the_largest_sums_do_not_overflow() {
        for (value, dim, bits) in [(7, 512, 1), (7, 8208, 1), (-7, 20_000, 4), (-8, 64, 2)] {
            let query = BitQuery::new(&vec![value; dim], bits);
            let most = (1 << bits) - 1;
            let page = page(&vec![vec![most; dim]; PAGE], dim, bits);
            let expect = i32::from(value.max(-MOST)) * i32::from(most) * dim as i32;
            for level in Level::available() {
                let products = products(&query, level, &page);
                assert_eq!(products, [expect; PAGE], "{level:?} {value} {dim} {bits}");
            }
        }
    }

    #[test]
    fn every_set_of_instructions_multiplies_exactly() {
        let mut random = Random(99);
        for (dim, bits) in [
            (64, 1),
            (128, 4),
            (256, 2),
            (512, 1),
            (768, 1),
            (192, 3),
            (50, 2),
            (20_000, 1),
        ] {
            let query: Vec<i8> = (0..dim).map(|_| (random.next() % 15) as i8 - 7).collect();
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
            for level in Level::available() {
                let products = products(&bit_query, level, &page);
                assert_eq!(products.as_slice(), expect, "{level:?} {dim} {bits}");
            }
        }
    }

    #[test]
    fn what_reaches_a_limit_is_what_the_estimates_say() {
        let mut random = Random(5);
        let dim = 512;
        let query: Vec<i8> = (0..dim).map(|_| (random.next() % 15) as i8 - 7).collect();
        let query = BitQuery::new(&query, 1);
        let code = |random: &mut Random| (0..dim).map(|_| (random.next() % 2) as u8).collect();
        let codes: Vec<Vec<u8>> = (0..PAGE).map(|_| code(&mut random)).collect();
        let (front, _) = page(&codes, dim, 1);
        let scales = std::array::from_fn(|i| 0.5 + i as f32 / 64.0);
        let offsets = std::array::from_fn(|i| (i % 5) as f32 / 10.0);
        let line = Line {
            step: 0.25,
            shift: 1.5,
            base: -0.5,
        };
        let estimates = Estimates {
            scales: &scales,
            offsets: &offsets,
            line,
        };
        for level in Level::available() {
            let (mut plain, mut values) = ([0; PAGE], [0.0; PAGE]);
            query.front(level, all(&front), Page::default(), &mut plain);
            estimates.of(level, &plain, &mut values);
            let mut sorted = values;
            sorted.sort_unstable_by(f32::total_cmp);
            for limit in [sorted[0], (sorted[31] + sorted[32]) / 2.0, sorted[63] + 1.0] {
                for wanted in [u64::MAX, 0xffff_0000_1234_0000, 0] {
                    let mut products = [0; PAGE];
                    let some = Page {
                        codes: &front,
                        wanted,
                    };
                    let ahead = all(&front);
                    let reached =
                        query.front_reaching(level, some, ahead, &estimates, limit, &mut products);
                    assert_eq!(
                        reached,
                        reaching(&values, limit) & wanted,
                        "{level:?} {limit}"
                    );
                    for (i, product) in products.iter().enumerate() {
                        if wanted >> i & 1 == 1 {
                            assert_eq!(*product, plain[i]);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn only_long_codes_of_one_bit_have_a_back() {
        assert_eq!(front_dim(256, 1), 128);
        assert_eq!(front_dim(512, 1), 128);
        assert_eq!(front_dim(808, 1), 208);
        assert_eq!(front_dim(512, 2), 512);
        assert_eq!(front_dim(192, 1), 192);
        assert_eq!(page_bytes(808, 1), (208 * 8, 608 * 8));
    }

    #[test]
    fn blocks_that_are_not_wanted_are_left() {
        let query = BitQuery::new(&[7; 64], 1);
        let codes = vec![u8::MAX; page_bytes(64, 1).0];
        for level in Level::available() {
            let mut products = [-1; PAGE];
            let some = Page {
                codes: &codes,
                wanted: 1 << 63 | 1 << 8,
            };
            query.front(level, some, Page::default(), &mut products);
            let looked: Vec<usize> = (0..PAGE).filter(|i| products[*i] == 7 * 64).collect();
            assert_eq!(looked, (0..16).chain(48..64).collect::<Vec<_>>());
            assert_eq!(products[16], -1);
        }
    }
}
