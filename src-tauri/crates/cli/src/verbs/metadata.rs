//! `latent metadata`: what files and sidecars say, and writing sidecars.

use latent_commands::wire::{
    AddRegion, BoxFractions, GetMetadata, GetPhoto, Job, JobStarted, MetadataWriting, Nothing,
    Photo, PhotoMetadata, PhotoRegion, RemoveRegion, SaidOfPhoto, WriteMetadata,
};
use latent_engine::Engine;

use super::show::photo_id;
use super::tag::photos;
use crate::args::{self, Metadata, Switch};
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::job;
use crate::output::Output;
use crate::picture::BoxArg;
use crate::plain::count;

pub(super) fn run(engine: &Engine, args: &Metadata, output: &mut Output) -> Result<Exit, Failure> {
    match args {
        Metadata::Show(args) => show(engine, args, output),
        Metadata::Write(args) => write(engine, args, output),
        Metadata::Draw(args) => draw(engine, args, output),
        Metadata::Erase(args) => erase(engine, args, output),
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
        row(&region.kind, Some(region_words(region)));
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

fn region_words(region: &PhotoRegion) -> String {
    let name = region.name.as_deref().unwrap_or("without a name");
    let place = [region.x, region.y, region.width, region.height];
    let place = place.map(|part| format!("{part:.3}")).join(",");
    format!("{name} at {place} (region {})", region.id)
}

fn draw(engine: &Engine, args: &args::DrawRegion, output: &mut Output) -> Result<Exit, Failure> {
    let photo_id = photo_id(engine, &args.photo)?;
    let [x, y, width, height] = match args.area {
        BoxArg::Fractions(parts) => parts,
        BoxArg::Pixels([x, y, w, h]) => {
            let photo: Photo = call(engine, "get_photo", &GetPhoto { photo_id })?;
            let (across, down) = (photo.width.max(1) as f32, photo.height.max(1) as f32);
            [x / across, y / down, w / across, h / down]
        }
    };
    let request = AddRegion {
        photo_id,
        kind: Some(args.kind.clone()),
        name: args.name.clone(),
        area: BoxFractions {
            x,
            y,
            width,
            height,
        },
    };
    let drawn: PhotoRegion = call(engine, "add_region", &request)?;
    told(&drawn, output)
}

fn erase(engine: &Engine, args: &args::EraseRegion, output: &mut Output) -> Result<Exit, Failure> {
    let request = RemoveRegion {
        region_id: args.region,
    };
    let erased: PhotoRegion = call(engine, "remove_region", &request)?;
    told(&erased, output)
}

fn told(region: &PhotoRegion, output: &mut Output) -> Result<Exit, Failure> {
    output.answer(region, |output, region| {
        output.line(&format!("{}: {}", region.kind, region_words(region)))
    })?;
    Ok(Exit::Done)
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
