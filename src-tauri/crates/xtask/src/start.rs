//! `cargo xtask start`: from a fresh checkout to the open window.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process::{self, cargo};
use crate::system::{self, Packages};
use crate::{repository, ui};

/// Installs what is missing, builds with optimisation and opens Latent with `folders` as libraries.
///
/// # Errors
/// A folder is not there, the machine cannot be set up, or the build or the program fails.
pub fn start(folders: &[OsString]) -> Result<()> {
    let folders = absolute(folders)?;
    let display = has_display();
    system::install(if display {
        Packages::Window
    } else {
        Packages::Build
    })?;
    ui::install()?;
    ui::build()?;
    let mut program = if display { window() } else { server() };
    process::run(program.args(folders).stdin(Stdio::inherit()))
}

/// The window; `cargo run` builds it first, in whichever folder cargo is told to build.
fn window() -> Command {
    let mut command = cargo();
    command.args([
        "run",
        "--release",
        "-p",
        "latent-desktop",
        "--features",
        "custom-protocol",
    ]);
    command.arg("--");
    command
}

/// The same user interface on loopback; it prints its address.
fn server() -> Command {
    eprintln!("No display here: Latent is served to a browser instead");
    let mut command = cargo();
    command.args([
        "run",
        "--release",
        "-p",
        "latent-cli",
        "--",
        "serve",
        "--ui",
    ]);
    command.arg(repository::ui().join("dist"));
    command
}

fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

fn absolute(folders: &[OsString]) -> Result<Vec<PathBuf>> {
    folders.iter().map(absolute_folder).collect()
}

fn absolute_folder(folder: &OsString) -> Result<PathBuf> {
    let path = std::path::absolute(folder)
        .with_context(|| format!("Cannot find the folder {}", folder.display()))?;
    if !path.is_dir() {
        bail!(
            "No folder {}: name folders that hold photos",
            path.display()
        );
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_become_absolute() {
        let folders = absolute(&["src".into()]).unwrap();
        assert!(
            folders[0].is_absolute() && folders[0].ends_with("src"),
            "{folders:?}"
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_refused_before_anything_is_built() {
        let error = start(&["no-such-folder".into()]).unwrap_err().to_string();
        assert!(error.starts_with("No folder "), "{error}");
    }
}
