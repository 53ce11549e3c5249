//! Runs the program on temporary folders and compares what it says with what is written down.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use image::{Rgb, RgbImage};
use serde_json::Value;
use tempfile::TempDir;

/// A data folder and a folder of photos, gone with this.
pub struct Latent {
    pub data: TempDir,
    pub photos: TempDir,
}

impl Latent {
    pub fn new() -> Self {
        Self {
            data: tempfile::tempdir().unwrap(),
            photos: tempfile::tempdir().unwrap(),
        }
    }

    /// One with a red, a green and a blue photo, indexed.
    pub fn with_photos() -> Self {
        let latent = Self::new();
        for (name, colour) in [
            ("red", [200, 30, 30]),
            ("green", [30, 200, 30]),
            ("blue", [30, 30, 200]),
        ] {
            draw(&latent.photo(&format!("{name}.png")), colour);
        }
        let indexed = latent.json(&["index", latent.folder(), "--library", "Colours"]);
        assert_eq!(indexed["added"], 3, "{indexed}");
        latent
    }

    pub fn photo(&self, name: &str) -> PathBuf {
        self.photos.path().join(name)
    }

    pub fn folder(&self) -> &str {
        self.photos.path().to_str().unwrap()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latent"));
        command
            .args(arguments)
            .env("LATENT_DATA_DIR", self.data.path())
            // Nobody answers there: no test asks the real source.
            .env("HF_ENDPOINT", "http://127.0.0.1:1")
            .env("NO_PROXY", "127.0.0.1")
            // No film has a frame, whatever this machine has.
            .env("LATENT_FFMPEG", "")
            .env_remove("LATENT_LOG")
            .env_remove("COLUMNS");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The JSON answer of a call that must end well.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let mut line = vec!["--json"];
        line.extend(arguments);
        let output = self.run(&line);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            stderr(&output)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What is told of a failure, with the names of this run taken out, and the exit code.
    pub fn told(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let code = output.status.code().unwrap();
        let text = format!(
            "$ latent {}\n{}exit {code}\n",
            arguments.join(" "),
            stderr(&output)
        );
        text.replace(self.folder(), "PHOTOS")
            .replace(self.data.path().to_str().unwrap(), "DATA")
    }
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Draws a photo of one colour with a mark, so that it is not plain.
pub fn draw(path: &Path, colour: [u8; 3]) {
    let picture = RgbImage::from_fn(64, 48, |x, y| {
        if x / 8 == y / 8 {
            Rgb([240, 240, 240])
        } else {
            Rgb(colour)
        }
    });
    picture.save(path).unwrap();
}

/// Compares with the committed text of that name; `LATENT_UPDATE_SNAPSHOTS=1` writes it anew.
pub fn compare(name: &str, text: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/snapshots");
    let path = folder.join(format!("{name}.txt"));
    if std::env::var_os("LATENT_UPDATE_SNAPSHOTS").is_some_and(|update| update == "1") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let committed = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert_eq!(
        text, committed,
        "{name} reads differently: look at it, then run with LATENT_UPDATE_SNAPSHOTS=1"
    );
}
