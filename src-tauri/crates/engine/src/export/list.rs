//! Lists of photos: CSV that spreadsheets open and cannot be made to run, and JSON.

use std::io::{self, Write};

use chrono::{DateTime, FixedOffset, TimeZone as _};
use serde_json::{Value, json};

use crate::cache;
use crate::store::photos::PhotoRow;

const COLUMNS: [&str; 27] = [
    "path",
    "file_name",
    "folder",
    "library",
    "format",
    "bytes",
    "width",
    "height",
    "taken_at",
    "title",
    "caption",
    "tags",
    "rating",
    "label",
    "camera",
    "lens",
    "iso",
    "aperture",
    "shutter_s",
    "focal_mm",
    "duration_s",
    "lat",
    "lon",
    "attributes",
    "uniqueness",
    "content_hash",
    "offline",
];

/// The first line of a CSV list.
///
/// # Errors
/// What writing gives.
pub(super) fn csv_head(out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}\r\n", COLUMNS.join(","))
}

/// A photo's line of a CSV list. Tags are parted by `; `, attributes are JSON.
///
/// # Source
/// RFC 4180; OWASP, "CSV Injection", for fields that spreadsheets would take for formulas.
///
/// # Errors
/// What writing gives.
pub(super) fn csv_line(out: &mut impl Write, photo: &PhotoRow, library: &str) -> io::Result<()> {
    let whole = value(photo, library);
    let cells = COLUMNS.map(|column| cell(whole.get(column).unwrap_or(&Value::Null)));
    write!(out, "{}\r\n", cells.join(","))
}

/// A photo in a JSON list.
pub(super) fn value(photo: &PhotoRow, library: &str) -> Value {
    let camera = &photo.camera;
    json!({
        "path": photo.path,
        "file_name": photo.file_name,
        "folder": photo.folder,
        "library": library,
        "format": photo.format,
        "bytes": photo.bytes,
        "width": photo.width,
        "height": photo.height,
        "taken_at": camera.taken_at.and_then(|at| taken(at, camera.taken_offset_min)),
        "title": photo.title,
        "caption": camera.caption,
        "tags": photo.tags,
        "rating": camera.rating,
        "label": photo.label,
        "camera": camera.camera,
        "lens": camera.lens,
        "iso": camera.iso,
        "aperture": camera.aperture,
        "shutter_s": camera.shutter_s,
        "focal_mm": camera.focal_mm,
        "duration_s": camera.duration_s,
        "lat": camera.lat,
        "lon": camera.lon,
        "attributes": photo.attributes,
        "uniqueness": photo.uniqueness,
        "content_hash": cache::hex(&photo.content_hash),
        "offline": photo.offline,
    })
}

/// The camera's clock as ISO 8601, with its zone where that is known.
fn taken(at_s: i64, offset_min: Option<i32>) -> Option<String> {
    let clock = DateTime::from_timestamp(at_s, 0)?.naive_utc();
    let zone = offset_min.and_then(|minutes| FixedOffset::east_opt(minutes.checked_mul(60)?));
    Some(
        match zone.and_then(|zone| zone.from_local_datetime(&clock).single()) {
            Some(at) => at.format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            None => clock.format("%Y-%m-%dT%H:%M:%S").to_string(),
        },
    )
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(texts) => {
            let texts: Vec<&str> = texts.iter().filter_map(Value::as_str).collect();
            quoted(&texts.join("; "))
        }
        Value::Object(fields) if fields.is_empty() => String::new(),
        Value::Object(_) => quoted(&value.to_string()),
    }
}

/// A text as a cell: one that a spreadsheet would take for a formula begins with an apostrophe.
fn quoted(text: &str) -> String {
    let formula = text
        .trim_start_matches(' ')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guard = if formula { "'" } else { "" };
    if formula
        || text.contains([',', '"', '\r', '\n', ';'])
        || text.starts_with(' ')
        || text.ends_with(' ')
    {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_follow_rfc_4180() {
        let check = |text: &str, expect: &str| assert_eq!(quoted(text), expect);
        check("plain", "plain");
        check("a,b", "\"a,b\"");
        check("say \"x\"", "\"say \"\"x\"\"\"");
        check("two\r\nlines", "\"two\r\nlines\"");
        assert_eq!(cell(&json!(["a", "b c"])), "\"a; b c\"");
        assert_eq!(cell(&json!({"a": 1})), "\"{\"\"a\"\":1}\"");
        assert_eq!(cell(&Value::Null), "");
        assert_eq!(cell(&json!(-33.8)), "-33.8");
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_a_text() {
        for text in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(1)",
            "\t=1",
            "\r=1",
            "  =1",
            "＝1",
        ] {
            let cell = quoted(text);
            assert!(cell.starts_with("\"'"), "{text:?}: {cell}");
        }
    }

    #[test]
    fn a_clock_without_a_zone_has_none() {
        assert_eq!(taken(0, None).unwrap(), "1970-01-01T00:00:00");
        assert_eq!(taken(0, Some(-330)).unwrap(), "1970-01-01T00:00:00-05:30");
    }
}
