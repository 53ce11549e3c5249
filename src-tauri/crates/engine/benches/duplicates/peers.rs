//! Other programs on the same files, run by `tests/peers/duplicates.py`.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Runs the script on a folder; it prints its own lines.
///
/// # Errors
/// There is no Python, or the script fails.
pub fn run(folder: &Path) -> Result<()> {
    println!("\nPeers on the same files");
    let python = std::env::var_os("LATENT_PYTHON");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/peers/duplicates.py");
    let status = Command::new(python.as_deref().unwrap_or(OsStr::new("python3")))
        .arg(script)
        .arg(folder)
        .status()
        .context("Install Python 3, or name one in LATENT_PYTHON")?;
    ensure!(status.success(), "The peers ended with {status}");
    Ok(())
}
