//! Photos taken out of the library.

use std::path::PathBuf;

use latent_engine::Engine;
use latent_engine::crop_box::CropBox;
use latent_engine::error::EngineError;
use latent_engine::export::{
    self, Caption, Encoding, Export, Form, KeptMetadata, ListForm, Page, Pattern, SheetOptions,
    USUAL_PATTERN, Which,
};
use latent_engine::ids::PhotoId;

use super::{Answer, search};
use crate::error::CommandError;
use crate::wire;

/// The quality of JPEGs when nothing is said.
const QUALITY: u8 = 90;

/// Pictures in a row of a contact sheet when nothing is said.
const COLUMNS: u32 = 4;

pub(crate) fn plan(engine: &Engine, request: wire::ExportPhotos) -> Answer<wire::ExportPlan> {
    let plan = export::plan(engine, &export_of(request)?)?;
    Ok(wire::ExportPlan {
        photos: plan.photos,
        names: plan.names,
        in_library: plan.in_library,
    })
}

pub(crate) fn start(engine: &Engine, request: wire::ExportPhotos) -> Answer<wire::JobStarted> {
    let job = export::start(engine, export_of(request)?)?;
    Ok(wire::JobStarted { job_id: job.0 })
}

fn export_of(request: wire::ExportPhotos) -> Answer<Export> {
    let pattern = request.pattern.as_deref().unwrap_or(USUAL_PATTERN);
    let pattern = Pattern::read(pattern).map_err(EngineError::from)?;
    let pictures = |pattern, encoding| Form::Pictures {
        pattern,
        encoding,
        long_side_px: request.long_side_px,
        metadata: match request.metadata {
            None | Some(wire::KeptMetadata::All) => KeptMetadata::All,
            Some(wire::KeptMetadata::WithoutPlace) => KeptMetadata::WithoutPlace,
            Some(wire::KeptMetadata::Nothing) => KeptMetadata::Nothing,
        },
    };
    let form = match request.form {
        wire::ExportForm::Originals => Form::Originals {
            pattern,
            sidecars: request.sidecars,
        },
        wire::ExportForm::Jpeg => {
            let quality = request.quality.unwrap_or(QUALITY);
            pictures(pattern, Encoding::Jpeg { quality })
        }
        wire::ExportForm::Png => pictures(pattern, Encoding::Png),
        wire::ExportForm::Csv => Form::List(ListForm::Csv),
        wire::ExportForm::Json => Form::List(ListForm::Json),
        wire::ExportForm::Sheet => Form::Sheet(sheet(request.sheet)),
    };
    let most = request.most.map(|most| most as usize);
    Ok(Export {
        photos: which(request.photo_ids, request.parts, request.search, most)?,
        crop: request.crop.map(crop).transpose()?,
        form,
        output: PathBuf::from(request.output),
    })
}

fn which(
    photos: Option<Vec<i64>>,
    parts: Option<Vec<wire::PhotoPart>>,
    found: Option<wire::SearchPhotos>,
    most: Option<usize>,
) -> Answer<Which> {
    match (photos, parts, found) {
        (Some(ids), None, None) => {
            let items = ids.into_iter().map(|id| (PhotoId(id), None));
            Ok(Which::These(items.collect()))
        }
        (None, Some(parts), None) => {
            let item = |part: wire::PhotoPart| Ok((PhotoId(part.photo_id), Some(crop(part.crop)?)));
            let items = parts.into_iter().map(item);
            Ok(Which::These(items.collect::<Answer<_>>()?))
        }
        (None, None, Some(found)) => {
            let query = Box::new(search::query(found)?);
            Ok(Which::Found { query, most })
        }
        _ => Err(CommandError::invalid(
            "Give exactly one of photoIds, parts and search",
        )),
    }
}

fn crop(part: wire::BoxFractions) -> Answer<CropBox> {
    let crop = CropBox::new(part.x, part.y, part.width, part.height);
    Ok(crop.map_err(EngineError::from)?)
}

fn sheet(layout: Option<wire::SheetLayout>) -> SheetOptions {
    let layout = layout.unwrap_or(wire::SheetLayout {
        page: None,
        landscape: false,
        columns: None,
        captions: None,
        title: None,
    });
    let caption = |caption| match caption {
        wire::SheetCaption::Name => Caption::Name,
        wire::SheetCaption::Date => Caption::Date,
        wire::SheetCaption::Exposure => Caption::Exposure,
        wire::SheetCaption::Rating => Caption::Rating,
        wire::SheetCaption::Tags => Caption::Tags,
    };
    let captions = layout.captions.map(|all| all.into_iter().map(caption));
    SheetOptions {
        page: match layout.page {
            None | Some(wire::PageSize::A4) => Page::A4,
            Some(wire::PageSize::A3) => Page::A3,
            Some(wire::PageSize::Letter) => Page::Letter,
        },
        landscape: layout.landscape,
        columns: layout.columns.unwrap_or(COLUMNS),
        captions: captions.map_or_else(|| vec![Caption::Name], Iterator::collect),
        title: layout.title.filter(|title| !title.trim().is_empty()),
    }
}
