//! `latent faults`: files that could not be read, and why.

use latent_commands::wire::{Fault, Faults, ListFaults};
use latent_engine::Engine;

use crate::args;
use crate::call::{call, library_id};
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// Faults asked for at a time.
const PAGE: u32 = 1000;

pub(super) fn run(
    engine: &Engine,
    args: &args::Faults,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let faults = all(engine, library_id(engine, args.library.as_deref())?)?;
    output.answer(&faults, |output, faults| {
        if faults.faults.is_empty() {
            output.remark("Every file could be read");
        }
        in_lines(output, &faults.faults)
    })?;
    Ok(Exit::Done)
}

/// Every fault of a library, or of all.
pub(super) fn all(engine: &Engine, library_id: Option<i64>) -> Result<Faults, Failure> {
    let mut all = Faults {
        faults: Vec::new(),
        total: 0,
    };
    loop {
        let offset = u32::try_from(all.faults.len()).unwrap_or(u32::MAX);
        let request = ListFaults {
            library_id,
            limit: Some(PAGE),
            offset,
        };
        let page: Faults = call(engine, "list_faults", &request)?;
        all.total = page.total;
        if page.faults.is_empty() {
            return Ok(all);
        }
        all.faults.extend(page.faults);
        if all.faults.len() as u64 >= all.total {
            return Ok(all);
        }
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
