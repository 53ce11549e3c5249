//! The engine as a whole, on temporary libraries of pictures that the tests draw.
//!
//! What a single room can prove is tested in that room; here stands what only shows when disk,
//! catalog, cache, jobs and search work together, and what is left after a fault was put in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "A test ends at the first surprise, and says when it cannot run"
)]

mod attributes;
mod boxes;
mod bursts;
mod changes;
mod checking;
mod child;
mod cleaning;
mod completions;
mod copies;
mod data_folder;
mod disks;
mod downloads;
mod export;
mod export_metadata;
mod faults;
mod followed_copies;
mod full_disk;
mod full_disk_download;
mod graphs;
mod hub;
mod indexing;
mod jobs;
mod killed;
mod links;
mod merged_regions;
mod metadata;
mod model_files;
mod moves;
mod names;
mod offline;
mod pages;
mod painter;
mod pictures;
mod precision;
mod ratings;
mod real_files;
mod regions;
mod reviewing;
mod saved_searches;
mod semantic;
mod snapshot;
mod stacks;
mod storms;
mod tags;
mod uniqueness;
#[cfg(target_os = "linux")]
mod unopened;
mod vectors;
mod watching;
mod words;
mod world;
