//! Libraries and their folders.

use std::path::PathBuf;

use latent_engine::Engine;
use latent_engine::ids::{LibraryId, RootId};
use latent_engine::library::{folders, locate};
use latent_engine::store::libraries::LibraryRow;
use latent_engine::watching;

use super::Answer;
use crate::wire;

pub(crate) fn list(engine: &Engine, _request: wire::Nothing) -> Answer<wire::Libraries> {
    let below = folders::below_tops(engine)?;
    let told = |row: LibraryRow| {
        let hidden = below.get(&row.id).copied().unwrap_or_default();
        library(row, hidden)
    };
    let libraries = folders::list(engine)?.into_iter().map(told).collect();
    Ok(wire::Libraries { libraries })
}

pub(crate) fn add(engine: &Engine, request: wire::AddLibrary) -> Answer<wire::Library> {
    let roots: Vec<PathBuf> = request.roots.into_iter().map(PathBuf::from).collect();
    let row = folders::add(engine, request.name.as_deref(), &roots, &request.exclude)?;
    one(engine, row)
}

pub(crate) fn remove(engine: &Engine, request: wire::RemoveLibrary) -> Answer<wire::Nothing> {
    folders::remove(engine, LibraryId(request.library_id))?;
    Ok(wire::Nothing {})
}

pub(crate) fn locate(engine: &Engine, request: wire::LocateFolder) -> Answer<wire::Library> {
    let path = PathBuf::from(request.path);
    let row = locate::locate(engine, RootId(request.folder_id), &path)?;
    one(engine, row)
}

pub(crate) fn watching(engine: &Engine, _request: wire::Nothing) -> Answer<wire::Watching> {
    let state = watching::state(engine);
    let folder = |root: watching::RootWatch| wire::WatchedFolder {
        folder_id: root.root.0,
        path: root.path,
        how: match root.how {
            watching::How::Events => wire::HowWatched::Events,
            watching::How::Polling => wire::HowWatched::Polling,
            watching::How::Offline => wire::HowWatched::Offline,
        },
        reason: root.reason,
        every_s: root.every_s,
    };
    Ok(wire::Watching {
        on: state.on,
        folders: state.roots.into_iter().map(folder).collect(),
        raise: state.raise,
    })
}

fn one(engine: &Engine, row: LibraryRow) -> Answer<wire::Library> {
    let hidden = folders::below_tops(engine)?.remove(&row.id);
    Ok(library(row, hidden.unwrap_or_default()))
}

/// `hidden` are the photos below the tops of their stacks.
fn library(row: LibraryRow, hidden: u64) -> wire::Library {
    let root = |root: latent_engine::store::libraries::RootRow| wire::Root {
        id: root.id.0,
        path: latent_engine::io::shown(&root.path),
        offline: root.offline,
    };
    wire::Library {
        id: row.id.0,
        name: row.name,
        roots: row.roots.into_iter().map(root).collect(),
        photos: row.photos,
        shots: row.photos.saturating_sub(hidden),
        faults: row.faults,
        exclude: row.exclude,
    }
}
