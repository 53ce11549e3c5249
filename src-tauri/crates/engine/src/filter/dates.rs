//! Calendar dates as a person writes them, to seconds since 1970 and back. Knows no time zone.

use super::Period;

const DAY_S: i64 = 86_400;

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
///
/// # Source
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date `(year, month, day)` that many days after 1970-01-01.
///
/// # Source
/// Howard Hinnant, as above, `civil_from_days`.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The first second of a year.
pub(crate) fn start_of_year_s(year: i64) -> i64 {
    days_from_civil(year.clamp(-1_000_000, 1_000_000), 1, 1) * DAY_S
}

/// The year a second lies in.
#[cfg(test)]
pub(crate) fn year_of(second: i64) -> i64 {
    civil_from_days(second.div_euclid(DAY_S)).0
}

/// The seconds of the years 1 … 9999, which four digits can write.
pub(crate) const SECONDS: std::ops::Range<i64> = -62_135_596_800..253_402_300_800;

/// A time as programs write it, in the form that people type: a space for the `T`, parts of a
/// second and a `Z` are taken away. Another zone stays, and cannot be read.
pub(crate) fn without_zone(text: &str) -> String {
    let (date, time) = match text.split_at_checked(10) {
        Some((date, rest)) if rest.starts_with([' ', 'T', 't']) => {
            (date, rest.get(1..).unwrap_or_default())
        }
        _ => return text.to_owned(),
    };
    let local = time.strip_suffix(['Z', 'z']).unwrap_or(time);
    let whole = match local.split_once('.') {
        Some((whole, part))
            if whole.len() == 8 && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) =>
        {
            whole
        }
        _ => local,
    };
    format!("{date}T{whole}")
}

/// Reads `2023`, `2023-06`, `2023-06-15` or `2023-06-15T12[:30[:59]]` as the span it names.
pub(crate) fn parse_period(text: &str) -> Option<Period> {
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts
        .next()
        .map(|m| digits(m, 2))
        .map_or(Some(None), |m| m.map(Some))?;
    let day = parts
        .next()
        .map(|d| digits(d, 2))
        .map_or(Some(None), |d| d.map(Some))?;
    if parts.next().is_some() || year < 1 {
        return None;
    }
    match (month, day, time) {
        (None, None, None) => Some(span(start_of_year_s(year), start_of_year_s(year + 1))),
        (Some(month), None, None) => {
            let (next_year, next) = if month == 12 {
                (year + 1, 1)
            } else {
                (year, month + 1)
            };
            (1..=12).contains(&month).then(|| {
                span(
                    days_from_civil(year, month, 1) * DAY_S,
                    days_from_civil(next_year, next, 1) * DAY_S,
                )
            })
        }
        (Some(month), Some(day), time) => {
            let days = days_from_civil(year, month, day);
            if civil_from_days(days) != (year, month, day) {
                return None;
            }
            let (after_s, length_s) = time.map_or(Some((0, DAY_S)), parse_time)?;
            let start = days * DAY_S + after_s;
            Some(span(start, start + length_s))
        }
        _ => None,
    }
}

/// Reads `12`, `12:30` or `12:30:59` as seconds after midnight and a length in seconds.
fn parse_time(text: &str) -> Option<(i64, i64)> {
    let mut parts = text.split(':');
    let hour = digits(parts.next()?, 2).filter(|h| *h < 24)?;
    let Some(minute) = parts.next() else {
        return Some((hour * 3600, 3600));
    };
    let minute = digits(minute, 2).filter(|m| *m < 60)?;
    let Some(second) = parts.next() else {
        return Some((hour * 3600 + minute * 60, 60));
    };
    let second = digits(second, 2).filter(|s| *s < 60)?;
    parts
        .next()
        .is_none()
        .then_some((hour * 3600 + minute * 60 + second, 1))
}

/// Exactly so many digits; months, days and hours may go without their leading zero.
fn digits(text: &str, length: usize) -> Option<i64> {
    let fits = text.len() == length || (length == 2 && text.len() == 1);
    (fits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn span(from: i64, until: i64) -> Period {
    Period {
        from_s: Some(from),
        until_s: Some(until),
    }
}

/// Writes a span in the shortest way that [`parse_period`] or a range of two reads back.
pub(crate) fn print_period(period: Period) -> String {
    if let Some(from) = period.from_s {
        let full = print_second(from);
        let shorter = [4, 7, 10, 13, 16, 19]
            .into_iter()
            .filter_map(|length| full.get(..length));
        for text in shorter {
            if parse_period(text) == Some(period) {
                return text.to_owned();
            }
        }
    }
    let from = period.from_s.map(print_second).unwrap_or_default();
    let last = period
        .until_s
        .map(|until| print_second(until.saturating_sub(1)));
    format!("{from}..{}", last.unwrap_or_default())
}

fn print_second(second: i64) -> String {
    let (year, month, day) = civil_from_days(second.div_euclid(DAY_S));
    let of_day = second.rem_euclid(DAY_S);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_survives_the_round_trip() {
        for days in -146_097..146_097 {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(civil_from_days(0), (1970, 1, 1));
        assert_eq!(civil_from_days(19_782), (2024, 2, 29));
    }

    #[test]
    fn dates_that_are_not_in_the_calendar_are_refused() {
        for text in [
            "",
            "23",
            "2023-13",
            "2023-00",
            "2023-02-29",
            "2023-6-31",
            "2023-06-",
            "0000",
            "2023-06-15T24",
            "2023-06-15T12:60",
            "2023T12",
            "2023-06T12",
            "2023-06-15T1:2:3:4",
            "２０２３",
            "+203",
            "2023-06-15-1",
        ] {
            assert_eq!(parse_period(text), None, "{text}");
        }
    }

    #[test]
    fn times_of_programs_are_read_as_the_wall_clock() {
        let check = |text: &str, expect: &str| assert_eq!(without_zone(text), expect, "{text}");
        check("2023-06-15T12:30:59.123Z", "2023-06-15T12:30:59");
        check("2023-06-15 12:30", "2023-06-15T12:30");
        check("2023-06-15T12:30:59+02:00", "2023-06-15T12:30:59+02:00");
        check("2023-06-15", "2023-06-15");
        check("2023-06-15T12:30..2024", "2023-06-15T12:30..2024");
        check("2023", "2023");
        assert_eq!(start_of_year_s(1), SECONDS.start);
        assert_eq!(start_of_year_s(10_000), SECONDS.end);
    }

    #[test]
    fn a_span_is_printed_in_its_shortest_form() {
        for text in [
            "2023",
            "2023-06",
            "2023-12",
            "2024-02-29",
            "2023-06-15T12",
            "0001",
            "2023-06-15T12:30",
            "2023-06-15T12:30:59",
        ] {
            assert_eq!(print_period(parse_period(text).unwrap()), text);
        }
        assert_eq!(parse_period("2023-6-5"), parse_period("2023-06-05"));
    }
}
