//! Tags on photos: paths such as `places/italy/rome`. Every change says exactly which photos it
//! touched, so that it can be taken back.

use std::collections::BTreeSet;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::{LibraryId, PhotoId};
use crate::keyword_slash;
use crate::metadata;
use crate::store::{photos, tags, text};

/// Letters a tag may have.
const MAX_LETTERS: usize = 200;

/// The photos on which one tag changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagChange {
    /// The tag as it is written.
    pub tag: String,
    /// The photos that did not have it before, or had it.
    pub photos: Vec<PhotoId>,
}

/// Puts tags on photos: all of it, or nothing.
///
/// A tag that is there in another case keeps its spelling.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown photo, [`EngineError::Invalid`] for a malformed tag.
pub fn add(
    engine: &Engine,
    ids: &[PhotoId],
    names: &[String],
) -> Result<Vec<TagChange>, EngineError> {
    change(engine, ids, names, tags::add)
}

/// Takes tags off photos: all of it, or nothing.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown photo, [`EngineError::Invalid`] for a malformed tag.
pub fn remove(
    engine: &Engine,
    ids: &[PhotoId],
    names: &[String],
) -> Result<Vec<TagChange>, EngineError> {
    change(engine, ids, names, tags::remove)
}

/// Lists tags with the number of photos that carry each, by path.
///
/// # Errors
/// [`EngineError::Store`].
pub fn list(
    engine: &Engine,
    library: Option<LibraryId>,
    containing: Option<&str>,
) -> Result<Vec<(String, u64)>, EngineError> {
    let counts = engine
        .store()
        .read(|connection| tags::counts(connection, library))?;
    let plain = |tag: &str| keyword_slash::plain(&tag.to_lowercase());
    let Some(part) = containing.map(plain) else {
        return Ok(counts);
    };
    Ok(counts
        .into_iter()
        .filter(|(tag, _)| plain(tag).contains(&part))
        .collect())
}

fn change(
    engine: &Engine,
    ids: &[PhotoId],
    names: &[String],
    apply: fn(&crate::store::Connection, PhotoId, &str) -> crate::store::Result<bool>,
) -> Result<Vec<TagChange>, EngineError> {
    if names.is_empty() {
        return Err(EngineError::invalid("Name at least one tag"));
    }
    let names = names
        .iter()
        .map(|name| tidy(name))
        .collect::<Result<Vec<_>, _>>()?;
    let changes = engine.store().write(|tx| {
        for id in ids {
            if !photos::exists(tx, *id)? {
                return Err(EngineError::not_found("photo", id));
            }
        }
        let mut changes = Vec::new();
        for name in names {
            let tag = tags::spelling(tx, &name)?.unwrap_or(name);
            let mut touched = Vec::new();
            for id in ids {
                if apply(tx, *id, &tag)? {
                    touched.push(*id);
                }
            }
            changes.push(TagChange {
                tag,
                photos: touched,
            });
        }
        for id in ids {
            text::refresh(tx, *id)?;
        }
        tags::drop_unused(tx)?;
        Ok(changes)
    })?;
    let touched: BTreeSet<PhotoId> = changes
        .iter()
        .flat_map(|change| change.photos.iter().copied())
        .collect();
    if !touched.is_empty() {
        engine.events().changed(&[Kind::Tags]);
        metadata::changed(engine, &Vec::from_iter(touched))?;
    }
    Ok(changes)
}

/// A tag as it is stored: parts without spaces around them, none empty.
fn tidy(name: &str) -> Result<String, EngineError> {
    let parts: Vec<&str> = name
        .split('/')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let tag = parts.join("/");
    let problem = if tag.is_empty() {
        "A tag needs a name"
    } else if tag.chars().count() > MAX_LETTERS {
        "A tag may have 200 letters: shorten it"
    } else if tag.chars().any(char::is_control) {
        "A tag is one line of text"
    } else {
        return Ok(tag);
    };
    Err(EngineError::invalid(problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_tidied() {
        assert_eq!(
            tidy(" places / italy//rome/ ").unwrap(),
            "places/italy/rome"
        );
        assert!(tidy(" / ").is_err());
        assert!(tidy("a\nb").is_err());
        assert!(tidy(&"x".repeat(201)).is_err());
    }
}
