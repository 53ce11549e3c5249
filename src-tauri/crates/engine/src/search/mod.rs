//! One query of pictures, words, not-words and filters, every part optional: filter → candidates →
//! vectors → exact scan → blend with words → sort → page. Says how each answer was found.

mod blend;
mod candidates;
pub mod complete;
mod cursor;
mod describe;
mod order;
mod score;

use std::time::Instant;

use crate::crop_box::CropBox;
use crate::engine::{Engine, PictureSource};
use crate::error::EngineError;
use crate::ids::{LibraryId, PhotoId};
use crate::store::photos::{self, Shape};

pub use describe::{Descriptor, SpaceInfo, embed_image, embed_text, spaces};
pub use order::Sort;

/// Hits on a page when nothing is said.
pub const DEFAULT_LIMIT: usize = 50;

/// Hits on a page, at most.
pub const MAX_LIMIT: usize = 1000;

/// What is searched for. Every part may be left out; all of them combine.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// As a person types it: words, `-words` and filters mixed.
    pub typed: Option<String>,
    /// Words only.
    pub text: Option<String>,
    /// What the photo should not show.
    pub without: Option<String>,
    /// Pictures the photo should be like.
    pub images: Vec<QueryImage>,
    /// "semantic", "visual" or "color"; chosen by what is there when not given.
    pub space: Option<String>,
    /// Typed filters only.
    pub filter: Option<String>,
    /// Only this library.
    pub library: Option<LibraryId>,
    /// Relevance where something is compared, else the time of capture.
    pub sort: Option<Sort>,
    /// Hits on a page.
    pub limit: Option<usize>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Cosine distance, 0 … 2: farther photos are left out.
    pub max_distance: Option<f32>,
}

/// A picture in a query.
#[derive(Clone, Debug)]
pub struct QueryImage {
    /// Where it comes from.
    pub source: PictureSource,
    /// Only this part of it.
    pub crop: Option<Crop>,
    /// How much it counts; negative pushes away.
    pub weight: f32,
}

/// A box as it was asked for.
#[derive(Clone, Copy, Debug)]
pub enum Crop {
    /// Fractions of the upright picture.
    Fractions(CropBox),
    /// Pixels of the upright picture: x, y, width, height.
    Pixels([f32; 4]),
}

impl Crop {
    /// The box in fractions; asks for the picture's size only where it has to.
    ///
    /// # Errors
    /// [`EngineError::Box`], and those of reading the picture.
    pub fn resolve(self, engine: &Engine, source: &PictureSource) -> Result<CropBox, EngineError> {
        match self {
            Self::Fractions(crop) => Ok(crop),
            Self::Pixels(pixels) => {
                let (width, height) = match source {
                    PictureSource::Photo(id) => photo_size(engine, *id)?,
                    other => engine.picture_size(other)?,
                };
                Ok(CropBox::from_pixels(pixels, width, height)?)
            }
        }
    }
}

/// One photo found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The photo.
    pub photo: PhotoId,
    /// Its file as shown.
    pub path: String,
    /// Its upright size.
    pub shape: Shape,
    /// Cosine distance `1 − cos`, 0 … 2; none where nothing was compared.
    pub distance: Option<f32>,
    /// Relevance, 0 … 1; none where nothing was compared.
    pub similarity: Option<f32>,
    /// What matched: "words", "semantic", "visual", "color".
    pub by: Vec<&'static str>,
}

/// How an answer was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// "exact scan", "words", "words + exact scan" or "listing".
    pub by: &'static str,
    /// The space that was compared in.
    pub space: Option<String>,
    /// Photos that were compared.
    pub candidates: u64,
    /// Photos that matched.
    pub total: u64,
    /// Milliseconds from question to answer.
    pub ms: f64,
    /// What the asker should know.
    pub note: Option<String>,
}

/// A page of hits, best first.
#[derive(Clone, Debug)]
pub struct Page {
    /// The photos.
    pub hits: Vec<Hit>,
    /// Asks for the next page; none on the last.
    pub next_cursor: Option<String>,
    /// How it was found.
    pub found: Found,
}

/// Answers a query.
///
/// # Errors
/// [`EngineError::Filter`], [`EngineError::Box`], [`EngineError::Cursor`],
/// [`EngineError::SpaceNotReady`], [`EngineError::Picture`], [`EngineError::NotFound`].
pub fn search(engine: &Engine, query: &Query) -> Result<Page, EngineError> {
    let started = Instant::now();
    let limit = limit(query)?;
    check_distance(query)?;
    let asked = candidates::Asked::of(query)?;
    let candidates = candidates::find(engine, query, &asked)?;
    let scored = score::score(engine, query, &asked, &candidates)?;
    let sort = query.sort.unwrap_or(if scored.ranked {
        Sort::Relevance
    } else {
        Sort::TakenAt
    });
    let total = scored.matches.len() as u64;
    let fingerprint = cursor::fingerprint(query, sort);
    let after = query
        .cursor
        .as_deref()
        .map(|c| cursor::read(c, fingerprint))
        .transpose()?;
    let page = order::page(engine, scored.matches, sort, after.as_ref(), limit)?;
    let next_cursor = page.next.map(|last| cursor::write(fingerprint, &last));
    let hits = page
        .matches
        .into_iter()
        .filter_map(|matched| hit(engine, matched).transpose())
        .collect::<Result<_, _>>()?;
    let found = Found {
        by: scored.by,
        space: scored.space,
        candidates: scored.candidates,
        total,
        ms: started.elapsed().as_secs_f64() * 1e3,
        note: scored.note,
    };
    Ok(Page {
        hits,
        next_cursor,
        found,
    })
}

/// Lists photos without ranking them, for the grid: shapes in order.
///
/// # Errors
/// [`EngineError::Filter`].
pub fn list(
    engine: &Engine,
    library: Option<LibraryId>,
    filter: Option<&str>,
    sort: Sort,
) -> Result<(Vec<Shape>, Found), EngineError> {
    let started = Instant::now();
    let query = Query {
        library,
        filter: filter.map(str::to_owned),
        ..Query::default()
    };
    let predicate = candidates::predicate(&query, &candidates::Asked::of(&query)?);
    let shapes = engine.store().read(|connection| {
        photos::shapes(connection, &predicate.sql, sort.sql(), &predicate.params)
    })?;
    let total = shapes.len() as u64;
    let found = Found {
        by: "listing",
        space: None,
        candidates: total,
        total,
        ms: started.elapsed().as_secs_f64() * 1e3,
        note: None,
    };
    Ok((shapes, found))
}

/// The upright size of a photo, in pixels.
fn photo_size(engine: &Engine, id: PhotoId) -> Result<(u32, u32), EngineError> {
    let row = engine
        .store()
        .read(|connection| photos::by_id(connection, id))?;
    let row = row.ok_or_else(|| EngineError::not_found("photo", id))?;
    Ok((row.width, row.height))
}

fn check_distance(query: &Query) -> Result<(), EngineError> {
    match query.max_distance {
        Some(distance) if !(0.0..=2.0).contains(&distance) => Err(EngineError::invalid(
            "A cosine distance lies between 0 and 2",
        )),
        _ => Ok(()),
    }
}

fn limit(query: &Query) -> Result<usize, EngineError> {
    match query.limit.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        _ => Err(EngineError::invalid(format!(
            "The limit is 1 to {MAX_LIMIT}"
        ))),
    }
}

/// A match as a hit; none where the photo went away in between.
fn hit(engine: &Engine, matched: score::Match) -> Result<Option<Hit>, EngineError> {
    let line = engine
        .store()
        .read(|connection| photos::line(connection, matched.photo))?;
    Ok(line.map(|(path, shape)| Hit {
        photo: matched.photo,
        path,
        shape,
        distance: matched.distance,
        similarity: matched.similarity,
        by: matched.by.names(),
    }))
}
