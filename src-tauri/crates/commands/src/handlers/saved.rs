//! Searches kept by name, and those asked lately.

use latent_engine::Engine;
use latent_engine::ids::SavedSearchId;
use latent_engine::saved;
use latent_engine::store::saved::SavedSearch;

use super::Answer;
use crate::wire::{self, ErrorCode, SearchPhotos};

mod count;
mod stored;

/// Long side of outside pictures in a saved search, pixels: what every space looks at.
const SAVED_PX: u32 = 1024;

/// Long side of outside pictures in the history, pixels: a hundred of them stay small.
const REMEMBERED_PX: u32 = 512;

pub(crate) fn save(engine: &Engine, request: wire::SaveSearch) -> Answer<wire::SavedSearch> {
    let search = stored::lasting(engine, request.search, SAVED_PX)?;
    let counted = count::photos(engine, &search);
    if let Some(error) = counted.as_ref().err().filter(|e| is_malformed(e.code())) {
        return Err(error.clone());
    }
    let id = request.id.map(SavedSearchId);
    let query = stored::write(&search)?;
    let kept = saved::save(engine, id, &request.name, &query)?;
    Ok(answer(kept, stored::read(&query)?, counted))
}

pub(crate) fn list(engine: &Engine, _request: wire::Nothing) -> Answer<wire::SavedSearches> {
    let now = |kept: SavedSearch| match stored::read(&kept.query) {
        Ok(search) => {
            let counted = count::photos(engine, &search);
            answer(kept, search, counted)
        }
        Err(error) => answer(kept, SearchPhotos::default(), Err(error)),
    };
    Ok(wire::SavedSearches {
        searches: saved::list(engine)?.into_iter().map(now).collect(),
    })
}

pub(crate) fn remove(engine: &Engine, request: wire::RemoveSavedSearch) -> Answer<wire::Nothing> {
    saved::remove(engine, SavedSearchId(request.id))?;
    Ok(wire::Nothing {})
}

pub(crate) fn remember(engine: &Engine, request: wire::RememberSearch) -> Answer<wire::Nothing> {
    let search = stored::lasting(engine, request.search, REMEMBERED_PX)?;
    if stored::asks_for_something(&search) {
        saved::remember(engine, &stored::write(&search)?)?;
    }
    Ok(wire::Nothing {})
}

pub(crate) fn history(engine: &Engine, _request: wire::Nothing) -> Answer<wire::SearchHistory> {
    // One that a later Latent wrote is passed over.
    let searches = saved::history(engine)?
        .into_iter()
        .filter_map(|asked| {
            Some(wire::AskedSearch {
                search: stored::read(&asked.query).ok()?,
                asked_at: asked.asked_at_s,
            })
        })
        .collect();
    Ok(wire::SearchHistory { searches })
}

pub(crate) fn clear_history(engine: &Engine, _request: wire::Nothing) -> Answer<wire::Nothing> {
    saved::clear_history(engine)?;
    Ok(wire::Nothing {})
}

fn answer(
    kept: SavedSearch,
    search: SearchPhotos,
    counted: Answer<Option<u64>>,
) -> wire::SavedSearch {
    let (photos, problem) = match counted {
        Ok(photos) => (photos, None),
        Err(error) => (None, Some(error.to_string())),
    };
    wire::SavedSearch {
        id: kept.id.0,
        name: kept.name,
        search,
        photos,
        problem,
        created_at: kept.created_at_s,
    }
}

/// Whether no change of photos, disks or models can heal it; all else is a problem of the day.
fn is_malformed(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::InvalidFilter | ErrorCode::InvalidBox | ErrorCode::InvalidRequest
    )
}
