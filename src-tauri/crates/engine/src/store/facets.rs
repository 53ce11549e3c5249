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
    let inside = Inside::of(set);
    let photo = inside.rows("photo", "id");
    match field {
        FacetField::Tags => tags(connection, &inside),
        FacetField::Year => years(connection, &inside),
        FacetField::Attribute(name) => {
            let sql = format!(
                "SELECT CASE json_type(attribute.value) WHEN 'true' THEN x'01' \
                 WHEN 'false' THEN x'00' ELSE json_extract(attribute.value, '$') END, count(*) \
                 FROM {} AND attribute.name = ?2 AND json_valid(attribute.value) AND \
                 json_type(attribute.value) NOT IN ('array', 'object', 'null') GROUP BY 1",
                inside.rows("attribute", "photo_id")
            );
            rows(
                connection,
                &sql,
                vec![inside.param, Value::Text(name.clone())],
            )
        }
        FacetField::Library => {
            let sql = format!(
                "SELECT (SELECT name FROM library WHERE library.id = photo.library_id), count(*) \
                 FROM {photo} GROUP BY photo.library_id"
            );
            rows(connection, &sql, vec![inside.param])
        }
        FacetField::Orientation => {
            let sql = format!(
                "SELECT CASE WHEN width > height THEN 'landscape' WHEN width < height \
                 THEN 'portrait' ELSE 'square' END, count(*) FROM {photo} GROUP BY 1"
            );
            rows(connection, &sql, vec![inside.param])
        }
        FacetField::Column(column) => {
            let sql = format!("SELECT {column}, count(*) FROM {photo} GROUP BY {column}");
            rows(connection, &sql, vec![inside.param])
        }
    }
}

/// How SQL walks over the photos of a set.
struct Inside {
    /// They are looked up one by one.
    one_by_one: bool,
    /// What is bound as `?1`: ids or bits.
    param: Value,
}

impl Inside {
    fn of(set: &PhotoSet) -> Self {
        let one_by_one = set.len() <= SMALL;
        let param = if one_by_one {
            let ids: Vec<String> = set.iter().map(|id| id.to_string()).collect();
            Value::Text(format!("[{}]", ids.join(",")))
        } else {
            super::sets::blob(set)
        };
        Self { one_by_one, param }
    }

    /// The rows of a table that belong to the photos: what follows `FROM`, up to a condition.
    fn rows(&self, table: &str, id: &str) -> String {
        if self.one_by_one {
            // A cross join keeps its order: the ids first, then the rows of each.
            format!("json_each(?1) AS own CROSS JOIN {table} WHERE {table}.{id} = own.value")
        } else {
            format!("{table} WHERE in_photo_set(?1, {table}.{id})")
        }
    }
}

fn tags(connection: &Connection, inside: &Inside) -> Result<Counts> {
    let counted = format!(
        "SELECT (SELECT path FROM tag WHERE tag.id = tag_id), count(*) FROM {} GROUP BY tag_id",
        inside.rows("photo_tag", "photo_id")
    );
    let without = format!(
        "SELECT NULL, count(*) FROM {} AND photo.tag_count = 0",
        inside.rows("photo", "id")
    );
    let mut counts = rows(connection, &counted, vec![inside.param.clone()])?;
    counts.extend(rows(connection, &without, vec![inside.param.clone()])?);
    Ok(counts)
}

/// Counts days along the index of the time, which holds no years, and then years.
fn years(connection: &Connection, inside: &Inside) -> Result<Counts> {
    let photo = inside.rows("photo", "id");
    let sql = format!(
        "SELECT CAST(strftime('%Y', day * 86400, 'unixepoch') AS INTEGER), sum(photos) FROM \
         (SELECT (taken_at - (taken_at % 86400 + 86400) % 86400) / 86400 AS day, \
         count(*) AS photos FROM {photo} AND taken_at IS NOT NULL GROUP BY 1) GROUP BY 1 \
         UNION ALL SELECT NULL, count(*) FROM {photo} AND taken_at IS NULL"
    );
    rows(connection, &sql, vec![inside.param.clone()])
}

fn rows(connection: &Connection, sql: &str, params: Vec<Value>) -> Result<Counts> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map(params_from_iter(params), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
