//! What a filter means, said as plainly as possible: no SQL, no indexes, no cleverness.

use serde_json::Value as Json;

use super::rows::Row;
use crate::filter::sql::NEAR_SLACK_KM;
use crate::filter::{Circle, Field, Filter, Op, Value, dates};

/// A value of a photo.
enum Cell {
    Number(f64),
    /// Equal to numbers within a tenth of a percent.
    Measured(f64),
    Time(i64),
    Text(String),
    Tag(String),
    Flag(bool),
    Place(f64, f64),
    /// There, but comparable with nothing.
    Other,
}

pub(super) fn eval(filter: &Filter, row: &Row) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|part| eval(part, row)),
        Filter::Or(parts) => parts.iter().any(|part| eval(part, row)),
        Filter::Not(inner) => !eval(inner, row),
        Filter::Term { field, op, value } => match op {
            Op::NotEq => !any(field, Op::Eq, value, row),
            Op::NotContains => !any(field, Op::Contains, value, row),
            Op::In => any(field, Op::Eq, value, row),
            Op::NotIn => !any(field, Op::Eq, value, row),
            op => any(field, *op, value, row),
        },
    }
}

fn any(field: &Field, op: Op, value: &Value, row: &Row) -> bool {
    if let Value::List(items) = value {
        return items.iter().any(|item| any(field, op, item, row));
    }
    let cells = cells(field, row);
    if *value == Value::Missing {
        return op == Op::Eq && cells.is_empty();
    }
    cells.iter().any(|cell| compare(cell, op, value))
}

fn cells(field: &Field, row: &Row) -> Vec<Cell> {
    let number = |n: i64| Cell::Number(n as f64);
    let text = |t: &str| Cell::Text(t.to_owned());
    let some = |cell: Option<Cell>| cell.into_iter().collect();
    match field {
        Field::Tags => row
            .tags
            .iter()
            .map(|tag| Cell::Tag((*tag).to_owned()))
            .collect(),
        Field::Rating => some(row.rating.map(number)),
        Field::Label => some(row.label.map(text)),
        Field::TakenAt => some(row.taken_at.map(Cell::Time)),
        Field::Year => some(row.taken_at.map(|t| number(dates::year_of(t)))),
        Field::Camera => some(row.camera.map(text)),
        Field::Lens => some(row.lens.map(text)),
        Field::Iso => some(row.iso.map(number)),
        Field::Aperture => some(row.aperture.map(Cell::Measured)),
        Field::ShutterS => some(row.shutter_s.map(Cell::Measured)),
        Field::FocalMm => some(row.focal_mm.map(Cell::Measured)),
        Field::DurationS => some(row.duration_s.map(Cell::Measured)),
        Field::Width => vec![number(row.width)],
        Field::Height => vec![number(row.height)],
        Field::Megapixels => vec![Cell::Number((row.width * row.height) as f64 / 1e6)],
        Field::Orientation => vec![text(match row.width.cmp(&row.height) {
            std::cmp::Ordering::Less => "portrait",
            std::cmp::Ordering::Equal => "square",
            std::cmp::Ordering::Greater => "landscape",
        })],
        Field::Format => vec![text(row.format)],
        Field::Bytes => vec![number(row.bytes)],
        Field::Path => vec![Cell::Text(format!("{}/{}", row.folder, row.file_name))],
        Field::Folder => vec![text(row.folder)],
        Field::FileName => vec![text(&row.file_name)],
        Field::Library => vec![text(row.library)],
        Field::HasGps => vec![Cell::Flag(row.gps.is_some())],
        Field::Uniqueness => some(row.uniqueness.map(|n| Cell::Number(n as f64 / 1e6))),
        Field::Near => some(row.gps.map(|(lat, lon)| Cell::Place(lat, lon))),
        Field::Faulty => vec![Cell::Flag(row.faulty)],
        Field::Offline => vec![Cell::Flag(row.offline)],
        Field::Attribute(name) => {
            let json = row.attributes.iter().find(|(own, _)| own == name);
            match json.and_then(|(_, json)| serde_json::from_str(json).ok()) {
                None => Vec::new(),
                Some(Json::Array(elements)) => elements.iter().filter_map(cell).collect(),
                Some(single) => cell(&single).into_iter().collect(),
            }
        }
    }
}

fn cell(json: &Json) -> Option<Cell> {
    match json {
        Json::Null => None,
        Json::Bool(flag) => Some(Cell::Flag(*flag)),
        Json::Number(number) => number.as_f64().map(Cell::Number),
        Json::String(text) => Some(Cell::Text(text.clone())),
        Json::Array(_) | Json::Object(_) => Some(Cell::Other),
    }
}

fn compare(cell: &Cell, op: Op, value: &Value) -> bool {
    match (cell, value) {
        (Cell::Number(n), Value::Number(v)) => inside(*n, op, Some(*v), Some(*v), 0.0),
        (Cell::Number(n), Value::Range { from, to }) => inside(*n, op, *from, *to, 0.0),
        (Cell::Measured(n), Value::Number(v)) => inside(*n, op, Some(*v), Some(*v), 0.001),
        (Cell::Measured(n), Value::Range { from, to }) => inside(*n, op, *from, *to, 0.001),
        (Cell::Time(t), Value::Period(period)) => {
            let before = period.from_s.is_some_and(|from| *t < from);
            let after = period.until_s.is_some_and(|until| *t >= until);
            ordered(before, after, op)
        }
        (Cell::Flag(own), Value::Flag(wanted)) => {
            matches!(op, Op::Eq | Op::Contains) && own == wanted
        }
        (Cell::Place(lat, lon), Value::Circle(circle)) => {
            op == Op::Eq && distance_km(*lat, *lon, circle) <= circle.km + NEAR_SLACK_KM
        }
        (Cell::Text(own), Value::Text(text)) => text_matches(own, op, text, false),
        (Cell::Text(own), Value::Pattern(text)) => text_matches(own, op, text, true),
        (Cell::Tag(own), Value::Text(text)) => tag_matches(own, op, text, false),
        (Cell::Tag(own), Value::Pattern(text)) => tag_matches(own, op, text, true),
        _ => false,
    }
}

fn inside(n: f64, op: Op, from: Option<f64>, to: Option<f64>, slack: f64) -> bool {
    if from.is_some_and(f64::is_nan) || to.is_some_and(f64::is_nan) {
        return false;
    }
    let before = from.is_some_and(|from| n < from - from.abs() * slack);
    let after = to.is_some_and(|to| n > to + to.abs() * slack);
    ordered(before, after, op)
}

fn ordered(before: bool, after: bool, op: Op) -> bool {
    match op {
        Op::Gt => after,
        Op::GtEq => !before,
        Op::Lt => before,
        Op::LtEq => !after,
        _ => !before && !after,
    }
}

fn text_matches(own: &str, op: Op, text: &str, pattern: bool) -> bool {
    match op {
        Op::Eq => fits(own, text, pattern, false),
        Op::Contains => fits(own, text, pattern, true),
        _ if pattern => false,
        Op::Gt => own > text,
        Op::GtEq => own >= text,
        Op::Lt => own < text,
        _ => own <= text,
    }
}

fn tag_matches(own: &str, op: Op, text: &str, pattern: bool) -> bool {
    if op == Op::Contains {
        let text = format!("{PARTS}{}{PARTS}", text.trim_matches('/'));
        return fits(&format!("/{own}/"), &text, pattern, true);
    }
    text_matches(own, op, text, pattern)
}

fn fits(own: &str, text: &str, pattern: bool, anywhere: bool) -> bool {
    let own: Vec<char> = own.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let starts = if anywhere { 0..=own.len() } else { 0..=0 };
    starts
        .into_iter()
        .any(|start| fits_from(&own[start..], &text, pattern, anywhere))
}

fn fits_from(own: &[char], text: &[char], pattern: bool, open_end: bool) -> bool {
    match (text.first(), own.first()) {
        (None, rest) => open_end || rest.is_none(),
        (Some('*'), _) if pattern => {
            (0..=own.len()).any(|skipped| fits_from(&own[skipped..], &text[1..], pattern, open_end))
        }
        (Some('?'), Some(_)) if pattern => fits_from(&own[1..], &text[1..], pattern, open_end),
        (Some(wanted), Some(c)) => {
            same_letter(*wanted, *c) && fits_from(&own[1..], &text[1..], pattern, open_end)
        }
        (Some(_), None) => false,
    }
}

/// Stands for a slash that parts a path, and not for one inside a keyword.
const PARTS: char = '\u{e000}';

fn same_letter(a: char, b: char) -> bool {
    if a == PARTS || a == '/' {
        return b == '/' || (a == '/' && b == '∕');
    }
    a == b || a.to_lowercase().eq(b.to_lowercase()) || a.to_uppercase().eq(b.to_uppercase())
}

fn distance_km(lat: f64, lon: f64, circle: &Circle) -> f64 {
    let (a, b) = (lat.to_radians(), circle.lat.to_radians());
    let east = (lon - circle.lon).to_radians();
    // The angle between two vectors (Vincenty's formula on a sphere), not the haversine.
    let across = (b.cos() * east.sin()).hypot(a.cos() * b.sin() - a.sin() * b.cos() * east.cos());
    let along = a.sin() * b.sin() + a.cos() * b.cos() * east.cos();
    6371.0088 * across.atan2(along)
}
