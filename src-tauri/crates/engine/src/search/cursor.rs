//! The cursor: where a page ended, tied to its query.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::order::{Key, Position, Sort};
use super::{PictureSource, Query};
use crate::error::EngineError;
use crate::ids::PhotoId;

/// Identifies a query without its page.
///
/// Stable within a build of Latent, which is as long as anybody pages.
pub(super) fn fingerprint(query: &Query, sort: Sort) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&query.typed, &query.text, &query.without, &query.space, &query.filter).hash(&mut hasher);
    (query.library, sort).hash(&mut hasher);
    query.max_distance.map(f32::to_bits).hash(&mut hasher);
    for image in &query.images {
        match &image.source {
            PictureSource::Bytes(bytes) => bytes.hash(&mut hasher),
            other => format!("{other:?}").hash(&mut hasher),
        }
        format!("{:?} {}", image.crop, image.weight).hash(&mut hasher);
    }
    hasher.finish()
}

/// Writes a cursor: `fingerprint.kind.key.photo`, in hexadecimal.
pub(super) fn write(fingerprint: u64, last: &Position) -> String {
    let (kind, key) = match &last.key {
        Key::Down(value) => ('d', format!("{:x}", value.to_bits())),
        Key::Up(value) => ('u', format!("{:x}", value.to_bits())),
        Key::Text(text) => ('t', crate::cache::hex(text.as_bytes())),
    };
    format!("{fingerprint:x}.{kind}.{key}.{:x}", last.photo.0)
}

/// Reads a cursor of the query with this fingerprint.
///
/// # Errors
/// [`EngineError::Cursor`] for another query's or a damaged one.
pub(super) fn read(cursor: &str, fingerprint: u64) -> Result<Position, EngineError> {
    parse(cursor, fingerprint).ok_or(EngineError::Cursor)
}

fn parse(cursor: &str, fingerprint: u64) -> Option<Position> {
    let mut parts = cursor.split('.');
    let (query, kind) = (parts.next()?, parts.next()?);
    let (key, photo) = (parts.next()?, parts.next()?);
    if parts.next().is_some() || u64::from_str_radix(query, 16).ok()? != fingerprint {
        return None;
    }
    let number = || u64::from_str_radix(key, 16).ok().map(f64::from_bits);
    let key = match kind {
        "d" => Key::Down(number()?),
        "u" => Key::Up(number()?),
        "t" => Key::Text(String::from_utf8(unhex(key)?).ok()?),
        _ => return None,
    };
    Some(Position { key, photo: PhotoId(i64::from_str_radix(photo, 16).ok()?) })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_belongs_to_its_query() {
        for key in [Key::Down(0.25), Key::Up(-3.0), Key::Text("é.jpg".into())] {
            let last = Position { key, photo: PhotoId(77) };
            let text = write(42, &last);
            assert_eq!(read(&text, 42).unwrap(), last);
            assert!(matches!(read(&text, 43), Err(EngineError::Cursor)));
            assert!(matches!(read(&text[1..], 42), Err(EngineError::Cursor)));
        }
        assert!(matches!(read("", 0), Err(EngineError::Cursor)));
        assert!(matches!(read("0.d.zz.1", 0), Err(EngineError::Cursor)));
    }
}
