//! Which of a tile of codes differ from a code in few bits, 256 at a time: the first sieve where each
//! of many vectors is compared with each other.
//!
//! A tile lies on its side: a vector of instructions holds one bit of 256 codes, and what differs is
//! counted for all of them by adders of logic alone, without a look-up or a sum across lanes. What
//! three bits add to a count has two bits, and depends on the same three of the code compared: both
//! are laid ready for each of the eight.
//!
//! # Source
//! Adders that count bits side by side: Muła, Kurz and Lemire, "Faster Population Counts Using AVX2
//! Instructions", 2018, section 4 (after Harley and Seal).

use crate::Level;
use crate::multiversion::multiversion;

/// Codes of a tile.
pub const TILE: usize = 256;
/// Bits of a code.
pub const SIGN_BITS: usize = ROUNDS * BYTES * 8;

/// Rounds in which the bits of a code are counted.
const ROUNDS: usize = 10;
/// Bytes of a code in each.
const BYTES: usize = 3;
/// Threes of bits in each.
const THREES: usize = BYTES * 8 / 3;
/// Bits of a count.
const COUNT: usize = 8;
const _: () = assert!(SIGN_BITS + 1 < 1 << COUNT);

/// A code, the first bit of a byte its lowest.
pub type SignCode = [[u8; BYTES]; ROUNDS];

/// A bit for each code of a tile.
pub type Lanes = [u64; TILE / 64];

/// Up to [`TILE`] codes.
#[derive(Clone, Debug)]
pub struct SignTile {
    tables: Vec<[Table; THREES]>,
}

/// What three bits of the codes differ in from each choice of three: two bits of a number.
type Table = [[Lanes; 2]; 8];

/// A number for each code of a tile: what differs must be less.
#[derive(Clone, Copy, Debug, Default)]
pub struct Below([Lanes; COUNT]);

/// The signs of the first [`SIGN_BITS`] values: a bit is set where there is one of zero or more.
#[must_use]
pub fn sign_code(values: &[f32]) -> SignCode {
    let mut code = SignCode::default();
    for (values, byte) in values.chunks(8).zip(code.as_flattened_mut()) {
        for (bit, value) in values.iter().enumerate() {
            *byte |= u8::from(*value >= 0.0) << bit;
        }
    }
    code
}

impl Below {
    /// Takes the numbers; 0 for those that there are none for.
    #[must_use]
    pub fn new(numbers: &[u8]) -> Self {
        let mut planes = [Lanes::default(); COUNT];
        for (eight, numbers) in numbers.chunks(8).take(TILE / 8).enumerate() {
            lay_down(numbers.iter().copied(), eight, &mut planes);
        }
        Self(planes)
    }
}

impl SignTile {
    /// Lays codes on their side; those after the first [`TILE`] are left out.
    #[must_use]
    pub fn new(codes: &[SignCode]) -> Self {
        let mut planes = vec![Lanes::default(); SIGN_BITS];
        for (eight, codes) in codes.chunks(8).take(TILE / 8).enumerate() {
            for (byte, planes) in planes.as_chunks_mut().0.iter_mut().enumerate() {
                let of = |code: &SignCode| code.as_flattened().get(byte).copied();
                lay_down(codes.iter().filter_map(of), eight, planes);
            }
        }
        let mut tables = vec![[Table::default(); THREES]; ROUNDS];
        let threes = planes.as_chunks::<3>().0.iter();
        for (table, three) in tables.as_flattened_mut().iter_mut().zip(threes) {
            for (choice, counts) in table.iter_mut().enumerate() {
                let flip = |bit: usize| 0_u64.wrapping_sub(choice as u64 >> bit & 1);
                let [a, b, c] = three;
                let [mut ones, b, c] = [(a, 0), (b, 1), (c, 2)]
                    .map(|(lanes, bit)| lanes.map(|lanes| lanes ^ flip(bit)));
                let twos = add(&mut ones, b, c);
                *counts = [ones, twos];
            }
        }
        Self { tables }
    }

    /// Says for each of some codes which of the tile differ from it in fewer bits than its own number
    /// of `below` says, or than theirs of `or_below`.
    ///
    /// The three slices are as long as each other.
    pub fn differ_in_fewer(
        &self,
        level: Level,
        codes: &[SignCode],
        below: &[u8],
        or_below: &Below,
        found: &mut [Lanes],
    ) {
        differ_in_fewer(level, &self.tables, codes, below, or_below, found);
    }
}

multiversion! {
    fn differ_in_fewer(
        tables: &[[Table; THREES]],
        codes: &[SignCode],
        below: &[u8],
        or_below: &Below,
        found: &mut [Lanes],
    ) {
        for ((code, below), found) in codes.iter().zip(below).zip(found) {
            let mut counts = [Lanes::default(); COUNT];
            for (tables, code) in tables.iter().zip(code) {
                count(tables, *code, &mut counts);
            }
            let (mut own, mut theirs) = (Lanes::default(), Lanes::default());
            for (bit, (counted, or_below)) in counts.iter().zip(&or_below.0).enumerate() {
                let below = [0_u64.wrapping_sub(u64::from(below >> bit & 1)); TILE / 64];
                own = borrow(own, *counted, below);
                theirs = borrow(theirs, *counted, *or_below);
            }
            *found = each(own, theirs, |own, theirs| own | theirs);
        }
    }
}

/// Adds what eight threes of bits differ in.
#[inline(always)]
fn count(tables: &[Table; THREES], code: [u8; BYTES], counts: &mut [Lanes; COUNT]) {
    let [low, middle, high] = code.map(u32::from);
    let code = low | middle << 8 | high << 16;
    let three = |place: usize| {
        let choice = (code >> (3 * place) & 7) as usize;
        let table = tables.get(place).and_then(|table| table.get(choice));
        table.copied().unwrap_or_default()
    };
    let (a, b, c, d) = (three(0), three(1), three(2), three(3));
    let (e, f, g, h) = (three(4), three(5), three(6), three(7));
    let [ones, twos, fours, eights, s16, s32, s64, s128] = counts;
    let two = [
        add(ones, a[0], b[0]),
        add(ones, c[0], d[0]),
        add(ones, e[0], f[0]),
        add(ones, g[0], h[0]),
    ];
    let four = [
        add(twos, a[1], b[1]),
        add(twos, c[1], d[1]),
        add(twos, e[1], f[1]),
        add(twos, g[1], h[1]),
        add(twos, two[0], two[1]),
        add(twos, two[2], two[3]),
    ];
    let eight = [
        add(fours, four[0], four[1]),
        add(fours, four[2], four[3]),
        add(fours, four[4], four[5]),
    ];
    let none = Lanes::default();
    let more = [add(eights, eight[0], eight[1]), add(eights, eight[2], none)];
    let more = add(s16, more[0], more[1]);
    let more = add(s32, more, none);
    let more = add(s64, more, none);
    *s128 = each(*s128, more, |own, more| own ^ more);
}

/// Adds two bits to one, which keeps the lower bit of the sum; answers the higher.
#[inline(always)]
fn add(own: &mut Lanes, one: Lanes, two: Lanes) -> Lanes {
    let odd = each(*own, one, |a, b| a ^ b);
    let both = each(*own, one, |a, b| a & b);
    *own = each(odd, two, |a, b| a ^ b);
    each(both, each(odd, two, |a, b| a & b), |a, b| a | b)
}

/// What a number borrows of the next bit when another is taken from it: in the end, whether it is less.
#[inline(always)]
fn borrow(borrowed: Lanes, number: Lanes, other: Lanes) -> Lanes {
    let less = each(number, other, |a, b| !a & b);
    let same = each(number, other, |a, b| !(a ^ b));
    each(less, each(same, borrowed, |a, b| a & b), |a, b| a | b)
}

#[inline(always)]
fn each(one: Lanes, two: Lanes, with: impl Fn(u64, u64) -> u64) -> Lanes {
    let ([a, b, c, d], [e, f, g, h]) = (one, two);
    [with(a, e), with(b, f), with(c, g), with(d, h)]
}

/// Puts a byte of each of eight codes into the planes of its bits, at the eighth so numbered.
fn lay_down(bytes: impl Iterator<Item = u8>, eight: usize, planes: &mut [Lanes; 8]) {
    let rows = bytes.take(8).zip(0..);
    let rows = rows.fold(0, |all, (byte, place)| all | u64::from(byte) << (8 * place));
    let turned = transposed(rows).to_le_bytes();
    for (byte, plane) in turned.into_iter().zip(planes) {
        if let Some(word) = plane.get_mut(eight / 8) {
            *word |= u64::from(byte) << (eight % 8 * 8);
        }
    }
}

/// Turns eight rows of eight bits into columns.
///
/// # Source
/// Warren, "Hacker's Delight", second edition, section 7-3.
fn transposed(rows: u64) -> u64 {
    let steps = [
        (7, 0x00aa_00aa_00aa_00aa),
        (14, 0x0000_cccc_0000_cccc),
        (28, 0x0000_0000_f0f0_f0f0),
    ];
    steps.into_iter().fold(rows, |rows, (by, mask)| {
        let swapped = (rows ^ rows >> by) & mask;
        rows ^ swapped ^ swapped << by
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator (xorshift, Marsaglia 2003).
    fn codes(seed: u64, count: usize) -> Vec<SignCode> {
        let mut state = seed;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut code = || std::array::from_fn(|_| std::array::from_fn(|_| (next() >> 30) as u8));
        std::iter::repeat_with(&mut code).take(count).collect()
    }

    fn differ(a: &SignCode, b: &SignCode) -> u32 {
        let bytes = a.as_flattened().iter().zip(b.as_flattened());
        bytes.map(|(a, b)| (a ^ b).count_ones()).sum()
    }

    #[test]
    fn a_sign_is_a_bit() {
        let values: Vec<f32> = (0..300).map(|i| [1.0, -1.0, 0.0][i % 3]).collect();
        let code = sign_code(&values);
        for (place, value) in values.iter().take(SIGN_BITS).enumerate() {
            let bit = code.as_flattened()[place / 8] >> (place % 8) & 1;
            assert_eq!(bit == 1, *value >= 0.0, "{place}");
        }
        assert_eq!(sign_code(&values[..1])[9], [0; BYTES]);
    }

    #[test]
    fn every_set_of_instructions_finds_what_differs_in_fewer_bits() {
        for count in [1, 63, 200, TILE] {
            let tile = codes(7, count);
            let mut asked = codes(21, 40);
            // Equal, opposite, and all that lies between.
            asked[0] = tile[0];
            asked[1] = tile[0].map(|bytes| bytes.map(|byte| !byte));
            let below: Vec<u8> = (0..40)
                .map(|i| [0, 1, 113, 120, 126, 241, 255][i % 7])
                .collect();
            let theirs: Vec<u8> = (0..count).map(|i| [0, 110, 118, 255][i / 3 % 4]).collect();
            let sideways = SignTile::new(&tile);
            for level in Level::available() {
                let mut found = vec![Lanes::default(); asked.len()];
                let or_below = Below::new(&theirs);
                sideways.differ_in_fewer(level, &asked, &below, &or_below, &mut found);
                for ((asked, below), found) in asked.iter().zip(&below).zip(&found) {
                    for (place, (code, theirs)) in tile.iter().zip(&theirs).enumerate() {
                        let differs = differ(asked, code);
                        let expect = differs < u32::from(*below) || differs < u32::from(*theirs);
                        let got = found[place / 64] >> (place % 64) & 1 == 1;
                        assert_eq!(got, expect, "{level:?} {count} {place} {differs}");
                    }
                }
            }
        }
    }
}
