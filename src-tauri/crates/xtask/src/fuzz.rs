//! `cargo xtask fuzz`: draws inputs for minutes. The drawing and what must hold are tests of the
//! engine that are ignored otherwise, so that they are built as every test is.

use std::ffi::OsString;

use anyhow::{Context, Result, bail};

use crate::process::{self, cargo};
use crate::system::{self, Packages};
use crate::test::WORKSPACE;

/// Draws inputs for the parsers of filters, one parser after the other.
///
/// # Errors
/// The arguments are unknown, or an input breaks a parser; it is printed with its seed.
pub fn fuzz(arguments: &[OsString]) -> Result<()> {
    let Some((target, options)) = arguments.split_first() else {
        bail!("Name what is fuzzed: cargo xtask fuzz filters");
    };
    if target != "filters" {
        bail!(
            "Nothing to fuzz is called {}: there are filters",
            target.display()
        );
    }
    let mut command = cargo();
    command.args(["test", "--lib"]).args(WORKSPACE).args([
        "--",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
        "fuzz_filters_",
    ]);
    for pair in options.chunks(2) {
        let variable = match pair.first().and_then(|name| name.to_str()) {
            Some("--minutes") => "LATENT_FUZZ_MINUTES",
            Some("--seed") => "LATENT_FUZZ_SEED",
            _ => bail!("Options are --minutes N and --seed N"),
        };
        let number = pair
            .get(1)
            .and_then(|number| number.to_str()?.parse::<u64>().ok());
        let number = number.context("A number follows --minutes and --seed")?;
        command.env(variable, number.to_string());
    }
    system::install(Packages::Build)?;
    process::run(&mut command)
}
