//! sRGB to CIELAB, the colour space in which distances follow what eyes see.

use std::sync::LazyLock;

/// A colour in CIELAB: `[L*, a*, b*]`, L* 0 … 100, a* and b* about −128 … 128.
pub(crate) type Lab = [f32; 3];

/// Linear light 0 … 1 for each sRGB code, one more entry so that 255 can be interpolated.
static LINEAR: LazyLock<Vec<f32>> = LazyLock::new(|| {
    (0..=256)
        .map(|code| decode(f64::from(code) / 255.0) as f32)
        .collect()
});

/// Removes sRGB's transfer curve.
///
/// # Source
/// IEC 61966-2-1:1999, the thresholds and exponents of the sRGB transfer function.
fn decode(value: f64) -> f64 {
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

fn linear(code: f32) -> f32 {
    let code = code.clamp(0.0, 255.0);
    let low = code as usize;
    let part = code - low as f32;
    match LINEAR.get(low..low + 2) {
        Some(&[from, to]) => from + part * (to - from),
        _ => 0.0,
    }
}

/// Converts one sRGB pixel (channels 0 … 255, fractions allowed) to CIELAB under D65.
///
/// # Source
/// IEC 61966-2-1:1999 (primaries to CIE XYZ), CIE 15:2004 (L*a*b*; white D65, 2° observer).
pub(crate) fn from_srgb([red, green, blue]: [f32; 3]) -> Lab {
    let (r, g, b) = (linear(red), linear(green), linear(blue));
    let x = (0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47;
    let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175_0 * b;
    let z = (0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b) / 1.088_83;
    // Four, so that one vector instruction serves all.
    let [fx, fy, fz, _] = [x, y, z, 1.0].map(compress);
    [116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)]
}

/// The cube root of CIE 15 with its straight part near black.
fn compress(t: f32) -> f32 {
    const EPSILON: f32 = 216.0 / 24_389.0;
    const KAPPA: f32 = 24_389.0 / 27.0;
    let (root, straight) = (cube_root(t), (KAPPA * t + 16.0) / 116.0);
    if t > EPSILON { root } else { straight }
}

/// The cube root of a normal number above 0, to the last place but one: an estimate from the bits,
/// and two rounds of Halley's method.
///
/// # Source
/// Kahan, "Computing a Real Cube Root", 1991 (the third of the exponent as a first estimate).
fn cube_root(t: f32) -> f32 {
    let mut root = f32::from_bits(t.to_bits() / 3 + 0x2A51_2CE3);
    for _ in 0..2 {
        let cube = root * root * root;
        root *= (cube + t + t) / (cube + cube + t);
    }
    root
}

/// The colourfulness C*ab: the distance from the grey axis.
///
/// # Source
/// CIE 15:2004, C*ab = √(a*² + b*²).
pub(crate) fn chroma([_, a, b]: Lab) -> f32 {
    a.hypot(b)
}

/// The squared CIE 1976 colour difference ΔE*ab².
pub(crate) fn distance_squared(left: Lab, right: Lab) -> f32 {
    left.iter()
        .zip(right)
        .map(|(&l, r)| (l - r) * (l - r))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rgb: [f32; 3], expect: Lab) {
        let lab = from_srgb(rgb);
        for (got, want) in lab.iter().zip(expect) {
            assert!(
                (got - want).abs() < 0.05,
                "{rgb:?}: {lab:?}, not {expect:?}"
            );
        }
    }

    #[test]
    fn known_colours_have_their_published_coordinates() {
        check([255.0, 255.0, 255.0], [100.0, 0.0, 0.0]);
        check([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]);
        check([255.0, 0.0, 0.0], [53.24, 80.09, 67.20]);
        check([0.0, 255.0, 0.0], [87.73, -86.18, 83.18]);
        check([0.0, 0.0, 255.0], [32.30, 79.19, -107.86]);
        check([128.0, 128.0, 128.0], [53.59, 0.0, 0.0]);
    }

    #[test]
    fn cube_roots_are_exact_but_for_the_last_places() {
        for i in 1..=20_000 {
            let t = i as f32 / 16_000.0;
            let exact = f64::from(t).cbrt();
            assert!(((f64::from(cube_root(t)) - exact) / exact).abs() < 2.5e-7, "{t}");
        }
    }

    #[test]
    fn greys_have_no_chroma() {
        for code in 0..=255_u8 {
            let code = f32::from(code);
            assert!(chroma(from_srgb([code, code, code])) < 0.02);
        }
    }
}
