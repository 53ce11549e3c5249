//! Long work: reported, paused and cancelled. Jobs on photos run one after another on a thread of
//! their own, those on the files of models on another, so that a download holds no index up, and those
//! that group similar photos on a third: whoever asked waits for them.
//!
//! A job is a closure over a [`Ctx`]. It reports through the context, and the same call stops it.

mod ctx;
mod progress;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, unbounded};

use crate::cleaning::CleanupReport;
use crate::duplicates::CheckReport;
use crate::engine::model_files::ModelReport;
use crate::error::EngineError;
use crate::events::EventBus;
use crate::export::ExportReport;
use crate::ids::{JobId, LibraryId};
use crate::ingest::IndexReport;
use crate::metadata::WriteReport;

pub use ctx::Ctx;
use ctx::Handle;
pub use progress::{Phase, Progress, Unit};

/// Ended jobs that are still listed.
const KEPT: usize = 50;

/// How long a cancelled job may take to end; the slowest is one pass through a model.
const STOP_WAIT: Duration = Duration::from_secs(120);

/// What a job works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Photos are compared with the disk, read and embedded.
    Index,
    /// A model is downloaded.
    Pull,
    /// The files of a model are compared with their checksums.
    Verify,
    /// Copies are removed, or brought back.
    Cleanup,
    /// Sidecars are written.
    Write,
    /// Files are compared with the photos that are known.
    Check,
    /// Photos are taken out of the library.
    Export,
    /// Similar photos are looked for.
    Group,
}

impl JobKind {
    /// The word for it on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Pull => "pull",
            Self::Verify => "verify",
            Self::Cleanup => "cleanup",
            Self::Write => "write",
            Self::Check => "check",
            Self::Export => "export",
            Self::Group => "group",
        }
    }
}

/// What a job did.
#[derive(Clone, Debug)]
pub enum Report {
    /// To photos.
    Index(IndexReport),
    /// To the files of a model.
    Model(ModelReport),
    /// To copies.
    Cleanup(CleanupReport),
    /// To sidecars.
    Metadata(WriteReport),
    /// Found of files that were compared with known photos.
    Checked(CheckReport),
    /// Outside the library.
    Export(ExportReport),
    /// Nothing: so many groups of similar photos were found.
    Grouped(u64),
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Waits for the job before it.
    Queued,
    /// Works.
    Running,
    /// Waits to be resumed.
    Paused,
    /// Ended well.
    Done,
    /// Was cancelled; what it had done stays.
    Cancelled,
    /// Could not go on.
    Failed,
}

impl JobState {
    /// Whether nothing more will happen.
    #[must_use]
    pub fn is_ended(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// A job as it stands.
#[derive(Clone, Debug)]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// What it works on.
    pub kind: JobKind,
    /// What it does, for people: "Index Holidays".
    pub title: String,
    /// The library it works on; all when none.
    pub library_id: Option<LibraryId>,
    /// It goes on by itself and is told of only where it takes long or fails.
    pub quiet: bool,
    /// Where it stands.
    pub state: JobState,
    /// How far it is.
    pub progress: Progress,
    /// What it did, once it has ended well.
    pub report: Option<Report>,
    /// Why it could not go on.
    pub error: Option<String>,
}

/// What a job does.
type Work = Box<dyn FnOnce(&Ctx) -> Result<Report, EngineError> + Send>;

/// A thread that runs jobs one after another, and the way to it.
struct Lane {
    queue: Sender<(Arc<Handle>, Work)>,
    thread: thread::JoinHandle<()>,
}

impl Lane {
    fn start(name: &str) -> Result<Self, EngineError> {
        let (queue, work) = unbounded::<(Arc<Handle>, Work)>();
        let thread = thread::Builder::new()
            .name(name.into())
            .spawn(move || {
                for (handle, work) in work {
                    run(&handle, work);
                }
            })
            .map_err(EngineError::internal)?;
        Ok(Self { queue, thread })
    }
}

struct Running {
    photos: Lane,
    models: Lane,
    groups: Lane,
}

impl Running {
    fn lane(&self, kind: JobKind) -> &Lane {
        match kind {
            JobKind::Index
            | JobKind::Cleanup
            | JobKind::Write
            | JobKind::Check
            | JobKind::Export => &self.photos,
            JobKind::Pull | JobKind::Verify => &self.models,
            JobKind::Group => &self.groups,
        }
    }
}

/// The jobs of this run of the engine, and the threads they run on.
pub struct Jobs {
    next: AtomicI64,
    list: Arc<Mutex<BTreeMap<JobId, Arc<Handle>>>>,
    /// None once the engine is being closed.
    running: Mutex<Option<Running>>,
    events: Arc<EventBus>,
}

impl Jobs {
    /// Starts the threads that run jobs.
    ///
    /// # Errors
    /// [`EngineError::Internal`] where no thread can be started.
    pub fn start(events: Arc<EventBus>) -> Result<Self, EngineError> {
        let running = Running {
            photos: Lane::start("jobs")?,
            models: Lane::start("model jobs")?,
            groups: Lane::start("group jobs")?,
        };
        Ok(Self {
            next: AtomicI64::new(1),
            list: Arc::default(),
            running: Mutex::new(Some(running)),
            events,
        })
    }

    /// Queues a job. It starts when those before it, on the same kind of thing, have ended.
    pub fn add(
        &self,
        kind: JobKind,
        title: String,
        library_id: Option<LibraryId>,
        work: impl FnOnce(&Ctx) -> Result<Report, EngineError> + Send + 'static,
    ) -> JobId {
        self.queue(kind, title, library_id, false, Box::new(work))
    }

    /// Queues a job that nobody asked for as such: it is told of only where it takes long or fails, and
    /// forgotten when it has ended well.
    pub(crate) fn add_quiet(
        &self,
        kind: JobKind,
        title: String,
        work: impl FnOnce(&Ctx) -> Result<Report, EngineError> + Send + 'static,
    ) -> JobId {
        self.queue(kind, title, None, true, Box::new(work))
    }

    fn queue(
        &self,
        kind: JobKind,
        title: String,
        library_id: Option<LibraryId>,
        quiet: bool,
        work: Work,
    ) -> JobId {
        let id = JobId(self.next.fetch_add(1, Ordering::Relaxed));
        let events = Arc::clone(&self.events);
        let handle = Arc::new(Handle::new(id, kind, title, library_id, quiet, events));
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.retain(|_, job| !job.is_over_quietly());
        list.insert(id, Arc::clone(&handle));
        while list.len() > KEPT {
            let Some(oldest) = list
                .iter()
                .find(|(_, job)| job.view().state.is_ended())
                .map(|(id, _)| *id)
            else {
                break;
            };
            list.remove(&oldest);
        }
        drop(list);
        handle.tell();
        match &*self.running.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(running) => {
                let lane = running.lane(kind);
                let _thread_outlives_the_queue = lane.queue.send((handle, work));
            }
            None => handle.end(Err(EngineError::Cancelled)),
        }
        id
    }

    /// A job that would do the same and has not ended.
    #[must_use]
    pub fn unended(&self, title: &str) -> Option<JobId> {
        self.views()
            .into_iter()
            .find(|job| job.title == title && !job.state.is_ended())
            .map(|j| j.id)
    }

    /// Whether a job of a kind has not ended.
    #[must_use]
    pub fn is_at_work(&self, kind: JobKind) -> bool {
        let unended = |job: &JobView| job.kind == kind && !job.state.is_ended();
        self.views().iter().any(unended)
    }

    /// The jobs that people are told of, newest first.
    #[must_use]
    pub fn listed(&self) -> Vec<JobView> {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let mut told: Vec<_> = list.values().filter(|job| job.is_listed()).collect();
        told.reverse();
        told.into_iter().map(|job| job.view()).collect()
    }

    /// All jobs, newest first.
    #[must_use]
    pub fn views(&self) -> Vec<JobView> {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.values().rev().map(|job| job.view()).collect()
    }

    /// One job as it stands.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn view(&self, id: JobId) -> Result<JobView, EngineError> {
        Ok(self.handle(id)?.view())
    }

    /// Waits until a job has ended, or for so long, and answers how it stands then.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn wait(&self, id: JobId, timeout: Duration) -> Result<JobView, EngineError> {
        Ok(self.handle(id)?.wait_ended(Instant::now() + timeout))
    }

    /// Makes a running job wait. An ended one stays as it is.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn pause(&self, id: JobId) -> Result<JobView, EngineError> {
        let handle = self.handle(id)?;
        handle.pause();
        Ok(handle.view())
    }

    /// Lets a paused job go on.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn resume(&self, id: JobId) -> Result<JobView, EngineError> {
        let handle = self.handle(id)?;
        handle.resume();
        Ok(handle.view())
    }

    /// Ends a job soon; what it had done stays.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn cancel(&self, id: JobId) -> Result<JobView, EngineError> {
        let handle = self.handle(id)?;
        handle.cancel();
        Ok(handle.view())
    }

    /// Ends every job that works on a library, and waits until they have ended.
    pub fn stop_all_of(&self, library: LibraryId) {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let concerned: Vec<Arc<Handle>> = list
            .values()
            .filter(|job| {
                let view = job.view();
                view.kind == JobKind::Index && view.library_id.is_none_or(|id| id == library)
            })
            .cloned()
            .collect();
        drop(list);
        for job in &concerned {
            job.cancel();
        }
        for job in &concerned {
            job.wait_ended(Instant::now() + STOP_WAIT);
        }
    }

    /// Cancels every job and waits for those that run. Later ones are cancelled at once.
    ///
    /// Not to be called by a job.
    pub(crate) fn close(&self) {
        let running = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(Running {
            photos,
            models,
            groups,
        }) = running
        else {
            return;
        };
        let threads = [photos, models, groups].map(|lane| lane.thread);
        for handle in self
            .list
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
        {
            handle.cancel();
        }
        for thread in threads {
            let _panicked_jobs_are_reported_already = thread.join();
        }
    }

    fn handle(&self, id: JobId) -> Result<Arc<Handle>, EngineError> {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.get(&id)
            .cloned()
            .ok_or_else(|| EngineError::not_found("job", id))
    }
}

fn run(handle: &Arc<Handle>, work: Work) {
    let ctx = Ctx::new(Arc::clone(handle));
    if ctx.checkpoint().is_err() {
        handle.end(Err(EngineError::Cancelled));
        return;
    }
    handle.set_running();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&ctx)));
    handle.end(outcome.unwrap_or_else(|_| Err(EngineError::internal("the job crashed"))));
}
