//! Waits for a job, with a progress bar where someone watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use latent_commands::wire::{Job, JobRef, JobState, Progress, ProgressUnit, WaitJob};
use latent_engine::Engine;

use crate::call::call;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::plain;

/// How long one look at the job waits, milliseconds.
const LOOK_MS: u64 = 100;

const COUNTED: &str = "{prefix} [{bar:28}] {pos}/{len}\n  {wide_msg}";
const SIZED: &str = "{prefix} [{bar:28}]\n  {wide_msg}";
const UNCOUNTED: &str = "{prefix} {pos}\n  {wide_msg}";

/// Waits until a job has ended. Ctrl-C cancels it.
///
/// # Errors
/// [`Failure::Stopped`] where it was cancelled, [`Failure::Job`] where it failed.
pub(crate) fn wait(engine: &Engine, job_id: i64, output: &Output) -> Result<Job, Failure> {
    let interrupt = Interrupt::listen()?;
    let bar = Bar::new(output.is_watched());
    let mut cancelled = false;
    loop {
        let job: Job = call(
            engine,
            "wait_job",
            &WaitJob {
                job_id,
                timeout_ms: Some(LOOK_MS),
            },
        )?;
        if ended(&job.state) {
            bar.clear();
            return outcome(job);
        }
        bar.show(&job.progress, cancelled);
        if interrupt.asked() && !cancelled {
            cancelled = true;
            call::<_, Job>(engine, "cancel_job", &JobRef { job_id })?;
        }
    }
}

/// Whether nothing more will happen.
pub(crate) fn ended(state: &JobState) -> bool {
    matches!(
        state,
        JobState::Done | JobState::Cancelled | JobState::Failed
    )
}

fn outcome(job: Job) -> Result<Job, Failure> {
    match job.state {
        JobState::Cancelled => Err(Failure::Stopped),
        JobState::Failed => {
            let reason = job.error.unwrap_or_else(|| "The job failed".to_owned());
            Err(Failure::Job { reason })
        }
        _ => Ok(job),
    }
}

/// A progress bar on stderr, or none.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar for whoever watches.
    pub(crate) fn new(watched: bool) -> Self {
        let target = if watched {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        Self(ProgressBar::with_draw_target(None, target))
    }

    /// Shows how far a job is, and that it is being stopped.
    pub(crate) fn show(&self, progress: &Progress, stopping: bool) {
        let template = match (progress.total, progress.unit) {
            (Some(_), Some(ProgressUnit::Bytes)) => SIZED,
            (Some(_), _) => COUNTED,
            (None, _) => UNCOUNTED,
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style.progress_chars("=> "));
        }
        let phase = if stopping {
            "Stopping"
        } else {
            &progress.phase_name
        };
        self.0
            .set_prefix(format!("{}/{} {phase}", progress.phase, progress.phases));
        match progress.total {
            Some(total) => self.0.set_length(total),
            None => self.0.unset_length(),
        }
        self.0.set_position(progress.done);
        self.0.set_message(story(progress));
        self.0.tick();
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// Rate, time left and the file at hand, as far as they are known.
fn story(progress: &Progress) -> String {
    let in_bytes = progress.unit == Some(ProgressUnit::Bytes);
    let size = progress
        .total
        .filter(|_| in_bytes)
        .map(|total| format!("{} of {}", plain::bytes(progress.done), plain::bytes(total)));
    let rate = (progress.rate > 0.0).then(|| match in_bytes {
        true => format!("{} a second", plain::bytes(progress.rate as u64)),
        false => format!("{:.1} a second", progress.rate),
    });
    let left = progress
        .seconds_left
        .map(|s| format!("{} left", plain::duration(f64::from(s))));
    let current = progress
        .current
        .as_deref()
        .map(|path| plain::escaped(path).into_owned());
    [size, rate, left, current]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_tells_what_is_known() {
        let mut progress = Progress {
            phase: 3,
            phases: 4,
            phase_name: "Reading photos".to_owned(),
            done: 1,
            total: Some(2),
            rate: 0.0,
            unit: None,
            seconds_left: None,
            current: None,
        };
        assert_eq!(story(&progress), "");
        progress.rate = 12.34;
        progress.seconds_left = Some(75.0);
        progress.current = Some("a\nb.jpg".to_owned());
        assert_eq!(
            story(&progress),
            "12.3 a second · 1 min 15 s left · a\\nb.jpg"
        );
        (progress.unit, progress.rate) = (Some(ProgressUnit::Bytes), 2_500_000.0);
        (progress.done, progress.total) = (1_000_000, Some(1_500_000_000));
        assert_eq!(
            story(&progress),
            "1.0 MB of 1.5 GB · 2.5 MB a second · 1 min 15 s left · a\\nb.jpg"
        );
    }
}
