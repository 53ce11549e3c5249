//! The grid of a code of several bits: how near vectors are to its points.

use crate::Level;
use crate::multiversion::multiversion;

/// Lengths that are tried at once.
pub const LENGTHS: usize = 12;

/// A grid of steps 0 … `most` a dimension, `half` in the middle.
#[derive(Clone, Copy, Debug)]
pub struct CodeGrid {
    /// The middle of the steps.
    pub half: f32,
    /// The last step.
    pub most: f32,
}

impl CodeGrid {
    /// The step nearest to a value; of two the upper one.
    #[inline(always)]
    fn step(self, value: f32) -> f32 {
        let place = (value + self.half).clamp(0.0, self.most);
        let whole = place.floor();
        // A half added before would round up what lies just below a half.
        if place - whole >= 0.5 {
            whole + 1.0
        } else {
            whole
        }
    }

    /// The steps nearest to a vector stretched to a length.
    #[must_use]
    pub fn steps(self, unit: &[f32], length: f32) -> Vec<u8> {
        unit.iter()
            .map(|value| self.step(value * length) as u8)
            .collect()
    }

    /// The cosines between a unit vector and its steps around the middle, for each length.
    #[must_use]
    pub fn likenesses(
        self,
        level: Level,
        unit: &[f32],
        lengths: &[f32; LENGTHS],
    ) -> [f32; LENGTHS] {
        let mut likenesses = [0.0; LENGTHS];
        likenesses_here(level, self, unit, lengths, &mut likenesses);
        likenesses
    }
}

multiversion! {
    /// All lengths side by side, each with its sums in the order of the dimensions.
    fn likenesses_here(
        grid: CodeGrid,
        unit: &[f32],
        lengths: &[f32; LENGTHS],
        likenesses: &mut [f32; LENGTHS],
    ) {
        let (mut products, mut squares) = ([0.0_f32; LENGTHS], [0.0_f32; LENGTHS]);
        for value in unit {
            let sums = products.iter_mut().zip(&mut squares);
            for (length, (product, square)) in lengths.iter().zip(sums) {
                let centred = grid.step(value * length) - grid.half;
                *product += centred * value;
                *square += centred * centred;
            }
        }
        for (likeness, (product, square)) in likenesses.iter_mut().zip(products.iter().zip(squares)) {
            *likeness = product / square.sqrt();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_rounded_and_likenesses_are_those_of_one_after_the_other_to_the_bit() {
        let drawn = |i: usize| ((i * 7919 % 1009) as f32 / 504.5 - 1.0) * 0.11;
        let unit: Vec<f32> = (0..192).map(drawn).chain([f32::NAN, 0.0, -0.0]).collect();
        let lengths: [f32; LENGTHS] = std::array::from_fn(|i| 5.0 + 3.7 * i as f32);
        for (half, most) in [(1.5, 3.0), (3.5, 7.0), (7.5, 15.0)] {
            let grid = CodeGrid { half, most };
            for level in Level::available() {
                let got = grid.likenesses(level, &unit[..192], &lengths);
                for (length, got) in lengths.iter().zip(got) {
                    let rounded =
                        |value: &f32| (value * length + half).round().clamp(0.0, most) as u8;
                    let steps: Vec<u8> = unit.iter().map(rounded).collect();
                    assert_eq!(grid.steps(&unit, *length), steps);
                    let (mut product, mut square) = (0.0_f32, 0.0_f32);
                    for (step, value) in steps.iter().zip(&unit[..192]) {
                        let centred = f32::from(*step) - half;
                        product += centred * value;
                        square += centred * centred;
                    }
                    let want = product / square.sqrt();
                    assert_eq!(got.to_bits(), want.to_bits(), "{level:?}");
                }
            }
        }
        // What lies just below a half is rounded down.
        let grid = CodeGrid {
            half: 0.0,
            most: 3.0,
        };
        let steps = grid.steps(&[0.499_999_97, 0.5, -9.0, 9.0], 1.0);
        assert_eq!(steps, [0, 1, 0, 3]);
    }
}
