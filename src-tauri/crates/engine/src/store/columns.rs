//! What each photo has of something, in memory by its id: a value, a number or several.
//!
//! Counting the values of a million photos so takes a pass over a few megabytes instead of reading
//! a million rows. Columns are read when they are first asked for and kept current like sets
//! (`remembered`).

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::remembered::Question;
use super::{Result, Store};
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;

/// Photos whose numbers are kept aside before all are read anew.
const ASIDE: usize = 1 << 16;

/// A whole number a photo, 0 where it has none; as narrow as the largest of them.
#[derive(Clone, Debug)]
pub enum Numbers {
    /// Up to 255.
    Bytes(Vec<u8>),
    /// Up to 65,535.
    Pairs(Vec<u16>),
    /// Any other.
    Quads(Vec<u32>),
}

impl Default for Numbers {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

impl Numbers {
    /// The number of a photo.
    #[must_use]
    pub fn of(&self, photo: PhotoId) -> u32 {
        let place = usize::try_from(photo.0).unwrap_or(usize::MAX);
        match self {
            Self::Bytes(numbers) => at(numbers, place),
            Self::Pairs(numbers) => at(numbers, place),
            Self::Quads(numbers) => at(numbers, place),
        }
    }

    /// Counts how many photos of a set have each number up to `most`.
    #[must_use]
    pub fn counted(&self, photos: &PhotoSet, most: usize) -> Vec<u64> {
        match self {
            Self::Bytes(numbers) => counted(numbers, photos, most),
            Self::Pairs(numbers) => counted(numbers, photos, most),
            Self::Quads(numbers) => counted(numbers, photos, most),
        }
    }

    fn put(&mut self, photo: i64, number: u32) {
        let Ok(place) = usize::try_from(photo) else {
            return;
        };
        match self {
            Self::Bytes(numbers) => match u8::try_from(number) {
                Ok(number) => return put(numbers, place, number),
                Err(_) => *self = Self::Pairs(numbers.iter().map(|n| u16::from(*n)).collect()),
            },
            Self::Pairs(numbers) => match u16::try_from(number) {
                Ok(number) => return put(numbers, place, number),
                Err(_) => *self = Self::Quads(numbers.iter().map(|n| u32::from(*n)).collect()),
            },
            Self::Quads(numbers) => return put(numbers, place, number),
        }
        self.put(photo, number);
    }
}

fn at<T: Copy + Into<u32>>(numbers: &[T], place: usize) -> u32 {
    numbers.get(place).map_or(0, |number| (*number).into())
}

fn put<T: Copy + Default>(numbers: &mut Vec<T>, place: usize, number: T) {
    if numbers.len() <= place {
        numbers.resize(place + 1, T::default());
    }
    if let Some(own) = numbers.get_mut(place) {
        *own = number;
    }
}

fn counted<T: Copy + Into<u32>>(numbers: &[T], photos: &PhotoSet, most: usize) -> Vec<u64> {
    let mut counts = vec![0; most + 1];
    for photo in photos.iter() {
        let number = usize::try_from(photo.0).map_or(0, |place| at(numbers, place));
        if let Some(count) = counts.get_mut(number as usize) {
            *count += 1;
        }
    }
    counts
}

/// A value a photo.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// The place of each photo's value among `values`, from 1 on.
    numbers: Numbers,
    values: Arc<Values>,
    /// The number of the value that was put last: an index tells equal ones one after the other.
    last: u32,
}

/// Values, each once.
#[derive(Clone, Debug, Default)]
struct Values {
    all: Vec<Value>,
    places: HashMap<Key, u32>,
}

/// A value that can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Integer(i64),
    Real(u64),
    Text(String),
    Blob(Vec<u8>),
}

impl Column {
    /// Counts the photos of a set by value; NULL stands for those that have none.
    #[must_use]
    pub fn counts(&self, photos: &PhotoSet) -> Vec<(Value, u64)> {
        let counts = self.numbers.counted(photos, self.values.all.len());
        let values = std::iter::once(&Value::Null).chain(&self.values.all);
        let counted = values.zip(counts).filter(|(_, count)| *count > 0);
        counted.map(|(value, n)| (value.clone(), n)).collect()
    }

    /// The values, NULL before all others.
    pub(super) fn values(&self) -> Vec<Value> {
        let null = std::iter::once(Value::Null);
        null.chain(self.values.all.iter().cloned()).collect()
    }

    /// The place of each photo's value among the values.
    pub(super) fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    fn put(&mut self, photo: i64, value: Value) {
        let last = (self.last as usize).checked_sub(1);
        if last.and_then(|last| self.values.all.get(last)) == Some(&value) {
            return self.numbers.put(photo, self.last);
        }
        let key = match &value {
            Value::Null => return self.numbers.put(photo, 0),
            Value::Integer(number) => Key::Integer(*number),
            Value::Real(number) => Key::Real(number.to_bits()),
            Value::Text(text) => Key::Text(text.clone()),
            Value::Blob(bytes) => Key::Blob(bytes.clone()),
        };
        let known = self.values.places.get(&key).copied();
        let number = known.unwrap_or_else(|| {
            let values = Arc::make_mut(&mut self.values);
            values.all.push(value);
            let number = values.all.len() as u32;
            values.places.insert(key, number);
            number
        });
        self.last = number;
        self.numbers.put(photo, number);
    }
}

/// Several numbers a photo.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    read: Arc<Read>,
    /// Those of photos that have others by now than were read.
    aside: HashMap<i64, Vec<u32>>,
    /// These photos.
    touched: PhotoSet,
}

#[derive(Debug, Default)]
struct Read {
    /// Where the numbers of each photo begin, by id, and where those of the last end.
    begins: Vec<u32>,
    numbers: Vec<u32>,
}

impl Lists {
    /// The numbers of a photo.
    #[must_use]
    pub fn of(&self, photo: PhotoId) -> &[u32] {
        if self.touched.contains(photo) {
            return self.aside.get(&photo.0).map_or(&[], Vec::as_slice);
        }
        let begin = |place: usize| self.read.begins.get(place).map(|begin| *begin as usize);
        let place = usize::try_from(photo.0).unwrap_or(usize::MAX - 1);
        let range = begin(place).zip(begin(place + 1));
        range
            .and_then(|(from, to)| self.read.numbers.get(from..to))
            .unwrap_or_default()
    }
}

impl Read {
    /// Adds the next photo's numbers, in the order of the ids.
    fn push(&mut self, photo: i64, number: u32) {
        let Ok(place) = usize::try_from(photo) else {
            return;
        };
        let end = self.numbers.len() as u32;
        if self.begins.len() < place + 2 {
            self.begins.resize(place + 1, end);
            self.begins.push(end);
        }
        self.numbers.push(number);
        if let Some(own_end) = self.begins.last_mut() {
            *own_end = end + 1;
        }
    }
}

impl Store {
    /// The column of a question that was asked before; none of another, or where so much was
    /// written since that all would be read anew.
    pub(super) fn known_column(&self, question: &Question) -> Result<Option<Arc<Column>>> {
        let known = self.columns().find(question);
        let current = known.is_some_and(|(writes, _)| self.changes().since(writes).1.is_some());
        current.then(|| self.column(question)).transpose()
    }

    /// Reads a value of every photo, its id and the value a row.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn column(&self, question: &Question) -> Result<Arc<Column>> {
        let whole = |connection: &Connection| {
            let mut column = Column::default();
            question.read(connection, |photo, value| column.put(photo, value))?;
            Ok(column)
        };
        self.recall(
            self.columns(),
            question,
            whole,
            |connection, known, since| {
                let touched = since.photos;
                let mut column = known.clone();
                touched
                    .iter()
                    .for_each(|photo| column.put(*photo, Value::Null));
                question
                    .read_among(connection, touched, |photo, value| column.put(photo, value))?;
                Ok(column)
            },
        )
    }

    /// Reads a number of every photo, its id and the number a row, from 0 up to what four bytes hold.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn numbers(&self, question: &Question) -> Result<Arc<Numbers>> {
        let whole = |connection: &Connection| {
            let mut numbers = Numbers::default();
            question.read(connection, |photo, number| numbers.put(photo, number))?;
            Ok(numbers)
        };
        let remembered = self.all_numbers();
        self.recall(remembered, question, whole, |connection, known, since| {
            let touched = since.photos;
            let mut numbers = known.clone();
            touched.iter().for_each(|photo| numbers.put(*photo, 0));
            question.read_among(connection, touched, |photo, number| {
                numbers.put(photo, number);
            })?;
            Ok(numbers)
        })
    }

    /// Reads several numbers of every photo, its id and a number a row, by id.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn lists(&self, question: &Question) -> Result<Arc<Lists>> {
        let whole = |connection: &Connection| {
            let mut read = Read::default();
            question.read(connection, |photo, number| read.push(photo, number))?;
            Ok(Lists {
                read: Arc::new(read),
                ..Lists::default()
            })
        };
        self.recall(
            self.all_lists(),
            question,
            whole,
            |connection, known, since| {
                let touched = since.photos;
                if known.aside.len() + touched.len() > ASIDE {
                    return whole(connection);
                }
                let mut lists = known.clone();
                for photo in touched {
                    lists.aside.insert(*photo, Vec::new());
                    lists.touched.insert(PhotoId(*photo));
                }
                question.read_among(connection, touched, |photo: i64, number| {
                    lists.aside.entry(photo).or_default().push(number);
                })?;
                Ok(lists)
            },
        )
    }
}
