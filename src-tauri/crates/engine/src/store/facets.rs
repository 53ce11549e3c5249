//! Counts the photos of a set by the values of a field.
//!
//! A large set is counted along the field's index, a small one by looking its photos up: what one
//! costs depends on the library, what the other costs on the set. A set that leaves out little is
//! counted as the whole catalog, which is remembered until something is written, less what it
//! leaves out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::{Result, Store};
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

/// Counts of the whole catalog, and how much was written before they were read.
#[derive(Default)]
pub(super) struct Whole(Mutex<(u64, HashMap<FacetField, Arc<Counts>>)>);

impl Store {
    /// Counts the photos of a set by a field's values; `left_out` are all other rows.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn facet(&self, field: &FacetField, set: &PhotoSet, left_out: &PhotoSet) -> Result<Counts> {
        if set.len() <= SMALL || left_out.len() > SMALL {
            return self.read(|connection| counts(connection, field, &Inside::of(set)));
        }
        let mut kept: Counts = self.whole(field)?.to_vec();
        let less = self.read(|connection| counts(connection, field, &Inside::of(left_out)))?;
        for (value, photos) in less {
            if let Some((_, count)) = kept.iter_mut().find(|(own, _)| *own == value) {
                *count = count.saturating_sub(photos);
            }
        }
        kept.retain(|(_, count)| *count > 0);
        Ok(kept)
    }

    /// The counts of every row, remembered until something is written.
    fn whole(&self, field: &FacetField) -> Result<Arc<Counts>> {
        // Counted before it is read: what is written meanwhile makes the answer old, never wrong.
        let writes = self.writes();
        let remembered = || {
            self.whole_counts()
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        {
            let mut whole = remembered();
            if whole.0 != writes {
                *whole = (writes, HashMap::new());
            }
            if let Some(counts) = whole.1.get(field) {
                return Ok(Arc::clone(counts));
            }
        }
        let read = self.read(|connection| counts(connection, field, &Inside::all()))?;
        let read = Arc::new(read);
        let mut whole = remembered();
        if whole.0 == writes {
            whole.1.insert(field.clone(), Arc::clone(&read));
        }
        Ok(read)
    }
}

fn counts(connection: &Connection, field: &FacetField, inside: &Inside) -> Result<Counts> {
    let photo = inside.rows("photo", "id");
    match field {
        FacetField::Tags => tags(connection, inside),
        FacetField::Year => years(connection, inside),
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
                vec![inside.param.clone(), Value::Text(name.clone())],
            )
        }
        FacetField::Library => {
            let sql = format!(
                "SELECT (SELECT name FROM library WHERE library.id = photo.library_id), count(*) \
                 FROM {photo} GROUP BY photo.library_id"
            );
            rows(connection, &sql, vec![inside.param.clone()])
        }
        FacetField::Orientation => {
            let sql = format!(
                "SELECT CASE WHEN width > height THEN 'landscape' WHEN width < height \
                 THEN 'portrait' ELSE 'square' END, count(*) FROM {photo} GROUP BY 1"
            );
            rows(connection, &sql, vec![inside.param.clone()])
        }
        FacetField::Column(column) => {
            let sql = format!("SELECT {column}, count(*) FROM {photo} GROUP BY {column}");
            rows(connection, &sql, vec![inside.param.clone()])
        }
    }
}

/// How SQL walks over the photos of a set.
struct Inside {
    walk: Walk,
    /// What is bound as `?1`: ids, bits, or nothing.
    param: Value,
}

enum Walk {
    /// Each is looked up.
    OneByOne,
    /// All rows are asked whether they belong to it.
    Asked,
    /// All rows.
    All,
}

impl Inside {
    fn of(set: &PhotoSet) -> Self {
        if set.len() > SMALL {
            return Self {
                walk: Walk::Asked,
                param: super::sets::blob(set),
            };
        }
        let ids: Vec<String> = set.iter().map(|id| id.to_string()).collect();
        Self {
            walk: Walk::OneByOne,
            param: Value::Text(format!("[{}]", ids.join(","))),
        }
    }

    fn all() -> Self {
        Self {
            walk: Walk::All,
            param: Value::Null,
        }
    }

    /// The rows of a table that belong to the photos: what follows `FROM`, up to a condition.
    fn rows(&self, table: &str, id: &str) -> String {
        match self.walk {
            // A cross join keeps its order: the ids first, then the rows of each.
            Walk::OneByOne => {
                format!("json_each(?1) AS own CROSS JOIN {table} WHERE {table}.{id} = own.value")
            }
            Walk::Asked => format!("{table} WHERE in_photo_set(?1, {table}.{id})"),
            Walk::All => format!("{table} WHERE ?1 IS NULL"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PhotoId;

    const PHOTOS: i64 = 12_000;

    fn catalog(folder: &std::path::Path) -> Store {
        let store = Store::open(&folder.join("catalog.db")).unwrap();
        let fill = "INSERT INTO library (name) VALUES ('Photos');
            INSERT INTO root (library_id, path, shown_path) VALUES (1, x'2f', '/');
            INSERT INTO tag (path) VALUES ('a'), ('b/c');
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
            INSERT INTO photo (library_id, root_id, rel_path, path, folder, file_name, bytes,
                mtime_ns, content_hash, format, width, height, taken_at, camera, rating,
                decode_version, added_at)
            SELECT 1, 1, CAST(i AS BLOB), i, '/f' || (i % 7), i, 1, 1, x'00', 'jpeg', 1 + i % 3, 2,
                CASE WHEN i % 5 THEN i * 86400 * 3 END, CASE WHEN i % 4 THEN 'X' || (i % 6) END,
                i % 6, 1, 1 FROM n;
            INSERT INTO photo_tag SELECT id, 1 FROM photo WHERE id % 2;
            INSERT INTO photo_tag SELECT id, 2 FROM photo WHERE id % 3 = 0;
            INSERT INTO attribute SELECT id, 'price', id % 4 FROM photo WHERE id % 10 < 3;";
        store
            .write(|tx| -> Result<()> { Ok(tx.execute_batch(fill)?) })
            .unwrap();
        store
    }

    fn sorted(mut counts: Counts) -> Vec<String> {
        counts.retain(|(_, count)| *count > 0);
        let mut counts: Vec<String> = counts.iter().map(|one| format!("{one:?}")).collect();
        counts.sort();
        counts
    }

    #[test]
    fn what_is_left_out_of_the_whole_counts_as_what_is_asked_of_each() {
        let folder = tempfile::tempdir().unwrap();
        let store = catalog(folder.path());
        let all: PhotoSet = (1..=PHOTOS).map(PhotoId).collect();
        for left_out in [
            vec![],
            vec![5],
            (1..=PHOTOS).step_by(9).collect::<Vec<i64>>(),
        ] {
            let left_out: PhotoSet = left_out.into_iter().map(PhotoId).collect();
            let mut set = all.clone();
            set.subtract(&left_out);
            for field in [
                FacetField::Tags,
                FacetField::Year,
                FacetField::Library,
                FacetField::Orientation,
                FacetField::Column("camera"),
                FacetField::Column("folder"),
                FacetField::Column("rating"),
                FacetField::Attribute("price".to_owned()),
            ] {
                let by_whole = store.facet(&field, &set, &left_out).unwrap();
                let asked = store
                    .read(|connection| counts(connection, &field, &Inside::of(&set)))
                    .unwrap();
                assert!(!asked.is_empty());
                assert_eq!(sorted(by_whole), sorted(asked), "{field:?}");
            }
        }
    }

    #[test]
    fn the_whole_is_counted_again_once_something_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let store = catalog(folder.path());
        let all: PhotoSet = (1..=PHOTOS).map(PhotoId).collect();
        let cameras = || {
            let counts = store.facet(&FacetField::Column("camera"), &all, &PhotoSet::new());
            sorted(counts.unwrap())
        };
        let before = cameras();
        assert_eq!(cameras(), before);
        let rename = "UPDATE photo SET camera = 'Y' WHERE id = 1";
        store
            .write(|tx| -> Result<()> { Ok(tx.execute_batch(rename)?) })
            .unwrap();
        assert_ne!(cameras(), before);
    }
}
