//! Stacks and bursts.

use latent_engine::Engine;
use latent_engine::ids::{LibraryId, PhotoId};
use latent_engine::stacks::{self, Listed, Listing, StackPhoto};
use latent_engine::store::photos::Shape;

use super::Answer;
use crate::error::CommandError;
use crate::{convert, wire};

const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 1000;

pub(crate) fn list(engine: &Engine, request: wire::ListStacks) -> Answer<wire::StackList> {
    let listed = page(engine, &request, Listing::Stacks)?;
    Ok(wire::StackList {
        stacks: listed.groups.into_iter().map(stack).collect(),
        total: listed.total,
    })
}

pub(crate) fn bursts(engine: &Engine, request: wire::ListStacks) -> Answer<wire::BurstList> {
    let listed = page(engine, &request, Listing::Bursts)?;
    let burst = |photos: Vec<StackPhoto>| wire::Burst {
        photos: photos.into_iter().map(photo).collect(),
    };
    Ok(wire::BurstList {
        bursts: listed.groups.into_iter().map(burst).collect(),
        total: listed.total,
    })
}

pub(crate) fn get(engine: &Engine, request: wire::GetStack) -> Answer<wire::Stack> {
    let id = PhotoId(request.photo_id);
    engine.photo(id)?;
    Ok(stack(stacks::of_photo(engine, id)?))
}

pub(crate) fn make(engine: &Engine, request: wire::MakeStack) -> Answer<wire::Stack> {
    Ok(stack(stacks::make(engine, &ids(&request.photo_ids))?))
}

pub(crate) fn take_apart(
    engine: &Engine,
    request: wire::BreakStacks,
) -> Answer<wire::StacksBroken> {
    let apart = stacks::take_apart(engine, &ids(&request.photo_ids))?;
    let numbers = |ids: Vec<PhotoId>| ids.into_iter().map(|id| id.0).collect();
    Ok(wire::StacksBroken {
        stacks: apart.into_iter().map(numbers).collect(),
    })
}

pub(crate) fn forget(
    engine: &Engine,
    request: wire::ForgetStacks,
) -> Answer<wire::StacksForgotten> {
    let photos = stacks::forget(engine, &ids(&request.photo_ids))?;
    Ok(wire::StacksForgotten { photos })
}

fn page(engine: &Engine, request: &wire::ListStacks, what: Listing) -> Answer<Listed> {
    let limit = request.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let reason = format!("The limit is 1 to {MAX_LIMIT}");
        return Err(CommandError::invalid(reason));
    }
    let library = request.library_id.map(LibraryId);
    Ok(stacks::list(engine, what, library, limit, request.offset)?)
}

fn ids(numbers: &[i64]) -> Vec<PhotoId> {
    numbers.iter().copied().map(PhotoId).collect()
}

fn stack(photos: Vec<StackPhoto>) -> wire::Stack {
    wire::Stack {
        by_hand: photos.iter().any(|photo| photo.by_hand),
        photos: photos.into_iter().map(photo).collect(),
    }
}

fn photo(photo: StackPhoto) -> wire::StackPhoto {
    let shape = Shape {
        id: photo.id,
        width: photo.width,
        height: photo.height,
    };
    wire::StackPhoto {
        photo_id: photo.id.0,
        path: photo.path,
        format: photo.format,
        aspect: convert::aspect(shape),
    }
}
