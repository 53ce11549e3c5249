//! From the engine's types to the wire's.

use latent_engine::crop_box::CropBox;
use latent_engine::engine::PictureSource;
use std::path::PathBuf;

use latent_engine::cleaning::CleanupReport;
use latent_engine::duplicates::CheckReport;
use latent_engine::engine::model_files::ModelReport;
use latent_engine::events;
use latent_engine::export::ExportReport;
use latent_engine::ids::{PhotoId, QueryPictureId};
use latent_engine::ingest::IndexReport;
use latent_engine::jobs::{JobState, JobView, Report, Unit};
use latent_engine::metadata::WriteReport;
use latent_engine::search::{Crop, Found, QueryImage, Sort, Stacks};
use latent_engine::store::photos::Shape;

use crate::error::CommandError;
use crate::wire;

/// An engine's event as it crosses the wire.
#[must_use]
pub fn event(event: &events::Event) -> wire::Event {
    match event {
        events::Event::Job(view) => wire::Event::Job {
            job: Box::new(job((**view).clone())),
        },
        events::Event::Changed(kinds) => wire::Event::Changed {
            kinds: kinds.iter().map(|kind| kind.word().to_owned()).collect(),
        },
        events::Event::KeptUp(done) => wire::Event::KeptUp {
            report: Box::new(report((**done).clone())),
        },
    }
}

pub(crate) fn job(view: JobView) -> wire::Job {
    let progress = view.progress;
    let (mut indexed, mut model, mut cleanup) = (None, None, None);
    let (mut metadata, mut checked, mut export) = (None, None, None);
    match view.report {
        Some(Report::Index(done)) => indexed = Some(report(done)),
        Some(Report::Model(done)) => model = Some(model_report(done)),
        Some(Report::Cleanup(done)) => cleanup = Some(cleanup_report(done)),
        Some(Report::Metadata(done)) => metadata = Some(write_report(done)),
        Some(Report::Checked(done)) => checked = Some(check_report(&done)),
        Some(Report::Export(done)) => export = Some(export_report(done)),
        Some(Report::Grouped(_)) | None => {}
    }
    wire::Job {
        id: view.id.0,
        kind: view.kind.word().to_owned(),
        title: view.title,
        library_id: view.library_id.map(|id| id.0),
        quiet: view.quiet,
        state: match view.state {
            JobState::Queued => wire::JobState::Queued,
            JobState::Running => wire::JobState::Running,
            JobState::Paused => wire::JobState::Paused,
            JobState::Done => wire::JobState::Done,
            JobState::Cancelled => wire::JobState::Cancelled,
            JobState::Failed => wire::JobState::Failed,
        },
        progress: wire::Progress {
            phase: progress.phase.number(),
            phases: progress.phase.count(),
            phase_name: progress.phase.name().to_owned(),
            done: progress.done,
            total: progress.total,
            rate: progress.rate,
            unit: unit(progress.phase.unit()),
            seconds_left: progress.seconds_left,
            current: progress.current,
        },
        report: indexed,
        model,
        cleanup,
        metadata,
        checked,
        export,
        error: view.error,
    }
}

fn unit(unit: Unit) -> Option<wire::ProgressUnit> {
    match unit {
        Unit::Items => None,
        Unit::Bytes => Some(wire::ProgressUnit::Bytes),
    }
}

fn check_report(report: &CheckReport) -> wire::CheckReport {
    wire::CheckReport {
        files: report.files,
        copies: report.copies,
        copied_bytes: report.copied_bytes,
        known: report.known,
        faults: report.faults,
        seconds: report.seconds,
    }
}

fn export_report(report: ExportReport) -> wire::ExportReport {
    let failed = |(path, reason): (PathBuf, String)| wire::SkippedFile {
        path: latent_engine::io::shown(&path),
        reason,
    };
    wire::ExportReport {
        photos: report.photos,
        files: report.files,
        bytes: report.bytes,
        output: latent_engine::io::shown(&report.output),
        failed: report.failed.into_iter().map(failed).collect(),
        seconds: report.seconds,
    }
}

fn write_report(report: WriteReport) -> wire::WriteReport {
    let failed = |(path, reason): (PathBuf, String)| wire::SkippedFile {
        path: latent_engine::io::shown(&path),
        reason,
    };
    wire::WriteReport {
        written: report.written,
        same: report.same,
        failed: report.failed.into_iter().map(failed).collect(),
        seconds: report.seconds,
    }
}

fn cleanup_report(report: CleanupReport) -> wire::CleanupReport {
    let skipped = |(path, reason): (PathBuf, String)| wire::SkippedFile {
        path: latent_engine::io::shown(&path),
        reason,
    };
    wire::CleanupReport {
        session_id: report.session_id,
        files: report.files,
        bytes: report.bytes,
        skipped: report.skipped.into_iter().map(skipped).collect(),
        seconds: report.seconds,
    }
}

fn model_report(report: ModelReport) -> wire::ModelReport {
    let damaged = |(file, problem)| wire::DamagedFile { file, problem };
    wire::ModelReport {
        model: report.model,
        folder: latent_engine::io::shown(&report.folder),
        files: report.files,
        bytes: report.bytes,
        was_there: report.was_there,
        locked: report.locked,
        damaged: report.damaged.into_iter().map(damaged).collect(),
        seconds: report.seconds,
    }
}

fn report(report: IndexReport) -> wire::IndexReport {
    wire::IndexReport {
        library_id: report.library_id.map(|id| id.0),
        photos: report.photos,
        added: report.added,
        changed: report.changed,
        moved: report.moved,
        removed: report.removed,
        copies: report.copies,
        copied_photos: report.copied.into_iter().map(|id| id.0).collect(),
        faults: report.faults,
        offline: report.offline,
        seconds: report.seconds,
    }
}

/// Which photos of a stack are meant.
pub(crate) fn stacks(show: Option<wire::StackShow>) -> Stacks {
    match show {
        None | Some(wire::StackShow::Top) => Stacks::Top,
        Some(wire::StackShow::Each) => Stacks::Each,
    }
}

pub(crate) fn sort(sort: wire::Sort) -> Sort {
    match sort {
        wire::Sort::Relevance => Sort::Relevance,
        wire::Sort::TakenAt => Sort::TakenAt,
        wire::Sort::TakenAtOldest => Sort::TakenAtOldest,
        wire::Sort::Name => Sort::Name,
        wire::Sort::Rating => Sort::Rating,
        wire::Sort::AddedAt => Sort::AddedAt,
        wire::Sort::Uniqueness => Sort::Uniqueness,
        wire::Sort::Random => Sort::Random,
    }
}

pub(crate) fn found(found: Found) -> wire::Found {
    wire::Found {
        by: found.by.to_owned(),
        space: found.space,
        candidates: found.candidates,
        rescored: found.rescored,
        cutoff: found.cutoff,
        total: found.total,
        ms: found.ms,
        note: found.note,
    }
}

/// Width over height in thousandths, at least 1.
pub(crate) fn aspect(shape: Shape) -> u32 {
    let aspect = u64::from(shape.width) * 1000 / u64::from(shape.height.max(1));
    u32::try_from(aspect).unwrap_or(u32::MAX).max(1)
}

/// A query's picture; exactly one source and at most one box.
pub(crate) fn query_image(image: wire::QueryImage) -> Result<QueryImage, CommandError> {
    let crop = match (image.crop, image.box_px.as_deref()) {
        (None, None) => None,
        (Some(b), None) => {
            let fractions = CropBox::new(b.x, b.y, b.width, b.height);
            Some(Crop::Fractions(
                fractions.map_err(latent_engine::EngineError::from)?,
            ))
        }
        (None, Some(&[x, y, width, height])) => Some(Crop::Pixels([x, y, width, height])),
        (None, Some(_)) => {
            return Err(CommandError::new(
                wire::ErrorCode::InvalidBox,
                "A box in pixels is four numbers: x, y, width, height",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(CommandError::invalid(
                "Give the box once: as box or as boxPx",
            ));
        }
    };
    let source = source(image.photo_id, image.held_id, image.path, image.base64)?;
    Ok(QueryImage {
        source,
        crop,
        weight: image.weight.unwrap_or(1.0),
    })
}

/// Where a picture comes from; exactly one of the four.
pub(crate) fn source(
    photo_id: Option<i64>,
    held_id: Option<i64>,
    path: Option<String>,
    base64: Option<String>,
) -> Result<PictureSource, CommandError> {
    match (photo_id, held_id, path, base64) {
        (Some(id), None, None, None) => Ok(PictureSource::Photo(PhotoId(id))),
        (None, Some(id), None, None) => Ok(PictureSource::Held(QueryPictureId(id))),
        (None, None, Some(path), None) => Ok(PictureSource::File(path.into())),
        (None, None, None, Some(text)) => Ok(PictureSource::Bytes(decode(&text)?.into())),
        _ => Err(CommandError::invalid(
            "A picture is given once: as photoId, heldId, path or base64",
        )),
    }
}

/// The bytes of a picture as base64.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Base64, plain or as a `data:` URL, with or without line breaks and padding.
fn decode(text: &str) -> Result<Vec<u8>, CommandError> {
    use base64::Engine as _;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    let text = match text.strip_prefix("data:") {
        Some(url) => url.split_once(";base64,").map_or("", |(_, data)| data),
        None => text,
    };
    let text: String = text.split_ascii_whitespace().collect();
    let bytes = engine.decode(text).unwrap_or_default();
    if bytes.is_empty() {
        return Err(CommandError::invalid(
            "The picture is not base64: encode the file's bytes",
        ));
    }
    Ok(bytes)
}
