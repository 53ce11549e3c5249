//! `latent doctor`: looks whether everything is in order.

use latent_commands::wire::{Check, Diagnosis, Nothing};
use latent_engine::Engine;

use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::output::Output;

pub(super) fn run(engine: &Engine, output: &mut Output) -> Result<Exit, Failure> {
    let diagnosis: Diagnosis = call(engine, "diagnose", &Nothing {})?;
    output.answer(&diagnosis, |output, diagnosis| {
        output.line(&format!(
            "Latent {}, data in {}",
            diagnosis.version, diagnosis.data_dir
        ))?;
        let row = |check: &Check| {
            let state = if check.ok { "ok" } else { "NOT OK" };
            [state.to_owned(), check.name.clone(), check.detail.clone()]
        };
        let rows: Vec<[String; 3]> = diagnosis.checks.iter().map(row).collect();
        output.table(&rows)
    })?;
    Ok(if diagnosis.ok {
        Exit::Done
    } else {
        Exit::Failed
    })
}
