//! What both JSON syntaxes share: paths for errors, limits, and the values a field is compared with.
//!
//! Beside numbers, texts, booleans and `null` (lacks the field) a value may be an object:
//! - `{"lat": 41.9, "lon": 12.5, "km": 10}`, a circle, for `near`;
//! - `{"from": 2, "to": 4}`, a span of numbers with both ends inside; either may be left out;
//! - `{"pattern": "IMG_1*"}`, a text in which `*` and `?` stand for any characters;
//! - `{"text": "…"}`, a text taken as it is, whatever it says.
//!
//! `taken_at` takes `"2023"`, `"2023-06"`, `"2023-06-15T12:30"`, `"2023-06..2023-08"`, and seconds
//! since 1970 of the camera's wall clock. A value of another kind than the field's is no error: it
//! equals nothing. What cannot be read as any value is refused.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::dates::{self, SECONDS};
use super::field::Kind;
use super::typed::value::date_value;
use super::{
    Circle, Field, Filter, FilterError, MAX_DEPTH, MAX_NAME_CHARS, MAX_TERMS, MAX_TEXT_CHARS, Op,
    Period, Place, Value, normal, shorten, text,
};

/// The text that MongoDB's form replaces by the value of the query record.
pub(super) const TAKE_FROM_QUERY: &str = "{TAKE_FROM_QUERY}";

/// Where the reader stands: steps from the whole filter, each borrowed from the caller's frame.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    before: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> At<'a> {
    /// The whole filter.
    pub(super) const ROOT: At<'static> = At {
        before: None,
        step: Step::Root,
    };

    pub(super) fn key(&'a self, key: &'a str) -> At<'a> {
        At {
            before: Some(self),
            step: Step::Key(key),
        }
    }

    pub(super) fn index(&'a self, index: usize) -> At<'a> {
        At {
            before: Some(self),
            step: Step::Index(index),
        }
    }

    /// An error at this place.
    pub(super) fn refused(
        &self,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> FilterError {
        let mut path = String::new();
        self.write(&mut path);
        FilterError {
            place: Place::Json(path),
            message: message.into(),
            hint: hint.into(),
        }
    }

    fn write(&self, path: &mut String) {
        if let Some(before) = self.before {
            before.write(path);
        }
        let is_plain = |key: &str| {
            !key.is_empty()
                && key
                    .chars()
                    .all(|c| c.is_alphanumeric() || "_$-".contains(c))
        };
        // Writing to a text cannot fail.
        let _ = match self.step {
            Step::Root => write!(path, "filter"),
            Step::Index(index) => write!(path, "[{index}]"),
            Step::Key(key) if is_plain(key) => write!(path, ".{}", shorten(key)),
            Step::Key(key) => write!(path, "[{}]", Json::String(shorten(key))),
        };
    }
}

/// How much of a filter was read, so that it stays within the limits.
#[derive(Default)]
pub(super) struct Limits {
    terms: usize,
}

impl Limits {
    /// Counts terms, values of a list, or a group that is empty.
    pub(super) fn count(&mut self, terms: usize, at: &At<'_>) -> Result<(), FilterError> {
        self.terms = self.terms.saturating_add(terms);
        if self.terms > MAX_TERMS {
            let hint = format!("use at most {MAX_TERMS} values in all");
            return Err(at.refused("The filter has too many terms", hint));
        }
        Ok(())
    }
}

/// Refuses a group at this level, counted from 1, where it leaves no room for a term in it.
pub(super) fn check_level(level: usize, at: &At<'_>) -> Result<(), FilterError> {
    if level >= MAX_DEPTH {
        return Err(too_deep(at));
    }
    Ok(())
}

/// Refuses a tree that nests too deep, which one that was written flat can become.
pub(super) fn check_depth(filter: Filter) -> Result<Filter, FilterError> {
    if filter.depth() > MAX_DEPTH {
        return Err(too_deep(&At::ROOT));
    }
    Ok(filter)
}

fn too_deep(at: &At<'_>) -> FilterError {
    at.refused(
        "The filter nests too deep",
        format!("use at most {MAX_DEPTH} levels"),
    )
}

/// Reads the name of a field.
pub(super) fn field(name: &str, at: &At<'_>) -> Result<Field, FilterError> {
    let field = Field::from_json(name);
    if !field.is_nameable() {
        return Err(at.refused(
            format!("\"{}\" is no name of a field", shorten(name)),
            format!("use 1 to {MAX_NAME_CHARS} characters"),
        ));
    }
    Ok(field)
}

/// Refuses an op that the field has no use for; `words` are how the syntax writes ops.
pub(super) fn check_op(
    field: &Field,
    op: Op,
    words: fn(Op) -> &'static str,
    at: &At<'_>,
) -> Result<(), FilterError> {
    let set = [Op::Eq, Op::NotEq, Op::In, Op::NotIn];
    let ordering = [Op::Gt, Op::GtEq, Op::Lt, Op::LtEq];
    let fits = match field.kind() {
        Kind::Text(_) | Kind::Tags | Kind::Free => return Ok(()),
        Kind::Number(_) | Kind::Date => set.contains(&op) || ordering.contains(&op),
        Kind::Flag | Kind::Near => set.contains(&op),
    };
    if fits {
        return Ok(());
    }
    let of = |ops: &[Op]| {
        ops.iter()
            .map(|op| words(*op))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let hint = match field.kind() {
        Kind::Number(_) | Kind::Date => format!("use {}, {}", of(&set), of(&ordering)),
        _ => format!("use {}", of(&set)),
    };
    let message = format!("{} takes no {}", field.name(), words(op));
    Err(at.refused(message, hint))
}

/// Makes a term; of several values, those that share no list become terms of their own.
pub(super) fn term(field: Field, op: Op, mut values: Vec<Value>) -> Filter {
    let listed = matches!(op, Op::In | Op::NotIn);
    if listed && (field == Field::Near || values.contains(&Value::Missing)) {
        return normal::term(&field, op, &Value::List(values));
    }
    match values.pop() {
        Some(value) if !listed => Filter::Term { field, op, value },
        last => {
            values.extend(last);
            Filter::term(field, op, Value::List(values))
        }
    }
}

/// Reads a value.
pub(super) fn value(field: &Field, op: Op, json: &Json, at: &At<'_>) -> Result<Value, FilterError> {
    let plain = !matches!(op, Op::Eq | Op::NotEq | Op::In | Op::NotIn);
    match json {
        Json::Object(map) => object(field, op, map, at),
        Json::Array(_) => Err(at.refused(
            "A list cannot stand here",
            "compare with one value, or use the operator for any of a list",
        )),
        Json::Null if plain => Err(at.refused(
            "null is no value that can be ordered or contained",
            "compare with a value, or ask for equal to null to find photos that lack the field",
        )),
        Json::Null => Ok(Value::Missing),
        _ if *field == Field::Near => Err(at.refused("near takes a circle", CIRCLE)),
        Json::Bool(flag) => Ok(Value::Flag(*flag)),
        Json::Number(number) => number_value(field, number.as_f64(), at),
        Json::String(text) => text_value(field, op, text, at),
    }
}

fn number_value(field: &Field, number: Option<f64>, at: &At<'_>) -> Result<Value, FilterError> {
    let Some(number) = number.filter(|number| number.is_finite()) else {
        return Err(at.refused("This number is too large", "write a smaller one"));
    };
    if *field != Field::TakenAt {
        return Ok(Value::Number(number));
    }
    let second = number.floor();
    if !(SECONDS.start as f64..SECONDS.end as f64).contains(&second) {
        return Err(at.refused(
            "This second lies outside the calendar",
            "write seconds since 1970, not milliseconds, or a date such as 2023-06-15",
        ));
    }
    let second = second as i64;
    Ok(Value::Period(Period {
        from_s: Some(second),
        until_s: Some(second + 1),
    }))
}

fn is_ordering(op: Op) -> bool {
    matches!(op, Op::Gt | Op::GtEq | Op::Lt | Op::LtEq)
}

fn text_value(field: &Field, op: Op, text: &str, at: &At<'_>) -> Result<Value, FilterError> {
    check_length(text, at)?;
    match field.kind() {
        Kind::Date => date_value(&dates::without_zone(text)).map_or_else(
            || {
                Err(at.refused(
                    format!("\"{}\" is no date", shorten(text)),
                    "write 2023, 2023-06, 2023-06-15T12:30:00 or 2023-06..2023-08, without a zone",
                ))
            },
            Ok,
        ),
        Kind::Tags if text.trim_matches('/').is_empty() && !is_ordering(op) => Err(at.refused(
            format!("\"{}\" is no tag", shorten(text)),
            "write its name or its path, such as places/italy",
        )),
        _ => Ok(Value::Text(text::known(field, text).to_owned())),
    }
}

fn check_length(text: &str, at: &At<'_>) -> Result<(), FilterError> {
    if text.chars().nth(MAX_TEXT_CHARS).is_some() {
        let hint = format!("use at most {MAX_TEXT_CHARS} characters");
        return Err(at.refused("This value is too long", hint));
    }
    Ok(())
}

const CIRCLE: &str = "write {\"lat\": 41.9, \"lon\": 12.5, \"km\": 10}";

fn object(
    field: &Field,
    op: Op,
    map: &Map<String, Json>,
    at: &At<'_>,
) -> Result<Value, FilterError> {
    let has = |key: &str| map.contains_key(key);
    if let (Some(Json::String(text)), 1) = (map.get("text"), map.len()) {
        return text_value(field, op, text, &at.key("text"));
    }
    let ordered = is_ordering(op);
    match field.kind() {
        Kind::Near => circle(map, at),
        Kind::Text(_) | Kind::Tags | Kind::Free if has("pattern") && !ordered => {
            pattern(field, op, map, at)
        }
        Kind::Number(_) | Kind::Free if (has("from") || has("to")) && !ordered => range(map, at),
        kind => {
            let hint = match kind {
                _ if ordered => "write a number or a text",
                Kind::Number(_) => "write a number or {\"from\": 1, \"to\": 5}",
                Kind::Date => "write a date such as 2023-06-15, or seconds since 1970",
                Kind::Flag => "write true or false",
                _ => "write a text or {\"pattern\": \"IMG_1*\"}",
            };
            Err(at.refused(
                format!("{} cannot be compared with this object", field.name()),
                hint,
            ))
        }
    }
}

/// Reads the numbers under these keys, all of which are known.
fn numbers<const N: usize>(
    map: &Map<String, Json>,
    keys: [&str; N],
    hint: &str,
    at: &At<'_>,
) -> Result<[Option<f64>; N], FilterError> {
    if let Some(other) = map.keys().find(|key| !keys.contains(&key.as_str())) {
        let message = format!("Unknown key \"{}\"", shorten(other));
        return Err(at.key(other).refused(message, hint));
    }
    let mut found = [None; N];
    for (slot, key) in found.iter_mut().zip(keys) {
        *slot = match map.get(key) {
            None => None,
            Some(value) => Some(
                value
                    .as_f64()
                    .ok_or_else(|| at.key(key).refused(format!("{key} is a number"), hint))?,
            ),
        };
    }
    Ok(found)
}

fn circle(map: &Map<String, Json>, at: &At<'_>) -> Result<Value, FilterError> {
    let [lat, lon, km] = numbers(map, ["lat", "lon", "km"], CIRCLE, at)?;
    let within = |key: &str, value: Option<f64>, least: f64, most: f64| match value {
        Some(value) if (least..=most).contains(&value) => Ok(value),
        Some(value) => {
            let message = format!("{value} is no {key}");
            Err(at.key(key).refused(message, CIRCLE))
        }
        None => Err(at
            .key(key)
            .refused(format!("This circle has no {key}"), CIRCLE)),
    };
    Ok(Value::Circle(Circle {
        lat: within("lat", lat, -90.0, 90.0)?,
        lon: within("lon", lon, -180.0, 180.0)?,
        km: within("km", km, 0.0, f64::MAX)?,
    }))
}

fn range(map: &Map<String, Json>, at: &At<'_>) -> Result<Value, FilterError> {
    let hint = "write {\"from\": 1, \"to\": 5}, {\"from\": 1} or {\"to\": 5}";
    let [from, to] = numbers(map, ["from", "to"], hint, at)?;
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(at.refused("This span ends before it begins", hint));
    }
    Ok(Value::Range { from, to })
}

fn pattern(
    field: &Field,
    op: Op,
    map: &Map<String, Json>,
    at: &At<'_>,
) -> Result<Value, FilterError> {
    let at_text = at.key("pattern");
    let (Some(Json::String(text)), 1) = (map.get("pattern"), map.len()) else {
        let hint = "write {\"pattern\": \"IMG_1*\"}";
        return Err(at_text.refused("A pattern is one text", hint));
    };
    check_length(text, &at_text)?;
    if !text.contains(['*', '?']) {
        return text_value(field, op, text, &at_text);
    }
    Ok(Value::Pattern(text.clone()))
}

/// Writes a value so that [`value`] reads it; lists of such values as a list.
pub(super) fn print(value: &Value) -> Json {
    match value {
        Value::Missing => Json::Null,
        Value::Flag(flag) => json!(flag),
        Value::Number(number) => print_number(*number),
        Value::Text(text) if text == TAKE_FROM_QUERY => json!({ "text": text }),
        Value::Text(text) => json!(text),
        Value::Pattern(pattern) => json!({ "pattern": pattern }),
        Value::Range { from, to } => {
            let ends = [("from", from), ("to", to)];
            let given = ends
                .into_iter()
                .filter_map(|(key, end)| end.map(|end| (key.to_owned(), print_number(end))));
            Json::Object(given.collect())
        }
        Value::Period(period) => json!(dates::print_period(*period)),
        Value::Circle(Circle { lat, lon, km }) => json!({
            "lat": print_number(*lat), "lon": print_number(*lon), "km": print_number(*km),
        }),
        Value::List(items) => items.iter().map(print).collect(),
    }
}

/// Whole numbers go without a point, as people write them.
fn print_number(number: f64) -> Json {
    let whole = number as i64;
    if whole as f64 == number && whole.unsigned_abs() < 1 << 53 {
        json!(whole)
    } else {
        json!(number)
    }
}
