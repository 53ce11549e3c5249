//! Whether a model is used in bytes: chosen by the user, or by looking at real pictures.
//!
//! Bytes are a quarter of the memory and a third of the time. Whether a model keeps its meaning so
//! depends on its weights: the vectors of some photos of the user's own are compared in both.
//! Without enough photos drawn pictures stand in, and the next index job looks again.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cache::ThumbSize;
use crate::embed::encoder::Precision;
use crate::embed::model::{Agreement, compare_precisions};
use crate::embed::preprocess::{PixelTensor, Preprocess};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::photo::{self, DecodeSize, Limits};
use crate::picture::Picture;
use crate::store::{Store, photos, settings};

/// Photos that are compared.
const PHOTOS: u32 = 24;
/// Fewer photos than this say too little.
const ENOUGH: usize = 12;

/// What the user wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PrecisionChoice {
    /// Bytes where the model keeps its meaning.
    #[default]
    Auto,
    /// This one.
    Always(Precision),
}

/// How a model's vectors in bytes compare with those in f32.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Pictures compared.
    pub pictures: usize,
    /// The least cosine of a picture's two vectors.
    pub least_cosine: f64,
    /// The share of pictures, 0 … 1, with the same nearest other picture.
    pub same_neighbour: f64,
    /// They were photos of the user's, not drawn.
    pub photos: bool,
}

/// How a folder's model was found to compare.
pub(crate) fn compared(store: &Store, folder: &Path) -> Result<Option<Compared>, EngineError> {
    let json = read(store, &compared_setting(folder))?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}

/// Chooses, and remembers what was chosen and why.
pub(crate) fn choose(
    engine: &Engine,
    folder: &Path,
    choice: PrecisionChoice,
) -> Result<Precision, EngineError> {
    let (precision, compared) = match choice {
        PrecisionChoice::Always(precision) => (precision, None),
        PrecisionChoice::Auto => {
            let (agreement, photos) = compare(engine, folder)?;
            let compared = Compared {
                pictures: agreement.pictures,
                least_cosine: agreement.least_cosine,
                same_neighbour: agreement.same_neighbour,
                photos,
            };
            (agreement.precision(), Some(compared))
        }
    };
    let json = compared
        .map(|compared| serde_json::to_string(&compared))
        .transpose()
        .map_err(|error| EngineError::internal(error.to_string()))?;
    engine.store().write(|tx| {
        settings::set(tx, &compared_setting(folder), json.as_deref())?;
        Ok::<_, EngineError>(())
    })?;
    Ok(precision)
}

/// Whether bytes were chosen on drawn pictures, and there are photos by now to look at.
pub(crate) fn to_be_confirmed(engine: &Engine, folder: &Path) -> Result<bool, EngineError> {
    let drawn = compared(engine.store(), folder)?.is_some_and(|compared| !compared.photos);
    Ok(drawn && sample(engine)?.len() >= ENOUGH)
}

/// Compares the precisions on the user's photos, or on drawn pictures where there are too few;
/// says which.
fn compare(engine: &Engine, folder: &Path) -> Result<(Agreement, bool), EngineError> {
    let photos = sample(engine)?;
    let enough = photos.len() >= ENOUGH;
    let pictures = if enough { photos } else { drawn() };
    let agreement = compare_precisions(folder, |preprocess| prepare(preprocess, &pictures))?;
    Ok((agreement, enough))
}

fn prepare(preprocess: &Preprocess, pictures: &[Picture]) -> Vec<PixelTensor> {
    pictures
        .iter()
        .map(|picture| preprocess.apply(picture))
        .collect()
}

/// Some photos from all over the catalog, from their thumbnails.
fn sample(engine: &Engine) -> Result<Vec<Picture>, EngineError> {
    let hashes = engine
        .store()
        .read(|connection| Ok::<_, EngineError>(photos::sample_hashes(connection, PHOTOS)?))?;
    let limits = Limits::default();
    let decode = |bytes: Vec<u8>| photo::decode(&bytes, DecodeSize::Full, &limits).ok();
    Ok(hashes
        .iter()
        .filter_map(|hash| engine.cache().thumbnail(hash, ThumbSize::Large))
        .filter_map(|bytes| Some(decode(bytes)?.picture))
        .collect())
}

/// Pictures of gradients, stripes and spots of every scale and colour.
fn drawn() -> Vec<Picture> {
    const SIDE: u32 = 256;
    (1..=16_u32)
        .filter_map(|number| {
            let level = |x: u32, y: u32, channel: u32| {
                let wave = (x * number + y * (channel + 1)) / (1 + number % 5);
                let spot = (x / (4 + number) + y / (3 + channel * number)) % 2;
                let ramp = (x * (channel + 1) + y * (3 - channel)) * 255 / (4 * SIDE);
                ((wave % 97 + spot * 90 + ramp) % 256) as u8
            };
            let pixel = |at: u32| [0, 1, 2].map(|channel| level(at % SIDE, at / SIDE, channel));
            Picture::new(SIDE, SIDE, (0..SIDE * SIDE).flat_map(pixel).collect())
        })
        .collect()
}

fn read(store: &Store, setting: &str) -> Result<Option<String>, EngineError> {
    store.read(|connection| Ok::<_, EngineError>(settings::get(connection, setting)?))
}

fn compared_setting(folder: &Path) -> String {
    format!("model.compared:{}", folder.display())
}
