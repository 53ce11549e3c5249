//! Children that wait for work: started when they are needed, ended when they are old, and put
//! aside by new ones when they break.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::child::{Broken, Child, Times};
use super::protocol::{Job, Told};
use super::{Program, Source, Unread};
use crate::photo::DecodeError;

/// Files a child reads before another takes its place, so that what libraries leak has an end.
const MAX_ANSWERED: u32 = 2000;

/// What came of a question.
pub(super) enum Asked {
    Told(Told),
    /// No child can be started.
    NoChild,
}

pub(super) struct Pool {
    program: Program,
    idle: Mutex<Vec<Child>>,
    /// Children kept while there is no work.
    most: usize,
    times: Times,
}

impl Pool {
    pub(super) fn new(program: Program) -> Self {
        Self::timed(program, Times::default())
    }

    pub(super) fn timed(program: Program, times: Times) -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            program,
            idle: Mutex::new(Vec::new()),
            most: cores + 1,
            times,
        }
    }

    /// Starts a child, to see whether that can be done.
    pub(super) fn try_out(&self) -> std::io::Result<bool> {
        if let Some(child) = self.waiting() {
            self.keep(child);
        } else {
            self.keep(Child::start(&self.program)?);
        }
        Ok(true)
    }

    /// Asks a child. One that breaks is no loss but its file's, which is told why; a child that
    /// had read other files before is given a second chance as a fresh one, since its trouble may
    /// be theirs.
    pub(super) fn ask(
        &self,
        job: &Job,
        source: Source<'_>,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Asked {
        let mut fresh = false;
        loop {
            let waiting = if fresh { None } else { self.waiting() };
            let mut child = match waiting.map_or_else(|| Child::start(&self.program), Ok) {
                Ok(child) => child,
                Err(error) => {
                    tracing::warn!(%error, "No decoding process can be started");
                    return Asked::NoChild;
                }
            };
            let had_others = child.answered > 0;
            match child.ask(job, source, self.times, is_cancelled) {
                Ok(told) => {
                    self.keep(child);
                    return Asked::Told(told);
                }
                Err(Broken::Died | Broken::NoMemory) if had_others && !fresh => fresh = true,
                Err(broken) => return Asked::Told(Told::Unread(reason(&broken))),
            }
        }
    }

    fn waiting(&self) -> Option<Child> {
        self.idle().pop()
    }

    fn keep(&self, child: Child) {
        if child.answered >= MAX_ANSWERED {
            return;
        }
        let mut idle = self.idle();
        if idle.len() < self.most {
            idle.push(child);
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Child>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn kill_waiting(&self) {
        self.idle().iter_mut().for_each(Child::kill);
    }

    /// The processes of the children that wait.
    #[cfg(test)]
    pub(super) fn ids(&self) -> Vec<u32> {
        self.idle().iter().map(Child::id).collect()
    }
}

fn reason(broken: &Broken) -> Unread {
    match broken {
        Broken::Died => DecodeError::Crashed.into(),
        Broken::NoMemory => DecodeError::OutOfMemory.into(),
        Broken::TooLong(most) => DecodeError::TooSlow {
            seconds: most.as_secs(),
        }
        .into(),
        Broken::Cancelled => Unread::Cancelled,
    }
}
