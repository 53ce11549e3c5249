//! The look at the disk that an index job begins with, and what that look alone can tell.

use std::collections::HashSet;
use std::path::PathBuf;

use super::{DECODE_VERSION, IndexReport, ToRead};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::{LibraryId, PhotoId, RootId};
use crate::io;
use crate::jobs::Ctx;
use crate::library::scan::{self, Changes, FoundFile, ScanOptions};
use crate::library::{folders, locate};
use crate::metadata::METADATA_VERSION;
use crate::store::faults;
use crate::store::libraries::{self, LibraryRow, RootRow};
use crate::store::photos;

/// What an index job looks at.
pub(crate) struct Look<'a> {
    /// The library; all when none.
    pub(crate) library: Option<LibraryId>,
    /// Tries unreadable files again though they did not change.
    pub(crate) retry_faults: bool,
    /// Only these places; everything when none.
    pub(crate) touched: Option<&'a [Touched]>,
    /// Tells whether a file is whole, so that it can be read; all are when none.
    pub(crate) is_settled: Option<&'a dyn Fn(&FoundFile) -> bool>,
    /// Tells whether all that was heard of the disk has been looked at; none where nobody listens.
    pub(crate) is_calm: Option<&'a dyn Fn() -> bool>,
}

/// A root that something happened in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Touched {
    /// The root.
    pub(crate) root: RootId,
    /// Where, below the root: files and folders of which none lies in another. The whole root when
    /// none.
    pub(crate) parts: Option<Vec<PathBuf>>,
}

/// What a look at the disk saw.
#[derive(Default)]
pub(super) struct Seen {
    /// Files that are new or changed, by root and path.
    pub(super) to_read: Vec<ToRead>,
    /// Such files that are not whole yet.
    pub(super) unsettled: Vec<FoundFile>,
    /// Photos whose file is not there.
    pub(super) gone: HashSet<PhotoId>,
}

/// Compares what is looked at with the disk. Notes what is back and what is at fault; what is gone
/// may have moved, and is not noted yet.
pub(super) fn scan(
    engine: &Engine,
    ctx: &Ctx,
    looked: &Look<'_>,
    report: &mut IndexReport,
) -> Result<Seen, EngineError> {
    let mut seen = Seen::default();
    for library in folders::list(engine)? {
        if looked.library.is_none_or(|id| id == library.id) {
            scan_library(engine, ctx, &library, looked, report, &mut seen)?;
        }
    }
    Ok(seen)
}

fn scan_library(
    engine: &Engine,
    ctx: &Ctx,
    library: &LibraryRow,
    looked: &Look<'_>,
    report: &mut IndexReport,
    seen: &mut Seen,
) -> Result<(), EngineError> {
    let exclude = folders::glob_set(&library.exclude)?;
    let options = ScanOptions {
        exclude: &exclude,
        decode_version: DECODE_VERSION,
        metadata_version: METADATA_VERSION,
        retry_faults: looked.retry_faults,
    };
    let tick = |count| ctx.advance(count, None);
    for root in &library.roots {
        let parts = match looked.touched {
            None => None,
            Some(touched) => match touched.iter().find(|touched| touched.root == root.id) {
                // Of a root that is back everything may be another than it was.
                Some(touched) => touched.parts.as_deref().filter(|_| !root.offline),
                None => continue,
            },
        };
        let changes = scan::compare(engine.store(), root, parts, &options, &tick)?;
        note_offline(engine, root, changes.is_none())?;
        let Some(changes) = changes else {
            report.offline.push(io::shown(&root.path));
            continue;
        };
        locate::note_volume(engine, root)?;
        note_changes(engine, root.id, &changes)?;
        let away = changes
            .away
            .iter()
            .map(|place| io::shown(&root.path.join(place)));
        report.offline.extend(away);
        seen.gone.extend(changes.gone);
        for found in changes.read {
            if looked
                .is_settled
                .is_none_or(|is_settled| is_settled(&found))
            {
                let library_id = library.id;
                seen.to_read.push(ToRead { library_id, found });
            } else {
                seen.unsettled.push(found);
            }
        }
    }
    Ok(())
}

fn note_offline(engine: &Engine, root: &RootRow, offline: bool) -> Result<(), EngineError> {
    if root.offline == offline {
        return Ok(());
    }
    let news = engine
        .store()
        .write(|tx| Ok::<_, EngineError>(libraries::set_offline(tx, root.id, offline)?))?;
    if news {
        engine.events().changed(&[Kind::Libraries, Kind::Photos]);
    }
    Ok(())
}

/// Notes roots as offline that went while their files were being read.
pub(super) fn note_lost(engine: &Engine, report: &mut IndexReport) -> Result<(), EngineError> {
    let lost: HashSet<RootId> = std::mem::take(&mut report.lost).into_iter().collect();
    if lost.is_empty() {
        return Ok(());
    }
    for root in engine.store().read(libraries::roots)? {
        if lost.contains(&root.id) && !scan::is_there(&root.path, true) {
            note_offline(engine, &root, true)?;
            report.offline.push(io::shown(&root.path));
        }
    }
    Ok(())
}

/// Commits what a scan alone can tell: files that are back, or no longer at fault, and folders that
/// cannot be looked into.
fn note_changes(engine: &Engine, root: RootId, changes: &Changes) -> Result<(), EngineError> {
    let Changes {
        back,
        displaced,
        cured,
        unreadable,
        ..
    } = changes;
    if back.is_empty() && displaced.is_empty() && cured.is_empty() && unreadable.is_empty() {
        return Ok(());
    }
    engine.store().write(|tx| {
        for id in back {
            photos::walk_back(tx, *id)?;
            crate::store::text::refresh(tx, *id)?;
        }
        for id in displaced {
            photos::displace(tx, *id)?;
        }
        for rel_path in cured {
            faults::clear(tx, root, rel_path)?;
        }
        for fault in unreadable {
            faults::put(tx, fault)?;
        }
        Ok::<_, EngineError>(())
    })?;
    engine.follow_vectors()?;
    let mut kinds = Vec::new();
    if !back.is_empty() {
        kinds.extend([Kind::Photos, Kind::Tags, Kind::Libraries]);
    }
    if !cured.is_empty() || !unreadable.is_empty() {
        kinds.push(Kind::Faults);
    }
    engine.events().changed(&kinds);
    Ok(())
}

/// Marks the photos whose file is gone, and not known to be anywhere else.
pub(super) fn note_gone(engine: &Engine, gone: &HashSet<PhotoId>) -> Result<(), EngineError> {
    if gone.is_empty() {
        return Ok(());
    }
    let now_s = engine.now_s();
    engine.store().write(|tx| {
        for id in gone {
            photos::set_missing(tx, *id, now_s)?;
            crate::store::text::remove(tx, *id)?;
        }
        Ok::<_, EngineError>(())
    })?;
    engine.follow_vectors()?;
    engine
        .events()
        .changed(&[Kind::Photos, Kind::Tags, Kind::Libraries]);
    Ok(())
}
