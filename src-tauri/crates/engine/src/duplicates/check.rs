//! Asks of files, before they are taken in, which known photos they are copies of. Nothing of them is
//! kept: they are read as an index job would read them, and compared.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use super::known::{self, Found, KnownCopy, Own};
use crate::decoder::{Content, Unread, Wanted};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{JobId, PhotoId};
use crate::io::{self, FileStamp};
use crate::jobs::{Ctx, JobKind, Phase, Report};
use crate::library::scan;
use crate::near;
use crate::store::review;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct CheckQuery {
    /// Files, and folders with all that is in them.
    pub paths: Vec<PathBuf>,
    /// The least likeness of near copies, 0 … 1; as of groups when none.
    pub threshold: Option<f32>,
}

/// What is known of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The photo of a library that this very file is.
    pub photo: Option<PhotoId>,
    /// The known photos that it is a copy of, the likest first.
    pub copies: Vec<KnownCopy>,
    /// Why it could not be read.
    pub fault: Option<String>,
}

/// What comparing files found.
#[derive(Clone, Debug)]
pub struct CheckReport {
    /// Files that were looked at.
    pub files: u64,
    /// Files that are copies of known photos.
    pub copies: u64,
    /// Their bytes.
    pub copied_bytes: u64,
    /// Files that are photos of a library themselves.
    pub known: u64,
    /// Files and folders that could not be read.
    pub faults: u64,
    /// How long it took.
    pub seconds: f64,
    /// Each file, by path.
    pub checked: Arc<[CheckedFile]>,
}

/// Queues comparing files with the catalog.
///
/// # Errors
/// [`EngineError::Invalid`] for no path, one that is not there, or a threshold that is none.
pub fn start_check(engine: &Engine, query: CheckQuery) -> Result<JobId, EngineError> {
    if query.paths.is_empty() {
        return Err(EngineError::invalid("Name files or folders to be compared"));
    }
    if let Some(threshold) = query.threshold
        && !(0.0..=1.0).contains(&threshold)
    {
        return Err(EngineError::invalid("A threshold is a number from 0 to 1"));
    }
    for path in &query.paths {
        std::fs::metadata(path).map_err(|source| {
            let (path, reason) = (io::shown(path), io::plain_reason(&source));
            EngineError::invalid(format!("{path} cannot be looked at: {reason}"))
        })?;
    }
    let weak = engine.downgrade();
    let title = "Compare files with known photos".to_owned();
    Ok(engine.jobs().add(JobKind::Check, title, None, move |ctx| {
        let engine = weak.upgrade().ok_or(EngineError::Cancelled)?;
        Ok(Report::Checked(check(&engine, ctx, &query)?))
    }))
}

/// A page of what a job found, and how many files there are in all: `only_copies`, or all.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown job, [`EngineError::Invalid`] for one that compared no files
/// or has not ended.
pub fn checked(
    engine: &Engine,
    job: JobId,
    only_copies: bool,
    limit: usize,
    offset: usize,
) -> Result<(Vec<CheckedFile>, u64), EngineError> {
    let Some(Report::Checked(report)) = engine.jobs().view(job)?.report else {
        let reason = "The job compared no files, or has not ended";
        return Err(EngineError::invalid(reason));
    };
    let wanted = |file: &&CheckedFile| !only_copies || !file.copies.is_empty();
    let total = report.checked.iter().filter(wanted).count() as u64;
    let page = report.checked.iter().filter(wanted);
    Ok((page.skip(offset).take(limit).cloned().collect(), total))
}

fn check(engine: &Engine, ctx: &Ctx, query: &CheckQuery) -> Result<CheckReport, EngineError> {
    let started = Instant::now();
    ctx.phase(Phase::Compare, None)?;
    let (files, mut checked) = gather(ctx, &query.paths)?;
    ctx.phase(Phase::Compare, Some(files.len() as u64))?;
    checked.extend(compare_all(engine, ctx, query, &files)?);
    checked.sort_by(|a, b| a.path.cmp(&b.path));
    let copied = || checked.iter().filter(|file| !file.copies.is_empty());
    let count =
        |is: fn(&CheckedFile) -> bool| checked.iter().filter(|file| is(file)).count() as u64;
    Ok(CheckReport {
        files: files.len() as u64,
        copies: copied().count() as u64,
        copied_bytes: copied().map(|file| file.bytes).sum(),
        known: count(|file| file.photo.is_some()),
        faults: count(|file| file.fault.is_some()),
        seconds: started.elapsed().as_secs_f64(),
        checked: checked.into(),
    })
}

/// A file to compare.
struct Asked {
    path: PathBuf,
    sidecar: Option<(PathBuf, FileStamp)>,
}

/// The files of some paths, each once, and the folders that cannot be looked into.
fn gather(ctx: &Ctx, paths: &[PathBuf]) -> Result<(Vec<Asked>, Vec<CheckedFile>), EngineError> {
    let (mut files, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        if !path.is_dir() {
            let path = path.clone();
            let sidecar = None;
            files.push(Asked { path, sidecar });
            continue;
        }
        let (found, faults) = scan::files_below(path, &|_| ctx.checkpoint())?;
        files.extend(found.into_iter().map(|found| Asked {
            path: found.file,
            sidecar: found.sidecar,
        }));
        unreadable.extend(faults.into_iter().map(|fault| {
            let place = path.join(io::path_from_bytes(&fault.rel_path));
            unread(place, fault.reason)
        }));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    Ok((files, unreadable))
}

/// Compares files on every core; in no order.
fn compare_all(
    engine: &Engine,
    ctx: &Ctx,
    query: &CheckQuery,
    files: &[Asked],
) -> Result<Vec<CheckedFile>, EngineError> {
    let threshold = query.threshold.unwrap_or(near::THRESHOLD);
    let least = threshold.max(near::THRESHOLD);
    let decisions = engine.store().read(review::decisions)?;
    let next = AtomicUsize::new(0);
    let checked = Mutex::new(Ok(Vec::with_capacity(files.len())));
    let compare = |file: &Asked| -> Result<(), EngineError> {
        let one = match read(engine, ctx, file)? {
            Read::Picture(bytes, own) => {
                let Found { photo, copies } = known::find(engine, &own, least, &decisions)?;
                CheckedFile {
                    path: file.path.clone(),
                    bytes,
                    photo,
                    copies,
                    fault: None,
                }
            }
            Read::Nothing(reason) => unread(file.path.clone(), reason),
        };
        if let Ok(all) = &mut *checked.lock().unwrap_or_else(PoisonError::into_inner) {
            all.push(one);
        }
        ctx.advance(1, Some(&io::shown(&file.path)))
    };
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = compare(file) {
                next.store(files.len(), Ordering::Relaxed);
                *checked.lock().unwrap_or_else(PoisonError::into_inner) = Err(error);
            }
        }
    };
    let readers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 1..readers {
            scope.spawn(work);
        }
        work();
    });
    checked.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What a file holds.
enum Read {
    /// A picture, in a file of so many bytes.
    Picture(u64, Box<Own>),
    /// None that can be read, and why.
    Nothing(String),
}

/// Reads a file as an index job does.
fn read(engine: &Engine, ctx: &Ctx, file: &Asked) -> Result<Read, EngineError> {
    let wanted = Wanted {
        unless: None,
        picture: false,
        says_more: false,
        sidecar: file
            .sidecar
            .as_ref()
            .map(|(path, stamp)| (io::path_to_bytes(path), stamp.mtime_ns)),
    };
    let is_cancelled = || ctx.is_cancelled();
    let read = match engine.decoder().read(&file.path, &wanted, &is_cancelled) {
        Ok(read) => read,
        Err(Unread::Cancelled) => return Err(EngineError::Cancelled),
        Err(unread) => return Ok(Read::Nothing(unread.to_string())),
    };
    Ok(match read.content {
        Content::New(new) => Read::Picture(
            read.stamp.bytes,
            Box::new(Own {
                content_hash: read.content_hash,
                pixel_hash: new.pixel_hash,
                print: new.print(),
                taken_at: new.gathered.camera.taken_at,
                file_key: io::file_key(&file.path),
                path: shown(&file.path),
            }),
        ),
        Content::Fault(error) => Read::Nothing(error.to_string()),
        // It is asked for whatever is known.
        Content::Known | Content::Said(_) => Read::Nothing("It was not read".to_owned()),
    })
}

fn unread(path: PathBuf, reason: String) -> CheckedFile {
    CheckedFile {
        path,
        bytes: 0,
        photo: None,
        copies: Vec::new(),
        fault: Some(reason),
    }
}

/// A path as the catalog shows it.
fn shown(path: &Path) -> String {
    io::shown(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}
