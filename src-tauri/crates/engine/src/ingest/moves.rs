//! Recognises files that moved: a new file with the content of a photo whose own file is gone.
//!
//! Only files of the same size as a missing photo are opened, and the rest goes on unread. Done in
//! the order of paths, so that of two equal files always the same one is taken for the moved one.

use std::collections::HashSet;

use super::{IndexReport, ToRead};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::PhotoId;
use crate::io;
use crate::jobs::Ctx;
use crate::store::{photos, text};

/// Gives moved photos their new places, and answers the files that still have to be read.
pub(super) fn recognise(
    engine: &Engine,
    ctx: &Ctx,
    files: Vec<ToRead>,
    gone: &mut HashSet<PhotoId>,
    report: &mut IndexReport,
) -> Result<Vec<ToRead>, EngineError> {
    let mut left = Vec::with_capacity(files.len());
    let moved_before = report.moved;
    for file in files {
        ctx.advance(1, None)?;
        match moved_photo(engine, &file)? {
            Some(photo) => {
                take_place(engine, photo, &file)?;
                report.moved += 1;
                gone.remove(&photo);
            }
            None => left.push(file),
        }
    }
    if report.moved > moved_before {
        engine.events().changed(&[Kind::Photos, Kind::Libraries]);
    }
    Ok(left)
}

/// The missing photo whose content a new file has. A file that cannot be opened is left to the
/// reading stage, which says why.
fn moved_photo(engine: &Engine, file: &ToRead) -> Result<Option<PhotoId>, EngineError> {
    if file.found.known.is_some() {
        return Ok(None);
    }
    let missing = engine
        .store()
        .read(|c| photos::missing_with_size(c, file.found.stamp.bytes))?;
    if missing.is_empty() {
        return Ok(None);
    }
    let Ok(bytes) = io::read(&file.found.file) else {
        return Ok(None);
    };
    let hash = blake3::hash(&bytes);
    let same = missing
        .iter()
        .find(|(_, known)| known.as_slice() == hash.as_bytes());
    Ok(same.map(|(id, _)| *id))
}

fn take_place(engine: &Engine, photo: PhotoId, file: &ToRead) -> Result<(), EngineError> {
    engine.store().write(|tx| {
        photos::set_place(
            tx,
            photo,
            file.library_id,
            &file.found.place,
            file.found.stamp.mtime_ns,
        )?;
        crate::store::faults::clear(tx, file.found.place.root_id, &file.found.place.rel_path)?;
        text::refresh(tx, photo)?;
        Ok::<_, EngineError>(())
    })?;
    engine.follow_vectors()
}
