//! Points between two steps at which a test can end the work as a crash would: nothing after the
//! point happens, and nothing is put in order. Without the feature `testing` there are none.

#[cfg(not(any(test, feature = "testing")))]
#[inline(always)]
pub(super) fn point(_name: &'static str) {}

/// Whether files get their names as where renaming always replaces.
#[cfg(not(any(test, feature = "testing")))]
#[inline(always)]
pub(super) fn only_links() -> bool {
    false
}

/// Why a file cannot get another place, as a system may refuse it.
#[cfg(not(any(test, feature = "testing")))]
#[inline(always)]
pub(super) fn refusal(_from: &std::path::Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(any(test, feature = "testing"))]
pub use armed::{Crash, Killed, Refused, arm, disarm, set_only_links, set_refused};
#[cfg(any(test, feature = "testing"))]
pub(super) use armed::{only_links, point, refusal};

#[cfg(any(test, feature = "testing"))]
mod armed {
    use std::cell::{Cell, RefCell};
    use std::io;
    use std::path::Path;

    /// How the work ends.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Crash {
        /// The stack is unwound with [`Killed`]; the process goes on.
        Unwind,
        /// The process is killed, as by `kill -9`.
        Kill,
    }

    /// What an unwound stack carries: the point at which it was ended.
    #[derive(Clone, Copy, Debug)]
    pub struct Killed(pub &'static str);

    /// A file whose renaming the system refuses.
    #[derive(Clone, Copy, Debug)]
    pub struct Refused {
        /// The end of its path.
        pub from: &'static str,
        /// Why.
        pub why: io::ErrorKind,
        /// How often it still does.
        pub times: u32,
    }

    struct Armed {
        left: u64,
        crash: Crash,
    }

    thread_local! {
        static REFUSED: RefCell<Option<Refused>> = const { RefCell::new(None) };
        static ONLY_LINKS: Cell<bool> = const { Cell::new(false) };
        static ARMED: RefCell<Option<Armed>> = const { RefCell::new(None) };
        static PASSED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    }

    /// Ends this thread's work at the `nth` point from now on; 0 is the next.
    pub fn arm(nth: u64, crash: Crash) {
        PASSED.take();
        ARMED.set(Some(Armed { left: nth, crash }));
    }

    /// Lets the work go on, and answers the points passed since [`arm`].
    pub fn disarm() -> Vec<&'static str> {
        ARMED.take();
        PASSED.take()
    }

    /// Takes from this thread what renaming without replacing needs of the file system.
    pub fn set_only_links(only: bool) {
        ONLY_LINKS.set(only);
    }

    /// Lets the system refuse on this thread what it is told; nothing when none.
    pub fn set_refused(refused: Option<Refused>) {
        REFUSED.set(refused);
    }

    pub(in super::super) fn refusal(from: &Path) -> io::Result<()> {
        REFUSED.with_borrow_mut(|refused| match refused {
            Some(refused) if refused.times > 0 && is_meant(refused, from) => {
                refused.times -= 1;
                Err(refused.why.into())
            }
            _ => Ok(()),
        })
    }

    fn is_meant(refused: &Refused, from: &Path) -> bool {
        from.to_string_lossy().ends_with(refused.from)
    }

    pub(in super::super) fn only_links() -> bool {
        ONLY_LINKS.get()
    }

    pub(in super::super) fn point(name: &'static str) {
        let crash = ARMED.with_borrow_mut(|armed| {
            let armed = armed.as_mut()?;
            PASSED.with_borrow_mut(|passed| passed.push(name));
            if armed.left == 0 {
                return Some(armed.crash);
            }
            armed.left -= 1;
            None
        });
        match crash {
            None => {}
            Some(Crash::Unwind) => {
                ARMED.take();
                std::panic::resume_unwind(Box::new(Killed(name)));
            }
            Some(Crash::Kill) => {
                #[cfg(unix)]
                let _killed = rustix::process::kill_process(
                    rustix::process::getpid(),
                    rustix::process::Signal::KILL,
                );
                std::process::abort();
            }
        }
    }
}
