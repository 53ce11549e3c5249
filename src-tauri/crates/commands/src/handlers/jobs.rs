//! Jobs: started, steered, waited for.

use std::time::Duration;

use latent_engine::Engine;
use latent_engine::ids::{JobId, LibraryId};
use latent_engine::ingest;

use super::Answer;
use crate::{convert, wire};

/// The longest wait of one call, milliseconds.
const MAX_WAIT_MS: u64 = 60_000;

pub(crate) fn start_index(engine: &Engine, request: wire::StartIndex) -> Answer<wire::JobStarted> {
    let job = ingest::start(
        engine,
        request.library_id.map(LibraryId),
        request.retry_faults,
    )?;
    Ok(wire::JobStarted { job_id: job.0 })
}

pub(crate) fn list(engine: &Engine, _request: wire::Nothing) -> Answer<wire::Jobs> {
    Ok(wire::Jobs {
        jobs: engine
            .jobs()
            .listed()
            .into_iter()
            .map(convert::job)
            .collect(),
    })
}

pub(crate) fn wait(engine: &Engine, request: wire::WaitJob) -> Answer<wire::Job> {
    let timeout = Duration::from_millis(request.timeout_ms.unwrap_or(MAX_WAIT_MS).min(MAX_WAIT_MS));
    Ok(convert::job(
        engine.jobs().wait(JobId(request.job_id), timeout)?,
    ))
}

pub(crate) fn pause(engine: &Engine, request: wire::JobRef) -> Answer<wire::Job> {
    Ok(convert::job(engine.jobs().pause(JobId(request.job_id))?))
}

pub(crate) fn resume(engine: &Engine, request: wire::JobRef) -> Answer<wire::Job> {
    Ok(convert::job(engine.jobs().resume(JobId(request.job_id))?))
}

pub(crate) fn cancel(engine: &Engine, request: wire::JobRef) -> Answer<wire::Job> {
    Ok(convert::job(engine.jobs().cancel(JobId(request.job_id))?))
}
