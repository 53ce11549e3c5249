//! Models of the `semantic` space.

use std::path::Path;

use latent_engine::Engine;
use latent_engine::engine::models::{self, ModelView};
use latent_engine::engine::precision::PrecisionChoice;

use super::Answer;
use crate::error::CommandError;
use crate::wire;

pub(crate) fn use_model(engine: &Engine, request: wire::UseModel) -> Answer<wire::Model> {
    Ok(model(models::use_model(
        engine,
        Path::new(&request.folder),
        PrecisionChoice::Auto,
    )?))
}

pub(crate) fn list(engine: &Engine, _request: wire::Nothing) -> Answer<wire::Models> {
    Ok(wire::Models {
        models: models::list(engine)?.into_iter().map(model).collect(),
    })
}

pub(crate) fn get(engine: &Engine, request: wire::GetModel) -> Answer<wire::Model> {
    if let Some(folder) = request.folder {
        return Ok(model(models::view(engine, Path::new(&folder))?));
    }
    let in_use = models::list(engine)?.into_iter().find(|view| view.in_use);
    in_use.map(model).ok_or_else(|| {
        let advice = "No model is in use: name one's folder with `latent model use DIR`";
        CommandError::new(wire::ErrorCode::NotFound, advice)
    })
}

fn model(view: ModelView) -> wire::Model {
    let info = view.info.as_ref();
    wire::Model {
        folder: latent_engine::io::shown(&view.folder),
        family: info.map_or(String::new(), |info| info.family.to_owned()),
        dim: info.map_or(0, |info| info.dim as u32),
        image_px: info.map_or(0, |info| info.image_px),
        context: info.map_or(0, |info| info.context as u32),
        activation: info.map_or(String::new(), |info| info.activation.clone()),
        fingerprint: info.map_or(String::new(), |info| info.fingerprint.clone()),
        in_use: view.in_use,
        photos: view.photos,
        problem: view.problem,
    }
}
