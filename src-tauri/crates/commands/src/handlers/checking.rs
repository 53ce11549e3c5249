//! Files that are compared with known photos before they are taken in.

use std::path::PathBuf;

use latent_engine::Engine;
use latent_engine::duplicates::{self, CheckQuery, CheckedFile};
use latent_engine::ids::JobId;
use latent_engine::io;

use super::{Answer, duplicates::kind_word};
use crate::wire;

/// Files on a page when nothing is said.
const FILES: u32 = 1000;
/// Files on a page at most.
const MOST_FILES: u32 = 10_000;

pub(crate) fn start(engine: &Engine, request: wire::CheckDuplicates) -> Answer<wire::JobStarted> {
    let query = CheckQuery {
        paths: request.paths.into_iter().map(PathBuf::from).collect(),
        threshold: request.threshold,
    };
    let job = duplicates::start_check(engine, query)?;
    Ok(wire::JobStarted { job_id: job.0 })
}

pub(crate) fn list(engine: &Engine, request: wire::ListCheckedFiles) -> Answer<wire::CheckedFiles> {
    let limit = request.limit.unwrap_or(FILES).clamp(1, MOST_FILES) as usize;
    let (files, total) = duplicates::checked(
        engine,
        JobId(request.job_id),
        request.only_copies,
        limit,
        request.offset as usize,
    )?;
    Ok(wire::CheckedFiles {
        files: files.into_iter().map(file).collect(),
        total,
    })
}

fn file(file: CheckedFile) -> wire::CheckedFile {
    let copy = |copy: duplicates::KnownCopy| wire::KnownCopy {
        photo_id: copy.photo.0,
        path: copy.path,
        kind: kind_word(copy.kind),
        similarity: copy.similarity,
    };
    wire::CheckedFile {
        path: io::shown(&file.path),
        bytes: file.bytes,
        photo_id: file.photo.map(|id| id.0),
        copies: file.copies.into_iter().map(copy).collect(),
        fault: file.fault,
    }
}
