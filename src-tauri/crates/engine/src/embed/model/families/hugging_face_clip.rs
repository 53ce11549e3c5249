//! Reads `config.json` of the Hugging Face CLIP layout, with the reference's defaults.
//!
//! # Source
//! `CLIPConfig`, `CLIPTextConfig` and `CLIPVisionConfig` of transformers 4.57.

use crate::embed::encoder::ModelError;
use crate::embed::encoder::section::Section;
use crate::embed::model::names::Layout;
use crate::embed::model::plan::{
    Activation, LogitBias, Plan, TextPlan, TextPooling, TextProjection, VisionPlan, VisionPooling,
};

use super::tower::{MAX_SIZE, TowerDefaults, image_sizes, read_tower, refuse_quantised};

const ACTIVATIONS: &[Activation] = &[Activation::QuickGelu, Activation::Gelu];

/// Reads the config of a CLIP model.
pub(super) fn read(config: &Section) -> Result<Plan, ModelError> {
    refuse_quantised(config)?;
    Ok(Plan {
        family: "clip",
        layout: Layout::HuggingFace,
        dim: config.size_or("projection_dim", 512, MAX_SIZE)?,
        vision: read_vision(&tower_section(config, "vision_config")?)?,
        text: read_text(&tower_section(config, "text_config")?)?,
        logit_bias: LogitBias::None,
    })
}

/// A tower's object; configs of 2022 carry a second one that overrules it whole.
fn tower_section(config: &Section, key: &str) -> Result<Section, ModelError> {
    let overruling = format!("{key}_dict");
    match config.get(&overruling) {
        Some(_) => config.section(&overruling),
        None => config.section(key),
    }
}

fn read_vision(config: &Section) -> Result<VisionPlan, ModelError> {
    let defaults = TowerDefaults {
        kind: "clip_vision_model",
        width: 768,
        inner: 3072,
        heads: 12,
        activation: Activation::QuickGelu,
        activations: ACTIVATIONS,
        eps: 1e-5,
    };
    let (image_px, patch_px) = image_sizes(config, 224, 32)?;
    Ok(VisionPlan {
        tower: read_tower(config, &defaults)?,
        image_px,
        patch_px,
        patch_bias: false,
        class_row: true,
        pre_norm: true,
        pooling: VisionPooling::ClassRow,
    })
}

fn read_text(config: &Section) -> Result<TextPlan, ModelError> {
    let defaults = TowerDefaults {
        kind: "clip_text_model",
        width: 512,
        inner: 2048,
        heads: 8,
        activation: Activation::QuickGelu,
        activations: ACTIVATIONS,
        eps: 1e-5,
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
    Ok(TextPlan {
        tower: read_tower(config, &defaults)?,
        vocabulary: config.size_or("vocab_size", 49_408, 1 << 24)?,
        context: config.size_or("max_position_embeddings", 77, MAX_SIZE)?,
        causal: true,
        pooling,
        projection: TextProjection::Plain,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(config: &Value) -> Result<Plan, ModelError> {
        super::read(&Section::of(
            "config.json",
            config.as_object().unwrap().clone(),
        ))
    }

    #[test]
    fn absent_keys_mean_vit_b_32() {
        let config = read(&json!({"model_type": "clip"})).unwrap();
        let VisionPlan {
            tower,
            image_px,
            patch_px,
            ..
        } = &config.vision;
        assert_eq!(
            (tower.width, tower.inner, tower.layers, tower.heads),
            (768, 3072, 12, 12)
        );
        assert_eq!((*image_px, *patch_px, config.vision.grid()), (224, 32, 7));
        assert_eq!((tower.activation, tower.eps), (Activation::QuickGelu, 1e-5));
        let TextPlan {
            tower,
            vocabulary,
            context,
            pooling,
            ..
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
