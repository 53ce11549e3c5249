//! Completes filters as they are typed, from the fields there are and the values that the photos
//! have, and tells a typed line's parts. Searches nothing.

use rusqlite::types::Value;
use serde_json::Value as Json;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::filter::typed::{self, Part};
use crate::filter::{Field, Filter, Span, print_typed};
use crate::ids::LibraryId;
use crate::store::photos::{self, Valued};

/// Completions, at most.
pub const MOST: usize = 12;

/// What can be put at a cursor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completions {
    /// The first character that is replaced.
    pub start: usize,
    /// The first character after what is replaced.
    pub end: usize,
    /// The best first.
    pub items: Vec<Completion>,
}

/// One thing that can be put there.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// What to put there.
    pub text: String,
    /// What to show.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// Photos that have it, where they were counted.
    pub photos: Option<u64>,
    /// What it means.
    pub hint: Option<String>,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A field, or a question such as `is:`.
    Field,
    /// What stands between a field and its value.
    Operator,
    /// A value.
    Value,
}

/// A typed line's parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryParts {
    /// Words to look for.
    pub words: String,
    /// What should not be seen.
    pub without: String,
    /// The filters that are no part of another: each as typed, and its place in characters.
    pub filters: Vec<(String, Span)>,
    /// All of them as a tree.
    pub filter: Option<Filter>,
}

/// Takes a typed line apart.
///
/// # Errors
/// [`EngineError::Filter`].
pub fn read(line: &str) -> Result<QueryParts, EngineError> {
    let parsed = typed::parse(line)?;
    let single = parsed.places.len() < 2;
    let filters = match &parsed.filter {
        Some(Filter::And(parts)) if !single => parts.iter().map(print_typed).collect(),
        Some(one) => vec![print_typed(one)],
        None => Vec::new(),
    };
    Ok(QueryParts {
        words: parsed.words,
        without: parsed.without,
        filters: filters.into_iter().zip(parsed.places).collect(),
        filter: parsed.filter,
    })
}

/// Completes what is typed at a cursor, which stands before the character of that number.
///
/// # Errors
/// [`EngineError::Store`].
pub fn complete(
    engine: &Engine,
    line: &str,
    cursor: usize,
    library: Option<LibraryId>,
) -> Result<Completions, EngineError> {
    let Some(completing) = typed::complete(line, cursor) else {
        let cursor = cursor.min(line.chars().count());
        return Ok(Completions {
            start: cursor,
            end: cursor,
            items: Vec::new(),
        });
    };
    let known = Known { engine, library };
    let sign_follows = line
        .chars()
        .nth(completing.end)
        .is_some_and(|c| ":=<>!~".contains(c));
    let mut items = match &completing.what {
        Part::Field { prefix } => known.fields(prefix, if sign_follows { "" } else { ":" })?,
        Part::Operator { name, field } => {
            let mut items = operators(name, field);
            let others = known.fields(name, ":")?.into_iter();
            items.extend(others.filter(|other| other.label != *name));
            items
        }
        Part::Value { field, prefix, .. } => known.values(field, prefix)?,
        Part::Question { word, prefix } => known.answers(word, prefix)?,
    };
    items.truncate(MOST);
    Ok(Completions {
        start: completing.start,
        end: completing.end,
        items,
    })
}

struct Known<'a> {
    engine: &'a Engine,
    library: Option<LibraryId>,
}

impl Known<'_> {
    /// Fields and questions whose name begins with the text, then those that have it inside.
    fn fields(&self, prefix: &str, sign: &str) -> Result<Vec<Completion>, EngineError> {
        let wanted = prefix.to_lowercase();
        let mut begins = Vec::new();
        let mut inside = Vec::new();
        for (field, names) in Field::known() {
            let text = match asked(&field) {
                Some(question) => question.to_owned(),
                None => format!("{}{sign}", field.typed_name()),
            };
            let item = named(text, field.typed_name(), hint(&field));
            if names.iter().any(|name| name.starts_with(&wanted)) {
                begins.push(item);
            } else if field.typed_name().contains(&wanted) {
                inside.push(item);
            }
        }
        for (word, hint) in QUESTIONS {
            if word.starts_with(&wanted) {
                begins.push(named(format!("{word}{sign}"), word, hint));
            }
        }
        begins.append(&mut inside);
        if !wanted.is_empty() {
            begins.extend(self.attributes(&wanted, |field| {
                format!("{}{sign}", typed::field_text(field))
            })?);
        }
        Ok(begins)
    }

    /// Attributes that have the text in their name, or `attr.` before it.
    fn attributes(
        &self,
        wanted: &str,
        text: impl Fn(&Field) -> String,
    ) -> Result<Vec<Completion>, EngineError> {
        let begun = "attr.".starts_with(wanted);
        let part = wanted
            .strip_prefix("attr.")
            .unwrap_or(if begun { "" } else { wanted });
        let counted = self.counted(Valued::AttributeNames, part)?;
        let items = counted.into_iter().filter_map(|(name, photos)| {
            let Value::Text(name) = name else { return None };
            let field = Field::Attribute(name);
            Some(Completion {
                text: text(&field),
                label: typed::field_text(&field),
                kind: CompletionKind::Field,
                photos: Some(photos),
                hint: Some("attribute".to_owned()),
            })
        });
        Ok(items.collect())
    }

    fn values(&self, field: &Field, prefix: &str) -> Result<Vec<Completion>, EngineError> {
        let valued = match field {
            Field::HasGps | Field::Faulty | Field::Offline => {
                let words = ["yes", "no"]
                    .into_iter()
                    .filter(|word| word.starts_with(prefix));
                return Ok(words
                    .map(|word| value(word.to_owned(), word, None))
                    .collect());
            }
            // Years first; with a dash, their months.
            Field::TakenAt if prefix.contains('-') => Valued::Month,
            Field::TakenAt => Valued::Year,
            field => match valued(field) {
                Some(valued) => valued,
                None => return Ok(Vec::new()),
            },
        };
        let counted = self.counted(valued, prefix)?.into_iter();
        let items = counted.filter_map(|(found, photos)| {
            let (text, label) = written(field, valued, found)?;
            Some(value(text, &label, Some(photos)))
        });
        Ok(items.collect())
    }

    /// What can stand behind `is:`, `has:` and `no:`.
    fn answers(&self, word: &str, prefix: &str) -> Result<Vec<Completion>, EngineError> {
        let wanted = prefix.to_lowercase();
        let mut names: Vec<String> = match word {
            "is" => ["portrait", "landscape", "square", "offline", "faulty"]
                .map(str::to_owned)
                .to_vec(),
            _ => Field::known()
                .map(|(field, _)| field)
                .filter(|field| *field == Field::HasGps || field.can_be_missing())
                .filter(|field| *field != Field::Near)
                .map(|field| typed::lacked_text(&field))
                .collect(),
        };
        names.retain(|name| name.contains(&wanted));
        names.sort_by_key(|name| !name.starts_with(&wanted));
        let mut items: Vec<Completion> = names
            .into_iter()
            .map(|name| value(name.clone(), &name, None))
            .collect();
        if word != "is" && !wanted.is_empty() {
            let attributes = self.attributes(&wanted, typed::lacked_text)?;
            items.extend(attributes.into_iter().map(|item| Completion {
                kind: CompletionKind::Value,
                ..item
            }));
        }
        Ok(items)
    }

    fn counted(&self, valued: Valued<'_>, part: &str) -> Result<Vec<(Value, u64)>, EngineError> {
        let glob = match (part, valued) {
            ("", _) => None,
            // The 5 of 1,250 is hardly what was meant.
            (part, Valued::Rating | Valued::Iso | Valued::Aperture | Valued::FocalMm) => {
                Some(format!("{}*", part.replace(['*', '?', '['], "")))
            }
            (part, _) => match typed::containing(part) {
                None => return Ok(Vec::new()),
                glob => glob,
            },
        };
        Ok(self.engine.store().read(|connection| {
            photos::values(connection, valued, self.library, glob.as_deref(), MOST)
        })?)
    }
}

fn valued(field: &Field) -> Option<Valued<'_>> {
    Some(match field {
        Field::Tags => Valued::Tags,
        Field::Camera => Valued::Camera,
        Field::Lens => Valued::Lens,
        Field::Label => Valued::Label,
        Field::Format => Valued::Format,
        Field::Folder => Valued::Folder,
        Field::Library => Valued::Library,
        Field::Orientation => Valued::Orientation,
        Field::Rating => Valued::Rating,
        Field::Iso => Valued::Iso,
        Field::Aperture => Valued::Aperture,
        Field::FocalMm => Valued::FocalMm,
        Field::Year => Valued::Year,
        Field::Attribute(name) => Valued::Attribute(name),
        _ => return None,
    })
}

/// A value from the catalog as it is typed, and as it is shown.
fn written(field: &Field, valued: Valued<'_>, found: Value) -> Option<(String, String)> {
    let text = match found {
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Null | Value::Blob(_) => return None,
    };
    Some(match valued {
        Valued::Attribute(_) => match serde_json::from_str(&text).ok()? {
            Json::String(inner) => (typed::value_text(field, &inner), inner),
            _ => (text.clone(), text),
        },
        Valued::Year | Valued::Month | Valued::Orientation => (text.clone(), text),
        Valued::Rating | Valued::Iso | Valued::Aperture | Valued::FocalMm => (text.clone(), text),
        _ => (typed::value_text(field, &text), text),
    })
}

fn named(text: String, label: &str, hint: &str) -> Completion {
    Completion {
        text,
        label: label.to_owned(),
        kind: CompletionKind::Field,
        photos: None,
        hint: Some(hint.to_owned()),
    }
}

fn value(text: String, label: &str, photos: Option<u64>) -> Completion {
    Completion {
        text,
        label: label.to_owned(),
        kind: CompletionKind::Value,
        photos,
        hint: None,
    }
}

const QUESTIONS: [(&str, &str); 3] = [
    ("is", "portrait, landscape, square, offline or faulty"),
    ("has", "photos that have a field"),
    ("no", "photos that lack a field"),
];

/// How a field of yes and no is asked for.
fn asked(field: &Field) -> Option<&'static str> {
    match field {
        Field::HasGps => Some("has:gps"),
        Field::Faulty => Some("is:faulty"),
        Field::Offline => Some("is:offline"),
        _ => None,
    }
}

/// What a field holds.
fn hint(field: &Field) -> &'static str {
    match field {
        Field::Tags => "a tag, or part of its path",
        Field::Rating => "stars: 4, 4..5",
        Field::Label => "colour label",
        Field::TakenAt => "2023, 2023-06, 2023-06..2023-08",
        Field::Year => "2023, 2020..2022",
        Field::Camera => "maker and model",
        Field::Lens => "name of the lens",
        Field::Iso => "sensitivity: 800, 100..400",
        Field::Aperture => "f-number: 2.8, 1.4..4",
        Field::ShutterS => "exposure time: 1/250, 0.5",
        Field::FocalMm => "focal length: 35, 24..70",
        Field::DurationS => "seconds of a film: 30, 10..60",
        Field::Width => "pixels",
        Field::Height => "pixels",
        Field::Uniqueness => "0 for a copy … 1 for a photo like no other",
        Field::Megapixels => "millions of pixels: 24",
        Field::Orientation => "portrait, landscape or square",
        Field::Format => "jpeg, png, webp, tiff, gif, bmp",
        Field::Bytes => "size of the file: 5MB",
        Field::Path => "part of the whole path",
        Field::Folder => "part of the folder",
        Field::FileName => "part of the name, or IMG_1*",
        Field::Library => "name of the library",
        Field::HasGps => "has a place on the earth",
        Field::Near => "latitude,longitude,10km",
        Field::Faulty => "its file could not be read",
        Field::Offline => "its disk is not there",
        Field::Attribute(_) => "attribute",
    }
}

/// The signs that fit a field, behind its name as it was typed.
fn operators(name: &str, field: &Field) -> Vec<Completion> {
    typed::signs(field)
        .iter()
        .map(|(sign, meaning)| Completion {
            text: format!("{name}{sign}"),
            label: (*sign).to_owned(),
            kind: CompletionKind::Operator,
            photos: None,
            hint: Some((*meaning).to_owned()),
        })
        .collect()
}
