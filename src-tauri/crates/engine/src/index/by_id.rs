//! A map from photos to rows whose hash costs one multiplication.
//!
//! A filter may leave hundred thousands of ids to look up for one keystroke. The ids are our own
//! counters, so nobody can choose them to collide, which is what the slower standard hash is for.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::ids::PhotoId;

/// Rows by photo.
pub(super) type RowsById = HashMap<PhotoId, usize, BuildHasherDefault<IdHasher>>;

/// Spreads one integer over 64 bits.
///
/// # Source
/// Knuth, "The Art of Computer Programming" 3, 6.4: multiplication by 2⁶⁴ / golden ratio; the
/// high half, which is well mixed, is folded onto the low one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_i64(&mut self, value: i64) {
        self.write_u64(value.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher;

    use super::*;

    #[test]
    fn ids_in_a_row_or_in_steps_fall_into_different_slots() {
        for step in [1_i64, 2, 64, 1000, 4096] {
            let hash =
                |i: i64| BuildHasherDefault::<IdHasher>::default().hash_one(PhotoId(i * step));
            let slots: HashSet<u64> = (0..1024).map(|i| hash(i) % 4096).collect();
            assert!(slots.len() > 700, "step {step}: {} slots", slots.len());
        }
    }
}
