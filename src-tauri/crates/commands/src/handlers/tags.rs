//! Tags on photos.

use latent_engine::Engine;
use latent_engine::ids::{LibraryId, PhotoId};
use latent_engine::tags::{self, TagChange};

use super::Answer;
use crate::wire;

pub(crate) fn add(engine: &Engine, request: wire::TagPhotos) -> Answer<wire::TagsChanged> {
    Ok(changed(tags::add(engine, &ids(&request), &request.tags)?))
}

pub(crate) fn remove(engine: &Engine, request: wire::TagPhotos) -> Answer<wire::TagsChanged> {
    Ok(changed(tags::remove(
        engine,
        &ids(&request),
        &request.tags,
    )?))
}

pub(crate) fn list(engine: &Engine, request: wire::ListTags) -> Answer<wire::Tags> {
    let library = request.library_id.map(LibraryId);
    let counts = tags::list(engine, library, request.containing.as_deref())?;
    let count = |(tag, photos)| wire::TagCount { tag, photos };
    Ok(wire::Tags {
        tags: counts.into_iter().map(count).collect(),
    })
}

fn ids(request: &wire::TagPhotos) -> Vec<PhotoId> {
    request.photo_ids.iter().copied().map(PhotoId).collect()
}

fn changed(changes: Vec<TagChange>) -> wire::TagsChanged {
    let change = |change: TagChange| wire::TagChange {
        tag: change.tag,
        photo_ids: change.photos.into_iter().map(|id| id.0).collect(),
    };
    wire::TagsChanged {
        changed: changes.into_iter().map(change).collect(),
    }
}
