//! `latent duplicates check`: which known photos files are copies of.

use latent_commands::wire::{
    CheckDuplicates, CheckReport, CheckedFile, CheckedFiles, DuplicateKind, Job, JobStarted,
    ListCheckedFiles,
};
use latent_engine::Engine;
use serde::Serialize;

use crate::args::CheckFiles;
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::job;
use crate::output::Output;
use crate::picture::absolute;
use crate::plain::{bytes, count};

/// Files of one answer of the command.
const PAGE: u32 = 10_000;

/// What was found.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Checked {
    #[serde(flatten)]
    report: CheckReport,
    checked: Vec<CheckedFile>,
}

pub(super) fn run(
    engine: &Engine,
    args: &CheckFiles,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let path = |path: &std::path::PathBuf| absolute(&path.to_string_lossy());
    let request = CheckDuplicates {
        paths: args.paths.iter().map(path).collect::<Result<_, _>>()?,
        threshold: args.threshold,
    };
    let started: JobStarted = call(engine, "check_duplicates", &request)?;
    let job: Job = job::wait(engine, started.job_id, output)?;
    let reason = "The job ended without saying what it found".to_owned();
    let report = job.checked.ok_or(Failure::Job { reason })?;
    let checked = all(engine, started.job_id, args.copies)?;
    let found = Checked { report, checked };
    output.answer(&found, people)?;
    Ok(match &found.report {
        report if args.refuse && report.copies > 0 => Exit::Copies,
        report if report.faults > 0 => Exit::Faults,
        _ => Exit::Done,
    })
}

fn all(engine: &Engine, job_id: i64, only_copies: bool) -> Result<Vec<CheckedFile>, Failure> {
    let mut files: Vec<CheckedFile> = Vec::new();
    loop {
        let request = ListCheckedFiles {
            job_id,
            only_copies,
            limit: Some(PAGE),
            offset: u32::try_from(files.len()).unwrap_or(u32::MAX),
        };
        let page: CheckedFiles = call(engine, "list_checked_files", &request)?;
        let is_last = page.files.is_empty();
        files.extend(page.files);
        if is_last || files.len() as u64 >= page.total {
            return Ok(files);
        }
    }
}

fn people(output: &mut Output, found: &Checked) -> Result<(), Failure> {
    for file in &found.checked {
        output.line(&format!("{} · {}", file.path, word(file)))?;
        let copies = file.copies.iter().map(|copy| {
            let kind = match copy.kind {
                DuplicateKind::Exact => "same bytes".to_owned(),
                DuplicateKind::Pixels => "same pixels".to_owned(),
                DuplicateKind::Near | DuplicateKind::Similar => {
                    format!("{:.0} % alike", f64::from(copy.similarity) * 100.0)
                }
            };
            [format!("  {kind}"), copy.path.clone()]
        });
        output.table(&copies.collect::<Vec<_>>())?;
    }
    output.flush()?;
    let report = &found.report;
    output.remark(&format!(
        "{}, {} of known photos, {}",
        count(report.files, "file"),
        copies(report.copies),
        bytes(report.copied_bytes)
    ));
    Ok(())
}

fn copies(number: u64) -> String {
    match number {
        1 => "1 copy".to_owned(),
        number => format!("{number} copies"),
    }
}

fn word(file: &CheckedFile) -> &str {
    match file {
        CheckedFile {
            fault: Some(fault), ..
        } => fault,
        CheckedFile {
            photo_id: Some(_), ..
        } => "in a library",
        CheckedFile { copies, .. } if !copies.is_empty() => "a copy",
        _ => "new",
    }
}
