//! `latent clean`: plans a cleanup, does what a plan says, takes it back, lists what was done.

use std::fs;
use std::path::{Path, PathBuf};

use latent_commands::wire::{
    ActionKind, ApplyCleanup, CleanupAction, CleanupFileState, CleanupFiles, CleanupPlan,
    CleanupReport, CleanupSessions, GetCleanup, JobStarted, Nothing, PlanCleanup, SessionState,
    UndoCleanup,
};
use latent_engine::Engine;

use super::duplicates::asking::ask;
use super::duplicates::query;
use crate::args::{Clean, PlanClean};
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::job;
use crate::output::Output;
use crate::picture::absolute;
use crate::plain::{bytes, count};

/// Files that people are shown; the rest is counted.
const SHOWN: usize = 40;

pub(super) fn run(engine: &Engine, args: &Clean, output: &mut Output) -> Result<Exit, Failure> {
    match args {
        Clean::Plan(args) => plan(engine, args, output),
        Clean::Apply { plan } => apply(engine, plan, output),
        Clean::Undo { id, file } => undo(engine, id, file, output),
        Clean::Sessions { id: None } => sessions(engine, output),
        Clean::Sessions { id: Some(id) } => files(engine, id, output),
    }
}

fn plan(engine: &Engine, args: &PlanClean, output: &mut Output) -> Result<Exit, Failure> {
    let kind = match (&args.move_to, args.hard_link, args.reflink) {
        (Some(_), _, _) => ActionKind::Folder,
        (_, true, _) => ActionKind::Hardlink,
        (_, _, true) => ActionKind::Reflink,
        _ => ActionKind::Trash,
    };
    let folder = args
        .move_to
        .as_ref()
        .map(|folder| absolute(&folder.to_string_lossy()));
    let request = PlanCleanup {
        query: query(&args.copies)?,
        marked: args.marked,
        action: Some(CleanupAction {
            kind,
            folder: folder.transpose()?,
        }),
    };
    let plan: CleanupPlan = ask(engine, "plan_cleanup", &request, output)?;
    let json = serde_json::to_string_pretty(&plan).map_err(std::io::Error::from)?;
    match &args.output {
        Some(file) => fs::write(file, json + "\n").map_err(|source| unwritten(file, &source))?,
        None => output.line(&json)?,
    }
    output.flush()?;
    let files = count(plan.files, "file");
    output.remark(&format!("{files}, {} would go", bytes(plan.bytes)));
    if !plan.open.is_empty() {
        let open = count(plan.open.len() as u64, "group");
        output.remark(&format!(
            "{open} left open: add a --rule that tells them apart"
        ));
    }
    for refused in plan.refused.iter().take(SHOWN) {
        output.remark(&format!("{} stays: {}", refused.path, refused.reason));
    }
    Ok(Exit::Done)
}

fn unwritten(file: &Path, source: &std::io::Error) -> Failure {
    Failure::Misuse {
        message: format!("Cannot write {}: {source}", file.display()),
    }
}

fn apply(engine: &Engine, file: &PathBuf, output: &mut Output) -> Result<Exit, Failure> {
    let text = fs::read_to_string(file).map_err(|source| Failure::Misuse {
        message: format!("Cannot read {}: {source}", file.display()),
    })?;
    let plan: CleanupPlan = serde_json::from_str(&text).map_err(|error| Failure::Misuse {
        message: format!(
            "{} is no plan: {error}: make it with latent clean plan",
            file.display()
        ),
    })?;
    let started: JobStarted = call(engine, "apply_cleanup", &ApplyCleanup { plan })?;
    report(engine, started, "moved", output)
}

fn undo(engine: &Engine, id: &str, files: &[String], output: &mut Output) -> Result<Exit, Failure> {
    let paths: Vec<String> = files
        .iter()
        .map(|file| absolute(file))
        .collect::<Result<_, _>>()?;
    let request = UndoCleanup {
        session_id: id.to_owned(),
        paths: (!paths.is_empty()).then_some(paths),
    };
    let started: JobStarted = call(engine, "undo_cleanup", &request)?;
    report(engine, started, "brought back", output)
}

fn report(
    engine: &Engine,
    started: JobStarted,
    verb: &str,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let job = job::wait(engine, started.job_id, output)?;
    let report: CleanupReport = job.cleanup.ok_or_else(|| Failure::Job {
        reason: "The job ended without saying what it did".to_owned(),
    })?;
    output.answer(&report, |output, report| {
        let files = count(report.files, "file");
        let of = format!("{files}, {}, {verb}", bytes(report.bytes));
        output.line(&format!("{of}: cleanup {}", report.session_id))?;
        output.flush()?;
        for skipped in &report.skipped {
            output.remark(&format!(
                "{} was left alone: {}",
                skipped.path, skipped.reason
            ));
        }
        Ok(())
    })?;
    Ok(if report.skipped.is_empty() {
        Exit::Done
    } else {
        Exit::Faults
    })
}

fn sessions(engine: &Engine, output: &mut Output) -> Result<Exit, Failure> {
    let sessions: CleanupSessions = call(engine, "list_cleanup_sessions", &Nothing {})?;
    output.answer(&sessions, |output, sessions| {
        if sessions.sessions.is_empty() {
            output.remark("There was no cleanup yet: begin with latent clean plan");
        }
        let rows: Vec<[String; 4]> = sessions
            .sessions
            .iter()
            .map(|session| {
                [
                    session.id.clone(),
                    count(session.files, "file"),
                    bytes(session.bytes),
                    state(session.state).to_owned(),
                ]
            })
            .collect();
        output.table(&rows)
    })?;
    Ok(Exit::Done)
}

fn state(state: SessionState) -> &'static str {
    match state {
        SessionState::Applied => "applied",
        SessionState::Partly => "partly applied",
        SessionState::Undone => "undone",
        SessionState::Interrupted => "interrupted",
    }
}

fn files(engine: &Engine, id: &str, output: &mut Output) -> Result<Exit, Failure> {
    let request = GetCleanup {
        session_id: id.to_owned(),
    };
    let cleanup: CleanupFiles = call(engine, "get_cleanup", &request)?;
    output.answer(&cleanup, |output, cleanup| {
        let rows: Vec<[String; 3]> = cleanup
            .files
            .iter()
            .map(|file| {
                let state = match file.state {
                    CleanupFileState::Removed => "removed",
                    CleanupFileState::Restored => "restored",
                    CleanupFileState::Lost => "lost",
                    CleanupFileState::InPlace => "in place",
                };
                let reason = file.reason.clone().unwrap_or_default();
                [state.to_owned(), file.path.clone(), reason]
            })
            .collect();
        output.table(&rows)
    })?;
    Ok(Exit::Done)
}
