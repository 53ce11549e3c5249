//! Which family a folder's files belong to, and what they say.

mod hugging_face_clip;
mod open_clip;
mod siglip;
mod tower;

use std::path::Path;

use super::plan::Plan;
use crate::embed::encoder::ModelError;
use crate::embed::encoder::section::Section;
use crate::embed::preprocess::Preprocess;
use crate::embed::tokenizer::TextStyle;

/// A folder's config files, read.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    pub plan: Plan,
    pub preprocess: Preprocess,
    pub style: TextStyle,
    /// The files that decide the model's vectors, in the order of its fingerprint.
    pub files: &'static [&'static str],
    /// The file of the weights.
    pub weights: &'static str,
}

const CONFIG: &str = "config.json";
const PREPROCESSOR: &str = "preprocessor_config.json";
const TOKENIZER_CONFIG: &str = "tokenizer_config.json";
const WEIGHTS: &str = "model.safetensors";
const OPEN_CLIP_CONFIG: &str = "open_clip_config.json";
const OPEN_CLIP_WEIGHTS: &str = "open_clip_model.safetensors";
/// The tokenizer of every family.
pub(crate) const TOKENIZER: &str = "tokenizer.json";

/// The files of a model of transformers' CLIP layout, in the order of its fingerprint.
pub(crate) const CLIP_FILES: &[&str] = &[CONFIG, PREPROCESSOR, TOKENIZER, WEIGHTS];
const OPEN_CLIP_FILES: &[&str] = &[OPEN_CLIP_CONFIG, TOKENIZER, OPEN_CLIP_WEIGHTS];
const SIGLIP_FILES: &[&str] = &[CONFIG, PREPROCESSOR, TOKENIZER_CONFIG, TOKENIZER, WEIGHTS];

impl Family {
    /// Reads a folder's config files.
    ///
    /// A folder with both layouts is read as transformers' where its weights are there.
    ///
    /// # Errors
    /// [`ModelError::MissingFile`], [`ModelError::Io`], [`ModelError::Json`], and
    /// [`ModelError::Unsupported`] for what is not known.
    pub fn read(folder: &Path) -> Result<Self, ModelError> {
        let has = |name: &str| folder.join(name).exists();
        let open_clip =
            has(OPEN_CLIP_CONFIG) && (!has(CONFIG) || (has(OPEN_CLIP_WEIGHTS) && !has(WEIGHTS)));
        if open_clip {
            return Self::open_clip(folder);
        }
        let config = Section::read(&folder.join(CONFIG))?;
        match config.get("model_type").and_then(|v| v.as_str()) {
            Some("clip") => Self::clip(folder, &config),
            Some("siglip") => Self::siglip(folder, &config),
            _ => Err(config.refuse("model_type", "\"clip\" or \"siglip\"")),
        }
    }

    fn clip(folder: &Path, config: &Section) -> Result<Self, ModelError> {
        let plan = hugging_face_clip::read(config)?;
        let preprocessor = Section::read(&folder.join(PREPROCESSOR))?;
        Ok(Self {
            preprocess: Preprocess::from_clip_config(&preprocessor, side_px(&plan))?,
            style: TextStyle::Clip,
            files: CLIP_FILES,
            weights: WEIGHTS,
            plan,
        })
    }

    fn siglip(folder: &Path, config: &Section) -> Result<Self, ModelError> {
        let mut plan = siglip::read(config)?;
        let preprocessor = Section::read(&folder.join(PREPROCESSOR))?;
        let tokenizer = Section::read(&folder.join(TOKENIZER_CONFIG))?;
        let style = TextStyle::of_siglip(&tokenizer)?;
        if matches!(style, TextStyle::Gemma { .. }) {
            plan.family = "siglip2";
        }
        Ok(Self {
            preprocess: Preprocess::from_siglip_config(&preprocessor, side_px(&plan))?,
            style,
            files: SIGLIP_FILES,
            weights: WEIGHTS,
            plan,
        })
    }

    fn open_clip(folder: &Path) -> Result<Self, ModelError> {
        let config = Section::read(&folder.join(OPEN_CLIP_CONFIG))?;
        let plan = open_clip::read(&config)?;
        let preprocess = config.section("preprocess_cfg")?;
        Ok(Self {
            preprocess: Preprocess::from_open_clip_config(&preprocess, side_px(&plan))?,
            style: TextStyle::Clip,
            files: OPEN_CLIP_FILES,
            weights: OPEN_CLIP_WEIGHTS,
            plan,
        })
    }
}

fn side_px(plan: &Plan) -> u32 {
    plan.vision.image_px as u32
}

#[cfg(any(test, feature = "testing"))]
pub(crate) fn clip_plan(config: &Section) -> Result<Plan, ModelError> {
    hugging_face_clip::read(config)
}
