//! Where the programs lie that the tests start, or what to do where one is missing.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// A program of this workspace, built beside this test.
pub fn built(name: &str) -> Result<PathBuf> {
    let test = env::current_exe().context("This test does not know where it lies")?;
    let folder = test.parent().and_then(|deps| deps.parent());
    let program = folder.context("This test lies in no folder")?.join(name);
    if !program.is_file() {
        bail!(
            "{} is not built: run `cargo build --workspace --bins --features \
             latent-desktop/custom-protocol,latent-tests/e2e`",
            program.display()
        );
    }
    Ok(program)
}

/// The built user interface.
pub fn user_interface() -> Result<PathBuf> {
    let folder = latent_tests::repository_root().join("ui/dist");
    if !folder.join("index.html").is_file() {
        bail!("The user interface is not built: run `npm ci` and `npm run build` in ui");
    }
    Ok(folder)
}

/// A program of the system, which lies in a Debian package.
pub fn installed(name: &str, package: &str) -> Result<PathBuf> {
    on_path(name).with_context(|| {
        format!("{name} is not installed: `apt-get install {package}`, or run `cargo xtask test`")
    })
}

/// Chromium, by whichever name the system gives it.
pub fn chromium() -> Result<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(on_path)
        .context("Chromium is not installed: `apt-get install chromium`, or run `cargo xtask test`")
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}
