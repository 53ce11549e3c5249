//! The Python of the reference implementations and of the programs ours is measured beside: for each
//! purpose an environment of its own, made when it is missing.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process::{self, program};
use crate::repository;

/// The variable that names a Python which has everything already.
pub const VARIABLE: &str = "LATENT_PYTHON";

/// What a Python is for.
pub struct Purpose {
    /// The packages it has, pinned: a file in the repository.
    requirements: &'static str,
    /// Its folder below the build's.
    folder: &'static str,
}

/// The reference implementations of the models, 3 GB of packages on Linux.
pub const REFERENCE: Purpose = Purpose {
    requirements: "tests/golden/requirements.txt",
    folder: "target/python",
};

/// Other programs that find nearest neighbours, 200 MB.
pub const PEERS: Purpose = Purpose {
    requirements: "tests/peers/requirements.txt",
    folder: "target/peers",
};

/// Another program that finds duplicates, 3 GB of packages on Linux.
pub const DUPLICATE_PEERS: Purpose = Purpose {
    requirements: "tests/peers/duplicates.txt",
    folder: "target/duplicate-peers",
};

/// A Python with what its purpose asks for.
///
/// # Errors
/// There is no Python 3, or the packages cannot be had.
pub fn python(purpose: &Purpose) -> Result<OsString> {
    if let Some(python) = std::env::var_os(VARIABLE) {
        return Ok(python);
    }
    let requirements = repository::root().join(purpose.requirements);
    let wanted = std::fs::read(&requirements)?;
    let folder = repository::root().join(purpose.folder);
    let installed = folder.join("installed.txt");
    let python = interpreter(&folder);
    if std::fs::read(&installed).is_ok_and(|there| there == wanted) {
        return Ok(python.into());
    }
    eprintln!("Making a Python environment in {}", folder.display());
    process::run(program("python3").args(["-m", "venv"]).arg(&folder))
        .with_context(|| format!("Install Python 3 with venv, or name one in {VARIABLE}"))?;
    process::run(
        program(&python)
            .args(["-m", "pip", "install", "--quiet", "-r"])
            .arg(&requirements),
    )?;
    std::fs::write(&installed, wanted)?;
    Ok(python.into())
}

fn interpreter(folder: &std::path::Path) -> PathBuf {
    if cfg!(windows) {
        folder.join("Scripts/python.exe")
    } else {
        folder.join("bin/python3")
    }
}
