//! What the config objects of transformers' towers have in common.

use serde_json::Value;

use crate::embed::encoder::ModelError;
use crate::embed::encoder::section::Section;
use crate::embed::model::plan::{Activation, TowerPlan};

/// More than any transformer has; keeps a broken config from asking for endless memory.
pub(super) const MAX_SIZE: usize = 1 << 20;
/// More layers than any tower has.
pub(super) const MAX_LAYERS: usize = 512;
/// More pixels along a side than any tower looks at.
pub(super) const MAX_SIDE_PX: usize = 4096;

/// The defaults of a tower whose config leaves keys out.
pub(super) struct TowerDefaults {
    /// Its `model_type`.
    pub kind: &'static str,
    pub width: usize,
    pub inner: usize,
    pub heads: usize,
    pub activation: Activation,
    /// Those the family is known with.
    pub activations: &'static [Activation],
    pub eps: f64,
}

/// Reads a tower of the Hugging Face layout.
pub(super) fn read_tower(
    config: &Section,
    defaults: &TowerDefaults,
) -> Result<TowerPlan, ModelError> {
    if config.get("model_type").is_some_and(|v| v != defaults.kind) {
        return Err(config.refuse("model_type", defaults.kind));
    }
    let width = config.size_or("hidden_size", defaults.width, MAX_SIZE)?;
    let heads = config.size_or("num_attention_heads", defaults.heads, MAX_SIZE)?;
    if !width.is_multiple_of(heads) {
        let supported = format!("a divisor of the hidden_size {width}");
        return Err(config.refuse("num_attention_heads", &supported));
    }
    Ok(TowerPlan {
        width,
        inner: config.size_or("intermediate_size", defaults.inner, MAX_SIZE)?,
        layers: config.size_or("num_hidden_layers", 12, MAX_LAYERS)?,
        heads,
        activation: read_activation(config, defaults)?,
        eps: read_eps(config, "layer_norm_eps", defaults.eps)?,
    })
}

/// The small number that a layer norm adds to the variance.
pub(super) fn read_eps(config: &Section, key: &str, default: f64) -> Result<f32, ModelError> {
    let eps = config.number_or(key, default)?;
    if eps <= 0.0 {
        return Err(config.refuse(key, "a number above zero"));
    }
    Ok(eps as f32)
}

fn read_activation(config: &Section, defaults: &TowerDefaults) -> Result<Activation, ModelError> {
    let Some(value) = config.get("hidden_act") else {
        return Ok(defaults.activation);
    };
    let known = defaults.activations;
    let named = value
        .as_str()
        .and_then(|name| known.iter().find(|activation| activation.name() == name));
    named.copied().ok_or_else(|| {
        let names: Vec<_> = known.iter().map(|a| format!("\"{}\"", a.name())).collect();
        config.refuse("hidden_act", &names.join(" or "))
    })
}

/// The side of the picture and of a patch, in pixels.
pub(super) fn image_sizes(
    config: &Section,
    image_px: usize,
    patch_px: usize,
) -> Result<(usize, usize), ModelError> {
    if config.size_or("num_channels", 3, MAX_SIZE)? != 3 {
        return Err(config.refuse("num_channels", "3"));
    }
    let image_px = config.size_or("image_size", image_px, MAX_SIDE_PX)?;
    let patch_px = config.size_or("patch_size", patch_px, MAX_SIDE_PX)?;
    if patch_px > image_px {
        return Err(config.refuse("patch_size", &format!("a whole number of 1 to {image_px}")));
    }
    Ok((image_px, patch_px))
}

/// Refuses weights that are stored in another way than as numbers.
pub(super) fn refuse_quantised(config: &Section) -> Result<(), ModelError> {
    match config.get("quantization_config") {
        None | Some(Value::Null) => Ok(()),
        Some(_) => Err(config.refuse("quantization_config", "a model without one")),
    }
}
