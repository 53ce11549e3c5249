//! How unlike every other photo each photo is, kept current: 1 less the cosine to the nearest other
//! photo in the `visual` space.
//!
//! A new photo may be the nearest of photos that were measured before. Those are among its own
//! nearest, down to a cosine; of those further off only photos can be concerned whose nearest was
//! further off still, and these are compared one by one.

use half::f16;
use rayon::prelude::*;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::PhotoId;
use crate::index::{Candidates, Neighbour};
use crate::jobs::{Ctx, Phase};
use crate::photo_set::PhotoSet;
use crate::store::photos::{self, Nearest};

/// Photos measured and kept together.
const BATCH: u32 = 256;
/// The nearest of a new photo that it may be the nearest of.
const CLOSE: usize = 64;

/// Measures the photos that have no uniqueness yet.
///
/// # Errors
/// [`EngineError::Cancelled`] with what was measured kept; [`EngineError::Store`].
pub(crate) fn run(engine: &Engine, ctx: &Ctx) -> Result<(), EngineError> {
    let store = engine.store();
    let waiting = store.read(photos::count_unmeasured)?;
    if waiting == 0 {
        return Ok(());
    }
    ctx.phase(Phase::Uniqueness, Some(waiting))?;
    let Some(space) = engine.spaces().serving("visual") else {
        return Ok(());
    };
    let mut after = PhotoId(0);
    loop {
        let batch = store.read(|connection| photos::unmeasured(connection, after, BATCH))?;
        let Some(last) = batch.last() else {
            engine.events().changed(&[Kind::Photos]);
            return Ok(());
        };
        after = *last;
        let measured: Vec<(PhotoId, Vec<Neighbour>)> = batch
            .par_iter()
            .filter_map(|id| {
                space.read(|index| {
                    let own: Vec<f32> = index.get(*id)?.iter().copied().map(f16::to_f32).collect();
                    let near = index.search(&own, CLOSE + 1, Candidates::All).ok()?;
                    let others = near.neighbours.into_iter().filter(|other| other.id != *id);
                    Some((*id, others.collect()))
                })
            })
            .collect();
        let (mut nearest, mut closer) = (Vec::new(), Vec::new());
        let lonely = store.read(|connection| {
            let least = measured.iter().filter_map(|(_, others)| others.last());
            let least = least
                .map(|other| other.cosine)
                .fold(f32::INFINITY, f32::min);
            photos::measured_above(connection, 1.0 - least.clamp(0.0, 1.0))
        })?;
        let lonely: PhotoSet = lonely.into_iter().collect();
        for (id, others) in &measured {
            let first = others.first();
            nearest.push(Nearest {
                photo: *id,
                nearest: first.map(|other| other.id),
                uniqueness: first.map_or(1.0, |other| uniqueness(other.cosine)),
            });
            closer.extend(others.iter().map(|other| of_other(*id, *other)));
            if !lonely.is_empty() {
                let found = space.read(|index| {
                    let own = index.get(*id)?;
                    let own: Vec<f32> = own.iter().copied().map(f16::to_f32).collect();
                    index
                        .search(&own, lonely.len(), Candidates::Only(&lonely))
                        .ok()
                });
                let others = found.into_iter().flat_map(|found| found.neighbours);
                closer.extend(
                    others
                        .filter(|other| other.id != *id)
                        .map(|o| of_other(*id, o)),
                );
            }
        }
        store.write(|tx| photos::set_nearest(tx, &nearest, &closer))?;
        ctx.advance(batch.len() as u64, None)?;
    }
}

fn of_other(id: PhotoId, other: Neighbour) -> Nearest {
    Nearest {
        photo: other.id,
        nearest: Some(id),
        uniqueness: uniqueness(other.cosine),
    }
}

/// 0 for a copy, 1 for a photo that nothing resembles.
fn uniqueness(cosine: f32) -> f32 {
    1.0 - cosine.clamp(0.0, 1.0)
}
