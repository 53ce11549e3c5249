//! Cleaning up a library: what is proposed or marked becomes a plan, plans run as jobs, and the
//! catalog is told what became of its photos. The files themselves are `cleanup`'s.

mod desk;
mod partners;
mod planning;
mod regions;
mod sessions;

use std::cell::Cell;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::cleanup::{self, Cleanup, CleanupError, CleanupPlan, Progress, Trash};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::{JobId, PhotoId};
use crate::jobs::{Ctx, JobKind, Phase, Report};
use crate::metadata;
use crate::store::{Store, libraries};

use desk::Desk;
pub use planning::plan;
pub use sessions::{list, read};

/// What a cleanup did, or taking one back.
#[derive(Clone, Debug)]
pub struct CleanupReport {
    /// The session.
    pub session_id: String,
    /// Files that were moved or brought back.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that were left as they are, each with the reason.
    pub skipped: Vec<(PathBuf, String)>,
    /// How long it took.
    pub seconds: f64,
}

/// Where the journals of a data folder lie.
fn journals(engine: &Engine) -> PathBuf {
    journals_of(engine.data_dir())
}

fn journals_of(data_dir: &Path) -> PathBuf {
    data_dir.join("cleanup")
}

/// Queues the carrying out of a plan.
///
/// # Errors
/// [`EngineError::Cleanup`] for a plan that cannot be carried out as it stands.
pub fn start(engine: &Engine, plan: CleanupPlan) -> Result<JobId, EngineError> {
    plan.validate().map_err(CleanupError::from)?;
    let title = titled("Clean up", plan.files);
    let keepers = plan
        .groups
        .iter()
        .map(|group| PhotoId(group.keeper.photo_id));
    let keepers: Vec<PhotoId> = keepers.collect();
    let weak = engine.downgrade();
    Ok(run(engine, title, move |cleanup| {
        let report = cleanup::apply(cleanup, &plan);
        // What keepers took over belongs into their sidecars, where that is wanted.
        if let Some(engine) = weak.upgrade()
            && let Err(error) = metadata::changed(&engine, &keepers)
        {
            tracing::warn!(%error, "Sidecars of keepers are not written");
        }
        report
    }))
}

/// Queues taking a cleanup back: all of it, or the photos that lay at some paths.
///
/// # Errors
/// [`EngineError::Cleanup`] for an unknown session.
pub fn start_undo(
    engine: &Engine,
    session_id: &str,
    paths: Option<Vec<PathBuf>>,
) -> Result<JobId, EngineError> {
    let (session, _) = cleanup::read_session(&journals(engine), session_id)?;
    let files = paths.as_ref().map(|paths| paths.len() as u64);
    let title = titled("Take back", files.unwrap_or(session.files));
    Ok(run(engine, title, move |cleanup| {
        cleanup::undo(cleanup, &session.id, paths.as_deref())
    }))
}

fn titled(what: &str, files: u64) -> String {
    match files {
        1 => format!("{what} 1 file"),
        files => format!("{what} {files} files"),
    }
}

fn run(
    engine: &Engine,
    title: String,
    work: impl FnOnce(&Cleanup<'_>) -> Result<cleanup::Report, CleanupError> + Send + 'static,
) -> JobId {
    let weak = engine.downgrade();
    engine
        .jobs()
        .add(JobKind::Cleanup, title, None, move |ctx| {
            let engine = weak.upgrade().ok_or(EngineError::Cancelled)?;
            let started = Instant::now();
            let outcome = carried_out(&engine, ctx, work);
            // Also after a failure: what was moved until then is known to the catalog.
            engine.follow_vectors()?;
            crate::stacks::follow(&engine)?;
            let kinds = [
                Kind::Photos,
                Kind::Tags,
                Kind::Attributes,
                Kind::Libraries,
                Kind::Duplicates,
            ];
            engine.events().changed(&kinds);
            let report = outcome?;
            ctx.checkpoint()?;
            let skipped = report.skipped.into_iter().map(|one| (one.path, one.reason));
            let beside = report.beside.into_iter().map(|(was, is)| {
                let reason = format!(
                    "Its name was taken meanwhile: it came back as {}",
                    crate::io::shown(&is)
                );
                (was, reason)
            });
            Ok(Report::Cleanup(CleanupReport {
                session_id: report.session_id,
                files: report.files,
                bytes: report.bytes,
                skipped: skipped.chain(beside).collect(),
                seconds: started.elapsed().as_secs_f64(),
            }))
        })
}

fn carried_out(
    engine: &Engine,
    ctx: &Ctx,
    work: impl FnOnce(&Cleanup<'_>) -> Result<cleanup::Report, CleanupError>,
) -> Result<cleanup::Report, EngineError> {
    let told = Cell::new((false, 0));
    let tick = |progress: &Progress| {
        let (begun, done) = told.get();
        told.set((true, progress.files_done));
        let path = crate::io::shown(&progress.path);
        let step = if begun {
            Ok(())
        } else {
            ctx.phase(Phase::Clean, Some(progress.files))
        };
        let fresh = progress.files_done.saturating_sub(done);
        match step.and_then(|()| ctx.advance(fresh, Some(&path))) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_cancelled) => ControlFlow::Break(()),
        }
    };
    let roots = roots(engine.store())?;
    let root_of = |path: &Path| roots.iter().find(|root| path.starts_with(root)).cloned();
    let desk = Desk::new(engine.store());
    let cleanup = Cleanup {
        journals: &journals(engine),
        trash: &Trash {
            home: cleanup::home_trash(),
            root_of: &root_of,
        },
        catalog: &desk,
        tick: &tick,
        now_s: engine.now_s(),
    };
    Ok(work(&cleanup)?)
}

/// Puts cleanups in order that were cut off; to be called before anything else works on a catalog.
///
/// # Errors
/// [`EngineError::Cleanup`] where the journals cannot be read.
pub(crate) fn recover(store: &Store, data_dir: &Path, now_s: i64) -> Result<(), EngineError> {
    let roots = roots(store)?;
    let root_of = |path: &Path| roots.iter().find(|root| path.starts_with(root)).cloned();
    let cleanup = Cleanup {
        journals: &journals_of(data_dir),
        trash: &Trash {
            home: cleanup::home_trash(),
            root_of: &root_of,
        },
        catalog: &Desk::new(store),
        tick: &|_| ControlFlow::Continue(()),
        now_s,
    };
    for one in cleanup::recover(&cleanup)? {
        if let Some(error) = one.error {
            tracing::error!(session = one.session_id, %error, "A cleanup cannot be put in order");
        }
        for skipped in one.unsettled {
            let path = crate::io::shown(&skipped.path);
            tracing::warn!(
                session = one.session_id,
                path,
                skipped.reason,
                "A file of a cleanup"
            );
        }
    }
    Ok(())
}

/// The root folders of all libraries, the deepest first.
fn roots(store: &Store) -> Result<Vec<PathBuf>, EngineError> {
    let rows = store.read(libraries::list)?;
    let mut roots: Vec<PathBuf> = rows
        .into_iter()
        .flat_map(|row| row.roots)
        .map(|root| root.path)
        .collect();
    roots.sort_by_key(|root| std::cmp::Reverse(root.components().count()));
    Ok(roots)
}
