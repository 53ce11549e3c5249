//! How unlike every other photo each photo is, kept current: 1 less the cosine to the nearest other
//! photo in the `visual` space.
//!
//! A new photo may be the nearest of photos that were measured before. Those are among its own
//! nearest, down to a cosine; of those further off only photos can be concerned whose nearest was
//! further off still, and these are compared one by one. Many new photos are compared together, each
//! with every other photo of the library.

use half::f16;
use rayon::prelude::*;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::PhotoId;
use crate::index::{Candidates, Look, Neighbour, nearest_of_each};
use crate::jobs::{Ctx, Phase};
use crate::photo_set::PhotoSet;
use crate::store::StoreError;
use crate::store::photos::{self, Nearest};

/// Photos measured and kept together.
const BATCH: u32 = 256;
/// The nearest of a new photo that it may be the nearest of.
const CLOSE: usize = 64;
/// So many photos are compared together: of fewer each asks the index in less time.
const TOGETHER_FROM: u64 = 500;
/// Photos that are written in one transaction then.
const WRITTEN: usize = 1024;

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
    if waiting >= TOGETHER_FROM {
        measure_together(engine, ctx, &*space, waiting)?;
    }
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
            nearest.push(nearest_of(*id, first.copied()));
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
        if waiting < TOGETHER_FROM {
            ctx.advance(batch.len() as u64, None)?;
        }
    }
}

/// Measures all photos that wait. Those that come meanwhile, and those whose nearest goes, are left.
fn measure_together(
    engine: &Engine,
    ctx: &Ctx,
    space: &impl Look,
    waiting: u64,
) -> Result<(), EngineError> {
    let store = engine.store();
    let (ids, others) = store.read(|connection| {
        let ids = photos::unmeasured(connection, PhotoId(0), u32::MAX)?;
        Ok::<_, StoreError>((ids, photos::measured(connection)?))
    })?;
    let others = others.into_iter();
    let others: Vec<(PhotoId, f32)> = others.map(|(id, unique)| (id, 1.0 - unique)).collect();
    let mut told = 0;
    nearest_of_each(space, &ids, &others, |found| {
        for part in found.nearest.chunks(WRITTEN) {
            let part: Vec<Nearest> = part
                .iter()
                .map(|(id, other)| nearest_of(*id, *other))
                .collect();
            store.write(|tx| photos::set_nearest(tx, &part, &[]))?;
        }
        for part in found.closer.chunks(WRITTEN) {
            let part = part.iter().map(|(id, other)| nearest_of(*id, Some(*other)));
            let part: Vec<Nearest> = part.collect();
            store.write(|tx| photos::set_nearest(tx, &[], &part))?;
        }
        let done = (found.done * waiting as f64) as u64;
        ctx.advance(done - std::mem::replace(&mut told, done), None)
    })
}

fn nearest_of(photo: PhotoId, other: Option<Neighbour>) -> Nearest {
    Nearest {
        photo,
        nearest: other.map(|other| other.id),
        uniqueness: other.map_or(1.0, |other| uniqueness(other.cosine)),
    }
}

/// What a photo is to one of its neighbours.
fn of_other(id: PhotoId, other: Neighbour) -> Nearest {
    let Neighbour { id: other, cosine } = other;
    nearest_of(other, Some(Neighbour { id, cosine }))
}

/// 0 for a copy, 1 for a photo that nothing resembles.
fn uniqueness(cosine: f32) -> f32 {
    1.0 - cosine.clamp(0.0, 1.0)
}
