//! The cursor: where a page ended and what was measured for the first one, tied to its query.
//!
//! Later pages leave out photos added since the first, and rank by what was measured then, so that
//! no page repeats or skips a photo while others are being added.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::order::{Key, Position, Sort};
use super::{PictureSource, Query};
use crate::error::EngineError;
use crate::ids::PhotoId;

/// What all pages of an answer share.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pinned {
    /// The last photo that had been added.
    pub(super) newest: Option<PhotoId>,
    /// Photos on the pages before, so that the next ones are looked for deep enough at once.
    pub(super) seen: usize,
    /// How many photos there were, and in how many each word stood.
    pub(super) words: Vec<u64>,
    /// How far cosines spread: pictures, text.
    pub(super) spreads: Vec<f32>,
    /// The least cosine of the automatic limit.
    pub(super) cutoff: Option<f32>,
}

/// Identifies a query without its page.
///
/// Stable within a build of Latent, which is as long as anybody pages.
pub(super) fn fingerprint(query: &Query, sort: Sort) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&query.typed, &query.text, &query.without, &query.space).hash(&mut hasher);
    query
        .filter
        .as_ref()
        .map(ToString::to_string)
        .hash(&mut hasher);
    (query.library, &query.photos, sort, query.seed).hash(&mut hasher);
    (
        &query.group_by,
        query.auto_cutoff,
        &query.tags,
        query.stacks,
    )
        .hash(&mut hasher);
    for number in [query.max_distance, query.text_weight, query.tag_weight] {
        number.map(f32::to_bits).hash(&mut hasher);
    }
    for image in &query.images {
        match &image.source {
            PictureSource::Bytes(bytes) => bytes.hash(&mut hasher),
            other => format!("{other:?}").hash(&mut hasher),
        }
        format!("{:?} {}", image.crop, image.weight).hash(&mut hasher);
    }
    hasher.finish()
}

/// Writes a cursor: what is pinned, kind, key and photo, in hexadecimal, and a sum over all of it.
pub(super) fn write(fingerprint: u64, pinned: &Pinned, last: &Position) -> String {
    let (kind, key) = match &last.key {
        Key::Likeness { similarity, cosine } => (
            'l',
            format!("{:x},{:x}", similarity.to_bits(), cosine.to_bits()),
        ),
        Key::Down(value) => ('d', number(*value)),
        Key::Up(value) => ('u', number(*value)),
        Key::Name(text) => ('t', crate::cache::hex(text.as_bytes())),
        Key::Hash(value) => ('h', format!("{value:x}")),
    };
    let newest = pinned.newest.map_or(0, |id| id.0);
    let words = list(pinned.words.iter().copied());
    let spreads = list(
        pinned
            .spreads
            .iter()
            .map(|spread| u64::from(spread.to_bits())),
    );
    let cutoff = list(
        pinned
            .cutoff
            .iter()
            .map(|cutoff| u64::from(cutoff.to_bits())),
    );
    let body = format!(
        "{newest:x}.{:x}.{words}.{spreads}.{cutoff}.{kind}.{key}.{:x}",
        pinned.seen, last.photo.0
    );
    format!("{body}.{:x}", sum(fingerprint, &body))
}

/// Reads a cursor of the query with this fingerprint.
///
/// # Errors
/// [`EngineError::Cursor`] for another query's or a damaged one.
pub(super) fn read(cursor: &str, fingerprint: u64) -> Result<(Pinned, Position), EngineError> {
    parse(cursor, fingerprint).ok_or(EngineError::Cursor)
}

fn parse(cursor: &str, fingerprint: u64) -> Option<(Pinned, Position)> {
    let (body, given) = cursor.rsplit_once('.')?;
    if u64::from_str_radix(given, 16).ok()? != sum(fingerprint, body) {
        return None;
    }
    let mut parts = body.split('.');
    let newest = i64::from_str_radix(parts.next()?, 16).ok()?;
    let seen = usize::from_str_radix(parts.next()?, 16).ok()?;
    let words = unlist(parts.next()?)?;
    let spreads = floats(parts.next()?)?;
    let cutoff = floats(parts.next()?)?.first().copied();
    let (kind, key) = (parts.next()?, parts.next()?);
    let photo = PhotoId(i64::from_str_radix(parts.next()?, 16).ok()?);
    let key = match kind {
        "l" => match floats(key)?.as_slice() {
            &[similarity, cosine] => Key::Likeness { similarity, cosine },
            _ => return None,
        },
        "d" => Key::Down(unnumber(key)?),
        "u" => Key::Up(unnumber(key)?),
        "t" => Key::Name(String::from_utf8(unhex(key)?).ok()?),
        "h" => Key::Hash(u64::from_str_radix(key, 16).ok()?),
        _ => return None,
    };
    let pinned = Pinned {
        newest: Some(PhotoId(newest)),
        seen,
        words,
        spreads,
        cutoff,
    };
    Some((pinned, Position { key, photo }))
}

fn sum(fingerprint: u64, body: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (fingerprint, body).hash(&mut hasher);
    hasher.finish()
}

fn number(value: Option<i64>) -> String {
    value.map_or_else(
        || "-".to_owned(),
        |value| format!("{:x}", value.cast_unsigned()),
    )
}

fn unnumber(text: &str) -> Option<Option<i64>> {
    match text {
        "-" => Some(None),
        text => Some(Some(u64::from_str_radix(text, 16).ok()?.cast_signed())),
    }
}

fn list(values: impl Iterator<Item = u64>) -> String {
    values
        .map(|value| format!("{value:x}"))
        .collect::<Vec<_>>()
        .join(",")
}

fn unlist(text: &str) -> Option<Vec<u64>> {
    let values = text.split(',').filter(|value| !value.is_empty());
    values
        .map(|value| u64::from_str_radix(value, 16).ok())
        .collect()
}

fn floats(text: &str) -> Option<Vec<f32>> {
    let bits = unlist(text)?.into_iter();
    bits.map(|bits| Some(f32::from_bits(u32::try_from(bits).ok()?)))
        .collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_belongs_to_its_query() {
        let likeness = Key::Likeness {
            similarity: 0.25,
            cosine: -2.0,
        };
        let pinned = Pinned {
            newest: Some(PhotoId(900)),
            seen: 50,
            words: vec![1000, 7],
            spreads: vec![0.1, 0.03],
            cutoff: Some(0.7),
        };
        for key in [
            likeness,
            Key::Down(Some(-3)),
            Key::Up(None),
            Key::Name("é.jpg".into()),
            Key::Hash(u64::MAX),
        ] {
            let last = Position {
                key,
                photo: PhotoId(77),
            };
            let text = write(42, &pinned, &last);
            assert_eq!(read(&text, 42).unwrap(), (pinned.clone(), last));
            assert!(matches!(read(&text, 43), Err(EngineError::Cursor)));
            for place in 0..text.len() {
                let mut damaged = text.clone().into_bytes();
                damaged[place] = if damaged[place] == b'1' { b'2' } else { b'1' };
                let damaged = String::from_utf8(damaged).unwrap();
                assert!(
                    matches!(read(&damaged, 42), Err(EngineError::Cursor)),
                    "{damaged}"
                );
            }
        }
        let empty = Pinned {
            newest: Some(PhotoId(1)),
            ..Pinned::default()
        };
        let last = Position {
            key: Key::Hash(0),
            photo: PhotoId(1),
        };
        assert_eq!(read(&write(0, &empty, &last), 0).unwrap().0, empty);
        assert!(matches!(read("", 0), Err(EngineError::Cursor)));
        assert!(matches!(read("0.d.zz.1", 0), Err(EngineError::Cursor)));
    }
}
