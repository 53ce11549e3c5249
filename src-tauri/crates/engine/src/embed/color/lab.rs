//! sRGB to CIELAB, the colour space in which distances follow what eyes see.

use std::sync::LazyLock;

use latent_kernels::{Channels, Level};

/// A colour in CIELAB: `[L*, a*, b*]`, L* 0 … 100, a* and b* about −128 … 128.
pub(crate) type Lab = [f32; 3];

/// Linear light 0 … 1 of each sRGB code, and how far it is to that of the next; 255 has a next one,
/// so that it can be interpolated.
static LINEAR: LazyLock<[[f32; 2]; 256]> = LazyLock::new(|| {
    let light = |code: usize| decode(code as f64 / 255.0) as f32;
    std::array::from_fn(|code| [light(code), light(code + 1) - light(code)])
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

fn linear(table: &[[f32; 2]; 256], code: f32) -> f32 {
    let code = code.clamp(0.0, 255.0);
    let low = code as u8;
    let part = code - f32::from(low);
    let [from, step] = table.get(usize::from(low)).copied().unwrap_or_default();
    from + part * step
}

/// Colours in CIELAB, a stretch of memory for each channel: compared as many at once as a vector
/// instruction takes.
pub(crate) struct Labs([Vec<f32>; 3]);

impl Labs {
    /// Converts sRGB pixels, channels 0 … 255, fractions allowed.
    pub(crate) fn of(pixels: &[[f32; 3]]) -> Self {
        let table = &*LINEAR;
        let light: [Vec<f32>; 3] = [
            pixels.iter().map(|[r, _, _]| linear(table, *r)).collect(),
            pixels.iter().map(|[_, g, _]| linear(table, *g)).collect(),
            pixels.iter().map(|[_, _, b]| linear(table, *b)).collect(),
        ];
        let mut labs = [(); 3].map(|()| vec![0.0; pixels.len()]);
        let light = light.each_ref().map(Vec::as_slice);
        let out = labs.each_mut().map(Vec::as_mut_slice);
        latent_kernels::lab(Level::detect(), light, out);
        Self(labs)
    }

    /// Takes colours as they are.
    pub(crate) fn from_labs(labs: &[Lab]) -> Self {
        let channel = |number: usize| -> Vec<f32> {
            labs.iter()
                .filter_map(|lab| lab.get(number))
                .copied()
                .collect()
        };
        Self([channel(0), channel(1), channel(2)])
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        let [lightness, ..] = &self.0;
        lightness.len()
    }

    /// One of them.
    pub(crate) fn get(&self, place: usize) -> Option<Lab> {
        let [lightness, a, b] = &self.0;
        Some([*lightness.get(place)?, *a.get(place)?, *b.get(place)?])
    }

    /// All of L*, a* and b*.
    pub(crate) fn channels(&self) -> Channels<'_> {
        self.0.each_ref().map(Vec::as_slice)
    }

    /// One after the other.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Lab> {
        let [lightness, a, b] = &self.0;
        let all = lightness.iter().zip(a.iter().zip(b));
        all.map(|(&lightness, (&a, &b))| [lightness, a, b])
    }
}

/// The colourfulness C*ab: the distance from the grey axis.
///
/// # Source
/// CIE 15:2004, C*ab = √(a*² + b*²).
pub(crate) fn chroma([_, a, b]: Lab) -> f32 {
    (a * a + b * b).sqrt()
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

    fn from_srgb(rgb: [f32; 3]) -> Lab {
        Labs::of(&[rgb]).iter().next().unwrap()
    }

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
    fn greys_have_no_chroma() {
        for code in 0..=255_u8 {
            let code = f32::from(code);
            assert!(chroma(from_srgb([code, code, code])) < 0.02);
        }
    }
}
