//! The values that the photos have, most frequent first: what a filter can ask for.

use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::Result;
use crate::ids::LibraryId;

/// What photos can have values of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Valued<'a> {
    /// Tag paths.
    Tags,
    /// Maker and model.
    Camera,
    /// Name of the lens.
    Lens,
    /// Colour label.
    Label,
    /// `jpeg`, `png` …
    Format,
    /// Whole folder.
    Folder,
    /// Name of the library.
    Library,
    /// `portrait`, `landscape` or `square`.
    Orientation,
    /// Stars.
    Rating,
    /// Sensitivity.
    Iso,
    /// f-number.
    Aperture,
    /// Millimetres.
    FocalMm,
    /// The year it was taken in, a number.
    Year,
    /// The month it was taken in: `2023-06`.
    Month,
    /// Names of attributes.
    AttributeNames,
    /// Values of one attribute, each element of a list by itself, as JSON text.
    Attribute(&'a str),
}

impl Valued<'_> {
    fn value(self) -> &'static str {
        match self {
            Self::Tags => "tag.path",
            Self::Camera => "photo.camera",
            Self::Lens => "photo.lens",
            Self::Label => "photo.label",
            Self::Format => "photo.format",
            Self::Folder => "photo.folder",
            Self::Library => "library.name",
            Self::Orientation => {
                "(CASE WHEN photo.width > photo.height THEN 'landscape' \
                 WHEN photo.width < photo.height THEN 'portrait' ELSE 'square' END)"
            }
            Self::Rating => "photo.rating",
            Self::Iso => "photo.iso",
            Self::Aperture => "photo.aperture",
            Self::FocalMm => "photo.focal_mm",
            Self::Year => "CAST(strftime('%Y', photo.taken_at, 'unixepoch') AS INTEGER)",
            Self::Month => "strftime('%Y-%m', photo.taken_at, 'unixepoch')",
            Self::AttributeNames => "attribute.name",
            Self::Attribute(_) => {
                "(CASE WHEN typeof(element.key) = 'text' THEN NULL \
                 WHEN element.type IN ('true', 'false') THEN element.type \
                 WHEN element.type IN ('integer', 'real', 'text') THEN json_quote(element.value) END)"
            }
        }
    }

    fn tables(self) -> &'static str {
        match self {
            Self::Tags => {
                "photo_tag JOIN tag ON tag.id = photo_tag.tag_id \
                 JOIN photo ON photo.id = photo_tag.photo_id"
            }
            Self::Library => "photo JOIN library ON library.id = photo.library_id",
            Self::AttributeNames => "attribute JOIN photo ON photo.id = attribute.photo_id",
            Self::Attribute(_) => {
                "attribute JOIN photo ON photo.id = attribute.photo_id, json_each(CASE \
                 WHEN json_valid(attribute.value) THEN attribute.value ELSE 'null' END) AS element"
            }
            _ => "photo",
        }
    }
}

/// Counts the findable photos that have each value, most frequent first, at most `limit` values.
///
/// `glob` is a GLOB pattern that the value must match, written as text.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn values(
    connection: &Connection,
    valued: Valued<'_>,
    library: Option<LibraryId>,
    glob: Option<&str>,
    limit: usize,
) -> Result<Vec<(Value, u64)>> {
    // A list may hold a value twice.
    let (counted, column, name) = match valued {
        Valued::Attribute(name) => ("DISTINCT photo.id", "attribute.name", Some(name)),
        _ => ("*", "NULL", None),
    };
    let sql = include_str!("values.sql")
        .replace("{value}", valued.value())
        .replace("{tables}", valued.tables())
        .replace("{counted}", counted)
        .replace("{name}", column);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![library.map(|id| id.0), glob, limit, name], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
