//! The tree as a person would type it, for showing a filter that came from elsewhere.

use crate::filter::field::Kind;
use crate::filter::{Circle, Field, Filter, Op, Value, dates, normal};

/// Writes a filter so that [`super::parse`] reads one of the same meaning.
///
/// For every tree that `parse` can answer it is the same tree. A filter that came from elsewhere
/// may print to more than may be typed, which is 64 KiB.
#[must_use]
pub fn print_typed(filter: &Filter) -> String {
    print(&normal::normal(filter))
}

fn print(filter: &Filter) -> String {
    match filter {
        // Nothing typed is "all" or "none"; every file has a size, so these are.
        Filter::And(parts) if parts.is_empty() => "size>=0".to_owned(),
        Filter::Or(parts) if parts.is_empty() => "size<0".to_owned(),
        Filter::And(parts) => joined(parts, " ", |part| matches!(part, Filter::And(_))),
        Filter::Or(parts) => joined(parts, " OR ", |part| {
            matches!(part, Filter::And(_) | Filter::Or(_))
        }),
        Filter::Not(inner) => match &**inner {
            Filter::Term { .. } => format!("-{}", print(inner)),
            _ => format!("-({})", print(inner)),
        },
        Filter::Term { field, op, value } => term(field, *op, value),
    }
}

fn joined(parts: &[Filter], between: &str, needs_group: impl Fn(&Filter) -> bool) -> String {
    let print = |part: &Filter| {
        let text = print(part);
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
        (field, op, value) => {
            let text = print_value(value, needs_quotes(field, op));
            format!("{}{}{text}", field_text(field), sign(field, op, value))
        }
    }
}

/// Writes a field's name as it is typed: `tag`, `attr.price`, `attr."my name"`.
#[must_use]
pub fn field_text(field: &Field) -> String {
    match field {
        Field::Attribute(name) => attribute(name),
        known => known.typed_name().to_owned(),
    }
}

/// Writes a field's name as it is typed behind `has:` and `no:`.
#[must_use]
pub fn lacked_text(field: &Field) -> String {
    match field {
        Field::HasGps => "gps".to_owned(),
        field => lacked(field),
    }
}

/// Writes a text as it is typed behind a field, in quotes where it needs them.
#[must_use]
pub fn value_text(field: &Field, text: &str) -> String {
    print_value(&Value::Text(text.to_owned()), needs_quotes(field, Op::Eq))
}

/// Whether a text must be quoted lest it be taken for something else.
fn needs_quotes(field: &Field, op: Op) -> bool {
    let ordered = matches!(op, Op::Gt | Op::GtEq | Op::Lt | Op::LtEq);
    field.kind() == Kind::Free || *field == Field::Orientation || ordered
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
        Op::Eq | Op::In if has_empty(value) => "=",
        Op::Eq | Op::In => ":",
        Op::NotEq | Op::NotIn => "!=",
        Op::Gt => ">",
        Op::GtEq => ">=",
        Op::Lt => "<",
        Op::LtEq => "<=",
    }
}

/// Whether an empty text is among the values, which a colon does not take.
fn has_empty(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        Value::List(items) => items.iter().any(has_empty),
        _ => false,
    }
}

fn print_value(value: &Value, quote_texts: bool) -> String {
    match value {
        Value::Missing => "\"\"".to_owned(),
        Value::Flag(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) if !quote_texts && is_plain_text(text) => text.clone(),
        Value::Text(text) => quoted(text),
        Value::Pattern(pattern) => print_pattern(pattern),
        Value::Range { from, to } => {
            let end = |end: &Option<f64>| end.map(|end| end.to_string()).unwrap_or_default();
            format!("{}..{}", end(from), end(to))
        }
        Value::Period(period) => dates::print_period(*period),
        Value::Circle(Circle { lat, lon, km }) => format!("{lat},{lon},{km}km"),
        Value::List(items) => items
            .iter()
            .map(|item| print_value(item, quote_texts))
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

/// A pattern as it is; where it cannot stand so, all but its wildcards is quoted.
fn print_pattern(pattern: &str) -> String {
    let ends_value = |c: char| c.is_whitespace() || ",()\"".contains(c);
    if !pattern.contains(ends_value) && !pattern.starts_with(['<', '>', '=']) {
        return pattern.to_owned();
    }
    let mut printed = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let wild = matches!(first, '*' | '?');
        let end = rest
            .find(|c| matches!(c, '*' | '?') != wild)
            .unwrap_or(rest.len());
        let (piece, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        printed.push_str(&if wild {
            piece.to_owned()
        } else {
            quoted(piece)
        });
        rest = after;
    }
    printed
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
