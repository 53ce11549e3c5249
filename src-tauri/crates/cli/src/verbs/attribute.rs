//! `latent attribute`: gives photos attributes, takes them off, lists them.

use std::collections::{BTreeMap, BTreeSet};

use latent_commands::wire::{self, AttributesChanged, ValueKind};
use latent_engine::Engine;

use super::tag::photos;
use crate::args::{self, Attribute};
use crate::call::{call, library_id};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::plain::count;

pub(super) fn run(engine: &Engine, args: &Attribute, output: &mut Output) -> Result<Exit, Failure> {
    match args {
        Attribute::Set(args) => set(engine, args, output),
        Attribute::Remove(args) => remove(engine, args, output),
        Attribute::List(args) => list(engine, args, output),
    }
}

fn set(engine: &Engine, args: &args::SetAttributes, output: &mut Output) -> Result<Exit, Failure> {
    let mut attributes = BTreeMap::new();
    for given in &args.attributes {
        let twin = attributes.insert(given.name.clone(), given.value.clone());
        if twin.is_some() {
            let twice = format!("{} is given twice: give it once", given.name);
            return Err(Failure::misuse(twice));
        }
    }
    let names: BTreeSet<String> = attributes.keys().cloned().collect();
    let request = wire::SetAttributes {
        photo_ids: photos(engine, &args.which)?,
        attributes,
    };
    let changed = call(engine, "set_attributes", &request)?;
    tell(output, &changed, &names, "set on")
}

fn remove(
    engine: &Engine,
    args: &args::RemoveAttributes,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let names: BTreeSet<String> = args.names.iter().cloned().collect();
    let request = wire::RemoveAttributes {
        photo_ids: photos(engine, &args.which)?,
        names: names.iter().cloned().collect(),
    };
    let changed = call(engine, "remove_attributes", &request)?;
    tell(output, &changed, &names, "taken off")
}

/// Says of each name on how many photos it changed.
fn tell(
    output: &mut Output,
    changed: &AttributesChanged,
    names: &BTreeSet<String>,
    verb: &str,
) -> Result<Exit, Failure> {
    output.answer(changed, |output, changed| {
        names.iter().try_for_each(|name| {
            let of_name = changed.changed.iter().filter(|one| one.name == name.trim());
            let photos = count(of_name.count() as u64, "photo");
            output.line(&format!("{name}: {verb} {photos}"))
        })
    })?;
    Ok(Exit::Done)
}

fn list(
    engine: &Engine,
    args: &args::ListAttributes,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let request = wire::ListAttributes {
        library_id: library_id(engine, args.library.as_deref())?,
    };
    let attributes: wire::Attributes = call(engine, "list_attributes", &request)?;
    output.answer(&attributes, |output, attributes| {
        if attributes.attributes.is_empty() {
            output.remark("There are no attributes yet: set one with latent attribute set");
        }
        let row = |count: &wire::AttributeCount| {
            let kinds: Vec<&str> = count.kinds.iter().map(kind).collect();
            [
                count.photos.to_string(),
                count.name.clone(),
                kinds.join(", "),
            ]
        };
        let rows: Vec<[String; 3]> = attributes.attributes.iter().map(row).collect();
        output.table(&rows)
    })?;
    Ok(Exit::Done)
}

fn kind(kind: &ValueKind) -> &'static str {
    match kind {
        ValueKind::Number => "number",
        ValueKind::String => "text",
        ValueKind::Boolean => "true or false",
        ValueKind::Array => "list",
        ValueKind::Object => "object",
        ValueKind::Null => "null",
    }
}
