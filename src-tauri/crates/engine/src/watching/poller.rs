//! Asks for a root to be compared, again and again. A thread a root: one that hangs on a dead share
//! holds nobody up.

use std::path::PathBuf;
use std::thread::Builder;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};

use super::disk::News;
use crate::ids::RootId;

/// Asks until it is dropped.
pub(super) struct Poller {
    pub(super) every: Duration,
    _stop: Sender<()>,
}

impl Poller {
    /// Starts to ask. Where there is no thread to be had nothing is asked, and the daily comparison
    /// remains.
    pub(super) fn start(root: RootId, path: PathBuf, every: Duration, news: Sender<News>) -> Self {
        let (stop, stopped) = bounded::<()>(0);
        let ask = move || {
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                // A share that does not answer stops here, and not where other roots wait.
                let _there_or_not = std::fs::metadata(&path);
                if news.send(News::Poll(root)).is_err() {
                    return;
                }
            }
        };
        if let Err(cause) = Builder::new().name("poller".into()).spawn(ask) {
            tracing::warn!(%cause, "A folder cannot be looked at again and again");
        }
        Self { every, _stop: stop }
    }
}
