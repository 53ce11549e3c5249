//! Words of signs: which of many differ in few places, and which two of some are nearest. The inner
//! loops of a search by locality-sensitive hashing.
//!
//! # Source
//! Counting bits by looking up halves of bytes: Muła, Kurz and Lemire, "Faster Population Counts Using
//! AVX2 Instructions", 2018.

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "functions for a processor feature are unsafe to call"
)]
mod x86;

use crate::Level;

/// Words of a [`Signs`]: three vectors of AVX2.
pub const SIGNS: usize = 12;

/// The signs of the parts of something.
pub type Signs = [u64; SIGNS];

/// Two words that are the nearest of two sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// Bits that differ.
    pub distance: u32,
    /// The place in the first set.
    pub ours: usize,
    /// The place in the second.
    pub theirs: usize,
}

/// Calls `hit` for each of the words `sought` and each word `kept` that differ in at most `most` of the
/// bits of `mask`: with the place of the one and the other as it is kept.
pub fn alike(
    level: Level,
    kept: &[u64],
    sought: &[u64],
    mask: u64,
    most: u32,
    mut hit: impl FnMut(usize, u64),
) {
    #[cfg(target_arch = "x86_64")]
    if level.0 != crate::level::Kind::Portable {
        x86::alike(kept, sought, mask, most, &mut hit);
        return;
    }
    let _ = level;
    for (place, sought) in sought.iter().enumerate() {
        let near = |kept: &&u64| ((**kept ^ sought) & mask).count_ones() <= most;
        kept.iter().filter(near).for_each(|kept| hit(place, *kept));
    }
}

/// The word of `ours` and that of `theirs`, turned by `turn`, that differ least: the first of `theirs`,
/// then of `ours`, where there are several.
#[must_use]
pub fn nearest(level: Level, ours: &Signs, theirs: &Signs, turn: u64) -> Nearest {
    #[cfg(target_arch = "x86_64")]
    if level.0 != crate::level::Kind::Portable {
        return x86::nearest(ours, theirs, turn);
    }
    let _ = level;
    let ranked = theirs.iter().enumerate().flat_map(|(j, their)| {
        ours.iter()
            .enumerate()
            .map(move |(i, own)| rank((own ^ their ^ turn).count_ones(), i, j))
    });
    unranked(ranked.min().unwrap_or(u16::MAX))
}

/// One number that is the less, the nearer.
fn rank(distance: u32, ours: usize, theirs: usize) -> u16 {
    (distance as u16) << 8 | (theirs as u16) << 4 | ours as u16
}

fn unranked(rank: u16) -> Nearest {
    Nearest {
        distance: u32::from(rank >> 8),
        ours: usize::from(rank & 15),
        theirs: usize::from(rank >> 4 & 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator (xorshift, Marsaglia 2003).
    fn words(seed: u64, count: usize) -> Vec<u64> {
        let mut state = seed;
        let next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    #[test]
    fn few_differences_are_found_by_every_set_of_instructions() {
        let mask = 0xffff_ffff_ff00_0000;
        let sought = words(3, 5);
        for count in [0, 1, 3, 4, 7, 8, 50] {
            let mut kept = words(9, count);
            // Some differ in as many bits of the mask as are allowed, or in one more.
            for (i, word) in kept.iter_mut().enumerate() {
                let off = [(1 << 7) - 1, (1 << 8) - 1, 0][i % 3] << 30;
                *word = sought[i % 5] ^ off ^ (*word & !mask);
            }
            let mut expect = Vec::new();
            for (place, one) in sought.iter().enumerate() {
                let near = |word: &&u64| ((*word ^ one) & mask).count_ones() <= 7;
                expect.extend(kept.iter().filter(near).map(|word| (place, *word)));
            }
            expect.sort_unstable();
            for level in Level::available() {
                let mut found = Vec::new();
                alike(level, &kept, &sought, mask, 7, |place, word| {
                    found.push((place, word));
                });
                found.sort_unstable();
                assert_eq!(found, expect, "{level:?} {count}");
            }
        }
    }

    #[test]
    fn the_nearest_words_are_the_first_that_are_nearest() {
        for seed in 1..200 {
            let (a, b) = (words(seed, SIGNS), words(seed + 1000, SIGNS));
            let (mut a, mut b): (Signs, Signs) = (a.try_into().unwrap(), b.try_into().unwrap());
            let turn = words(seed + 7, 1)[0];
            if seed % 2 == 0 {
                // Many are as near as the nearest; whole words may differ, too.
                a = a.map(|word| word & 3);
                b = b.map(|word| !(word & 1));
            }
            let mut best = Nearest {
                distance: u32::MAX,
                ours: 0,
                theirs: 0,
            };
            for (theirs, word) in b.iter().enumerate() {
                for (ours, own) in a.iter().enumerate() {
                    let distance = (own ^ word ^ turn).count_ones();
                    if distance < best.distance {
                        best = Nearest {
                            distance,
                            ours,
                            theirs,
                        };
                    }
                }
            }
            for level in Level::available() {
                assert_eq!(nearest(level, &a, &b, turn), best, "{level:?} {seed}");
            }
        }
    }
}
