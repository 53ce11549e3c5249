//! Coarse signs of a print and of crops of it: what the index looks copies up by.
//!
//! 20 signs of the lowest frequencies make the key of a bucket, 40 of the next decide within it.
//! A picture is laid so that its two first odd coefficients are positive, and lying rather than
//! standing, which leaves 18 bits: all eight orientations of a picture have the same key.

use std::sync::LazyLock;

use super::orient::flips;
use super::raster::Frame;
use super::waves::{BROAD, Waves};

/// Signs of which the key is made.
pub(super) const KEY_SIGNS: usize = 20;
/// Signs that are compared within a bucket.
pub(super) const REST_SIGNS: usize = 40;
/// Bits of a key: its signs without the two that tell how the picture lies.
pub(super) const KEY_BITS: usize = KEY_SIGNS - 2;
/// Parts of a picture that are looked up: all of it and what crops leave.
pub(super) const PARTS: usize = CROPS.len();

/// Half waves a side.
pub(super) const WAVES: usize = 10;
/// Sides of a part, start and end.
const SPANS: [(f32, f32); 6] = [
    (0.0, 1.0),
    (0.025, 0.975),
    (0.05, 0.95),
    (0.1, 0.9),
    (0.0, 0.9),
    (0.1, 1.0),
];
/// Parts by the spans of their width and height. Copies cut by up to a tenth lie within a
/// twentieth of one of them, which the signs bear.
const CROPS: [(usize, usize); 12] = [
    (0, 0),
    (1, 1),
    (2, 2),
    (3, 3),
    (4, 4),
    (5, 4),
    (4, 5),
    (5, 5),
    (4, 0),
    (5, 0),
    (0, 4),
    (0, 5),
];

/// Weights are kept in steps of this part of the length of all coefficients.
const STEP: f32 = 1.0 / 510.0;
/// The dearest change that is tried, in squared steps: signs that a copy's change may turn.
const DEAREST: u32 = (0.16 * 510.0 * 0.16 * 510.0) as u32;
/// What is dearer than that, with any signs.
const DEAREST_TURN: u64 = (DEAREST as u64 + 1) << 32;
/// Places of a part that can be asked for.
pub(super) const PROBES: usize = 32;
/// Signs that may turn.
const WEAK: usize = 12;

/// Signs of low frequencies and how sure those of the key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sketch {
    /// Bit `i` is the sign of the `i`-th of [`FREQUENCIES`].
    pub(super) signs: u64,
    /// Size of each coefficient of the key, in [`STEP`]s.
    pub(super) sizes: [u8; KEY_SIGNS],
}

/// A place in the index: the bucket and the signs within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) key: u32,
    pub(super) rest: u64,
}

/// The frequencies `(u, v)` in order of their sum; the set is the same when it is transposed.
static FREQUENCIES: LazyLock<Vec<(usize, usize)>> = LazyLock::new(|| {
    let of_sum = |sum: usize| (0..=sum).map(move |u| (u, sum - u));
    let mut all: Vec<(usize, usize)> = (1..WAVES).flat_map(of_sum).collect();
    // The last six come from the middle, where both frequencies are low.
    all.extend([(2, 8), (8, 2), (3, 7), (7, 3), (4, 6), (6, 4)]);
    all
});

/// What turning a picture does to its signs.
struct Turns {
    odd_u: u64,
    odd_v: u64,
    /// Where the sign of each frequency stands once the picture is transposed.
    transposed: Vec<usize>,
    /// The signs of the transposed picture that each byte of the signs gives.
    bytes: [[u64; 256]; 8],
    first_u: u64,
    first_v: u64,
}

static TURNS: LazyLock<Turns> = LazyLock::new(|| {
    let find = |wanted: (usize, usize)| FREQUENCIES.iter().position(|at| *at == wanted);
    let bits = |odd: fn(&(usize, usize)) -> bool| {
        let all = FREQUENCIES.iter().enumerate();
        all.filter(|(_, at)| odd(at)).map(|(i, _)| 1_u64 << i).sum()
    };
    let bit = |at| find(at).map_or(0, |i| 1 << i);
    let transposed = FREQUENCIES.iter().map(|&(u, v)| find((v, u)).unwrap_or(0));
    let transposed: Vec<usize> = transposed.collect();
    let mut bytes = [[0; 256]; 8];
    for (at, table) in bytes.iter_mut().enumerate() {
        for (byte, signs) in (0_u64..).zip(table) {
            let own = byte << (8 * at);
            let turned = transposed.iter().enumerate();
            *signs = turned.map(|(to, from)| (own >> from & 1) << to).sum();
        }
    }
    Turns {
        odd_u: bits(|(u, _)| !u.is_multiple_of(2)),
        odd_v: bits(|(_, v)| !v.is_multiple_of(2)),
        transposed,
        bytes,
        first_u: bit((1, 0)),
        first_v: bit((0, 1)),
    }
});

/// The waves of each span.
static SPAN_WAVES: LazyLock<Vec<Waves>> = LazyLock::new(|| {
    let spans = SPANS.iter();
    spans
        .map(|&(start, end)| Waves::over(start, end, WAVES))
        .collect()
});

/// Sketches all parts of a raster.
pub(super) fn sketches(raster: &[f32]) -> Vec<Sketch> {
    let waves = &*SPAN_WAVES;
    let across: Vec<Vec<f32>> = waves.iter().map(|waves| waves.across(raster)).collect();
    let of = |&(x, y): &(usize, usize)| Some(Sketch::of(&waves.get(y)?.down(across.get(x)?)));
    CROPS.iter().filter_map(of).collect()
}

/// The coefficients of a part of a raster, `[WAVES, WAVES]` as `[v, u]`.
pub(super) fn coefficients(raster: &[f32], part: usize) -> [f32; WAVES * WAVES] {
    let mut out = [0.0; WAVES * WAVES];
    let waves = |span: usize| SPAN_WAVES.get(span);
    let part = CROPS.get(part).map(|&(x, y)| (waves(x), waves(y)));
    if let Some((Some(x), Some(y))) = part {
        let broad = x.both(y, raster);
        let rows = out.chunks_exact_mut(WAVES).zip(broad.chunks_exact(BROAD));
        rows.for_each(|(out, row)| out.iter_mut().zip(row).for_each(|(to, from)| *to = *from));
    }
    out
}

/// A part of a picture.
pub(super) fn frame_of(part: usize) -> Frame {
    let spans = CROPS.get(part).map(|&(x, y)| (SPANS.get(x), SPANS.get(y)));
    let Some((Some(&(left, right)), Some(&(top, bottom)))) = spans else {
        return Frame::WHOLE;
    };
    Frame {
        left,
        top,
        right,
        bottom,
    }
}

impl Sketch {
    /// Takes signs and sizes from coefficients, `[v, u]`.
    fn of(coefficients: &[f32]) -> Self {
        let at = |&(u, v): &(usize, usize)| coefficients.get(v * WAVES + u).copied();
        let values: Vec<f32> = FREQUENCIES.iter().map(|f| at(f).unwrap_or(0.0)).collect();
        let key = values.iter().take(KEY_SIGNS);
        let length = key.map(|value| value * value).sum::<f32>().sqrt().max(1e-6);
        let mut sizes = [0; KEY_SIGNS];
        for (size, value) in sizes.iter_mut().zip(&values) {
            *size = (value.abs() / length / STEP).min(255.0) as u8;
        }
        let positive = values.iter().enumerate().filter(|(_, value)| **value > 0.0);
        Self {
            signs: positive.map(|(i, _)| 1_u64 << i).sum(),
            sizes,
        }
    }

    /// The signs that turn when a picture is mirrored left to right, or turned upside down.
    pub(super) fn mirrored(across: bool, down: bool) -> u64 {
        let odd_u = if across { TURNS.odd_u } else { 0 };
        odd_u ^ if down { TURNS.odd_v } else { 0 }
    }

    /// How alike the lowest frequencies of two parts are, −1 … 1, the second's laid as the first's by an
    /// EXIF orientation: the cosine of the coefficients of the keys.
    pub(super) fn likeness(&self, other: &Self, orientation: u8) -> f32 {
        let turned;
        let other = if orientation >= 5 {
            turned = other.transposed();
            &turned
        } else {
            other
        };
        let (across, down) = flips(orientation);
        let apart = self.signs ^ other.signs ^ Self::mirrored(across, down);
        let (mut own, mut their, mut both) = (0, 0, 0);
        for (at, (a, b)) in self.sizes.iter().zip(&other.sizes).enumerate() {
            let (a, b) = (i32::from(*a), i32::from(*b));
            own += a * a;
            their += b * b;
            both += if apart >> at & 1 == 1 { -a * b } else { a * b };
        }
        both as f32 / f32::sqrt(own as f32 * their as f32).max(1.0)
    }

    /// The sketch of the transposed picture.
    pub(super) fn transposed(&self) -> Self {
        let mut sizes = [0; KEY_SIGNS];
        for (size, &from) in sizes.iter_mut().zip(&TURNS.transposed) {
            *size = self.sizes.get(from).copied().unwrap_or(0);
        }
        Self {
            signs: transposed(self.signs),
            sizes,
        }
    }

    /// Where a picture with this sketch is kept.
    pub(super) fn place(&self) -> Place {
        place_of(self.signs)
    }

    /// Calls `each` with the places where a changed copy may be, the likeliest first, at most `most`
    /// (up to [`PROBES`]).
    ///
    /// # Source
    /// The perturbations in order of their cost: Lv et al., "Multi-Probe LSH: Efficient Indexing for
    /// High-Dimensional Similarity Search" (VLDB 2007).
    pub(super) fn probes(&self, most: usize, mut each: impl FnMut(Place)) {
        let most = most.min(PROBES);
        // The cost above, the sign below: one number.
        let mut weak = [0_u32; KEY_SIGNS];
        for (i, (weak, &size)) in weak.iter_mut().zip(&self.sizes).enumerate() {
            *weak = (u32::from(size) * u32::from(size)) << 5 | i as u32;
        }
        weak.sort_unstable();
        // The cheapest choices among the signs so far, cost above and signs to turn below; each
        // further sign is turned in those, or not.
        let mut cheapest = [u64::MAX; PROBES];
        let mut count = most.min(1);
        cheapest.iter_mut().take(count).for_each(|none| *none = 0);
        for weak in weak.iter().take(WEAK) {
            let turn = u64::from(weak >> 5) << 32 | 1 << (weak & 31);
            let last = cheapest.get(count.wrapping_sub(1)).unwrap_or(&0);
            if turn >= DEAREST_TURN || (count == most && turn >= *last) {
                break;
            }
            // Both are in order: those without the sign, and those with it.
            let all = cheapest;
            let (mut without, mut with) = (0, 0);
            count = most.min(2 * count);
            for place in cheapest.iter_mut().take(count) {
                let old = all.get(without).copied().unwrap_or(u64::MAX);
                let new = all
                    .get(with)
                    .map_or(u64::MAX, |all| all.saturating_add(turn));
                *place = old.min(new);
                without += usize::from(old < new);
                with += usize::from(new < old);
            }
            while count > 0
                && cheapest
                    .get(count - 1)
                    .is_none_or(|last| *last >= DEAREST_TURN)
            {
                count -= 1;
                cheapest
                    .iter_mut()
                    .skip(count)
                    .for_each(|dear| *dear = u64::MAX);
            }
        }
        for choice in cheapest.iter().take(count) {
            each(place_of(self.signs ^ (choice & u64::from(u32::MAX))));
        }
    }
}

/// The signs of the transposed picture.
pub(super) fn transposed(signs: u64) -> u64 {
    let bytes = signs.to_le_bytes();
    let turned = TURNS.bytes.iter().zip(bytes);
    let turned = turned.map(|(table, byte)| table.get(usize::from(byte)).unwrap_or(&0));
    turned.fold(0, |all, signs| all | signs)
}

/// Lays the signs so that the first odd ones are positive; the key is the rest of the first 20.
fn place_of(mut signs: u64) -> Place {
    let turns = &*TURNS;
    if signs & turns.first_u == 0 {
        signs ^= turns.odd_u;
    }
    if signs & turns.first_v == 0 {
        signs ^= turns.odd_v;
    }
    // The two that tell how it lies are the first two frequencies, and now both set.
    Place {
        key: (signs as u32 >> 2) & ((1 << KEY_BITS) - 1),
        rest: signs >> KEY_SIGNS,
    }
}
