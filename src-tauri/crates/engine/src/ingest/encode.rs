//! The stage between reading and committing: photos get the model's vector.
//!
//! While one batch is encoded the next one fills up, so the model is as seldom idle as the readers.

use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};
use half::f16;

use super::describe::to_f16;
use super::read::Outcome;
use crate::embed::EmbedError;
use crate::embed::preprocess::PixelTensor;
use crate::engine::models::OpenModel;

/// Photos encoded together: more gain nothing on a CPU.
pub(super) const PASS: usize = 8;

/// A batch is not held back longer than this for more to come.
const FILL_FOR: Duration = Duration::from_millis(250);

/// Encodes what comes in and hands everything on, in order, until nothing comes or nobody takes it.
///
/// # Errors
/// [`EmbedError`] of the model.
pub(super) fn encode_all(
    model: &OpenModel,
    outcomes: &Receiver<Outcome>,
    results: &Sender<Outcome>,
) -> Result<(), EmbedError> {
    while let Ok(first) = outcomes.recv() {
        let mut batch = vec![first];
        while batch.len() < PASS {
            match outcomes.recv_timeout(FILL_FOR) {
                Ok(next) => batch.push(next),
                Err(_late_or_ended) => break,
            }
        }
        encode_batch(model, &mut batch)?;
        for outcome in batch {
            if results.send(outcome).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn encode_batch(model: &OpenModel, batch: &mut [Outcome]) -> Result<(), EmbedError> {
    let (mut photos, mut pixels) = (Vec::new(), Vec::new());
    for outcome in batch {
        if let Outcome::Photo(photo) = outcome
            && let Some(tensor) = photo.pixels.take()
        {
            photos.push(photo);
            pixels.push(tensor);
        }
    }
    for (photo, vector) in photos.into_iter().zip(encode(model, pixels)?) {
        photo.semantic = Some(vector);
    }
    Ok(())
}

/// Encodes prepared pictures to what is stored.
pub(super) fn encode(
    model: &OpenModel,
    pixels: Vec<PixelTensor>,
) -> Result<Vec<Vec<f16>>, EmbedError> {
    let vectors = model.encode_images(pixels)?;
    Ok(vectors.iter().map(|vector| to_f16(vector)).collect())
}
