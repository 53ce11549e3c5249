//! Reads EXIF's dates and zone offsets.

/// Seconds since 1970 of "2023:06:17 09:30:00", taken as UTC; `None` for dates that never were.
///
/// Separators are not looked at, since programs write "-", "T" and "." as well.
pub(super) fn seconds(date: &str) -> Option<i64> {
    let mut numbers = date
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<i64>().ok());
    let mut next = || numbers.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    let hour = next();
    let (minute, second) = (next(), next());
    let (hour, minute, second) = (hour.unwrap_or(0), minute.unwrap_or(0), second.unwrap_or(0));
    let is_real = (1826..=2200).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    is_real.then(|| days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// The thousandths of a second in "5", "123" or "123456": digits behind the point.
pub(super) fn milliseconds(digits: &str) -> Option<u16> {
    let digits = digits.trim();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    format!("{digits:0<3}").get(..3)?.parse().ok()
}

/// Minutes ahead of UTC of "+05:30", "-08:00" or "Z".
pub(super) fn offset_min(offset: &str) -> Option<i32> {
    if offset.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match offset.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes))
        .then_some(sign * (hours * 60 + minutes))
}

fn days_in(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of the Gregorian calendar.
///
/// # Source
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_becomes_seconds_since_1970() {
        assert_eq!(seconds("1970:01:01 00:00:00"), Some(0));
        assert_eq!(seconds("2023:06:17 09:30:15"), Some(1_686_994_215));
        assert_eq!(seconds("2000:02:29 12:00:00"), Some(951_825_600));
        assert_eq!(seconds("2012-05-30T18:21:28"), Some(1_338_402_088));
        assert_eq!(seconds("1969:12:31 23:59:59"), Some(-1));
    }

    #[test]
    fn a_date_that_never_was_is_none() {
        for date in [
            "0000:00:00 00:00:00",
            "2023:02:29 00:00:00",
            "2023:13:01 00:00:00",
            "",
        ] {
            assert_eq!(seconds(date), None, "{date}");
        }
        assert_eq!(seconds("    :  :     :  :  "), None);
        assert_eq!(seconds("2023:06:17 24:00:00"), None);
    }

    #[test]
    fn parts_of_a_second_become_thousandths() {
        assert_eq!(milliseconds("5"), Some(500));
        assert_eq!(milliseconds("07 "), Some(70));
        assert_eq!(milliseconds("123456"), Some(123));
        assert_eq!(milliseconds("  "), None);
        assert_eq!(milliseconds("1a"), None);
    }

    #[test]
    fn an_offset_becomes_minutes() {
        assert_eq!(offset_min("+05:30"), Some(330));
        assert_eq!(offset_min("-08:00"), Some(-480));
        assert_eq!(offset_min("Z"), Some(0));
        assert_eq!(offset_min("   :  "), None);
        assert_eq!(offset_min("+99:00"), None);
    }
}
