//! The room as a whole, on folders of its own: faults are put in, and what is left is looked at.

#![allow(clippy::print_stdout, reason = "A test that cannot run says so")]

mod child;
#[cfg(target_os = "linux")]
mod kept;
mod kills;
mod links;
mod places;
mod plans;
mod refusals;
mod sessions;
mod stays;
mod world;
