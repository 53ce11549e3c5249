//! What statements answered about every photo, remembered and kept current: after a write only the
//! photos that it touched are asked again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::types::{FromSql, Value};
use rusqlite::{Connection, params_from_iter};

use super::{Result, Store};
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;

/// Sets of photos with the number each stands for, as a statement answered them.
pub type NumberedSets = Arc<Vec<(i64, PhotoSet)>>;

/// A statement about every photo, of two columns a row.
///
/// What it answers of a photo must follow from the rows that belong to it alone, and from what
/// touches all photos when it changes (`changes`).
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    whole: String,
    among: String,
    params: Vec<Value>,
}

impl Question {
    /// A statement over `photo` and the tables that name a photo by `photo_id`, without `INDEXED BY`.
    #[must_use]
    pub fn new(sql: impl Into<String>, params: Vec<Value>) -> Self {
        let whole = sql.into();
        Self {
            among: whole.clone(),
            whole,
            params,
        }
    }

    /// A statement, and how it is asked of a few photos, the rows of `own (id)`.
    #[must_use]
    pub fn with_among(whole: &str, among: &str, params: Vec<Value>) -> Self {
        Self {
            whole: whole.to_owned(),
            among: among.to_owned(),
            params,
        }
    }

    /// Reads what is answered of all photos.
    pub(super) fn read<A: FromSql, B: FromSql>(
        &self,
        connection: &Connection,
        mut row: impl FnMut(A, B),
    ) -> Result<()> {
        let mut statement = connection.prepare_cached(&self.whole)?;
        let mut rows = statement.query(params_from_iter(&self.params))?;
        while let Some(one) = rows.next()? {
            row(one.get(0)?, one.get(1)?);
        }
        Ok(())
    }

    /// Reads what is answered of some photos: tables of their rows alone hide the whole ones.
    pub(super) fn read_among<A: FromSql, B: FromSql>(
        &self,
        connection: &Connection,
        photos: &[i64],
        mut row: impl FnMut(A, B),
    ) -> Result<()> {
        let ids: Vec<String> = photos.iter().map(i64::to_string).collect();
        let mut sql = format!(
            "WITH own (id) AS (SELECT value FROM json_each('[{}]'))",
            ids.join(",")
        );
        for (table, id) in super::changes::OF_A_PHOTO {
            sql.push_str(&format!(
                ", {table} AS (SELECT some.* FROM own CROSS JOIN main.{table} AS some \
                 ON some.{id} = own.id)"
            ));
        }
        let mut statement = connection.prepare(&format!("{sql} {}", self.among))?;
        let mut rows = statement.query(params_from_iter(&self.params))?;
        while let Some(one) = rows.next()? {
            row(one.get(0)?, one.get(1)?);
        }
        Ok(())
    }
}

/// What questions were answered, the latest first.
pub(super) struct Remembered<T> {
    most: usize,
    answers: Mutex<VecDeque<Answer<T>>>,
}

struct Answer<T> {
    question: Question,
    /// Writes after which it holds.
    writes: u64,
    told: Arc<T>,
}

/// The photos that writes touched, each once, from one count of writes to another.
pub(super) struct Since<'a> {
    pub(super) photos: &'a [i64],
    pub(super) between: (u64, u64),
}

impl<T> Remembered<T> {
    /// Remembers so many at most.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            answers: Mutex::default(),
        }
    }

    /// What a question was answered, and after how many writes.
    pub(super) fn find(&self, question: &Question) -> Option<(u64, Arc<T>)> {
        let mut answers = self.answers();
        let place = answers.iter().position(|one| one.question == *question)?;
        let answer = answers.remove(place)?;
        let known = (answer.writes, Arc::clone(&answer.told));
        answers.push_front(answer);
        Some(known)
    }

    fn keep(&self, answer: Answer<T>) {
        let mut answers = self.answers();
        answers.retain(|one| one.question != answer.question);
        answers.push_front(answer);
        answers.truncate(self.most);
    }

    /// How many questions it knows the answer of.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.answers().len()
    }

    fn answers(&self) -> MutexGuard<'_, VecDeque<Answer<T>>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Answers a question as it was answered before, but for the photos that were touched since.
    pub(super) fn recall<T>(
        &self,
        remembered: &Remembered<T>,
        question: &Question,
        whole: impl FnOnce(&Connection) -> Result<T>,
        renewed: impl FnOnce(&Connection, &T, Since<'_>) -> Result<T>,
    ) -> Result<Arc<T>> {
        let known = remembered.find(question);
        // Counted before it is read: what is written meanwhile is read once more later.
        let (writes, touched) = match &known {
            Some((writes, _)) => self.changes().since(*writes),
            None => (self.writes(), None),
        };
        let told = match known.zip(touched) {
            Some(((before, told), _)) if before == writes => return Ok(told),
            Some(((_, told), touched)) if touched.is_empty() => told,
            Some(((before, told), photos)) => {
                let since = Since {
                    photos: &photos,
                    between: (before, writes),
                };
                Arc::new(self.read(|connection| renewed(connection, &told, since))?)
            }
            None => Arc::new(self.read(whole)?),
        };
        remembered.keep(Answer {
            question: question.clone(),
            writes,
            told: Arc::clone(&told),
        });
        Ok(told)
    }

    /// Answers a question of sets, a number and a `photo_set` a row.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn numbered_sets(&self, question: &Question) -> Result<NumberedSets> {
        self.recall_sets(question, |connection| sets(question, connection))
    }

    /// The same, where `whole` answers of all photos.
    pub(super) fn recall_sets(
        &self,
        question: &Question,
        whole: impl FnOnce(&Connection) -> Result<Vec<(i64, PhotoSet)>>,
    ) -> Result<NumberedSets> {
        self.recall(self.sets(), question, whole, |connection, known, since| {
            let mut own = Vec::new();
            question.read_among(connection, since.photos, |number, set| {
                own.push((number, set));
            })?;
            Ok(renewed(known, since.photos, own))
        })
    }

    /// Answers a question of one set, after a number that stands for nothing.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn photo_set(&self, question: &Question) -> Result<PhotoSet> {
        let sets = self.numbered_sets(question)?;
        Ok(sets.first().map(|(_, set)| set.clone()).unwrap_or_default())
    }
}

/// Reads the sets of all photos.
pub(super) fn sets(question: &Question, connection: &Connection) -> Result<Vec<(i64, PhotoSet)>> {
    let mut sets = Vec::new();
    question.read(connection, |number, set| sets.push((number, set)))?;
    Ok(sets)
}

/// Sets in which the touched photos are where they are now, and nowhere else.
pub(super) fn renewed(
    known: &[(i64, PhotoSet)],
    touched: &[i64],
    now: Vec<(i64, PhotoSet)>,
) -> Vec<(i64, PhotoSet)> {
    let mut sets = known.to_vec();
    for (_, set) in &mut sets {
        touched.iter().for_each(|photo| set.remove(PhotoId(*photo)));
    }
    for (number, own) in now {
        match sets.iter_mut().find(|(known, _)| *known == number) {
            Some((_, set)) => set.add(&own),
            None => sets.push((number, own)),
        }
    }
    sets
}

#[cfg(test)]
mod tests;
