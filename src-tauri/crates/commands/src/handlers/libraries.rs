//! Libraries and their folders.

use std::path::PathBuf;

use latent_engine::Engine;
use latent_engine::ids::LibraryId;
use latent_engine::library::folders;
use latent_engine::store::libraries::LibraryRow;

use super::Answer;
use crate::wire;

pub(crate) fn list(engine: &Engine, _request: wire::Nothing) -> Answer<wire::Libraries> {
    let libraries = folders::list(engine)?.into_iter().map(library).collect();
    Ok(wire::Libraries { libraries })
}

pub(crate) fn add(engine: &Engine, request: wire::AddLibrary) -> Answer<wire::Library> {
    let roots: Vec<PathBuf> = request.roots.into_iter().map(PathBuf::from).collect();
    let row = folders::add(engine, request.name.as_deref(), &roots, &request.exclude)?;
    Ok(library(row))
}

pub(crate) fn remove(engine: &Engine, request: wire::RemoveLibrary) -> Answer<wire::Nothing> {
    folders::remove(engine, LibraryId(request.library_id))?;
    Ok(wire::Nothing {})
}

fn library(row: LibraryRow) -> wire::Library {
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
        faults: row.faults,
        exclude: row.exclude,
    }
}
