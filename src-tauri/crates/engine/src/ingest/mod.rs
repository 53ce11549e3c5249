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
mod moves;
mod pipeline;
mod read;

use std::collections::HashSet;
use std::time::Instant;

use crate::duplicates::{pairing, uniqueness};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::{JobId, LibraryId, PhotoId, RootId};
use crate::io;
use crate::jobs::{Ctx, JobKind, Phase, Report};
use crate::library::folders;
use crate::library::scan::{self, Changes, FoundFile, ScanOptions};
use crate::metadata::{self, METADATA_VERSION};
use crate::store::faults::{self, FaultLine};
use crate::store::libraries::{self, LibraryRow, RootRow};
use crate::store::photos;

/// Version of decoding, metadata and descriptors together: a change makes the next index job read
/// every file again.
pub const DECODE_VERSION: u32 = 2;

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
    /// Files that could not be read, old and new.
    pub faults: u64,
    /// Roots that were not there; nothing of theirs was changed.
    pub offline: Vec<String>,
    /// How long it took.
    pub seconds: f64,
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
            run(&engine, ctx, library, retry_faults).map(Report::Index)
        }))
}

fn run(
    engine: &Engine,
    ctx: &Ctx,
    library: Option<LibraryId>,
    retry_faults: bool,
) -> Result<IndexReport, EngineError> {
    let started = Instant::now();
    let mut report = IndexReport {
        library_id: library,
        ..IndexReport::default()
    };
    let chosen = folders::list(engine)?;
    let chosen: Vec<_> = chosen
        .into_iter()
        .filter(|row| library.is_none_or(|id| id == row.id))
        .collect();
    ctx.phase(Phase::Scan, None)?;
    let (mut to_read, mut gone) = (Vec::new(), HashSet::new());
    for row in &chosen {
        let (files, lost) = scan_library(engine, ctx, row, retry_faults, &mut report)?;
        to_read.extend(files);
        gone.extend(lost);
    }
    ctx.phase(Phase::Moves, Some(to_read.len() as u64))?;
    let to_read = moves::recognise(engine, ctx, to_read, &mut gone, &mut report)?;
    report.removed = gone.len() as u64;
    ctx.phase(Phase::Read, Some(to_read.len() as u64))?;
    pipeline::read_all(engine, ctx, to_read, &mut report)?;
    embed_missing::run(engine, ctx, library)?;
    pairing::run(engine, ctx)?;
    uniqueness::run(engine, ctx)?;
    engine.store().read(|connection| {
        report.photos = photos::visible_count(connection, library)?;
        report.faults = faults::list(connection, library, 0, 0)?.1;
        Ok::<_, EngineError>(())
    })?;
    // What could not be written to sidecars is tried again.
    metadata::resume(engine)?;
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// A file to read, with the library it belongs to.
pub(crate) struct ToRead {
    pub(crate) library_id: LibraryId,
    pub(crate) found: FoundFile,
}

fn scan_library(
    engine: &Engine,
    ctx: &Ctx,
    library: &LibraryRow,
    retry_faults: bool,
    report: &mut IndexReport,
) -> Result<(Vec<ToRead>, Vec<PhotoId>), EngineError> {
    let exclude = folders::glob_set(&library.exclude)?;
    let options = ScanOptions {
        exclude: &exclude,
        decode_version: DECODE_VERSION,
        metadata_version: METADATA_VERSION,
        retry_faults,
    };
    let (mut to_read, mut gone) = (Vec::new(), Vec::new());
    for root in &library.roots {
        let tick = |count| ctx.advance(count, None);
        let changes = scan::compare(engine.store(), root, &options, &tick)?;
        note_offline(engine, root, changes.is_none())?;
        let Some(changes) = changes else {
            report.offline.push(io::shown(&root.path));
            continue;
        };
        note_changes(engine, root.id, &changes)?;
        gone.extend(changes.gone);
        let library_id = library.id;
        to_read.extend(
            changes
                .read
                .into_iter()
                .map(|found| ToRead { library_id, found }),
        );
    }
    Ok((to_read, gone))
}

fn note_offline(engine: &Engine, root: &RootRow, offline: bool) -> Result<(), EngineError> {
    let news = engine
        .store()
        .write(|tx| Ok::<_, EngineError>(libraries::set_offline(tx, root.id, offline)?))?;
    if news {
        engine.events().changed(&[Kind::Libraries]);
    }
    Ok(())
}

/// Commits what a scan alone can tell: files that are gone, back, or no longer at fault.
fn note_changes(engine: &Engine, root: RootId, changes: &Changes) -> Result<(), EngineError> {
    let now_s = engine.now_s();
    engine.store().write(|tx| {
        for id in &changes.gone {
            photos::set_missing(tx, *id, now_s)?;
            crate::store::text::remove(tx, *id)?;
        }
        for id in &changes.back {
            photos::walk_back(tx, *id)?;
            crate::store::text::refresh(tx, *id)?;
        }
        for id in &changes.displaced {
            photos::displace(tx, *id)?;
        }
        for rel_path in &changes.cured {
            faults::clear(tx, root, rel_path)?;
        }
        for fault in &changes.unreadable {
            faults::put(tx, fault)?;
        }
        Ok::<_, EngineError>(())
    })?;
    engine.follow_vectors()?;
    let mut kinds = Vec::new();
    if !changes.gone.is_empty() || !changes.back.is_empty() {
        kinds.extend([Kind::Photos, Kind::Tags, Kind::Libraries]);
    }
    if !changes.cured.is_empty() || !changes.unreadable.is_empty() {
        kinds.push(Kind::Faults);
    }
    engine.events().changed(&kinds);
    Ok(())
}

/// Lists files that could not be read, by path, and their number.
///
/// # Errors
/// [`EngineError::Store`].
pub fn faults(
    engine: &Engine,
    library: Option<LibraryId>,
    limit: u32,
    offset: u32,
) -> Result<(Vec<FaultLine>, u64), EngineError> {
    Ok(engine
        .store()
        .read(|connection| faults::list(connection, library, limit, offset))?)
}
