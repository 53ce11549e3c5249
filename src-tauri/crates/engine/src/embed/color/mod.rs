//! The `color` space: compares pictures by their dominant colours, wherever these lie.
//!
//! Not a layout: two pictures of the same colours in another order are the same here.

pub(crate) mod anchors;
pub(crate) mod lab;

use std::sync::LazyLock;

use self::anchors::Ring;
use self::lab::Labs;
use super::palette::palette;
use super::small::Small;

/// Dimension of the vectors.
pub const DIM: usize = 128;
/// Changes whenever the same picture would get another vector.
pub const VERSION: &str = "color-1";

/// Width of the kernel, ΔE*ab: half the distance of neighbouring anchors, so that a colour
/// between two anchors belongs to both and no shade makes a jump.
const SIGMA: f32 = 10.0;

/// L* of the eight greys.
const GREYS: [f32; 8] = [4.0, 17.0, 30.0, 43.0, 56.0, 69.0, 82.0, 96.0];

/// The 120 coloured anchors: pale, clear and strong, each in dark, middle and light.
const RINGS: [Ring; 11] = [
    Ring {
        lightness: 20.0,
        chroma: 20.0,
        hues: 8,
        offset: 0.0,
    },
    Ring {
        lightness: 40.0,
        chroma: 20.0,
        hues: 8,
        offset: 0.5,
    },
    Ring {
        lightness: 60.0,
        chroma: 20.0,
        hues: 8,
        offset: 0.0,
    },
    Ring {
        lightness: 82.0,
        chroma: 20.0,
        hues: 8,
        offset: 0.5,
    },
    Ring {
        lightness: 25.0,
        chroma: 42.0,
        hues: 12,
        offset: 0.0,
    },
    Ring {
        lightness: 45.0,
        chroma: 42.0,
        hues: 12,
        offset: 0.5,
    },
    Ring {
        lightness: 65.0,
        chroma: 42.0,
        hues: 12,
        offset: 0.0,
    },
    Ring {
        lightness: 85.0,
        chroma: 42.0,
        hues: 12,
        offset: 0.5,
    },
    Ring {
        lightness: 35.0,
        chroma: 72.0,
        hues: 12,
        offset: 0.5,
    },
    Ring {
        lightness: 55.0,
        chroma: 72.0,
        hues: 14,
        offset: 0.0,
    },
    Ring {
        lightness: 78.0,
        chroma: 72.0,
        hues: 14,
        offset: 0.5,
    },
];

static ANCHORS: LazyLock<Labs> = LazyLock::new(|| anchors::lay_out(&GREYS, &RINGS));

/// Describes the dominant colours of a picture: [`DIM`] values, none negative, unit norm.
///
/// The cosine of two answers is the overlap of the two palettes, 0 (no colour in common) to 1.
///
/// # Source
/// Dominant colours with shares: MPEG-7 Dominant Color Descriptor, ISO/IEC 15938-3:2002; compared
/// through fixed anchors by the Bhattacharyya coefficient (1943) instead of its pairwise distance,
/// which is no cosine.
#[must_use]
pub fn describe(picture: &Small) -> Vec<f32> {
    let swatches = palette(picture);
    let colours = swatches.iter().map(|swatch| (swatch.lab, swatch.weight));
    let mut roots = anchors::root_shares(&ANCHORS, SIGMA, colours);
    let norm = roots.iter().map(|r| r * r).sum::<f32>().sqrt();
    roots.iter_mut().for_each(|root| *root /= norm);
    roots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Picture;

    const RED: [u8; 3] = [210, 30, 40];
    const BLUE: [u8; 3] = [30, 60, 200];
    const GREEN: [u8; 3] = [40, 140, 60];

    fn paint(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Small {
        let colour = &colour;
        let rgb = (0..height)
            .flat_map(|y| (0..width).flat_map(move |x| colour(x, y)))
            .collect();
        Small::of(&Picture::new(width, height, rgb).unwrap())
    }

    fn cosine(left: &Small, right: &Small) -> f32 {
        describe(left)
            .iter()
            .zip(describe(right))
            .map(|(l, r)| l * r)
            .sum()
    }

    #[test]
    fn a_vector_has_unit_norm_and_the_stated_dimension() {
        for colour in [RED, BLUE, [0, 0, 0], [255, 255, 255], [0, 255, 255]] {
            let vector = describe(&paint(20, 30, |_, _| colour));
            assert_eq!(vector.len(), DIM);
            let norm: f32 = vector.iter().map(|v| v * v).sum();
            assert!((norm - 1.0).abs() < 1e-5, "{norm}");
            assert!(vector.iter().all(|&v| v >= 0.0));
        }
        assert_eq!(DIM % 16, 0);
    }

    #[test]
    fn the_same_colours_in_another_layout_are_near() {
        let halves = paint(60, 40, |x, _| if x < 30 { RED } else { BLUE });
        let bands = paint(40, 60, |_, y| if (y / 10) % 2 == 0 { BLUE } else { RED });
        assert!(cosine(&halves, &bands) > 0.95);
    }

    #[test]
    fn red_and_blue_are_far_and_shades_are_between() {
        let red = paint(40, 40, |_, _| RED);
        let blue = paint(40, 40, |_, _| BLUE);
        let darker = paint(40, 40, |_, _| [190, 25, 35]);
        assert!(cosine(&red, &blue) < 0.05);
        assert!(cosine(&red, &darker) > 0.7);
    }

    #[test]
    fn a_larger_share_in_common_is_nearer() {
        let share = |red: u32| paint(100, 40, move |x, _| if x < red { RED } else { GREEN });
        let (query, near, far) = (share(80), share(60), share(20));
        assert!(cosine(&query, &near) > cosine(&query, &far));
    }
}
