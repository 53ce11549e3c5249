//! `cargo xtask check`: what has to pass before every commit.

use std::ffi::OsString;

use anyhow::{Result, bail};

use crate::process::{self, cargo};
use crate::system::{self, Packages};
use crate::{steps, test, ui};

/// Checks formatting, lints, licences, the user interface and the quick tests.
///
/// The tests include `tidy`, which compares the committed bindings with the commands.
///
/// # Errors
/// The first check that fails.
pub fn check(arguments: &[OsString]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("`cargo xtask check` takes no arguments");
    }
    steps::run(
        "cargo xtask check",
        &[
            ("System packages", || system::install(Packages::Window)),
            ("Formatting", formatting),
            ("Licences, advisories and sources", licences),
            ("UI packages", ui::install),
            ("UI formatting, lints and types", ui::check),
            ("UI tests", ui::test),
            // The window's crate does not compile without the built user interface.
            ("UI build", ui::build),
            ("Lints", lints),
            ("Rust tests", rust_tests),
        ],
    )
}

fn formatting() -> Result<()> {
    process::run(cargo().args(["fmt", "--all", "--check"]))
}

fn lints() -> Result<()> {
    process::run(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn licences() -> Result<()> {
    if process::succeeds(cargo().args(["deny", "--version"])) {
        return process::run(cargo().args(["deny", "check"]));
    }
    eprintln!("skipped: cargo-deny is not installed (`cargo install --locked cargo-deny`)");
    Ok(())
}

/// Runs all tests but those of the window and the browser, which take a feature.
fn rust_tests() -> Result<()> {
    let runner: &[&str] = if test::has_nextest() {
        &["nextest", "run"]
    } else {
        &["test"]
    };
    process::run(cargo().args(runner).arg("--workspace"))
}
