//! What the engine tells everyone who listens. Listeners that fall behind miss events; they never
//! hold the engine up.

use std::sync::{Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::ingest::IndexReport;
use crate::jobs::JobView;

/// Events a listener may fall behind before it misses some.
const BACKLOG: usize = 1024;

/// The kinds of state that can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Photos came, went or changed.
    Photos,
    /// Tags were put on or taken off.
    Tags,
    /// Attributes of photos were set or removed.
    Attributes,
    /// Libraries or their roots changed.
    Libraries,
    /// The list of unreadable files changed.
    Faults,
    /// Another model answers, or is being built.
    Models,
    /// A search was saved, replaced or removed.
    SavedSearches,
    /// The list of searches asked lately changed.
    SearchHistory,
    /// Marks or decisions about copies changed.
    Duplicates,
    /// How folders are watched changed.
    Watching,
}

impl Kind {
    /// The word for it on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Photos => "photos",
            Self::Tags => "tags",
            Self::Attributes => "attributes",
            Self::Libraries => "libraries",
            Self::Faults => "faults",
            Self::Models => "models",
            Self::SavedSearches => "savedSearches",
            Self::SearchHistory => "searchHistory",
            Self::Duplicates => "duplicates",
            Self::Watching => "watching",
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A job moved on.
    Job(Box<JobView>),
    /// State changed: fetch again what shows it.
    Changed(Vec<Kind>),
    /// The library was brought up to what happened on the disk.
    KeptUp(Box<IndexReport>),
}

/// Hands events to every listener.
#[derive(Default)]
pub struct EventBus {
    listeners: Mutex<Vec<Sender<Event>>>,
}

impl EventBus {
    /// Starts listening; dropping the receiver ends it.
    pub fn subscribe(&self) -> Receiver<Event> {
        let (sender, receiver) = bounded(BACKLOG);
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(sender);
        receiver
    }

    /// Tells every listener, without waiting for any.
    pub fn tell(&self, event: &Event) {
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|listener| {
                !matches!(
                    listener.try_send(event.clone()),
                    Err(TrySendError::Disconnected(_))
                )
            });
    }

    /// Tells that state of these kinds changed.
    pub fn changed(&self, kinds: &[Kind]) {
        if !kinds.is_empty() {
            self.tell(&Event::Changed(kinds.to_vec()));
        }
    }
}
