//! Keeps the library as the disk is, while the program runs.
//!
//! What the system tells of the disk is a hint and no more: hints are gathered until files are quiet
//! (`pending`) and become an index job that looks at the touched places only. Whatever a hint may be
//! lost by, a full comparison makes good: at the start, when the system lost count, when a disk came
//! back, and once a day. Folders that cannot be watched, and those of network file systems, are
//! compared again and again instead.

mod disk;
mod patrol;
pub(crate) mod pending;
mod poller;
mod rounds;
mod state;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Sender, bounded};

use crate::engine::Engine;
use crate::error::EngineError;
pub use state::{How, RootWatch, WatchState};

/// Whether the disk is watched, and how; owned by the engine.
#[derive(Default)]
pub(crate) struct Watching {
    at_work: Mutex<Option<AtWork>>,
    state: Arc<Mutex<WatchState>>,
    heard: Arc<Heard>,
    #[cfg(feature = "testing")]
    deaf: Arc<AtomicBool>,
}

/// What the watching thread and index jobs tell each other.
#[derive(Default)]
pub(crate) struct Heard {
    /// All that was heard has been looked at, or is being looked at.
    is_calm: AtomicBool,
    /// A job left copies alone that may be photos that went.
    asks_for_late: AtomicBool,
}

impl Heard {
    /// Whether all that was heard has been looked at, or is being looked at.
    pub(crate) fn is_calm(&self) -> bool {
        self.is_calm.load(Ordering::SeqCst)
    }

    /// Has late copies looked for in a moment.
    pub(crate) fn ask_for_late(&self) {
        self.asks_for_late.store(true, Ordering::SeqCst);
    }
}

struct AtWork {
    /// Dropping it wakes the thread and ends it.
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

/// Starts to keep up with the disk. Where that goes on already nothing happens.
///
/// # Errors
/// [`EngineError::Internal`] where no thread can be started.
pub fn start(engine: &Engine) -> Result<(), EngineError> {
    let watching = engine.watching();
    let mut at_work = watching
        .at_work
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if at_work.is_some() {
        return Ok(());
    }
    let (stop, stopped) = bounded(0);
    let weak = engine.downgrade();
    let thread = Builder::new()
        .name("watching".into())
        .spawn(move || rounds::go(&weak, &stopped))
        .map_err(EngineError::internal)?;
    *at_work = Some(AtWork { stop, thread });
    Ok(())
}

/// How the folders are watched at this moment.
#[must_use]
pub fn state(engine: &Engine) -> WatchState {
    engine.watching().state()
}

/// Makes the engine deaf to what the system tells, as a queue that runs over does, and then lets it
/// know that something was lost.
#[cfg(feature = "testing")]
pub fn set_deaf(engine: &Engine, deaf: bool) {
    let flag = &engine.watching().deaf;
    flag.store(deaf, Ordering::SeqCst);
}

impl Watching {
    fn state(&self) -> WatchState {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.clone()
    }

    /// What is heard of the disk; none where nobody listens.
    pub(crate) fn heard(&self) -> Option<Arc<Heard>> {
        let at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        at_work.is_some().then(|| Arc::clone(&self.heard))
    }

    /// Notes how it stands. Answers whether that is news.
    fn set_state(&self, state: WatchState) -> bool {
        let mut known = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let news = *known != state;
        *known = state;
        news
    }

    /// Stops watching and waits until that is done.
    ///
    /// Not to be called by a job.
    pub(crate) fn stop(&self) {
        let at_work = self
            .at_work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(AtWork { stop, thread }) = at_work {
            drop(stop);
            if thread.join().is_err() {
                tracing::error!("The thread that watches folders has failed");
            }
        }
    }
}
