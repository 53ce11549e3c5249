//! Compares the candidates with what was asked for.
//!
//! - Pictures: one query vector, the weighted sum of the pictures' unit vectors, in one space.
//! - Words: the model's text vector where a model answers; always the words themselves, found in
//!   names, folders, tags, camera data, captions and visual words.
//! - Not-words: photos in which one of the words is found are left out; the model's vector of them
//!   is subtracted with half its weight.

use std::collections::{HashMap, HashSet};

use super::blend::{self, By};
use super::candidates::{Asked, Candidates};
use super::{Query, describe};
use crate::engine::Engine;
use crate::engine::models::SEMANTIC;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::index;
use crate::photo_set::PhotoSet;
use crate::store::{photos, text};

/// A photo that matched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    pub(super) photo: PhotoId,
    pub(super) distance: Option<f32>,
    pub(super) similarity: Option<f32>,
    pub(super) by: By,
}

/// All matches, in no order.
pub(super) struct Scored {
    pub(super) matches: Vec<Match>,
    /// The matches have a similarity.
    pub(super) ranked: bool,
    pub(super) by: &'static str,
    pub(super) space: Option<String>,
    pub(super) candidates: u64,
    pub(super) note: Option<String>,
}

/// How much a not-word's vector counts against a word's.
const WITHOUT_WEIGHT: f32 = 0.5;

/// Scores every candidate.
pub(super) fn score(
    engine: &Engine,
    query: &Query,
    asked: &Asked,
    candidates: &Candidates,
) -> Result<Scored, EngineError> {
    let excluded = excluded(engine, asked)?;
    let accept = |photo: PhotoId| candidates.accept(photo) && !excluded.contains(&photo);
    if query.images.is_empty() && asked.words.is_empty() {
        return list_all(engine, candidates, accept);
    }
    let pictures = picture_cosines(engine, query, candidates)?;
    let text = text_cosines(engine, query, asked, candidates)?;
    let words = words(engine, asked, accept)?;
    let compared = pictures.as_ref().or(text.scores.as_ref());
    let space = pictures
        .as_ref()
        .map(|p| p.space.clone())
        .or(text.scores.as_ref().map(|t| t.space.clone()));
    let by = match (compared.is_some(), words.is_empty()) {
        (true, true) => "exact scan",
        (true, false) => "words + exact scan",
        (false, _) => "words",
    };
    let count = compared.map_or(words.len(), |scores| scores.cosines.len()) as u64;
    let parts = blend::Parts {
        pictures,
        text: text.scores,
        words,
        similarity: text.similarity,
    };
    let far = query.max_distance.unwrap_or(f32::INFINITY);
    let matches = blend::blend(parts)
        .into_iter()
        .filter(|found| accept(found.photo) && found.distance.is_none_or(|d| d <= far))
        .collect();
    Ok(Scored {
        matches,
        ranked: true,
        by,
        space,
        candidates: count,
        note: text.note,
    })
}

fn list_all(
    engine: &Engine,
    candidates: &Candidates,
    accept: impl Fn(PhotoId) -> bool,
) -> Result<Scored, EngineError> {
    let ids = match candidates {
        Candidates::All => engine
            .store()
            .read(|connection| photos::ids(connection, "1", &[]))?,
        Candidates::Only(ids) => ids.clone(),
    };
    let count = ids.len() as u64;
    let matches = ids
        .into_iter()
        .filter(|photo| accept(*photo))
        .map(|photo| Match {
            photo,
            distance: None,
            similarity: None,
            by: By::default(),
        })
        .collect();
    Ok(Scored {
        matches,
        ranked: false,
        by: "listing",
        space: None,
        candidates: count,
        note: None,
    })
}

/// Cosines of the candidates with one query vector.
pub(super) struct Cosines {
    pub(super) space: String,
    pub(super) cosines: Vec<(PhotoId, f32)>,
}

fn picture_cosines(
    engine: &Engine,
    query: &Query,
    candidates: &Candidates,
) -> Result<Option<Cosines>, EngineError> {
    if query.images.is_empty() {
        return Ok(None);
    }
    let space = describe::space_for_images(engine, query.space.as_deref())?;
    if query.images.iter().any(|image| !image.weight.is_finite()) {
        return Err(EngineError::invalid(
            "A picture's weight is a finite number",
        ));
    }
    // Only the weights' proportions count; the largest is made 1, so that no sum overflows.
    let weights = query.images.iter().map(|image| image.weight.abs());
    let largest = weights.fold(f32::MIN_POSITIVE, f32::max);
    let mut sum = Vec::new();
    for image in &query.images {
        let vector = describe::query_vector(engine, image, &space)?;
        add(&mut sum, &vector, image.weight / largest);
    }
    scan(engine, space, sum, candidates).map(Some)
}

/// What the words gave through the model.
struct Text {
    scores: Option<Cosines>,
    similarity: Box<dyn Fn(f32) -> f32>,
    note: Option<String>,
}

fn text_cosines(
    engine: &Engine,
    query: &Query,
    asked: &Asked,
    candidates: &Candidates,
) -> Result<Text, EngineError> {
    let none = |note| Text {
        scores: None,
        similarity: Box::new(|cosine| cosine),
        note,
    };
    if asked.words.is_empty()
        || query
            .space
            .as_deref()
            .is_some_and(|space| space != SEMANTIC)
    {
        return Ok(none(None));
    }
    let Some(model) = engine.models().serving(engine.store()) else {
        if query.space.as_deref() == Some(SEMANTIC) {
            return Err(describe::no_model(engine));
        }
        let why = engine.models().problem().map_or_else(
            || "No model is in use".to_owned(),
            |problem| format!("The model cannot be used ({problem})"),
        );
        let note = format!(
            "{why}, so the words were looked up in names, folders, tags, captions, camera data \
             and plain words for how photos look"
        );
        return Ok(none(Some(note)));
    };
    let mut texts = vec![asked.words.clone()];
    if !asked.without.is_empty() {
        texts.push(asked.without.clone());
    }
    let vectors = model.encode_queries(&texts)?;
    let mut sum = Vec::new();
    for (vector, weight) in vectors.iter().zip([1.0, -WITHOUT_WEIGHT]) {
        add(&mut sum, vector, weight);
    }
    let scores = scan(engine, SEMANTIC.to_owned(), sum, candidates)?;
    let similarity = Box::new(move |cosine| model.text_similarity(cosine));
    Ok(Text {
        scores: Some(scores),
        similarity,
        note: None,
    })
}

/// Photos in which all words are found, with their rank.
fn words(
    engine: &Engine,
    asked: &Asked,
    accept: impl Fn(PhotoId) -> bool,
) -> Result<HashMap<PhotoId, f32>, EngineError> {
    if asked.words.is_empty() {
        return Ok(HashMap::new());
    }
    let found = engine
        .store()
        .read(|connection| text::find_all(connection, &asked.words))?;
    Ok(found
        .into_iter()
        .filter(|(photo, _)| accept(*photo))
        .collect())
}

/// Photos in which one of the not-words is found.
fn excluded(engine: &Engine, asked: &Asked) -> Result<HashSet<PhotoId>, EngineError> {
    if asked.without.is_empty() {
        return Ok(HashSet::new());
    }
    let found = engine
        .store()
        .read(|connection| text::find_any(connection, &asked.without))?;
    Ok(found.into_iter().collect())
}

fn add(sum: &mut Vec<f32>, vector: &[f32], weight: f32) {
    sum.resize(vector.len(), 0.0);
    for (total, value) in sum.iter_mut().zip(vector) {
        *total += weight * value;
    }
}

fn scan(
    engine: &Engine,
    space: String,
    mut query: Vec<f32>,
    candidates: &Candidates,
) -> Result<Cosines, EngineError> {
    let norm = query.iter().map(|v| v * v).sum::<f32>().sqrt();
    if norm <= f32::EPSILON {
        return Err(EngineError::invalid(
            "The pictures cancel each other out: change a weight",
        ));
    }
    query.iter_mut().for_each(|value| *value /= norm);
    let serving = engine
        .spaces()
        .serving(&space)
        .ok_or_else(|| describe::unknown_space(engine, &space))?;
    let set: PhotoSet;
    let only = match candidates {
        Candidates::All => index::Candidates::All,
        Candidates::Only(ids) => {
            set = ids.iter().copied().collect();
            index::Candidates::Only(&set)
        }
    };
    let all = serving.read(|index| index.within(&query, f32::NEG_INFINITY, only))?;
    let cosines = all
        .neighbours
        .into_iter()
        .map(|one| (one.id, one.cosine))
        .collect();
    Ok(Cosines { space, cosines })
}
