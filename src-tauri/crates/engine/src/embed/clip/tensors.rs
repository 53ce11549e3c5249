//! The names and shapes of the tensors that a CLIP config calls for.
//!
//! # Source
//! `CLIPModel` of transformers 4.57: its module tree is the list of names.

use super::config::{ClipConfig, TextConfig, TowerConfig, VisionConfig};

/// The parameter whose `exp` turns a cosine into a logit.
pub(super) const LOGIT_SCALE: &str = "logit_scale";
/// Where the image tower's tensors begin.
pub(super) const VISION: &str = "vision_model";
/// Where the text tower's tensors begin.
pub(super) const TEXT: &str = "text_model";

/// A tensor's name and shape.
pub(super) type Wanted = (String, Vec<usize>);

/// Every tensor of both towers, less [`LOGIT_SCALE`].
pub(super) fn wanted(config: &ClipConfig) -> Vec<Wanted> {
    let mut all = vision(&config.vision, config.dim);
    all.extend(text(&config.text, config.dim));
    all
}

fn vision(config: &VisionConfig, dim: usize) -> Vec<Wanted> {
    let VisionConfig {
        tower, patch_px, ..
    } = config;
    let width = tower.width;
    let positions = config.grid() * config.grid() + 1;
    let embeddings = format!("{VISION}.embeddings");
    let mut all = vec![
        (format!("{embeddings}.class_embedding"), vec![width]),
        (
            format!("{embeddings}.patch_embedding.weight"),
            vec![width, 3, *patch_px, *patch_px],
        ),
        (
            format!("{embeddings}.position_embedding.weight"),
            vec![positions, width],
        ),
        ("visual_projection.weight".to_owned(), vec![dim, width]),
    ];
    // The name is misspelt in the reference, and so in every file.
    all.extend(norm(&format!("{VISION}.pre_layrnorm"), width));
    all.extend(norm(&format!("{VISION}.post_layernorm"), width));
    all.extend(layers(VISION, tower));
    all
}

fn text(config: &TextConfig, dim: usize) -> Vec<Wanted> {
    let TextConfig {
        tower,
        vocabulary,
        context,
        ..
    } = config;
    let width = tower.width;
    let embeddings = format!("{TEXT}.embeddings");
    let mut all = vec![
        (
            format!("{embeddings}.token_embedding.weight"),
            vec![*vocabulary, width],
        ),
        (
            format!("{embeddings}.position_embedding.weight"),
            vec![*context, width],
        ),
        ("text_projection.weight".to_owned(), vec![dim, width]),
    ];
    all.extend(norm(&format!("{TEXT}.final_layer_norm"), width));
    all.extend(layers(TEXT, tower));
    all
}

fn layers(prefix: &str, tower: &TowerConfig) -> Vec<Wanted> {
    let (width, inner) = (tower.width, tower.inner);
    let one = |index: usize| {
        let layer = layer(prefix, index);
        let mut all = Vec::with_capacity(16);
        all.extend(norm(&format!("{layer}.layer_norm1"), width));
        all.extend(norm(&format!("{layer}.layer_norm2"), width));
        for name in ["q_proj", "k_proj", "v_proj", "out_proj"] {
            all.extend(linear(&format!("{layer}.self_attn.{name}"), width, width));
        }
        all.extend(linear(&format!("{layer}.mlp.fc1"), width, inner));
        all.extend(linear(&format!("{layer}.mlp.fc2"), inner, width));
        all
    };
    (0..tower.layers).flat_map(one).collect()
}

/// Where a layer's tensors begin.
pub(super) fn layer(prefix: &str, index: usize) -> String {
    format!("{prefix}.encoder.layers.{index}")
}

fn norm(name: &str, width: usize) -> [Wanted; 2] {
    [
        (format!("{name}.weight"), vec![width]),
        (format!("{name}.bias"), vec![width]),
    ]
}

fn linear(name: &str, from: usize, to: usize) -> [Wanted; 2] {
    [
        (format!("{name}.weight"), vec![to, from]),
        (format!("{name}.bias"), vec![to]),
    ]
}
