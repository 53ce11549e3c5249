//! Exports that are one file: lists and contact sheets. It is there whole or not at all.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use chrono::DateTime;

use super::sheet::{Caption, Sheet, SheetOptions, Small};
use super::target::{self, Names};
use super::{ExportReport, Exporting, Item, ListForm, list};
use crate::cache::ThumbSize;
use crate::error::EngineError;
use crate::io::IoError;
use crate::jobs::Ctx;
use crate::photo::{self, DecodeSize, Limits};
use crate::store::photos::PhotoRow;

/// The quality of pictures on a sheet.
const QUALITY: u8 = 85;

/// Writes a list.
pub(super) fn list(
    exporting: &Exporting<'_>,
    ctx: &Ctx,
    items: &[Item],
    form: ListForm,
    report: &mut ExportReport,
) -> Result<(), EngineError> {
    let output = &exporting.export.output;
    let failed = |source| IoError::new("write", output, source);
    let file = target::temporary(folder_of(output))?;
    let mut out = BufWriter::new(file.as_file());
    match form {
        ListForm::Csv => list::csv_head(&mut out).map_err(failed)?,
        ListForm::Json => out.write_all(b"[").map_err(failed)?,
    }
    for item in items {
        let Some(row) = exporting.row(item.photo)? else {
            note_gone(item, report);
            continue;
        };
        let library = exporting.library(&row);
        let written = match form {
            ListForm::Csv => list::csv_line(&mut out, &row, library),
            ListForm::Json => {
                let comma = if report.photos == 0 { "\n" } else { ",\n" };
                write!(out, "{comma}{}", list::value(&row, library))
            }
        };
        written.map_err(failed)?;
        report.photos += 1;
        ctx.advance(1, Some(&row.path))?;
    }
    if form == ListForm::Json {
        out.write_all(b"\n]\n").map_err(failed)?;
    }
    out.flush().map_err(failed)?;
    drop(out);
    let ending = match form {
        ListForm::Csv => "csv",
        ListForm::Json => "json",
    };
    keep(file, output, ending, report)
}

/// Makes a contact sheet, from thumbnails, so that photos on disks that are away are on it too.
pub(super) fn sheet(
    exporting: &Exporting<'_>,
    ctx: &Ctx,
    items: &[Item],
    options: &SheetOptions,
    report: &mut ExportReport,
) -> Result<(), EngineError> {
    let output = &exporting.export.output;
    let mut sheet = Sheet::new(options, items.len());
    for item in items {
        let Some(row) = exporting.row(item.photo)? else {
            note_gone(item, report);
            continue;
        };
        let picture = small(exporting, item, sheet.picture_px());
        let lines: Vec<String> = options
            .captions
            .iter()
            .map(|what| line(*what, &row))
            .collect();
        match picture {
            Ok(picture) => {
                sheet.add(Some(&picture), &lines);
                report.photos += 1;
            }
            Err(error) => {
                sheet.add(None, &lines);
                report
                    .failed
                    .push((row.path.clone().into(), error.to_string()));
            }
        }
        ctx.advance(1, Some(&row.path))?;
    }
    let mut file = target::temporary(folder_of(output))?;
    let failed = |source| IoError::new("write", output, source);
    file.write_all(&sheet.finish()).map_err(failed)?;
    keep(file, output, "pdf", report)
}

fn note_gone(item: &Item, report: &mut ExportReport) {
    let reason = "It is not in the library any more".to_owned();
    let photo = PathBuf::from(format!("photo {}", item.photo));
    report.failed.push((photo, reason));
}

/// A photo as small as it is printed.
fn small(exporting: &Exporting<'_>, item: &Item, side_px: u32) -> Result<Small, EngineError> {
    let jpeg = exporting.engine.thumbnail(item.photo, ThumbSize::Large)?;
    let decoded = photo::decode(&jpeg, DecodeSize::Full, &Limits::default());
    let mut picture = decoded
        .map_err(|source| EngineError::Picture {
            name: "of the thumbnail".to_owned(),
            source,
        })?
        .picture;
    if let Some(crop) = item.crop {
        picture = photo::crop(&picture, crop);
    }
    let picture = photo::resize(&picture, side_px);
    Ok(Small {
        jpeg: photo::encode_jpeg(&picture, QUALITY).map_err(EngineError::internal)?,
        width: picture.width(),
        height: picture.height(),
    })
}

fn line(what: Caption, row: &PhotoRow) -> String {
    match what {
        Caption::Name => row.file_name.clone(),
        Caption::Date => row
            .camera
            .taken_at
            .and_then(|at| DateTime::from_timestamp(at, 0))
            .map(|at| at.format("%Y-%m-%d %H:%M").to_string())
            .unwrap_or_default(),
        Caption::Exposure => exposure(row),
        Caption::Rating => row
            .camera
            .rating
            .map(|stars| format!("{stars} of 5"))
            .unwrap_or_default(),
        Caption::Tags => row.tags.join(", "),
    }
}

/// `Canon EOS R5 · f/2.8 · 1/250 s · ISO 400`, as much of it as is known.
fn exposure(row: &PhotoRow) -> String {
    let camera = &row.camera;
    let shutter = camera
        .shutter_s
        .filter(|s| *s > 0.0)
        .map(|s| match s < 0.35 {
            true => format!("1/{:.0} s", 1.0 / s),
            false => format!("{} s", (s * 10.0).round() / 10.0),
        });
    let aperture = camera
        .aperture
        .map(|f| format!("f/{}", (f * 10.0).round() / 10.0));
    let iso = camera.iso.map(|iso| format!("ISO {iso}"));
    let parts = [camera.camera.clone(), aperture, shutter, iso];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn folder_of(output: &Path) -> &Path {
    output.parent().unwrap_or(Path::new("/"))
}

/// Gives the file its name, or the next free one.
fn keep(
    file: tempfile::NamedTempFile,
    output: &Path,
    ending: &str,
    report: &mut ExportReport,
) -> Result<(), EngineError> {
    target::finish(&file)?;
    let own = output
        .extension()
        .is_some_and(|own| own.eq_ignore_ascii_case(ending));
    let name = match own {
        true => output.file_stem(),
        false => output.file_name(),
    };
    let stem = PathBuf::from(name.unwrap_or_default());
    let path = Names::new(folder_of(output)).place(file, &stem, ending, |_| None)?;
    report.files = 1;
    report.bytes = target::size(&path);
    report.output = path;
    Ok(())
}
