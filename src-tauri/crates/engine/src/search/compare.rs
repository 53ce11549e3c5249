//! Makes one vector of pictures, words and not-words, or two where they live in different spaces.
//!
//! - Pictures: the weighted sum of their unit vectors; a weight may be negative.
//! - Words: the model's vector of them; not-words are subtracted with half its weight.
//! - Where pictures are compared in `semantic`, all of it is one vector. Picture–picture cosines
//!   spread wider than text–picture ones, so that a plain sum would be the pictures' alone: each
//!   side is divided by the spread (standard deviation) of its own cosines over an even sample of
//!   this library. Then a weight of 1 moves a photo as far on either side.
//! - Pictures in another space than the words are compared beside them; `rank` averages the two.

use std::sync::Arc;

use super::candidates::Asked;
use super::cursor::Pinned;
use super::{Query, describe};
use crate::engine::models::{OpenModel, SEMANTIC};
use crate::engine::{Engine, ServingSpace};
use crate::error::EngineError;

/// How much a not-word's vector counts against a word's.
pub(super) const WITHOUT_WEIGHT: f32 = 0.5;

/// Photos that spreads are measured over.
const SPREAD_SAMPLE: usize = 1000;

/// A query vector, and what its cosines say.
pub(super) struct Compared {
    pub(super) space: Arc<ServingSpace>,
    /// Unit norm.
    pub(super) vector: Vec<f32>,
    pub(super) measure: Measure,
}

/// What a cosine is worth.
pub(super) enum Measure {
    /// Similarity is the cosine, 0 where it is negative.
    Cosine,
    /// Similarity is the model's own for a text.
    Text(Arc<OpenModel>),
}

impl Measure {
    pub(super) fn similarity(&self, cosine: f32) -> f32 {
        match self {
            Self::Cosine => cosine.clamp(0.0, 1.0),
            Self::Text(model) => model.text_similarity(cosine).clamp(0.0, 1.0),
        }
    }
}

/// What photos are compared with.
pub(super) enum Plan {
    /// With the words alone.
    Words,
    /// With one vector.
    One(Compared),
    /// With the pictures in their space and the words in the model's.
    Two { pictures: Compared, text: Compared },
}

impl Plan {
    /// What the distance of a hit is measured by; none where only words are looked up.
    pub(super) fn base(&self) -> Option<&Compared> {
        match self {
            Self::Words => None,
            Self::One(compared)
            | Self::Two {
                pictures: compared, ..
            } => Some(compared),
        }
    }
}

/// What is compared, and how much the words count in it.
pub(super) struct Prepared {
    pub(super) plan: Plan,
    /// There are pictures.
    pub(super) pictures: bool,
    /// The model answers the words.
    pub(super) meaning: bool,
    /// The weight of the words over that of words and pictures, 0 … 1.
    pub(super) words_share: f32,
    pub(super) note: Option<String>,
}

/// A part of a query vector: unit norm, and its weight in the sum.
pub(super) struct Part {
    pub(super) vector: Vec<f32>,
    pub(super) weight: f32,
}

/// The vectors of a query's parts.
pub(super) struct Parts {
    pub(super) space: Option<String>,
    pub(super) pictures: Vec<Part>,
    /// Words, then not-words.
    pub(super) texts: Vec<Part>,
    pub(super) model: Option<Arc<OpenModel>>,
    pub(super) note: Option<String>,
}

/// Reads the pictures and asks the model.
pub(super) fn parts(engine: &Engine, query: &Query, asked: &Asked) -> Result<Parts, EngineError> {
    let (space, pictures) = pictures(engine, query)?;
    let mut parts = Parts {
        space,
        pictures,
        texts: Vec::new(),
        model: None,
        note: None,
    };
    // Not-words alone push nothing away; beside pictures of the model's space they do.
    let beside = parts.space.as_deref() == Some(SEMANTIC) && !asked.without.is_empty();
    let elsewhere = query
        .space
        .as_deref()
        .is_some_and(|space| space != SEMANTIC);
    if elsewhere || (asked.words.is_empty() && !beside) {
        return Ok(parts);
    }
    let Some(model) = engine.models().serving(engine.store()) else {
        if query.space.as_deref() == Some(SEMANTIC) {
            return Err(describe::no_model(engine));
        }
        parts.note = Some(without_model(engine));
        return Ok(parts);
    };
    for (words, weight) in [(&asked.words, 1.0), (&asked.without, -WITHOUT_WEIGHT)] {
        if !words.is_empty() {
            let vectors = model.encode_queries(std::slice::from_ref(words))?;
            parts
                .texts
                .extend(vectors.into_iter().map(|vector| Part { vector, weight }));
        }
    }
    parts.model = Some(model);
    Ok(parts)
}

fn without_model(engine: &Engine) -> String {
    let why = engine.models().problem().map_or_else(
        || "No model is in use".to_owned(),
        |problem| format!("The model cannot be used ({problem})"),
    );
    format!(
        "{why}, so the words were looked up in names, folders, tags, captions, camera data \
         and plain words for how photos look"
    )
}

fn pictures(engine: &Engine, query: &Query) -> Result<(Option<String>, Vec<Part>), EngineError> {
    if query.images.is_empty() {
        return Ok((None, Vec::new()));
    }
    let space = describe::space_for_images(engine, query.space.as_deref())?;
    // Only the weights' proportions count; the largest is made 1, so that no sum overflows.
    let weights = query.images.iter().map(|image| image.weight.abs());
    let largest = weights.fold(f32::MIN_POSITIVE, f32::max);
    let part = |image: &super::QueryImage| {
        let vector = describe::query_vector(engine, image, &space)?;
        let weight = image.weight / largest;
        Ok(Part { vector, weight })
    };
    let parts = query
        .images
        .iter()
        .map(part)
        .collect::<Result<_, EngineError>>()?;
    Ok((Some(space), parts))
}

/// Makes the query vectors.
///
/// Spreads that are not pinned yet are measured and pinned.
pub(super) fn prepare(
    engine: &Engine,
    query: &Query,
    asked: &Asked,
    pinned: &mut Pinned,
) -> Result<Prepared, EngineError> {
    let parts = parts(engine, query, asked)?;
    let words_share = words_share(query, asked);
    let meaning = parts.model.is_some() && !asked.words.is_empty();
    let pictures = !parts.pictures.is_empty();
    let together = parts.space.as_deref() == Some(SEMANTIC) && !parts.texts.is_empty();
    let serving = |name: &str| {
        let space = engine.spaces().serving(name);
        space.ok_or_else(|| describe::unknown_space(engine, name))
    };
    let one = |space: &str, vector, measure| -> Result<Compared, EngineError> {
        Ok(Compared {
            space: serving(space)?,
            vector,
            measure,
        })
    };
    let picture = || -> Result<Option<Compared>, EngineError> {
        let Some(space) = parts.space.as_deref() else {
            return Ok(None);
        };
        one(space, unit(sum(&parts.pictures))?, Measure::Cosine).map(Some)
    };
    let text = match &parts.model {
        Some(model) if !together => Some(one(
            SEMANTIC,
            unit(sum(&parts.texts))?,
            Measure::Text(Arc::clone(model)),
        )?),
        _ => None,
    };
    let plan = if together {
        let space = serving(SEMANTIC)?;
        let share = if asked.words.is_empty() {
            WITHOUT_WEIGHT / (1.0 + WITHOUT_WEIGHT)
        } else {
            words_share
        };
        Plan::One(blend(space, &parts, share, pinned)?)
    } else {
        match (picture()?, text) {
            (None, None) => Plan::Words,
            (Some(one), None) | (None, Some(one)) => Plan::One(one),
            (Some(pictures), Some(text)) => Plan::Two { pictures, text },
        }
    };
    Ok(Prepared {
        plan,
        pictures,
        meaning,
        words_share,
        note: parts.note,
    })
}

/// The weight of the words over all weights: 1 without pictures, 0 without words.
fn words_share(query: &Query, asked: &Asked) -> f32 {
    if asked.words.is_empty() {
        return 0.0;
    }
    if query.images.is_empty() {
        return 1.0;
    }
    let weight = f64::from(query.text_weight.unwrap_or(1.0));
    let pictures: f64 = query
        .images
        .iter()
        .map(|image| f64::from(image.weight.abs()))
        .sum();
    (weight / (weight + pictures).max(f64::MIN_POSITIVE)) as f32
}

/// One vector of pictures and text, each over its spread.
fn blend(
    space: Arc<ServingSpace>,
    parts: &Parts,
    share: f32,
    pinned: &mut Pinned,
) -> Result<Compared, EngineError> {
    let (pictures, text) = (unit(sum(&parts.pictures))?, unit(sum(&parts.texts))?);
    if pinned.spreads.len() != 2 {
        let spread = |vector: &[f32]| {
            let cosines = space.read(|index| index.sample(vector, SPREAD_SAMPLE));
            Ok::<_, EngineError>(spread(&cosines.map_err(EngineError::internal)?))
        };
        pinned.spreads = vec![spread(&pictures)?, spread(&text)?];
    }
    let [of_pictures, of_text] = factors(&pinned.spreads, share);
    let mut vector = Vec::new();
    add(&mut vector, &pictures, of_pictures);
    add(&mut vector, &text, of_text);
    Ok(Compared {
        space,
        vector: unit(vector)?,
        measure: Measure::Cosine,
    })
}

/// What the pictures and the text are multiplied by.
pub(super) fn factors(spreads: &[f32], share: f32) -> [f32; 2] {
    match spreads {
        // Among photos that are all alike nothing can be measured.
        [pictures, text] if *pictures > 1e-4 && *text > 1e-4 => {
            [(1.0 - share) / pictures, share / text]
        }
        _ => [1.0 - share, share],
    }
}

/// Standard deviation.
fn spread(values: &[f32]) -> f32 {
    let count = values.len().max(1) as f64;
    let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / count;
    let squares = values.iter().map(|v| (f64::from(*v) - mean).powi(2));
    (squares.sum::<f64>() / count).sqrt() as f32
}

pub(super) fn sum(parts: &[Part]) -> Vec<f32> {
    let mut sum = Vec::new();
    for part in parts {
        add(&mut sum, &part.vector, part.weight);
    }
    sum
}

fn add(sum: &mut Vec<f32>, vector: &[f32], weight: f32) {
    sum.resize(vector.len(), 0.0);
    for (total, value) in sum.iter_mut().zip(vector) {
        *total += weight * value;
    }
}

fn unit(mut vector: Vec<f32>) -> Result<Vec<f32>, EngineError> {
    let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
    if norm <= f32::EPSILON {
        return Err(EngineError::invalid(
            "The pictures cancel each other out: change a weight",
        ));
    }
    vector.iter_mut().for_each(|value| *value /= norm);
    Ok(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_that_spreads_less_is_multiplied_by_more() {
        let [pictures, text] = factors(&[0.2, 0.05], 0.5);
        assert!((text / pictures - 4.0).abs() < 1e-5);
        assert_eq!(factors(&[0.0, 0.05], 0.25), [0.75, 0.25]);
        assert_eq!(spread(&[1.0, 3.0]), 1.0);
        assert_eq!(spread(&[]), 0.0);
    }
}
