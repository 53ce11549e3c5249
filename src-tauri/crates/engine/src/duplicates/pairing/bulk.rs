//! All pairs of a library that is new, or as good as new: candidates of all pictures at once, then
//! confirmed from the lowest picture up, so that what was done stays done when the job is stopped.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::{pair, read};
use crate::error::EngineError;
use crate::ids::PictureId;
use crate::jobs::Ctx;
use crate::near::{NearIndex, Prepared, Print};
use crate::store::pictures::{self, NearPair};
use crate::store::{Store, StoreError};

/// Pictures whose pairs are kept together, at least and at most.
const BATCH: RangeInclusive<usize> = 16..=4096;
/// Steps that the work is parted into, within these limits.
const STEPS: usize = 64;

/// Finds the pairs of all pictures that have none yet.
///
/// # Errors
/// [`EngineError::Cancelled`] with what was found kept; [`EngineError::Store`].
pub(super) fn pair_all(store: &Store, index: &NearIndex, ctx: &Ctx) -> Result<(), EngineError> {
    let waiting = store.read(|connection| pictures::unpaired(connection, u32::MAX))?;
    let candidates = candidates(store, index, ctx, &waiting)?;
    let mut rest = candidates.as_slice();
    let batch = (waiting.len() / STEPS).clamp(*BATCH.start(), *BATCH.end());
    for batch in waiting.chunks(batch) {
        // Once all pairs up to a picture are found, so are those of each picture up to it.
        let last = batch.last().map_or(0, |picture| picture.0);
        let (own, later) = rest.split_at(rest.partition_point(|(a, _)| *a <= last));
        rest = later;
        let groups: Vec<&[(i64, i64)]> = own.chunk_by(|x, y| x.0 == y.0).collect();
        let found: Result<Vec<Vec<NearPair>>, StoreError> = groups
            .par_iter()
            .map(|group| confirm(store, group))
            .collect();
        let pairs: Vec<NearPair> = found?.into_iter().flatten().collect();
        store.write_derived(|tx| pictures::put_pairs(tx, batch, &pairs))?;
        ctx.advance(batch.len() as u64, None)?;
    }
    Ok(())
}

/// The pairs of pictures that may show the same and were not compared yet.
fn candidates(
    store: &Store,
    index: &NearIndex,
    ctx: &Ctx,
    waiting: &[PictureId],
) -> Result<Vec<(i64, i64)>, EngineError> {
    let failed = Mutex::new(None);
    let get = |id: i64| -> Option<Print> {
        if ctx.is_cancelled() {
            return None;
        }
        let print = store.read(|connection| read(connection, PictureId(id)));
        print.unwrap_or_else(|error| {
            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            None
        })
    };
    let mut pairs = index.candidate_pairs(get);
    ctx.checkpoint()?;
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error.into());
    }
    let waiting: HashSet<i64> = waiting.iter().map(|picture| picture.0).collect();
    pairs.retain(|(a, b)| waiting.contains(a) || waiting.contains(b));
    Ok(pairs)
}

/// Those of a picture's candidates that show the same.
fn confirm(store: &Store, group: &[(i64, i64)]) -> Result<Vec<NearPair>, StoreError> {
    store.read_at_once(|connection| {
        let mut pairs = Vec::new();
        let first = group.first().map(|(a, _)| PictureId(*a));
        let Some((id, own)) = first.and_then(|id| Some((id, read(connection, id).transpose()?)))
        else {
            return Ok(pairs);
        };
        let own = own?;
        let own = Prepared::new(&own);
        for (_, other) in group {
            let other = PictureId(*other);
            if let Some(print) = read(connection, other)? {
                pairs.extend(pair((id, &own), (other, &print)));
            }
        }
        Ok(pairs)
    })
}
