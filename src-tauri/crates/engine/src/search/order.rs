//! Puts photos in order, from the start or from where a page ended. Ties are broken by photo id.

use std::cmp::Ordering;

use super::candidates::{self, Candidates};
use super::rank::{Match, Ranking};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::index::By;
use crate::photo_set::PhotoSet;
use crate::store::photos::{self, Among, Order, Stand};

/// Matches that are put in another order than by relevance, at most: the most relevant ones.
pub(super) const RELEVANT: usize = 1000;

/// Photos that are sorted here rather than found along an index.
const FEW: usize = 2000;

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
    /// Least like any other first; unmeasured last.
    Uniqueness,
    /// As a seed shuffles them: another seed, another order.
    Random,
}

impl Sort {
    /// The same order as SQL over `photo`.
    pub(super) fn sql(self, seed: u32) -> String {
        match self {
            Self::Relevance | Self::TakenAt => "photo.taken_at DESC NULLS LAST, photo.id",
            Self::TakenAtOldest => "photo.taken_at ASC NULLS LAST, photo.id",
            Self::Name => "photo.file_name COLLATE NOCASE, photo.id",
            Self::Rating => "photo.rating DESC NULLS LAST, photo.id",
            Self::AddedAt => "photo.added_at DESC, photo.id",
            Self::Uniqueness => "photo.uniqueness DESC NULLS LAST, photo.id",
            Self::Random => return format!("shuffled(photo.id, {seed}), photo.id"),
        }
        .to_owned()
    }

    fn column(self) -> Order {
        match self {
            Self::Relevance | Self::TakenAt | Self::Random => Order::TakenDown,
            Self::TakenAtOldest => Order::TakenUp,
            Self::Name => Order::Name,
            Self::Rating => Order::RatingDown,
            Self::AddedAt => Order::AddedDown,
            Self::Uniqueness => Order::UniquenessDown,
        }
    }
}

/// Where a photo stands in an order; smaller comes first.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    /// The more similar first; of equal ones the one of the higher cosine.
    Likeness { similarity: f32, cosine: f32 },
    /// Larger numbers first, none last.
    Down(Option<i64>),
    /// Smaller numbers first, none last.
    Up(Option<i64>),
    /// A to Z, in lower case.
    Name(String),
    /// As shuffled.
    Hash(u64),
}

impl Key {
    fn compare(&self, other: &Self) -> Ordering {
        let none_last = |a: &Option<i64>, b: &Option<i64>| a.is_none().cmp(&b.is_none());
        match (self, other) {
            (
                Self::Likeness { similarity, cosine },
                Self::Likeness {
                    similarity: other,
                    cosine: other_cosine,
                },
            ) => other
                .total_cmp(similarity)
                .then(other_cosine.total_cmp(cosine)),
            (Self::Down(a), Self::Down(b)) => none_last(a, b).then(b.cmp(a)),
            (Self::Up(a), Self::Up(b)) => none_last(a, b).then(a.cmp(b)),
            (Self::Name(a), Self::Name(b)) => a.cmp(b),
            (Self::Hash(a), Self::Hash(b)) => a.cmp(b),
            // Keys of one order are of one kind; a cursor of another order is refused before.
            _ => Ordering::Equal,
        }
    }

    fn of(order: Order, stand: Stand) -> Self {
        match (order, stand) {
            (_, Stand::Name(name)) => Self::Name(name),
            (Order::TakenUp, Stand::Number(number)) => Self::Up(number),
            (_, Stand::Number(number)) => Self::Down(number),
        }
    }

    fn stand(&self) -> Option<Stand> {
        match self {
            Self::Down(number) | Self::Up(number) => Some(Stand::Number(*number)),
            Self::Name(name) => Some(Stand::Name(name.clone())),
            Self::Likeness { .. } | Self::Hash(_) => None,
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
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        self.key
            .compare(&other.key)
            .then(self.photo.cmp(&other.photo))
    }
}

/// A match and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) position: Position,
    pub(super) found: Match,
}

impl Placed {
    fn ranked(found: Match) -> Self {
        let key = Key::Likeness {
            similarity: found.similarity.unwrap_or(0.0),
            cosine: found.cosine,
        };
        let photo = found.photo;
        Self {
            position: Position { key, photo },
            found,
        }
    }
}

/// How the photos so far were compared.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Effort {
    pub(super) by: Option<By>,
    pub(super) rescored: u64,
}

/// Where the photos of an answer come from, in its order.
pub(super) enum Source<'a> {
    /// All are known, the first first.
    Known(Vec<Placed>),
    /// The best are looked for as deep as is asked.
    Ranked {
        ranking: &'a Ranking,
        /// Photos before the place that is usually asked for.
        seen: usize,
        effort: Effort,
    },
    /// Along an index of the catalog.
    Listed { engine: &'a Engine, sort: Sort },
    /// By a hash of their ids.
    Shuffled { engine: &'a Engine, seed: u32 },
}

impl Source<'_> {
    /// The first `count` candidates after a position.
    pub(super) fn first(
        &mut self,
        candidates: &Candidates,
        after: Option<&Position>,
        count: usize,
    ) -> Result<Vec<Placed>, EngineError> {
        let mut placed = match self {
            Self::Known(placed) => {
                let own = candidates.only();
                let inside = |one: &&Placed| own.is_none_or(|set| set.contains(one.found.photo));
                placed.iter().filter(inside).cloned().collect()
            }
            Self::Ranked {
                ranking,
                seen,
                effort,
            } => {
                let seen = if after.is_some() { *seen } else { 0 };
                return best(ranking, candidates, after, count, seen, effort);
            }
            Self::Listed { engine, sort } => {
                return listed(engine, *sort, candidates, after, count);
            }
            Self::Shuffled { engine, seed } => {
                let set = candidates::present(engine, candidates)?;
                shuffled(&set, *seed, after, count)
            }
        };
        placed.retain(|one| is_after(one, after));
        placed.truncate(count);
        Ok(placed)
    }
}

fn is_after(one: &Placed, after: Option<&Position>) -> bool {
    after.is_none_or(|after| one.position.compare(after) == Ordering::Greater)
}

/// Searches deeper until enough lie behind the position.
fn best(
    ranking: &Ranking,
    candidates: &Candidates,
    after: Option<&Position>,
    count: usize,
    seen: usize,
    effort: &mut Effort,
) -> Result<Vec<Placed>, EngineError> {
    let mut depth = seen.saturating_add(count);
    loop {
        let ranked = ranking.best(candidates, depth)?;
        effort.by = effort.by.max(ranked.by);
        effort.rescored += ranked.rescored;
        let exhausted = ranked.matches.len() < depth;
        let placed = ranked.matches.into_iter().map(Placed::ranked);
        let mut placed: Vec<Placed> = placed.filter(|one| is_after(one, after)).collect();
        if exhausted || placed.len() >= count {
            placed.truncate(count);
            return Ok(placed);
        }
        depth = depth.saturating_mul(2);
    }
}

fn listed(
    engine: &Engine,
    sort: Sort,
    candidates: &Candidates,
    after: Option<&Position>,
    count: usize,
) -> Result<Vec<Placed>, EngineError> {
    let order = sort.column();
    if let Some(set) = candidates.only().filter(|set| set.len() <= FEW) {
        let mut placed = stand(engine, order, set.iter().map(Match::listed).collect())?;
        placed.retain(|one| is_after(one, after));
        placed.truncate(count);
        return Ok(placed);
    }
    let among = match candidates.only() {
        Some(set) => Among::These(set),
        None => Among::UpTo(candidates.newest()),
    };
    let stand = after.and_then(|after| Some((after.key.stand()?, after.photo)));
    let after = stand.as_ref().map(|(stand, photo)| (stand, *photo));
    let rows = engine
        .store()
        .read(|connection| photos::in_order(connection, order, among, after, count))?;
    let placed = rows.into_iter().map(|(photo, stand)| Placed {
        position: Position {
            key: Key::of(order, stand),
            photo,
        },
        found: Match::listed(photo),
    });
    Ok(placed.collect())
}

/// Puts matches in the order of a column.
fn stand(engine: &Engine, order: Order, matches: Vec<Match>) -> Result<Vec<Placed>, EngineError> {
    let ids = matches.iter().map(|found| found.photo);
    let stands = engine
        .store()
        .read(|connection| photos::stands(connection, order, ids))?;
    let mut stands = stands.into_iter().peekable();
    let mut placed = Vec::with_capacity(matches.len());
    for found in matches {
        // Photos that went away meanwhile have no stand.
        if let Some((photo, stand)) = stands.next_if(|(photo, _)| *photo == found.photo) {
            let key = Key::of(order, stand);
            placed.push(Placed {
                position: Position { key, photo },
                found,
            });
        }
    }
    placed.sort_unstable_by(|a, b| a.position.compare(&b.position));
    Ok(placed)
}

/// Puts matches, which are all there are, in an order.
pub(super) fn sorted(
    engine: &Engine,
    sort: Sort,
    seed: u32,
    matches: Vec<Match>,
) -> Result<Vec<Placed>, EngineError> {
    let mut placed: Vec<Placed> = match sort {
        Sort::Relevance => matches.into_iter().map(Placed::ranked).collect(),
        Sort::Random => matches
            .into_iter()
            .map(|found| hashed(found, seed))
            .collect(),
        _ => return stand(engine, sort.column(), matches),
    };
    placed.sort_unstable_by(|a, b| a.position.compare(&b.position));
    Ok(placed)
}

fn hashed(found: Match, seed: u32) -> Placed {
    let photo = found.photo;
    let key = Key::Hash(photos::shuffled(photo, seed));
    Placed {
        position: Position { key, photo },
        found,
    }
}

/// The first of the photos as shuffled; looks at each once and keeps `count`.
fn shuffled(set: &PhotoSet, seed: u32, after: Option<&Position>, count: usize) -> Vec<Placed> {
    let mut kept: Vec<Placed> = Vec::new();
    let by_position = |a: &Placed, b: &Placed| a.position.compare(&b.position);
    let mut worst = u64::MAX;
    for photo in set.iter() {
        if photos::shuffled(photo, seed) > worst {
            continue;
        }
        let placed = hashed(Match::listed(photo), seed);
        if !is_after(&placed, after) {
            continue;
        }
        kept.push(placed);
        if kept.len() > count.saturating_mul(2) {
            kept.sort_unstable_by(by_position);
            kept.truncate(count);
            if let Some(Key::Hash(last)) = kept.last().map(|last| &last.position.key) {
                worst = *last;
            }
        }
    }
    kept.sort_unstable_by(by_position);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_broken_by_cosine_and_id() {
        let at = |similarity, cosine, id| Position {
            key: Key::Likeness { similarity, cosine },
            photo: PhotoId(id),
        };
        let mut positions = [
            at(0.5, 0.1, 9),
            at(0.9, 0.0, 3),
            at(0.5, 0.2, 8),
            at(0.5, 0.1, 2),
        ];
        positions.sort_by(Position::compare);
        assert_eq!(
            positions.iter().map(|p| p.photo.0).collect::<Vec<_>>(),
            [3, 8, 2, 9]
        );
    }

    #[test]
    fn pages_of_a_shuffle_are_the_whole_shuffle() {
        let set: PhotoSet = (1..500).map(PhotoId).collect();
        let ids = |placed: &[Placed]| placed.iter().map(|p| p.found.photo.0).collect::<Vec<_>>();
        let whole = shuffled(&set, 7, None, 1000);
        assert_ne!(ids(&whole), ids(&shuffled(&set, 8, None, 1000)));
        let mut pages = Vec::new();
        let mut after: Option<Position> = None;
        loop {
            let mut page = shuffled(&set, 7, after.as_ref(), 60);
            page.truncate(60);
            let Some(last) = page.last() else { break };
            after = Some(last.position.clone());
            pages.extend(page);
        }
        assert_eq!(ids(&pages), ids(&whole));
        let mut sorted = ids(&whole);
        sorted.sort_unstable();
        assert_eq!(sorted, (1..500).collect::<Vec<_>>());
    }
}
