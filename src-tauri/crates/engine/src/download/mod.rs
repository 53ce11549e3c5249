//! Downloads the models that Latent offers, and keeps watch over their files.
//!
//! The only room that opens a network connection, and only for a model that somebody agreed to. A
//! leaf: it knows the source's protocol and a folder, and neither jobs, nor the store, nor what a
//! model is for. Everything arrives in `.partial/<id>`; once each file is verified the lock file is
//! written and the folder takes its place by one rename, so that nothing is ever half in place.
//!
//! # Source
//! The protocol of the Hub, as `huggingface_hub` 0.34 speaks it: `get_hf_file_metadata` and
//! `http_get` in `file_download.py`.

mod checksum;
mod error;
mod fetch;
mod hub;
mod lock;
mod offered;
mod part;
mod pull;

use std::ops::ControlFlow;

pub use checksum::Checksum;
pub use error::DownloadError;
pub use hub::{Hub, HubOptions, Remote};
pub use lock::{LOCK_FILE, Lock, LockedFile};
pub use offered::{Accuracy, Offered, OfferedFile, Role, Speed, find, offered, parse};
pub use pull::{
    Partial, Plan, PlannedFile, Pulled, carry_out, free_bytes, partial, plan, remove, whole,
};

/// Hears how many bytes are done and of which file, and may end the work.
pub type Watch<'a> = &'a dyn Fn(u64, &str) -> ControlFlow<()>;

/// Asks whether to go on.
fn go_on(watch: Watch<'_>, bytes: u64, file: &str) -> Result<(), DownloadError> {
    match watch(bytes, file) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(DownloadError::Stopped),
    }
}
