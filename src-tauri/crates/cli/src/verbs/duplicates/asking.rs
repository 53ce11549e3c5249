//! Questions about copies that take a while: similar photos are looked for by a job, which is shown and
//! can be stopped.

use std::thread;
use std::time::Duration;

use latent_commands::wire::{Job, JobRef, Jobs, Nothing};
use latent_engine::Engine;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::call;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::job::{Bar, ended};
use crate::output::Output;

/// How long to wait between two looks at the job.
const LOOK: Duration = Duration::from_millis(100);

/// Calls a command that may have to look for similar photos. Ctrl-C cancels that.
///
/// # Errors
/// [`Failure::Unanswered`] where it was cancelled, [`Failure::Command`].
pub(crate) fn ask<Q, A>(
    engine: &Engine,
    name: &str,
    request: &Q,
    output: &Output,
) -> Result<A, Failure>
where
    Q: Serialize + Sync,
    A: DeserializeOwned + Send,
{
    let interrupt = Interrupt::listen()?;
    let bar = Bar::new(output.is_watched());
    let answer = thread::scope(|scope| {
        let asking = scope.spawn(|| call::<Q, A>(engine, name, request));
        while !asking.is_finished() {
            thread::sleep(LOOK);
            let Some(job) = grouping(engine)? else {
                continue;
            };
            bar.show(&job.progress, interrupt.asked());
            if interrupt.asked() {
                call::<_, Job>(engine, "cancel_job", &JobRef { job_id: job.id })?;
            }
        }
        asking
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    bar.clear();
    match answer {
        Err(_) if interrupt.asked() => Err(Failure::Unanswered),
        answer => answer,
    }
}

/// The job that looks for similar photos, once it takes long enough to be told of.
fn grouping(engine: &Engine) -> Result<Option<Job>, Failure> {
    let Jobs { jobs } = call(engine, "list_jobs", &Nothing {})?;
    let is_it = |job: &Job| job.kind == "group" && !ended(&job.state);
    Ok(jobs.into_iter().find(is_it))
}
