//! Photos as files: copies of the originals, or new pictures of them.

use std::fs::{self, File, FileTimes};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tempfile::NamedTempFile;

use super::said;
use super::target::{self, Names};
use super::{Encoding, ExportReport, Exporting, Form, Item, Pattern};
use crate::decoder::Source;
use crate::error::EngineError;
use crate::io::{self, IoError};
use crate::jobs::Ctx;
use crate::photo::{self, DecodeSize};
use crate::sidecar;
use crate::store::photos::PhotoRow;

/// Photos that are made at once, before the first of them gets its name.
const BATCH: usize = 16;

/// A photo's file before it has its name.
struct Made {
    file: NamedTempFile,
    stem: PathBuf,
    ending: String,
    sidecar: Option<(PathBuf, Naming)>,
}

/// How a sidecar is named after its photo.
#[derive(Clone, Copy)]
enum Naming {
    /// `a.CR3.xmp`.
    Whole,
    /// `a.xmp`.
    Stem,
}

/// Why a photo was not made.
enum Unmade {
    /// The output or the catalog fails: the export ends.
    Fatal(EngineError),
    /// This one cannot be: the export goes on.
    Photo(PathBuf, String),
}

impl From<EngineError> for Unmade {
    fn from(error: EngineError) -> Self {
        Self::Fatal(error)
    }
}

impl From<IoError> for Unmade {
    fn from(error: IoError) -> Self {
        Self::Fatal(error.into())
    }
}

/// Writes the files. What was written before a failure, or before the job is cancelled, stays.
pub(super) fn write(
    exporting: &Exporting<'_>,
    ctx: &Ctx,
    items: &[Item],
    report: &mut ExportReport,
) -> Result<(), EngineError> {
    let mut names = Names::new(&exporting.export.output);
    let mut seq = 0;
    for batch in items.chunks(BATCH) {
        ctx.checkpoint()?;
        let numbered: Vec<(u64, &Item)> = (seq + 1..).zip(batch).collect();
        seq += batch.len() as u64;
        let made: Vec<Result<Made, Unmade>> = numbered
            .into_par_iter()
            .map(|(seq, item)| make(exporting, ctx, item, seq))
            .collect();
        // What was written of a batch stays, whatever became of the others.
        let mut fatal = None;
        for made in made {
            let shown = match made {
                Ok(made) => Some(keep(&mut names, made, report)?),
                Err(Unmade::Photo(path, reason)) => {
                    report.failed.push((path, reason));
                    None
                }
                Err(Unmade::Fatal(error)) => {
                    fatal.get_or_insert(error);
                    continue;
                }
            };
            ctx.advance(1, shown.as_deref())?;
        }
        if let Some(error) = fatal {
            return Err(error);
        }
    }
    Ok(())
}

/// Gives a photo its name, and its sidecar the name beside it.
fn keep(names: &mut Names, made: Made, report: &mut ExportReport) -> Result<String, EngineError> {
    let beside = |path: &Path| {
        let (_, naming) = made.sidecar.as_ref()?;
        Some(sidecar_of(path, *naming))
    };
    let path = names.place(made.file, &made.stem, &made.ending, beside)?;
    report.photos += 1;
    report.files += 1;
    report.bytes += target::size(&path);
    if let Some((from, naming)) = &made.sidecar {
        match copy_sidecar(from, &sidecar_of(&path, *naming)) {
            Ok(bytes) => {
                report.files += 1;
                report.bytes += bytes;
            }
            Err(error) if error.is_disk_full() => return Err(error.into()),
            Err(error) => report.failed.push((from.clone(), error.story())),
        }
    }
    Ok(io::shown(&path))
}

fn sidecar_of(photo: &Path, naming: Naming) -> PathBuf {
    match naming {
        Naming::Stem => photo.with_extension("xmp"),
        Naming::Whole => {
            let mut name = photo.as_os_str().to_owned();
            name.push(".xmp");
            PathBuf::from(name)
        }
    }
}

fn copy_sidecar(from: &Path, to: &Path) -> Result<u64, IoError> {
    let content = io::read(from)?;
    let mut options = File::options();
    let failed = |source| IoError::new("write", to, source);
    let mut file = options
        .write(true)
        .create_new(true)
        .open(to)
        .map_err(failed)?;
    let written = file.write_all(&content).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a sidecar is worse than none.
        let _told_already = fs::remove_file(to);
        return Err(failed(error));
    }
    Ok(content.len() as u64)
}

fn make(exporting: &Exporting<'_>, ctx: &Ctx, item: &Item, seq: u64) -> Result<Made, Unmade> {
    if ctx.is_cancelled() {
        return Err(EngineError::Cancelled.into());
    }
    let Some(row) = exporting.row(item.photo)? else {
        let reason = "It is not in the library any more".to_owned();
        return Err(Unmade::Photo(
            format!("photo {}", item.photo).into(),
            reason,
        ));
    };
    let path = exporting.engine.original_path(item.photo)?;
    if !path.exists() {
        let reason = match row.offline || !exporting.is_connected(&path) {
            true => "Its disk is not connected",
            false => "Its file is not there any more",
        };
        return Err(Unmade::Photo(path, reason.to_owned()));
    }
    let filling = exporting.filling(&row);
    let made = |pattern: &Pattern, ending: &str, file, sidecar| Made {
        file,
        stem: pattern.fill(&filling, seq),
        ending: ending.to_owned(),
        sidecar,
    };
    let folder = &exporting.export.output;
    match &exporting.export.form {
        Form::Originals { pattern, sidecars } => {
            let file = copied(&path, folder)?;
            let sidecar = if *sidecars {
                sidecar_from(&path, &row)
            } else {
                None
            };
            Ok(made(pattern, &filling.ending, file, sidecar))
        }
        Form::Pictures {
            pattern,
            encoding,
            long_side_px,
            metadata,
        } => {
            let bytes = encoded(exporting, &path, item, *encoding, *long_side_px)?;
            let now = exporting.engine.now_s();
            let bytes = said::put_into(bytes, &row, *metadata, now)
                .map_err(|error| Unmade::Photo(path.clone(), error.to_string()))?;
            let mut file = target::temporary(folder)?;
            let failed = |source| IoError::new("write to", folder, source);
            file.write_all(&bytes).map_err(failed)?;
            target::finish(&file)?;
            Ok(made(pattern, encoding.ending(), file, None))
        }
        Form::List(_) | Form::Sheet(_) => Err(EngineError::internal("no files to write").into()),
    }
}

/// The sidecar of a photo, and how it is named beside the copy.
fn sidecar_from(path: &Path, row: &PhotoRow) -> Option<(PathBuf, Naming)> {
    const SHARING: [&str; 9] = [
        "jpeg", "png", "webp", "tiff", "gif", "bmp", "heic", "avif", "jxl",
    ];
    let found = sidecar::find(path);
    let is_raw = !SHARING.contains(&row.format.as_str());
    let naming = match found.whole.is_none() && (is_raw || !found.is_stem_shared) {
        true => Naming::Stem,
        false => Naming::Whole,
    };
    Some((found.chosen()?.to_owned(), naming))
}

/// Copies an original beside its later place.
fn copied(path: &Path, folder: &Path) -> Result<NamedTempFile, Unmade> {
    let unreadable =
        |source| Unmade::Photo(path.to_owned(), IoError::new("read", path, source).story());
    let mut from = File::open(path).map_err(unreadable)?;
    let about = from.metadata().map_err(unreadable)?;
    let mut file = target::temporary(folder)?;
    let mut buffer = vec![0; 1 << 20];
    let mut copied = 0;
    loop {
        let read = from.read(&mut buffer).map_err(unreadable)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else {
            break;
        };
        let failed = |source| IoError::new("write to", folder, source);
        file.write_all(part).map_err(failed)?;
        copied += read as u64;
    }
    if copied != about.len() {
        let reason = "It changed while it was copied: export it again".to_owned();
        return Err(Unmade::Photo(path.to_owned(), reason));
    }
    if let Ok(modified) = about.modified() {
        let times = FileTimes::new().set_modified(modified);
        let _without_its_time_it_is_still_a_copy = file.as_file().set_times(times);
    }
    target::finish(&file)?;
    Ok(file)
}

fn encoded(
    exporting: &Exporting<'_>,
    path: &Path,
    item: &Item,
    encoding: Encoding,
    long_side_px: Option<u32>,
) -> Result<Vec<u8>, Unmade> {
    let share = item
        .crop
        .map_or(1.0, |crop| crop.width().min(crop.height()));
    let size = match long_side_px {
        None => DecodeSize::Full,
        // A tenth more than is wanted, so that nothing is made larger again.
        Some(side) => DecodeSize::AtLeast((side as f32 / share * 1.12).min(65_535.0) as u32),
    };
    let decoded = exporting
        .engine
        .decoder()
        .decode(Source::File(path), size)
        .map_err(|unread| Unmade::Photo(path.to_owned(), unread.to_string()))?
        .decoded;
    let mut picture = decoded.picture;
    if let Some(crop) = item.crop {
        picture = photo::crop(&picture, crop);
    }
    if let Some(side) = long_side_px {
        picture = photo::resize(&picture, side);
    }
    let encoded = match encoding {
        Encoding::Jpeg { quality } => photo::encode_jpeg(&picture, quality),
        Encoding::Png => photo::encode_png(&picture),
    };
    encoded.map_err(|error| Unmade::Photo(path.to_owned(), error.to_string()))
}
