//! A frame of a video, by `ffmpeg`.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crossbeam_channel::bounded;

/// Where programs lie that a person installed, although a program that was not started from a
/// terminal does not look there.
const ELSEWHERE: [&str; 3] = ["/usr/local/bin", "/opt/homebrew/bin", "/opt/local/bin"];

/// How far into a video a frame is taken: behind black leaders and hands on the lens.
const PART: f64 = 0.1;
const AT_MOST_S: f64 = 10.0;
/// Into one whose length is not known.
const USUAL_S: f64 = 1.0;

/// How long a frame may take, and how much longer for each so many bytes of the file.
const WITHIN: Duration = Duration::from_secs(4);
const BYTES_A_SECOND: u64 = 8 << 20;
const LONGEST: Duration = Duration::from_secs(30);

/// Bytes of a frame; 8192 × 8192 pixels are less.
const MAX_FRAME: u64 = 256 << 20;

/// The environment's word for the program: its path, or nothing for none.
const NAMED: &str = "LATENT_FFMPEG";

/// Finds the program that makes frames: what `LATENT_FFMPEG` names, else `ffmpeg` where programs lie.
#[must_use]
pub fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(NAMED) {
        return Some(PathBuf::from(named)).filter(|file| file.is_file());
    }
    let name = format!("ffmpeg{}", std::env::consts::EXE_SUFFIX);
    let named = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&named)
        .chain(ELSEWHERE.iter().map(PathBuf::from))
        .collect();
    folders
        .into_iter()
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}

/// Takes a frame as a BMP; none where the program makes none of this file in its time.
pub(super) fn take(program: &Path, video: &Path, duration_s: Option<f64>) -> Option<Vec<u8>> {
    let bytes = std::fs::metadata(video).map_or(0, |m| m.len());
    let within = (WITHIN + Duration::from_secs(bytes / BYTES_A_SECOND)).min(LONGEST);
    let at = duration_s.map_or(USUAL_S, |whole| (whole * PART).min(AT_MOST_S));
    // A video may be shorter than it says, or than was guessed.
    take_at(program, video, at, within).or_else(|| take_at(program, video, 0.0, within))
}

pub(super) fn take_at(
    program: &Path,
    video: &Path,
    at_s: f64,
    within: Duration,
) -> Option<Vec<u8>> {
    let mut process = command(program, "quiet", within)
        .args(["-ss", &format!("{at_s:.3}"), "-i"])
        .arg(input(video))
        // The film itself, not a cover that comes with it.
        .args(["-map", "0:V:0", "-frames:v", "1", "-pix_fmt", "bgr24"])
        .args(["-f", "image2pipe", "-c:v", "bmp", "pipe:1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let pipe = process.stdout.take()?;
    let frame = output(pipe, MAX_FRAME, within);
    let _ended_already = process.kill();
    let status = process.wait();
    frame.filter(|frame| !frame.is_empty() && status.is_ok())
}

/// The program with what holds for every use of it: it asks nothing, says so much, and ends by itself
/// where nobody is left to end it.
pub(super) fn command(program: &Path, says: &str, within: Duration) -> Command {
    let mut command = Command::new(program);
    command
        .args(["-nostdin", "-hide_banner", "-v", says, "-threads", "1"])
        .args(["-timelimit", &(within.as_secs() * 2).to_string()])
        // Some containers name other files, or servers.
        .args(["-protocol_whitelist", "file"])
        .stdin(Stdio::null());
    command
}

/// A file as the program takes it, whatever its name begins with.
pub(super) fn input(video: &Path) -> OsString {
    let mut input = OsString::from("file:");
    input.push(video);
    input
}

/// What the program writes, of so many bytes at most, where it is done in time.
pub(super) fn output(
    pipe: impl Read + Send + 'static,
    most: u64,
    within: Duration,
) -> Option<Vec<u8>> {
    let (to_us, written) = bounded(1);
    let read = move || {
        let mut output = Vec::new();
        let read = pipe.take(most).read_to_end(&mut output);
        let _nobody_waits = to_us.send(read.is_ok().then_some(output));
    };
    thread::Builder::new()
        .name("video-frame".into())
        .spawn(read)
        .ok()?;
    written.recv_timeout(within).ok().flatten()
}
