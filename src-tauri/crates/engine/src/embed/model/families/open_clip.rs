//! Reads `open_clip_config.json`, with the reference's defaults.
//!
//! A key that changes what is computed and is not known here is refused by name, also one that
//! open_clip may learn later. Keys that only matter while training, and those for features that
//! are switched off, are passed over.
//!
//! # Source
//! `CLIPVisionCfg`, `CLIPTextCfg` and `_build_vision_tower` of open_clip 3.3.

use serde_json::Value;

use crate::embed::encoder::ModelError;
use crate::embed::encoder::section::Section;
use crate::embed::model::names::Layout;
use crate::embed::model::plan::{
    Activation, LogitBias, Plan, TextPlan, TextPooling, TextProjection, TowerPlan, VisionPlan,
    VisionPooling,
};

use super::tower::{MAX_LAYERS, MAX_SIDE_PX, MAX_SIZE, read_eps};

/// Keys of the model that do not change its vectors, or are read here.
const MODEL_KEYS: &[&str] = &[
    "embed_dim",
    "quick_gelu",
    "vision_cfg",
    "text_cfg",
    "init_logit_scale",
    "init_logit_bias",
    "custom_text",
];
const VISION_KEYS: &[&str] = &[
    "image_size",
    "layers",
    "width",
    "head_width",
    "mlp_ratio",
    "patch_size",
    "no_ln_pre",
    "pool_type",
    "final_ln_after_pool",
    "norm_kwargs",
    "patch_dropout",
    "pos_embed_type",
    "attn_pooler_queries",
    "attn_pooler_heads",
    "output_tokens",
];
const TEXT_KEYS: &[&str] = &[
    "context_length",
    "vocab_size",
    "width",
    "heads",
    "layers",
    "mlp_ratio",
    "pool_type",
    "proj_bias",
    "proj_type",
    "norm_kwargs",
    "pad_id",
    "eos_id",
    "output_tokens",
    "hf_model_pretrained",
];

/// Reads the `model_cfg` of an OpenCLIP model.
pub(super) fn read(config: &Section) -> Result<Plan, ModelError> {
    let config = config.section("model_cfg")?;
    refuse_others(&config, MODEL_KEYS)?;
    if config.bool_or("custom_text", false)? {
        return Err(config.refuse("custom_text", "false"));
    }
    let activation = if config.bool_or("quick_gelu", false)? {
        Activation::QuickGelu
    } else {
        Activation::Gelu
    };
    if config.get("embed_dim").is_none() {
        return Err(config.refuse("embed_dim", "a whole number"));
    }
    Ok(Plan {
        family: "open_clip",
        layout: Layout::OpenClip,
        dim: config.size_or("embed_dim", 512, MAX_SIZE)?,
        vision: read_vision(&config.section("vision_cfg")?, activation)?,
        text: read_text(&config.section("text_cfg")?, activation)?,
        logit_bias: match config.get("init_logit_bias") {
            None => LogitBias::None,
            Some(_) => LogitBias::Stored,
        },
    })
}

fn read_vision(config: &Section, activation: Activation) -> Result<VisionPlan, ModelError> {
    refuse_others(config, VISION_KEYS)?;
    if config
        .get("pos_embed_type")
        .is_some_and(|v| v != "learnable")
    {
        return Err(config.refuse("pos_embed_type", "\"learnable\""));
    }
    let image_px = config.size_or("image_size", 224, MAX_SIDE_PX)?;
    let patch_px = config.size_or("patch_size", 16, image_px)?;
    let head = config.size_or("head_width", 64, MAX_SIZE)?;
    let width = config.size_or("width", 768, MAX_SIZE)?;
    if !width.is_multiple_of(head) {
        return Err(config.refuse("head_width", &format!("a divisor of the width {width}")));
    }
    let norm_after = config.bool_or("final_ln_after_pool", false)?;
    let pooling = match config.get("pool_type").map_or(Some("tok"), Value::as_str) {
        Some("tok") => VisionPooling::ClassRow,
        Some("avg") => VisionPooling::Mean { norm_after },
        _ => return Err(config.refuse("pool_type", "\"tok\" or \"avg\"")),
    };
    Ok(VisionPlan {
        tower: read_tower(config, width, width / head, activation)?,
        image_px,
        patch_px,
        patch_bias: false,
        class_row: true,
        pre_norm: !config.bool_or("no_ln_pre", false)?,
        pooling,
    })
}

fn read_text(config: &Section, activation: Activation) -> Result<TextPlan, ModelError> {
    refuse_others(config, TEXT_KEYS)?;
    let width = config.size_or("width", 512, MAX_SIZE)?;
    let heads = config.size_or("heads", 8, MAX_SIZE)?;
    if !width.is_multiple_of(heads) {
        return Err(config.refuse("heads", &format!("a divisor of the width {width}")));
    }
    if config.get("pool_type").is_some_and(|v| v != "argmax") {
        return Err(config.refuse("pool_type", "\"argmax\""));
    }
    if config.get("proj_type").is_some_and(|v| v != "linear") {
        return Err(config.refuse("proj_type", "\"linear\""));
    }
    let projection = if config.bool_or("proj_bias", false)? {
        TextProjection::Biased
    } else {
        TextProjection::Plain
    };
    Ok(TextPlan {
        tower: read_tower(config, width, heads, activation)?,
        vocabulary: config.size_or("vocab_size", 49_408, 1 << 24)?,
        context: config.size_or("context_length", 77, MAX_SIZE)?,
        causal: true,
        pooling: TextPooling::HighestId,
        projection,
    })
}

fn read_tower(
    config: &Section,
    width: usize,
    heads: usize,
    activation: Activation,
) -> Result<TowerPlan, ModelError> {
    let norm = config.section("norm_kwargs")?;
    refuse_others(&norm, &["eps"])?;
    let ratio = config.number_or("mlp_ratio", 4.0)?;
    let inner = width as f64 * ratio;
    if !(1.0..=MAX_SIZE as f64).contains(&inner) {
        return Err(config.refuse("mlp_ratio", "a number such as 4"));
    }
    Ok(TowerPlan {
        width,
        inner: inner as usize,
        layers: config.size_or("layers", 12, MAX_LAYERS)?,
        heads,
        activation,
        eps: read_eps(&norm, "eps", 1e-5)?,
    })
}

/// Refuses every key that is not known, unless it switches something off.
fn refuse_others(config: &Section, known: &[&str]) -> Result<(), ModelError> {
    let off = |value: &Value| match value {
        Value::Bool(on) => !on,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Null => true,
        _ => false,
    };
    let unknown = config
        .keys()
        .find(|key| !known.contains(key) && config.get(key).is_some_and(|value| !off(value)));
    match unknown {
        None => Ok(()),
        Some(key) => Err(config.refuse(key, "a model without it")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(config: &Value) -> Result<Plan, ModelError> {
        let map = json!({ "model_cfg": config }).as_object().unwrap().clone();
        super::read(&Section::of("open_clip_config.json", map))
    }

    #[test]
    fn the_config_of_vit_b_32_256() {
        let plan = read(&json!({
            "embed_dim": 512,
            "vision_cfg": {"image_size": 256, "layers": 12, "width": 768, "patch_size": 32},
            "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 512, "heads": 8, "layers": 12}
        }))
        .unwrap();
        assert_eq!(
            (
                plan.vision.positions(),
                plan.vision.tower.heads,
                plan.vision.tower.inner
            ),
            (65, 12, 3072)
        );
        assert_eq!(
            (plan.activation().as_str(), plan.text.pooling),
            ("gelu", TextPooling::HighestId)
        );
        assert_eq!(plan.logit_bias, LogitBias::None);
    }

    #[test]
    fn what_is_switched_off_is_passed_over() {
        let plan = read(&json!({
            "embed_dim": 512, "quick_gelu": true, "custom_text": false,
            "vision_cfg": {"ls_init_value": null, "attentional_pool": false, "patch_dropout": 0.5, "timm_drop": 0.0},
            "text_cfg": {"embed_cls": false}
        }))
        .unwrap();
        assert_eq!(plan.activation(), "quick_gelu");
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        let check = |mut config: Value, expect: &str| {
            let map = config.as_object_mut().unwrap();
            map.entry("embed_dim").or_insert(json!(512));
            let error = read(&config).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
        };
        check(
            json!({"vision_cfg": {"timm_model_name": "vit_base"}}),
            "vision_cfg.timm_model_name is \"vit_base\"",
        );
        check(
            json!({"vision_cfg": {"layers": [3, 4, 6, 3]}}),
            "vision_cfg.layers is [3,4,6,3]",
        );
        check(
            json!({"vision_cfg": {"attentional_pool": true}}),
            "attentional_pool is true",
        );
        check(
            json!({"vision_cfg": {"ls_init_value": 0.1}}),
            "ls_init_value is 0.1",
        );
        check(json!({"vision_cfg": {"qk_norm": true}}), "qk_norm is true");
        check(
            json!({"vision_cfg": {"pool_type": "none"}}),
            "pool_type is \"none\"",
        );
        check(
            json!({"vision_cfg": {"pos_embed_type": "sin_cos_2d"}}),
            "sin_cos_2d",
        );
        check(
            json!({"vision_cfg": {"head_width": 100}}),
            "head_width is 100",
        );
        check(
            json!({"vision_cfg": {"act_kwargs": {"approximate": "tanh"}}}),
            "act_kwargs",
        );
        check(
            json!({"text_cfg": {"hf_model_name": "roberta-base"}}),
            "hf_model_name is \"roberta-base\"",
        );
        check(
            json!({"text_cfg": {"no_causal_mask": true}}),
            "no_causal_mask is true",
        );
        check(
            json!({"text_cfg": {"norm_kwargs": {"bias": true}}}),
            "norm_kwargs.bias",
        );
        check(json!({"text_cfg": {"mlp_ratio": -1}}), "mlp_ratio is -1");
        check(json!({"multimodal_cfg": {"layers": 1}}), "multimodal_cfg");
        check(json!({"custom_text": true}), "custom_text is true");
        check(json!({"embed_dim": null}), "embed_dim is null");
    }
}
