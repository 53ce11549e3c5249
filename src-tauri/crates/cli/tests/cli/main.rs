//! The program as people and programs meet it: run for real, on a data folder of its own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod attributes;
mod errors;
mod exports;
mod faults;
mod help;
mod latent;
mod photos;
mod regions;
mod saved;
#[cfg(unix)]
mod videos;
