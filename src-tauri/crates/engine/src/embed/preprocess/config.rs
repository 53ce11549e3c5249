//! Reads `preprocessor_config.json`: every key counts, and an unknown wish is refused.

use std::sync::Arc;

use latent_kernels::Filter;
use serde_json::Value;

use super::{Crop, Preprocess, Resize};
use crate::embed::encoder::ModelError;
use crate::embed::encoder::section::Section;

/// The channel means of OpenAI's training pictures.
///
/// # Source
/// `OPENAI_CLIP_MEAN` of transformers; the default of `CLIPImageProcessor`.
const CLIP_MEAN: [f64; 3] = [0.481_454_66, 0.457_827_5, 0.408_210_73];

/// The channel deviations of OpenAI's training pictures.
///
/// # Source
/// `OPENAI_CLIP_STD` of transformers.
const CLIP_STD: [f64; 3] = [0.268_629_54, 0.261_302_58, 0.275_777_11];

/// The longest side a config may ask for, in pixels.
const MAX_SIDE_PX: usize = 4096;

/// The steps that are done here; a config that switches on another is refused.
const STEPS: [&str; 5] = [
    "do_resize",
    "do_center_crop",
    "do_rescale",
    "do_normalize",
    "do_convert_rgb",
];

/// The channel means and deviations of SigLIP.
///
/// # Source
/// `IMAGENET_STANDARD_MEAN` and `IMAGENET_STANDARD_STD` of transformers.
const HALF: [f64; 3] = [0.5; 3];

/// What a family's config leaves out.
struct Defaults {
    /// The names of its processors, in the two keys there are for them.
    processors: &'static [&'static str],
    crop: bool,
    resize: Resize,
    mean: [f64; 3],
    std: [f64; 3],
}

impl Preprocess {
    /// Reads the preparation of a Hugging Face CLIP model, with the reference's defaults.
    ///
    /// `tower_px` is the side the image tower was built for: a crop to another is refused.
    pub(crate) fn from_clip_config(config: &Section, tower_px: u32) -> Result<Self, ModelError> {
        let defaults = Defaults {
            processors: &[
                "CLIPImageProcessor",
                "CLIPImageProcessorFast",
                "CLIPFeatureExtractor",
            ],
            crop: true,
            resize: Resize::ShortestEdge(224),
            mean: CLIP_MEAN,
            std: CLIP_STD,
        };
        Self::from_hugging_face(config, tower_px, &defaults)
    }

    /// Reads the preparation of a SigLIP model, with the reference's defaults.
    ///
    /// As [`Self::from_clip_config`] otherwise.
    pub(crate) fn from_siglip_config(config: &Section, tower_px: u32) -> Result<Self, ModelError> {
        let defaults = Defaults {
            processors: &[
                "SiglipImageProcessor",
                "SiglipImageProcessorFast",
                "SiglipFeatureExtractor",
            ],
            crop: false,
            resize: Resize::Exact(224, 224),
            mean: HALF,
            std: HALF,
        };
        Self::from_hugging_face(config, tower_px, &defaults)
    }

    /// Reads the `preprocess_cfg` of an OpenCLIP model, with the reference's defaults.
    pub(crate) fn from_open_clip_config(
        config: &Section,
        tower_px: u32,
    ) -> Result<Self, ModelError> {
        refuse_keys_beyond(config, &OPEN_CLIP_KEYS)?;
        if config.get("mode").is_some_and(|v| v != "RGB") {
            return Err(config.refuse("mode", "\"RGB\""));
        }
        let size = match config.get("size") {
            None => (tower_px, tower_px),
            Some(Value::Array(sides)) => open_clip_sides(sides).unwrap_or_default(),
            Some(_) => {
                let side = config.size_or("size", 1, MAX_SIDE_PX)? as u32;
                (side, side)
            }
        };
        if size != (tower_px, tower_px) {
            let supported = format!("{tower_px}, the image tower's own,");
            return Err(config.refuse("size", &supported));
        }
        let (resize, crop) = match word(config, "resize_mode", "shortest") {
            Some("shortest") => (Resize::ShortestEdge(tower_px), Crop::Rounded),
            Some("longest") => (Resize::LongestEdge(tower_px), Crop::Rounded),
            Some("squash") => (Resize::Exact(tower_px, tower_px), Crop::None),
            _ => {
                let supported = "\"shortest\", \"longest\" or \"squash\"";
                return Err(config.refuse("resize_mode", supported));
            }
        };
        let filter = match word(config, "interpolation", "bicubic") {
            // The reference takes bicubic for "random" where nothing is random.
            Some("bicubic" | "random") => Filter::Bicubic,
            Some("bilinear") => Filter::Bilinear,
            _ => return Err(config.refuse("interpolation", "\"bicubic\" or \"bilinear\"")),
        };
        let fill = config.number_or("fill_color", 0.0)?;
        if !(0.0..=255.0).contains(&fill) {
            return Err(config.refuse("fill_color", "a level of 0 to 255"));
        }
        Ok(Self {
            side_px: tower_px,
            resize: Some(resize),
            filter,
            crop,
            fill: fill as u8,
            levels: Arc::new(table(
                config,
                "mean",
                "std",
                (CLIP_MEAN, CLIP_STD),
                1.0 / 255.0,
            )?),
        })
    }

    fn from_hugging_face(
        config: &Section,
        tower_px: u32,
        defaults: &Defaults,
    ) -> Result<Self, ModelError> {
        refuse_other_processors(config, defaults)?;
        let resize = if config.bool_or("do_resize", true)? {
            Some(resize(config, defaults)?)
        } else {
            None
        };
        let crop = config.bool_or("do_center_crop", defaults.crop)?;
        let wanted = (tower_px, tower_px);
        let (key, fits) = if crop {
            ("crop_size", crop_size(config)? == wanted)
        } else {
            (
                "size",
                matches!(resize, Some(Resize::Exact(w, h)) if (w, h) == wanted),
            )
        };
        if !fits {
            let supported = format!("height and width {tower_px}, the image tower's own,");
            return Err(config.refuse(key, &supported));
        }
        let filter = filter(config)?;
        let levels = Arc::new(levels(config, defaults)?);
        Ok(Self {
            side_px: tower_px,
            resize,
            filter,
            crop: if crop { Crop::Cut } else { Crop::None },
            fill: 0,
            levels,
        })
    }
}

/// The keys of OpenCLIP's `preprocess_cfg`.
const OPEN_CLIP_KEYS: [&str; 7] = [
    "size",
    "mode",
    "mean",
    "std",
    "interpolation",
    "resize_mode",
    "fill_color",
];

fn refuse_keys_beyond(config: &Section, known: &[&str]) -> Result<(), ModelError> {
    let unknown = config
        .keys()
        .find(|key| !known.contains(key) && config.get(key).is_some());
    match unknown {
        None => Ok(()),
        Some(key) => Err(config.refuse(key, "a preparation without it")),
    }
}

/// The text under a key, or the default; `None` where it is no text.
fn word<'a>(config: &'a Section, key: &str, default: &'a str) -> Option<&'a str> {
    config.get(key).map_or(Some(default), Value::as_str)
}

fn open_clip_sides(sides: &[Value]) -> Option<(u32, u32)> {
    let side = |value: &Value| u32::try_from(value.as_u64()?).ok();
    match sides {
        [height, width] => Some((side(width)?, side(height)?)),
        _ => None,
    }
}

fn refuse_other_processors(config: &Section, defaults: &Defaults) -> Result<(), ModelError> {
    for key in ["image_processor_type", "feature_extractor_type"] {
        let Some(value) = config.get(key) else {
            continue;
        };
        if !defaults.processors.iter().any(|name| value == name) {
            return Err(config.refuse(key, defaults.processors.first().unwrap_or(&"")));
        }
    }
    for key in config
        .keys()
        .filter(|key| key.starts_with("do_") && !STEPS.contains(key))
    {
        if config.get(key).is_some_and(|v| *v != Value::Bool(false)) {
            return Err(config.refuse(key, "false"));
        }
    }
    match config.get("use_square_size") {
        None | Some(Value::Bool(false)) => Ok(()),
        Some(_) => Err(config.refuse("use_square_size", "false")),
    }
}

/// The size before the crop: a number, or an object with one or two sides.
fn resize(config: &Section, defaults: &Defaults) -> Result<Resize, ModelError> {
    const SUPPORTED: &str = "a shortest_edge or a height and a width";
    match config.get("size") {
        None => Ok(defaults.resize),
        Some(Value::Number(_)) => {
            Ok(Resize::ShortestEdge(
                config.size_or("size", 224, MAX_SIDE_PX)? as u32,
            ))
        }
        Some(Value::Object(sides)) => {
            let size = config.section("size")?;
            match sides
                .keys()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .as_slice()
            {
                ["shortest_edge"] => {
                    let edge = size.size_or("shortest_edge", 224, MAX_SIDE_PX)?;
                    Ok(Resize::ShortestEdge(edge as u32))
                }
                ["height", "width"] | ["width", "height"] => {
                    let (width, height) = sides_of(&size)?;
                    Ok(Resize::Exact(width, height))
                }
                _ => Err(config.refuse("size", SUPPORTED)),
            }
        }
        Some(_) => Err(config.refuse("size", SUPPORTED)),
    }
}

/// `(width, height)` of the crop: a number stands for both.
fn crop_size(config: &Section) -> Result<(u32, u32), ModelError> {
    match config.get("crop_size") {
        None => Ok((224, 224)),
        Some(Value::Number(_)) => {
            let side = config.size_or("crop_size", 224, MAX_SIDE_PX)? as u32;
            Ok((side, side))
        }
        Some(_) => sides_of(&config.section("crop_size")?),
    }
}

fn sides_of(size: &Section) -> Result<(u32, u32), ModelError> {
    let side = |key: &str| match size.get(key) {
        None => Err(size.refuse(key, "a whole number")),
        Some(_) => Ok(size.size_or(key, 1, MAX_SIDE_PX)? as u32),
    };
    Ok((side("width")?, side("height")?))
}

/// Pillow's filter of that number.
///
/// # Source
/// `PIL.Image.Resampling`: bilinear 2, bicubic 3.
fn filter(config: &Section) -> Result<Filter, ModelError> {
    match config.size_or("resample", 3, usize::MAX) {
        Ok(2) => Ok(Filter::Bilinear),
        Ok(3) => Ok(Filter::Bicubic),
        _ => Err(config.refuse("resample", "2 (bilinear) or 3 (bicubic)")),
    }
}

/// The value of each of the 256 levels, for red, green and blue.
///
/// Rounds where the reference does: the scaled level and the normalised one are f32.
fn levels(config: &Section, defaults: &Defaults) -> Result<[[f32; 256]; 3], ModelError> {
    let scale = if config.bool_or("do_rescale", true)? {
        config.number_or("rescale_factor", 1.0 / 255.0)?
    } else {
        1.0
    };
    if config.bool_or("do_normalize", true)? {
        let channels = (defaults.mean, defaults.std);
        return table(config, "image_mean", "image_std", channels, scale);
    }
    Ok(values([0.0; 3], [1.0; 3], scale))
}

fn table(
    config: &Section,
    mean_key: &str,
    std_key: &str,
    (mean, std): ([f64; 3], [f64; 3]),
    scale: f64,
) -> Result<[[f32; 256]; 3], ModelError> {
    let mean = channels(config, mean_key, mean)?;
    let std = channels(config, std_key, std)?;
    if std.iter().any(|s| *s <= 0.0) {
        return Err(config.refuse(std_key, "a list of three numbers above zero"));
    }
    Ok(values(mean, std, scale))
}

fn values(mean: [f64; 3], std: [f64; 3], scale: f64) -> [[f32; 256]; 3] {
    let mut table = [[0.0; 256]; 3];
    for ((levels, mean), std) in table.iter_mut().zip(mean).zip(std) {
        for (level, value) in levels.iter_mut().enumerate() {
            *value = ((level as f64 * scale) as f32 - mean as f32) / std as f32;
        }
    }
    table
}

fn channels(config: &Section, key: &str, default: [f64; 3]) -> Result<[f64; 3], ModelError> {
    let Some(value) = config.get(key) else {
        return Ok(default);
    };
    let one = value.as_f64().map(|v| [v; 3]);
    let three = || {
        let numbers: Option<Vec<f64>> = value.as_array()?.iter().map(Value::as_f64).collect();
        <[f64; 3]>::try_from(numbers?).ok()
    };
    one.or_else(three)
        .ok_or_else(|| config.refuse(key, "a list of three numbers"))
}
