//! Filters in the form of MongoDB's `find`.
//!
//! ```json
//! {"tags": "places/italy", "rating": {"$gte": 3, "$ne": 5}, "$or": [{"iso": 100}, {"$lt": {"iso": 50}}]}
//! ```
//!
//! - `{"field": value}` is equal; `{"field": {"$op": value, …}}` all of the ops; `{"$op": {"field":
//!   value, …}}` the same the other way round. Keys side by side must all hold; `{}` lets
//!   everything pass.
//! - `$eq $ne $lt $lte $gt $gte` take a value, `$in $nin` a list; `$and $or` a list of filters;
//!   `$not` a filter, or ops behind a field. Beyond MongoDB there are `$contains` and
//!   `$ncontains`, for what `contains` is in the other syntaxes.
//! - `null` is the lack of the field. An attribute that is a list matches when one element does.
//! - `"{TAKE_FROM_QUERY}"` as a value is the query record's value of that field, any element of it
//!   where it is a list. Where the record has none the term is dropped, and a group that is left
//!   without parts with it.
//! - A name that is no known field is an attribute's; `attr.rating` is the attribute `rating`. A
//!   name that begins with `$` can only stand behind an op. `json.rs` tells what values there are.

use serde_json::{Map, Value as Json, json};

use super::json::{self, At, Limits, TAKE_FROM_QUERY};
use super::{Field, Filter, FilterError, Op, Value, normal, shorten};

/// Reads a filter; `query_record` maps names of fields to the values of the query.
///
/// # Errors
/// [`FilterError`], with the path of what is malformed: `filter.$or[1].price.$gte`.
pub fn parse(json: &Json, query_record: Option<&Map<String, Json>>) -> Result<Filter, FilterError> {
    let mut reader = Reader {
        limits: Limits::default(),
        record: query_record,
    };
    let filter = reader.filter(json, &At::ROOT, 1)?;
    json::check_depth(filter.unwrap_or_else(|| Filter::And(Vec::new())))
}

/// Whether `{TAKE_FROM_QUERY}` stands anywhere in a filter.
#[must_use]
pub fn takes_from_query(json: &Json) -> bool {
    match json {
        Json::String(text) => text == TAKE_FROM_QUERY,
        Json::Array(items) => items.iter().any(takes_from_query),
        Json::Object(map) => map.values().any(takes_from_query),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

/// Writes a filter so that [`parse`] reads one of the same meaning.
#[must_use]
pub fn print(filter: &Filter) -> Json {
    print_node(&normal::normal(filter))
}

fn print_node(filter: &Filter) -> Json {
    let parts = |parts: &[Filter]| parts.iter().map(print_node).collect::<Vec<_>>();
    match filter {
        Filter::And(all) if all.is_empty() => json!({}),
        Filter::And(all) => json!({ "$and": parts(all) }),
        Filter::Or(any) => json!({ "$or": parts(any) }),
        Filter::Not(inner) => json!({ "$not": print_node(inner) }),
        Filter::Term { field, op, value } => print_term(field, *op, value),
    }
}

fn print_term(field: &Field, op: Op, value: &Value) -> Json {
    let (name, value) = (field.json_name(), json::print(value));
    if name.starts_with('$') {
        json!({ word(op): { name: value } })
    } else if op == Op::Eq {
        json!({ name: value })
    } else {
        json!({ name: { word(op): value } })
    }
}

const OPS: [(&str, Op); 10] = [
    ("$eq", Op::Eq),
    ("$ne", Op::NotEq),
    ("$gt", Op::Gt),
    ("$gte", Op::GtEq),
    ("$lt", Op::Lt),
    ("$lte", Op::LtEq),
    ("$in", Op::In),
    ("$nin", Op::NotIn),
    ("$contains", Op::Contains),
    ("$ncontains", Op::NotContains),
];

fn word(op: Op) -> &'static str {
    OPS.iter()
        .find(|(_, known)| *known == op)
        .map_or("", |(word, _)| word)
}

fn op(word: &str) -> Option<Op> {
    OPS.iter()
        .find(|(known, _)| *known == word)
        .map(|(_, op)| *op)
}

fn unknown(key: &str, at: &At<'_>) -> FilterError {
    let words: Vec<&str> = OPS.iter().map(|(word, _)| *word).collect();
    at.refused(
        format!("Unknown operator \"{}\"", shorten(key)),
        format!(
            "use {}, $not; $and and $or around filters",
            words.join(", ")
        ),
    )
}

struct Reader<'r> {
    limits: Limits,
    record: Option<&'r Map<String, Json>>,
}

/// A part of a filter; `None` where it was dropped.
type Part = Result<Option<Filter>, FilterError>;

impl Reader<'_> {
    fn filter(&mut self, json: &Json, at: &At<'_>, level: usize) -> Part {
        let Json::Object(map) = json else {
            return Err(at.refused("A filter is an object", "write {\"rating\": {\"$gte\": 4}}"));
        };
        self.limits.count(usize::from(map.is_empty()), at)?;
        let inside = self.inside(map.len(), at, level)?;
        let mut parts = Vec::with_capacity(map.len());
        for (key, value) in map {
            let at = at.key(key);
            let part = match key.as_str() {
                "$and" => self.group(value, Filter::all, &at, inside)?,
                "$or" => self.group(value, Filter::any, &at, inside)?,
                "$not" => {
                    json::check_level(inside, &at)?;
                    negated(self.filter(value, &at, inside + 1)?)
                }
                key if key.starts_with('$') => self.turned(key, value, &at, inside)?,
                name => self.field(&json::field(name, &at)?, value, &at, inside)?,
            };
            parts.push(part);
        }
        Ok(join(parts, Filter::all))
    }

    /// The level of what stands inside an object of so many parts.
    fn inside(&self, parts: usize, at: &At<'_>, level: usize) -> Result<usize, FilterError> {
        if parts < 2 {
            return Ok(level);
        }
        json::check_level(level, at)?;
        Ok(level + 1)
    }

    fn group(
        &mut self,
        json: &Json,
        make: fn(Vec<Filter>) -> Filter,
        at: &At<'_>,
        level: usize,
    ) -> Part {
        let Json::Array(parts) = json else {
            return Err(at.refused("This takes a list of filters", "put them into [ ]"));
        };
        json::check_level(level, at)?;
        self.limits.count(usize::from(parts.is_empty()), at)?;
        let each = parts.iter().enumerate();
        let parts: Result<Vec<_>, _> = each
            .map(|(index, part)| self.filter(part, &at.index(index), level + 1))
            .collect();
        Ok(join(parts?, make))
    }

    /// `{"$gte": {"price": 200}}`: keys behind an op are names, whatever they look like.
    fn turned(&mut self, key: &str, json: &Json, at: &At<'_>, level: usize) -> Part {
        let op = op(key).ok_or_else(|| unknown(key, at))?;
        let Json::Object(map) = json else {
            let hint =
                format!("write {{\"price\": {{\"{key}\": …}}}} or {{\"{key}\": {{\"price\": …}}}}");
            return Err(at.refused("Which field is compared is not said", hint));
        };
        if map.is_empty() {
            return Err(at.refused("No field is named here", "put one in, with its value"));
        }
        self.inside(map.len(), at, level)?;
        let mut parts = Vec::with_capacity(map.len());
        for (name, value) in map {
            let at = at.key(name);
            parts.push(self.compare(&json::field(name, &at)?, op, value, &at)?);
        }
        Ok(join(parts, Filter::all))
    }

    /// What stands behind a field: a value, or ops.
    fn field(&mut self, field: &Field, json: &Json, at: &At<'_>, level: usize) -> Part {
        match json {
            Json::Object(map) if map.keys().any(|key| key.starts_with('$')) => {
                self.ops(field, map, at, level)
            }
            value => self.compare(field, Op::Eq, value, at),
        }
    }

    fn ops(&mut self, field: &Field, map: &Map<String, Json>, at: &At<'_>, level: usize) -> Part {
        let inside = self.inside(map.len(), at, level)?;
        let mut parts = Vec::with_capacity(map.len());
        for (key, value) in map {
            let at = at.key(key);
            let part = match (key.as_str(), value) {
                ("$not", Json::Object(ops)) if ops.keys().any(|key| key.starts_with('$')) => {
                    json::check_level(inside, &at)?;
                    negated(self.ops(field, ops, &at, inside + 1)?)
                }
                ("$not", _) => {
                    let hint = "write {\"$not\": {\"$gte\": 4}}, or $ne for a value";
                    return Err(at.refused("$not takes operators here", hint));
                }
                (key, value) => {
                    let op = op(key).ok_or_else(|| unknown(key, &at))?;
                    self.compare(field, op, value, &at)?
                }
            };
            parts.push(part);
        }
        Ok(join(parts, Filter::all))
    }

    fn compare(&mut self, field: &Field, op: Op, json: &Json, at: &At<'_>) -> Part {
        json::check_op(field, op, word, at)?;
        let taken = match self.take(field, json, at)? {
            Taken::AsWritten => None,
            Taken::Nothing => return Ok(None),
            Taken::Values(values) => Some(values),
        };
        let listed = matches!(op, Op::In | Op::NotIn);
        let items = match (&taken, json) {
            (Some(values), _) => values.iter().collect(),
            (None, Json::Array(items)) if listed => return self.list(field, op, items, at),
            (None, _) if listed => {
                let message = format!("{} takes a list", word(op));
                return Err(at.refused(message, "put the values into [ ]"));
            }
            (None, value) => vec![value],
        };
        self.limits.count(items.len(), at)?;
        let values: Vec<Value> = items
            .into_iter()
            .map(|item| json::value(field, op, item, at))
            .collect::<Result<_, _>>()?;
        Ok(Some(match values.len() {
            1 => json::term(field.clone(), op, values),
            _ => several(field, op, values),
        }))
    }

    fn list(&mut self, field: &Field, op: Op, items: &[Json], at: &At<'_>) -> Part {
        self.limits.count(items.len().max(1), at)?;
        let mut values = Vec::with_capacity(items.len());
        let mut dropped = 0;
        for (index, item) in items.iter().enumerate() {
            let at = at.index(index);
            match self.take(field, item, &at)? {
                Taken::AsWritten => values.push(json::value(field, op, item, &at)?),
                Taken::Nothing => dropped += 1,
                Taken::Values(taken) => {
                    self.limits.count(taken.len().saturating_sub(1), &at)?;
                    for one in taken {
                        values.push(json::value(field, op, &one, &at)?);
                    }
                }
            }
        }
        if values.is_empty() && dropped > 0 {
            return Ok(None);
        }
        Ok(Some(json::term(field.clone(), op, values)))
    }

    /// What `{TAKE_FROM_QUERY}` stands for here.
    fn take(&self, field: &Field, json: &Json, at: &At<'_>) -> Result<Taken, FilterError> {
        if json.as_str() != Some(TAKE_FROM_QUERY) {
            return Ok(Taken::AsWritten);
        }
        let value = self
            .record
            .and_then(|record| record.get(&field.json_name()));
        Ok(match value {
            None | Some(Json::Null) => Taken::Nothing,
            Some(Json::Array(items)) => {
                let values: Vec<Json> = items.iter().filter(|i| !i.is_null()).cloned().collect();
                if values.is_empty() {
                    Taken::Nothing
                } else {
                    Taken::Values(values)
                }
            }
            Some(Json::Object(_)) if *field != Field::Near => {
                return Err(at.refused(
                    format!("The query's {} is an object", shorten(field.name())),
                    "write the value to compare with",
                ));
            }
            Some(single) => Taken::Values(vec![single.clone()]),
        })
    }
}

/// What a value that may be `{TAKE_FROM_QUERY}` comes to.
enum Taken {
    AsWritten,
    Nothing,
    Values(Vec<Json>),
}

/// A comparison with several values of the query record: any of them.
fn several(field: &Field, op: Op, values: Vec<Value>) -> Filter {
    match op {
        Op::Eq => json::term(field.clone(), Op::In, values),
        Op::NotEq => json::term(field.clone(), Op::NotIn, values),
        op => normal::term(field, op, &Value::List(values)),
    }
}

fn negated(part: Option<Filter>) -> Option<Filter> {
    part.map(|inner| Filter::Not(Box::new(inner)))
}

/// Joins what was not dropped; nothing is left where all was.
fn join(parts: Vec<Option<Filter>>, make: fn(Vec<Filter>) -> Filter) -> Option<Filter> {
    let asked = !parts.is_empty();
    let left: Vec<Filter> = parts.into_iter().flatten().collect();
    (!left.is_empty() || !asked).then(|| make(left))
}
