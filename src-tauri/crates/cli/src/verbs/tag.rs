//! `latent tag`: puts tags on photos, takes them off, lists them.

use latent_commands::wire;
use latent_commands::wire::{ErrorCode, ListPhotos, PhotoList, TagPhotos, Tags, TagsChanged};
use latent_engine::Engine;

use super::show::photo_id;
use crate::args::{self, Tag};
use crate::call::{call, library_id};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::plain::count;

pub(super) fn run(engine: &Engine, args: &Tag, output: &mut Output) -> Result<Exit, Failure> {
    match args {
        Tag::Add(args) => change(engine, "add_tags", "put on", args, output),
        Tag::Remove(args) => change(engine, "remove_tags", "taken off", args, output),
        Tag::List(args) => list(engine, args, output),
    }
}

fn change(
    engine: &Engine,
    command: &str,
    verb: &str,
    args: &args::TagPhotos,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let request = TagPhotos {
        photo_ids: photos(engine, &args.which)?,
        tags: args.tags.clone(),
    };
    let changed: TagsChanged = call(engine, command, &request)?;
    output.answer(&changed, |output, changed| {
        changed.changed.iter().try_for_each(|change| {
            let photos = count(change.photo_ids.len() as u64, "photo");
            output.line(&format!("{}: {verb} {photos}", change.tag))
        })
    })?;
    Ok(Exit::Done)
}

/// The photos that were named, or that pass the filter.
pub(super) fn photos(engine: &Engine, which: &args::Which) -> Result<Vec<i64>, Failure> {
    let Some(filter) = &which.filter else {
        return which
            .photo
            .iter()
            .map(|typed| photo_id(engine, typed))
            .collect();
    };
    let request = ListPhotos {
        library_id: None,
        filter: Some(filter.clone().into()),
        sort: None,
        seed: None,
        // What is done to the photos that pass is done to all of them.
        stacks: Some(wire::StackShow::Each),
    };
    let list: PhotoList =
        call(engine, "list_photos", &request).map_err(|failure| match &failure {
            Failure::Command { error, .. } if error.code() == ErrorCode::InvalidFilter => {
                failure.in_line(filter)
            }
            _ => failure,
        })?;
    if list.photo_ids.is_empty() {
        return Err(Failure::not_found(format!(
            "No photo passes the filter {filter}"
        )));
    }
    Ok(list.photo_ids)
}

fn list(engine: &Engine, args: &args::ListTags, output: &mut Output) -> Result<Exit, Failure> {
    let request = wire::ListTags {
        library_id: library_id(engine, args.library.as_deref())?,
        containing: args.containing.clone(),
    };
    let tags: Tags = call(engine, "list_tags", &request)?;
    output.answer(&tags, |output, tags| {
        if tags.tags.is_empty() {
            output.remark("There are no such tags");
        }
        let row = |tag: &wire::TagCount| [tag.photos.to_string(), tag.tag.clone()];
        let rows: Vec<[String; 2]> = tags.tags.iter().map(row).collect();
        output.table(&rows)
    })?;
    Ok(Exit::Done)
}
