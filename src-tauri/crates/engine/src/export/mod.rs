//! Photos taken out of the library: their originals, JPEGs or PNGs of them or of parts of them, a
//! list, or a contact sheet. Nothing that is there is ever written over.

mod list;
mod pattern;
mod photos;
mod said;
mod sheet;
mod target;
mod whole;
mod winansi;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::crop_box::CropBox;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{JobId, LibraryId, PhotoId};
use crate::io;
use crate::jobs::{Ctx, JobKind, Phase, Report};
use crate::library::{folders, scan};
use crate::search::{self, MAX_LIMIT, Query};
use crate::store::photos::PhotoRow;

pub use pattern::{Filling, Pattern, PatternError};
pub use sheet::{Caption, MOST_COLUMNS, MOST_PHOTOS, Page, SheetOptions};

/// The pattern where none is given: the file's own name.
pub const USUAL_PATTERN: &str = "{name}";

/// Names that are shown before an export.
const SHOWN: usize = 5;

/// What is exported, and how.
#[derive(Clone, Debug)]
pub struct Export {
    /// Which photos.
    pub photos: Which,
    /// Only this part of each; a part that a photo has of its own goes before it.
    pub crop: Option<CropBox>,
    /// As what.
    pub form: Form,
    /// The folder of files; the file of a list or a sheet.
    pub output: PathBuf,
}

/// Which photos are exported.
#[derive(Clone, Debug)]
pub enum Which {
    /// These, in this order, whole or parts of them.
    These(Vec<(PhotoId, Option<CropBox>)>),
    /// What a search finds, in its order, at most so many.
    Found {
        /// The search; its cursor and its limit are not taken.
        query: Box<Query>,
        /// All where none is given.
        most: Option<usize>,
    },
}

/// As what photos are exported.
#[derive(Clone, Debug)]
pub enum Form {
    /// Copies of the files, byte for byte, with their times.
    Originals {
        /// How they are named.
        pattern: Pattern,
        /// With copies of their sidecars.
        sidecars: bool,
    },
    /// New files, upright, in sRGB.
    Pictures {
        /// How they are named.
        pattern: Pattern,
        /// As what they are written.
        encoding: Encoding,
        /// The long side in pixels, at most; their own where none is given.
        long_side_px: Option<u32>,
        /// What is written into them of what is known of the photos.
        metadata: KeptMetadata,
    },
    /// One file with a line for each photo.
    List(ListForm),
    /// One PDF with small pictures.
    Sheet(SheetOptions),
}

/// What a new picture says of its photo: when and with what it was taken, caption, tags and rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptMetadata {
    /// All of it.
    All,
    /// All but where it was taken.
    WithoutPlace,
    /// Nothing.
    Nothing,
}

/// A kind of picture file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// With this quality, 1 … 100.
    Jpeg {
        /// The quality.
        quality: u8,
    },
    /// Without loss.
    Png,
}

/// A kind of list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListForm {
    /// RFC 4180.
    Csv,
    /// An array of objects.
    Json,
}

/// What an export would do.
#[derive(Clone, Debug)]
pub struct ExportPlan {
    /// Photos that would be exported.
    pub photos: u64,
    /// The first of the files below the output, were nothing there yet.
    pub names: Vec<String>,
    /// The output lies in a library, which would take the files in.
    pub in_library: bool,
}

/// What an export did.
#[derive(Clone, Debug, Default)]
pub struct ExportReport {
    /// Photos that were exported.
    pub photos: u64,
    /// Files that were written, sidecars included.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
    /// The folder, or the file of a list or a sheet as it came to be named.
    pub output: PathBuf,
    /// Photos that were not exported, and why.
    pub failed: Vec<(PathBuf, String)>,
    /// How long it took.
    pub seconds: f64,
}

/// A photo that is exported.
#[derive(Clone, Copy, Debug)]
struct Item {
    photo: PhotoId,
    crop: Option<CropBox>,
}

/// What an export needs to know of the catalog.
struct Exporting<'a> {
    engine: &'a Engine,
    export: &'a Export,
    libraries: HashMap<LibraryId, String>,
    roots: Vec<PathBuf>,
}

impl<'a> Exporting<'a> {
    fn new(engine: &'a Engine, export: &'a Export) -> Result<Self, EngineError> {
        let libraries = folders::list(engine)?;
        let roots = libraries.iter().flat_map(|own| &own.roots);
        Ok(Self {
            engine,
            export,
            roots: roots.map(|root| root.path.clone()).collect(),
            libraries: libraries
                .into_iter()
                .map(|own| (own.id, own.name))
                .collect(),
        })
    }

    /// What is known of a photo; none where it is not in the library any more.
    fn row(&self, photo: PhotoId) -> Result<Option<PhotoRow>, EngineError> {
        match self.engine.photo(photo) {
            Ok(row) if !row.missing => Ok(Some(row)),
            Ok(_) | Err(EngineError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the disk of a file can be looked at.
    fn is_connected(&self, file: &Path) -> bool {
        let mut roots = self.roots.iter().filter(|root| file.starts_with(root));
        roots.any(|root| scan::is_there(root, true))
    }

    fn library(&self, row: &PhotoRow) -> &str {
        self.libraries
            .get(&row.library_id)
            .map_or("", String::as_str)
    }

    fn filling(&self, row: &PhotoRow) -> Filling {
        let name = Path::new(&row.file_name);
        let text = |part: Option<&std::ffi::OsStr>| {
            part.map(|part| part.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        let changed_s = row.mtime_ns.div_euclid(1_000_000_000);
        Filling {
            name: text(name.file_stem()),
            ending: text(name.extension()),
            at_s: row.camera.taken_at.unwrap_or(changed_s),
            tag: row.tags.first().cloned(),
            camera: row.camera.camera.clone(),
            lens: row.camera.lens.clone(),
            rating: row.camera.rating,
            library: self.library(row).to_owned(),
            folder: text(Path::new(&row.folder).file_name()),
            width: row.width,
            height: row.height,
            id: row.id.0,
        }
    }
}

/// Tells what an export would do; writes nothing.
///
/// # Errors
/// What [`start`] refuses.
pub fn plan(engine: &Engine, export: &Export) -> Result<ExportPlan, EngineError> {
    check(export)?;
    let (photos, first) = first(engine, export)?;
    check_number(export, photos)?;
    let exporting = Exporting::new(engine, export)?;
    let mut names = Vec::new();
    for (at, item) in first.into_iter().enumerate() {
        let Some(row) = exporting.row(item.photo)? else {
            continue;
        };
        let filling = exporting.filling(&row);
        let name = match &export.form {
            Form::Originals { pattern, .. } => {
                target::named(&pattern.fill(&filling, at as u64 + 1), &filling.ending, 1)
            }
            Form::Pictures {
                pattern, encoding, ..
            } => target::named(&pattern.fill(&filling, at as u64 + 1), encoding.ending(), 1),
            Form::List(_) | Form::Sheet(_) => break,
        };
        names.push(io::shown(&name));
    }
    let output = std::path::absolute(&export.output).unwrap_or_else(|_| export.output.clone());
    let libraries = folders::list(engine)?;
    let mut roots = libraries.iter().flat_map(|library| &library.roots);
    Ok(ExportPlan {
        photos,
        names,
        in_library: roots.any(|root| output.starts_with(&root.path)),
    })
}

/// Queues an export, after everything was checked that can be without writing.
///
/// # Errors
/// [`EngineError::Invalid`] for what makes no sense, [`EngineError::Io`] for a folder that cannot be
/// written to, and the errors of a search.
pub fn start(engine: &Engine, export: Export) -> Result<JobId, EngineError> {
    check(&export)?;
    let (photos, _) = first(engine, &export)?;
    check_number(&export, photos)?;
    target::check(&export)?;
    let title = match &export.form {
        Form::List(_) => "Export a list",
        Form::Sheet(_) => "Make a contact sheet",
        Form::Originals { .. } | Form::Pictures { .. } => "Export photos",
    };
    let weak = engine.downgrade();
    let work = move |ctx: &Ctx| {
        let engine = weak.upgrade().ok_or(EngineError::Cancelled)?;
        run(&engine, ctx, &export).map(Report::Export)
    };
    let jobs = engine.jobs();
    Ok(jobs.add(JobKind::Export, title.to_owned(), None, work))
}

fn run(engine: &Engine, ctx: &Ctx, export: &Export) -> Result<ExportReport, EngineError> {
    let started = Instant::now();
    let items = gather(engine, ctx, export)?;
    check_number(export, items.len() as u64)?;
    ctx.phase(Phase::Export, Some(items.len() as u64))?;
    let exporting = Exporting::new(engine, export)?;
    let mut report = ExportReport {
        output: export.output.clone(),
        ..ExportReport::default()
    };
    match &export.form {
        Form::Originals { .. } | Form::Pictures { .. } => {
            photos::write(&exporting, ctx, &items, &mut report)?;
        }
        Form::List(form) => whole::list(&exporting, ctx, &items, *form, &mut report)?,
        Form::Sheet(options) => whole::sheet(&exporting, ctx, &items, options, &mut report)?,
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

impl Encoding {
    fn ending(self) -> &'static str {
        match self {
            Self::Jpeg { .. } => "jpg",
            Self::Png => "png",
        }
    }
}

/// Refuses what makes no sense.
fn check(export: &Export) -> Result<(), EngineError> {
    let refuse = |wrong: bool, reason: &str| match wrong {
        true => Err(EngineError::invalid(reason)),
        false => Ok(()),
    };
    refuse(
        !export.output.is_absolute(),
        "Name the output by its whole path",
    )?;
    match &export.form {
        Form::Pictures {
            encoding,
            long_side_px,
            ..
        } => {
            let quality = match encoding {
                Encoding::Jpeg { quality } => *quality,
                Encoding::Png => 100,
            };
            refuse(!(1..=100).contains(&quality), "The quality is 1 to 100")?;
            let side = long_side_px.unwrap_or(1);
            refuse(
                !(1..=65_535).contains(&side),
                "The long side is 1 to 65,535 pixels",
            )
        }
        Form::Sheet(options) => refuse(
            !(1..=MOST_COLUMNS).contains(&options.columns),
            "A contact sheet has 1 to 12 columns",
        ),
        Form::Originals { .. } => {
            let has_parts = match &export.photos {
                Which::These(items) => items.iter().any(|(_, crop)| crop.is_some()),
                Which::Found { .. } => false,
            };
            refuse(
                has_parts || export.crop.is_some(),
                "A part of a photo is exported as JPEG or PNG, not as its original",
            )
        }
        Form::List(_) => Ok(()),
    }
}

fn check_number(export: &Export, photos: u64) -> Result<(), EngineError> {
    if photos == 0 {
        return Err(EngineError::invalid("There is no photo to export"));
    }
    if matches!(export.form, Form::Sheet(_)) && photos > MOST_PHOTOS as u64 {
        return Err(EngineError::invalid(format!(
            "A contact sheet has at most {MOST_PHOTOS} photos, these are {photos}: choose fewer"
        )));
    }
    Ok(())
}

/// How many photos are meant, and the first of them.
fn first(engine: &Engine, export: &Export) -> Result<(u64, Vec<Item>), EngineError> {
    match &export.photos {
        Which::These(items) => {
            let first = items.iter().take(SHOWN);
            let first = first.map(|(photo, crop)| item(export, *photo, *crop));
            Ok((items.len() as u64, first.collect()))
        }
        Which::Found { query, most } => {
            let query = Query {
                limit: Some(SHOWN),
                cursor: None,
                ..(**query).clone()
            };
            let page = search::search(engine, &query)?;
            let total = match query.group_by {
                // How many groups there are is known once all are found.
                Some(_) if page.next_cursor.is_none() => page.hits.len() as u64,
                _ => page.found.total,
            };
            let most = most.map_or(u64::MAX, |most| most as u64);
            let hits = page
                .hits
                .iter()
                .take(usize::try_from(most).unwrap_or(SHOWN));
            Ok((
                total.min(most),
                hits.map(|hit| item(export, hit.photo, None)).collect(),
            ))
        }
    }
}

/// Every photo that is meant, in order.
fn gather(engine: &Engine, ctx: &Ctx, export: &Export) -> Result<Vec<Item>, EngineError> {
    let (query, most) = match &export.photos {
        Which::These(items) => {
            let items = items.iter();
            return Ok(items
                .map(|(photo, crop)| item(export, *photo, *crop))
                .collect());
        }
        Which::Found { query, most } => (query, most.unwrap_or(usize::MAX)),
    };
    let mut items = Vec::new();
    let mut query = Query {
        cursor: None,
        ..(**query).clone()
    };
    while items.len() < most {
        ctx.checkpoint()?;
        query.limit = Some((most - items.len()).min(MAX_LIMIT));
        let page = search::search(engine, &query)?;
        items.extend(page.hits.iter().map(|hit| item(export, hit.photo, None)));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    Ok(items)
}

fn item(export: &Export, photo: PhotoId, crop: Option<CropBox>) -> Item {
    Item {
        photo,
        crop: crop.or(export.crop),
    }
}
