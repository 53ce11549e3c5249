//! `latent faults`: files that could not be read, and why; tried again, or ignored.

use latent_commands::wire;
use latent_commands::wire::{Fault, Faults, FaultsIgnored, Job, JobStarted};
use latent_engine::Engine;

use crate::args::{self, FaultVerb, IgnoreFaults, ListFaults, MeantFaults};
use crate::call::{call, library_id};
use crate::failure::{Exit, Failure};
use crate::job;
use crate::output::Output;
use crate::picture::absolute;
use crate::plain::count;

/// Faults asked for at a time.
const PAGE: u32 = 1000;

pub(super) fn run(
    engine: &Engine,
    args: &args::Faults,
    output: &mut Output,
) -> Result<Exit, Failure> {
    match &args.what {
        None => list(engine, &args.list, output),
        Some(FaultVerb::List(args)) => list(engine, args, output),
        Some(FaultVerb::Retry(args)) => retry(engine, args, output),
        Some(FaultVerb::Ignore(args)) => ignore(engine, args, output),
    }
}

fn list(engine: &Engine, args: &ListFaults, output: &mut Output) -> Result<Exit, Failure> {
    let request = wire::ListFaults {
        library_id: library_id(engine, args.library.as_deref())?,
        kind: args.kind.map(Into::into),
        ignored: args.ignored,
        limit: None,
        offset: 0,
    };
    let faults = pages(engine, request)?;
    output.answer(&faults, |output, faults| {
        if faults.faults.is_empty() {
            output.remark(match (args.ignored, args.kind) {
                (true, _) => "No file is ignored",
                (false, None) => "Every file could be read",
                (false, Some(_)) => "There is no such file",
            });
        }
        in_lines(output, &faults.faults)?;
        let ignored: u64 = faults.kinds.iter().map(|kind| kind.ignored).sum();
        if !args.ignored && ignored > 0 {
            let files = count(ignored, "file");
            output.remark(&format!("{files} ignored: see latent faults --ignored"));
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

fn retry(engine: &Engine, args: &MeantFaults, output: &mut Output) -> Result<Exit, Failure> {
    let request = wire::RetryFaults {
        library_id: library_id(engine, args.library.as_deref())?,
        kind: args.kind.map(Into::into),
        fault_ids: named(engine, &args.files)?,
    };
    let started: JobStarted = call(engine, "retry_faults", &request)?;
    let job: Job = job::wait(engine, started.job_id, output)?;
    let report = job.report.ok_or_else(|| Failure::Job {
        reason: "The job ended without saying what it did".to_owned(),
    })?;
    output.answer(&report, |output, report| {
        let read = count(report.added + report.changed, "file");
        let left = count(report.faults, "file");
        output.line(&format!(
            "{read} could be read now; {left} in the libraries cannot"
        ))
    })?;
    Ok(if report.faults == 0 {
        Exit::Done
    } else {
        Exit::Faults
    })
}

fn ignore(engine: &Engine, args: &IgnoreFaults, output: &mut Output) -> Result<Exit, Failure> {
    let meant = &args.meant;
    let request = wire::IgnoreFaults {
        library_id: library_id(engine, meant.library.as_deref())?,
        kind: meant.kind.map(Into::into),
        fault_ids: named(engine, &meant.files)?,
        ignored: !args.undo,
    };
    let changed: FaultsIgnored = call(engine, "ignore_faults", &request)?;
    output.answer(&changed, |output, changed| {
        let files = count(changed.fault_ids.len() as u64, "file");
        output.line(&if args.undo {
            format!("{files} shown again")
        } else {
            format!("{files} ignored until changed")
        })
    })?;
    Ok(Exit::Done)
}

/// The faults of files that were named; `None` where none were.
fn named(engine: &Engine, files: &[String]) -> Result<Option<Vec<i64>>, Failure> {
    if files.is_empty() {
        return Ok(None);
    }
    let mut known = all(engine, None)?.faults;
    let ignored = wire::ListFaults {
        library_id: None,
        kind: None,
        ignored: true,
        limit: None,
        offset: 0,
    };
    known.extend(pages(engine, ignored)?.faults);
    let id = |file: &String| {
        let path = absolute(file)?;
        let fault = known.iter().find(|fault| fault.path == path);
        fault.map(|fault| fault.id).ok_or_else(|| {
            Failure::not_found(format!(
                "{path} is not among the files that could not be read: see latent faults"
            ))
        })
    };
    files.iter().map(id).collect::<Result<_, _>>().map(Some)
}

/// Every fault of a library, or of all, without those that are ignored.
pub(super) fn all(engine: &Engine, library_id: Option<i64>) -> Result<Faults, Failure> {
    pages(
        engine,
        wire::ListFaults {
            library_id,
            kind: None,
            ignored: false,
            limit: None,
            offset: 0,
        },
    )
}

fn pages(engine: &Engine, mut request: wire::ListFaults) -> Result<Faults, Failure> {
    request.limit = Some(PAGE);
    let mut all: Faults = call(engine, "list_faults", &request)?;
    loop {
        request.offset = u32::try_from(all.faults.len()).unwrap_or(u32::MAX);
        if u64::from(request.offset) >= all.total {
            return Ok(all);
        }
        let page: Faults = call(engine, "list_faults", &request)?;
        if page.faults.is_empty() {
            return Ok(all);
        }
        all.faults.extend(page.faults);
    }
}

/// Prints one fault a line.
pub(super) fn in_lines(output: &mut Output, faults: &[Fault]) -> Result<(), Failure> {
    faults.iter().try_for_each(|fault| {
        output.line(&format!(
            "  {}: {} ({})",
            fault.path, fault.reason, fault.stage
        ))
    })
}
