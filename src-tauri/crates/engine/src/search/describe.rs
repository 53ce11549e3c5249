//! The vector of any picture or text in any space: a descriptor.

use super::QueryImage;
use crate::embed::{Small, color, visual};
use crate::engine::models::{self, SEMANTIC};
use crate::engine::{Engine, PictureSource};
use crate::error::EngineError;
use crate::ingest::descriptor_picture;
use crate::picture::Picture;
use crate::store::photos;

/// A vector and the space it lives in.
#[derive(Clone, Debug)]
pub struct Descriptor {
    /// "visual", "color" or "semantic".
    pub space: String,
    /// Unit norm.
    pub vector: Vec<f32>,
}

/// A space, and whether it answers text.
#[derive(Clone, Debug)]
pub struct SpaceInfo {
    /// "visual", "color" or "semantic".
    pub name: String,
    /// Dimensions.
    pub dim: u32,
    /// Photos that have a vector.
    pub photos: u64,
    /// A text can be compared in it.
    pub answers_text: bool,
}

/// The spaces that serve.
///
/// # Errors
/// [`EngineError::Store`].
pub fn spaces(engine: &Engine) -> Result<Vec<SpaceInfo>, EngineError> {
    let views = engine.list_spaces()?;
    Ok(views
        .into_iter()
        .map(|view| SpaceInfo {
            answers_text: view.name == SEMANTIC,
            name: view.name,
            dim: view.dim,
            photos: view.photos,
        })
        .collect())
}

/// Describes a picture, or a part of it.
///
/// # Errors
/// [`EngineError::Picture`], [`EngineError::Box`], [`EngineError::SpaceNotReady`].
pub fn embed_image(
    engine: &Engine,
    image: &QueryImage,
    space: Option<&str>,
) -> Result<Descriptor, EngineError> {
    let space = space_for_images(engine, space)?;
    let vector = query_vector(engine, image, &space)?;
    Ok(Descriptor { space, vector })
}

/// Describes a text in the `semantic` space.
///
/// # Errors
/// [`EngineError::SpaceNotReady`] without a model, or for another space.
pub fn embed_text(
    engine: &Engine,
    text: &str,
    space: Option<&str>,
) -> Result<Descriptor, EngineError> {
    if let Some(other) = space.filter(|space| *space != SEMANTIC) {
        let reason = format!("The space {other} knows no texts: ask for {SEMANTIC}");
        return Err(EngineError::SpaceNotReady { reason });
    }
    let model = engine
        .models()
        .serving(engine.store())
        .ok_or_else(|| no_model(engine))?;
    let vector = model.encode_text(text)?;
    Ok(Descriptor {
        space: SEMANTIC.to_owned(),
        vector,
    })
}

/// The space that pictures are compared in: the one asked for, or the one that says most.
pub(super) fn space_for_images(
    engine: &Engine,
    asked: Option<&str>,
) -> Result<String, EngineError> {
    match asked {
        Some(SEMANTIC) if engine.models().serving(engine.store()).is_none() => {
            Err(no_model(engine))
        }
        Some(name) if engine.spaces().serving(name).is_none() => Err(unknown_space(engine, name)),
        Some(name) => Ok(name.to_owned()),
        // A model that has seen only some of the photos would hide the others.
        None => Ok(if semantic_is_complete(engine) {
            SEMANTIC
        } else {
            "visual"
        }
        .to_owned()),
    }
}

fn semantic_is_complete(engine: &Engine) -> bool {
    let photos = |name| {
        engine
            .spaces()
            .serving(name)
            .map_or(0, |space| space.read(|m| m.len()))
    };
    let semantic = photos(SEMANTIC);
    semantic > 0
        && semantic >= photos("visual")
        && engine.models().serving(engine.store()).is_some()
}

/// The unit vector of a query's picture. A whole photo of a library has it stored.
pub(super) fn query_vector(
    engine: &Engine,
    image: &QueryImage,
    space: &str,
) -> Result<Vec<f32>, EngineError> {
    if let (PictureSource::Photo(id), None) = (&image.source, image.crop) {
        if let Some(vector) = models::stored_vector(engine, space, *id) {
            return Ok(vector);
        }
        if !engine
            .store()
            .read(|connection| photos::exists(connection, *id))?
        {
            return Err(EngineError::not_found("photo", id));
        }
    }
    let crop = image
        .crop
        .map(|crop| crop.resolve(engine, &image.source))
        .transpose()?;
    let picture = engine.load_picture(&image.source, crop)?;
    describe(engine, &picture, space)
}

fn describe(engine: &Engine, picture: &Picture, space: &str) -> Result<Vec<f32>, EngineError> {
    match space {
        "visual" => Ok(visual::describe(&descriptor_picture(picture))),
        "color" => Ok(color::describe(&Small::of(&descriptor_picture(picture)))),
        SEMANTIC => {
            let model = engine
                .models()
                .serving(engine.store())
                .ok_or_else(|| no_model(engine))?;
            let mut vectors = model.encode_images(vec![model.preprocess().apply(picture)])?;
            vectors
                .pop()
                .ok_or_else(|| EngineError::internal("no vector for a picture"))
        }
        other => Err(unknown_space(engine, other)),
    }
}

pub(super) fn no_model(engine: &Engine) -> EngineError {
    let reason = engine.models().problem().unwrap_or_else(|| {
        "No model is in use: name one's folder with `latent model use DIR`".to_owned()
    });
    EngineError::SpaceNotReady { reason }
}

pub(super) fn unknown_space(engine: &Engine, name: &str) -> EngineError {
    if name == SEMANTIC {
        return no_model(engine);
    }
    let known: Vec<String> = engine
        .list_spaces()
        .unwrap_or_default()
        .into_iter()
        .map(|space| space.name)
        .collect();
    let reason = format!("There is no space {name}: there are {}", known.join(", "));
    EngineError::invalid(reason)
}
