//! Filters as structured conditions in JSON.
//!
//! ```json
//! [
//!   {"field": "camera", "op": "contains", "value": "X-T5"},
//!   {"or": [
//!     {"field": "rating", "op": ">=", "value": 4},
//!     {"field": "tags", "op": "in", "value": ["places/italy", "draft"]}
//!   ]}
//! ]
//! ```
//!
//! - A condition has exactly `field`, `op` and `value`. Ops are `=`, `!=`, `>`, `>=`, `<`, `<=`,
//!   `contains`, `not_contains`, and `in` and `not_in`, which take a list.
//! - A list is "all of these"; `{"and": […]}`, `{"or": […]}` and `{"not": …}` nest. An empty list
//!   lets everything pass, an empty `or` nothing.
//! - A name that is no known field is an attribute's; `attr.rating` is the attribute `rating`.
//! - `json.rs` tells what values there are. All that a filter can mean can be said.

use serde_json::{Map, Value as Json, json};

use super::json::{self, At, Limits};
use super::{Filter, FilterError, Op, normal, shorten};

/// Reads a filter.
///
/// # Errors
/// [`FilterError`], with the path of what is malformed: `filter[1].op`.
pub fn parse(json: &Json) -> Result<Filter, FilterError> {
    let mut reader = Reader::default();
    let filter = reader.node(json, &At::ROOT, 1)?;
    json::check_depth(filter)
}

/// Writes a filter so that [`parse`] reads one of the same meaning.
#[must_use]
pub fn print(filter: &Filter) -> Json {
    print_node(&normal::normal(filter))
}

fn print_node(filter: &Filter) -> Json {
    match filter {
        Filter::And(parts) => parts.iter().map(print_node).collect(),
        Filter::Or(parts) => json!({ "or": parts.iter().map(print_node).collect::<Vec<_>>() }),
        Filter::Not(inner) => json!({ "not": print_node(inner) }),
        Filter::Term { field, op, value } => json!({
            "field": field.json_name(), "op": word(*op), "value": json::print(value),
        }),
    }
}

const OPS: [(&str, Op); 10] = [
    ("=", Op::Eq),
    ("!=", Op::NotEq),
    (">", Op::Gt),
    (">=", Op::GtEq),
    ("<", Op::Lt),
    ("<=", Op::LtEq),
    ("contains", Op::Contains),
    ("not_contains", Op::NotContains),
    ("in", Op::In),
    ("not_in", Op::NotIn),
];

fn word(op: Op) -> &'static str {
    OPS.iter()
        .find(|(_, known)| *known == op)
        .map_or("", |(word, _)| word)
}

const CONDITION: &str = "write {\"field\": \"rating\", \"op\": \">=\", \"value\": 4}";

#[derive(Default)]
struct Reader {
    limits: Limits,
}

impl Reader {
    /// A condition or a group; `level` is 1 for the whole.
    fn node(&mut self, json: &Json, at: &At<'_>, level: usize) -> Result<Filter, FilterError> {
        match json {
            Json::Array(parts) => Ok(Filter::all(self.parts(parts, at, level)?)),
            Json::Object(map) => match ["or", "and", "not"]
                .into_iter()
                .find(|w| map.contains_key(*w))
            {
                Some(word) => self.group(word, map, at, level),
                None => self.condition(map, at),
            },
            _ => Err(at.refused("This is neither a condition nor a list of them", CONDITION)),
        }
    }

    fn parts(
        &mut self,
        parts: &[Json],
        at: &At<'_>,
        level: usize,
    ) -> Result<Vec<Filter>, FilterError> {
        json::check_level(level, at)?;
        self.limits.count(usize::from(parts.is_empty()), at)?;
        let each = parts.iter().enumerate();
        each.map(|(index, part)| self.node(part, &at.index(index), level + 1))
            .collect()
    }

    fn group(
        &mut self,
        word: &str,
        map: &Map<String, Json>,
        at: &At<'_>,
        level: usize,
    ) -> Result<Filter, FilterError> {
        if let Some(other) = map.keys().find(|key| *key != word) {
            return Err(at.key(other).refused(
                format!("\"{}\" stands beside \"{word}\"", shorten(other)),
                "put each into an object of its own, and both into a list",
            ));
        }
        let at = at.key(word);
        match (word, map.get(word)) {
            ("not", Some(inner)) => {
                json::check_level(level, &at)?;
                let inner = self.node(inner, &at, level + 1)?;
                Ok(Filter::Not(Box::new(inner)))
            }
            ("or", Some(Json::Array(parts))) => Ok(Filter::any(self.parts(parts, &at, level)?)),
            (_, Some(Json::Array(parts))) => Ok(Filter::all(self.parts(parts, &at, level)?)),
            _ => Err(at.refused(
                format!("\"{word}\" takes a list"),
                "put conditions into [ ]",
            )),
        }
    }

    fn condition(&mut self, map: &Map<String, Json>, at: &At<'_>) -> Result<Filter, FilterError> {
        const KEYS: [&str; 3] = ["field", "op", "value"];
        if let Some(other) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
            let message = format!("Unknown key \"{}\"", shorten(other));
            let hint = "use field, op and value, or one of or, and, not";
            return Err(at.key(other).refused(message, hint));
        }
        let get = |key| {
            map.get(key).ok_or_else(|| {
                at.key(key)
                    .refused(format!("This condition has no {key}"), CONDITION)
            })
        };
        let (at_field, at_op, at_value) = (at.key("field"), at.key("op"), at.key("value"));
        let Json::String(name) = get("field")? else {
            return Err(at_field.refused("A field is named by a text", CONDITION));
        };
        let field = json::field(name, &at_field)?;
        let op = op(get("op")?, &at_op)?;
        json::check_op(&field, op, word, &at_op)?;
        let values = match (op, get("value")?) {
            (Op::In | Op::NotIn, Json::Array(items)) => {
                self.limits.count(items.len().max(1), at)?;
                let each = items.iter().enumerate();
                each.map(|(i, item)| json::value(&field, op, item, &at_value.index(i)))
                    .collect::<Result<_, _>>()?
            }
            (Op::In | Op::NotIn, _) => {
                let message = format!("{} takes a list", word(op));
                return Err(at_value.refused(message, "put the values into [ ]"));
            }
            (op, value) => {
                self.limits.count(1, at)?;
                vec![json::value(&field, op, value, &at_value)?]
            }
        };
        Ok(json::term(field, op, values))
    }
}

fn op(json: &Json, at: &At<'_>) -> Result<Op, FilterError> {
    let known = json
        .as_str()
        .and_then(|text| OPS.iter().find(|(word, _)| *word == text));
    known.map(|(_, op)| *op).ok_or_else(|| {
        let message = match json {
            Json::String(text) => format!("Unknown op \"{}\"", shorten(text)),
            _ => "An op is a text".to_owned(),
        };
        let words: Vec<&str> = OPS.iter().map(|(word, _)| *word).collect();
        at.refused(message, format!("use {}", words.join(", ")))
    })
}
