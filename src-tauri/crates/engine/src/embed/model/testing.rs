//! Model folders with random weights, for tests and benchmarks: same files, same shapes and same
//! code path as a downloaded model. The vectors mean nothing, but differ from picture to picture.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::families::clip_plan;
use super::names::{LOGIT_SCALE, Wanted};
use crate::embed::encoder::section::Section;

/// The sizes of a random model.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Dimensions of a vector.
    pub dim: usize,
    /// Side of the square looked at, in pixels.
    pub image_px: usize,
    /// Side of a patch, in pixels.
    pub patch_px: usize,
    /// Width of the image tower; four times as wide inside a layer.
    pub vision_width: usize,
    /// Heads of the image tower.
    pub vision_heads: usize,
    /// Layers of the image tower.
    pub vision_layers: usize,
    /// Width of the text tower; four times as wide inside a layer.
    pub text_width: usize,
    /// Heads of the text tower.
    pub text_heads: usize,
    /// Layers of the text tower.
    pub text_layers: usize,
    /// Rows of the text tower's table, at least 514.
    pub vocabulary: usize,
    /// The most tokens of a text.
    pub context: usize,
    /// `quick_gelu` or `gelu`.
    pub activation: &'static str,
}

impl Shape {
    /// The sizes of OpenAI's ViT-B/32: 151 million weights, a file of 605 MB.
    #[must_use]
    pub fn vit_b_32() -> Self {
        Self {
            dim: 512,
            image_px: 224,
            patch_px: 32,
            vision_width: 768,
            vision_heads: 12,
            vision_layers: 12,
            text_width: 512,
            text_heads: 8,
            text_layers: 12,
            vocabulary: 49_408,
            context: 77,
            activation: "quick_gelu",
        }
    }

    /// Sizes for tests: a file of 0.3 MB that loads and computes at once.
    #[must_use]
    pub fn tiny() -> Self {
        Self {
            dim: 32,
            image_px: 32,
            patch_px: 8,
            vision_width: 48,
            vision_heads: 4,
            vision_layers: 2,
            text_width: 32,
            text_heads: 4,
            text_layers: 2,
            vocabulary: 514,
            context: 77,
            activation: "quick_gelu",
        }
    }

    fn config(&self) -> Value {
        json!({
            "model_type": "clip",
            "projection_dim": self.dim,
            "vision_config": {
                "image_size": self.image_px, "patch_size": self.patch_px,
                "hidden_size": self.vision_width, "intermediate_size": 4 * self.vision_width,
                "num_attention_heads": self.vision_heads, "num_hidden_layers": self.vision_layers,
                "hidden_act": self.activation,
            },
            "text_config": {
                "vocab_size": self.vocabulary, "max_position_embeddings": self.context,
                "hidden_size": self.text_width, "intermediate_size": 4 * self.text_width,
                "num_attention_heads": self.text_heads, "num_hidden_layers": self.text_layers,
                "hidden_act": self.activation, "eos_token_id": 2,
            },
        })
    }
}

/// Writes the four files of a model with random weights; the same seed writes the same bytes.
///
/// Its tokenizer knows bytes and no words: replace `tokenizer.json` for real token counts.
///
/// # Errors
/// What the file system answers, and [`io::ErrorKind::InvalidInput`] for sizes that no CLIP
/// config may have.
pub fn write_random_checkpoint(folder: &Path, seed: u64, shape: &Shape) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let config = shape.config();
    let side = shape.image_px;
    let preprocessor = json!({
        "image_processor_type": "CLIPImageProcessor",
        "size": {"shortest_edge": side}, "crop_size": {"height": side, "width": side},
    });
    for (name, value) in [
        ("config.json", &config),
        ("preprocessor_config.json", &preprocessor),
        ("tokenizer.json", &byte_tokenizer(shape.vocabulary)),
    ] {
        fs::write(folder.join(name), serde_json::to_vec_pretty(value)?)?;
    }
    let map = config.as_object().cloned().unwrap_or_default();
    let plan = clip_plan(&Section::of("config.json", map))
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    write_weights(&folder.join("model.safetensors"), seed, &plan.wanted())
}

fn write_weights(path: &Path, seed: u64, tensors: &[Wanted]) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut header = Map::new();
    let mut end = 4;
    header.insert(LOGIT_SCALE.to_owned(), entry(&[], 0, end));
    for (name, shape) in tensors {
        let start = end;
        end += 4 * shape.iter().product::<usize>();
        header.insert(name.clone(), entry(shape, start, end));
    }
    let mut header = serde_json::to_vec(&header)?;
    header.resize(header.len().next_multiple_of(8), b' ');
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(&header)?;
    file.write_all(&100_f32.ln().to_le_bytes())?;
    let mut random = SplitMix(seed);
    for (name, shape) in tensors {
        let (centre, deviation) = spread(name, shape);
        for _ in 0..shape.iter().product() {
            let value = centre + deviation * random.next();
            file.write_all(&value.to_le_bytes())?;
        }
    }
    file.flush()
}

fn entry(shape: &[usize], start: usize, end: usize) -> Value {
    json!({"dtype": "F32", "shape": shape, "data_offsets": [start, end]})
}

/// The mean and the standard deviation of a tensor's weights.
///
/// Products keep the variance of what goes in, so that every layer has its say; query and key
/// are wider, so that attention looks at some patches more than at others.
fn spread(name: &str, shape: &[usize]) -> (f32, f32) {
    let fan_in = shape.iter().skip(1).product::<usize>().max(1) as f32;
    match name {
        _ if name.contains("norm") && name.ends_with("weight") => (1.0, 0.05),
        _ if name.ends_with("bias") => (0.0, 0.02),
        _ if name.contains("token_embedding") => (0.0, 1.0),
        _ if name.contains("embedding") && !name.contains("patch") => (0.0, 0.1),
        _ if name.contains("q_proj") || name.contains("k_proj") => (0.0, 2.0 / fan_in.sqrt()),
        _ => (0.0, 1.0 / fan_in.sqrt()),
    }
}

/// A tokenizer of CLIP's form whose words are single bytes: 256, and 256 that end a word.
fn byte_tokenizer(vocabulary: usize) -> Value {
    let (start, end) = (vocabulary - 2, vocabulary - 1);
    let mut letters: Vec<char> = tokenizers::pre_tokenizers::byte_level::ByteLevel::alphabet()
        .into_iter()
        .collect();
    letters.sort_unstable();
    let bytes = letters.iter().map(char::to_string);
    let last_bytes = letters.iter().map(|c| format!("{c}</w>"));
    let mut vocab: Map<String, Value> = bytes
        .chain(last_bytes)
        .zip(0..)
        .map(|(word, id): (_, usize)| (word, id.into()))
        .collect();
    vocab.insert("<|startoftext|>".to_owned(), start.into());
    vocab.insert("<|endoftext|>".to_owned(), end.into());
    let special = |id: usize, content: &str| {
        json!({"id": id, "content": content, "single_word": false, "lstrip": false,
               "rstrip": false, "normalized": false, "special": true})
    };
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [special(start, "<|startoftext|>"), special(end, "<|endoftext|>")],
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "NFC"},
            {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "},
            {"type": "Lowercase"}]},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "behavior": "Removed", "invert": true, "pattern": {"Regex":
                "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"}},
            {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
             "use_regex": true}]},
        "post_processor": {"type": "RobertaProcessing", "sep": ["<|endoftext|>", end],
            "cls": ["<|startoftext|>", start], "trim_offsets": false, "add_prefix_space": false},
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true,
            "use_regex": true},
        "model": {"type": "BPE", "dropout": null, "unk_token": "<|endoftext|>",
            "continuing_subword_prefix": "", "end_of_word_suffix": "</w>", "fuse_unk": false,
            "byte_fallback": false, "ignore_merges": false, "vocab": vocab, "merges": []},
    })
}

/// Seeded random numbers.
///
/// # Source
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SplitMix(u64);

impl SplitMix {
    /// Evenly spread, of mean 0 and deviation 1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        ((z >> 40) as f32 / (1_u64 << 24) as f32 - 0.5) * 12_f32.sqrt()
    }
}
