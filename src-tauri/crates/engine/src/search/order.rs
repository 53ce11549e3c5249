//! Puts matches in order and cuts a page out. Ties are broken by photo id, so that pages never
//! repeat or skip a hit while photos are being added.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::score::Match;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::store::photos;

/// Matches that are put in another order than by relevance, at most: the most relevant ones.
const RELEVANT: usize = 1000;

/// The order of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Most similar first.
    Relevance,
    /// Latest capture first; photos without a time come last.
    TakenAt,
    /// Earliest capture first; photos without a time come last.
    TakenAtOldest,
    /// File name, A to Z.
    Name,
    /// Highest rating first; unrated last.
    Rating,
    /// Last added first.
    AddedAt,
}

impl Sort {
    /// The same order as SQL over `photo`.
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::Relevance | Self::TakenAt => "photo.taken_at DESC NULLS LAST, photo.id",
            Self::TakenAtOldest => "photo.taken_at ASC NULLS LAST, photo.id",
            Self::Name => "photo.file_name COLLATE NOCASE, photo.id",
            Self::Rating => "photo.rating DESC NULLS LAST, photo.id",
            Self::AddedAt => "photo.added_at DESC, photo.id",
        }
    }
}

/// Where a photo stands in an order; smaller comes first.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    /// Larger numbers first.
    Down(f64),
    /// Smaller numbers first.
    Up(f64),
    /// A to Z.
    Text(String),
}

impl Key {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Down(a), Self::Down(b)) => b.total_cmp(a),
            (Self::Up(a), Self::Up(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            // Keys of one order are of one kind; a cursor of another order is refused before.
            _ => Ordering::Equal,
        }
    }
}

/// A place in an order: a key and the photo that has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Position {
    pub(super) key: Key,
    pub(super) photo: PhotoId,
}

impl Position {
    fn compare(&self, other: &Self) -> Ordering {
        self.key
            .compare(&other.key)
            .then(self.photo.cmp(&other.photo))
    }
}

/// A page of matches, and where it ended if more follow.
pub(super) struct Cut {
    pub(super) matches: Vec<Match>,
    pub(super) next: Option<Position>,
}

/// Cuts the page after a position out of all matches.
pub(super) fn page(
    engine: &Engine,
    matches: Vec<Match>,
    sort: Sort,
    after: Option<&Position>,
    limit: usize,
) -> Result<Cut, EngineError> {
    let mut placed = place(engine, matches, sort)?;
    if let Some(after) = after {
        placed.retain(|(position, _)| position.compare(after) == Ordering::Greater);
    }
    let more = placed.len() > limit;
    if more {
        placed.select_nth_unstable_by(limit, |a, b| a.0.compare(&b.0));
        placed.truncate(limit);
    }
    placed.sort_unstable_by(|a, b| a.0.compare(&b.0));
    let next = if more {
        placed.last().map(|(position, _)| position.clone())
    } else {
        None
    };
    Ok(Cut {
        matches: placed.into_iter().map(|(_, found)| found).collect(),
        next,
    })
}

fn place(
    engine: &Engine,
    mut matches: Vec<Match>,
    sort: Sort,
) -> Result<Vec<(Position, Match)>, EngineError> {
    let similarity = |found: &Match| f64::from(found.similarity.unwrap_or(0.0));
    if sort == Sort::Relevance {
        let position = |found: Match| Position {
            key: Key::Down(similarity(&found)),
            photo: found.photo,
        };
        return Ok(matches
            .into_iter()
            .map(|found| (position(found), found))
            .collect());
    }
    if matches.len() > RELEVANT && matches.iter().any(|found| found.similarity.is_some()) {
        matches.select_nth_unstable_by(RELEVANT, |a, b| {
            similarity(b)
                .total_cmp(&similarity(a))
                .then(a.photo.cmp(&b.photo))
        });
        matches.truncate(RELEVANT);
    }
    let keys = keys(engine, sort)?;
    Ok(matches
        .into_iter()
        .filter_map(|found| {
            let key = keys.get(&found.photo)?.clone();
            Some((
                Position {
                    key,
                    photo: found.photo,
                },
                found,
            ))
        })
        .collect())
}

fn keys(engine: &Engine, sort: Sort) -> Result<HashMap<PhotoId, Key>, EngineError> {
    let down = |value: Option<f64>| Key::Down(value.unwrap_or(f64::NEG_INFINITY));
    engine.store().read(|connection| {
        let numbers = |column| photos::numbers(connection, column);
        Ok(match sort {
            Sort::Name => photos::names(connection)?
                .into_iter()
                .map(|(id, name)| (id, Key::Text(name.to_lowercase())))
                .collect(),
            Sort::TakenAtOldest => numbers(photos::Column::TakenAt)?
                .into_iter()
                .map(|(id, value)| (id, Key::Up(value.unwrap_or(f64::INFINITY))))
                .collect(),
            Sort::Relevance | Sort::TakenAt => numbers(photos::Column::TakenAt)?
                .into_iter()
                .map(|(id, value)| (id, down(value)))
                .collect(),
            Sort::Rating => numbers(photos::Column::Rating)?
                .into_iter()
                .map(|(id, value)| (id, down(value)))
                .collect(),
            Sort::AddedAt => numbers(photos::Column::AddedAt)?
                .into_iter()
                .map(|(id, value)| (id, down(value)))
                .collect(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_broken_by_id() {
        let at = |similarity, id| Position {
            key: Key::Down(similarity),
            photo: PhotoId(id),
        };
        let mut positions = [at(0.5, 9), at(0.9, 3), at(0.5, 2)];
        positions.sort_by(Position::compare);
        assert_eq!(
            positions.iter().map(|p| p.photo.0).collect::<Vec<_>>(),
            [3, 2, 9]
        );
    }
}
