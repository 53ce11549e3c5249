//! Stacks that a person makes and takes apart. What was said is kept by content, so that it outlives
//! rescans and moves.

use std::collections::BTreeSet;

use super::follow::look_at;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::PhotoId;
use crate::store::stacks::{self, Choice, StackPhoto};
use crate::store::{Connection, photos};

/// Photos of a stack, at most.
const MOST: usize = 500;

/// Makes one stack of photos, the first on top. Where they are that stack by their names anyway,
/// nothing has to be remembered, and what was is forgotten.
///
/// # Errors
/// [`EngineError::Invalid`] for fewer than two contents or more than 500 photos,
/// [`EngineError::NotFound`] for an unknown photo.
pub fn make(engine: &Engine, ids: &[PhotoId]) -> Result<Vec<StackPhoto>, EngineError> {
    if ids.len() > MOST {
        return Err(EngineError::invalid(format!(
            "A stack holds at most {MOST} photos"
        )));
    }
    let stack = engine.store().write(|tx| {
        let (contents, folders) = looked_up(tx, ids)?;
        if contents.len() < 2 {
            return Err(EngineError::invalid(
                "A stack is made of two or more photos with different contents",
            ));
        }
        for content in &contents {
            stacks::forget(tx, content)?;
        }
        look_at(tx, &folders)?;
        let Some(first) = ids.first().copied() else {
            return Ok(Vec::new());
        };
        let found = stacks::of_photo(tx, first)?;
        let is_asked = found.len() == contents.len()
            && found.first().is_some_and(|top| top.id == first)
            && found.iter().all(|photo| ids.contains(&photo.id));
        if is_asked {
            return Ok(found);
        }
        let number = stacks::next_number(tx)?;
        for (place, content) in (0..).zip(&contents) {
            let stack = Some(number);
            stacks::put(tx, content, Choice { stack, place })?;
        }
        look_at(tx, &folders)?;
        Ok(stacks::of_photo(tx, first)?)
    })?;
    engine.events().changed(&[Kind::Photos, Kind::Duplicates]);
    Ok(stack)
}

/// Takes the stacks apart that photos are in: each of their photos is by itself from then on.
/// Answers these photos, by stack.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown photo.
pub fn take_apart(engine: &Engine, ids: &[PhotoId]) -> Result<Vec<Vec<PhotoId>>, EngineError> {
    let apart = engine.store().write(|tx| {
        looked_up(tx, ids)?;
        let mut apart: Vec<Vec<PhotoId>> = Vec::new();
        for id in ids {
            let own: Vec<PhotoId> = stacks::of_photo(tx, *id)?
                .iter()
                .map(|photo| photo.id)
                .collect();
            if own.is_empty() || apart.contains(&own) {
                continue;
            }
            apart.push(own);
        }
        let all: Vec<PhotoId> = apart.iter().flatten().copied().collect();
        let (contents, folders) = looked_up(tx, &all)?;
        for content in &contents {
            let by_itself = Choice {
                stack: None,
                place: 0,
            };
            stacks::put(tx, content, by_itself)?;
        }
        look_at(tx, &folders)?;
        Ok::<_, EngineError>(apart)
    })?;
    if !apart.is_empty() {
        engine.events().changed(&[Kind::Photos, Kind::Duplicates]);
    }
    Ok(apart)
}

/// Forgets what was said of photos and of all they were stacked with by hand: they stack by their names
/// again. Answers how many photos of `ids` that concerned.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown photo.
pub fn forget(engine: &Engine, ids: &[PhotoId]) -> Result<u64, EngineError> {
    let forgotten = engine.store().write(|tx| {
        let (contents, folders) = looked_up(tx, ids)?;
        let choices = stacks::choices(tx)?;
        let mut folders = BTreeSet::from_iter(folders);
        let mut forgotten = 0;
        for content in &contents {
            let Some(said) = choices.get(content) else {
                continue;
            };
            forgotten += 1;
            stacks::forget(tx, content)?;
            let with_it = choices
                .iter()
                .filter(|(_, other)| said.stack.is_some() && other.stack == said.stack);
            for (other, _) in with_it {
                stacks::forget(tx, other)?;
                let files = stacks::with_content(tx, other)?;
                folders.extend(files.into_iter().map(|file| file.folder));
            }
        }
        look_at(tx, &Vec::from_iter(folders))?;
        Ok::<_, EngineError>(forgotten)
    })?;
    if forgotten > 0 {
        engine.events().changed(&[Kind::Photos, Kind::Duplicates]);
    }
    Ok(forgotten)
}

type LookedUp = (Vec<[u8; 32]>, Vec<String>);

/// The contents of photos, each once, and all folders with such a content.
fn looked_up(connection: &Connection, ids: &[PhotoId]) -> Result<LookedUp, EngineError> {
    let mut contents: Vec<[u8; 32]> = Vec::new();
    let mut folders = BTreeSet::new();
    for id in ids {
        let content = photos::hash_of(connection, *id)?;
        let content = content
            .filter(|_| photos::exists(connection, *id).unwrap_or_default())
            .and_then(|hash| <[u8; 32]>::try_from(hash).ok())
            .ok_or_else(|| EngineError::not_found("photo", id))?;
        if !contents.contains(&content) {
            contents.push(content);
            let files = stacks::with_content(connection, &content)?;
            folders.extend(files.into_iter().map(|file| file.folder));
        }
    }
    Ok((contents, Vec::from_iter(folders)))
}
