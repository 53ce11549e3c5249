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

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, bounded};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::PhotoId;
pub use state::{How, RootWatch, WatchState};

/// What follows from new photos waits no longer than this for the disk to come to rest.
const LONGEST: Duration = Duration::from_secs(20);

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
    /// What follows from new photos was put off.
    owed: Mutex<Option<Owed>>,
    /// How often the system lost count.
    times_lost: AtomicU64,
}

/// What follows from new photos, their pairs and how unique they are, and is not done yet.
struct Owed {
    since: Instant,
    new: Vec<PhotoId>,
}

impl Heard {
    /// Whether all that was heard has been looked at, or is being looked at.
    pub(crate) fn is_calm(&self) -> bool {
        self.is_calm.load(Ordering::SeqCst)
    }

    /// Puts off what follows from new photos while there are news left to look at, though not for
    /// long; answers whether it may wait.
    pub(crate) fn puts_off(&self, new: &[PhotoId]) -> bool {
        let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        let since = owed.as_ref().map_or_else(Instant::now, |owed| owed.since);
        let may_wait = !self.is_calm() && since.elapsed() < LONGEST;
        if may_wait {
            let new_too = || Owed {
                since,
                new: Vec::new(),
            };
            owed.get_or_insert_with(new_too).new.extend(new);
        }
        may_wait
    }

    /// Whether something was put off, and whether it is to be done now.
    fn is_due(&self) -> bool {
        let owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_long_ago = |owed: &Owed| owed.since.elapsed() >= LONGEST;
        owed.as_ref()
            .is_some_and(|owed| self.is_calm() || is_long_ago(owed))
    }

    /// The new photos for which it was put off; none where nothing was.
    pub(crate) fn owed(&self) -> Option<Vec<PhotoId>> {
        let owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        owed.as_ref().map(|owed| owed.new.clone())
    }

    /// What was put off has been done.
    pub(crate) fn settle(&self) {
        *self.owed.lock().unwrap_or_else(PoisonError::into_inner) = None;
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

/// How often the system lost count of what happens on the disk since the engine was opened. Each time
/// everything is compared.
#[must_use]
pub fn times_lost(engine: &Engine) -> u64 {
    engine.watching().heard.times_lost.load(Ordering::SeqCst)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_new_photos_waits_until_the_disk_rests() {
        let heard = Heard::default();
        assert!(!heard.is_due() && heard.owed().is_none());
        assert!(heard.puts_off(&[PhotoId(3)]) && heard.puts_off(&[PhotoId(5)]));
        assert!(!heard.is_due(), "there are news left");
        heard.is_calm.store(true, Ordering::SeqCst);
        assert!(heard.is_due() && !heard.puts_off(&[PhotoId(7)]));
        assert_eq!(heard.owed(), Some(vec![PhotoId(3), PhotoId(5)]));
        heard.settle();
        assert!(!heard.is_due() && heard.owed().is_none());
    }

    #[test]
    fn what_follows_from_new_photos_does_not_wait_for_long() {
        let heard = Heard::default();
        assert!(heard.puts_off(&[]));
        if let Some(owed) = heard.owed.lock().unwrap().as_mut() {
            owed.since = owed.since.checked_sub(LONGEST).unwrap();
        }
        assert!(heard.is_due() && !heard.puts_off(&[]));
    }
}
