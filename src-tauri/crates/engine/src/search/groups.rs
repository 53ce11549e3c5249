//! At most one hit for each value of a field: the best of each, in the order of the bests.
//!
//! Whenever the best photos so far do not fill the page, all photos of the values seen are left
//! out and the rest is asked again, so that a field with few values costs few searches.
//! Every page starts from the top, since what stands there decides which values are taken.

use std::collections::HashSet;

use super::candidates::Candidates;
use super::order::{Placed, Position, Source};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::photo_set::PhotoSet;
use crate::store::photos::{self, GroupField};

/// Photos that are looked at for each hit that is wanted, at first.
const DEPTH: usize = 4;

/// A match with the value that it stands for.
pub(super) type Grouped = (Placed, Option<String>);

/// The first `count` after a position.
pub(super) fn first(
    engine: &Engine,
    source: &mut Source<'_>,
    candidates: &Candidates,
    field: &GroupField,
    after: Option<&Position>,
    count: usize,
) -> Result<Vec<Grouped>, EngineError> {
    let mut candidates = candidates.clone();
    let mut values = HashSet::new();
    let mut page = Vec::new();
    loop {
        let depth = (count * DEPTH).max(100);
        let batch = source.first(&candidates, None, depth)?;
        let exhausted = batch.len() < depth;
        let ids: Vec<_> = batch.iter().map(|one| one.found.photo).collect();
        let own = engine
            .store()
            .read(|connection| photos::group_values(connection, field, &ids))?;
        let mut fresh = Vec::new();
        for (one, value) in batch.into_iter().zip(own) {
            if let Some(value) = &value {
                if !values.insert(value.clone()) {
                    continue;
                }
                fresh.push(value.clone());
            }
            if after.is_none_or(|after| one.position.compare(after).is_gt()) {
                page.push((one, value));
            }
        }
        if exhausted || page.len() >= count {
            page.truncate(count);
            return Ok(page);
        }
        let mut seen: PhotoSet = ids.into_iter().collect();
        for value in fresh {
            seen.add(&photos::with_value(engine.store(), field, &value)?);
        }
        candidates = candidates.except(&seen);
    }
}
