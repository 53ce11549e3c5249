//! Writes what the catalog says of photos to their sidecars, in the background, where the person
//! wants it. An image file is never written to.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::{JobId, PhotoId};
use crate::io::{self, FileStamp};
use crate::jobs::{Ctx, JobKind, Phase, Report};
use crate::photo::VideoKind;
use crate::sidecar::{self, RegionKind, Said, Sidecars, Turn, Wanted};
use crate::store::said::{Due, SaidRow};
use crate::store::{photos, regions, said, settings, tags, text};

use super::gather::read_file;
use super::{gather, merge, settle};

const SETTING: &str = "write_metadata";
const TITLE: &str = "Write metadata";

/// What a job wrote.
#[derive(Clone, Debug, Default)]
pub struct WriteReport {
    /// Sidecars that were written.
    pub written: u64,
    /// Photos whose sidecar said all of it already.
    pub same: u64,
    /// Photos whose sidecar could not be written, and why.
    pub failed: Vec<(PathBuf, String)>,
    /// How long it took.
    pub seconds: f64,
}

/// Whether changes are written to sidecars.
///
/// # Errors
/// [`EngineError::Store`].
pub fn is_writing(engine: &Engine) -> Result<bool, EngineError> {
    let setting = engine
        .store()
        .read(|connection| Ok::<_, EngineError>(settings::get(connection, SETTING)?))?;
    Ok(setting.as_deref() == Some("on"))
}

/// Turns writing changes to sidecars on or off. What was changed before is not written.
///
/// # Errors
/// [`EngineError::Store`].
pub fn set_writing(engine: &Engine, on: bool) -> Result<(), EngineError> {
    engine.store().write_aside(|tx| {
        let value = on.then_some("on");
        Ok::<_, EngineError>(settings::set(tx, SETTING, value)?)
    })
}

/// Says that what the catalog says of photos was changed: their sidecars are written where that is
/// wanted.
///
/// # Errors
/// [`EngineError::Store`].
pub fn changed(engine: &Engine, ids: &[PhotoId]) -> Result<(), EngineError> {
    if !ids.is_empty() && is_writing(engine)? {
        start(engine, ids)?;
    }
    Ok(())
}

/// Queues writing the sidecars that are still due, where writing is wanted.
///
/// # Errors
/// [`EngineError::Store`].
pub fn resume(engine: &Engine) -> Result<(), EngineError> {
    let due = engine
        .store()
        .read(|connection| Ok::<_, EngineError>(said::due(connection)?))?;
    let due: Vec<PhotoId> = due.into_iter().map(|due| due.photo).collect();
    changed(engine, &due)
}

/// Queues writing the sidecars of photos, and those that are still due. A job that will still take
/// them up is answered again.
///
/// # Errors
/// [`EngineError::Store`].
pub fn start(engine: &Engine, ids: &[PhotoId]) -> Result<JobId, EngineError> {
    engine
        .store()
        .write_aside(|tx| Ok::<_, EngineError>(said::set_due(tx, ids)?))?;
    let stopped = engine.sidecars().stopped();
    if let Some(running) = engine.jobs().unended(TITLE)
        && *stopped != Some(running)
    {
        return Ok(running);
    }
    let weak = engine.downgrade();
    let work = move |ctx: &Ctx| {
        let engine = weak.upgrade().ok_or(EngineError::Cancelled)?;
        let outcome = run(&engine, ctx);
        *engine.sidecars().stopped() = Some(ctx.id());
        outcome.map(Report::Metadata)
    };
    Ok(engine
        .jobs()
        .add(JobKind::Write, TITLE.to_owned(), None, work))
}

/// Which job that writes sidecars takes up nothing more.
#[derive(Default)]
pub(crate) struct Writing {
    stopped: Mutex<Option<JobId>>,
}

impl Writing {
    /// The last job that stopped looking for what is due. While this is held no job stops.
    fn stopped(&self) -> MutexGuard<'_, Option<JobId>> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run(engine: &Engine, ctx: &Ctx) -> Result<WriteReport, EngineError> {
    let started = Instant::now();
    let mut report = WriteReport::default();
    let mut tried = HashSet::new();
    // What becomes due meanwhile is written as well.
    while let Some(due) = untried(engine, ctx, &mut tried)? {
        ctx.phase(Phase::Write, Some(due.len() as u64))?;
        for due in due {
            write_one(engine, due, &mut report)?;
            ctx.advance(1, None)?;
        }
    }
    if report.written > 0 || !report.failed.is_empty() {
        engine.events().changed(&[Kind::Photos]);
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// What is due and was not tried yet. Where that is nothing the job stops looking.
fn untried(
    engine: &Engine,
    ctx: &Ctx,
    tried: &mut HashSet<Due>,
) -> Result<Option<Vec<Due>>, EngineError> {
    let mut stopped = engine.sidecars().stopped();
    let due = engine
        .store()
        .read(|connection| Ok::<_, EngineError>(said::due(connection)?))?;
    let due: Vec<Due> = due.into_iter().filter(|due| tried.insert(*due)).collect();
    if due.is_empty() {
        *stopped = Some(ctx.id());
        return Ok(None);
    }
    Ok(Some(due))
}

fn write_one(engine: &Engine, due: Due, report: &mut WriteReport) -> Result<(), EngineError> {
    let id = due.photo;
    let path = engine
        .store()
        .read(|connection| Ok::<_, EngineError>(photos::path_of(connection, id)?))?;
    let Some(photo) = path else { return Ok(()) };
    let problem = match written(engine, id, &photo) {
        Ok(true) => {
            report.written += 1;
            None
        }
        Ok(false) => {
            report.same += 1;
            None
        }
        Err(Unwritten::Catalog(error)) => return Err(error),
        Err(Unwritten::Sidecar(reason)) => {
            report.failed.push((photo, reason.clone()));
            Some(reason)
        }
    };
    engine
        .store()
        .write_aside(|tx| Ok::<_, EngineError>(said::set_written(tx, due, problem.as_deref())?))
}

/// Why a sidecar was not written.
enum Unwritten {
    /// The catalog failed: the job ends.
    Catalog(EngineError),
    /// This one cannot be: the job goes on.
    Sidecar(String),
}

impl From<EngineError> for Unwritten {
    fn from(error: EngineError) -> Self {
        Self::Catalog(error)
    }
}

/// Writes a photo's sidecar. Answers whether anything had to be written.
fn written(engine: &Engine, id: PhotoId, photo: &Path) -> Result<bool, Unwritten> {
    if !photo.exists() {
        let reason = "Its disk or its file is not there at the moment".to_owned();
        return Err(Unwritten::Sidecar(reason));
    }
    let sidecars = sidecar::find(photo);
    take_over(engine, id, photo, &sidecars)?;
    let (format, wanted, turn) = engine.store().read(|connection| {
        let row = photos::by_id(connection, id)?;
        let row = row.ok_or_else(|| EngineError::not_found("photo", id))?;
        let own = regions::of_photo(connection, id)?;
        let own = own.into_iter().map(|(_, region)| region);
        let own = own.filter(|region| region.is_own);
        let wanted = Wanted {
            tags: row.tags,
            rating: row.camera.rating,
            label: row.label,
            caption: row.camera.caption,
            regions: own
                .filter_map(|one| Some((RegionKind::of_word(&one.kind)?, one.name, one.area)))
                .collect(),
            gone: regions::removed(connection, id)?,
        };
        let turn = settle::turn_of(connection, id)?;
        let turn = turn.ok_or_else(|| EngineError::not_found("photo", id))?;
        Ok::<_, EngineError>((row.format, wanted, turn))
    })?;
    let is_raw = !PLAIN.contains(&format.as_str()) && !VideoKind::is_named(&format);
    let target = sidecar::target(photo, &sidecars, is_raw);
    let stamp = stamp_of(&target);
    let now = sidecar::iso_time(engine.now_s());
    match sidecar::write(&target, &wanted, turn, stamp, &now) {
        Ok(None) => Ok(false),
        Ok(Some((stamp, says))) => {
            note(engine, id, &target, stamp, says, &wanted.tags, turn)?;
            Ok(true)
        }
        Err(error) => Err(Unwritten::Sidecar(error.to_string())),
    }
}

/// Formats whose files are no RAW files.
const PLAIN: [&str; 9] = [
    "jpeg", "png", "webp", "tiff", "gif", "bmp", "heic", "avif", "jxl",
];

fn stamp_of(path: &Path) -> Option<FileStamp> {
    std::fs::metadata(path).ok().map(|m| FileStamp::of(&m))
}

/// Reads what others wrote to the sidecar since it was last read: their change counts before it is
/// written over.
fn take_over(
    engine: &Engine,
    id: PhotoId,
    photo: &Path,
    sidecars: &Sidecars,
) -> Result<(), Unwritten> {
    let chosen = sidecars
        .chosen()
        .and_then(|path| Some((path, stamp_of(path)?)));
    let stamp = sidecar::stamp(chosen.map(|(_, stamp)| stamp));
    let known = engine
        .store()
        .read(|connection| Ok::<_, EngineError>(photos::sidecar_stamp(connection, id)?))?;
    if known == Some(stamp) {
        return Ok(());
    }
    let unreadable = |error: io::IoError| Unwritten::Sidecar(error.story());
    let says = read_file(photo).map_err(unreadable)?;
    let at = stamp_of(photo).map_or(0, |stamp| stamp.mtime_ns);
    let gathered = gather(says, at, chosen.map(|(path, stamp)| (path, stamp.mtime_ns)));
    engine.store().write(|tx| {
        settle::settle(tx, id, &gathered, stamp)?;
        text::refresh(tx, id)?;
        tags::drop_unused(tx)?;
        Ok::<_, EngineError>(())
    })?;
    Ok(())
}

/// Notes what was written, so that it is not taken for somebody else's change.
fn note(
    engine: &Engine,
    id: PhotoId,
    target: &Path,
    stamp: FileStamp,
    says: Said,
    tags: &[String],
    turn: Turn,
) -> Result<(), EngineError> {
    engine.store().write_aside(|tx| {
        super::regions::still_removed(tx, id, Some(&says), turn)?;
        let row = said::get(tx, id)?.unwrap_or_default();
        let file: Said = serde_json::from_str(&row.file).unwrap_or_default();
        let merged = merge::merge(&file, Some(&says), true);
        let json = |said: &Said| serde_json::to_string(said).map_err(EngineError::internal);
        let row = SaidRow {
            file: json(&file)?,
            sidecar: Some(json(&says)?),
            merged: json(&merged)?,
            sidecar_is_newer: true,
            sidecar_path: Some(io::shown(target)),
            problem: None,
        };
        said::put(tx, id, &row)?;
        // What the sidecar has now goes when another program takes it out of it. A tag that came
        // since is not in it.
        said::set_brought(tx, id, tags.iter().map(String::as_str))?;
        said::set_stamp(tx, id, sidecar::stamp(Some(stamp)), super::METADATA_VERSION)?;
        Ok(())
    })
}
