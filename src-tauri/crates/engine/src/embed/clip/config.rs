//! Reads `config.json` of the Hugging Face CLIP layout, with the reference's defaults.
//!
//! # Source
//! `CLIPConfig`, `CLIPTextConfig` and `CLIPVisionConfig` of transformers 4.57.

use serde_json::Value;

use crate::embed::encoder::ModelError;
use crate::embed::encoder::section::Section;

/// More than any transformer has; keeps a broken config from asking for endless memory.
const MAX_SIZE: usize = 1 << 20;
/// More layers than any CLIP tower has.
const MAX_LAYERS: usize = 512;

/// What the two towers are built like.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ClipConfig {
    pub dim: usize,
    pub vision: VisionConfig,
    pub text: TextConfig,
}

/// The image tower.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct VisionConfig {
    pub tower: TowerConfig,
    pub image_px: usize,
    pub patch_px: usize,
}

/// The text tower.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TextConfig {
    pub tower: TowerConfig,
    pub vocabulary: usize,
    pub context: usize,
    pub pooling: TextPooling,
}

/// What both towers have: a stack of equal layers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TowerConfig {
    pub width: usize,
    pub inner: usize,
    pub layers: usize,
    pub heads: usize,
    pub activation: Activation,
    pub eps: f32,
}

/// The function between the two products of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activation {
    /// `x · σ(1.702 x)`, OpenAI's.
    QuickGelu,
    /// `x · Φ(x)` by the error function, OpenCLIP's.
    Gelu,
}

/// Which position of a text stands for all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextPooling {
    /// The first position of the highest id: configs written before 2023 name a wrong end token,
    /// 2, and the reference keeps to what the models were trained with.
    HighestId,
    /// The first position of this end token, or position 0 where it is absent.
    FirstEnd(u32),
}

/// The defaults of a tower whose config leaves keys out.
struct TowerDefaults {
    width: usize,
    inner: usize,
    heads: usize,
}

impl Activation {
    /// The config's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::QuickGelu => "quick_gelu",
            Self::Gelu => "gelu",
        }
    }
}

impl ClipConfig {
    pub fn read(config: &Section) -> Result<Self, ModelError> {
        refuse_other_families(config)?;
        Ok(Self {
            dim: config.size_or("projection_dim", 512, MAX_SIZE)?,
            vision: read_vision(&tower_section(config, "vision_config")?)?,
            text: read_text(&tower_section(config, "text_config")?)?,
        })
    }

    /// The activation of both towers, or both where they differ.
    pub fn activation(&self) -> String {
        let (vision, text) = (self.vision.tower.activation, self.text.tower.activation);
        if vision == text {
            return vision.name().to_owned();
        }
        format!("{} (text: {})", vision.name(), text.name())
    }
}

impl VisionConfig {
    /// Patches along one side; what is left over at the right and the bottom is not looked at.
    pub fn grid(&self) -> usize {
        self.image_px / self.patch_px
    }
}

fn refuse_other_families(config: &Section) -> Result<(), ModelError> {
    if config.get("model_type").is_none_or(|v| v != "clip") {
        return Err(config.refuse("model_type", "\"clip\""));
    }
    if config.get("quantization_config").is_some() {
        return Err(config.refuse("quantization_config", "a model without one"));
    }
    Ok(())
}

/// A tower's object; configs of 2022 carry a second one that overrules it whole.
fn tower_section(config: &Section, key: &str) -> Result<Section, ModelError> {
    let overruling = format!("{key}_dict");
    match config.get(&overruling) {
        Some(_) => config.section(&overruling),
        None => config.section(key),
    }
}

fn read_vision(config: &Section) -> Result<VisionConfig, ModelError> {
    let defaults = TowerDefaults {
        width: 768,
        inner: 3072,
        heads: 12,
    };
    if config.size_or("num_channels", 3, MAX_SIZE)? != 3 {
        return Err(config.refuse("num_channels", "3"));
    }
    let image_px = config.size_or("image_size", 224, 4096)?;
    let patch_px = config.size_or("patch_size", 32, 4096)?;
    if patch_px > image_px {
        return Err(config.refuse("patch_size", &format!("a whole number of 1 to {image_px}")));
    }
    let tower = read_tower(config, "clip_vision_model", &defaults)?;
    Ok(VisionConfig {
        tower,
        image_px,
        patch_px,
    })
}

fn read_text(config: &Section) -> Result<TextConfig, ModelError> {
    let defaults = TowerDefaults {
        width: 512,
        inner: 2048,
        heads: 8,
    };
    let end = match config.get("eos_token_id") {
        None => Some(49_407),
        Some(value) => value.as_u64().and_then(|id| u32::try_from(id).ok()),
    };
    let pooling = match end {
        Some(2) => TextPooling::HighestId,
        Some(id) => TextPooling::FirstEnd(id),
        None => return Err(config.refuse("eos_token_id", "a token id")),
    };
    Ok(TextConfig {
        tower: read_tower(config, "clip_text_model", &defaults)?,
        vocabulary: config.size_or("vocab_size", 49_408, 1 << 24)?,
        context: config.size_or("max_position_embeddings", 77, MAX_SIZE)?,
        pooling,
    })
}

fn read_tower(
    config: &Section,
    kind: &str,
    defaults: &TowerDefaults,
) -> Result<TowerConfig, ModelError> {
    if config.get("model_type").is_some_and(|v| v != kind) {
        return Err(config.refuse("model_type", kind));
    }
    let width = config.size_or("hidden_size", defaults.width, MAX_SIZE)?;
    let heads = config.size_or("num_attention_heads", defaults.heads, MAX_SIZE)?;
    if !width.is_multiple_of(heads) {
        let supported = format!("a divisor of the hidden_size {width}");
        return Err(config.refuse("num_attention_heads", &supported));
    }
    let eps = config.number_or("layer_norm_eps", 1e-5)?;
    if eps <= 0.0 {
        return Err(config.refuse("layer_norm_eps", "a number above zero"));
    }
    Ok(TowerConfig {
        width,
        inner: config.size_or("intermediate_size", defaults.inner, MAX_SIZE)?,
        layers: config.size_or("num_hidden_layers", 12, MAX_LAYERS)?,
        heads,
        activation: read_activation(config)?,
        eps: eps as f32,
    })
}

fn read_activation(config: &Section) -> Result<Activation, ModelError> {
    match config
        .get("hidden_act")
        .map_or(Some("quick_gelu"), Value::as_str)
    {
        Some("quick_gelu") => Ok(Activation::QuickGelu),
        Some("gelu") => Ok(Activation::Gelu),
        _ => Err(config.refuse("hidden_act", "\"quick_gelu\" or \"gelu\"")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(config: &Value) -> Result<ClipConfig, ModelError> {
        ClipConfig::read(&Section::of(
            "config.json",
            config.as_object().unwrap().clone(),
        ))
    }

    #[test]
    fn absent_keys_mean_vit_b_32() {
        let config = read(&json!({"model_type": "clip"})).unwrap();
        let VisionConfig {
            tower,
            image_px,
            patch_px,
        } = &config.vision;
        assert_eq!(
            (tower.width, tower.inner, tower.layers, tower.heads),
            (768, 3072, 12, 12)
        );
        assert_eq!((*image_px, *patch_px, config.vision.grid()), (224, 32, 7));
        assert_eq!((tower.activation, tower.eps), (Activation::QuickGelu, 1e-5));
        let TextConfig {
            tower,
            vocabulary,
            context,
            pooling,
        } = &config.text;
        assert_eq!(
            (tower.width, tower.inner, tower.layers, tower.heads),
            (512, 2048, 12, 8)
        );
        assert_eq!((*vocabulary, *context, config.dim), (49_408, 77, 512));
        assert_eq!(*pooling, TextPooling::FirstEnd(49_407));
    }

    #[test]
    fn the_wrong_end_token_of_old_configs_means_the_highest_id() {
        let config = read(&json!({"model_type": "clip", "text_config": {"eos_token_id": 2}}));
        assert_eq!(config.unwrap().text.pooling, TextPooling::HighestId);
    }

    #[test]
    fn the_second_object_of_old_configs_overrules_the_first() {
        let config = read(&json!({
            "model_type": "clip",
            "vision_config": {"hidden_size": 640, "hidden_act": "gelu"},
            "vision_config_dict": {"hidden_size": 1024, "num_attention_heads": 16}
        }))
        .unwrap();
        assert_eq!(config.vision.tower.width, 1024);
        assert_eq!(config.vision.tower.activation, Activation::QuickGelu);
    }

    #[test]
    fn towers_may_differ_in_activation() {
        let config =
            read(&json!({"model_type": "clip", "vision_config": {"hidden_act": "gelu"}})).unwrap();
        assert_eq!(config.activation(), "gelu (text: quick_gelu)");
    }

    #[test]
    fn an_unknown_value_is_refused_by_name() {
        let check = |mut config: Value, expect: &str| {
            let map = config.as_object_mut().unwrap();
            map.entry("model_type").or_insert(json!("clip"));
            let error = read(&config).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
        };
        check(
            json!({"model_type": "siglip"}),
            "model_type is \"siglip\", and only \"clip\"",
        );
        check(
            json!({"model_type": null, "model_cfg": {}}),
            "model_type is null",
        );
        check(
            json!({"text_config": {"hidden_act": "gelu_new"}}),
            "config.json: text_config.hidden_act is \"gelu_new\", and only \"quick_gelu\" or \"gelu\"",
        );
        check(
            json!({"vision_config": {"hidden_act": 3}}),
            "vision_config.hidden_act is 3",
        );
        check(
            json!({"vision_config": {"num_channels": 4}}),
            "num_channels is 4, and only 3",
        );
        check(
            json!({"vision_config": {"num_attention_heads": 7}}),
            "divisor of the hidden_size 768",
        );
        check(
            json!({"vision_config": {"hidden_size": 0}}),
            "hidden_size is 0",
        );
        check(
            json!({"vision_config": {"hidden_size": 1.5}}),
            "hidden_size is 1.5",
        );
        check(
            json!({"vision_config": {"patch_size": 225}}),
            "patch_size is 225",
        );
        check(
            json!({"vision_config": {"model_type": "siglip_vision_model"}}),
            "siglip_vision",
        );
        check(
            json!({"text_config": {"layer_norm_eps": 0}}),
            "layer_norm_eps is 0",
        );
        check(
            json!({"text_config": {"eos_token_id": [1, 2]}}),
            "eos_token_id is [1,2]",
        );
        check(
            json!({"text_config": []}),
            "text_config is [], and only an object",
        );
        check(
            json!({"quantization_config": {"bits": 4}}),
            "quantization_config",
        );
    }
}
