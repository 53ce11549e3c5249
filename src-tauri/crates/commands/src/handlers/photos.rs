//! Photos, one by one and in rows, and crops of them.

use std::path::Path;

use latent_engine::ids::{LibraryId, PhotoId};
use latent_engine::metadata;
use latent_engine::photo::VideoKind;
use latent_engine::search::{self, Sort};
use latent_engine::store::photos::PhotoRow;
use latent_engine::{Engine, cache};

use super::Answer;
use crate::error::CommandError;
use crate::{convert, wire};

pub(crate) fn rate(engine: &Engine, request: wire::RatePhotos) -> Answer<wire::PhotosRated> {
    let ids: Vec<PhotoId> = request.photo_ids.into_iter().map(PhotoId).collect();
    let changed = metadata::rate(engine, &ids, request.rating)?;
    let change = |change: metadata::RatingChange| wire::RatingChange {
        rating: change.before,
        photo_ids: change.photos.into_iter().map(|id| id.0).collect(),
    };
    Ok(wire::PhotosRated {
        changed: changed.into_iter().map(change).collect(),
    })
}

pub(crate) fn list(engine: &Engine, request: wire::ListPhotos) -> Answer<wire::PhotoList> {
    let sort = request.sort.map_or(Sort::TakenAt, convert::sort);
    let library = request.library_id.map(LibraryId);
    let order = (sort, request.seed.unwrap_or_default());
    let stacks = convert::stacks(request.stacks);
    let listing = search::list(engine, library, request.filter.as_ref(), order, stacks)?;
    let (stacked, stack_sizes) = listing.sizes.into_iter().unzip::<_, _, Vec<_>, _>();
    Ok(wire::PhotoList {
        photo_ids: listing.shapes.iter().map(|shape| shape.id.0).collect(),
        aspects: listing.shapes.into_iter().map(convert::aspect).collect(),
        stacked: stacked.into_iter().map(|id| id.0).collect(),
        stack_sizes,
        films: listing.films.iter().map(|film| film.id.0).collect(),
        film_seconds: listing.films.iter().map(|film| film.duration_s).collect(),
        found: convert::found(listing.found),
    })
}

pub(crate) fn get(engine: &Engine, request: wire::GetPhoto) -> Answer<wire::Photo> {
    Ok(photo(engine.photo(PhotoId(request.photo_id))?))
}

pub(crate) fn export_crop(
    engine: &Engine,
    request: wire::ExportCrop,
) -> Answer<wire::ExportedCrop> {
    let output = Path::new(&request.output);
    if !output.is_absolute() {
        return Err(CommandError::invalid("Name the output by its whole path"));
    }
    let image = convert::query_image(request.image)?;
    let crop = image
        .crop
        .map(|crop| crop.resolve(engine, &image.source))
        .transpose()?;
    let (width, height) = engine.export_crop(&image.source, crop, output, request.overwrite)?;
    Ok(wire::ExportedCrop {
        path: request.output,
        width,
        height,
    })
}

fn photo(row: PhotoRow) -> wire::Photo {
    let camera = row.camera;
    wire::Photo {
        id: row.id.0,
        library_id: row.library_id.0,
        path: row.path,
        folder: row.folder,
        file_name: row.file_name,
        bytes: row.bytes,
        modified_at: row.mtime_ns.div_euclid(1_000_000_000),
        film: VideoKind::is_named(&row.format),
        duration_s: camera.duration_s,
        format: row.format,
        width: row.width,
        height: row.height,
        taken_at: camera.taken_at,
        taken_offset_min: camera.taken_offset_min,
        camera: camera.camera,
        lens: camera.lens,
        iso: camera.iso,
        aperture: camera.aperture,
        shutter_s: camera.shutter_s,
        focal_mm: camera.focal_mm,
        lat: camera.lat,
        lon: camera.lon,
        rating: camera.rating,
        uniqueness: row.uniqueness,
        label: row.label,
        caption: camera.caption,
        tags: row.tags,
        attributes: row.attributes,
        visual_words: row
            .visual_words
            .split(", ")
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect(),
        offline: row.offline,
        content_hash: cache::hex(&row.content_hash),
        spaces: row.spaces,
    }
}
