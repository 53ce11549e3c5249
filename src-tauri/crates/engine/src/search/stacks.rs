//! Which photos of a stack an answer holds: one of each, or each that matches.
//!
//! The one that stands for a stack is the topmost that passes the filters, so that a filter for RAW
//! files finds them below their pictures too; one with the words of the query goes before others.

use super::Query;
use super::candidates::{self, Asked, Candidates};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::photo::{Format, VideoKind};
use crate::photo_set::PhotoSet;
use crate::store::photos::{self, Film, Shape};
use crate::store::stacks;

use super::query::Found;

/// Which photos of a stack are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stacks {
    /// One: the topmost that matches.
    #[default]
    Top,
    /// Each that matches.
    Each,
}

/// Photos in an order, for the grid.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The photos.
    pub shapes: Vec<Shape>,
    /// Photos in the stack of each that is in one, by id.
    pub sizes: Vec<(PhotoId, u32)>,
    /// Those that are films, shown by a frame.
    pub films: Vec<Film>,
    /// How they were found.
    pub found: Found,
}

/// Leaves one candidate of each stack where the query asks for that.
///
/// Where photos are named one by one, each of them is meant.
pub(super) fn show(
    engine: &Engine,
    query: &Query,
    candidates: Candidates,
    preferred: &PhotoSet,
) -> Result<Candidates, EngineError> {
    if query.stacks == Stacks::Each || query.photos.is_some() {
        return Ok(candidates);
    }
    let below = engine.store().below_tops()?;
    if below.is_empty() {
        return Ok(candidates);
    }
    let set = candidates::present(engine, &candidates)?;
    if set.shared(&below) == 0 {
        return Ok(candidates);
    }
    if candidates.is_all() && preferred.is_empty() {
        return Ok(candidates.except(&below).only_in(&set));
    }
    let shown = engine.store().one_of_each_stack(&set, preferred)?;
    Ok(candidates.only_in(&shown))
}

/// What is told of some photos of a list.
pub(super) struct Marks {
    /// Photos that stand for a stack, and how many files each has.
    pub(super) sizes: Vec<(PhotoId, u32)>,
    pub(super) films: Vec<Film>,
}

/// Lists the photos that pass the filters of a query, in an order: SQL over `photo`; with the sizes of
/// their stacks and which are films.
pub(super) fn list(
    engine: &Engine,
    query: &Query,
    order: &str,
) -> Result<(Vec<Shape>, Marks), EngineError> {
    let asked = Asked::of(engine, query)?;
    let store = engine.store();
    let shapes = if query.stacks == Stacks::Top && !store.below_tops()?.is_empty() {
        let candidates = candidates::find(engine, query, &asked, None)?;
        let shown = show(engine, query, candidates, &PhotoSet::new())?;
        let set = candidates::present(engine, &shown)?;
        store.read(|connection| photos::shapes_of(connection, &set, order))?
    } else {
        let predicate = candidates::predicate(query, &asked);
        store.read(|connection| {
            photos::shapes(connection, &predicate.sql, order, &predicate.params)
        })?
    };
    let listed: PhotoSet = shapes.iter().map(|shape| shape.id).collect();
    store.read(|connection| {
        let mut films = Vec::new();
        for kind in VideoKind::ALL {
            films.extend(photos::films_of_format(
                connection,
                Format::Video(kind).name(),
            )?);
        }
        films.retain(|film: &Film| listed.contains(film.id));
        let sizes = stacks::sizes(connection, &listed)?;
        Ok((shapes, Marks { sizes, films }))
    })
}
