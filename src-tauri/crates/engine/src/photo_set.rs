//! A set of photos, a bit each: what a filter leaves, and what a search may find.
//!
//! Ids are counters of our own and dense, so a million photos take 125 KB, and joining two sets is
//! a matter of microseconds.

use crate::ids::PhotoId;

/// The highest id a set can hold, 4·10⁹: beyond any library, and half a gigabyte of bits.
const MAX_ID: i64 = u32::MAX as i64;

/// A set of photos.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhotoSet {
    /// Bit `id % 64` of word `id / 64`; the last word is never 0.
    words: Vec<u64>,
}

impl PhotoSet {
    /// Makes an empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a set of all ids from 0 up to this one.
    #[must_use]
    pub fn up_to(id: PhotoId) -> Self {
        let Some((word, bit)) = place(id) else {
            return Self::new();
        };
        let mut words = vec![u64::MAX; word];
        words.push(bit | (bit - 1));
        Self { words }
    }

    /// Makes a set of words of 64 bits, the lowest ids first.
    #[must_use]
    pub fn from_words(words: Vec<u64>) -> Self {
        let mut set = Self { words };
        set.trim();
        set
    }

    /// Puts a photo in. An id that no catalog can have made is passed over.
    pub fn insert(&mut self, id: PhotoId) {
        let Some((word, bit)) = place(id) else { return };
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(bits) = self.words.get_mut(word) {
            *bits |= bit;
        }
    }

    /// Takes a photo out.
    pub fn remove(&mut self, id: PhotoId) {
        let Some((word, bit)) = place(id) else { return };
        if let Some(bits) = self.words.get_mut(word) {
            *bits &= !bit;
            self.trim();
        }
    }

    /// Answers whether a photo is in it.
    #[must_use]
    pub fn contains(&self, id: PhotoId) -> bool {
        place(id)
            .is_some_and(|(word, bit)| self.words.get(word).is_some_and(|bits| bits & bit != 0))
    }

    /// Counts the photos.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words
            .iter()
            .map(|bits| bits.count_ones() as usize)
            .sum()
    }

    /// Answers whether there is no photo in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Keeps only what is in the other too.
    pub fn keep(&mut self, other: &Self) {
        self.words.truncate(other.words.len());
        let pairs = self.words.iter_mut().zip(&other.words);
        pairs.for_each(|(own, other)| *own &= other);
        self.trim();
    }

    /// Counts the photos that are in the other too.
    #[must_use]
    pub fn shared(&self, other: &Self) -> usize {
        let pairs = self.words.iter().zip(&other.words);
        pairs
            .map(|(own, other)| (own & other).count_ones() as usize)
            .sum()
    }

    /// Takes out what is in the other.
    pub fn subtract(&mut self, other: &Self) {
        let pairs = self.words.iter_mut().zip(&other.words);
        pairs.for_each(|(own, other)| *own &= !other);
        self.trim();
    }

    /// Puts in what is in the other.
    pub fn add(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        let pairs = self.words.iter_mut().zip(&other.words);
        pairs.for_each(|(own, other)| *own |= other);
    }

    /// Visits the photos by id.
    pub fn iter(&self) -> impl Iterator<Item = PhotoId> + '_ {
        self.words
            .iter()
            .enumerate()
            .flat_map(|(word, &bits)| Bits(bits).map(move |bit| PhotoId((word * 64 + bit) as i64)))
    }

    /// The words of 64 bits, the lowest ids first.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    fn trim(&mut self) {
        let used = self.words.iter().rposition(|bits| *bits != 0);
        self.words.truncate(used.map_or(0, |last| last + 1));
    }
}

impl FromIterator<PhotoId> for PhotoSet {
    fn from_iter<T: IntoIterator<Item = PhotoId>>(ids: T) -> Self {
        let mut set = Self::new();
        ids.into_iter().for_each(|id| set.insert(id));
        set
    }
}

fn place(id: PhotoId) -> Option<(usize, u64)> {
    (0..=MAX_ID)
        .contains(&id.0)
        .then(|| ((id.0 / 64) as usize, 1 << (id.0 % 64)))
}

/// The places of the bits that are set, the lowest first.
struct Bits(u64);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bit = self.0.trailing_zeros();
        self.0 &= self.0.checked_sub(1)?;
        Some(bit as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn set(ids: &[i64]) -> PhotoSet {
        ids.iter().copied().map(PhotoId).collect()
    }

    fn ids(set: &PhotoSet) -> Vec<i64> {
        set.iter().map(|id| id.0).collect()
    }

    #[test]
    fn a_set_holds_what_was_put_in_and_not_taken_out() {
        let mut own = set(&[5, 1, 64, 63, 1, 1_000_000]);
        assert_eq!(ids(&own), [1, 5, 63, 64, 1_000_000]);
        assert_eq!(own.len(), 5);
        assert!(own.contains(PhotoId(64)) && !own.contains(PhotoId(65)));
        own.remove(PhotoId(1_000_000));
        own.remove(PhotoId(7));
        assert_eq!(own, set(&[1, 5, 63, 64]));
        assert!(!own.is_empty() && set(&[]).is_empty());
        own.subtract(&own.clone());
        assert!(own.is_empty());
    }

    #[test]
    fn a_set_up_to_an_id_ends_with_it() {
        for last in [0, 1, 62, 63, 64, 127, 128, 1000] {
            assert_eq!(
                ids(&PhotoSet::up_to(PhotoId(last))),
                (0..=last).collect::<Vec<_>>()
            );
        }
        assert!(PhotoSet::up_to(PhotoId(-1)).is_empty());
    }

    #[test]
    fn ids_that_no_catalog_makes_are_passed_over() {
        let own = set(&[-1, i64::MIN, i64::MAX, MAX_ID + 1]);
        assert!(own.is_empty());
        assert!(!own.contains(PhotoId(-1)) && !own.contains(PhotoId(i64::MAX)));
    }

    #[test]
    fn joining_is_that_of_sets() {
        let mut state = 7_u64;
        let mut next = |below: i64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as i64 % below
        };
        for _ in 0..200 {
            let (a, b): (Vec<i64>, Vec<i64>) = (0..20).map(|_| (next(300), next(200))).unzip();
            let (tree_a, tree_b): (BTreeSet<i64>, BTreeSet<i64>) =
                (a.iter().copied().collect(), b.iter().copied().collect());
            let check = |change: fn(&mut PhotoSet, &PhotoSet), expect: Vec<i64>| {
                let mut own = set(&a);
                change(&mut own, &set(&b));
                assert_eq!(ids(&own), expect);
                assert_eq!(own, set(&expect));
            };
            assert_eq!(set(&a).shared(&set(&b)), (&tree_a & &tree_b).len());
            check(PhotoSet::keep, (&tree_a & &tree_b).into_iter().collect());
            check(PhotoSet::add, (&tree_a | &tree_b).into_iter().collect());
            check(
                PhotoSet::subtract,
                (&tree_a - &tree_b).into_iter().collect(),
            );
        }
    }
}
