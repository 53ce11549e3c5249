//! The server as its clients meet it: raw requests over loopback, nothing in between.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "A test that cannot go on has failed"
)]

mod client;
mod events;
mod guard;
mod pictures;
mod requests;
mod ui;
