//! A query that is understood: its candidates and what they are ranked by. What a page, the counts
//! and an explanation start from.

use super::candidates::{self, Asked, Candidates};
use super::compare::{self, Plan};
use super::cursor::Pinned;
use super::order::{self, Effort, RELEVANT, Sort, Source};
use super::rank::Ranking;
use super::{Query, cutoff, stacks, tags, words};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::index::By;
use crate::photo_set::PhotoSet;
use crate::store::photos;

/// A query that is understood.
pub(super) struct Answer {
    pub(super) candidates: Candidates,
    /// None where photos are only listed.
    pub(super) ranking: Option<Ranking>,
    pub(super) pinned: Pinned,
}

/// Whether a query compares anything, so that it has a relevance.
pub(super) fn is_ranked(query: &Query, asked: &Asked) -> bool {
    !query.images.is_empty() || !asked.words.is_empty()
}

impl Answer {
    /// Finds the candidates and makes ready what they are ranked by.
    ///
    /// What is measured on the first page is pinned.
    pub(super) fn of(
        engine: &Engine,
        query: &Query,
        asked: &Asked,
        mut pinned: Pinned,
    ) -> Result<Self, EngineError> {
        let candidates = candidates::find(engine, query, asked, pinned.newest)?;
        pinned.newest = Some(candidates.newest());
        if !is_ranked(query, asked) {
            return Ok(Self {
                candidates: stacks::show(engine, query, candidates, &PhotoSet::new())?,
                ranking: None,
                pinned,
            });
        }
        let prepared = compare::prepare(engine, query, asked, &mut pinned)?;
        let words = words::find(engine, &asked.words, &candidates, &mut pinned)?;
        let found = words.photos();
        // By words alone only what has them is found.
        let candidates = match prepared.plan {
            Plan::Words => candidates.only_in(&found),
            Plan::One(_) | Plan::Two { .. } => candidates,
        };
        let candidates = stacks::show(engine, query, candidates, &found)?;
        let tags = tags::compare(engine, query, &candidates)?;
        if let Some(base) = prepared.plan.base().filter(|_| query.auto_cutoff)
            && pinned.cutoff.is_none()
        {
            let limit = base
                .space
                .read(|index| cutoff::least_cosine(index, &base.vector));
            pinned.cutoff = Some(limit.map_err(EngineError::internal)?);
        }
        let ranking = Ranking {
            prepared,
            words,
            tags,
            max_distance: query.max_distance,
            least_cosine: pinned.cutoff,
        };
        Ok(Self {
            candidates,
            ranking: Some(ranking),
            pinned,
        })
    }

    /// Where the hits come from, and how many match.
    pub(super) fn source<'a>(
        &'a self,
        engine: &'a Engine,
        sort: Sort,
        seed: u32,
    ) -> Result<(Source<'a>, u64, Effort), EngineError> {
        let Some(ranking) = &self.ranking else {
            let source = match sort {
                Sort::Random => Source::Shuffled { engine, seed },
                sort => Source::Listed { engine, sort },
            };
            return Ok((source, self.count_listed(engine)?, Effort::default()));
        };
        let effort = Effort::default();
        if sort == Sort::Relevance && !ranking.is_limited() {
            let seen = self.pinned.seen;
            let source = Source::Ranked {
                ranking,
                seen,
                effort,
            };
            return Ok((
                source,
                ranking.matching(&self.candidates).len() as u64,
                effort,
            ));
        }
        let mut ranked = ranking.best(&self.candidates, RELEVANT)?;
        let total = if ranking.is_limited() {
            ranked.matches.len()
        } else {
            ranking.matching(&self.candidates).len()
        };
        if sort != Sort::Relevance {
            ranked.matches.truncate(RELEVANT);
            // The catalog is asked by id.
            ranked.matches.sort_unstable_by_key(|found| found.photo);
        }
        let effort = Effort {
            by: ranked.by,
            rescored: ranked.rescored,
        };
        let known = order::sorted(engine, sort, seed, ranked.matches)?;
        Ok((Source::Known(known), total as u64, effort))
    }

    /// All photos that match, as a set.
    pub(super) fn photos(&self, engine: &Engine) -> Result<PhotoSet, EngineError> {
        match &self.ranking {
            None => candidates::present(engine, &self.candidates),
            Some(ranking) if ranking.is_limited() => {
                let matches = ranking.best(&self.candidates, usize::MAX)?.matches;
                Ok(matches.into_iter().map(|found| found.photo).collect())
            }
            Some(ranking) => Ok(ranking.matching(&self.candidates)),
        }
    }

    /// Photos that were compared.
    pub(super) fn compared(&self, listed: u64) -> u64 {
        let Some(ranking) = &self.ranking else {
            return listed;
        };
        let Some(base) = ranking.prepared.plan.base() else {
            return ranking.words.photos().len() as u64;
        };
        let compared = base
            .space
            .read(|index| self.candidates.among(index.photos()));
        compared.len() as u64
    }

    /// What found the photos, in words.
    pub(super) fn by(&self, by: Option<By>) -> &'static str {
        let Some(ranking) = &self.ranking else {
            return "listing";
        };
        let found_words = !ranking.words.sets.is_empty() || !ranking.words.few.is_empty();
        match (&ranking.prepared.plan, by, found_words) {
            (Plan::Words, ..) => "words",
            (_, Some(By::CodeScan), false) => "code scan",
            (_, Some(By::CodeScan), true) => "words + code scan",
            (_, Some(By::Graph), false) => "graph",
            (_, Some(By::Graph), true) => "words + graph",
            (_, Some(By::ExactScan) | None, false) => "exact scan",
            (_, Some(By::ExactScan) | None, true) => "words + exact scan",
        }
    }

    fn count_listed(&self, engine: &Engine) -> Result<u64, EngineError> {
        if let Some(only) = self.candidates.only() {
            return Ok(only.len() as u64);
        }
        let newest = self.candidates.newest();
        Ok(engine
            .store()
            .read(|connection| photos::count_up_to(connection, newest))?)
    }
}
