//! Libraries and their folders: which files there are, and what changed since the last look.

pub mod folders;
pub mod scan;
mod sidecars;
