//! Single values as a person writes them: `800`, `5MB`, `f/2.8`, `1/250`, `2020..2022`, `2023-06`.

use crate::filter::field::Unit;
use crate::filter::{Period, Value, dates};

/// Reads a number or a span of numbers in a field's own units.
pub(super) fn number_value(unit: Unit, text: &str) -> Option<Value> {
    let Some((from, to)) = text.split_once("..") else {
        return number(unit, text).map(Value::Number);
    };
    let (from, to) = (
        open_end(from, |t| number(unit, t))?,
        open_end(to, |t| number(unit, t))?,
    );
    let forward = match (from, to) {
        (None, None) => false,
        (Some(from), Some(to)) => from <= to,
        _ => true,
    };
    forward.then_some(Value::Range { from, to })
}

/// Reads a date or a span of dates.
pub(crate) fn date_value(text: &str) -> Option<Value> {
    let Some((from, to)) = text.split_once("..") else {
        return dates::parse_period(text).map(Value::Period);
    };
    let from_s = open_end(from, dates::parse_period)?.and_then(|period| period.from_s);
    let until_s = open_end(to, dates::parse_period)?.and_then(|period| period.until_s);
    let forward = match (from_s, until_s) {
        (None, None) => false,
        (Some(from), Some(until)) => from < until,
        _ => true,
    };
    forward.then_some(Value::Period(Period { from_s, until_s }))
}

/// An end of a span: nothing, or something that can be read.
fn open_end<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() {
        Some(None)
    } else {
        read(text).map(Some)
    }
}

/// Reads a number in a field's own units.
pub(super) fn number(unit: Unit, text: &str) -> Option<f64> {
    let text = text.to_ascii_lowercase();
    let number = match unit {
        Unit::Plain | Unit::Year => plain(&text),
        Unit::Bytes => bytes(&text),
        Unit::FNumber => plain(
            text.strip_prefix("f/")
                .or(text.strip_prefix('f'))
                .unwrap_or(&text),
        ),
        Unit::Seconds => seconds(text.strip_suffix('s').unwrap_or(&text)),
        Unit::Millimetres => plain(text.strip_suffix("mm").unwrap_or(&text)),
        Unit::Megapixels => plain(text.strip_suffix("mp").unwrap_or(&text)),
    };
    number.filter(|n| n.is_finite())
}

/// Digits with at most one point and a minus; no `1e5`, no `inf`.
pub(super) fn plain(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let fits = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if fits { text.parse().ok() } else { None }
}

fn seconds(text: &str) -> Option<f64> {
    match text.split_once('/') {
        Some((above, below)) => {
            let below = plain(below).filter(|below| *below > 0.0)?;
            Some(plain(above)? / below)
        }
        None => plain(text),
    }
}

/// Bytes; `kB`, `MB`, `GB`, `TB` are powers of 1000, `KiB` … of 1024.
fn bytes(text: &str) -> Option<f64> {
    let unit_at = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (amount, unit) = text.split_at_checked(unit_at)?;
    let factor = match unit {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "t" | "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    Some(plain(amount)? * factor)
}
