//! A filter in whichever syntax it comes: text is typed, JSON is structured or MongoDB's form.

use serde_json::{Map, Value as Json};

use super::json::At;
use super::{Filter, FilterError, mongo, structured, typed};

/// Keys that a structured filter is made of; an object with any other key is MongoDB's form.
const STRUCTURED_KEYS: [&str; 6] = ["field", "op", "value", "or", "and", "not"];

/// Reads a filter from JSON.
///
/// A text is read as typed; a list, or an object that has only the keys `field`, `op`, `value`,
/// `or`, `and` and `not`, as structured; any other object as MongoDB's form. `null` and a text
/// without filters let everything pass. `query_record` is what `{TAKE_FROM_QUERY}` takes from.
///
/// # Errors
/// [`FilterError`], with the place in the typed text or the path in the JSON.
pub fn parse(json: &Json, query_record: Option<&Map<String, Json>>) -> Result<Filter, FilterError> {
    match json {
        Json::Null => Ok(Filter::And(Vec::new())),
        Json::String(text) => {
            Ok(typed::parse_filter(text)?.unwrap_or_else(|| Filter::And(Vec::new())))
        }
        Json::Array(_) => structured::parse(json),
        Json::Object(map) if is_structured(map) => structured::parse(json),
        Json::Object(_) => mongo::parse(json, query_record),
        Json::Bool(_) | Json::Number(_) => Err(At::ROOT.refused(
            "A filter is a text, a list or an object",
            "write it as tag:italy, or as {\"field\": \"rating\", \"op\": \">=\", \"value\": 4}",
        )),
    }
}

fn is_structured(map: &Map<String, Json>) -> bool {
    !map.is_empty()
        && map
            .keys()
            .all(|key| STRUCTURED_KEYS.contains(&key.as_str()))
}
