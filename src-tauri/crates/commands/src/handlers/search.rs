//! Queries, and the vectors behind them.

use latent_engine::Engine;
use latent_engine::ids::LibraryId;
use latent_engine::search::{self, Hit, Query};

use super::Answer;
use crate::error::CommandError;
use crate::{convert, wire};

pub(crate) fn search(engine: &Engine, request: wire::SearchPhotos) -> Answer<wire::SearchResult> {
    let page = search::search(engine, &query(request)?)?;
    Ok(wire::SearchResult {
        hits: page.hits.into_iter().map(hit).collect(),
        next_cursor: page.next_cursor,
        found: convert::found(page.found),
    })
}

/// The engine's query of a request.
pub(crate) fn query(request: wire::SearchPhotos) -> Answer<Query> {
    let images = request
        .images
        .into_iter()
        .map(convert::query_image)
        .collect::<Result<_, _>>()?;
    Ok(Query {
        typed: request.query,
        text: request.text,
        without: request.without,
        images,
        space: request.space,
        filter: request.filter,
        library: request.library_id.map(LibraryId),
        sort: request.sort.map(convert::sort),
        limit: request.limit.map(|limit| limit as usize),
        cursor: request.cursor,
        max_distance: request.max_distance,
    })
}

pub(crate) fn hold(engine: &Engine, request: wire::HoldPicture) -> Answer<wire::HeldPicture> {
    let source = convert::source(None, None, request.path, request.base64)?;
    let held = engine.hold_picture(source)?;
    Ok(wire::HeldPicture {
        held_id: held.id.0,
        width: held.width,
        height: held.height,
    })
}

pub(crate) fn embed(engine: &Engine, request: wire::Embed) -> Answer<wire::Embedding> {
    let space = request.space.as_deref();
    let descriptor = match (request.image, request.text) {
        (Some(image), None) => search::embed_image(engine, &convert::query_image(image)?, space)?,
        (None, Some(text)) => search::embed_text(engine, &text, space)?,
        _ => return Err(CommandError::invalid("Give either an image or a text")),
    };
    Ok(wire::Embedding {
        space: descriptor.space,
        dim: u32::try_from(descriptor.vector.len()).unwrap_or(u32::MAX),
        vector: descriptor.vector,
    })
}

pub(crate) fn spaces(engine: &Engine, _request: wire::Nothing) -> Answer<wire::Spaces> {
    let space = |space: search::SpaceInfo| wire::Space {
        name: space.name,
        dim: space.dim,
        photos: space.photos,
        answers_text: space.answers_text,
    };
    Ok(wire::Spaces {
        spaces: search::spaces(engine)?.into_iter().map(space).collect(),
    })
}

fn hit(hit: Hit) -> wire::Hit {
    wire::Hit {
        photo_id: hit.photo.0,
        path: hit.path,
        aspect: convert::aspect(hit.shape),
        distance: hit.distance,
        similarity: hit.similarity,
        region: None,
        by: hit.by.into_iter().map(str::to_owned).collect(),
    }
}
