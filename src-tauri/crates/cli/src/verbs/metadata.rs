//! `latent metadata`: what files and sidecars say, and writing sidecars.

use latent_commands::wire::{
    GetMetadata, Job, JobStarted, MetadataWriting, Nothing, PhotoMetadata, SaidOfPhoto,
    WriteMetadata,
};
use latent_engine::Engine;

use super::show::photo_id;
use super::tag::photos;
use crate::args::{self, Metadata, Switch};
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::job;
use crate::output::Output;
use crate::plain::count;

pub(super) fn run(engine: &Engine, args: &Metadata, output: &mut Output) -> Result<Exit, Failure> {
    match args {
        Metadata::Show(args) => show(engine, args, output),
        Metadata::Write(args) => write(engine, args, output),
        Metadata::Writing(args) => writing(engine, args, output),
    }
}

fn show(engine: &Engine, args: &args::ShowMetadata, output: &mut Output) -> Result<Exit, Failure> {
    for typed in &args.photos {
        let photo_id = photo_id(engine, typed)?;
        let found: PhotoMetadata = call(engine, "get_metadata", &GetMetadata { photo_id })?;
        output.answer(&found, |output, found| {
            output.line(&found.path)?;
            output.table(&rows(found))
        })?;
    }
    Ok(Exit::Done)
}

fn rows(found: &PhotoMetadata) -> Vec<[String; 2]> {
    let mut rows = Vec::new();
    let mut row = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            rows.push([name.to_owned(), value]);
        }
    };
    row("title", found.title.clone());
    row("caption", found.caption.clone());
    row("rating", found.rating.map(|stars| stars.to_string()));
    row("label", found.label.clone());
    row("tags", Some(found.tags.join(", ")));
    for region in &found.regions {
        let name = region.name.as_deref().unwrap_or("without a name");
        let place = [region.x, region.y, region.width, region.height];
        let place = place.map(|part| format!("{part:.3}")).join(",");
        row(&region.kind, Some(format!("{name} at {place}")));
    }
    row("file says", found.file.as_ref().map(said));
    row("sidecar says", found.sidecar.as_ref().map(said));
    row("sidecar", found.sidecar_path.clone());
    for conflict in &found.conflicts {
        let winner = if conflict.sidecar_wins {
            "sidecar"
        } else {
            "file"
        };
        let line = format!(
            "{}: file \"{}\", sidecar \"{}\"; the {winner} is newer and counts",
            conflict.property, conflict.file, conflict.sidecar
        );
        row("differs", Some(line));
    }
    row("problem", found.problem.clone());
    row("not written", found.write_problem.clone());
    rows
}

fn said(said: &SaidOfPhoto) -> String {
    let mut parts = Vec::new();
    parts.extend(said.title.as_ref().map(|title| format!("title {title}")));
    parts.extend(said.caption.as_ref().map(|text| format!("caption {text}")));
    parts.extend(said.rating.map(|stars| format!("rating {stars}")));
    parts.extend(said.label.as_ref().map(|label| format!("label {label}")));
    let keywords = said.keywords.as_ref().filter(|list| !list.is_empty());
    parts.extend(keywords.map(|list| format!("keywords {}", list.join(", "))));
    if said.regions > 0 {
        parts.push(count(u64::from(said.regions), "region"));
    }
    if parts.is_empty() {
        return "nothing of these".to_owned();
    }
    parts.join("; ")
}

fn write(
    engine: &Engine,
    args: &args::WriteMetadata,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let request = WriteMetadata {
        photo_ids: photos(engine, &args.which)?,
    };
    let started: JobStarted = call(engine, "write_metadata", &request)?;
    let job: Job = job::wait(engine, started.job_id, output)?;
    let Some(report) = job.metadata else {
        return Ok(Exit::Done);
    };
    output.answer(&report, |output, report| {
        let written = count(report.written, "sidecar");
        output.line(&format!("{written} written, {} as they were", report.same))?;
        report
            .failed
            .iter()
            .try_for_each(|file| output.line(&format!("{}: {}", file.path, file.reason)))
    })?;
    Ok(if report.failed.is_empty() {
        Exit::Done
    } else {
        Exit::Faults
    })
}

fn writing(engine: &Engine, args: &args::Writing, output: &mut Output) -> Result<Exit, Failure> {
    let state: MetadataWriting = match args.set {
        None => call(engine, "get_metadata_writing", &Nothing {})?,
        Some(set) => {
            let on = set == Switch::On;
            call(engine, "set_metadata_writing", &MetadataWriting { on })?
        }
    };
    output.answer(&state, |output, state| {
        output.line(if state.on {
            "Changes are written to sidecars; image files are never written to"
        } else {
            "Nothing is written to sidecars"
        })
    })?;
    Ok(Exit::Done)
}
