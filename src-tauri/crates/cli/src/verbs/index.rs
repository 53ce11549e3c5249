//! `latent index`: adds folders, reads what is new and tells what could not be read.

use latent_commands::wire::{AddLibrary, Fault, Job, JobStarted, Library, StartIndex};
use latent_engine::Engine;
use serde::Serialize;

use super::faults::{self, in_lines};
use crate::args::Index;
use crate::call::{call, library_id};
use crate::failure::{Exit, Failure};
use crate::job;
use crate::output::Output;
use crate::picture::absolute;
use crate::plain::{count, duration};

/// Faults that people are shown; the rest is counted.
const SHOWN_FAULTS: usize = 20;

/// What indexing did.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Indexed {
    /// `null` for all libraries.
    library: Option<String>,
    photos: u64,
    added: u64,
    moved: u64,
    removed: u64,
    changed: u64,
    /// New photos that are copies of known ones, or of each other.
    copies: u64,
    faults: Vec<Fault>,
    /// Folders that were not there; what is known of their photos stays.
    offline: Vec<String>,
    seconds: f64,
}

pub(super) fn run(engine: &Engine, args: &Index, output: &mut Output) -> Result<Exit, Failure> {
    let library = library(engine, args)?;
    let id = library.as_ref().map(|(id, _)| *id);
    let request = StartIndex {
        library_id: id,
        retry_faults: args.retry_faults,
    };
    let started: JobStarted = call(engine, "start_index", &request)?;
    let job = job::wait(engine, started.job_id, output)?;
    let indexed = indexed(engine, job, library)?;
    output.answer(&indexed, people)?;
    Ok(if indexed.faults.is_empty() {
        Exit::Done
    } else {
        Exit::Faults
    })
}

/// The library to look at, added where folders are named; `None` for all.
fn library(engine: &Engine, args: &Index) -> Result<Option<(i64, String)>, Failure> {
    if args.paths.is_empty() {
        let id = library_id(engine, args.library.as_deref())?;
        return Ok(id.zip(args.library.clone()));
    }
    let request = AddLibrary {
        roots: args
            .paths
            .iter()
            .map(|path| absolute(path))
            .collect::<Result<_, _>>()?,
        name: args.library.clone(),
        exclude: args.exclude.clone(),
    };
    let library: Library = call(engine, "add_library", &request)?;
    Ok(Some((library.id, library.name)))
}

fn indexed(engine: &Engine, job: Job, library: Option<(i64, String)>) -> Result<Indexed, Failure> {
    let reason = "The job ended without saying what it did".to_owned();
    let report = job.report.ok_or(Failure::Job { reason })?;
    let faults = faults::all(engine, library.as_ref().map(|(id, _)| *id))?;
    Ok(Indexed {
        library: library.map(|(_, name)| name),
        photos: report.photos,
        added: report.added,
        moved: report.moved,
        removed: report.removed,
        changed: report.changed,
        copies: report.copies,
        faults: faults.faults,
        offline: report.offline,
        seconds: report.seconds,
    })
}

fn people(output: &mut Output, indexed: &Indexed) -> Result<(), Failure> {
    let place = match &indexed.library {
        Some(name) => format!("in {name}"),
        None => "in all libraries".to_owned(),
    };
    let news = [
        (indexed.added, "new"),
        (indexed.changed, "changed"),
        (indexed.moved, "moved"),
        (indexed.removed, "gone"),
    ];
    let news: Vec<String> = news
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    let news = if news.is_empty() {
        "nothing new".to_owned()
    } else {
        news.join(", ")
    };
    let photos = count(indexed.photos, "photo");
    output.line(&format!(
        "{photos} {place}: {news}; took {}",
        duration(indexed.seconds)
    ))?;
    if indexed.copies > 0 {
        let copies = count(indexed.copies, "new photo");
        output.remark(&format!(
            "{copies} show what a known photo shows: see latent duplicates"
        ));
    }
    for folder in &indexed.offline {
        output.remark(&format!(
            "Not there, its photos are kept as they are: {folder}"
        ));
    }
    faults(output, &indexed.faults)
}

fn faults(output: &mut Output, faults: &[Fault]) -> Result<(), Failure> {
    if faults.is_empty() {
        return Ok(());
    }
    output.line(&format!(
        "{} could not be read:",
        count(faults.len() as u64, "file")
    ))?;
    in_lines(output, faults.get(..SHOWN_FAULTS).unwrap_or(faults))?;
    match faults.len().checked_sub(SHOWN_FAULTS) {
        None | Some(0) => Ok(()),
        Some(more) => output.line(&format!("and {more} more: see latent faults")),
    }
}
