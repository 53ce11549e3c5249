//! Reads `config.json` of SigLIP and of SigLIP 2 with a fixed size, with the reference's defaults.
//!
//! # Source
//! `SiglipConfig`, `SiglipTextConfig` and `SiglipVisionConfig` of transformers 4.57. SigLIP 2's
//! fixed sizes are the same model with another tokenizer; its NaFlex kind is another and refused.

use crate::embed::encoder::ModelError;
use crate::embed::encoder::section::Section;
use crate::embed::model::names::Layout;
use crate::embed::model::plan::{
    Activation, LogitBias, Plan, TextPlan, TextPooling, TextProjection, VisionPlan, VisionPooling,
};

use super::tower::{MAX_SIZE, TowerDefaults, image_sizes, read_tower, refuse_quantised};

const ACTIVATIONS: &[Activation] = &[
    Activation::GeluTanh,
    Activation::Gelu,
    Activation::QuickGelu,
];

/// Reads the config of a SigLIP model.
pub(super) fn read(config: &Section) -> Result<Plan, ModelError> {
    refuse_quantised(config)?;
    let vision = read_vision(&config.section("vision_config")?)?;
    let text = config.section("text_config")?;
    let dim = text.size_or(
        "projection_size",
        text.size_or("hidden_size", 768, MAX_SIZE)?,
        MAX_SIZE,
    )?;
    if dim != vision.tower.width {
        let width = vision.tower.width;
        return Err(text.refuse(
            "projection_size",
            &format!("the image tower's width, {width},"),
        ));
    }
    Ok(Plan {
        family: "siglip",
        layout: Layout::HuggingFace,
        dim,
        vision,
        text: read_text(&text)?,
        logit_bias: LogitBias::Stored,
    })
}

fn defaults(kind: &'static str) -> TowerDefaults {
    TowerDefaults {
        kind,
        width: 768,
        inner: 3072,
        heads: 12,
        activation: Activation::GeluTanh,
        activations: ACTIVATIONS,
        eps: 1e-6,
    }
}

fn read_vision(config: &Section) -> Result<VisionPlan, ModelError> {
    if !config.bool_or("vision_use_head", true)? {
        return Err(config.refuse("vision_use_head", "true"));
    }
    let (image_px, patch_px) = image_sizes(config, 224, 16)?;
    Ok(VisionPlan {
        tower: read_tower(config, &defaults("siglip_vision_model"))?,
        image_px,
        patch_px,
        patch_bias: true,
        class_row: false,
        pre_norm: false,
        pooling: VisionPooling::Attention,
    })
}

fn read_text(config: &Section) -> Result<TextPlan, ModelError> {
    Ok(TextPlan {
        tower: read_tower(config, &defaults("siglip_text_model"))?,
        vocabulary: config.size_or("vocab_size", 32_000, 1 << 24)?,
        context: config.size_or("max_position_embeddings", 64, MAX_SIZE)?,
        causal: false,
        pooling: TextPooling::Last,
        projection: TextProjection::Head,
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
    fn absent_keys_mean_base_patch16_224() {
        let plan = read(&json!({"model_type": "siglip"})).unwrap();
        assert_eq!(
            (plan.dim, plan.vision.image_px, plan.vision.positions()),
            (768, 224, 196)
        );
        assert_eq!((plan.text.vocabulary, plan.text.context), (32_000, 64));
        assert_eq!(plan.activation(), "gelu_pytorch_tanh");
        assert!((plan.vision.tower.eps - 1e-6).abs() < 1e-12);
    }

    #[test]
    fn the_config_of_siglip_2_is_the_same_with_another_vocabulary() {
        let plan = read(&json!({
            "model_type": "siglip",
            "text_config": {"vocab_size": 256_000, "model_type": "siglip_text_model", "projection_size": 768},
            "vision_config": {"image_size": 256, "patch_size": 32, "model_type": "siglip_vision_model"}
        }))
        .unwrap();
        assert_eq!(
            (plan.text.vocabulary, plan.vision.positions()),
            (256_000, 64)
        );
    }

    #[test]
    fn an_unknown_value_is_refused_by_name() {
        let check = |config: Value, expect: &str| {
            let error = read(&config).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
        };
        check(
            json!({"vision_config": {"vision_use_head": false}}),
            "vision_use_head is false",
        );
        check(
            json!({"vision_config": {"hidden_act": "silu"}}),
            "hidden_act is \"silu\"",
        );
        check(
            json!({"text_config": {"projection_size": 100}}),
            "projection_size is 100, and only the image tower's width, 768,",
        );
        check(
            json!({"text_config": {"num_hidden_layers": 1_000_000_000}}),
            "num_hidden_layers is 1000000000",
        );
        check(
            json!({"vision_config": {"model_type": "siglip2_vision_model"}}),
            "siglip2_vision_model",
        );
    }
}
