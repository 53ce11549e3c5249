//! What `ffmpeg` says of a video: for containers that are not read here.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime};

use super::frame::{command, input, output};
use crate::photo::metadata::Metadata;

/// How long it may take: the beginning of the file is read, and of some its end.
const WITHIN: Duration = Duration::from_secs(4);

/// Bytes of what it says.
const MAX_SAID: u64 = 1 << 20;

/// Asks the program for a video's length, time and place; nothing of them where it does not know.
pub(super) fn of(program: &Path, video: &Path) -> Metadata {
    let said = said(program, video).unwrap_or_default();
    told(&String::from_utf8_lossy(&said))
}

fn said(program: &Path, video: &Path) -> Option<Vec<u8>> {
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
    said
}

/// Finds what is told in lines of a name, a colon and a value.
fn told(said: &str) -> Metadata {
    let value = |names: &[&str]| {
        let mut lines = said.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(name, _)| names.contains(&name.trim()));
        found.map(|(_, value)| value.trim())
    };
    let taken = value(&["creation_time"]).and_then(moment);
    let place = value(&["location", "com.apple.quicktime.location.ISO6709"]).and_then(place);
    Metadata {
        duration_s: value(&["Duration"]).and_then(seconds),
        taken_at: taken.map(|(at, _)| at),
        taken_offset_min: taken.and_then(|(_, offset)| offset),
        lat: place.map(|(lat, _)| lat),
        lon: place.map(|(_, lon)| lon),
        ..Metadata::default()
    }
}

/// A length: `00:01:02.50, start: …`.
fn seconds(length: &str) -> Option<f64> {
    let (length, _) = length.split_once(',')?;
    let seconds = length.split(':').try_fold(0.0, |sum, part| {
        Some(sum * 60.0 + part.parse::<f64>().ok()?)
    })?;
    (seconds > 0.0).then_some(seconds)
}

/// The wall clock as if it were UTC, and how many minutes it was ahead of UTC where that is said.
/// Cameras without a clock say 1904 or 1970.
fn moment(date: &str) -> Option<(i64, Option<i32>)> {
    let (local, offset) = match DateTime::parse_from_rfc3339(date) {
        Ok(aware) => {
            let offset = aware.offset().local_minus_utc() / 60;
            (aware.naive_local(), Some(offset))
        }
        Err(_) => (
            NaiveDateTime::parse_from_str(date, "%Y-%m-%d %H:%M:%S").ok()?,
            None,
        ),
    };
    let at = local.and_utc().timestamp();
    (at > 0).then_some((at, offset))
}

/// Degrees north and east of ISO 6709 as films have it: `+41.8902+012.4922+021.000/`.
fn place(text: &str) -> Option<(f64, f64)> {
    let second = text.get(1..)?.find(['+', '-'])? + 1;
    let (lat, rest) = text.split_at_checked(second)?;
    let end = rest.get(1..)?.find(['+', '-', '/']);
    let lon = end.map_or(Some(rest), |end| rest.get(..=end))?;
    let (lat, lon): (f64, f64) = (lat.parse().ok()?, lon.parse().ok()?);
    let is_real = lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat != 0.0 || lon != 0.0);
    is_real.then_some((lat, lon))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_found_in_what_the_program_says() {
        let said = |length: &str| {
            format!("Input #0, avi, from 'a':\n  Metadata:\n  Duration: {length}, start: 0.0\n")
        };
        assert_eq!(told(&said("00:01:02.50")).duration_s, Some(62.5));
        assert_eq!(told(&said("10:00:00.04")).duration_s, Some(36_000.04));
        for none in ["N/A", "00:00:00.00", "", "-1"] {
            assert_eq!(told(&said(none)), Metadata::default(), "{none}");
        }
        assert_eq!(
            told("file:a: No such file or directory"),
            Metadata::default()
        );
    }

    #[test]
    fn time_and_place_are_found_in_what_the_program_says() {
        let said = "Input #0, asf, from 'file:a.wmv':\n  Metadata:\n    title           : creation_time\n    \
            creation_time   : 2023-06-17T09:30:15.000000Z\n    location        : +41.8902-012.4922+021.000/\n  \
            Duration: 00:00:01.00, start: 0.0, bitrate: 1 kb/s\n  Stream #0:0\n      creation_time   : \
            2001-01-01T00:00:00.000000Z\n";
        let expect = Metadata {
            duration_s: Some(1.0),
            taken_at: Some(1_686_994_215),
            taken_offset_min: Some(0),
            lat: Some(41.8902),
            lon: Some(-12.4922),
            ..Metadata::default()
        };
        assert_eq!(told(said), expect);
        // Cameras that write AVI say their own clock.
        assert_eq!(moment("2005-01-02 03:04:05"), Some((1_104_635_045, None)));
        for none in [
            "1904-01-01T00:00:00.000000Z",
            "1970-01-01 00:00:00",
            "soon",
            "",
        ] {
            assert_eq!(moment(none), None, "{none}");
        }
        assert_eq!(place("+41.5+012.5/"), Some((41.5, 12.5)));
        assert_eq!(place("-41.5-012.5"), Some((-41.5, -12.5)));
        for none in ["", "+", "+91+012/", "+41.5", "+00.0+000.0/", "é+é", "+1+é/"] {
            assert_eq!(place(none), None, "{none}");
        }
    }
}
