//! Searches kept by name, and those asked lately. A query is here a text that its asker wrote and
//! can read again: what is in it, and how many photos it finds, is not known here.

mod history;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::SavedSearchId;
use crate::store::saved::{self, SavedSearch};

pub use history::{clear_history, history, remember};

/// Letters a name may have.
const MAX_LETTERS: usize = 100;

/// Keeps a query under a name; replaces name and query of the one with an id.
///
/// # Errors
/// [`EngineError::Invalid`] for a malformed name, [`EngineError::AlreadyExists`] for the name of
/// another, whatever the case, [`EngineError::NotFound`] for an unknown id.
pub fn save(
    engine: &Engine,
    id: Option<SavedSearchId>,
    name: &str,
    query: &str,
) -> Result<SavedSearch, EngineError> {
    let name = tidy(name)?;
    let now_s = engine.now_s();
    let kept = engine.store().write_aside(|tx| {
        let known = saved::list(tx)?;
        refuse_taken(&known, id, name)?;
        let id = match id {
            Some(id) if known.iter().all(|other| other.id != id) => {
                return Err(EngineError::not_found("saved search", id));
            }
            Some(id) => {
                saved::replace(tx, id, name, query, now_s)?;
                id
            }
            None => saved::insert(tx, name, query, now_s)?,
        };
        let kept = saved::list(tx)?.into_iter().find(|other| other.id == id);
        kept.ok_or_else(|| EngineError::not_found("saved search", id))
    })?;
    engine.events().changed(&[Kind::SavedSearches]);
    Ok(kept)
}

/// Lists the kept queries by name.
///
/// # Errors
/// [`EngineError::Store`].
pub fn list(engine: &Engine) -> Result<Vec<SavedSearch>, EngineError> {
    let mut kept = engine
        .store()
        .read(|connection| saved::list(connection).map_err(EngineError::from))?;
    kept.sort_by_cached_key(|one| (one.name.to_lowercase(), one.id));
    Ok(kept)
}

/// Forgets a kept query.
///
/// # Errors
/// [`EngineError::NotFound`].
pub fn remove(engine: &Engine, id: SavedSearchId) -> Result<(), EngineError> {
    if !engine.store().write_aside(|tx| saved::remove(tx, id))? {
        return Err(EngineError::not_found("saved search", id));
    }
    engine.events().changed(&[Kind::SavedSearches]);
    Ok(())
}

/// The database compares the letters A to Z only; people take É and é for one letter too.
fn refuse_taken(
    known: &[SavedSearch],
    id: Option<SavedSearchId>,
    name: &str,
) -> Result<(), EngineError> {
    let wanted = name.to_lowercase();
    let taken = known
        .iter()
        .find(|other| Some(other.id) != id && other.name.to_lowercase() == wanted);
    match taken {
        None => Ok(()),
        Some(other) => Err(EngineError::AlreadyExists {
            what: format!("A saved search {}", other.name),
            advice: "choose another name, or replace that one",
        }),
    }
}

fn tidy(name: &str) -> Result<&str, EngineError> {
    let name = name.trim();
    let problem = if name.is_empty() {
        "A saved search needs a name"
    } else if name.chars().count() > MAX_LETTERS {
        "The name of a saved search may have 100 letters: shorten it"
    } else if name.chars().any(char::is_control) {
        "The name of a saved search is one line of text"
    } else {
        return Ok(name);
    };
    Err(EngineError::invalid(problem))
}
