//! Text that is safe and pleasant to read on a terminal.

use std::borrow::Cow;

/// A text in which nothing moves the cursor, changes colours or turns the reading direction: such
/// characters show as `\u{1b}`.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let escape = |c: char| {
        if is_unsafe(c) {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    Cow::Owned(text.chars().map(escape).collect())
}

fn is_unsafe(c: char) -> bool {
    // The second group are the marks that override the reading direction of what follows.
    c.is_control()
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// A text with a caret line under the characters from `start` to `end`, counted from 0.
pub(crate) fn caret(text: &str, start: usize, end: usize) -> String {
    let (mut pad, mut mark) = (0, 0);
    for (place, c) in text.chars().enumerate() {
        let width = escaped(c.encode_utf8(&mut [0; 4])).chars().count();
        if place < start {
            pad += width;
        } else if place < end {
            mark += width;
        }
    }
    format!(
        "  {}\n  {}{}",
        escaped(text),
        " ".repeat(pad),
        "^".repeat(mark.max(1))
    )
}

/// A number with its noun: `1 photo`, `2 photos`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A number of bytes as people say it, in powers of 1000: `298 B`, `34 MB`, `1.5 GB`.
pub(crate) fn bytes(count: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    let mut size = count as f64;
    let mut unit = "B";
    for next in units {
        if size < 999.5 {
            break;
        }
        (size, unit) = (size / 1000.0, next);
    }
    if unit == "B" || size >= 9.95 {
        format!("{size:.0} {unit}")
    } else {
        format!("{size:.1} {unit}")
    }
}

/// Seconds as people say them: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
pub(crate) fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match whole {
        _ if seconds < 9.95 => format!("{:.1} s", seconds.max(0.0)),
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// Seconds since 1970 as a date and time: `2024-05-01 18:30:00`.
///
/// # Source
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
pub(crate) fn date_time(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        assert_eq!(escaped("a\u{1b}[31mb\n"), "a\\u{1b}[31mb\\n");
        assert_eq!(escaped("x\u{202E}gpj.exe"), "x\\u{202e}gpj.exe");
        assert_eq!(escaped("Würzburg – 日本.jpg"), "Würzburg – 日本.jpg");
    }

    #[test]
    fn a_caret_stands_under_its_place() {
        assert_eq!(
            caret("tag:a ratng:5", 6, 11),
            "  tag:a ratng:5\n        ^^^^^"
        );
        assert_eq!(caret("a\tb c", 2, 3), "  a\\tb c\n     ^");
        assert_eq!(caret("(", 1, 1), "  (\n   ^");
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date_time(0), "1970-01-01 00:00:00");
        assert_eq!(date_time(951_782_399), "2000-02-28 23:59:59");
        assert_eq!(date_time(1_709_208_000), "2024-02-29 12:00:00");
        assert_eq!(date_time(-1), "1969-12-31 23:59:59");
    }

    #[test]
    fn sizes_are_short() {
        let shown: Vec<String> = [0, 298, 999_600, 34_363_039, 1_541_883_789]
            .map(bytes)
            .to_vec();
        assert_eq!(shown, ["0 B", "298 B", "1.0 MB", "34 MB", "1.5 GB"]);
    }

    #[test]
    fn durations_are_short() {
        let shown: Vec<String> = [0.04, 9.96, 59.4, 185.0, 7800.0].map(duration).to_vec();
        assert_eq!(shown, ["0.0 s", "10 s", "59 s", "3 min 5 s", "2 h 10 min"]);
    }
}
