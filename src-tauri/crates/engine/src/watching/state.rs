//! How folders are watched, for people.

use crate::ids::RootId;

/// How the disk is kept up with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchState {
    /// It is.
    pub on: bool,
    /// The roots, each in its way.
    pub roots: Vec<RootWatch>,
    /// The command that raises a limit of the system's which is reached.
    pub raise: Option<String>,
}

/// How a root is kept up with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootWatch {
    /// The root.
    pub root: RootId,
    /// As shown.
    pub path: String,
    /// How.
    pub how: How,
    /// Why it is compared again and again, for people.
    pub reason: Option<String>,
    /// How often, seconds.
    pub every_s: Option<u64>,
}

/// The ways to keep up with a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The system tells what happens.
    Events,
    /// It is compared again and again.
    Polling,
    /// It is not there.
    Offline,
}

impl How {
    /// The word for it on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Polling => "polling",
            Self::Offline => "offline",
        }
    }
}
