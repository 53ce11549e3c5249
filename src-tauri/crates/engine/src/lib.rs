//! Latent's engine: indexes, searches and tags a photographer's pictures on their own machine.
//!
//! Synchronous, and it knows no window, no terminal, no wire and no network. `ARCHITECTURE.md`
//! in `src-tauri` walks through the rooms.

pub mod crop_box;
pub mod embed;
pub mod ids;
pub mod picture;
