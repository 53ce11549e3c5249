//! `cargo xtask bindings`: writes the TypeScript twin of the commands.

use std::ffi::OsString;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::process::{self, cargo};
use crate::repository;

/// Writes `ui/src/api/bindings.ts`, or compares it with `--check`.
///
/// # Errors
/// The commands do not build, the file cannot be written, or it is out of date.
pub fn bindings(arguments: &[OsString]) -> Result<()> {
    let only_check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => bail!("`cargo xtask bindings` takes no argument but --check"),
    };
    let path = repository::ui().join("src/api/bindings.ts");
    let text = process::output(cargo().args([
        "run",
        "--quiet",
        "-p",
        "latent-commands",
        "--example",
        "bindings",
    ]))?;
    if fs::read_to_string(&path).is_ok_and(|committed| committed == text) {
        eprintln!("{} is up to date", path.display());
        return Ok(());
    }
    if only_check {
        bail!(
            "{} is out of date: run `cargo xtask bindings`",
            path.display()
        );
    }
    fs::write(&path, text).with_context(|| format!("Cannot write {}", path.display()))?;
    eprintln!("{} written", path.display());
    Ok(())
}
