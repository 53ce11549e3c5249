//! Estimates from the products of a page of codes, a line for all of them, and what they reach.

use crate::multiversion::multiversion;
use crate::{Level, PAGE};

/// Values of a vector of AVX-512.
const LANES: usize = 16;

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

/// What makes the estimates of a page of codes: `scale · (product · step + shift) + offset + base`.
#[derive(Clone, Copy, Debug)]
pub struct Estimates<'a> {
    /// A scale for each code.
    pub scales: &'a [f32; PAGE],
    /// An offset for each.
    pub offsets: &'a [f32; PAGE],
    /// What all have in common.
    pub line: Line,
}

impl Estimates<'_> {
    /// Estimates from the products of a page of codes.
    pub fn of(&self, level: Level, products: &[i32; PAGE], estimates: &mut [f32; PAGE]) {
        let Self {
            scales,
            offsets,
            line,
        } = self;
        estimate_all(level, products, scales, offsets, line, estimates);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

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
        let page = Estimates {
            scales: &scales,
            offsets: &offsets,
            line,
        };
        for level in Level::available() {
            let mut estimates = [0.0; PAGE];
            page.of(level, &products, &mut estimates);
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
