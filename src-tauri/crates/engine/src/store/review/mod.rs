//! Tables `duplicate_decision` and `review_mark`: what a person has decided about copies, by content,
//! and how far a review has come, by photo.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::Result;
use crate::ids::PhotoId;

/// What was decided about two contents that look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// They are different pictures.
    NotDuplicates,
    /// They are copies, and both stay.
    KeepBoth,
}

impl Decision {
    /// As it is stored and sent.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotDuplicates => "notDuplicates",
            Self::KeepBoth => "keepBoth",
        }
    }
}

/// What shall happen to a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It stays.
    Keep,
    /// It goes.
    Remove,
    /// To be decided later.
    Skip,
}

impl Mark {
    /// As it is stored and sent.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Remove => "remove",
            Self::Skip => "skip",
        }
    }

    /// The mark of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Keep, Self::Remove, Self::Skip]
            .into_iter()
            .find(|mark| mark.word() == word)
    }
}

/// BLAKE3 of two files, the lower first.
pub type HashPair = ([u8; 32], [u8; 32]);

/// Lists the pairs of contents that something was decided about.
///
/// # Errors
/// [`super::StoreError`].
pub fn decisions(connection: &Connection) -> Result<HashMap<HashPair, Decision>> {
    let mut statement =
        connection.prepare_cached("SELECT hash_a, hash_b, decision FROM duplicate_decision")?;
    let rows = statement.query_map([], decided)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Lists the pairs among some contents that something was decided about; pairs of one of them with
/// others may be in it.
///
/// # Errors
/// [`super::StoreError`].
pub fn decisions_among<'a>(
    connection: &Connection,
    contents: impl Iterator<Item = &'a [u8; 32]>,
) -> Result<HashMap<HashPair, Decision>> {
    let mut statement = connection.prepare_cached(
        "SELECT hash_a, hash_b, decision FROM duplicate_decision WHERE hash_a = ?1",
    )?;
    let mut found = HashMap::new();
    for content in contents {
        for row in statement.query_map([content], decided)? {
            let (pair, decision) = row?;
            found.insert(pair, decision);
        }
    }
    Ok(found)
}

fn decided(row: &Row<'_>) -> rusqlite::Result<(HashPair, Decision)> {
    let decision = match row.get_ref(2)?.as_str()? {
        "keepBoth" => Decision::KeepBoth,
        _ => Decision::NotDuplicates,
    };
    Ok(((row.get(0)?, row.get(1)?), decision))
}

/// Keeps a decision about two contents, or forgets it. Answers whether that changed anything.
///
/// # Errors
/// [`super::StoreError`].
pub fn decide(
    connection: &Connection,
    (a, b): &HashPair,
    decision: Option<Decision>,
    now_s: i64,
) -> Result<bool> {
    let changed = match decision {
        Some(decision) => connection
            .prepare_cached(
                "INSERT INTO duplicate_decision (hash_a, hash_b, decision, decided_at) \
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE \
                 SET decision = excluded.decision, decided_at = excluded.decided_at \
                 WHERE decision <> excluded.decision",
            )?
            .execute(params![a, b, decision.word(), now_s])?,
        None => connection
            .prepare_cached("DELETE FROM duplicate_decision WHERE hash_a = ?1 AND hash_b = ?2")?
            .execute(params![a, b])?,
    };
    Ok(changed > 0)
}

/// Marks a photo, or takes its mark off. Answers whether that changed anything.
///
/// # Errors
/// [`super::StoreError`].
pub fn mark(connection: &Connection, photo: PhotoId, mark: Option<Mark>) -> Result<bool> {
    let changed = match mark {
        Some(mark) => connection
            .prepare_cached(
                "INSERT INTO review_mark (photo_id, mark) VALUES (?1, ?2) \
                 ON CONFLICT DO UPDATE SET mark = excluded.mark WHERE mark <> excluded.mark",
            )?
            .execute(params![photo.0, mark.word()])?,
        None => connection
            .prepare_cached("DELETE FROM review_mark WHERE photo_id = ?1")?
            .execute([photo.0])?,
    };
    Ok(changed > 0)
}

/// Lists the marks.
///
/// # Errors
/// [`super::StoreError`].
pub fn marks(connection: &Connection) -> Result<HashMap<PhotoId, Mark>> {
    let mut statement = connection.prepare_cached("SELECT photo_id, mark FROM review_mark")?;
    let mut rows = statement.query([])?;
    let mut marks = HashMap::new();
    while let Some(row) = rows.next()? {
        if let Some(mark) = Mark::of(row.get_ref(1)?.as_str().unwrap_or_default()) {
            marks.insert(PhotoId(row.get(0)?), mark);
        }
    }
    Ok(marks)
}

/// Reads the mark of a photo.
///
/// # Errors
/// [`super::StoreError`].
pub fn mark_of(connection: &Connection, photo: PhotoId) -> Result<Option<Mark>> {
    let mut statement =
        connection.prepare_cached("SELECT mark FROM review_mark WHERE photo_id = ?1")?;
    let word: Option<String> = statement
        .query_row([photo.0], |row| row.get(0))
        .optional()?;
    Ok(word.and_then(|word| Mark::of(&word)))
}
