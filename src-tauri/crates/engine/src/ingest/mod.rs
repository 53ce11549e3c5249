//! From a file on disk to a photo that can be found: scan → fingerprint → decode upright →
//! thumbnails, metadata, descriptors → encoder → commit.
//!
//! The decoded picture is passed on, never decoded twice. What is committed is complete: a photo's
//! row, words and vectors are one transaction, so whatever kills the process, the next run goes on
//! where this one stopped.

mod commit;
mod describe;
pub(crate) use describe::descriptor_picture;
mod embed_missing;
mod encode;
mod faults;
mod late_moves;
mod look;
mod moves;
mod pipeline;
mod read;

use std::time::Instant;

use crate::duplicates::{self, pairing, uniqueness};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{JobId, LibraryId, PhotoId, RootId};
use crate::jobs::{Ctx, JobKind, Phase, Report};
use crate::library::folders;
use crate::library::scan::FoundFile;
use crate::metadata;
use crate::stacks;
use crate::store::faults::{self as fault_rows, Chosen};
use crate::store::photos;

pub use faults::{fault_counts, faults, ignore_faults, retry_faults};
pub(crate) use look::{Look, Touched};

/// Version of decoding, metadata and descriptors together: a change makes the next index job read
/// every file again.
pub const DECODE_VERSION: u32 = 2;

/// New photos that a report names as copies; the rest is counted.
const TOLD_COPIES: usize = 1000;

/// What an index job did.
#[derive(Clone, Debug, Default)]
pub struct IndexReport {
    /// The library; all when none.
    pub library_id: Option<LibraryId>,
    /// Photos there are now.
    pub photos: u64,
    /// Photos that are new.
    pub added: u64,
    /// Photos whose file changed.
    pub changed: u64,
    /// Photos whose file moved.
    pub moved: u64,
    /// Photos whose file is gone.
    pub removed: u64,
    /// New photos that are copies of known ones, or of each other: then all but one.
    pub copies: u64,
    /// The first of these, by id.
    pub copied: Vec<PhotoId>,
    /// Files that could not be read, old and new, without those that are ignored.
    pub faults: u64,
    /// Roots, and places of disks in roots, that were not there; nothing of theirs was changed.
    pub offline: Vec<String>,
    /// How long it took.
    pub seconds: f64,
    /// Roots of files that went while they were to be read.
    pub(crate) lost: Vec<RootId>,
    /// The photos that are new.
    pub(crate) new: Vec<PhotoId>,
}

impl IndexReport {
    /// Whether anything is another than it was.
    pub(crate) fn has_news(&self) -> bool {
        self.added + self.changed + self.moved + self.removed > 0
    }
}

/// Queues the indexing of one library, or all. The same job that has not ended is answered again.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown library.
pub fn start(
    engine: &Engine,
    library: Option<LibraryId>,
    retry_faults: bool,
) -> Result<JobId, EngineError> {
    let title = match library {
        Some(id) => format!("Index {}", folders::by_id(engine, id)?.name),
        None => "Index all libraries".to_owned(),
    };
    if let Some(running) = engine.jobs().unended(&title) {
        return Ok(running);
    }
    let weak = engine.downgrade();
    Ok(engine
        .jobs()
        .add(JobKind::Index, title, library, move |ctx| {
            let engine = weak.upgrade().ok_or(EngineError::Cancelled)?;
            let looked = Look {
                library,
                retry_faults,
                touched: None,
                is_settled: None,
                is_calm: None,
            };
            let mut report = run_asked(&engine, ctx, looked)?;
            report.library_id = library;
            Ok(Report::Index(report))
        }))
}

/// Does what a person asked for. Where the disk is watched, news of it may be waiting, as with the
/// watcher's own jobs.
fn run_asked(engine: &Engine, ctx: &Ctx, looked: Look<'_>) -> Result<IndexReport, EngineError> {
    let heard = engine.watching().heard();
    let is_calm = heard.as_ref().map(|heard| || heard.is_calm());
    let looked = Look {
        is_calm: is_calm.as_ref().map(|is_calm| is_calm as &dyn Fn() -> bool),
        ..looked
    };
    let (report, _) = run(engine, ctx, &looked)?;
    if let Some(heard) = heard.filter(|_| report.removed + report.added > 0) {
        heard.ask_for_late();
    }
    Ok(report)
}

/// Compares what is looked at with the disk and reads what is new. Answers also the files that were
/// left for later, because they may still be being written.
///
/// # Errors
/// [`EngineError::Cancelled`] with what was read kept; [`EngineError`] of the catalog or the cache.
pub(crate) fn run(
    engine: &Engine,
    ctx: &Ctx,
    looked: &Look<'_>,
) -> Result<(IndexReport, Vec<FoundFile>), EngineError> {
    let started = Instant::now();
    let mut report = IndexReport::default();
    ctx.phase(Phase::Scan, None)?;
    if looked.touched.is_none() {
        commit::retry_tiles(engine)?;
    }
    let mut seen = look::scan(engine, ctx, looked, &mut report)?;
    ctx.phase(Phase::Moves, Some(seen.to_read.len() as u64))?;
    let to_read = moves::recognise(
        engine,
        ctx,
        seen.to_read,
        &mut seen.gone,
        looked.is_calm,
        &mut report,
    )?;
    look::note_gone(engine, &seen.gone)?;
    report.removed = seen.gone.len() as u64;
    if !to_read.is_empty() {
        ctx.phase(Phase::Read, Some(to_read.len() as u64))?;
        pipeline::read_all(engine, ctx, to_read, &mut report)?;
        look::note_lost(engine, &mut report)?;
    }
    let is_for_late_moves = looked.touched.is_some_and(<[_]>::is_empty);
    if is_for_late_moves && looked.is_calm.is_some_and(|is_calm| is_calm()) {
        report.moved += late_moves::run(engine)?;
    }
    stacks::follow(engine)?;
    follow_up(engine, ctx, looked, &mut report)?;
    let open = Chosen {
        library: looked.library,
        ignored: Some(false),
        ..Chosen::default()
    };
    engine.store().read(|connection| {
        report.photos = photos::visible_count(connection, looked.library)?;
        report.faults = fault_rows::list(connection, &open, 0, 0)?.1;
        Ok::<_, EngineError>(())
    })?;
    // What could not be written to sidecars is tried again.
    metadata::resume(engine)?;
    report.seconds = started.elapsed().as_secs_f64();
    Ok((report, seen.unsettled))
}

/// Does what follows from new photos. What only keeps up with the disk has nothing to do where nothing
/// is new, and leaves it for later while the disk does not rest.
fn follow_up(
    engine: &Engine,
    ctx: &Ctx,
    looked: &Look<'_>,
    report: &mut IndexReport,
) -> Result<(), EngineError> {
    let heard = engine.watching().heard();
    let owed = heard.as_ref().and_then(|heard| heard.owed());
    if looked.touched.is_some() {
        if !report.has_news() && owed.is_none() {
            return Ok(());
        }
        // What a person asked for does not wait; only the watcher asks whether files are whole.
        let watcher = heard.as_ref().filter(|_| looked.is_settled.is_some());
        if watcher.is_some_and(|heard| heard.puts_off(&report.new)) {
            return Ok(());
        }
    }
    let mut new = owed.unwrap_or_default();
    new.extend(&report.new);
    embed_missing::run(engine, ctx, looked.library)?;
    pairing::run(engine, ctx)?;
    let copied = duplicates::copied(engine, ctx, &new)?;
    report.copies = copied.len() as u64;
    report.copied = copied.into_iter().take(TOLD_COPIES).collect();
    uniqueness::run(engine, ctx)?;
    if let Some(heard) = heard {
        heard.settle();
    }
    Ok(())
}

/// A file to read, with the library it belongs to.
pub(crate) struct ToRead {
    pub(crate) library_id: LibraryId,
    pub(crate) found: FoundFile,
}
