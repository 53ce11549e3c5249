//! The door to a text-image model: pixels or words in, unit vectors out.
//!
//! Not a model: each family (`clip`, …) implements [`Encoder`] in a module of its own. One
//! thread owns an encoder; decode threads hold its [`Preprocess`] and hand over tensors.

mod error;
pub(crate) mod section;

pub use error::{EncodeError, ModelError};

use super::preprocess::{PixelTensor, Preprocess};

/// A text-image model that is loaded and ready.
pub trait Encoder: Send {
    /// The number of dimensions of every vector it answers.
    fn dim(&self) -> usize;

    /// The BLAKE3 of the model's files, in hex: equal only for models that answer equal vectors.
    fn fingerprint(&self) -> &str;

    /// The side of the square the image tower looks at, in pixels.
    fn image_px(&self) -> u32;

    /// The preparation of pictures for [`Self::encode_images`]; cheap to clone, for any thread.
    fn preprocess(&self) -> Preprocess;

    /// Encodes pictures; one vector a picture, of [`Self::dim`] dimensions and unit norm.
    ///
    /// # Errors
    /// [`EncodeError::WrongSize`], [`EncodeError::Tensor`], [`EncodeError::NotFinite`].
    fn encode_images(&mut self, pixels: &[PixelTensor]) -> Result<Vec<Vec<f32>>, EncodeError>;

    /// Encodes texts; one vector a text, of [`Self::dim`] dimensions and unit norm.
    ///
    /// The first call loads the text tower.
    ///
    /// # Errors
    /// [`EncodeError::TextTower`], [`EncodeError::Tokenize`], [`EncodeError::Tensor`],
    /// [`EncodeError::NotFinite`].
    fn encode_texts(&mut self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError>;
}

/// What a model is, as its files say.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    /// The family, such as `clip`.
    pub family: &'static str,
    /// Dimensions of a vector.
    pub dim: usize,
    /// Side of the square the image tower looks at, in pixels.
    pub image_px: u32,
    /// Side of a patch of the image tower, in pixels.
    pub patch_px: u32,
    /// The most tokens of a text, start and end included.
    pub context: usize,
    /// The activation of the towers, by the config's word.
    pub activation: String,
    /// The factor from cosine to logit: `exp` of the stored parameter, 100 for OpenAI's CLIP.
    pub logit_scale: f32,
    /// The cosine of a text and a picture that match as likely as not.
    ///
    /// Where the logit is zero for a model that is trained with a bias, as SigLIP is.
    pub match_cosine: f32,
    /// What its products are computed in.
    pub precision: Precision,
    /// BLAKE3 of the model's files, in hex.
    pub fingerprint: String,
}

/// What the products of a model are computed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32-bit floating point: the reference.
    #[default]
    F32,
    /// Bytes: weights quantised for each output, inputs for each row. A quarter of the memory,
    /// and three times as fast where the processor multiplies bytes.
    Int8,
}

impl Precision {
    /// As it is written in settings and shown: `f32`, `int8`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Int8 => "int8",
        }
    }

    /// The version of the vectors that a model's files give in this precision.
    #[must_use]
    pub fn version_of(self, fingerprint: &str) -> String {
        match self {
            Self::F32 => fingerprint.to_owned(),
            Self::Int8 => format!("{fingerprint}-int8"),
        }
    }

    /// Reads what [`Self::name`] writes.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::F32, Self::Int8]
            .into_iter()
            .find(|precision| precision.name() == name)
    }
}

impl ModelInfo {
    /// What tells its vectors from those of any other model: files and precision.
    #[must_use]
    pub fn version(&self) -> String {
        self.precision.version_of(&self.fingerprint)
    }

    /// Turns the cosine of a text and a picture into a similarity of 0 … 1.
    ///
    /// The logistic function of the model's own logit: rises with the cosine, and is one half at
    /// [`Self::match_cosine`].
    #[must_use]
    pub fn text_similarity(&self, cosine: f32) -> f32 {
        let logit = self.logit_scale * (cosine - self.match_cosine);
        1.0 / (1.0 + (-logit).exp())
    }
}

/// Divides a vector by its norm.
///
/// Answers `None` where the norm is zero, infinite or not a number.
pub(crate) fn unit(mut vector: Vec<f32>) -> Option<Vec<f32>> {
    let norm = vector
        .iter()
        .map(|v| f64::from(*v).powi(2))
        .sum::<f64>()
        .sqrt();
    if !norm.is_finite() || norm <= 0.0 {
        return None;
    }
    for v in &mut vector {
        *v = (f64::from(*v) / norm) as f32;
    }
    Some(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_without_a_direction_is_refused() {
        assert_eq!(unit(vec![3.0, 4.0]), Some(vec![0.6, 0.8]));
        assert_eq!(unit(vec![0.0, 0.0]), None);
        assert_eq!(unit(vec![f32::NAN, 1.0]), None);
        assert_eq!(unit(vec![f32::INFINITY, 1.0]), None);
    }
}
