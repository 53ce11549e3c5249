//! The two ends of a running job: [`Handle`] is what others hold, [`Ctx`] what the job holds.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::progress::Meter;
use super::{JobKind, JobState, JobView, Phase, Progress, Report};
use crate::error::EngineError;
use crate::events::{Event, EventBus};
use crate::ids::{JobId, LibraryId};

/// At most ten reports a second.
const REPORT_EVERY: Duration = Duration::from_millis(100);
/// How long a quiet job works before it is told of.
const QUIET_FOR: Duration = Duration::from_secs(2);

struct State {
    view: JobView,
    pause: bool,
    cancel: bool,
    meter: Meter,
    reported: Option<Instant>,
    began: Option<Instant>,
}

pub(super) struct Handle {
    state: Mutex<State>,
    changed: Condvar,
    /// Somebody was told of it, and will want to hear its end.
    told: AtomicBool,
    events: Arc<EventBus>,
}

impl Handle {
    pub(super) fn new(
        id: JobId,
        kind: JobKind,
        title: String,
        library_id: Option<LibraryId>,
        quiet: bool,
        events: Arc<EventBus>,
    ) -> Self {
        let view = JobView {
            id,
            kind,
            title,
            library_id,
            quiet,
            state: JobState::Queued,
            progress: Progress::default(),
            report: None,
            error: None,
        };
        let meter = Meter::new(Instant::now());
        let state = State {
            view,
            pause: false,
            cancel: false,
            meter,
            reported: None,
            began: None,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            told: AtomicBool::new(!quiet),
            events,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn view(&self) -> JobView {
        self.lock().view.clone()
    }

    /// Whether it is among the jobs that people see.
    pub(super) fn is_listed(&self) -> bool {
        self.told.load(Ordering::Relaxed) && !self.is_over_quietly()
    }

    /// Whether it ended, and nobody has to hear of it.
    pub(super) fn is_over_quietly(&self) -> bool {
        let state = self.lock();
        state.view.quiet && matches!(state.view.state, JobState::Done | JobState::Cancelled)
    }

    pub(super) fn tell(&self) {
        self.tell_of(&self.lock());
    }

    /// Tells how the job stands. The state is still held, so that events come in the order of what
    /// they tell, and nobody sees an end before it is told.
    fn tell_of(&self, state: &State) {
        let is_long = state.began.is_some_and(|began| began.elapsed() > QUIET_FOR)
            && !state.view.state.is_ended();
        if is_long || state.view.state == JobState::Failed {
            self.told.store(true, Ordering::Relaxed);
        }
        if !self.told.load(Ordering::Relaxed) {
            return;
        }
        self.events.tell(&Event::Job(Box::new(state.view.clone())));
    }

    pub(super) fn pause(&self) {
        let mut state = self.lock();
        if !state.view.state.is_ended() {
            state.pause = true;
            if state.view.state == JobState::Running {
                state.view.state = JobState::Paused;
            }
        }
        self.tell_of(&state);
    }

    pub(super) fn resume(&self) {
        let mut state = self.lock();
        state.pause = false;
        if state.view.state == JobState::Paused {
            state.view.state = JobState::Running;
        }
        self.tell_of(&state);
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn cancel(&self) {
        let mut state = self.lock();
        if !state.view.state.is_ended() {
            state.cancel = true;
        }
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn set_running(&self) {
        let mut state = self.lock();
        state.began = Some(Instant::now());
        state.view.state = if state.pause {
            JobState::Paused
        } else {
            JobState::Running
        };
        self.tell_of(&state);
    }

    pub(super) fn end(&self, outcome: Result<Report, EngineError>) {
        let mut state = self.lock();
        state.view.progress.current = None;
        state.view.progress.seconds_left = None;
        match outcome {
            Ok(report) => {
                state.view.state = JobState::Done;
                state.view.report = Some(report);
            }
            Err(EngineError::Cancelled) => state.view.state = JobState::Cancelled,
            Err(error) => {
                tracing::error!(job = %state.view.title, %error, "A job failed");
                state.view.state = JobState::Failed;
                state.view.error = Some(error.to_string());
            }
        }
        self.tell_of(&state);
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn wait_ended(&self, until: Instant) -> JobView {
        let mut state = self.lock();
        while !state.view.state.is_ended() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        state.view.clone()
    }
}

/// What a job works with: reporting and stopping are one call.
#[derive(Clone)]
pub struct Ctx {
    handle: Arc<Handle>,
}

impl Ctx {
    pub(super) fn new(handle: Arc<Handle>) -> Self {
        Self { handle }
    }

    /// The job itself.
    pub(crate) fn id(&self) -> JobId {
        self.handle.view().id
    }

    /// Begins a phase of `total` items, where that is known.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`].
    pub fn phase(&self, phase: Phase, total: Option<u64>) -> Result<(), EngineError> {
        let mut state = self.handle.lock();
        state.view.progress = Progress {
            phase,
            total,
            ..Progress::default()
        };
        state.meter = Meter::new(Instant::now());
        state.reported = None;
        drop(state);
        self.advance(0, None)
    }

    /// Reports `count` more items as done and the file at hand. Waits while the job is paused.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`].
    pub fn advance(&self, count: u64, current: Option<&str>) -> Result<(), EngineError> {
        self.report(count, current);
        self.checkpoint()
    }

    /// Reports how many items are done in all and the file at hand. Waits while the job is paused.
    /// It may be less than before, where something has to be done again.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`].
    pub fn reach(&self, done: u64, current: &str) -> Result<(), EngineError> {
        let current = Some(current).filter(|current| !current.is_empty());
        self.tell_when_due(current, |state| {
            if done < state.view.progress.done {
                state.meter.restart(Instant::now(), done);
            }
            state.view.progress.done = done;
        });
        self.checkpoint()
    }

    /// Reports `count` more items as done and the file at hand, without waiting or stopping.
    pub fn report(&self, count: u64, current: Option<&str>) {
        self.tell_when_due(current, |state| state.view.progress.done += count);
    }

    fn tell_when_due(&self, current: Option<&str>, count: impl FnOnce(&mut State)) {
        let now = Instant::now();
        let mut state = self.handle.lock();
        let inner = &mut *state;
        count(inner);
        let progress = &mut inner.view.progress;
        let due = inner
            .reported
            .is_none_or(|at| now.duration_since(at) >= REPORT_EVERY);
        if due {
            inner.reported = Some(now);
            progress.rate = inner.meter.rate(now, progress.done);
            progress.seconds_left = progress.total.and_then(|total| {
                let left = total.saturating_sub(progress.done) as f32;
                (progress.rate > 0.0).then(|| left / progress.rate)
            });
            if let Some(current) = current {
                progress.current = Some(current.to_owned());
            }
        }
        if due {
            self.handle.tell_of(&state);
        }
    }

    /// Waits while the job is paused.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`].
    pub fn checkpoint(&self) -> Result<(), EngineError> {
        let mut state = self.handle.lock();
        let waited = state.pause;
        while state.pause && !state.cancel {
            state = self
                .handle
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if waited {
            let done = state.view.progress.done;
            state.meter.restart(Instant::now(), done);
        }
        if state.cancel {
            Err(EngineError::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Whether the job was cancelled, without waiting.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.handle.lock().cancel
    }
}
