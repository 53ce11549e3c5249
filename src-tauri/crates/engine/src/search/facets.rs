//! How many photos of an answer have each value of a field: what an answer can be narrowed by.

use std::borrow::Cow;
use std::time::Instant;

use rusqlite::types::Value;

use super::Query;
use super::answer::Answer;
use super::candidates::Asked;
use super::cursor::Pinned;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::filter::{self, Field, Filter, Op};
use crate::photo_set::PhotoSet;
use crate::store::facets::FacetField;

/// Values of a field when nothing is said.
pub const DEFAULT_VALUES: usize = 12;

/// The fields that are counted when none are named, in the order they are answered.
const FIELDS: [(&str, Field, FacetField); 11] = [
    ("tags", Field::Tags, FacetField::Tags),
    ("camera", Field::Camera, FacetField::Column("camera")),
    ("lens", Field::Lens, FacetField::Column("lens")),
    ("year", Field::Year, FacetField::Year),
    ("folder", Field::Folder, FacetField::Column("folder")),
    ("rating", Field::Rating, FacetField::Column("rating")),
    ("format", Field::Format, FacetField::Column("format")),
    ("label", Field::Label, FacetField::Column("label")),
    ("orientation", Field::Orientation, FacetField::Orientation),
    ("library", Field::Library, FacetField::Library),
    ("iso", Field::Iso, FacetField::Column("iso")),
];

/// Fields that are not counted but filtered by: a filter of one is answered from memory.
const FILTERED: [(Field, FacetField); 4] = [
    (
        Field::Megapixels,
        FacetField::Column("width * height / 1000000.0"),
    ),
    (Field::Aperture, FacetField::Column("aperture")),
    (Field::ShutterS, FacetField::Column("shutter_s")),
    (Field::FocalMm, FacetField::Column("focal_mm")),
];

/// How many tags each photo has, by which tags are compared.
pub(super) const TAG_COUNT: FacetField = FacetField::Column("tag_count");

/// The counts of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Facets {
    /// Photos in the answer.
    pub total: u64,
    /// Milliseconds from question to answer.
    pub ms: f64,
    /// The fields, as they were asked for.
    pub facets: Vec<Facet>,
}

/// The counts of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Facet {
    /// "camera", or an attribute's name.
    pub field: String,
    /// The most frequent values; years from the latest, stars from the most.
    pub values: Vec<FacetValue>,
    /// Values that are not listed.
    pub more: u64,
    /// Photos that lack the field.
    pub without: u64,
}

/// A value and how many photos have it.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetValue {
    /// For people.
    pub label: String,
    /// Photos of the answer that have it.
    pub photos: u64,
    /// What is typed to narrow the answer to them.
    pub filter: String,
}

/// Counts the photos of an answer by the values of fields: those named, or all but attributes.
///
/// # Errors
/// Those of [`super::search`].
pub fn count_facets(
    engine: &Engine,
    query: &Query,
    fields: &[String],
    limit: Option<usize>,
) -> Result<Facets, EngineError> {
    let started = Instant::now();
    query.check()?;
    let asked = Asked::of(engine, query)?;
    let answer = Answer::of(engine, query, &asked, Pinned::default())?;
    let photos = present(engine, answer.photos(engine)?)?;
    let fields: Vec<_> = match fields {
        [] => FIELDS.to_vec(),
        names => names.iter().map(|name| field(name)).collect(),
    };
    let limit = limit.unwrap_or(DEFAULT_VALUES);
    let mut facets = Vec::with_capacity(fields.len());
    // Each field is read on a connection of its own.
    std::thread::scope(|scope| {
        let counting: Vec<_> = fields
            .iter()
            .map(|one| scope.spawn(|| count(engine, one, &photos, limit)))
            .collect();
        for one in counting {
            let facet = one
                .join()
                .map_err(|_| EngineError::internal("counting crashed"))?;
            facets.push(facet?);
        }
        Ok::<_, EngineError>(())
    })?;
    Ok(Facets {
        total: photos.len() as u64,
        ms: started.elapsed().as_secs_f64() * 1e3,
        facets,
    })
}

/// What is read ahead.
enum Ahead {
    /// All that the counts of a field need.
    Counts(&'static str),
    /// A value of each photo.
    Values(FacetField),
}

impl Ahead {
    fn read(self, engine: &Engine) -> Result<(), EngineError> {
        match self {
            Self::Counts(name) => {
                count_facets(engine, &Query::default(), &[name.into()], Some(0)).map(drop)
            }
            Self::Values(field) => Ok(engine.store().read_ahead(&field)?),
        }
    }
}

/// What has the very values in memory that a filter's field is read by; none for a field of which
/// others are kept, such as days for years.
pub(super) fn of_field(field: &Field) -> Option<FacetField> {
    let counted = FIELDS.iter().map(|(_, field, kept)| (field, kept));
    let filtered = FILTERED.iter().map(|(field, kept)| (field, kept));
    let mut all = counted.chain(filtered);
    let (_, kept) = all.find(|(known, _)| *known == field)?;
    let exact = matches!(kept, FacetField::Column(_) | FacetField::Orientation);
    exact.then(|| kept.clone())
}

/// Reads what the counts of all photos and their filters need, in a thread of its own, until the
/// engine is closed: later ones and the first questions then answer at once.
///
/// # Errors
/// [`EngineError`] where no thread can be had.
pub fn read_ahead(engine: &Engine) -> Result<(), EngineError> {
    let open = engine.downgrade();
    let read = move || {
        // Filters first: a count needs more than one of the values.
        let exact = FIELDS
            .into_iter()
            .filter_map(|(_, field, _)| of_field(&field));
        let others = FILTERED.map(|(_, kept)| kept);
        let values = exact.chain([TAG_COUNT]).chain(others).map(Ahead::Values);
        let counts = FIELDS.map(|(name, ..)| Ahead::Counts(name));
        for one in values.chain(counts) {
            let Some(engine) = open.upgrade() else {
                return;
            };
            match one.read(&engine) {
                Err(EngineError::Store(error)) if error.is_stopped() => return,
                Err(error) => tracing::warn!(%error, "What the counts need is not read ahead"),
                Ok(()) => {}
            }
        }
    };
    std::thread::Builder::new()
        .name("read-ahead".into())
        .spawn(read)
        .map_err(EngineError::internal)?;
    Ok(())
}

/// The photos whose file is there.
fn present(engine: &Engine, mut photos: PhotoSet) -> Result<PhotoSet, EngineError> {
    photos.subtract(&super::candidates::missing(engine)?);
    Ok(photos)
}

type Known = (&'static str, Field, FacetField);

/// A field by its name; any other name is an attribute's.
fn field(name: &str) -> Known {
    let known = FIELDS.iter().find(|(known, ..)| *known == name);
    known.cloned().unwrap_or_else(|| {
        let name = name.strip_prefix("attr.").unwrap_or(name).to_owned();
        (
            "",
            Field::Attribute(name.clone()),
            FacetField::Attribute(name),
        )
    })
}

fn count(
    engine: &Engine,
    (name, field, facet): &Known,
    photos: &PhotoSet,
    limit: usize,
) -> Result<Facet, EngineError> {
    let counts = engine.store().facet(facet, photos)?;
    let with: u64 = counts
        .iter()
        .filter(|(value, _)| *value != Value::Null)
        .map(|(_, n)| n)
        .sum();
    let lacking = counts
        .iter()
        .filter(|(value, _)| *value == Value::Null)
        .map(|(_, n)| n)
        .sum();
    let mut values = counts;
    values.retain(|(value, _)| *value != Value::Null);
    let by_number = matches!(field, Field::Year | Field::Rating);
    let order = |one: &(Value, u64), other: &(Value, u64)| match (&one.0, &other.0) {
        (Value::Integer(one), Value::Integer(other)) if by_number => other.cmp(one),
        _ => other
            .1
            .cmp(&one.1)
            .then_with(|| label(&one.0).cmp(&label(&other.0))),
    };
    // Few of many folders are shown.
    let more = values.len().saturating_sub(limit);
    if more > 0 {
        values.select_nth_unstable_by(limit, order);
        values.truncate(limit);
    }
    values.sort_unstable_by(order);
    Ok(Facet {
        field: match field {
            Field::Attribute(name) => name.clone(),
            _ => (*name).to_owned(),
        },
        values: values
            .into_iter()
            .filter_map(|(value, photos)| one_value(field, value, photos))
            .collect(),
        more: more as u64,
        without: match field {
            Field::Attribute(_) => (photos.len() as u64).saturating_sub(with),
            _ => lacking,
        },
    })
}

fn one_value(field: &Field, value: Value, photos: u64) -> Option<FacetValue> {
    let label = label(&value).into_owned();
    let wanted = match value {
        Value::Null => return None,
        Value::Integer(number) => filter::Value::Number(number as f64),
        Value::Real(number) => filter::Value::Number(number),
        Value::Text(text) => filter::Value::Text(text),
        Value::Blob(flag) => filter::Value::Flag(is_yes(&flag)),
    };
    let term = Filter::term(field.clone(), Op::Eq, wanted);
    Some(FacetValue {
        label,
        photos,
        filter: filter::print_typed(&term),
    })
}

/// A value for people.
fn label(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::Integer(number) => Cow::Owned(number.to_string()),
        Value::Real(number) => Cow::Owned(number.to_string()),
        Value::Text(text) => Cow::Borrowed(text),
        Value::Blob(flag) => Cow::Owned(is_yes(flag).to_string()),
    }
}

/// What an attribute that is yes or no is counted as.
fn is_yes(flag: &[u8]) -> bool {
    flag == [1]
}
