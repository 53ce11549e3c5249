//! Sets of photos by what is in memory of each: the values of a field are asked once each, not the
//! rows of all photos.
//!
//! Only where a column has been read already (`columns`); what is not there is asked in SQL. Both
//! answer the same, and what is remembered of it is kept current the same way.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::columns::Numbers;
use super::facets::FacetField;
use super::remembered::{NumberedSets, Question, sets};
use super::{Result, Store};
use crate::photo_set::PhotoSet;

/// With more values than so many, asking each takes as long as asking an index.
const MOST_VALUES: usize = 20_000;

impl Store {
    /// All photos, also those whose file is gone.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn all_photos(&self) -> Result<PhotoSet> {
        // Any index holds the ids; without this one SQLite may read the rows.
        self.photo_set(&Question::with_among(
            "SELECT 0, photo_set(id) FROM photo INDEXED BY photo_tag_count",
            "SELECT 0, photo_set(id) FROM photo",
            Vec::new(),
        ))
    }

    /// Answers a question of one set, whose photos are those with a value of a field that passes
    /// `condition`: SQL over `value`, with its parameters.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn photos_by_value(
        &self,
        question: &Question,
        field: &FacetField,
        (condition, params): &(String, Vec<Value>),
    ) -> Result<PhotoSet> {
        let passing = |connection: &Connection, values: &[Value]| {
            let sql = format!("SELECT {condition} FROM (SELECT ? AS value)");
            let mut statement = connection.prepare_cached(&sql)?;
            let each = values.iter().map(|value| {
                let params = params_from_iter(params.iter().chain([value]));
                // As in a WHERE, what is neither true nor false does not pass.
                let passes: Option<bool> = statement.query_row(params, |row| row.get(0))?;
                Ok(passes.unwrap_or_default().then_some(0))
            });
            each.collect()
        };
        let sets = self.sets_by_value(question, field, &[0], passing)?;
        Ok(sets.first().map(|(_, set)| set.clone()).unwrap_or_default())
    }

    /// Answers a question of sets, one for each value of a field of whole numbers above 0.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn sets_of_numbers(&self, question: &Question, field: &FacetField) -> Result<NumberedSets> {
        let own = |_: &Connection, values: &[Value]| {
            let number = |value: &Value| match value {
                Value::Integer(number) if *number > 0 => Some(*number),
                _ => None,
            };
            Ok(values.iter().map(number).collect())
        };
        self.sets_by_value(question, field, &[], own)
    }

    /// Answers a question of sets: `own` says of each value of a field which set has its photos.
    /// The sets `always` are there, also where they are empty.
    fn sets_by_value(
        &self,
        question: &Question,
        field: &FacetField,
        always: &[i64],
        own: impl FnOnce(&Connection, &[Value]) -> Result<Vec<Option<i64>>>,
    ) -> Result<NumberedSets> {
        self.recall_sets(question, |connection| {
            let Some(column) = self.known_column(&field.question())? else {
                return sets(question, connection);
            };
            let values = column.values();
            if values.len() > MOST_VALUES {
                return sets(question, connection);
            }
            let own = own(connection, &values)?;
            let mut numbers: Vec<i64> = own.iter().flatten().chain(always).copied().collect();
            numbers.sort_unstable();
            numbers.dedup();
            let place = |number: &Option<i64>| {
                number.and_then(|number| numbers.binary_search(&number).ok())
            };
            let places: Vec<Option<usize>> = own.iter().map(place).collect();
            let mut sets = column.numbers().gathered(&places, numbers.len());
            // Ids that no photo has are like photos without a value.
            if let Some(place) = places.first().copied().flatten()
                && let Some(set) = sets.get_mut(place)
            {
                let mut without = self.all_photos()?;
                without.subtract(&column.numbers().with_any());
                set.add(&without);
            }
            Ok(numbers.into_iter().zip(sets).collect())
        })
    }
}

impl Numbers {
    /// Gathers photos by their numbers: `places` says for each number, from 1 on after one that
    /// does not count, into which of so many sets.
    fn gathered(&self, places: &[Option<usize>], sets: usize) -> Vec<PhotoSet> {
        match self {
            Self::Bytes(numbers) => gathered(numbers, places, sets),
            Self::Pairs(numbers) => gathered(numbers, places, sets),
            Self::Quads(numbers) => gathered(numbers, places, sets),
        }
    }

    /// The photos that have a number.
    fn with_any(&self) -> PhotoSet {
        let words = match self {
            Self::Bytes(numbers) => words(numbers, |number| number != 0),
            Self::Pairs(numbers) => words(numbers, |number| number != 0),
            Self::Quads(numbers) => words(numbers, |number| number != 0),
        };
        PhotoSet::from_words(words)
    }
}

fn gathered<T: Copy + Into<u32>>(
    numbers: &[T],
    places: &[Option<usize>],
    sets: usize,
) -> Vec<PhotoSet> {
    if sets == 1 {
        let passes: Vec<bool> = places.iter().map(Option::is_some).collect();
        let passes =
            |number: u32| number != 0 && passes.get(number as usize).copied().unwrap_or_default();
        return vec![PhotoSet::from_words(words(numbers, passes))];
    }
    let mut all = vec![vec![0_u64; numbers.len().div_ceil(64)]; sets];
    for (photo, number) in numbers.iter().enumerate() {
        let number: u32 = (*number).into();
        let place = places.get(number as usize).copied().flatten();
        if number != 0
            && let Some(set) = place.and_then(|place| all.get_mut(place))
            && let Some(word) = set.get_mut(photo / 64)
        {
            *word |= 1 << (photo % 64);
        }
    }
    all.into_iter().map(PhotoSet::from_words).collect()
}

/// A bit for each photo: whether its number passes.
fn words<T: Copy + Into<u32>>(numbers: &[T], passes: impl Fn(u32) -> bool) -> Vec<u64> {
    let word = |numbers: &[T]| {
        let places = numbers.iter().enumerate();
        places.fold(0_u64, |word, (place, number)| {
            word | u64::from(passes((*number).into())) << place
        })
    };
    numbers.chunks(64).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Transaction;

    const CAMERA: FacetField = FacetField::Column("camera");
    const COUNT: FacetField = FacetField::Column("tag_count");

    fn catalog(folder: &std::path::Path) -> Store {
        let store = Store::open(&folder.join("catalog.db")).unwrap();
        let fill = "INSERT INTO library (name) VALUES ('Photos');
            INSERT INTO root (library_id, path, shown_path) VALUES (1, x'2f', '/');
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
            INSERT INTO photo (library_id, root_id, rel_path, path, folder, file_name, bytes,
                mtime_ns, content_hash, format, width, height, camera, decode_version, added_at,
                tag_count)
            SELECT 1, 1, CAST(i AS BLOB), i, '/f', i, 1, 1, x'00', 'jpeg', 1, 2,
                CASE WHEN i % 4 THEN 'X' || (i % 300) END, 1, 1, i % 3 FROM n WHERE i % 9;";
        write(&store, fill);
        store
    }

    fn write(store: &Store, sql: &str) {
        let change = |tx: &Transaction<'_>| -> Result<()> { Ok(tx.execute_batch(sql)?) };
        store.write(change).unwrap();
    }

    /// The questions with their conditions: with a value, without one, of none.
    fn asked() -> Vec<(Question, (String, Vec<Value>))> {
        let like = Value::Text("*1".to_owned());
        [
            (
                "(photo.camera IS NOT NULL AND (photo.camera GLOB ?))",
                vec![like.clone()],
            ),
            ("(photo.camera IS NULL OR photo.camera GLOB ?)", vec![like]),
            ("(photo.camera GLOB 'nothing')", vec![]),
        ]
        .into_iter()
        .map(|(condition, params)| {
            let sql = format!("SELECT 0, photo_set(photo.id) FROM photo WHERE {condition}");
            let of_value = condition.replace("photo.camera", "value");
            (Question::new(sql, params.clone()), (of_value, params))
        })
        .collect()
    }

    fn counted() -> Question {
        let sql =
            "SELECT tag_count, photo_set(id) FROM photo WHERE tag_count > 0 GROUP BY tag_count";
        Question::new(sql, Vec::new())
    }

    #[test]
    fn sets_told_from_memory_are_those_of_the_rows_before_and_after_writes() {
        let writes = [
            "SELECT 1",
            "UPDATE photo SET camera = 'Y1', tag_count = 7 WHERE id IN (3, 4); \
             DELETE FROM photo WHERE id IN (5, 8)",
            "UPDATE photo SET camera = NULL WHERE id IN (10, 11)",
        ];
        // Beside one store that knows the columns: one that never reads any.
        let folder = tempfile::tempdir().unwrap();
        let store = catalog(folder.path());
        [CAMERA, COUNT]
            .iter()
            .for_each(|field| store.read_ahead(field).unwrap());
        for change in writes {
            write(&store, change);
            for told_anew in [false, true] {
                let again = told_anew.then(|| {
                    let again = Store::open(&folder.path().join("catalog.db")).unwrap();
                    [CAMERA, COUNT]
                        .iter()
                        .for_each(|field| again.read_ahead(field).unwrap());
                    again
                });
                let store = again.as_ref().unwrap_or(&store);
                let plain = Store::open(&folder.path().join("catalog.db")).unwrap();
                for (question, condition) in asked() {
                    let by_rows = plain
                        .photos_by_value(&question, &CAMERA, &condition)
                        .unwrap();
                    let by_value = store
                        .photos_by_value(&question, &CAMERA, &condition)
                        .unwrap();
                    assert_eq!(by_value, by_rows, "{condition:?} {change}");
                }
                let mut sets = store.sets_of_numbers(&counted(), &COUNT).unwrap().to_vec();
                sets.retain(|(_, set)| !set.is_empty());
                sets.sort_by_key(|(number, _)| *number);
                let by_rows = plain.sets_of_numbers(&counted(), &COUNT).unwrap();
                assert_eq!(sets, *by_rows, "{change}");
            }
        }
    }
}
