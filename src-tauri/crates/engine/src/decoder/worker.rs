//! The child's side: answers questions from its standard input until that ends.

use std::io::{self, BufReader, BufWriter, Write as _};
use std::process::ExitCode;

use super::protocol::{self, Asset, HELLO, Job, Told};
use super::{Unread, memory, work};
use crate::photo::DecodeError;

/// Answers questions until the app closes the pipe, or is gone.
///
/// Nothing else may write to the standard output of this process.
#[must_use]
pub fn run() -> ExitCode {
    // What a decoder panics about is told as the file's fault, not on the app's terminal.
    std::panic::set_hook(Box::new(|_| {}));
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        // The app is gone or does not understand: there is nobody to tell.
        Err(_) => ExitCode::FAILURE,
    }
}

fn serve() -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
    let mut output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    output.write_all(HELLO)?;
    output.flush()?;
    loop {
        when_idle(memory::give_back);
        let Some((job, asset)) = protocol::question(&mut input)? else {
            return Ok(());
        };
        let _free = memory::limited(&asset);
        let mut lost = None;
        let mut started = || {
            lost = protocol::tell(&mut output, &Told::Started).err();
        };
        let told = answer(&job, &asset, &mut started);
        if let Some(error) = lost {
            return Err(error);
        }
        protocol::tell(&mut output, &told)?;
    }
}

/// How long no question comes before there is nothing to do, in seconds.
#[cfg(unix)]
const IDLE_S: i64 = 2;

/// Waits for the next question, and does this where none comes for a while.
///
/// The app asks only what it waits for, so nothing lies in the buffers meanwhile.
#[cfg(unix)]
fn when_idle(act: impl FnOnce()) {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let within = Timespec {
        tv_sec: IDLE_S,
        tv_nsec: 0,
    };
    let input = io::stdin();
    if poll(&mut [PollFd::new(&input, PollFlags::IN)], Some(&within)) == Ok(0) {
        act();
    }
}

#[cfg(not(unix))]
fn when_idle(_act: impl FnOnce()) {}

fn answer(job: &Job, asset: &Asset, started: &mut dyn FnMut()) -> Told {
    let work = std::panic::AssertUnwindSafe(|| perform(job, asset, started));
    std::panic::catch_unwind(work)
        .unwrap_or(Err(DecodeError::Crashed.into()))
        .unwrap_or_else(Told::Unread)
}

fn perform(job: &Job, asset: &Asset, started: &mut dyn FnMut()) -> Result<Told, Unread> {
    Ok(match (job, asset) {
        (Job::Read(wanted), Asset::File(path)) => {
            Told::Read(Box::new(work::read(path, wanted, started)?))
        }
        (Job::Read(_), Asset::Bytes(_)) => {
            let reason = "Only files are read for the catalog".to_owned();
            return Err(Unread::Io { reason });
        }
        (Job::Decode(size), _) => {
            Told::Decoded(Box::new(work::decode(asset.source(), *size, started)?))
        }
        (Job::Size, _) => Told::Size(work::size(asset.source(), started)?),
    })
}
