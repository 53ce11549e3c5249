//! Files that could not be read: listed, tried again, ignored.

use std::collections::HashSet;
use std::path::PathBuf;

use super::{Look, Touched, run_asked};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::{FaultId, JobId, LibraryId, RootId};
use crate::io;
use crate::jobs::{JobKind, Report};
use crate::store::faults::{self, Chosen, Fault, FaultCount};

/// Lists files that could not be read, by path, and their number.
///
/// # Errors
/// [`EngineError::Store`].
pub fn faults(
    engine: &Engine,
    chosen: &Chosen,
    limit: u32,
    offset: u32,
) -> Result<(Vec<Fault>, u64), EngineError> {
    Ok(engine
        .store()
        .read(|connection| faults::list(connection, chosen, limit, offset))?)
}

/// Counts files that could not be read by kind.
///
/// # Errors
/// [`EngineError::Store`].
pub fn fault_counts(
    engine: &Engine,
    library: Option<LibraryId>,
) -> Result<Vec<FaultCount>, EngineError> {
    Ok(engine
        .store()
        .read(|connection| faults::counts(connection, library))?)
}

/// Ignores files that could not be read until they change, or takes that back. Answers the faults on
/// which it changed.
///
/// # Errors
/// [`EngineError::Store`].
pub fn ignore_faults(
    engine: &Engine,
    chosen: &Chosen,
    ignored: bool,
) -> Result<Vec<FaultId>, EngineError> {
    let files = engine.store().read(|connection| {
        let other = Chosen {
            ignored: Some(chosen.ignored.unwrap_or(!ignored)),
            ..chosen.clone()
        };
        faults::files(connection, &other)
    })?;
    let keys = files
        .iter()
        .map(|(fault, file)| (*fault, io::file_key(file)));
    let keys: Vec<(FaultId, Option<Vec<u8>>)> = keys.collect();
    let changed = engine.store().write_aside(|tx| {
        let changed = faults::set_ignored(tx, chosen, ignored)?;
        for (fault, key) in keys.iter().filter(|(fault, _)| changed.contains(fault)) {
            faults::remember(tx, *fault, key.as_deref(), ignored)?;
        }
        Ok::<_, EngineError>(changed)
    })?;
    if !changed.is_empty() {
        engine.events().changed(&[Kind::Faults]);
    }
    Ok(changed)
}

/// Queues trying files again that could not be read; nothing else is looked at.
///
/// # Errors
/// [`EngineError::NotFound`] where no fault is meant.
pub fn retry_faults(engine: &Engine, chosen: &Chosen) -> Result<JobId, EngineError> {
    let places = engine
        .store()
        .read(|connection| Ok::<_, EngineError>(faults::places(connection, chosen)?))?;
    let title = match places.len() {
        0 => return Err(EngineError::not_found("unreadable file", "like that")),
        1 => "Try 1 file again".to_owned(),
        number => format!("Try {number} files again"),
    };
    let touched = touched(places);
    let weak = engine.downgrade();
    let library = chosen.library;
    let work = move |ctx: &crate::jobs::Ctx| {
        let engine = weak.upgrade().ok_or(EngineError::Cancelled)?;
        let looked = Look {
            library: None,
            retry_faults: true,
            touched: Some(&touched),
            is_settled: None,
            is_calm: None,
        };
        Ok(Report::Index(run_asked(&engine, ctx, looked)?))
    };
    Ok(engine.jobs().add(JobKind::Index, title, library, work))
}

/// The places by root, of which none lies in another. They come sorted.
fn touched(places: Vec<(RootId, Vec<u8>)>) -> Vec<Touched> {
    let mut all: Vec<Touched> = Vec::new();
    let mut seen = HashSet::new();
    for (root, path) in places {
        let path = io::path_from_bytes(&path);
        // What is at fault may be the root itself.
        let whole = path.as_os_str().is_empty();
        match all.last_mut().filter(|last| last.root == root) {
            None => all.push(Touched {
                root,
                parts: (!whole).then(|| vec![path.clone()]),
            }),
            Some(Touched { parts, .. }) => {
                let is_inside = |path: &PathBuf| {
                    let mut above = path.ancestors().skip(1);
                    above.any(|folder| seen.contains(&(root, folder.to_owned())))
                };
                if let Some(parts) = parts.as_mut().filter(|_| !is_inside(&path)) {
                    parts.push(path.clone());
                }
            }
        }
        seen.insert((root, path));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_another_is_looked_at_once() {
        let place = |root, path: &str| (RootId(root), path.as_bytes().to_vec());
        let places = vec![
            place(1, "a"),
            place(1, "a/b.jpg"),
            place(1, "a.jpg"),
            place(2, ""),
            place(2, "c.jpg"),
        ];
        let parts = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<Vec<_>>();
        let found: Vec<_> = touched(places)
            .into_iter()
            .map(|touched| (touched.root.0, touched.parts))
            .collect();
        assert_eq!(found, [(1, Some(parts(&["a", "a.jpg"]))), (2, None)]);
    }
}
