//! Latent as a person meets it: the real window on a screen of its own, and Chromium beside
//! `latent serve`, both driven through WebDriver. The same stories are told through both doors.
//!
//! These tests check that the rooms are wired together; what each room does is tested in it.

// Process groups, Xvfb and WebKitWebDriver: elsewhere there is nothing here to run.
#![cfg(target_os = "linux")]
#![allow(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "A test ends at the first thing that is not as it should be"
)]

mod asking;
mod cleaning;
mod door;
mod drop_file;
mod films;
mod journey;
mod models;
mod page;
mod photos;
mod place;
mod programs;
mod rating;
mod regions;
mod second_start;
mod stage;
mod started;
mod states;
mod taking_out;
mod token;
mod unread;
