//! The stages beside each other: readers on every core, the model's stage, one committer.
//!
//! Channels between them are short, so that a slow stage holds the others up instead of filling
//! the memory with pictures.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::commit::Committer;
use super::read::{self, Outcome, Reading};
use super::{IndexReport, ToRead, encode};
use crate::embed::EmbedError;
use crate::engine::Engine;
use crate::engine::models::OpenModel;
use crate::error::EngineError;
use crate::fault_kind::FaultKind;
use crate::jobs::Ctx;

/// Photos in one transaction, at most: what a crash makes read again.
const BATCH: usize = 32;

/// A transaction is not held back longer than this, so that photos show up while indexing runs.
const FLUSH_AFTER: Duration = Duration::from_millis(700);

/// Reads files and commits them in batches.
///
/// # Errors
/// [`EngineError::Cancelled`] after committing what was read; [`EngineError`] of the catalog or
/// the cache, such as a full disk.
pub(super) fn read_all(
    engine: &Engine,
    ctx: &Ctx,
    files: Vec<ToRead>,
    report: &mut IndexReport,
) -> Result<(), EngineError> {
    let readers = thread::available_parallelism().map_or(1, NonZero::get);
    let model = engine.models().for_indexing(engine.store());
    let is_cancelled = || ctx.is_cancelled();
    let reading = Reading {
        store: engine.store(),
        cache: engine.cache(),
        decoder: engine.decoder(),
        is_cancelled: &is_cancelled,
        preprocess: model.as_ref().map(|model| model.preprocess().clone()),
    };
    let (to_readers, work) = bounded::<ToRead>(readers);
    let (results, outcomes) = bounded::<Outcome>(readers * 2 + encode::PASS);
    let failure = Mutex::new(None);
    thread::scope(|scope| {
        scope.spawn(|| feed(ctx, files, to_readers));
        for number in 0..readers {
            let (work, results) = (work.clone(), results.clone());
            let (reading, failure) = (&reading, &failure);
            let reader = move || read_some(reading, &work, &results, failure);
            // Without this thread the others read on; with none the channel closes.
            let _started = thread::Builder::new()
                .name(format!("reader-{number}"))
                .spawn_scoped(scope, reader);
        }
        drop((work, results));
        let outcomes = match model.as_deref() {
            Some(model) => encoded(scope, model, outcomes, &failure)?,
            None => outcomes,
        };
        let mut committer = Committer::new(engine, model.as_deref(), report);
        commit_batches(ctx, outcomes, &mut committer)
    })?;
    if let Some(error) = failure
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
    {
        return Err(error);
    }
    ctx.checkpoint()
}

/// Puts the model's stage behind the readers.
fn encoded<'scope, 'env>(
    scope: &'scope thread::Scope<'scope, 'env>,
    model: &'env OpenModel,
    outcomes: Receiver<Outcome>,
    failure: &'env Mutex<Option<EngineError>>,
) -> Result<Receiver<Outcome>, EngineError> {
    let (results, with_vectors) = bounded(BATCH);
    let stage = move || {
        if let Err(error) = encode::encode_all(model, &outcomes, &results) {
            fail(failure, error.into());
        }
    };
    thread::Builder::new()
        .name("encode".into())
        .spawn_scoped(scope, stage)
        .map_err(|source| EmbedError::Thread { source })?;
    Ok(with_vectors)
}

/// Keeps the first failure of any stage.
fn fail(failure: &Mutex<Option<EngineError>>, error: EngineError) {
    failure
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .get_or_insert(error);
}

/// Hands files out until there are none, the job is cancelled, or nobody takes them.
fn feed(ctx: &Ctx, files: Vec<ToRead>, to_readers: Sender<ToRead>) {
    for file in files {
        if ctx.checkpoint().is_err() || to_readers.send(file).is_err() {
            break;
        }
    }
}

fn read_some(
    reading: &Reading<'_>,
    work: &Receiver<ToRead>,
    results: &Sender<Outcome>,
    failure: &Mutex<Option<EngineError>>,
) {
    for file in work {
        let place = (file.library_id, file.found.clone());
        let read =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read::read(reading, file)));
        let outcome = match read {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => {
                fail(failure, error);
                return;
            }
            Err(_panic) => {
                let file = ToRead {
                    library_id: place.0,
                    found: place.1,
                };
                let stamp = file.found.stamp;
                let reason = "Latent failed on this file: please report it".to_owned();
                read::fault(&file, stamp, "decode", FaultKind::GaveUp, reason)
            }
        };
        if results.send(outcome).is_err() {
            return;
        }
    }
}

/// Commits what was read, a batch at a time; what came before a failure stays committed.
fn commit_batches(
    ctx: &Ctx,
    outcomes: Receiver<Outcome>,
    committer: &mut Committer<'_>,
) -> Result<(), EngineError> {
    let mut batch = Vec::with_capacity(BATCH);
    let mut flush_at = Instant::now() + FLUSH_AFTER;
    loop {
        let left = flush_at.saturating_duration_since(Instant::now());
        let ended = match outcomes.recv_timeout(left) {
            Ok(outcome) => {
                batch.push(outcome);
                false
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => true,
        };
        if ended || batch.len() >= BATCH || Instant::now() >= flush_at {
            if !batch.is_empty() {
                let (count, last) = (
                    batch.len() as u64,
                    batch.last().map(path).map(str::to_owned),
                );
                committer.commit(&batch)?;
                batch.clear();
                ctx.report(count, last.as_deref());
            }
            flush_at = Instant::now() + FLUSH_AFTER;
        }
        if ended {
            return Ok(());
        }
    }
}

fn path(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Photo(photo) => &photo.record.place.path,
        Outcome::Said(said) => &said.file.found.place.path,
        Outcome::Same(file, _) | Outcome::Gone(file) => &file.found.place.path,
        Outcome::Fault(fault) => &fault.path,
    }
}
