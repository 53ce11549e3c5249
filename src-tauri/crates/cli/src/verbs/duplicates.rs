//! `latent duplicates`: groups of copies, with what is proposed. `latent uniqueness`: photos by how
//! unlike any other they are.

pub(super) mod asking;
mod check;

use latent_commands::wire::{
    DuplicateGroup, DuplicateQuery, Duplicates, FindDuplicates, GetPhoto, Photo, SearchPhotos,
    SearchResult, Sort, StackShow,
};
use latent_engine::Engine;
use serde::Serialize;

use super::show::photo_id;
use crate::args;
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::picture::absolute;
use crate::plain::{bytes, count};

pub(super) fn run(
    engine: &Engine,
    args: &args::Duplicates,
    output: &mut Output,
) -> Result<Exit, Failure> {
    if let Some(args::DuplicatesVerb::Check(args)) = &args.verb {
        return check::run(engine, args, output);
    }
    let photo_id = args
        .photo
        .as_ref()
        .map(|typed| photo_id(engine, typed))
        .transpose()?;
    let mut query = query(&args.copies)?;
    query.include_decided = args.decided;
    let request = FindDuplicates {
        query,
        limit: args.limit,
        cursor: args.cursor.clone(),
        photo_id,
    };
    let found: Duplicates = asking::ask(engine, "find_duplicates", &request, output)?;
    output.answer(&found, people)?;
    Ok(Exit::Done)
}

/// The request's query of what was typed.
pub(super) fn query(copies: &args::Copies) -> Result<DuplicateQuery, Failure> {
    let folder = |folder: &std::path::PathBuf| absolute(&folder.to_string_lossy());
    let rule = |rule: &String| match rule.strip_prefix("folder=") {
        Some(folder) if !folder.is_empty() => Ok(format!("folder={}", absolute(folder)?)),
        _ => Ok(rule.clone()),
    };
    let rules: Vec<String> = copies
        .rule
        .iter()
        .map(rule)
        .collect::<Result<_, Failure>>()?;
    Ok(DuplicateQuery {
        kind: copies.kind.map(Into::into),
        threshold: copies.threshold,
        within_s: copies.within,
        filter: copies.filter.clone().map(Into::into),
        rules: (!rules.is_empty()).then_some(rules),
        reference: copies
            .reference
            .iter()
            .map(folder)
            .collect::<Result<_, _>>()?,
        include_decided: false,
    })
}

fn people(output: &mut Output, found: &Duplicates) -> Result<(), Failure> {
    for group in &found.groups {
        show(output, group)?;
    }
    output.flush()?;
    let groups = count(found.group_count, "group");
    let freed = bytes(found.reclaimable_bytes);
    output.remark(&format!(
        "{groups}, {} pairs, {freed} could be freed",
        found.pairs
    ));
    if found.pending > 0 {
        let pending = count(found.pending, "picture");
        output.remark(&format!("{pending} still to be compared: run latent index"));
    }
    if let Some(cursor) = &found.next_cursor {
        output.remark(&format!("More: --cursor {cursor}"));
    }
    Ok(())
}

fn show(output: &mut Output, group: &DuplicateGroup) -> Result<(), Failure> {
    let likeness = format!("{:.0} % alike", f64::from(group.similarity) * 100.0);
    output.line(&format!(
        "{} · {likeness} · {}",
        group.id,
        group.reasons.join(", ")
    ))?;
    let rows: Vec<[String; 4]> = group
        .photos
        .iter()
        .map(|photo| {
            let fate = match group.keeper {
                Some(keeper) if keeper == photo.photo_id => "keep",
                Some(_) if !photo.protected => "remove",
                _ if photo.protected => "protected",
                _ => "open",
            };
            [
                format!("  {fate}"),
                format!("{} × {}", photo.width, photo.height),
                bytes(photo.bytes),
                photo.path.clone(),
            ]
        })
        .collect();
    output.table(&rows)
}

/// A photo and how unlike any other it is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unique {
    photo_id: i64,
    path: String,
    /// 0 … 1; `null` until it is measured.
    uniqueness: Option<f32>,
}

/// A page of photos, the most unique first.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Uniques {
    photos: Vec<Unique>,
    next_cursor: Option<String>,
}

pub(super) fn uniqueness(
    engine: &Engine,
    args: &args::Uniqueness,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let request = SearchPhotos {
        filter: args.filter.clone().map(Into::into),
        sort: Some(Sort::Uniqueness),
        limit: args.limit,
        cursor: args.cursor.clone(),
        stacks: Some(StackShow::Each),
        ..SearchPhotos::default()
    };
    let page: SearchResult = call(engine, "search_photos", &request)?;
    let mut photos = Vec::new();
    for hit in page.hits {
        let photo: Photo = call(
            engine,
            "get_photo",
            &GetPhoto {
                photo_id: hit.photo_id,
            },
        )?;
        photos.push(Unique {
            photo_id: hit.photo_id,
            path: hit.path,
            uniqueness: photo.uniqueness,
        });
    }
    let answer = Uniques {
        photos,
        next_cursor: page.next_cursor,
    };
    output.answer(&answer, |output, answer| {
        let row = |one: &Unique| {
            let value = one
                .uniqueness
                .map_or("-".to_owned(), |value| format!("{value:.3}"));
            [value, one.path.clone()]
        };
        output.table(&answer.photos.iter().map(row).collect::<Vec<_>>())?;
        output.flush()?;
        if let Some(cursor) = &answer.next_cursor {
            output.remark(&format!("More: --cursor {cursor}"));
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}
