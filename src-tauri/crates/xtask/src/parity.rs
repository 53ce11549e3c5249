//! `cargo xtask parity DIR`: compares a model folder with the Python reference, stage by stage.

use std::ffi::OsString;

use anyhow::{Context, Result, bail};

use crate::process::{self, cargo};
use crate::python;
use crate::system::{self, Packages};

/// Compares the model in a folder with transformers or open_clip.
///
/// # Errors
/// No folder is named, there is no Python, or the model lies too far from its reference.
pub fn parity(arguments: &[OsString]) -> Result<()> {
    let [folder] = arguments else {
        bail!("Name one model folder: cargo xtask parity DIR");
    };
    let folder = std::path::absolute(folder).context("Cannot make the folder absolute")?;
    system::install(Packages::Build)?;
    let python = python::python(&python::REFERENCE)?;
    process::run(
        cargo()
            .args(["bench", "-p", "latent-engine", "--features", "testing"])
            .args(["--bench", "parity", "--"])
            .arg(folder)
            .env(python::VARIABLE, python),
    )
}
