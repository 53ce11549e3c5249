//! Gives photos the model's vector that were indexed before the model came, and lets a new model
//! serve once it has them all.

use std::num::NonZero;
use std::thread;

use crossbeam_channel::bounded;

use super::encode::encode;
use crate::decoder::Source;
use crate::embed::preprocess::PixelTensor;
use crate::engine::Engine;
use crate::engine::models::{self, OpenModel};
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::{LibraryId, PhotoId};
use crate::jobs::{Ctx, Phase};
use crate::photo::DecodeSize;
use crate::picture::Picture;
use crate::store::{photos, vectors};

/// Photos decoded and encoded together: enough for the model to be busy, little to lose.
const BATCH: usize = 16;

/// Embeds what lacks the model's vector.
///
/// # Errors
/// [`EngineError::Cancelled`], [`EngineError`] of the catalog or the model.
pub(super) fn run(
    engine: &Engine,
    ctx: &Ctx,
    library: Option<LibraryId>,
) -> Result<(), EngineError> {
    let Some(model) = engine.models().for_indexing(engine.store()) else {
        return Ok(());
    };
    let lacking = engine
        .store()
        .read(|connection| vectors::lacking(connection, model.space().id, library))?;
    if !lacking.is_empty() {
        ctx.phase(Phase::Embed, Some(lacking.len() as u64))?;
    }
    embed_all(engine, ctx, &model, &lacking)?;
    engine.models().serve_if_complete(engine, &model)?;
    models::confirm_precision(engine)
}

/// Prepares a batch while the one before it is encoded.
fn embed_all(
    engine: &Engine,
    ctx: &Ctx,
    model: &OpenModel,
    lacking: &[PhotoId],
) -> Result<(), EngineError> {
    thread::scope(|scope| {
        let (prepared, batches) = bounded(1);
        scope.spawn(move || {
            for batch in lacking.chunks(BATCH) {
                let pictures = prepare_batch(engine, model, batch);
                if prepared.send((batch.len() as u64, pictures)).is_err() {
                    return;
                }
            }
        });
        for (count, pictures) in batches {
            store(engine, model, pictures)?;
            ctx.advance(count, None)?;
        }
        Ok(())
    })
}

fn prepare_batch(
    engine: &Engine,
    model: &OpenModel,
    batch: &[PhotoId],
) -> Vec<(PhotoId, PixelTensor)> {
    let readers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let parts: Vec<_> = batch
            .chunks(batch.len().div_ceil(readers).max(1))
            .map(|part| scope.spawn(move || prepare(engine, model, part)))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_default())
            .collect()
    })
}

fn store(
    engine: &Engine,
    model: &OpenModel,
    pictures: Vec<(PhotoId, PixelTensor)>,
) -> Result<(), EngineError> {
    let (ids, pixels): (Vec<_>, Vec<_>) = pictures.into_iter().unzip();
    let encoded = encode(model, pixels)?;
    let stored: Vec<_> = ids
        .into_iter()
        .zip(encoded)
        .map(|(id, vector)| (model.space().id, id, vector))
        .collect();
    engine.store().write(|tx| {
        for (space, id, vector) in &stored {
            vectors::put(tx, *space, *id, vector)?;
        }
        Ok::<_, EngineError>(())
    })?;
    engine.follow_vectors()?;
    // Searches that were answered without these vectors are asked again.
    engine.events().changed(&[Kind::Photos]);
    Ok(())
}

fn prepare(engine: &Engine, model: &OpenModel, part: &[PhotoId]) -> Vec<(PhotoId, PixelTensor)> {
    part.iter()
        .filter_map(|id| Some((*id, model.preprocess().apply(&picture(engine, *id)?))))
        .collect()
}

/// The photo's pixels: from its file as at the first reading, or from its thumbnail while its disk
/// is not there. A file that cannot be read any more is left to the next scan.
fn picture(engine: &Engine, id: PhotoId) -> Option<Picture> {
    let size = DecodeSize::AtLeast(crate::cache::ThumbSize::Large.px());
    let path = engine
        .store()
        .read(|connection| photos::path_of(connection, id))
        .ok()??;
    let decoded = engine.decoder().decode(Source::File(&path), size).ok();
    let decoded = decoded.or_else(|| {
        let hash = engine
            .store()
            .read(|connection| photos::hash_of(connection, id))
            .ok()??;
        let bytes = engine
            .cache()
            .thumbnail(&hash, crate::cache::ThumbSize::Large)?;
        engine.decoder().decode(Source::Bytes(&bytes), size).ok()
    })?;
    Some(decoded.decoded.picture)
}
