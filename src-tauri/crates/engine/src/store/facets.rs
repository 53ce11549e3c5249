//! Counts the photos of a set by the values of a field.
//!
//! A large set is counted along the field's index, a small one by looking its photos up: what one
//! costs depends on the library, what the other costs on the set.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::Result;
use crate::photo_set::PhotoSet;

/// Photos that are looked up one by one.
const SMALL: usize = 10_000;

/// A field whose values can be counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FacetField {
    /// Each tag.
    Tags,
    /// The year of capture.
    Year,
    /// The library's name.
    Library,
    /// `landscape`, `portrait` or `square`.
    Orientation,
    /// A column of `photo`.
    Column(&'static str),
    /// An attribute; only numbers, texts and yes or no.
    Attribute(String),
}

/// Values with their counts, in no order; NULL counts the photos that lack the field.
pub type Counts = Vec<(Value, u64)>;

/// Counts the photos of a set by a field's values.
///
/// # Errors
/// [`super::StoreError`].
pub fn counts(connection: &Connection, field: &FacetField, set: &PhotoSet) -> Result<Counts> {
    let (is_in, set_param) = membership(set)?;
    let photo = is_in("photo.id");
    let (sql, name) = match field {
        FacetField::Tags => return tags(connection, &is_in, set_param),
        FacetField::Year => return years(connection, &photo, set_param),
        FacetField::Attribute(name) => {
            let sql = format!(
                "SELECT CASE json_type(value) WHEN 'true' THEN x'01' WHEN 'false' THEN x'00' \
                 ELSE json_extract(value, '$') END, count(*) FROM attribute \
                 WHERE name = ?2 AND {} AND json_valid(value) \
                 AND json_type(value) NOT IN ('array', 'object', 'null') GROUP BY 1",
                is_in("photo_id")
            );
            (sql, Some(Value::Text(name.clone())))
        }
        FacetField::Library => (
            format!(
                "SELECT (SELECT name FROM library WHERE library.id = photo.library_id), count(*) \
                 FROM photo WHERE {photo} GROUP BY photo.library_id"
            ),
            None,
        ),
        FacetField::Orientation => (
            format!(
                "SELECT CASE WHEN width > height THEN 'landscape' WHEN width < height \
                 THEN 'portrait' ELSE 'square' END, count(*) FROM photo WHERE {photo} GROUP BY 1"
            ),
            None,
        ),
        FacetField::Column(column) => (
            format!("SELECT {column}, count(*) FROM photo WHERE {photo} GROUP BY {column}"),
            None,
        ),
    };
    rows(
        connection,
        &sql,
        std::iter::once(set_param).chain(name).collect(),
    )
}

/// How SQL asks whether an id is in the set, and what is bound for it as `?1`.
fn membership(set: &PhotoSet) -> Result<(impl Fn(&str) -> String, Value)> {
    let small = set.len() <= SMALL;
    let is_in = move |id: &str| match small {
        true => format!("{id} IN (SELECT value FROM json_each(?1))"),
        false => format!("in_photo_set(?1, {id})"),
    };
    let param = if small {
        let ids: Vec<String> = set.iter().map(|id| id.to_string()).collect();
        Value::Text(format!("[{}]", ids.join(",")))
    } else {
        super::sets::blob(set)
    };
    Ok((is_in, param))
}

fn tags(connection: &Connection, is_in: &impl Fn(&str) -> String, set: Value) -> Result<Counts> {
    let counted = format!(
        "SELECT (SELECT path FROM tag WHERE tag.id = tag_id), count(*) FROM photo_tag \
         WHERE {} GROUP BY tag_id",
        is_in("photo_id")
    );
    let without = format!(
        "SELECT NULL, count(*) FROM photo WHERE tag_count = 0 AND {}",
        is_in("id")
    );
    let mut counts = rows(connection, &counted, vec![set.clone()])?;
    counts.extend(rows(connection, &without, vec![set])?);
    Ok(counts)
}

/// Counts along the index of the time, which holds no years.
fn years(connection: &Connection, photo: &str, set: Value) -> Result<Counts> {
    let sql = format!(
        "SELECT CAST(strftime('%Y', day * 86400, 'unixepoch') AS INTEGER), sum(photos) FROM \
         (SELECT (taken_at - (taken_at % 86400 + 86400) % 86400) / 86400 AS day, count(*) AS photos FROM photo \
         WHERE {photo} AND taken_at IS NOT NULL GROUP BY 1) GROUP BY 1 \
         UNION ALL SELECT NULL, count(*) FROM photo WHERE {photo} AND taken_at IS NULL"
    );
    rows(connection, &sql, vec![set])
}

fn rows(connection: &Connection, sql: &str, params: Vec<Value>) -> Result<Counts> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map(params_from_iter(params), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
