//! The tree as a person would type it, for showing a filter that came from elsewhere.

use crate::filter::field::Kind;
use crate::filter::{Circle, Field, Filter, Op, Value, dates};

/// Writes a filter so that [`super::parse`] reads the same tree again.
///
/// That holds for every tree that `parse` can answer. Of others the meaning is kept as far as
/// typing can say it: groups of one lose their group.
#[must_use]
pub fn print_typed(filter: &Filter) -> String {
    match filter {
        // Nothing typed is "all" or "none"; every file has a size, so these are.
        Filter::And(parts) if parts.is_empty() => "size>=0".to_owned(),
        Filter::Or(parts) if parts.is_empty() => "size<0".to_owned(),
        Filter::And(parts) => joined(parts, " ", |part| matches!(part, Filter::And(_))),
        Filter::Or(parts) => joined(parts, " OR ", |part| {
            matches!(part, Filter::And(_) | Filter::Or(_))
        }),
        Filter::Not(inner) => match &**inner {
            Filter::Term { .. } => format!("-{}", print_typed(inner)),
            _ => format!("-({})", print_typed(inner)),
        },
        Filter::Term { field, op, value } => term(field, *op, value),
    }
}

fn joined(parts: &[Filter], between: &str, needs_group: impl Fn(&Filter) -> bool) -> String {
    let print = |part: &Filter| {
        let text = print_typed(part);
        if needs_group(part) {
            format!("({text})")
        } else {
            text
        }
    };
    parts.iter().map(print).collect::<Vec<_>>().join(between)
}

fn term(field: &Field, op: Op, value: &Value) -> String {
    match (field, op, value) {
        (field, Op::Eq, Value::Missing) => format!("no:{}", lacked(field)),
        (field, Op::NotEq, Value::Missing) => format!("has:{}", lacked(field)),
        (Field::HasGps, Op::Eq, Value::Flag(true)) => "has:gps".to_owned(),
        (Field::HasGps, Op::Eq, Value::Flag(false)) => "no:gps".to_owned(),
        (Field::Offline, Op::Eq, Value::Flag(true)) => "is:offline".to_owned(),
        (Field::Faulty, Op::Eq, Value::Flag(true)) => "is:faulty".to_owned(),
        (Field::Attribute(name), ..) => {
            format!(
                "{}{}{}",
                attribute(name),
                sign(field, op, value),
                print_value(value, true)
            )
        }
        _ => {
            let name = field.typed_name();
            format!(
                "{name}{}{}",
                sign(field, op, value),
                print_value(value, false)
            )
        }
    }
}

fn lacked(field: &Field) -> String {
    match field {
        Field::Attribute(name) if is_plain_name(name) => format!("attr.{name}"),
        Field::Attribute(name) => quoted(&format!("attr.{name}")),
        known => known.typed_name().to_owned(),
    }
}

fn attribute(name: &str) -> String {
    if is_plain_name(name) {
        format!("attr.{name}")
    } else {
        format!("attr.{}", quoted(name))
    }
}

fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "_.-".contains(c))
}

fn sign(field: &Field, op: Op, value: &Value) -> &'static str {
    let colon_contains = match field.kind() {
        Kind::Text(colon) => colon == Op::Contains,
        Kind::Tags => true,
        Kind::Number(_) | Kind::Date | Kind::Flag | Kind::Near | Kind::Free => false,
    };
    let whole_name = *field == Field::FileName && matches!(value, Value::Pattern(_));
    match op {
        Op::Contains if colon_contains && !whole_name => ":",
        Op::Contains => "~",
        Op::NotContains => "!~",
        Op::Eq | Op::In if colon_contains && !whole_name => "=",
        Op::Eq | Op::In => ":",
        Op::NotEq | Op::NotIn => "!=",
        Op::Gt => ">",
        Op::GtEq => ">=",
        Op::Lt => "<",
        Op::LtEq => "<=",
    }
}

/// Writes a value; a `free` text is quoted, lest it be taken for a number.
fn print_value(value: &Value, free: bool) -> String {
    match value {
        Value::Missing => "\"\"".to_owned(),
        Value::Flag(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) if !free && is_plain_text(text) => text.clone(),
        Value::Text(text) => quoted(text),
        Value::Pattern(pattern) => pattern.clone(),
        Value::Range { from, to } => {
            let end = |end: &Option<f64>| end.map(|end| end.to_string()).unwrap_or_default();
            format!("{}..{}", end(from), end(to))
        }
        Value::Period(period) => dates::print_period(*period),
        Value::Circle(Circle { lat, lon, km }) => format!("{lat},{lon},{km}km"),
        Value::List(items) => items
            .iter()
            .map(|item| print_value(item, free))
            .collect::<Vec<_>>()
            .join(","),
    }
}

fn is_plain_text(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric)
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "_.-/".contains(c))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
