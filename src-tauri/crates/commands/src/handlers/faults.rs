//! Files that could not be read: listed, tried again, ignored.

use latent_engine::Engine;
use latent_engine::fault_kind::FaultKind;
use latent_engine::ids::{FaultId, LibraryId};
use latent_engine::ingest;
use latent_engine::store::faults::{Chosen, Fault, FaultCount};

use super::Answer;
use crate::wire;

/// Faults on a page when nothing is said.
const PAGE: u32 = 1000;

pub(crate) fn list(engine: &Engine, request: wire::ListFaults) -> Answer<wire::Faults> {
    let library = request.library_id.map(LibraryId);
    let chosen = Chosen {
        library,
        kind: request.kind.map(kind),
        ids: None,
        ignored: Some(request.ignored),
    };
    let limit = request.limit.unwrap_or(PAGE);
    let (faults, total) = ingest::faults(engine, &chosen, limit, request.offset)?;
    let counts = ingest::fault_counts(engine, library)?;
    Ok(wire::Faults {
        faults: faults.into_iter().map(fault).collect(),
        total,
        kinds: counts.into_iter().map(count).collect(),
    })
}

pub(crate) fn retry(engine: &Engine, request: wire::RetryFaults) -> Answer<wire::JobStarted> {
    // What is ignored is left alone unless it is named.
    let ignored = request.fault_ids.is_none().then_some(false);
    let chosen = chosen(request.library_id, request.kind, request.fault_ids, ignored);
    let job = ingest::retry_faults(engine, &chosen)?;
    Ok(wire::JobStarted { job_id: job.0 })
}

pub(crate) fn ignore(engine: &Engine, request: wire::IgnoreFaults) -> Answer<wire::FaultsIgnored> {
    let chosen = chosen(request.library_id, request.kind, request.fault_ids, None);
    let changed = ingest::ignore_faults(engine, &chosen, request.ignored)?;
    Ok(wire::FaultsIgnored {
        fault_ids: changed.into_iter().map(|id| id.0).collect(),
    })
}

fn chosen(
    library: Option<i64>,
    of_kind: Option<wire::FaultKind>,
    ids: Option<Vec<i64>>,
    ignored: Option<bool>,
) -> Chosen {
    Chosen {
        library: library.map(LibraryId),
        kind: of_kind.map(kind),
        ids: ids.map(|ids| ids.into_iter().map(FaultId).collect()),
        ignored,
    }
}

fn fault(fault: Fault) -> wire::Fault {
    wire::Fault {
        id: fault.id.0,
        path: fault.path,
        kind: word(fault.kind),
        stage: fault.stage,
        reason: fault.reason,
        bytes: fault.bytes,
        ignored: fault.ignored,
    }
}

fn count(count: FaultCount) -> wire::FaultCount {
    wire::FaultCount {
        kind: word(count.kind),
        open: count.open,
        ignored: count.ignored,
    }
}

fn kind(word: wire::FaultKind) -> FaultKind {
    match word {
        wire::FaultKind::Empty => FaultKind::Empty,
        wire::FaultKind::Damaged => FaultKind::Damaged,
        wire::FaultKind::GaveUp => FaultKind::GaveUp,
        wire::FaultKind::TooLarge => FaultKind::TooLarge,
        wire::FaultKind::Unsupported => FaultKind::Unsupported,
        wire::FaultKind::NotAPicture => FaultKind::NotAPicture,
        wire::FaultKind::NotAllowed => FaultKind::NotAllowed,
        wire::FaultKind::BrokenLink => FaultKind::BrokenLink,
        wire::FaultKind::Unreadable => FaultKind::Unreadable,
    }
}

fn word(kind: FaultKind) -> wire::FaultKind {
    match kind {
        FaultKind::Empty => wire::FaultKind::Empty,
        FaultKind::Damaged => wire::FaultKind::Damaged,
        FaultKind::GaveUp => wire::FaultKind::GaveUp,
        FaultKind::TooLarge => wire::FaultKind::TooLarge,
        FaultKind::Unsupported => wire::FaultKind::Unsupported,
        FaultKind::NotAPicture => wire::FaultKind::NotAPicture,
        FaultKind::NotAllowed => wire::FaultKind::NotAllowed,
        FaultKind::BrokenLink => wire::FaultKind::BrokenLink,
        FaultKind::Unreadable => wire::FaultKind::Unreadable,
    }
}
