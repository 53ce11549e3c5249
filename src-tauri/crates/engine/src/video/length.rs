//! How long a video is, by `ffmpeg`: for containers that are not read here.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::frame::{command, input, output};

/// How long it may take: the beginning of the file is read, and of some its end.
const WITHIN: Duration = Duration::from_secs(4);

/// Bytes of what it says.
const MAX_SAID: u64 = 1 << 20;

/// Asks the program for a video's length in seconds; none where it does not know it.
pub(super) fn of(program: &Path, video: &Path) -> Option<f64> {
    // Without an output it says what the input is, and ends.
    let mut process = command(program, "info", WITHIN)
        .arg("-i")
        .arg(input(video))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let pipe = process.stderr.take()?;
    let said = output(pipe, MAX_SAID, WITHIN);
    let _ended_already = process.kill();
    let _it_has_no_output = process.wait();
    told(&String::from_utf8_lossy(&said?))
}

/// Finds the length in what the program says: `  Duration: 00:01:02.50, start: …`.
fn told(said: &str) -> Option<f64> {
    let mut lines = said.lines().map(str::trim_start);
    let length = lines.find_map(|line| line.strip_prefix("Duration: "))?;
    let (length, _) = length.split_once(',')?;
    let seconds = length.split(':').try_fold(0.0, |sum, part| {
        Some(sum * 60.0 + part.parse::<f64>().ok()?)
    })?;
    (seconds > 0.0).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_found_in_what_the_program_says() {
        let said = |length: &str| {
            format!("Input #0, avi, from 'a':\n  Metadata:\n  Duration: {length}, start: 0.0\n")
        };
        assert_eq!(told(&said("00:01:02.50")), Some(62.5));
        assert_eq!(told(&said("10:00:00.04")), Some(36_000.04));
        for none in ["N/A", "00:00:00.00", "", "-1"] {
            assert_eq!(told(&said(none)), None, "{none}");
        }
        assert_eq!(told("file:a: No such file or directory"), None);
    }
}
