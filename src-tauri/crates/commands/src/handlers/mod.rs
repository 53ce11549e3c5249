//! The handlers: each translates a request, calls the engine once, and translates the answer.

pub(crate) mod attributes;
pub(crate) mod checking;
pub(crate) mod cleanup;
pub(crate) mod diagnostics;
pub(crate) mod duplicates;
pub(crate) mod export;
pub(crate) mod faults;
pub(crate) mod filters;
pub(crate) mod jobs;
pub(crate) mod libraries;
pub(crate) mod metadata;
pub(crate) mod models;
pub(crate) mod photos;
pub(crate) mod saved;
pub(crate) mod search;
pub(crate) mod stacks;
pub(crate) mod tags;

use crate::error::CommandError;

/// The answer of every handler.
pub(crate) type Answer<T> = Result<T, CommandError>;
