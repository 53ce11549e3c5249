//! The functions between the two products of a layer.

use crate::Level;
use crate::multiversion::multiversion;

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `x · σ(1.702 x)`, OpenAI's.
    QuickGelu,
    /// `x · Φ(x)` by the error function.
    Gelu,
    /// GELU by the hyperbolic tangent, SigLIP's.
    GeluTanh,
}

/// √(2/π), twice: the tangent is taken as a logistic function.
const TANH_SCALE: f32 = 1.595_769;
/// The weight of the cube in GELU by the tangent.
///
/// # Source
/// Hendrycks and Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415.
const CUBE: f32 = 0.044_715;

impl Activation {
    /// Applies it to every number.
    pub(crate) fn apply(self, level: Level, values: &mut [f32]) {
        match self {
            Self::QuickGelu => quick_gelu(level, values),
            Self::Gelu => gelu(level, values),
            Self::GeluTanh => gelu_tanh(level, values),
        }
    }
}

multiversion! {
    fn quick_gelu(values: &mut [f32]) {
        for v in values {
            *v *= logistic(1.702 * *v);
        }
    }
}

multiversion! {
    fn gelu_tanh(values: &mut [f32]) {
        for v in values {
            let x = *v;
            *v = x * logistic(TANH_SCALE * (CUBE * x * x).mul_add(x, x));
        }
    }
}

multiversion! {
    fn gelu(values: &mut [f32]) {
        for v in values {
            let x = *v;
            let half = 0.5 * x;
            *v = half.mul_add(erf(x * std::f32::consts::FRAC_1_SQRT_2), half);
        }
    }
}

#[inline(always)]
fn logistic(x: f32) -> f32 {
    // Beyond this the share is 0 or 1 to the last place.
    reciprocal(1.0 + exp(-x.clamp(-80.0, 80.0)))
}

/// One divided by a number of 10⁻³⁰ … 10³⁵, to 2 units in the last place.
///
/// Several times as fast as the division, of which the processor does few at a time.
///
/// # Source
/// Newton's steps y ← y · (2 − x · y), each of which squares the error, from a first guess by
/// taking the bits from a constant, 12 % off at most: Blinn, "Floating-Point Tricks", 1997.
#[inline(always)]
fn reciprocal(x: f32) -> f32 {
    const FIRST: u32 = 0x7ef3_11c7;
    let y = f32::from_bits(FIRST.wrapping_sub(x.to_bits()));
    let y = y * (-x).mul_add(y, 2.0);
    let y = y * (-x).mul_add(y, 2.0);
    y * (-x).mul_add(y, 2.0)
}

/// `eˣ` to 2 units in the last place, without a branch; below −87 and above 88 it stays there.
///
/// # Source
/// Cephes' `expf`: e^x = 2^n · e^r with |r| ≤ ½ ln 2, ln 2 in two parts, and its polynomial.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    /// 1.5 · 2²³: added to a small number, its lowest bits hold that number rounded.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    let rounded = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = n.mul_add(2.121_944_4e-4, n.mul_add(-0.693_359_4, x));
    let p = 1.987_569_2e-4_f32;
    let p = p.mul_add(r, 1.398_199_9e-3);
    let p = p.mul_add(r, 8.333_452e-3);
    let p = p.mul_add(r, 4.166_579_6e-2);
    let p = p.mul_add(r, 0.166_666_65);
    let p = p.mul_add(r, 0.5);
    let p = (p * r).mul_add(r, r) + 1.0;
    let power = rounded
        .to_bits()
        .wrapping_sub(ROUND.to_bits())
        .wrapping_add(127)
        << 23;
    p * f32::from_bits(power)
}

/// The error function to 4 units in the last place.
///
/// # Source
/// The rational approximation on ±4 of Eigen's `generic_fast_erf_float`.
#[inline(always)]
fn erf(x: f32) -> f32 {
    let x = x.clamp(-4.0, 4.0);
    let square = x * x;
    let p = -2.726_142_3e-10_f32;
    let p = p.mul_add(square, 2.770_681_6e-8);
    let p = p.mul_add(square, -2.101_024e-6);
    let p = p.mul_add(square, -5.692_506_3e-5);
    let p = p.mul_add(square, -7.349_906_3e-4);
    let p = p.mul_add(square, -2.954_600_1e-3);
    let p = p.mul_add(square, -1.609_603_9e-2);
    let q = 1.456_607_2e-5_f32;
    let q = q.mul_add(square, 2.133_74e-4);
    let q = q.mul_add(square, 1.682_827e-3);
    let q = q.mul_add(square, 7.373_329_2e-3);
    let q = q.mul_add(square, 1.426_473_9e-2);
    -x * p * reciprocal(q)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The error function by its series, in f64.
    fn erf_f64(x: f64) -> f64 {
        let mut term = x;
        let mut sum = x;
        for n in 1..200 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        (sum * 2.0 / std::f64::consts::PI.sqrt()).clamp(-1.0, 1.0)
    }

    fn check(activation: Activation, exact: impl Fn(f64) -> f64) {
        for level in Level::available() {
            let mut values: Vec<f32> = (-3000..3000).map(|i| i as f32 / 500.0).collect();
            let inputs = values.clone();
            activation.apply(level, &mut values);
            for (x, y) in inputs.iter().zip(&values) {
                let error = (f64::from(*y) - exact(f64::from(*x))).abs();
                assert!(
                    error < 1e-6 * f64::from(x.abs()).max(1.0),
                    "{level:?} {x}: {error}"
                );
            }
        }
    }

    #[test]
    fn activations_are_what_their_formulas_say() {
        check(Activation::QuickGelu, |x| x / (1.0 + (-1.702 * x).exp()));
        check(Activation::Gelu, |x| {
            0.5 * x * (1.0 + erf_f64(x / 2f64.sqrt()))
        });
        check(Activation::GeluTanh, |x| {
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
            0.5 * x * (1.0 + inner.tanh())
        });
    }

    #[test]
    fn exp_is_exact_to_the_last_places_and_never_overflows() {
        for i in -8600..8800 {
            let x = i as f32 / 100.0;
            let exact = f64::from(x).exp();
            assert!(((f64::from(exp(x)) - exact) / exact).abs() < 3e-7, "{x}");
        }
        assert!(exp(1e30).is_finite() && exp(-1e30) >= 0.0);
    }
}
