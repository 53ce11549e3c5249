//! Copies in the formats that `ffmpeg` writes with loss. Where the machine has none they are left out.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use image::RgbImage;

/// An encoder of `ffmpeg` and how it is told to encode.
pub struct Encoder {
    /// Ending of the file.
    pub ending: &'static str,
    codec: &'static str,
    options: &'static [&'static str],
}

/// WebP at quality 75, that of a web page.
pub const WEBP: Encoder = Encoder {
    ending: "webp",
    codec: "libwebp",
    options: &["-quality", "75"],
};

/// AVIF about as small as a JPEG of quality 60, at a quick setting.
pub const AVIF: Encoder = Encoder {
    ending: "avif",
    codec: "libaom-av1",
    options: &[
        "-crf",
        "32",
        "-cpu-used",
        "8",
        "-still-picture",
        "1",
        "-threads",
        "1",
    ],
};

impl Encoder {
    /// Whether there is an `ffmpeg` with this encoder.
    pub fn is_there(&self) -> bool {
        let asked = Command::new("ffmpeg")
            .args(["-hide_banner", "-encoders"])
            .stderr(Stdio::null())
            .output();
        asked.is_ok_and(|answer| {
            let listed = String::from_utf8_lossy(&answer.stdout);
            listed.split_whitespace().any(|word| word == self.codec)
        })
    }

    /// Encodes a picture.
    ///
    /// # Errors
    /// `ffmpeg` cannot be started, or fails.
    pub fn encode(&self, picture: &RgbImage) -> Result<Vec<u8>> {
        // The file of an AVIF is written back and forth, which a pipe is not.
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("picture").with_extension(self.ending);
        let size = format!("{}x{}", picture.width(), picture.height());
        let mut child = Command::new("ffmpeg")
            .args(["-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"])
            .args(["-s", &size, "-i", "-", "-frames:v", "1"])
            .args(["-pix_fmt", "yuv420p", "-c:v", self.codec])
            .args(self.options)
            .arg(&file)
            .stdin(Stdio::piped())
            .spawn()
            .context("ffmpeg")?;
        let mut pixels = child.stdin.take().context("the input of ffmpeg")?;
        pixels.write_all(picture.as_raw())?;
        drop(pixels);
        let status = child.wait()?;
        ensure!(status.success(), "ffmpeg, {}: {status}", self.codec);
        Ok(std::fs::read(&file)?)
    }
}
