//! The Hugging Face CLIP layout: `config.json`, `preprocessor_config.json`, `tokenizer.json` and
//! `model.safetensors`, on the CPU in f32.
//!
//! Serves the `semantic` space. Everything the towers are comes from the config files; what they
//! ask for and is not done here is refused by name. Not here: OpenCLIP's own layout and SigLIP.

mod config;
mod tensors;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text;
mod transformer;
mod vision;

use std::path::Path;

use self::config::ClipConfig;
use self::tensors::{LOGIT_SCALE, wanted};
use self::text::TextTower;
use self::transformer::unit_rows;
use self::vision::VisionTower;
use super::encoder::section::Section;
use super::encoder::{EncodeError, Encoder, ModelError, ModelInfo};
use super::preprocess::{PixelTensor, Preprocess};
use super::tokenizer::TextTokenizer;
use super::weights::{Weights, fingerprint};

/// The files that decide a model's vectors, in the order of its fingerprint.
pub const MODEL_FILES: [&str; 4] = [
    "config.json",
    "preprocessor_config.json",
    "tokenizer.json",
    "model.safetensors",
];

/// The cosine of a text and a picture at which they count as a match as likely as not.
///
/// CLIP is trained without a bias, so the file cannot say it. Captions and their pictures lie
/// around 0.3 and unrelated pairs below 0.2; the data sets filtered by ViT-B/32 keep pairs above
/// 0.28 and 0.3. A query is shorter than a caption and scores lower, hence 0.25.
///
/// # Source
/// Schuhmann et al., "LAION-5B", arXiv:2210.08402, section 3 (0.28); "LAION-400M",
/// arXiv:2111.02114 (0.3).
const MATCH_COSINE: f32 = 0.25;

/// A CLIP model: the image tower in memory, the text tower from the first text on.
#[derive(Debug)]
pub struct ClipModel {
    info: ModelInfo,
    config: ClipConfig,
    preprocess: Preprocess,
    tokenizer: TextTokenizer,
    weights: Weights,
    vision: VisionTower,
    text: Option<TextTower>,
}

/// A folder whose headers have been read and fit together.
struct Headers {
    config: ClipConfig,
    preprocess: Preprocess,
    tokenizer: TextTokenizer,
    weights: Weights,
}

impl ClipModel {
    /// Opens a model folder and loads the image tower.
    ///
    /// # Errors
    /// Any [`ModelError`]: the variants name the file, the key or the tensor.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let mut headers = Headers::read(folder)?;
        let info = headers.info(folder)?;
        let Headers {
            config,
            preprocess,
            tokenizer,
            mut weights,
        } = headers;
        let vision = VisionTower::load(&mut weights, &config)?;
        Ok(Self {
            info,
            config,
            preprocess,
            tokenizer,
            weights,
            vision,
            text: None,
        })
    }

    /// Checks a model folder and says what is in it, without loading the towers.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn inspect(folder: &Path) -> Result<ModelInfo, ModelError> {
        Headers::read(folder)?.info(folder)
    }

    /// What the model is.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn text_tower(&mut self) -> Result<&TextTower, EncodeError> {
        let tower = match self.text.take() {
            Some(tower) => tower,
            None => TextTower::load(&mut self.weights, &self.config)
                .map_err(|source| EncodeError::TextTower { source })?,
        };
        Ok(self.text.insert(tower))
    }
}

impl Headers {
    fn read(folder: &Path) -> Result<Self, ModelError> {
        let [config, preprocessor, tokenizer, weights] = MODEL_FILES.map(|name| folder.join(name));
        refuse_open_clip(folder, &config)?;
        let config = ClipConfig::read(&Section::read(&config)?)?;
        let tower_px = config.vision.image_px as u32;
        let preprocess = Preprocess::from_clip_config(&Section::read(&preprocessor)?, tower_px)?;
        let weights = Weights::open(&weights)?;
        for (name, shape) in wanted(&config) {
            weights.check(&name, &shape)?;
        }
        let (context, vocabulary) = (config.text.context, config.text.vocabulary);
        let tokenizer = TextTokenizer::open(&tokenizer, context, vocabulary)?;
        Ok(Self {
            config,
            preprocess,
            tokenizer,
            weights,
        })
    }

    fn info(&mut self, folder: &Path) -> Result<ModelInfo, ModelError> {
        let config = &self.config;
        Ok(ModelInfo {
            family: "clip",
            dim: config.dim,
            image_px: config.vision.image_px as u32,
            patch_px: config.vision.patch_px as u32,
            context: config.text.context,
            activation: config.activation(),
            logit_scale: self.weights.load_scalar(LOGIT_SCALE)?.exp(),
            match_cosine: MATCH_COSINE,
            fingerprint: fingerprint(folder, &MODEL_FILES)?,
        })
    }
}

/// A folder with OpenCLIP's layout alone is named as what it is, not as one with a file missing.
fn refuse_open_clip(folder: &Path, config: &Path) -> Result<(), ModelError> {
    const OPEN_CLIP: &str = "open_clip_config.json";
    if config.exists() || !folder.join(OPEN_CLIP).exists() {
        return Ok(());
    }
    Err(ModelError::Unsupported {
        key: "the model's layout".to_owned(),
        value: format!("OpenCLIP's ({OPEN_CLIP})"),
        supported: "Hugging Face's CLIP layout (config.json)".to_owned(),
    })
}

impl Encoder for ClipModel {
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
        let expected = self.info.image_px;
        if let Some(wrong) = pixels.iter().find(|p| p.side_px() != expected) {
            return Err(EncodeError::WrongSize {
                expected,
                actual: wrong.side_px(),
            });
        }
        if pixels.is_empty() {
            return Ok(Vec::new());
        }
        unit_rows(&self.vision.forward(pixels)?)?.map_err(|index| EncodeError::NotFinite { index })
    }

    fn encode_texts(&mut self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = texts
            .iter()
            .map(|t| self.tokenizer.ids(t))
            .collect::<Result<_, _>>()?;
        let vectors = self.text_tower()?.forward(&ids)?;
        unit_rows(&vectors)?.map_err(|index| EncodeError::NotFinite { index })
    }
}

#[cfg(test)]
mod tests;
