//! Keeps the house in order: layers, lengths, words that must not be there, files that must be.
//!
//! Each test gathers everything it objects to, so that one run shows all there is to mend.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "A tidy test ends at the first thing it cannot read"
)]

mod bindings;
mod declared;
mod files;
mod layers;
mod rust_code;
mod sources;
mod user_interface;
mod words;
