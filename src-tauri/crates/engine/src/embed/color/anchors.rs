//! Fixed colours that coloured things are compared through.

use latent_kernels::{Level, share};

use super::lab::{Lab, Labs};

/// One ring of colours of equal lightness and chroma, evenly spread over the hues.
pub(crate) struct Ring {
    /// L*, 0 … 100.
    pub lightness: f32,
    /// C*ab, above 0.
    pub chroma: f32,
    /// How many colours lie on the ring.
    pub hues: u8,
    /// Where the first lies, in steps between two of its colours.
    pub offset: f32,
}

/// Lays out anchors: first the greys of the given lightness, then the rings.
pub(crate) fn lay_out(greys: &[f32], rings: &[Ring]) -> Labs {
    let ring_colours = rings.iter().flat_map(|ring| {
        (0..ring.hues).map(|i| {
            let turn = (f32::from(i) + ring.offset) / f32::from(ring.hues);
            let (sin, cos) = (turn * std::f32::consts::TAU).sin_cos();
            [ring.lightness, ring.chroma * cos, ring.chroma * sin]
        })
    });
    let greys = greys.iter().map(|&lightness| [lightness, 0.0, 0.0]);
    let all: Vec<Lab> = greys.chain(ring_colours).collect();
    Labs::from_labs(&all)
}

/// Shares weighted colours among the anchors and takes square roots.
///
/// `sigma` is the width of the Gaussian kernel in ΔE*ab. Each colour gives its whole weight, so
/// the squares of the answer sum to the sum of the weights. The dot product of two answers made
/// from weights that sum to 1 is the Bhattacharyya coefficient of the two distributions.
///
/// # Source
/// Soft assignment: van Gemert et al., "Visual Word Ambiguity", IEEE TPAMI 32(7), 2010 (codeword
/// uncertainty). Square root: Bhattacharyya, Bull. Calcutta Math. Soc. 35, 1943.
pub(crate) fn root_shares(
    anchors: &Labs,
    sigma: f32,
    colours: impl Iterator<Item = (Lab, f32)>,
) -> Vec<f32> {
    let colours: Vec<(Lab, f32)> = colours.collect();
    let mut sums = vec![0.0_f32; anchors.len()];
    let level = Level::detect();
    share(level, anchors.channels(), sigma, &colours, &mut sums);
    sums.iter_mut().for_each(|sum| *sum = sum.sqrt());
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_gives_its_whole_weight() {
        let anchors = lay_out(&[0.0, 50.0, 100.0], &[]);
        let colours = [([51.0, 120.0, -120.0], 0.25), ([0.0, 0.0, 0.0], 0.5)];
        let roots = root_shares(&anchors, 5.0, colours.into_iter());
        let total: f32 = roots.iter().map(|r| r * r).sum();
        assert!((total - 0.75).abs() < 1e-5);
        assert!((roots[1] - 0.5).abs() < 1e-3);
    }

    #[test]
    fn a_ring_has_the_asked_chroma() {
        let ring = Ring {
            lightness: 40.0,
            chroma: 30.0,
            hues: 6,
            offset: 0.5,
        };
        let anchors = lay_out(&[], &[ring]);
        assert_eq!(anchors.len(), 6);
        assert!(
            anchors
                .iter()
                .all(|a| (super::super::lab::chroma(a) - 30.0).abs() < 1e-3)
        );
    }
}
