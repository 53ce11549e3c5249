//! Latent's engine: indexes, searches and tags a photographer's pictures on their own machine.
//!
//! Synchronous, and it knows no window, no terminal and no wire; only `download` knows a network. `ARCHITECTURE.md`
//! in `src-tauri` walks through the rooms.

pub mod attributes;
pub mod cache;
pub mod cleaning;
pub mod cleanup;
pub mod crop_box;
pub mod decoder;
pub mod download;
pub mod duplicates;
pub mod embed;
pub mod engine;
pub mod error;
pub mod events;
pub mod export;
pub mod fault_kind;
pub mod filter;
pub mod ids;
pub mod index;
pub mod ingest;
pub mod io;
pub mod jobs;
mod keyword_slash;
pub mod library;
pub mod metadata;
pub mod near;
pub mod photo;
pub mod photo_set;
pub mod picture;
pub mod saved;
pub mod search;
pub mod sidecar;
pub mod stacks;
pub mod store;
pub mod tags;
pub mod video;
pub mod watching;

pub use engine::Engine;
pub use error::EngineError;
