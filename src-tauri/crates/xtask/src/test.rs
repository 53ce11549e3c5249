//! `cargo xtask test`: sets the machine up and passes every test there is.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, cargo};
use crate::system::{self, Packages};
use crate::{steps, ui};

/// What every build of this task asks for. Building all of the workspace each time keeps the
/// features of shared packages the same, so that nothing is compiled twice.
pub const WORKSPACE: [&str; 3] = [
    "--workspace",
    "--features",
    "latent-desktop/custom-protocol,latent-engine/testing,latent-tests/e2e",
];

/// Runs every test, on a machine that need have nothing but Rust and Node.
///
/// # Errors
/// The machine cannot be set up, or a test fails.
pub fn test(arguments: &[OsString]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("`cargo xtask test` takes no arguments; run `cargo nextest run` for some tests");
    }
    steps::run(
        "cargo xtask test",
        &[
            ("System packages", || system::install(Packages::Test)),
            ("UI packages", ui::install),
            ("UI build", ui::build),
            ("UI tests", ui::test),
            ("Build of the window and the programs", build_programs),
            ("Examples in the documentation", examples_in_docs),
            (
                "Rust tests: units, transports, tidy, the window and the browser",
                rust_tests,
            ),
        ],
    )
}

/// Builds the programs that the end-to-end tests start, and the tests with them: alone, the
/// programs would ask for other features of shared packages, and all of those be compiled twice.
fn build_programs() -> Result<()> {
    process::run(cargo().args(["build", "--bins", "--tests"]).args(WORKSPACE))
}

fn examples_in_docs() -> Result<()> {
    process::run(cargo().args(["test", "--doc"]).args(WORKSPACE))
}

fn rust_tests() -> Result<()> {
    process::run(all_tests().args(WORKSPACE))
}

fn all_tests() -> Command {
    let mut command = cargo();
    if has_nextest() {
        command.args(["nextest", "run", "--profile", "ci"]);
    } else {
        eprintln!("cargo-nextest is not installed: the tests run with `cargo test`");
        command.args(["test", "--no-fail-fast", "--bins", "--lib", "--tests"]);
    }
    command
}

/// Says whether `cargo nextest` can be run.
pub fn has_nextest() -> bool {
    process::succeeds(cargo().args(["nextest", "--version"]))
}
