//! What a step tells: lines of JSON on its output, our own steps as the peers in Python.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

/// One thing told.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Line {
    /// A way of searching, with one filter.
    Measured(Measured),
    /// Anything else that was measured.
    Figure(Figure),
    /// What was left out.
    Skipped {
        /// What.
        name: String,
        /// Why.
        why: String,
    },
}

/// A way of searching, with one filter.
#[derive(Debug, Serialize, Deserialize)]
pub struct Measured {
    /// The way.
    pub name: String,
    /// Number of the filter in [`crate::data::About::filters`].
    pub filter: usize,
    /// How long each query took, in milliseconds.
    pub ms: Vec<f64>,
    /// Share of the true nearest found, 0 … 1.
    pub recall: f64,
    /// Anything else.
    pub extra: String,
}

/// A single figure.
#[derive(Debug, Serialize, Deserialize)]
pub struct Figure {
    /// Of what.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// Anything else.
    pub extra: String,
}

/// Tells one thing to the process that started this one.
pub fn tell(line: &Line) -> Result<()> {
    println!("{}", serde_json::to_string(line)?);
    Ok(())
}

/// Tells a figure.
pub fn tell_figure(name: &str, value: f64, unit: &str, extra: impl Into<String>) -> Result<()> {
    tell(&Line::Figure(Figure {
        name: name.to_owned(),
        value,
        unit: unit.to_owned(),
        extra: extra.into(),
    }))
}

/// Runs a step and hands on what it tells.
///
/// # Errors
/// The step cannot be run, fails, or tells something else.
pub fn follow(step: &mut Command, mut heard: impl FnMut(Line)) -> Result<()> {
    let program = step.get_program().to_owned();
    let failed = || format!("the step run by {}", program.display());
    let mut process = step.stdout(Stdio::piped()).spawn().with_context(failed)?;
    let output = process.stdout.take().context("the step's output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        heard(serde_json::from_str(&line).with_context(|| format!("it told {line:?}"))?);
    }
    let status = process.wait()?;
    ensure!(status.success(), "{} ended with {status}", failed());
    Ok(())
}
