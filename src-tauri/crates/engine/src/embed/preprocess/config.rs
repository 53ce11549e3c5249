//! Reads `preprocessor_config.json`: every key counts, and an unknown wish is refused.

use std::sync::Arc;

use fast_image_resize::FilterType;
use serde_json::Value;

use super::{Preprocess, Resize};
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

impl Preprocess {
    /// Reads the preparation of a Hugging Face CLIP model, with the reference's defaults.
    ///
    /// `tower_px` is the side the image tower was built for: a crop to another is refused.
    pub(crate) fn from_clip_config(config: &Section, tower_px: u32) -> Result<Self, ModelError> {
        refuse_other_processors(config)?;
        let resize = if config.bool_or("do_resize", true)? {
            Some(resize(config)?)
        } else {
            None
        };
        let crop = config.bool_or("do_center_crop", true)?;
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
        let levels = Arc::new(levels(config)?);
        Ok(Self {
            side_px: tower_px,
            resize,
            filter,
            crop,
            levels,
        })
    }
}

fn refuse_other_processors(config: &Section) -> Result<(), ModelError> {
    for (key, names) in [
        (
            "image_processor_type",
            ["CLIPImageProcessor", "CLIPImageProcessorFast"].as_slice(),
        ),
        (
            "feature_extractor_type",
            ["CLIPFeatureExtractor", "CLIPImageProcessor"].as_slice(),
        ),
    ] {
        let Some(value) = config.get(key) else {
            continue;
        };
        if !names.iter().any(|name| value == name) {
            return Err(config.refuse(key, names.first().unwrap_or(&"")));
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
fn resize(config: &Section) -> Result<Resize, ModelError> {
    const SUPPORTED: &str = "a shortest_edge or a height and a width";
    match config.get("size") {
        None => Ok(Resize::ShortestEdge(224)),
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
/// `PIL.Image.Resampling`: bilinear 2, bicubic 3; Pillow's bicubic has a = −0.5, Catmull–Rom.
fn filter(config: &Section) -> Result<FilterType, ModelError> {
    match config.size_or("resample", 3, usize::MAX) {
        Ok(2) => Ok(FilterType::Bilinear),
        Ok(3) => Ok(FilterType::CatmullRom),
        _ => Err(config.refuse("resample", "2 (bilinear) or 3 (bicubic)")),
    }
}

/// The value of each of the 256 levels, for red, green and blue.
///
/// Rounds where the reference does: the scaled level and the normalised one are f32.
fn levels(config: &Section) -> Result<[[f32; 256]; 3], ModelError> {
    let scale = if config.bool_or("do_rescale", true)? {
        config.number_or("rescale_factor", 1.0 / 255.0)?
    } else {
        1.0
    };
    let (mean, std) = if config.bool_or("do_normalize", true)? {
        (
            channels(config, "image_mean", CLIP_MEAN)?,
            channels(config, "image_std", CLIP_STD)?,
        )
    } else {
        ([0.0; 3], [1.0; 3])
    };
    if std.iter().any(|s| *s <= 0.0) {
        return Err(config.refuse("image_std", "a list of three numbers above zero"));
    }
    let mut table = [[0.0; 256]; 3];
    for ((levels, mean), std) in table.iter_mut().zip(mean).zip(std) {
        for (level, value) in levels.iter_mut().enumerate() {
            *value = ((level as f64 * scale) as f32 - mean as f32) / std as f32;
        }
    }
    Ok(table)
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
