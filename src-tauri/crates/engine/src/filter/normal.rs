//! A tree rewritten to what every syntax can say, with the same meaning.
//!
//! Printers stand on it. What the parsers answer is mostly left alone; it is trees made in code,
//! and comparisons that can never hold, that change. The rules for a term:
//! - A value that the field can never match (a text for `rating`) is dropped from a list; a term
//!   without values left is an empty `Or`, or an empty `And` where it was negated.
//! - `contains` on numbers, dates and flags is `=`; of an empty text, "is a text".
//! - An ordering against a span is one against the end that counts; against several values, any.
//! - Values that share no list in some syntax (circles, the lack of the field) become an `Or` of
//!   terms, or an `And` of negated ones.

use super::field::Kind;
use super::{Field, Filter, MAX_TEXT_CHARS, Op, Period, Value, dates};

/// Rewrites a tree.
pub(super) fn normal(filter: &Filter) -> Filter {
    match filter {
        Filter::And(parts) => Filter::And(parts.iter().map(normal).collect()),
        Filter::Or(parts) => Filter::Or(parts.iter().map(normal).collect()),
        Filter::Not(inner) => Filter::Not(Box::new(normal(inner))),
        Filter::Term { field, op, value } => term(field, *op, value),
    }
}

/// Rewrites a term.
pub(super) fn term(field: &Field, op: Op, value: &Value) -> Filter {
    let (op, negated) = op.positive();
    let items = match value {
        Value::List(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let mut listed = Vec::new();
    let mut alone = Vec::new();
    for item in items {
        match reduce(field, op, item) {
            Reduced::Never => {}
            Reduced::Present => alone.push((Op::NotEq, Value::Missing)),
            Reduced::Always => return constant(!negated),
            Reduced::Term(Op::Eq, value) if shares_list(field, &value) => listed.push(value),
            Reduced::Term(op, value) => alone.push((op, value)),
        }
    }
    let list = match listed.len() {
        0 | 1 => listed.pop().map(|value| (Op::Eq, value)),
        _ => Some((Op::In, Value::List(listed))),
    };
    let terms = list.into_iter().chain(alone).map(|(op, value)| {
        let op = if negated { opposite(op) } else { op };
        Filter::term(field.clone(), op, value)
    });
    let terms = terms.collect();
    if negated {
        Filter::all(terms)
    } else {
        Filter::any(terms)
    }
}

fn constant(holds: bool) -> Filter {
    if holds {
        Filter::And(Vec::new())
    } else {
        Filter::Or(Vec::new())
    }
}

/// The op that says the opposite; orderings have none and are never negated by an op.
fn opposite(op: Op) -> Op {
    match op {
        Op::Eq => Op::NotEq,
        Op::NotEq => Op::Eq,
        Op::In => Op::NotIn,
        Op::Contains => Op::NotContains,
        other => other,
    }
}

fn shares_list(field: &Field, value: &Value) -> bool {
    *field != Field::Near && *value != Value::Missing
}

/// What a comparison with one value comes to.
enum Reduced {
    Never,
    /// Holds where the photo has the field.
    Present,
    Always,
    Term(Op, Value),
}

fn present(field: &Field) -> Reduced {
    if field.can_be_missing() {
        Reduced::Present
    } else {
        Reduced::Always
    }
}

fn reduce(field: &Field, op: Op, item: &Value) -> Reduced {
    let contains = op == Op::Contains;
    match (field.kind(), item) {
        (_, Value::Missing) if op == Op::Eq && field.can_be_missing() => same(op, item),
        (Kind::Number(_) | Kind::Free, Value::Number(n)) if !n.is_nan() => {
            let number = Value::Number(n.clamp(f64::MIN, f64::MAX));
            same(plainly(field, op), &number)
        }
        (Kind::Number(_) | Kind::Free, Value::Range { from, to }) => {
            range(field, plainly(field, op), *from, *to)
        }
        (Kind::Date, Value::Period(span)) => period(field, plainly(field, op), *span),
        (Kind::Flag, Value::Flag(_)) if contains || op == Op::Eq => same(Op::Eq, item),
        (Kind::Free, Value::Flag(_)) if contains || op == Op::Eq => same(op, item),
        (Kind::Near, Value::Circle(_)) if op == Op::Eq => same(op, item),
        (Kind::Text(_) | Kind::Tags | Kind::Free, Value::Text(text)) => text_item(field, op, text),
        (Kind::Text(_) | Kind::Tags | Kind::Free, Value::Pattern(pattern)) => {
            match (op, pattern.contains(['*', '?'])) {
                (Op::Eq | Op::Contains, true) if can_be_written(pattern) => same(op, item),
                (Op::Eq | Op::Contains, false) => text_item(field, op, pattern),
                _ => Reduced::Never,
            }
        }
        _ => Reduced::Never,
    }
}

fn same(op: Op, value: &Value) -> Reduced {
    Reduced::Term(op, value.clone())
}

/// The op, without "contains" where a single number or time contains itself only.
fn plainly(field: &Field, op: Op) -> Op {
    match (op, field.kind()) {
        (Op::Contains, Kind::Number(_) | Kind::Date) => Op::Eq,
        _ => op,
    }
}

fn can_be_written(text: &str) -> bool {
    text.chars().nth(MAX_TEXT_CHARS).is_none()
}

fn text_item(field: &Field, op: Op, text: &str) -> Reduced {
    let is_tag = *field == Field::Tags;
    match op {
        Op::Eq | Op::Contains if !can_be_written(text) => Reduced::Never,
        Op::Eq | Op::Contains if is_tag && text.trim_matches('/').is_empty() => Reduced::Never,
        Op::Contains if text.is_empty() => same(op, &Value::Pattern("*".to_owned())),
        _ => same(op, &Value::Text(text.to_owned())),
    }
}

fn range(field: &Field, op: Op, from: Option<f64>, to: Option<f64>) -> Reduced {
    if from.is_some_and(f64::is_nan) || to.is_some_and(f64::is_nan) {
        return Reduced::Never;
    }
    let number = |end: f64| Reduced::Term(op, Value::Number(end));
    match (op, from, to) {
        (Op::Gt | Op::LtEq, _, Some(end)) | (Op::Lt | Op::GtEq, Some(end), _) => number(end),
        (Op::Gt, ..) | (Op::Lt, ..) => Reduced::Never,
        (_, Some(from), Some(to)) if from > to => Reduced::Never,
        (Op::Eq | Op::Contains, ..) if from.is_some() || to.is_some() => {
            Reduced::Term(op, Value::Range { from, to })
        }
        // Open on both sides: any number.
        _ if field.kind() == Kind::Free => {
            let from = Some(f64::MIN);
            Reduced::Term(Op::Eq, Value::Range { from, to: None })
        }
        _ => present(field),
    }
}

fn period(field: &Field, op: Op, span: Period) -> Reduced {
    let Period { from_s, until_s } = span;
    let second = |from: i64| {
        let until_s = Some(from.saturating_add(1));
        Reduced::Term(
            op,
            Value::Period(Period {
                from_s: Some(from),
                until_s,
            }),
        )
    };
    // A year or a day can be typed behind an ordering; a span of two cannot.
    let is_single = !dates::print_period(span).contains("..");
    match (op, from_s, until_s) {
        (Op::Gt | Op::GtEq | Op::Lt | Op::LtEq, ..) if is_single => {
            Reduced::Term(op, Value::Period(span))
        }
        (Op::Gt | Op::LtEq, _, Some(until)) => second(until.saturating_sub(1)),
        (Op::Lt | Op::GtEq, Some(from), _) => second(from),
        (Op::Gt, ..) | (Op::Lt, ..) => Reduced::Never,
        (_, Some(from), Some(until)) if from >= until => Reduced::Never,
        (Op::Eq, ..) if from_s.is_some() || until_s.is_some() => {
            Reduced::Term(op, Value::Period(span))
        }
        _ => present(field),
    }
}
