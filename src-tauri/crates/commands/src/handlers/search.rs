//! Queries, and the vectors behind them.

use latent_engine::Engine;
use latent_engine::ids::{LibraryId, PhotoId};
use latent_engine::search::{self, Hit, PartKind, Query};

use super::Answer;
use crate::error::CommandError;
use crate::{convert, wire};

pub(crate) fn search(engine: &Engine, request: wire::SearchPhotos) -> Answer<wire::SearchResult> {
    let query = query(request)?;
    let page = search::search(engine, &query)?;
    Ok(wire::SearchResult {
        hits: page.hits.into_iter().map(hit).collect(),
        next_cursor: page.next_cursor,
        found: convert::found(page.found),
    })
}

/// The engine's query of a request.
pub(crate) fn query(request: wire::SearchPhotos) -> Answer<Query> {
    let images = request.images.into_iter().map(convert::query_image);
    let photos = |ids: Vec<i64>| ids.into_iter().map(PhotoId).collect();
    Ok(Query {
        typed: request.query,
        text: request.text,
        without: request.without,
        text_weight: request.text_weight,
        images: images.collect::<Result<_, _>>()?,
        space: request.space,
        filter: request.filter,
        library: request.library_id.map(LibraryId),
        photos: request.photo_ids.map(photos),
        sort: request.sort.map(convert::sort),
        seed: request.seed.unwrap_or_default(),
        group_by: request.group_by,
        limit: request.limit.map(|limit| limit as usize),
        cursor: request.cursor,
        max_distance: request.max_distance,
        auto_cutoff: request.cutoff == Some(wire::Cutoff::Auto),
        tags: request.tags,
        tag_weight: request.tag_weight,
        stacks: convert::stacks(request.stacks),
    })
}

pub(crate) fn explain(engine: &Engine, request: wire::ExplainPhoto) -> Answer<wire::Explanation> {
    let query = query(request.search)?;
    let why = search::explain(engine, &query, PhotoId(request.photo_id))?;
    Ok(wire::Explanation {
        similarity: why.similarity,
        distance: why.distance,
        parts: why.parts.into_iter().map(part).collect(),
        filters: why.filters,
    })
}

pub(crate) fn facets(engine: &Engine, request: wire::CountFacets) -> Answer<wire::Facets> {
    let query = query(request.search)?;
    let limit = request.limit.map(|limit| limit as usize);
    let counted = search::count_facets(engine, &query, &request.fields, limit)?;
    let value = |value: search::FacetValue| wire::FacetValue {
        label: value.label,
        photos: value.photos,
        filter: value.filter,
    };
    let facet = |facet: search::Facet| wire::Facet {
        field: facet.field,
        values: facet.values.into_iter().map(value).collect(),
        more: facet.more,
        without: facet.without,
    };
    Ok(wire::Facets {
        total: counted.total,
        ms: counted.ms,
        facets: counted.facets.into_iter().map(facet).collect(),
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

fn part(part: search::WhyPart) -> wire::WhyPart {
    wire::WhyPart {
        kind: match part.kind {
            PartKind::Picture => wire::WhyKind::Picture,
            PartKind::Meaning => wire::WhyKind::Meaning,
            PartKind::Words => wire::WhyKind::Words,
            PartKind::Without => wire::WhyKind::Without,
            PartKind::Tags => wire::WhyKind::Tags,
        },
        label: part.label,
        weight: part.weight,
        cosine: part.cosine,
        similarity: part.similarity,
        share: part.share,
        found: part.found,
    }
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
        group: hit.group,
        stack: hit.stack,
        film: hit.is_film,
        duration_s: hit.duration_s,
    }
}
