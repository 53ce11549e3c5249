//! How many photos a saved search finds now, where that number says something.
//!
//! Filters, words without a model and a limit of distance leave photos out. A ranking does not: it
//! finds every photo that passes the filters, from the best to the worst. So one without filters has
//! no count, and one with them is counted without looking at its pictures.

use latent_engine::engine::PictureSource;
use latent_engine::search::{self, Query};
use latent_engine::{Engine, EngineError};

use super::Answer;
use crate::handlers::search::query;
use crate::wire::SearchPhotos;

/// Counts what a search finds; none for a ranking of a whole library.
///
/// # Errors
/// Why the search cannot be asked.
pub(super) fn photos(engine: &Engine, search: &SearchPhotos) -> Answer<Option<u64>> {
    let is_limited = is_limited(search);
    let mut query = query(SearchPhotos {
        limit: Some(1),
        ..search.clone()
    })?;
    let is_ranking = !query.images.is_empty() && !is_limited;
    if is_ranking {
        // To describe pictures takes long; that they are there is enough, and the rest is asked.
        let images = std::mem::take(&mut query.images);
        images
            .iter()
            .try_for_each(|image| reach(engine, &image.source))?;
        check_space(engine, &query)?;
    }
    let found = search::search(engine, &query)?.found;
    let is_counted = match found.by {
        // What is left of a ranking without its pictures are its filters, if it has any.
        "listing" => !is_ranking || is_narrowed(&query),
        "words" => !is_ranking,
        _ => is_limited,
    };
    Ok(is_counted.then_some(found.total))
}

/// Whether a query without words asks for less than all photos.
fn is_narrowed(query: &Query) -> bool {
    let is_typed = query.typed.as_ref().is_some_and(|line| !line.is_empty());
    is_typed || query.filter.is_some() || query.photos.is_some()
}

/// Whether far photos are left out.
fn is_limited(search: &SearchPhotos) -> bool {
    let fields = serde_json::to_value(search).unwrap_or_default();
    ["maxDistance", "cutoff"]
        .iter()
        .any(|name| fields.get(name).is_some_and(|value| !value.is_null()))
}

/// Whether a picture of a query is still there.
fn reach(engine: &Engine, source: &PictureSource) -> Result<(), EngineError> {
    match source {
        PictureSource::Photo(id) if engine.photo(*id)?.missing => {
            Err(EngineError::not_found("photo", id))
        }
        PictureSource::File(path) if !path.is_file() => {
            Err(EngineError::not_found("picture", path.display()))
        }
        _ => Ok(()),
    }
}

fn check_space(engine: &Engine, query: &Query) -> Result<(), EngineError> {
    let Some(name) = &query.space else {
        return Ok(());
    };
    if engine
        .list_spaces()?
        .iter()
        .any(|space| space.name == *name)
    {
        return Ok(());
    }
    Err(EngineError::SpaceNotReady {
        reason: format!("The space {name} does not answer: no photo is described in it"),
    })
}
