//! Attributes on photos: any JSON values under names of the user's own. Every change says exactly
//! what it touched and what was there before, so that it can be taken back.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::{LibraryId, PhotoId};
use crate::store::Connection;
use crate::store::attributes::{self, AttributeCount, PhotoList, read};

pub use crate::store::attributes::ValueKind;

/// Letters a name may have.
const MAX_LETTERS: usize = 100;

/// Bytes a value may have as JSON.
const MAX_BYTES: usize = 64 << 10;

/// Attributes a photo may have.
const MAX_A_PHOTO: u32 = 1000;

/// What was there before a change.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeChange {
    /// The attribute's name.
    pub name: String,
    /// The photo.
    pub photo: PhotoId,
    /// Its value before; none where it had none.
    pub before: Option<Value>,
}

/// Gives each of the photos all of the values: all of it, or nothing. Other attributes stay.
///
/// Answers what really changed, by name and in the order of the photos.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown photo, [`EngineError::Invalid`] for a malformed name, a
/// value of more than 64 KiB, and for more than 1,000 attributes on a photo.
pub fn set(
    engine: &Engine,
    ids: &[PhotoId],
    values: &BTreeMap<String, Value>,
) -> Result<Vec<AttributeChange>, EngineError> {
    let values = values
        .iter()
        .map(|(name, value)| Ok((tidy(name)?, written(name, value)?)))
        .collect::<Result<Vec<_>, EngineError>>()?;
    refuse_twins(values.iter().map(|(name, _)| name))?;
    change(engine, ids, |tx, photos| {
        let mut changes = Vec::new();
        for (name, value) in &values {
            changes.extend(set_one(tx, photos, name, value)?);
        }
        if let Some(id) = attributes::crowded(tx, photos, MAX_A_PHOTO)? {
            let reason = format!("The photo {id} would have more than {MAX_A_PHOTO} attributes");
            return Err(EngineError::invalid(reason));
        }
        Ok(changes)
    })
}

/// Takes the values under these names off the photos: all of it, or nothing.
///
/// Answers what really changed, by name and in the order of the photos.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown photo, [`EngineError::Invalid`] for a malformed name.
pub fn remove(
    engine: &Engine,
    ids: &[PhotoId],
    names: &[String],
) -> Result<Vec<AttributeChange>, EngineError> {
    let names = names
        .iter()
        .map(|name| tidy(name))
        .collect::<Result<Vec<_>, _>>()?;
    refuse_twins(names.iter())?;
    change(engine, ids, |tx, photos| {
        let mut changes = Vec::new();
        for name in &names {
            changes.extend(remove_one(tx, photos, name)?);
        }
        Ok(changes)
    })
}

/// Lists the names of attributes with the photos that carry each and the kinds of their values.
///
/// # Errors
/// [`EngineError::Store`].
pub fn list(
    engine: &Engine,
    library: Option<LibraryId>,
) -> Result<Vec<AttributeCount>, EngineError> {
    engine
        .store()
        .read(|connection| Ok(attributes::counts(connection, library)?))
}

/// Makes a change on photos in one transaction, and tells of it.
fn change(
    engine: &Engine,
    ids: &[PhotoId],
    apply: impl FnOnce(&Connection, &PhotoList) -> Result<Vec<AttributeChange>, EngineError>,
) -> Result<Vec<AttributeChange>, EngineError> {
    let mut seen = HashSet::new();
    let ids: Vec<PhotoId> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
    let photos = PhotoList::new(&ids);
    let changes = engine
        .store()
        .write(|tx| match attributes::first_unknown(tx, &photos)? {
            Some(id) => Err(EngineError::not_found("photo", id)),
            None => apply(tx, &photos),
        })?;
    if !changes.is_empty() {
        engine.events().changed(&[Kind::Attributes]);
    }
    Ok(changes)
}

fn set_one(
    connection: &Connection,
    photos: &PhotoList,
    name: &str,
    value: &str,
) -> Result<Vec<AttributeChange>, EngineError> {
    let before = attributes::values(connection, photos, name)?;
    let changed = before
        .into_iter()
        .filter(|(_, before)| before.as_deref() != Some(value));
    let changes = changes(name, changed)?;
    let photos: Vec<PhotoId> = changes.iter().map(|change| change.photo).collect();
    attributes::put(connection, &PhotoList::new(&photos), name, value)?;
    Ok(changes)
}

fn remove_one(
    connection: &Connection,
    photos: &PhotoList,
    name: &str,
) -> Result<Vec<AttributeChange>, EngineError> {
    let before = attributes::values(connection, photos, name)?;
    let changes = changes(
        name,
        before.into_iter().filter(|(_, before)| before.is_some()),
    )?;
    attributes::remove(connection, photos, name)?;
    Ok(changes)
}

fn changes(
    name: &str,
    before: impl Iterator<Item = (PhotoId, Option<String>)>,
) -> Result<Vec<AttributeChange>, EngineError> {
    before
        .map(|(photo, before)| {
            Ok(AttributeChange {
                name: name.to_owned(),
                photo,
                before: before.as_deref().map(read).transpose()?,
            })
        })
        .collect()
}

/// A name as it is stored: without spaces around it.
fn tidy(name: &str) -> Result<String, EngineError> {
    let tidy = name.trim();
    let problem = if tidy.is_empty() {
        "An attribute needs a name"
    } else if tidy.chars().count() > MAX_LETTERS {
        "The name of an attribute may have 100 letters: shorten it"
    } else if tidy.chars().any(char::is_control) {
        "The name of an attribute is one line of text"
    } else {
        return Ok(tidy.to_owned());
    };
    Err(EngineError::invalid(problem))
}

/// Refuses a change that names an attribute twice, or none at all.
fn refuse_twins<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), EngineError> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            let reason = format!("The attribute {name} is named twice: name it once");
            return Err(EngineError::invalid(reason));
        }
    }
    if seen.is_empty() {
        return Err(EngineError::invalid("Name at least one attribute"));
    }
    Ok(())
}

fn written(name: &str, value: &Value) -> Result<String, EngineError> {
    let text = value.to_string();
    if text.len() > MAX_BYTES {
        let reason = format!(
            "The value of {} has {} bytes as JSON: at most {MAX_BYTES} are kept",
            name.trim(),
            text.len()
        );
        return Err(EngineError::invalid(reason));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(tidy(" price in € ").unwrap(), "price in €");
        assert!(tidy(&"ü".repeat(100)).is_ok());
        for bad in ["", "  ", "two\nlines", &"x".repeat(101)] {
            assert!(tidy(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn integers_and_floats_are_told_apart_and_keep_all_digits() {
        for text in [
            "1",
            "1.0",
            "-9223372036854775808",
            "9223372036854775807",
            "18446744073709551615",
            "9007199254740993",
            "0.1",
            "1e300",
        ] {
            let value = read(text).unwrap();
            let again = read(&written("x", &value).unwrap()).unwrap();
            assert_eq!(value, again, "{text}");
            assert_eq!(value.is_f64(), text.contains(['.', 'e']), "{text}");
        }
        assert_eq!(
            written("x", &json!(9_007_199_254_740_993_i64)).unwrap(),
            "9007199254740993"
        );
        assert_ne!(
            written("x", &json!(1)).unwrap(),
            written("x", &json!(1.0)).unwrap()
        );
    }

    #[test]
    fn a_value_is_kept_up_to_64_kib() {
        let text = |letters: usize| Value::from("x".repeat(letters));
        assert!(written("x", &text(MAX_BYTES - 2)).is_ok());
        assert!(written("x", &text(MAX_BYTES - 1)).is_err());
    }
}
