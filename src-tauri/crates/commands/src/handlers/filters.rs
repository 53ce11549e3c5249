//! Filters while they are typed.

use latent_engine::Engine;
use latent_engine::filter::{mongo, structured};
use latent_engine::ids::LibraryId;
use latent_engine::search::complete::{self, CompletionKind};

use super::Answer;
use crate::wire;

pub(crate) fn complete(
    engine: &Engine,
    request: wire::CompleteFilter,
) -> Answer<wire::Completions> {
    let library = request.library_id.map(LibraryId);
    let cursor = request.cursor as usize;
    let found = complete::complete(engine, &request.typed, cursor, library)?;
    Ok(wire::Completions {
        start: place(found.start),
        end: place(found.end),
        items: found.items.into_iter().map(completion).collect(),
    })
}

pub(crate) fn read(_engine: &Engine, request: wire::ReadQuery) -> Answer<wire::QueryParts> {
    let parts = complete::read(&request.typed)?;
    let filter = |(typed, span): (String, latent_engine::filter::Span)| wire::TypedFilter {
        typed,
        start: place(span.start),
        end: place(span.end),
    };
    Ok(wire::QueryParts {
        words: parts.words,
        without: parts.without,
        filters: parts.filters.into_iter().map(filter).collect(),
        structured: parts.filter.as_ref().map(structured::print),
        mongo: parts.filter.as_ref().map(mongo::print),
    })
}

fn completion(item: complete::Completion) -> wire::Completion {
    wire::Completion {
        text: item.text,
        label: item.label,
        kind: match item.kind {
            CompletionKind::Field => wire::CompletionKind::Field,
            CompletionKind::Operator => wire::CompletionKind::Operator,
            CompletionKind::Value => wire::CompletionKind::Value,
        },
        photos: item.photos,
        hint: item.hint,
    }
}

fn place(character: usize) -> u32 {
    u32::try_from(character).unwrap_or(u32::MAX)
}
