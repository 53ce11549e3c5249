//! The queries asked lately: each once, the newest first.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::store::saved::{self, Asked};

/// Queries that are remembered.
const MOST: u32 = 100;

/// Bytes of a query that is remembered; one with large pictures in it is let go.
const MAX_BYTES: usize = 256 << 10;

/// Remembers a query as the newest; an equal one is not there twice.
///
/// Answers whether it is remembered: a query of more than 256 KiB is not.
///
/// # Errors
/// [`EngineError::Store`].
pub fn remember(engine: &Engine, query: &str) -> Result<bool, EngineError> {
    if query.len() > MAX_BYTES {
        return Ok(false);
    }
    let now_s = engine.now_s();
    engine
        .store()
        .write_aside(|tx| saved::remember(tx, query, now_s, MOST))?;
    engine.events().changed(&[Kind::SearchHistory]);
    Ok(true)
}

/// Lists the remembered queries, newest first.
///
/// # Errors
/// [`EngineError::Store`].
pub fn history(engine: &Engine) -> Result<Vec<Asked>, EngineError> {
    engine
        .store()
        .read(|connection| Ok(saved::history(connection)?))
}

/// Forgets all remembered queries.
///
/// # Errors
/// [`EngineError::Store`].
pub fn clear_history(engine: &Engine) -> Result<(), EngineError> {
    if engine.store().write_aside(|tx| saved::clear(tx))? {
        engine.events().changed(&[Kind::SearchHistory]);
    }
    Ok(())
}
