//! The user interface's packages, build and tests, through npm.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::process::{self, program};
use crate::repository;

/// The oldest Node that Vite 8 runs on.
const OLDEST_NODE: u32 = 20;

/// Installs the packages where the lock file is newer than what is installed.
///
/// # Errors
/// Node is missing or too old, or npm fails.
pub fn install() -> Result<()> {
    require_node()?;
    let ui = repository::ui();
    let locked = modified(&ui.join("package-lock.json"));
    let installed = modified(&ui.join("node_modules/.package-lock.json"));
    if locked.is_some() && installed >= locked {
        eprintln!("UI packages are up to date");
        return Ok(());
    }
    process::run(npm().args(["ci", "--no-audit", "--no-fund"]))
}

/// Builds the user interface into `ui/dist`.
///
/// # Errors
/// npm or the build fails.
pub fn build() -> Result<()> {
    process::run(npm().args(["run", "build"]))
}

/// Runs the user interface's own tests.
///
/// # Errors
/// A test fails.
pub fn test() -> Result<()> {
    process::run(npm().arg("test"))
}

/// Checks the user interface's formatting, lints and types.
///
/// # Errors
/// There is something to mend.
pub fn check() -> Result<()> {
    process::run(npm().args(["run", "check"]))
}

fn npm() -> Command {
    let mut npm = program(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(repository::ui());
    npm
}

fn require_node() -> Result<()> {
    let version = process::output(program("node").arg("--version"))
        .context("Node is needed to build the user interface: install Node 20 or newer")?;
    match major(&version) {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => bail!(
            "Node {} is too old: install Node 20 or newer",
            version.trim()
        ),
    }
}

fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|file| file.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_version_is_read_from_its_first_number() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("nothing"), None);
    }
}
