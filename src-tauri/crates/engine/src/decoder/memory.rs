//! How much memory a child may take for one file, held to by the system.
//!
//! The decoders are held to [`Limits`] by what headers claim; this is for what they take beyond
//! that. Linux counts addresses, so the limit is set above what the process has already. Where the
//! system knows no such limit, only the first bound holds.

use std::fs::File;
use std::path::Path;

use super::protocol::Asset;
use crate::photo::Limits;
use crate::video;

/// Addresses beyond what the decoders are allowed: the answer, stacks, and what an allocator
/// keeps aside.
#[cfg(target_os = "linux")]
const MARGIN: u64 = 256 << 20;

/// What the program that makes frames of videos may take.
const FOR_FRAMES: u64 = 3 << 30;

/// Lifts the limit when it is dropped.
pub(super) struct Limited(());

/// Limits what this process may take for this file.
pub(super) fn limited(asset: &Asset) -> Limited {
    let file = match asset {
        // A video is not held in memory, however large it is.
        Asset::File(path) if is_video(path) => {
            set(Some(FOR_FRAMES));
            return Limited(());
        }
        Asset::File(path) => std::fs::metadata(path).map_or(0, |m| m.len()),
        Asset::Bytes(bytes) => bytes.len() as u64,
    };
    // A file is in memory once, and a RAW file once more while it is developed.
    let allowed = Limits::for_file(file).max_bytes.saturating_add(file * 2);
    set(Some(allowed));
    Limited(())
}

impl Drop for Limited {
    fn drop(&mut self) {
        set(None);
    }
}

fn is_video(path: &Path) -> bool {
    File::open(path).is_ok_and(|mut file| matches!(video::kind_of(&mut file), Ok(Some(_))))
}

#[cfg(target_os = "linux")]
fn set(allowed: Option<u64>) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::As).maximum;
    let current = allowed.and_then(|allowed| Some(taken()? + allowed + MARGIN));
    // A process that may not limit itself runs without.
    let _refused = setrlimit(
        Resource::As,
        Rlimit {
            current: current.or(maximum),
            maximum,
        },
    );
}

#[cfg(not(target_os = "linux"))]
fn set(_allowed: Option<u64>) {}

/// Addresses this process has, in bytes.
///
/// # Source
/// Linux, `proc_pid_statm(5)`: the first number, in pages.
#[cfg(target_os = "linux")]
fn taken() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_whitespace().next()?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// Gives free memory back to the system, which a process that only waits does not need.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "The allocator of the system has no safe interface"
)]
pub(super) fn give_back() {
    // SAFETY: `malloc_trim` may be called at any time from any thread, and touches free memory only.
    let _was_any = unsafe { libc::malloc_trim(0) };
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn give_back() {}
