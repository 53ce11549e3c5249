//! The `visual` space: compares pictures by structure, layout and colour, without any weights.
//!
//! Resized, recompressed, slightly cropped and slightly brightened copies of a picture are its
//! nearest neighbours; pictures that look alike come next. It knows nothing of meaning.
//! Everything is taken from one raster of 32 × 32, so the size of the input hardly matters.

mod gradients;
mod layout;
pub(crate) mod reduce;

use std::sync::LazyLock;

use self::gradients::ORIENTATIONS;
use self::layout::Cosines;
use self::reduce::Pixel;
use super::color::anchors::{self, Ring};
use super::color::lab::Labs;
use crate::picture::Picture;

/// Dimension of the vectors: structure 128, lightness 64, chroma 32, colours 32.
pub const DIM: usize = CELLS * CELLS * ORIENTATIONS + 64 + 32 + HUE_MEANS.len();
/// Changes whenever the same picture would get another vector.
pub const VERSION: &str = "visual-1";

/// Side of the raster all is taken from. A quarter of a thumbnail still has more pixels.
const SIDE: usize = 32;
/// Cells of the gradient histogram along each side.
const CELLS: usize = 4;
/// Lightness frequencies kept along each side, and chroma frequencies.
const LIGHTNESS_ORDER: usize = 8;
const CHROMA_ORDER: usize = 4;

/// How much of the squared length each part gets; they sum to 1.
///
/// Chosen on 700 photos and their copies and on clothes sorted by kind: structure alone finds
/// both best, layout and colour push unrelated pictures of like structure away.
const STRUCTURE_SHARE: f32 = 0.60;
const LIGHTNESS_SHARE: f32 = 0.15;
const CHROMA_SHARE: f32 = 0.10;
const COLOURS_SHARE: f32 = 0.15;

/// Below these the part says nothing but noise and fades out: summed gradient (grey levels),
/// and the length of the rooted cosine coefficients (square roots of L*, a*, b* units).
const FAINT_GRADIENT: f32 = 300.0;
const FAINT_LIGHTNESS: f32 = 4.0;
const FAINT_CHROMA: f32 = 8.0;

/// Mean of the rooted gradient histogram over 700 everyday photos, for each direction; the same
/// in all cells. Photos are full of upright and level edges: without them taken off, all are alike.
const DIRECTION_MEANS: [f32; ORIENTATIONS] = [
    0.0847, 0.0774, 0.0771, 0.0829, 0.0970, 0.0823, 0.0767, 0.0772,
];

/// Mean of the rooted colour histogram over the same photos, for each anchor.
const HUE_MEANS: [f32; 32] = [
    0.286, 0.330, 0.319, 0.283, 0.184, 0.111, 0.173, 0.180, 0.150, 0.092, 0.084, 0.113, 0.100,
    0.130, 0.195, 0.193, 0.116, 0.087, 0.117, 0.114, 0.085, 0.067, 0.108, 0.142, 0.105, 0.069,
    0.084, 0.098, 0.070, 0.020, 0.046, 0.005,
];

/// Width of the colour kernel, ΔE*ab.
const HUE_SIGMA: f32 = 12.0;

static LIGHTNESS_WAVES: LazyLock<Cosines<LIGHTNESS_ORDER>> = LazyLock::new(|| Cosines::new(SIDE));
static CHROMA_WAVES: LazyLock<Cosines<CHROMA_ORDER>> = LazyLock::new(|| Cosines::new(SIDE));

static HUE_ANCHORS: LazyLock<Labs> = LazyLock::new(|| {
    let ring = |lightness, chroma, hues, offset| Ring {
        lightness,
        chroma,
        hues,
        offset,
    };
    anchors::lay_out(
        &[5.0, 28.0, 50.0, 72.0, 95.0],
        &[
            ring(30.0, 30.0, 8, 0.0),
            ring(55.0, 30.0, 8, 0.5),
            ring(80.0, 30.0, 8, 0.0),
            ring(55.0, 65.0, 3, 0.0),
        ],
    )
});

/// Describes how a picture looks: [`DIM`] values, unit norm.
///
/// Compare by cosine. Over 700 photos, copies (a quarter of the size, JPEG 60, 6 % cut off, 10 %
/// brighter or darker) lie above 0.84, half of them above 0.95; two unrelated photos around 0.08,
/// and the most alike of 700 around 0.48, never above 0.75.
///
/// # Source
/// Histogram of oriented gradients (Dalal & Triggs 2005) on a coarse grid (GIST, Oliva & Torralba
/// 2001), square-rooted (Arandjelović & Zisserman, "Three things everyone should know to improve
/// object retrieval", CVPR 2012); MPEG-7 Colour Layout (Kasutani & Yamada 2001) in CIELAB (CIE
/// 15:2004); soft colour histogram (van Gemert et al. 2010).
#[must_use]
pub fn describe(picture: &Picture) -> Vec<f32> {
    let raster = reduce::squash(picture, SIDE, SIDE);
    let colours = Labs::of(&raster);
    let mut vector = Vec::with_capacity(DIM);
    vector.extend(structure(&raster));
    vector.extend(lightness(&colours));
    vector.extend(chroma(&colours));
    vector.extend(hues(&colours));
    scale_to(&mut vector, 1.0);
    vector
}

/// Edges by direction and place, free of brightness and contrast.
fn structure(raster: &[Pixel]) -> Vec<f32> {
    let grey: Vec<f32> = raster.iter().copied().map(luma).collect();
    let mut sums = gradients::histogram(&grey, SIDE, CELLS);
    let total: f32 = sums.iter().sum();
    if total <= 0.0 {
        return sums;
    }
    for (sum, mean) in sums.iter_mut().zip(DIRECTION_MEANS.iter().cycle()) {
        *sum = (*sum / total).sqrt() - mean;
    }
    scale_to(
        &mut sums,
        STRUCTURE_SHARE.sqrt() * total / (total + FAINT_GRADIENT),
    );
    sums
}

/// The weighted sum that stands for brightness in video.
///
/// # Source
/// ITU-R BT.601, the luma coefficients.
fn luma([red, green, blue]: Pixel) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// Where it is light and dark; the mean, which brightening changes, is left out.
fn lightness(colours: &Labs) -> Vec<f32> {
    let [channel, _, _] = colours.channels();
    let mut waves = LIGHTNESS_WAVES.low_frequencies(channel);
    if let Some(mean) = waves.first_mut() {
        *mean = 0.0;
    }
    root_and_fade(&mut waves, LIGHTNESS_SHARE, FAINT_LIGHTNESS);
    waves
}

/// Where it is red, green, yellow and blue, the mean colour included.
fn chroma(colours: &Labs) -> Vec<f32> {
    let [_, a, b] = colours.channels();
    let mut waves = CHROMA_WAVES.low_frequencies(a);
    waves.extend(CHROMA_WAVES.low_frequencies(b));
    root_and_fade(&mut waves, CHROMA_SHARE, FAINT_CHROMA);
    waves
}

/// Which colours there are, wherever they lie.
fn hues(colours: &Labs) -> Vec<f32> {
    let weight = 1.0 / colours.len() as f32;
    let weighted = colours.iter().map(|colour| (colour, weight));
    let mut roots = anchors::root_shares(&HUE_ANCHORS, HUE_SIGMA, weighted);
    roots
        .iter_mut()
        .zip(HUE_MEANS)
        .for_each(|(root, mean)| *root -= mean);
    scale_to(&mut roots, COLOURS_SHARE.sqrt());
    roots
}

/// Takes signed square roots, so that one strong wave does not drown the rest.
fn root_and_fade(waves: &mut [f32], share: f32, faint: f32) {
    waves
        .iter_mut()
        .for_each(|wave| *wave = wave.signum() * wave.abs().sqrt());
    let norm = length(waves);
    scale_to(waves, share.sqrt() * norm / norm.hypot(faint));
}

fn length(values: &[f32]) -> f32 {
    values.iter().map(|v| v * v).sum::<f32>().sqrt()
}

/// Scales to the asked length; what has none stays.
fn scale_to(values: &mut [f32], wanted: f32) {
    let factor = wanted / length(values);
    if factor.is_finite() {
        values.iter_mut().for_each(|v| *v *= factor);
    }
}

#[cfg(test)]
mod near_copies;
#[cfg(test)]
mod tests;
