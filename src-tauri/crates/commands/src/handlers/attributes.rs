//! Attributes of photos.

use latent_engine::Engine;
use latent_engine::attributes::{self, AttributeChange, ValueKind};
use latent_engine::ids::{LibraryId, PhotoId};

use super::Answer;
use crate::wire;

pub(crate) fn set(
    engine: &Engine,
    request: wire::SetAttributes,
) -> Answer<wire::AttributesChanged> {
    let ids = ids(&request.photo_ids);
    Ok(changed(attributes::set(engine, &ids, &request.attributes)?))
}

pub(crate) fn remove(
    engine: &Engine,
    request: wire::RemoveAttributes,
) -> Answer<wire::AttributesChanged> {
    let ids = ids(&request.photo_ids);
    Ok(changed(attributes::remove(engine, &ids, &request.names)?))
}

pub(crate) fn list(engine: &Engine, request: wire::ListAttributes) -> Answer<wire::Attributes> {
    let counts = attributes::list(engine, request.library_id.map(LibraryId))?;
    let attributes = counts
        .into_iter()
        .map(|count| wire::AttributeCount {
            name: count.name,
            photos: count.photos,
            kinds: count.kinds.into_iter().map(kind).collect(),
        })
        .collect();
    Ok(wire::Attributes { attributes })
}

fn ids(ids: &[i64]) -> Vec<PhotoId> {
    ids.iter().copied().map(PhotoId).collect()
}

fn changed(changes: Vec<AttributeChange>) -> wire::AttributesChanged {
    let change = |change: AttributeChange| wire::AttributeChange {
        name: change.name,
        photo_id: change.photo.0,
        had: change.before.is_some(),
        before: change.before.unwrap_or_default(),
    };
    wire::AttributesChanged {
        changed: changes.into_iter().map(change).collect(),
    }
}

fn kind(kind: ValueKind) -> wire::ValueKind {
    match kind {
        ValueKind::Number => wire::ValueKind::Number,
        ValueKind::String => wire::ValueKind::String,
        ValueKind::Boolean => wire::ValueKind::Boolean,
        ValueKind::Array => wire::ValueKind::Array,
        ValueKind::Object => wire::ValueKind::Object,
        ValueKind::Null => wire::ValueKind::Null,
    }
}
