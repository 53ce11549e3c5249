//! Counts the photos of a set by the values of a field, from columns in memory (`columns`).

use std::collections::HashMap;

use chrono::{DateTime, Datelike as _};
use rusqlite::types::Value;

use super::remembered::Question;
use super::{Result, Store};
use crate::photo_set::PhotoSet;

const DAY_S: i64 = 86_400;

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
    /// A column of `photo`, or an expression of columns.
    Column(&'static str),
    /// An attribute; only numbers, texts and yes or no.
    Attribute(String),
}

/// Values with their counts, in no order; NULL counts the photos that lack the field.
pub type Counts = Vec<(Value, u64)>;

impl FacetField {
    /// What each photo has of it: a value, or for tags their numbers.
    pub(super) fn question(&self) -> Question {
        let of_photo =
            |sql: &str| Question::new(format!("SELECT id, {sql} FROM photo"), Vec::new());
        match self {
            Self::Tags => Question::new(
                "SELECT photo_id, tag_id FROM photo_tag ORDER BY photo_id",
                Vec::new(),
            ),
            // Days, rounded down: their years are told from far fewer values.
            Self::Year => of_photo(&format!(
                "(taken_at - (taken_at % {DAY_S} + {DAY_S}) % {DAY_S}) / {DAY_S}"
            )),
            Self::Library => of_photo("library_id"),
            Self::Orientation => of_photo(
                "CASE WHEN width > height THEN 'landscape' WHEN width < height \
                 THEN 'portrait' ELSE 'square' END",
            ),
            Self::Column(column) => of_photo(column),
            Self::Attribute(name) => Question::new(
                "SELECT photo_id, CASE json_type(value) WHEN 'true' THEN x'01' \
                 WHEN 'false' THEN x'00' ELSE json_extract(value, '$') END FROM attribute \
                 WHERE name = ?1 AND json_valid(value) \
                 AND json_type(value) NOT IN ('array', 'object', 'null')",
                vec![Value::Text(name.clone())],
            ),
        }
    }
}

impl Store {
    /// Reads a value of each photo, so that it is in memory.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn read_ahead(&self, field: &FacetField) -> Result<()> {
        self.column(&field.question()).map(drop)
    }

    /// Counts the photos of a set by a field's values.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn facet(&self, field: &FacetField, photos: &PhotoSet) -> Result<Counts> {
        if *field == FacetField::Tags {
            return self.tags(photos);
        }
        let counts = self.column(&field.question())?.counts(photos);
        Ok(match field {
            FacetField::Year => years(counts),
            FacetField::Library => named(counts, &self.names("SELECT id, name FROM library")?),
            _ => counts,
        })
    }

    fn tags(&self, photos: &PhotoSet) -> Result<Counts> {
        let lists = self.lists(&FacetField::Tags.question())?;
        let mut counts: Vec<u64> = Vec::new();
        let mut without = 0;
        for photo in photos.iter() {
            let tags = lists.of(photo);
            without += u64::from(tags.is_empty());
            for tag in tags {
                let place = *tag as usize;
                if counts.len() <= place {
                    counts.resize(place + 1, 0);
                }
                if let Some(count) = counts.get_mut(place) {
                    *count += 1;
                }
            }
        }
        let counts = (0_i64..).map(Value::Integer).zip(counts);
        let counts = counts.filter(|(_, count)| *count > 0).collect();
        let mut counts = named(counts, &self.names("SELECT id, path FROM tag")?);
        counts.push((Value::Null, without));
        counts.retain(|(_, count)| *count > 0);
        Ok(counts)
    }

    /// Reads numbers and what they stand for.
    fn names(&self, sql: &str) -> Result<HashMap<i64, String>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// Counts by what numbers stand for; one that was removed meanwhile is left out.
fn named(counts: Counts, names: &HashMap<i64, String>) -> Counts {
    let name = |value| match value {
        Value::Integer(number) => names.get(&number).cloned().map(Value::Text),
        other => Some(other),
    };
    let counts = counts.into_iter();
    counts
        .filter_map(|(value, count)| Some((name(value)?, count)))
        .collect()
}

/// Counts of days as counts of years.
fn years(days: Counts) -> Counts {
    let mut counts: HashMap<Option<i32>, u64> = HashMap::new();
    for (day, count) in days {
        let year = match day {
            Value::Integer(day) => {
                DateTime::from_timestamp(day.saturating_mul(DAY_S), 0).map(|time| time.year())
            }
            _ => None,
        };
        *counts.entry(year).or_default() += count;
    }
    let value = |year: Option<i32>| year.map_or(Value::Null, |year| Value::Integer(year.into()));
    counts
        .into_iter()
        .map(|(year, count)| (value(year), count))
        .collect()
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

    /// Counts with one statement over the rows of about half the photos.
    fn by_sql(store: &Store, value: &str, from: &str) -> Vec<String> {
        let sql = format!(
            "SELECT {value}, count(*) FROM photo {from} WHERE photo.id % 11 < 7 GROUP BY 1"
        );
        let counts = store.read(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok::<Counts, crate::store::StoreError>(rows.collect::<rusqlite::Result<_>>()?)
        });
        sorted(counts.unwrap())
    }

    #[test]
    fn counts_are_those_of_the_rows_before_and_after_writes() {
        let folder = tempfile::tempdir().unwrap();
        let store = catalog(folder.path());
        let cases = [
            (
                FacetField::Tags,
                "tag.path",
                "LEFT JOIN photo_tag ON photo_tag.photo_id = photo.id \
                 LEFT JOIN tag ON tag.id = photo_tag.tag_id",
            ),
            (
                FacetField::Year,
                "CAST(strftime('%Y', taken_at, 'unixepoch') AS INTEGER)",
                "",
            ),
            (
                FacetField::Library,
                "library.name",
                "JOIN library ON library.id = photo.library_id",
            ),
            (
                FacetField::Orientation,
                "CASE WHEN width > height THEN 'landscape' WHEN width < height THEN 'portrait' \
                 ELSE 'square' END",
                "",
            ),
            (FacetField::Column("camera"), "camera", ""),
            (FacetField::Column("folder"), "folder", ""),
            (FacetField::Column("rating"), "rating", ""),
            (
                FacetField::Attribute("price".to_owned()),
                "CAST(attribute.value AS INTEGER)",
                "LEFT JOIN attribute ON attribute.photo_id = photo.id",
            ),
        ];
        let writes = [
            "SELECT 1",
            "UPDATE photo SET camera = 'Y', rating = 9, folder = '/new', width = 2, taken_at = -5 \
             WHERE id = 3",
            "DELETE FROM photo WHERE id = 6; DELETE FROM photo_tag WHERE photo_id = 15; \
             INSERT INTO tag (path) VALUES ('d'); INSERT INTO photo_tag VALUES (12, 3); \
             UPDATE attribute SET value = 44 WHERE photo_id = 12",
            "UPDATE library SET name = 'Renamed'; UPDATE tag SET path = 'z' WHERE id = 1",
        ];
        let some = (1..=PHOTOS).filter(|id| id % 11 < 7);
        let mut some: PhotoSet = some.map(PhotoId).collect();
        for write in writes {
            let change =
                |tx: &crate::store::Transaction<'_>| -> Result<()> { Ok(tx.execute_batch(write)?) };
            store.write(change).unwrap();
            if write.contains("DELETE FROM photo WHERE id = 6") {
                some.remove(PhotoId(6));
            }
            for (field, value, from) in &cases {
                let counts = sorted(store.facet(field, &some).unwrap());
                let expect = by_sql(&store, value, from);
                assert!(expect.len() > 1 || *field == FacetField::Library);
                assert_eq!(counts, expect, "{field:?} after {write}");
            }
        }
    }
}
