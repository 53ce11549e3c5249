//! One query of pictures, words, not-words, tags and filters, every part optional: filter →
//! candidates → query vector → the best by the index, a search for each worth of words and tags →
//! order → page. Says how each answer was found.
//!
//! Nothing here looks at every photo for a query: candidates are bits, and only the best are
//! ranked.

mod answer;
mod candidates;
mod cells;
mod compare;
pub mod complete;
mod cursor;
pub mod cutoff;
mod describe;
mod explain;
mod facets;
mod groups;
mod order;
mod query;
mod rank;
pub(crate) mod sets;
mod stacks;
mod tags;
mod words;

#[cfg(test)]
mod tests;

use std::time::Instant;

use serde_json::Value;

use crate::engine::{Engine, PictureSource};
use crate::error::EngineError;
use crate::ids::LibraryId;
use crate::index::By;
use crate::photo::VideoKind;
use crate::store;
use crate::store::photos::{self, GroupField};

use answer::Answer;
use candidates::Asked;
use cursor::Pinned;
use groups::Grouped;
use order::Source;

pub use describe::{Descriptor, SpaceInfo, embed_image, embed_text, spaces};
pub use explain::{Explanation, PartKind, WhyPart, explain};
pub use facets::{Facet, FacetValue, Facets, count_facets, read_ahead};
pub use order::Sort;
pub use query::{Crop, DEFAULT_LIMIT, Found, Hit, MAX_LIMIT, Page, Query, QueryImage, TAG_WEIGHT};
pub use stacks::{Listing, Stacks};

/// Answers a query.
///
/// # Errors
/// [`EngineError::Filter`], [`EngineError::Box`], [`EngineError::Cursor`],
/// [`EngineError::SpaceNotReady`], [`EngineError::Picture`], [`EngineError::NotFound`].
pub fn search(engine: &Engine, query: &Query) -> Result<Page, EngineError> {
    let started = Instant::now();
    query.check()?;
    let asked = Asked::of(engine, query)?;
    let ranked = answer::is_ranked(query, &asked);
    let usual = if ranked {
        Sort::Relevance
    } else {
        Sort::TakenAt
    };
    // Nothing has a relevance where nothing is compared.
    let sort = query
        .sort
        .filter(|sort| ranked || *sort != Sort::Relevance)
        .unwrap_or(usual);
    let fingerprint = cursor::fingerprint(query, sort);
    let cursor = query
        .cursor
        .as_deref()
        .map(|text| cursor::read(text, fingerprint));
    let (pinned, after) = cursor.transpose()?.map_or_else(
        || (Pinned::default(), None),
        |(pinned, after)| (pinned, Some(after)),
    );
    let answer = Answer::of(engine, query, &asked, pinned)?;
    let (mut source, total, effort) = answer.source(engine, sort, query.seed)?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    // One more tells whether another page follows.
    let wanted = limit.saturating_add(1);
    let candidates = &answer.candidates;
    let mut page = match &query.group_by {
        Some(field) => {
            let field = GroupField::of_name(field);
            groups::first(
                engine,
                &mut source,
                candidates,
                &field,
                after.as_ref(),
                wanted,
            )?
        }
        None => {
            let first = source.first(candidates, after.as_ref(), wanted)?;
            first.into_iter().map(|one| (one, None)).collect()
        }
    };
    let more = page.len() > limit;
    page.truncate(limit);
    let last = page.last().filter(|_| more).map(|(last, _)| &last.position);
    let next_cursor = last.map(|last| {
        let seen = answer.pinned.seen + page.len();
        let pinned = Pinned {
            seen,
            ..answer.pinned.clone()
        };
        cursor::write(fingerprint, &pinned, last)
    });
    let effort = match &source {
        Source::Ranked { effort, .. } => *effort,
        _ => effort,
    };
    let hits = hits(engine, &answer, page)?;
    // A photo that an index job adds may be found that was not there yet to be counted.
    let total = total.max((answer.pinned.seen + hits.len()) as u64);
    let base = answer
        .ranking
        .as_ref()
        .and_then(|ranking| ranking.prepared.plan.base());
    let found = Found {
        by: answer.by(effort.by),
        space: base.map(|base| base.space.row.name.clone()),
        candidates: answer.compared(total),
        rescored: (effort.by > Some(By::ExactScan)).then_some(effort.rescored),
        cutoff: answer.pinned.cutoff.map(|least| (1.0 - least).max(0.0)),
        total,
        ms: started.elapsed().as_secs_f64() * 1e3,
        note: answer
            .ranking
            .as_ref()
            .and_then(|ranking| ranking.prepared.note.clone()),
    };
    Ok(Page {
        hits,
        next_cursor,
        found,
    })
}

/// Lists photos without ranking them, for the grid: shapes in order.
///
/// # Errors
/// [`EngineError::Filter`].
pub fn list(
    engine: &Engine,
    library: Option<LibraryId>,
    filter: Option<&Value>,
    (sort, seed): (Sort, u32),
    stacks: Stacks,
) -> Result<Listing, EngineError> {
    let started = Instant::now();
    let query = Query {
        library,
        filter: filter.cloned(),
        stacks,
        ..Query::default()
    };
    let (shapes, marks) = stacks::list(engine, &query, &sort.sql(seed))?;
    let total = shapes.len() as u64;
    let found = Found {
        by: "listing",
        space: None,
        candidates: total,
        rescored: None,
        cutoff: None,
        total,
        ms: started.elapsed().as_secs_f64() * 1e3,
        note: None,
    };
    Ok(Listing {
        shapes,
        sizes: marks.sizes,
        films: marks.films,
        found,
    })
}

/// Matches as hits; those that went away in between are left out.
fn hits(engine: &Engine, answer: &Answer, page: Vec<Grouped>) -> Result<Vec<Hit>, EngineError> {
    engine.store().read(|connection| {
        let mut hits = Vec::with_capacity(page.len());
        for (one, group) in page {
            let found = one.found;
            let Some(line) = photos::line(connection, found.photo)? else {
                continue;
            };
            let ranking = answer.ranking.as_ref();
            hits.push(Hit {
                photo: found.photo,
                path: line.path,
                shape: line.shape,
                is_film: VideoKind::is_named(&line.format),
                duration_s: line.duration_s,
                distance: found.distance,
                similarity: found.similarity,
                by: ranking
                    .map(|ranking| ranking.names(&found))
                    .unwrap_or_default(),
                group,
                stack: store::stacks::size_of(connection, found.photo)?,
            });
        }
        Ok(hits)
    })
}
