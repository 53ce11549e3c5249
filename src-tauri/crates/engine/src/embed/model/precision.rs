//! Whether a model keeps its meaning in bytes: looked at on real pictures before it is used so.

use std::path::Path;

use super::families::Family;
use super::vision::VisionTower;
use super::{Opening, TextImageModel, unit_rows};
use crate::embed::EmbedError;
use crate::embed::encoder::{Encoder as _, Precision};
use crate::embed::preprocess::{PixelTensor, Preprocess};
use crate::embed::weights::Weights;

/// The least cosine of a picture's two vectors that lets bytes be the default.
const LEAST_COSINE: f64 = 0.99;

/// The least share of pictures whose nearest neighbour is the same by both.
const LEAST_AGREEMENT: f64 = 0.9;

/// Two pictures this close to a third, in cosine, are neighbours as good as each other.
const TIE: f64 = 0.005;

/// How far vectors in bytes are from those in f32, on the same pictures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Pictures compared.
    pub pictures: usize,
    /// The least cosine of a picture's two vectors.
    pub least_cosine: f64,
    /// The share of pictures, 0 … 1, whose nearest other picture is the same by both, or as near.
    pub same_neighbour: f64,
}

impl Agreement {
    /// Compares vectors of the same pictures.
    #[must_use]
    pub fn of(exact: &[Vec<f32>], bytes: &[Vec<f32>]) -> Self {
        let cosines = exact.iter().zip(bytes).map(|(a, b)| dot(a, b));
        let agreeing = (0..exact.len()).filter(|i| same_neighbour(exact, bytes, *i));
        Self {
            pictures: exact.len(),
            least_cosine: cosines.fold(1.0, f64::min),
            same_neighbour: agreeing.count() as f64 / exact.len().max(1) as f64,
        }
    }

    /// The precision it speaks for.
    #[must_use]
    pub fn precision(&self) -> Precision {
        let close = self.least_cosine >= LEAST_COSINE && self.same_neighbour >= LEAST_AGREEMENT;
        if close && self.pictures > 0 {
            Precision::Int8
        } else {
            Precision::F32
        }
    }
}

/// Encodes pictures in f32 and in bytes, and compares.
///
/// The exact tower runs a layer at a time, so that the comparison takes no more memory than the
/// model in bytes.
///
/// # Errors
/// [`EmbedError`] for a model that cannot be opened or cannot compute.
pub fn compare_precisions(
    folder: &Path,
    prepare: impl FnOnce(&Preprocess) -> Vec<PixelTensor>,
) -> Result<Agreement, EmbedError> {
    const PASS: usize = 8;
    let family = Family::read(folder)?;
    let pixels = prepare(&family.preprocess);
    super::refuse_other_sizes(&pixels, family.preprocess.side_px())?;
    let exact = exact(folder, &family, &pixels)?;
    let opening = Opening {
        precision: Precision::Int8,
        // Not asked for here: the vectors are compared and let go.
        fingerprint: Some(String::new()),
    };
    let mut model = TextImageModel::open(folder, &opening)?;
    let mut bytes = Vec::with_capacity(pixels.len());
    for pass in pixels.chunks(PASS) {
        bytes.extend(model.encode_images(pass)?);
    }
    Ok(Agreement::of(&exact, &bytes))
}

fn exact(
    folder: &Path,
    family: &Family,
    pixels: &[PixelTensor],
) -> Result<Vec<Vec<f32>>, EmbedError> {
    if pixels.is_empty() {
        return Ok(Vec::new());
    }
    let weights = Weights::open(&folder.join(family.weights))?;
    for (name, shape) in family.plan.wanted() {
        weights.check(&name, &shape)?;
    }
    let vectors = VisionTower::forward_by_layers(&weights, &family.plan, pixels)?;
    Ok(unit_rows(&vectors)?)
}

fn same_neighbour(exact: &[Vec<f32>], bytes: &[Vec<f32>], i: usize) -> bool {
    let (Some(a), Some(b)) = (nearest(exact, i), nearest(bytes, i)) else {
        return true;
    };
    let cosine = |j: usize| match (exact.get(i), exact.get(j)) {
        (Some(x), Some(y)) => dot(x, y),
        _ => -1.0,
    };
    a == b || cosine(a) - cosine(b) < TIE
}

/// The place of the nearest other vector.
fn nearest(vectors: &[Vec<f32>], i: usize) -> Option<usize> {
    let of = vectors.get(i)?;
    let others = vectors.iter().enumerate().filter(|(j, _)| *j != i);
    others
        .map(|(j, other)| (j, dot(of, other)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(j, _)| j)
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| f64::from(*a) * f64::from(*b))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_that_are_far_off_or_change_neighbours_keep_f32() {
        let near = vec![vec![1.0, 0.0], vec![0.8, 0.6], vec![-1.0, 0.0]];
        let same = Agreement::of(&near, &near);
        assert_eq!((same.least_cosine, same.same_neighbour), (1.0, 1.0));
        assert_eq!(same.precision(), Precision::Int8);
        let mut turned = near.clone();
        turned[0] = vec![0.98, 0.199];
        assert_eq!(Agreement::of(&near, &turned).precision(), Precision::F32);
        let swapped = vec![near[2].clone(), near[1].clone(), near[0].clone()];
        assert!(Agreement::of(&near, &swapped).same_neighbour < 1.0);
        assert_eq!(Agreement::of(&[], &[]).precision(), Precision::F32);
    }
}
