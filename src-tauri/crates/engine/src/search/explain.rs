//! Why a photo is found: what each part of a query says of it, and how much of the whole that is.

use super::answer::{self, Answer};
use super::candidates::{Asked, Candidates};
use super::cells::Label;
use super::compare::{self, Part, Parts, Plan};
use super::cursor::Pinned;
use super::rank::{Match, Ranking, word_similarity};
use super::{PictureSource, Query, tags, words};
use crate::engine::Engine;
use crate::engine::models::SEMANTIC;
use crate::error::EngineError;
use crate::filter::{self, Filter};
use crate::ids::PhotoId;
use crate::store;

/// Why a photo is found.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Relevance, 0 … 1; none where nothing was compared.
    pub similarity: Option<f32>,
    /// Cosine distance, 0 … 2, with tags where they count; none where nothing was compared.
    pub distance: Option<f32>,
    /// What each part says.
    pub parts: Vec<WhyPart>,
    /// The filters that hold, as they are typed.
    pub filters: Vec<String>,
}

/// What a part of a query is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A picture.
    Picture,
    /// What the words mean to the model.
    Meaning,
    /// The words themselves.
    Words,
    /// What the not-words mean to the model.
    Without,
    /// Tags.
    Tags,
}

/// What one part of a query says of a photo.
#[derive(Clone, Debug, PartialEq)]
pub struct WhyPart {
    /// What it is.
    pub kind: PartKind,
    /// The file's name, the words, the tags.
    pub label: String,
    /// How much it counts.
    pub weight: f32,
    /// Cosine of the angle to the photo, −1 … 1; none where none was taken.
    pub cosine: Option<f32>,
    /// What it says alone, 0 … 1; none where it says nothing.
    pub similarity: Option<f32>,
    /// How much of the whole it made, 0 … 1.
    pub share: f32,
    /// Where words were found, and which tags are shared.
    pub found: Vec<String>,
}

/// Explains a photo, whether it is on a page of the answer or not.
///
/// # Errors
/// [`EngineError::NotFound`] for the photo, and those of [`super::search`].
pub fn explain(engine: &Engine, query: &Query, photo: PhotoId) -> Result<Explanation, EngineError> {
    query.check()?;
    if !engine.store().read(|c| store::photos::exists(c, photo))? {
        return Err(EngineError::not_found("photo", photo));
    }
    let asked = Asked::of(engine, query)?;
    let filters = held(engine, &asked.filters, photo)?;
    if !answer::is_ranked(query, &asked) {
        return Ok(Explanation {
            similarity: None,
            distance: None,
            parts: not_words(engine, &asked, photo, &[])?.into_iter().collect(),
            filters,
        });
    }
    let open = Query {
        max_distance: None,
        auto_cutoff: false,
        ..query.clone()
    };
    let answer = Answer::of(engine, &open, &asked, Pinned::default())?;
    let found = match &answer.ranking {
        Some(ranking) => ranking.best(&Candidates::just(photo), 1)?.matches.pop(),
        None => None,
    };
    let mut parts = match &answer.ranking {
        Some(ranking) => parts(engine, query, &asked, &answer, ranking, photo)?,
        None => Vec::new(),
    };
    let whole: f32 = parts.iter().map(|part| part.share).sum();
    for part in &mut parts {
        part.share = if whole > 0.0 { part.share / whole } else { 0.0 };
    }
    parts.extend(not_words(engine, &asked, photo, &parts)?);
    Ok(Explanation {
        similarity: found.and_then(|found: Match| found.similarity),
        distance: found.and_then(|found| found.distance),
        parts,
        filters,
    })
}

/// What the not-words say where no model does: photos that have one of them are left out.
fn not_words(
    engine: &Engine,
    asked: &Asked,
    photo: PhotoId,
    parts: &[WhyPart],
) -> Result<Option<WhyPart>, EngineError> {
    if asked.without.is_empty() || parts.iter().any(|part| part.kind == PartKind::Without) {
        return Ok(None);
    }
    // Whole words are left out; the beginning of one is none.
    let left_out = store::text::with_any(engine.store(), &asked.without)?.contains(photo);
    Ok(Some(WhyPart {
        kind: PartKind::Without,
        label: asked.without.clone(),
        weight: -1.0,
        cosine: None,
        similarity: None,
        share: 0.0,
        found: match left_out {
            true => words::places(engine, &asked.without, photo)?,
            false => Vec::new(),
        },
    }))
}

/// The filters that hold for a photo; those side by side one by one.
fn held(engine: &Engine, filters: &[Filter], photo: PhotoId) -> Result<Vec<String>, EngineError> {
    let mut single = Vec::new();
    for filter in filters {
        match filter {
            Filter::And(parts) => single.extend(parts),
            other => single.push(other),
        }
    }
    let mut held = Vec::new();
    for filter in single {
        let compiled = filter::to_sql(filter);
        let holds = engine.store().read(|connection| {
            store::photos::holds(connection, photo, &compiled.sql, &compiled.params)
        })?;
        if holds {
            held.push(filter::print_typed(filter));
        }
    }
    Ok(held)
}

/// What each part says; shares are of any unit yet.
fn parts(
    engine: &Engine,
    query: &Query,
    asked: &Asked,
    answer: &Answer,
    ranking: &Ranking,
    photo: PhotoId,
) -> Result<Vec<WhyPart>, EngineError> {
    let label = Label {
        words: ranking.words.of(photo),
        tags: ranking.tags.likeness.of(photo).unwrap_or_default(),
    };
    let vectors = compare::parts(engine, query, asked)?;
    let together = vectors.space.as_deref() == Some(SEMANTIC) && !vectors.texts.is_empty();
    let factors = match together {
        true => compare::factors(&answer.pinned.spreads, ranking.prepared.words_share),
        false => [1.0, 1.0],
    };
    let mut parts = Vec::new();
    pictures(engine, query, &vectors, factors[0], photo, &mut parts)?;
    meanings(engine, asked, &vectors, factors[1], photo, &mut parts)?;
    weigh(&mut parts, ranking, label);
    if !asked.words.is_empty() {
        let found = words::places(engine, &asked.words, photo)?;
        let word = word_similarity(label);
        let base = parts.iter().map(|part| part.share).sum::<f32>();
        parts.push(WhyPart {
            kind: PartKind::Words,
            label: asked.words.clone(),
            weight: query.text_weight.unwrap_or(1.0),
            cosine: None,
            similarity: label.words.map(|_| word),
            // What either says is both, less what both say, which is halved between them.
            share: ranking.prepared.words_share * word * (1.0 - base.clamp(0.0, 1.0) / 2.0),
            found,
        });
    }
    if ranking.tags.weight > 0.0 {
        let own = engine.store().read(|c| store::tags::of_photo(c, photo))?;
        parts.push(WhyPart {
            kind: PartKind::Tags,
            label: ranking.tags.tags.join(", "),
            weight: ranking.tags.weight,
            cosine: None,
            similarity: Some(label.tags),
            share: ranking.tags.weight * label.tags,
            found: tags::shared(&ranking.tags.tags, &own),
        });
    }
    Ok(parts)
}

fn pictures(
    engine: &Engine,
    query: &Query,
    vectors: &Parts,
    factor: f32,
    photo: PhotoId,
    parts: &mut Vec<WhyPart>,
) -> Result<(), EngineError> {
    let Some(space) = vectors.space.as_deref() else {
        return Ok(());
    };
    let norm = norm(&compare::sum(&vectors.pictures));
    for (image, part) in query.images.iter().zip(&vectors.pictures) {
        let cosine = cosine(engine, space, part, photo)?;
        parts.push(WhyPart {
            kind: PartKind::Picture,
            label: name(engine, &image.source),
            weight: image.weight,
            cosine,
            similarity: cosine.map(|cosine| cosine.clamp(0.0, 1.0)),
            share: factor * part.weight / norm * cosine.unwrap_or(0.0),
            found: Vec::new(),
        });
    }
    Ok(())
}

fn meanings(
    engine: &Engine,
    asked: &Asked,
    vectors: &Parts,
    factor: f32,
    photo: PhotoId,
    parts: &mut Vec<WhyPart>,
) -> Result<(), EngineError> {
    let Some(model) = &vectors.model else {
        return Ok(());
    };
    let norm = norm(&compare::sum(&vectors.texts));
    for part in &vectors.texts {
        let cosine = cosine(engine, SEMANTIC, part, photo)?;
        let (kind, label) = match part.weight < 0.0 {
            true => (PartKind::Without, &asked.without),
            false => (PartKind::Meaning, &asked.words),
        };
        parts.push(WhyPart {
            kind,
            label: label.clone(),
            weight: part.weight,
            cosine,
            similarity: cosine.map(|cosine| model.text_similarity(cosine)),
            share: factor * part.weight / norm * cosine.unwrap_or(0.0),
            found: Vec::new(),
        });
    }
    Ok(())
}

/// Turns what each vector adds to the cosine into its part of the similarity.
fn weigh(parts: &mut [WhyPart], ranking: &Ranking, label: Label) {
    let share = ranking.prepared.words_share;
    if let Plan::Two { .. } = ranking.prepared.plan {
        for part in parts {
            let side = match part.kind {
                PartKind::Picture => 1.0 - share,
                _ => share,
            };
            part.share = side * part.share.signum().max(0.0) * part.similarity.unwrap_or(0.0);
        }
        return;
    }
    let positive: f32 = parts.iter().map(|part| part.share.max(0.0)).sum();
    let cosine: f32 = parts
        .iter()
        .filter_map(|part| part.similarity)
        .fold(0.0, f32::max);
    let vector =
        (1.0 - ranking.tags.weight) * cosine * (1.0 - share * word_similarity(label) / 2.0);
    for part in parts {
        part.share = if positive > 0.0 {
            vector * part.share.max(0.0) / positive
        } else {
            0.0
        };
    }
}

fn cosine(
    engine: &Engine,
    space: &str,
    part: &Part,
    photo: PhotoId,
) -> Result<Option<f32>, EngineError> {
    let Some(serving) = engine.spaces().serving(space) else {
        return Ok(None);
    };
    let cosines = serving.read(|index| index.cosines(&part.vector, &[photo]));
    Ok(cosines.map_err(EngineError::internal)?.pop().flatten())
}

fn norm(vector: &[f32]) -> f32 {
    vector
        .iter()
        .map(|v| v * v)
        .sum::<f32>()
        .sqrt()
        .max(f32::EPSILON)
}

/// What a picture is called.
fn name(engine: &Engine, source: &PictureSource) -> String {
    match source {
        PictureSource::Photo(id) => engine
            .photo(*id)
            .map_or_else(|_| id.to_string(), |photo| photo.file_name),
        PictureSource::File(path) => path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        PictureSource::Bytes(_) | PictureSource::Held(_) => "picture".to_owned(),
    }
}
