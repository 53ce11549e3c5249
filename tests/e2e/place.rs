//! Folders of one test, gone when it ends: photos, the catalog, and a home for the programs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

/// A temporary folder with room for everything that a test and its programs write.
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// Makes the folders, all of them empty.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("latent-e2e-").tempdir()?;
        let place = Self { folder };
        for name in ["photos", "data", "home", "run", "browser", "logs"] {
            fs::create_dir(place.path(name)).with_context(|| format!("Cannot make {name}"))?;
        }
        fs::set_permissions(place.path("run"), fs::Permissions::from_mode(0o700))?;
        Ok(place)
    }

    /// Where a person keeps the photos.
    pub fn photos(&self) -> PathBuf {
        self.path("photos")
    }

    /// Where Latent keeps its catalog.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Where Chromium keeps its profile.
    pub fn browser(&self) -> PathBuf {
        self.path("browser")
    }

    /// What a program wrote; `name` is such as `serve.out`.
    pub fn log(&self, name: &str) -> PathBuf {
        self.path("logs").join(name)
    }

    /// The last lines that the programs wrote, for the message of a failed test.
    pub fn last_words(&self) -> String {
        const LINES: usize = 12;
        let mut words = String::new();
        for file in fs::read_dir(self.path("logs"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let text = fs::read(file.path()).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let lines: Vec<_> = text.lines().collect();
            let last = &lines[lines.len().saturating_sub(LINES)..];
            if !last.is_empty() {
                words += &format!("\n{:?}:\n  {}", file.file_name(), last.join("\n  "));
            }
        }
        words
    }

    /// Gives a program a home of its own, and no session that it could find by chance.
    pub fn settle(&self, command: &mut Command) {
        let home = self.path("home");
        command
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("DBUS_SESSION_BUS_ADDRESS", self.no_bus())
            .env("NO_AT_BRIDGE", "1")
            .env("LATENT_LOG", "info")
            // Films are plain tiles on every machine.
            .env("LATENT_FFMPEG", "")
            .env_remove("LATENT_DATA_DIR")
            .env_remove("LATENT_UI_DIR")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .current_dir(self.folder.path());
    }

    /// An address at which nobody is: without one, libraries start a bus that outlives the test.
    fn no_bus(&self) -> String {
        format!("unix:path={}", self.path("run/no-bus").display())
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }
}
