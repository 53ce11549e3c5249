//! What files and sidecars say of photos, and writing it.

use latent_engine::crop_box::CropBox;
use latent_engine::ids::{PhotoId, RegionId};
use latent_engine::metadata::{self, Conflict, NewRegion};
use latent_engine::sidecar::{RegionKind, Said};
use latent_engine::store::regions::RegionRow;
use latent_engine::{Engine, EngineError};

use super::Answer;
use crate::wire;

pub(crate) fn get(engine: &Engine, request: wire::GetMetadata) -> Answer<wire::PhotoMetadata> {
    let found = metadata::show(engine, PhotoId(request.photo_id))?;
    let photo = found.photo;
    Ok(wire::PhotoMetadata {
        path: photo.path,
        title: photo.title,
        taken_ms: photo.camera.taken_ms,
        focal_35_mm: photo.camera.focal_35_mm,
        altitude_m: photo.camera.altitude_m,
        rating: photo.camera.rating,
        label: photo.label,
        caption: photo.camera.caption,
        tags: photo.tags,
        regions: found.regions.into_iter().map(region).collect(),
        file: found.file.map(said),
        sidecar: found.sidecar.map(said),
        sidecar_path: found.sidecar_path,
        conflicts: found.conflicts.into_iter().map(conflict).collect(),
        problem: found.problem,
        write_problem: found.write_problem,
    })
}

pub(crate) fn write(engine: &Engine, request: wire::WriteMetadata) -> Answer<wire::JobStarted> {
    let ids: Vec<PhotoId> = request.photo_ids.into_iter().map(PhotoId).collect();
    for id in &ids {
        engine.photo(*id)?;
    }
    let job = metadata::start(engine, &ids)?;
    Ok(wire::JobStarted { job_id: job.0 })
}

pub(crate) fn writing(engine: &Engine, _: wire::Nothing) -> Answer<wire::MetadataWriting> {
    let on = metadata::is_writing(engine)?;
    Ok(wire::MetadataWriting { on })
}

pub(crate) fn set_writing(
    engine: &Engine,
    request: wire::MetadataWriting,
) -> Answer<wire::MetadataWriting> {
    metadata::set_writing(engine, request.on)?;
    Ok(request)
}

pub(crate) fn add_region(engine: &Engine, request: wire::AddRegion) -> Answer<wire::PhotoRegion> {
    let kind = match request.kind {
        None => RegionKind::Object,
        Some(word) => RegionKind::of_word(&word).ok_or_else(|| {
            let reason = format!("A region is no {word:?}: face, pet, focus, barCode or object");
            EngineError::invalid(reason)
        })?,
    };
    let part = request.area;
    let area = CropBox::new(part.x, part.y, part.width, part.height).map_err(EngineError::from)?;
    let name = request.name;
    let new = NewRegion { kind, name, area };
    let added = metadata::add_region(engine, PhotoId(request.photo_id), &new)?;
    Ok(region(added))
}

pub(crate) fn remove_region(
    engine: &Engine,
    request: wire::RemoveRegion,
) -> Answer<wire::PhotoRegion> {
    let id = RegionId(request.region_id);
    let (_, row) = metadata::remove_region(engine, id)?;
    Ok(region((id, row)))
}

fn region((id, row): (RegionId, RegionRow)) -> wire::PhotoRegion {
    let [x, y, width, height] = row.area;
    wire::PhotoRegion {
        id: id.0,
        is_own: row.is_own,
        kind: row.kind,
        name: row.name,
        x,
        y,
        width,
        height,
    }
}

fn said(said: Said) -> wire::SaidOfPhoto {
    wire::SaidOfPhoto {
        keywords: said.keywords,
        rating: said.rating,
        label: said.label,
        caption: said.caption,
        title: said.title,
        regions: u32::try_from(said.regions.len()).unwrap_or(u32::MAX),
    }
}

fn conflict(conflict: Conflict) -> wire::MetadataConflict {
    wire::MetadataConflict {
        property: conflict.property.to_owned(),
        file: conflict.file,
        sidecar: conflict.sidecar,
        sidecar_wins: conflict.sidecar_wins,
    }
}
