//! What photos are put together by: one value of a field for each photo.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _};

use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;
use crate::store::facets::FacetField;
use crate::store::remembered::Question;
use crate::store::{Result, Store};

/// A field whose values put photos together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GroupField {
    /// A column of `photo`, or an expression over it.
    Column(&'static str),
    /// A span of the time of capture: how SQLite writes it.
    Time(&'static str),
    /// The burst: its first shot.
    Burst,
    /// An attribute, by its exact name.
    Attribute(String),
}

/// The fields that are known by name, with what they are in SQL.
const COLUMNS: [(&str, &str); 13] = [
    ("camera", "photo.camera"),
    ("lens", "photo.lens"),
    ("folder", "photo.folder"),
    ("rating", "photo.rating"),
    ("label", "photo.label"),
    ("format", "photo.format"),
    ("iso", "photo.iso"),
    (
        "library",
        "(SELECT library.name FROM library WHERE library.id = photo.library_id)",
    ),
    ("orientation", ORIENTATION),
    ("file_name", "photo.file_name"),
    ("name", "photo.file_name"),
    ("width", "photo.width"),
    ("height", "photo.height"),
];

/// Columns of texts that are kept in memory.
const TEXTS: [&str; 5] = ["camera", "lens", "folder", "label", "format"];

/// Upright shape in words.
const ORIENTATION: &str = "(CASE WHEN photo.width > photo.height THEN 'landscape' \
     WHEN photo.width < photo.height THEN 'portrait' ELSE 'square' END)";

const TIMES: [(&str, &str); 3] = [("year", "%Y"), ("month", "%Y-%m"), ("day", "%Y-%m-%d")];

impl GroupField {
    /// The field of a name; any other name is an attribute's.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        let named = |list: &[(&'static str, &'static str)]| {
            let mut list = list.iter();
            list.find(|(known, _)| *known == name).map(|(_, sql)| *sql)
        };
        match (named(&COLUMNS), named(&TIMES)) {
            (Some(sql), _) => Self::Column(sql),
            (None, Some(format)) => Self::Time(format),
            (None, None) if name == "burst" => Self::Burst,
            (None, None) => Self::Attribute(name.strip_prefix("attr.").unwrap_or(name).to_owned()),
        }
    }

    /// The value as SQL over `photo`; an attribute's name is bound as `?1`.
    fn sql(&self) -> String {
        match self {
            Self::Column(sql) => format!("CAST({sql} AS TEXT)"),
            Self::Time(format) => format!("strftime('{format}', photo.taken_at, 'unixepoch')"),
            Self::Burst => "(SELECT CAST(burst_id AS TEXT) FROM burst_member \
                 WHERE burst_member.photo_id = photo.id)"
                .to_owned(),
            Self::Attribute(_) => "(SELECT CASE json_type(attribute.value) \
                 WHEN 'null' THEN NULL WHEN 'text' THEN json_extract(attribute.value, '$') \
                 ELSE json(attribute.value) END FROM attribute \
                 WHERE attribute.photo_id = photo.id AND attribute.name = ?1 \
                 AND json_valid(attribute.value))"
                .to_owned(),
        }
    }

    fn name(&self) -> Value {
        match self {
            Self::Attribute(name) => Value::Text(name.clone()),
            Self::Column(_) | Self::Time(_) | Self::Burst => Value::Null,
        }
    }
}

/// The values of some photos, in their order; none for those that lack it.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn group_values(
    connection: &Connection,
    field: &GroupField,
    ids: &[PhotoId],
) -> Result<Vec<Option<String>>> {
    let sql = format!(
        "SELECT {} FROM photo WHERE photo.id = ?2 AND ?1 IS ?1",
        field.sql()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let name = field.name();
    let mut value = |id: &PhotoId| -> rusqlite::Result<Option<String>> {
        let found = statement.query_row((&name, id.0), |row| row.get(0));
        Ok(found.optional()?.flatten())
    };
    Ok(ids
        .iter()
        .map(&mut value)
        .collect::<rusqlite::Result<_>>()?)
}

/// Finds the photos that have a value, those whose file is gone too.
///
/// # Errors
/// [`crate::store::StoreError`].
pub fn with_value(store: &Store, field: &GroupField, value: &str) -> Result<PhotoSet> {
    let question = question(field, value);
    let name = match field {
        GroupField::Column(sql) => sql.strip_prefix("photo."),
        _ => None,
    };
    // Columns of numbers would compare a text as a number.
    match name.filter(|name| TEXTS.contains(name)) {
        Some(name) => {
            let same = ("value IS ?".to_owned(), vec![Value::Text(value.to_owned())]);
            store.photos_by_value(&question, &FacetField::Column(name), &same)
        }
        None => store.photo_set(&question),
    }
}

fn question(field: &GroupField, value: &str) -> Question {
    let text = Value::Text(value.to_owned());
    let condition = match field {
        // A column is compared bare, so that its index serves.
        GroupField::Column(sql) => {
            format!("?1 IS ?1 AND {sql} = ?2 AND {} = ?2", field.sql())
        }
        GroupField::Time(_) => {
            let modifier = match value.len() {
                4 => ("-01-01", "+1 year"),
                7 => ("-01", "+1 month"),
                _ => ("", "+1 day"),
            };
            let day = format!("?2 || '{}'", modifier.0);
            format!(
                "?1 IS ?1 AND photo.taken_at >= unixepoch({day}) \
                 AND photo.taken_at < unixepoch({day}, '{}')",
                modifier.1
            )
        }
        GroupField::Burst => "?1 IS ?1 AND photo.id IN (SELECT photo_id FROM burst_member \
             WHERE burst_id = CAST(?2 AS INTEGER))"
            .to_owned(),
        GroupField::Attribute(_) => format!(
            "photo.id IN (SELECT photo_id FROM attribute WHERE name = ?1) AND {} = ?2",
            field.sql()
        ),
    };
    let sql = format!("SELECT 0, photo_set(photo.id) FROM photo WHERE {condition}");
    Question::new(sql, vec![field.name(), text])
}
