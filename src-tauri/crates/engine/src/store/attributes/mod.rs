//! Table `attribute`: any JSON value under a name on a photo.
//!
//! Every change is one statement for all its photos. A value is kept as the text it was written
//! in, so that an integer stays an integer and equal texts are equal values.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;

use super::{Result, StoreError};
use crate::ids::{LibraryId, PhotoId};

/// Photos of one change, as statements take them.
#[derive(Clone, Debug)]
pub struct PhotoList(String);

impl PhotoList {
    /// Lists photos in their order.
    #[must_use]
    pub fn new(ids: &[PhotoId]) -> Self {
        let ids: Vec<String> = ids.iter().map(PhotoId::to_string).collect();
        Self(format!("[{}]", ids.join(",")))
    }
}

/// The kind of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueKind {
    /// An integer or a float.
    Number,
    /// A text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A list.
    Array,
    /// Values by name.
    Object,
    /// `null`.
    Null,
}

impl ValueKind {
    /// The kind of the value that begins with this.
    fn beginning(text: &str) -> Self {
        match text.chars().next() {
            Some('"') => Self::String,
            Some('t' | 'f') => Self::Boolean,
            Some('[') => Self::Array,
            Some('{') => Self::Object,
            Some('n') => Self::Null,
            _ => Self::Number,
        }
    }
}

/// An attribute's name, and what carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeCount {
    /// Its name.
    pub name: String,
    /// Photos that can be found and have it.
    pub photos: u64,
    /// The kinds of its values, in order.
    pub kinds: Vec<ValueKind>,
}

impl AttributeCount {
    fn of_one(name: &str, kind: ValueKind) -> Self {
        Self {
            name: name.to_owned(),
            photos: 1,
            kinds: vec![kind],
        }
    }

    fn add(&mut self, kind: ValueKind) {
        self.photos += 1;
        if let Err(place) = self.kinds.binary_search(&kind) {
            self.kinds.insert(place, kind);
        }
    }
}

/// The first of the photos that is not there, or whose file was gone when last looked for.
///
/// # Errors
/// [`StoreError`].
pub fn first_unknown(connection: &Connection, photos: &PhotoList) -> Result<Option<PhotoId>> {
    let mut statement = connection.prepare_cached(
        "SELECT wanted.value FROM json_each(?1) AS wanted WHERE NOT EXISTS \
         (SELECT 1 FROM photo WHERE photo.id = wanted.value AND photo.missing_since IS NULL) LIMIT 1",
    )?;
    let unknown = statement.query_row([&photos.0], |row| row.get(0).map(PhotoId));
    Ok(unknown.optional()?)
}

/// The values the photos have under a name, as JSON, in the order of the list; none where they have
/// none.
///
/// # Errors
/// [`StoreError`].
pub fn values(
    connection: &Connection,
    photos: &PhotoList,
    name: &str,
) -> Result<Vec<(PhotoId, Option<String>)>> {
    let mut statement = connection.prepare_cached(include_str!("values.sql"))?;
    let rows = statement.query_map(params![photos.0, name], |row| {
        Ok((PhotoId(row.get(0)?), row.get(1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Gives photos a value, JSON, under a name.
///
/// # Errors
/// [`StoreError`].
pub fn put(connection: &Connection, photos: &PhotoList, name: &str, value: &str) -> Result<()> {
    connection
        .prepare_cached(include_str!("put.sql"))?
        .execute(params![photos.0, name, value])?;
    Ok(())
}

/// Takes the value under a name off photos.
///
/// # Errors
/// [`StoreError`].
pub fn remove(connection: &Connection, photos: &PhotoList, name: &str) -> Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM attribute WHERE name = ?2 \
             AND photo_id IN (SELECT wanted.value FROM json_each(?1) AS wanted)",
        )?
        .execute(params![photos.0, name])?;
    Ok(())
}

/// One of the photos that has more attributes than this.
///
/// # Errors
/// [`StoreError`].
pub fn crowded(connection: &Connection, photos: &PhotoList, most: u32) -> Result<Option<PhotoId>> {
    let mut statement = connection.prepare_cached(include_str!("crowded.sql"))?;
    let crowded = statement.query_row(params![photos.0, most], |row| row.get(0).map(PhotoId));
    Ok(crowded.optional()?)
}

/// The attributes of a photo.
///
/// # Errors
/// [`StoreError`].
pub fn of_photo(connection: &Connection, photo: PhotoId) -> Result<BTreeMap<String, Value>> {
    let mut statement =
        connection.prepare_cached("SELECT name, value FROM attribute WHERE photo_id = ?1")?;
    let mut rows = statement.query([photo.0])?;
    let mut values = BTreeMap::new();
    while let Some(row) = rows.next()? {
        values.insert(row.get(0)?, read(&row.get::<_, String>(1)?)?);
    }
    Ok(values)
}

/// Reads a value that was written as JSON.
///
/// # Errors
/// [`StoreError::Damaged`].
pub fn read(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged {
        what: format!("attribute: {}", text.chars().take(100).collect::<String>()),
    })
}

/// Lists the names of attributes with the findable photos that carry each, in order.
///
/// # Errors
/// [`StoreError`].
pub fn counts(connection: &Connection, library: Option<LibraryId>) -> Result<Vec<AttributeCount>> {
    let mut statement = connection.prepare_cached(include_str!("counts.sql"))?;
    let mut rows = statement.query([library.map(|id| id.0)])?;
    let mut counts: BTreeMap<String, AttributeCount> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let name = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let value = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let kind = ValueKind::beginning(value);
        match counts.get_mut(name) {
            Some(count) => count.add(kind),
            None => drop(counts.insert(name.to_owned(), AttributeCount::of_one(name, kind))),
        }
    }
    Ok(counts.into_values().collect())
}
