//! What a query asks for once its typed part is understood, and which photos may answer it.

use rusqlite::types::Value;

use super::Query;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::filter::{self, Filter, SqlValue, typed};
use crate::ids::PhotoId;
use crate::store::photos;

/// The words and the filter of a query, from wherever they came.
pub(super) struct Asked {
    /// Words to find; empty when there are none.
    pub(super) words: String,
    /// Words that must not match; empty when there are none.
    pub(super) without: String,
    /// Filters, all of which must hold.
    pub(super) filters: Vec<Filter>,
}

impl Asked {
    /// Understands what was typed.
    pub(super) fn of(query: &Query) -> Result<Self, EngineError> {
        let typed = query.typed.as_deref().map(typed::parse).transpose()?.unwrap_or_default();
        let only = query.filter.as_deref().map(typed::parse_filter).transpose()?.flatten();
        Ok(Self {
            words: join(&typed.words, query.text.as_deref()),
            without: join(&typed.without, query.without.as_deref()),
            filters: typed.filter.into_iter().chain(only).collect(),
        })
    }
}

fn join(one: &str, other: Option<&str>) -> String {
    format!("{one} {}", other.unwrap_or_default()).trim().to_owned()
}

/// The photos that may answer.
pub(super) enum Candidates {
    /// Every photo that can be found.
    All,
    /// These, by id.
    Only(Vec<PhotoId>),
}

impl Candidates {
    /// Whether a photo may answer.
    pub(super) fn accept(&self, photo: PhotoId) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.binary_search(&photo).is_ok(),
        }
    }
}

/// Finds the photos that pass the filters and belong to the library.
pub(super) fn find(
    engine: &Engine,
    query: &Query,
    asked: &Asked,
) -> Result<Candidates, EngineError> {
    if asked.filters.is_empty() && query.library.is_none() {
        return Ok(Candidates::All);
    }
    let predicate = predicate(query, asked);
    let ids = engine.store().read(|connection| {
        photos::ids(connection, &predicate.sql, &predicate.params)
    })?;
    Ok(Candidates::Only(ids))
}

/// A condition over `photo`, with its bound values.
pub(super) struct Predicate {
    pub(super) sql: String,
    pub(super) params: Vec<Value>,
}

pub(super) fn predicate(query: &Query, asked: &Asked) -> Predicate {
    let mut parts = Vec::new();
    let mut params = Vec::new();
    for one in &asked.filters {
        let compiled = filter::to_sql(one);
        parts.push(format!("({})", compiled.sql));
        params.extend(compiled.params.into_iter().map(value));
    }
    if let Some(library) = query.library {
        parts.push("photo.library_id = ?".to_owned());
        params.push(Value::Integer(library.0));
    }
    let sql = if parts.is_empty() { "1".to_owned() } else { parts.join(" AND ") };
    Predicate { sql, params }
}

fn value(value: SqlValue) -> Value {
    match value {
        SqlValue::Int(number) => Value::Integer(number),
        SqlValue::Real(number) => Value::Real(number),
        SqlValue::Text(text) => Value::Text(text),
    }
}
