//! What a query asks for once its typed part is understood, and which photos may answer it.

use rusqlite::types::Value;
use serde_json::{Map, Value as Json, json};

use super::{Query, sets};
use crate::engine::{Engine, PictureSource};
use crate::error::EngineError;
use crate::filter::{self, Filter, SqlValue, mongo, typed};
use crate::ids::PhotoId;
use crate::index;
use crate::photo_set::PhotoSet;
use crate::store::remembered::Question;
use crate::store::{attributes, text};

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
    pub(super) fn of(engine: &Engine, query: &Query) -> Result<Self, EngineError> {
        let typed = query.typed.as_deref().map(typed::parse).transpose()?;
        let typed = typed.unwrap_or_default();
        let only = match &query.filter {
            None => None,
            Some(filter) => {
                let record = query_record(engine, query, filter)?;
                Some(filter::any::parse(filter, record.as_ref())?)
            }
        };
        Ok(Self {
            words: join(&typed.words, query.text.as_deref()),
            without: join(&typed.without, query.without.as_deref()),
            filters: typed.filter.into_iter().chain(only).collect(),
        })
    }
}

/// What `{TAKE_FROM_QUERY}` takes from: the attributes of the first photo of a library that is
/// asked with, and what is known of it.
fn query_record(
    engine: &Engine,
    query: &Query,
    filter: &Json,
) -> Result<Option<Map<String, Json>>, EngineError> {
    let photo = query.images.iter().find_map(|image| match &image.source {
        PictureSource::Photo(id) => Some(*id),
        _ => None,
    });
    let Some(photo) = photo.filter(|_| mongo::takes_from_query(filter)) else {
        return Ok(None);
    };
    let row = engine.photo(photo)?;
    let attributes = engine
        .store()
        .read(|connection| attributes::of_photo(connection, photo))?;
    let camera = &row.camera;
    let known = json!({
        "tags": row.tags, "rating": camera.rating, "label": row.label, "camera": camera.camera,
        "lens": camera.lens, "iso": camera.iso, "aperture": camera.aperture,
        "shutter_s": camera.shutter_s, "focal_mm": camera.focal_mm, "taken_at": camera.taken_at,
        "duration_s": camera.duration_s, "format": row.format, "folder": row.folder, "width": row.width, "height": row.height,
    });
    let known = known.as_object().cloned().unwrap_or_default();
    let known = known.into_iter().filter(|(_, value)| !value.is_null());
    Ok(Some(attributes.into_iter().chain(known).collect()))
}

fn join(one: &str, other: Option<&str>) -> String {
    format!("{one} {}", other.unwrap_or_default())
        .trim()
        .to_owned()
}

/// The photos that may answer.
#[derive(Clone, Debug)]
pub(super) struct Candidates {
    /// None where nothing restricts them but their age.
    only: Option<PhotoSet>,
    /// Photos added later do not belong to this answer.
    newest: PhotoId,
    /// Nothing was added later, so that all means all.
    is_newest: bool,
}

impl Candidates {
    /// One photo.
    pub(super) fn just(photo: PhotoId) -> Self {
        Self {
            only: Some(PhotoSet::from_iter([photo])),
            newest: photo,
            is_newest: false,
        }
    }

    /// The photos as a set. Without a filter it holds ids that no photo has any more.
    pub(super) fn set(&self) -> PhotoSet {
        match &self.only {
            Some(only) => only.clone(),
            None => PhotoSet::up_to(self.newest),
        }
    }

    /// The photos as a set; none where nothing restricts them.
    pub(super) fn only(&self) -> Option<&PhotoSet> {
        self.only.as_ref()
    }

    pub(super) fn newest(&self) -> PhotoId {
        self.newest
    }

    /// Whether the index may be asked without a set.
    pub(super) fn is_all(&self) -> bool {
        self.only.is_none() && self.is_newest
    }

    /// Only those that are in a set too.
    pub(super) fn among(&self, set: &PhotoSet) -> PhotoSet {
        let mut set = set.clone();
        match &self.only {
            Some(only) => set.keep(only),
            None => set.keep(&PhotoSet::up_to(self.newest)),
        }
        set
    }

    /// The same, but only those of a set.
    pub(super) fn only_in(&self, set: &PhotoSet) -> Self {
        Self {
            only: Some(self.among(set)),
            ..*self
        }
    }

    /// The same without some.
    pub(super) fn except(&self, photos: &PhotoSet) -> Self {
        let mut set = self.set();
        set.subtract(photos);
        Self {
            only: Some(set),
            ..*self
        }
    }
}

/// Finds the photos that pass the filters, belong to the library, have none of the not-words and
/// were there when the first page was asked for.
///
/// `newest` is the last photo of that page; none on the first.
pub(super) fn find(
    engine: &Engine,
    query: &Query,
    asked: &Asked,
    newest: Option<PhotoId>,
) -> Result<Candidates, EngineError> {
    let store = engine.store();
    let last = store.read(crate::store::photos::newest)?;
    let newest = newest.unwrap_or(last);
    let mut only = None;
    let mut restrict = |set: PhotoSet| match &mut only {
        None => only = Some(set),
        Some(only) => only.keep(&set),
    };
    for filter in &asked.filters {
        restrict(sets::of_filter(store, filter)?);
    }
    if let Some(library) = query.library {
        let sql = "SELECT 0, photo_set(photo.id) FROM photo WHERE photo.library_id = ?";
        let question = Question::new(sql, vec![Value::Integer(library.0)]);
        restrict(store.photo_set(&question)?);
    }
    if let Some(photos) = &query.photos {
        restrict(photos.iter().copied().collect());
    }
    if !asked.without.is_empty() {
        let mut rest = sets::all(store)?;
        rest.subtract(&text::with_any(store, &asked.without)?);
        restrict(rest);
    }
    let candidates = Candidates {
        only,
        newest,
        is_newest: newest >= last,
    };
    Ok(match candidates.only() {
        None => candidates,
        Some(only) => Candidates {
            only: Some(visible(engine, only, newest)?),
            ..candidates
        },
    })
}

/// Leaves out photos whose file is gone, and later ones.
fn visible(engine: &Engine, set: &PhotoSet, newest: PhotoId) -> Result<PhotoSet, EngineError> {
    let mut set = set.clone();
    set.keep(&PhotoSet::up_to(newest));
    set.subtract(&missing(engine)?);
    Ok(set)
}

/// The photos whose file is gone.
pub(super) fn missing(engine: &Engine) -> Result<PhotoSet, EngineError> {
    // Left to choose, SQLite walks over all rows of another index.
    let question = Question::with_among(
        "SELECT 0, photo_set(id) FROM photo INDEXED BY photo_missing WHERE missing_since IS NOT NULL",
        "SELECT 0, photo_set(id) FROM photo WHERE missing_since IS NOT NULL",
        Vec::new(),
    );
    Ok(engine.store().photo_set(&question)?)
}

/// Every candidate that is there, as a set.
pub(super) fn present(engine: &Engine, candidates: &Candidates) -> Result<PhotoSet, EngineError> {
    if let Some(only) = candidates.only() {
        return Ok(only.clone());
    }
    visible(engine, &sets::all(engine.store())?, candidates.newest())
}

/// A condition over `photo`, with its bound values.
pub(super) struct Predicate {
    pub(super) sql: String,
    pub(super) params: Vec<Value>,
}

/// The filters and the library as one condition. It does not ask whether the file is there, so that
/// an index alone can answer it.
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
    let sql = if parts.is_empty() {
        "1".to_owned()
    } else {
        parts.join(" AND ")
    };
    Predicate { sql, params }
}

pub(super) fn value(value: SqlValue) -> Value {
    match value {
        SqlValue::Int(number) => Value::Integer(number),
        SqlValue::Real(number) => Value::Real(number),
        SqlValue::Text(text) => Value::Text(text),
    }
}

/// What the index is asked about.
pub(super) fn of_index(set: Option<&PhotoSet>) -> index::Candidates<'_> {
    set.map_or(index::Candidates::All, index::Candidates::Only)
}
