//! Text-image models: transformers' CLIP, OpenCLIP, SigLIP and SigLIP 2, on the CPU.
//!
//! Serves the `semantic` space. Everything the towers are comes from the config files: a family
//! reads them into a `Plan`, and one pair of towers runs every plan. What they ask for and is not
//! done here is refused by name.

mod families;
mod head;
mod layers;
mod names;
mod plan;
mod precision;
mod product;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text;
mod vision;

use std::path::{Path, PathBuf};

use candle_core::Tensor;
use rayon::prelude::*;

pub use self::precision::{Agreement, compare_precisions};

use self::families::{Family, TOKENIZER};
use self::names::{LOGIT_BIAS, LOGIT_SCALE};
use self::plan::Plan;
use self::text::TextTower;
use self::vision::VisionTower;
use super::encoder::{EncodeError, Encoder, ModelError, ModelInfo, Precision, unit};
use super::preprocess::{PixelTensor, Preprocess};
use super::tokenizer::{TextStyle, TextTokenizer};
use super::weights::{Weights, fingerprint};

/// The cosine of a text and a picture at which they count as a match as likely as not, for a model
/// that is trained without a bias, as CLIP is, so that its files cannot say it.
///
/// Captions and their pictures lie around 0.3 and unrelated pairs below 0.2; the data sets filtered
/// by ViT-B/32 keep pairs above 0.28 and 0.3. A query is shorter than a caption and scores lower,
/// hence 0.25.
///
/// # Source
/// Schuhmann et al., "LAION-5B", arXiv:2210.08402, section 3 (0.28); "LAION-400M",
/// arXiv:2111.02114 (0.3).
const MATCH_COSINE: f32 = 0.25;

/// A text-image model: the image tower in memory, the text tower from the first text on.
#[derive(Debug)]
pub struct TextImageModel {
    info: ModelInfo,
    plan: Plan,
    preprocess: Preprocess,
    words: Words,
    weights: Weights,
    vision: VisionTower,
    text: Option<(TextTokenizer, TextTower)>,
}

/// How a model is opened.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// What its products are computed in.
    pub precision: Precision,
    /// Its fingerprint where it is known, which saves reading all of its files.
    pub fingerprint: Option<String>,
}

/// What it takes to load the tokenizer.
#[derive(Clone, Debug)]
struct Words {
    path: PathBuf,
    style: TextStyle,
    context: usize,
    vocabulary: usize,
}

/// A folder whose headers have been read and fit together.
struct Headers {
    family: Family,
    words: Words,
    weights: Weights,
}

impl TextImageModel {
    /// Opens a model folder and loads the image tower.
    ///
    /// # Errors
    /// Any [`ModelError`]: the variants name the file, the key or the tensor. What only the text
    /// tower needs is looked at by the first text, and by [`Self::check`].
    pub fn open(folder: &Path, opening: &Opening) -> Result<Self, ModelError> {
        let headers = Headers::read(folder)?;
        let info = headers.info(folder, opening)?;
        let Headers {
            family,
            words,
            weights,
        } = headers;
        let vision = VisionTower::load(&weights, &family.plan, opening.precision)?;
        Ok(Self {
            info,
            plan: family.plan,
            preprocess: family.preprocess,
            words,
            weights,
            vision,
            text: None,
        })
    }

    /// Reads a model folder's headers and says what is in it, without loading the towers.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn inspect(folder: &Path, opening: &Opening) -> Result<ModelInfo, ModelError> {
        Headers::read(folder)?.info(folder, opening)
    }

    /// Checks all of a model folder: headers, tokenizer, and that every number is one.
    ///
    /// # Errors
    /// As [`Self::open`], and [`ModelError::Tokenizer`], [`ModelError::NotFinite`].
    pub fn check(folder: &Path) -> Result<(), ModelError> {
        let headers = Headers::read(folder)?;
        headers.words.load()?;
        let wanted = headers.family.plan.wanted();
        wanted
            .par_iter()
            .try_for_each(|(name, shape)| headers.weights.check_finite(name, shape))
    }

    /// What the model is.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The token ids of a text, as the text tower takes them.
    ///
    /// # Errors
    /// [`EncodeError::TextTower`], [`EncodeError::Tokenize`].
    pub fn token_ids(&mut self, text: &str) -> Result<Vec<u32>, EncodeError> {
        self.text_tower()?.0.ids(text)
    }

    fn text_tower(&mut self) -> Result<&(TextTokenizer, TextTower), EncodeError> {
        let loaded = match self.text.take() {
            Some(loaded) => loaded,
            None => self
                .load_text()
                .map_err(|source| EncodeError::TextTower { source })?,
        };
        Ok(self.text.insert(loaded))
    }

    fn load_text(&self) -> Result<(TextTokenizer, TextTower), ModelError> {
        let tower = TextTower::load(&self.weights, &self.plan, self.info.precision)?;
        Ok((self.words.load()?, tower))
    }
}

impl Words {
    fn load(&self) -> Result<TextTokenizer, ModelError> {
        TextTokenizer::open(&self.path, &self.style, self.context, self.vocabulary)
    }
}

impl Headers {
    fn read(folder: &Path) -> Result<Self, ModelError> {
        let family = Family::read(folder)?;
        let words = Words {
            path: folder.join(TOKENIZER),
            style: family.style.clone(),
            context: family.plan.text.context,
            vocabulary: family.plan.text.vocabulary,
        };
        if !words.path.exists() {
            return Err(ModelError::MissingFile { path: words.path });
        }
        let weights = Weights::open(&folder.join(family.weights))?;
        for (name, shape) in family.plan.wanted() {
            weights.check(&name, &shape)?;
        }
        Ok(Self {
            family,
            words,
            weights,
        })
    }

    fn info(&self, folder: &Path, opening: &Opening) -> Result<ModelInfo, ModelError> {
        let plan = &self.family.plan;
        let logit_scale = self.weights.load_scalar(LOGIT_SCALE)?.exp();
        let match_cosine = if plan.has_logit_bias() {
            -self.weights.load_scalar(LOGIT_BIAS)? / logit_scale
        } else {
            MATCH_COSINE
        };
        let fingerprint = match &opening.fingerprint {
            Some(known) => known.clone(),
            None => fingerprint(folder, self.family.files)?,
        };
        Ok(ModelInfo {
            family: plan.family,
            dim: plan.dim,
            image_px: plan.vision.image_px as u32,
            patch_px: plan.vision.patch_px as u32,
            context: plan.text.context,
            activation: plan.activation(),
            logit_scale,
            match_cosine,
            precision: opening.precision,
            fingerprint,
        })
    }
}

/// The files that decide the vectors of the model in a folder.
///
/// # Errors
/// As [`TextImageModel::open`] for its config files.
pub fn files_of(folder: &Path) -> Result<&'static [&'static str], ModelError> {
    Ok(Family::read(folder)?.files)
}

impl Encoder for TextImageModel {
    fn dim(&self) -> usize {
        self.info.dim
    }

    fn fingerprint(&self) -> &str {
        &self.info.fingerprint
    }

    fn image_px(&self) -> u32 {
        self.info.image_px
    }

    fn preprocess(&self) -> Preprocess {
        self.preprocess.clone()
    }

    fn encode_images(&mut self, pixels: &[PixelTensor]) -> Result<Vec<Vec<f32>>, EncodeError> {
        refuse_other_sizes(pixels, self.info.image_px)?;
        if pixels.is_empty() {
            return Ok(Vec::new());
        }
        unit_rows(&self.vision.forward(pixels)?)
    }

    fn encode_texts(&mut self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        self.text_tower()?;
        let Some((tokenizer, tower)) = &self.text else {
            return Ok(Vec::new());
        };
        let ids: Vec<_> = texts
            .iter()
            .map(|text| tokenizer.ids(text))
            .collect::<Result<_, _>>()?;
        unit_rows(&tower.forward(&self.weights, &ids)?)
    }
}

fn refuse_other_sizes(pixels: &[PixelTensor], expected: u32) -> Result<(), EncodeError> {
    match pixels.iter().find(|p| p.side_px() != expected) {
        None => Ok(()),
        Some(wrong) => Err(EncodeError::WrongSize {
            expected,
            actual: wrong.side_px(),
        }),
    }
}

/// Rows of `[batch, dim]` as unit vectors.
fn unit_rows(x: &Tensor) -> Result<Vec<Vec<f32>>, EncodeError> {
    let rows = x.to_vec2::<f32>()?.into_iter().enumerate();
    rows.map(|(index, row)| unit(row).ok_or(EncodeError::NotFinite { index }))
        .collect()
}

#[cfg(test)]
mod tests;
