//! A packet as what it says.

use std::fs;
use std::path::Path;

use xmp_toolkit::XmpMeta;

use super::kit::{self, Kit};
use super::{Said, SidecarError, keywords, languages, region_lists, text};
use crate::io::IoError;

/// Reads a sidecar; an empty one says nothing.
///
/// # Errors
/// [`SidecarError::Io`], [`SidecarError::Malformed`], [`SidecarError::NothingRead`].
pub fn read_file(path: &Path) -> Result<Said, SidecarError> {
    let length = fs::metadata(path).map(|m| m.len());
    if length.is_ok_and(|length| length > text::MAX_BYTES as u64) {
        return Err(text::malformed("it is larger than 16 MiB"));
    }
    let bytes = fs::read(path).map_err(|source| IoError::new("read", path, source))?;
    let text = text::decode(&bytes)?;
    if text.trim().is_empty() {
        return Ok(Said::default());
    }
    let kit = Kit::take();
    let meta = kit.parse(&text)?;
    if kit.leaves(&meta).is_empty() {
        return Err(SidecarError::NothingRead {
            path: path.to_owned(),
        });
    }
    Ok(said(&meta))
}

/// Reads the packets of a picture file; what an earlier one says goes before a later one.
///
/// A packet that cannot be understood says nothing.
#[must_use]
pub fn read_packets(packets: &[Vec<u8>]) -> Option<Said> {
    let mut whole: Option<Said> = None;
    for packet in packets {
        let Ok(text) = text::decode(packet) else {
            continue;
        };
        let kit = Kit::take();
        let Ok(meta) = kit.parse(&text) else { continue };
        let found = said(&meta);
        whole = Some(match whole {
            None => found,
            Some(first) => first.or(found),
        });
    }
    whole
}

pub(super) fn said(meta: &XmpMeta) -> Said {
    let (taken_at, taken_ms, taken_offset_min) = taken(meta);
    let regions = region_lists::regions(meta);
    let date = |name| value(meta, kit::XMP, name).and_then(|date| utc(&date));
    Said {
        keywords: tags(meta),
        rating: rating(meta),
        label: value(meta, kit::XMP, "Label"),
        caption: languages::text(meta, kit::DC, "description"),
        title: languages::text(meta, kit::DC, "title"),
        regions,
        taken_at,
        taken_ms,
        taken_offset_min,
        camera: camera(meta),
        lens: value(meta, kit::AUX, "Lens").or_else(|| {
            value(meta, "http://cipa.jp/exif/1.0/", "LensModel")
                .or_else(|| value(meta, kit::EXIF, "LensModel"))
        }),
        place: place(meta),
        altitude_m: altitude(meta),
        said_at: date("MetadataDate").or_else(|| date("ModifyDate")),
    }
}

impl Said {
    /// This, with what it leaves out from another.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let has_time = self.taken_at.is_some();
        Self {
            keywords: self.keywords.or(other.keywords),
            rating: self.rating.or(other.rating),
            label: self.label.or(other.label),
            caption: self.caption.or(other.caption),
            title: self.title.or(other.title),
            regions: if self.regions.is_empty() {
                other.regions
            } else {
                self.regions
            },
            taken_at: self.taken_at.or(other.taken_at),
            taken_ms: if has_time {
                self.taken_ms
            } else {
                other.taken_ms
            },
            taken_offset_min: if has_time {
                self.taken_offset_min
            } else {
                other.taken_offset_min
            },
            camera: self.camera.or(other.camera),
            lens: self.lens.or(other.lens),
            altitude_m: if self.place.is_some() {
                self.altitude_m
            } else {
                other.altitude_m
            },
            place: self.place.or(other.place),
            said_at: self.said_at.or(other.said_at),
        }
    }
}

/// A value as text, without spaces around it; none where it is empty.
pub(super) fn value(meta: &XmpMeta, space: &str, path: &str) -> Option<String> {
    let found = meta.property(space, path)?;
    if found.is_array() || found.is_struct() {
        return None;
    }
    let text = found.value.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The items of a list; one value stands for a list of it.
pub(super) fn items(meta: &XmpMeta, space: &str, path: &str) -> Vec<String> {
    let list: Vec<String> = meta
        .property_array(space, path)
        .map(|item| item.value)
        .collect();
    if list.is_empty() {
        return value(meta, space, path).into_iter().collect();
    }
    list
}

fn tags(meta: &XmpMeta) -> Option<Vec<String>> {
    let parted = |space, name, by: char| -> Vec<String> {
        let list = items(meta, space, name);
        list.iter()
            .filter_map(|path| keywords::path(path.split(by)))
            .collect()
    };
    let flat = items(meta, kit::DC, "subject");
    let paths = [
        parted(kit::LIGHTROOM, "hierarchicalSubject", '|'),
        parted(kit::DIGIKAM, "TagsList", '/'),
        parted(kit::MICROSOFT, "LastKeywordXMP", '/'),
    ]
    .concat();
    let is_said = [
        (kit::DC, "subject"),
        (kit::LIGHTROOM, "hierarchicalSubject"),
        (kit::DIGIKAM, "TagsList"),
        (kit::MICROSOFT, "LastKeywordXMP"),
    ]
    .iter()
    .any(|(space, name)| meta.contains_property(space, name));
    is_said.then(|| keywords::tags(&flat, &paths))
}

/// Microsoft counts to 99.
fn rating(meta: &XmpMeta) -> Option<i32> {
    let number = |space, name| value(meta, space, name)?.parse::<f64>().ok();
    let stars = number(kit::XMP, "Rating").filter(|n| (-1.0..=5.0).contains(n));
    let percent = || match number(kit::MICROSOFT, "Rating")? {
        n if n <= 0.0 => Some(0.0),
        n if n < 13.0 => Some(1.0),
        n if n < 38.0 => Some(2.0),
        n if n < 63.0 => Some(3.0),
        n if n < 88.0 => Some(4.0),
        n if n <= 100.0 => Some(5.0),
        _ => None,
    };
    stars.or_else(percent).map(|n| n.round() as i32)
}

fn camera(meta: &XmpMeta) -> Option<String> {
    let (make, model) = (
        value(meta, kit::TIFF, "Make"),
        value(meta, kit::TIFF, "Model"),
    );
    match (make, model) {
        (Some(make), Some(model)) => {
            let first = make.split_whitespace().next().unwrap_or_default();
            let said = model.to_lowercase().starts_with(&first.to_lowercase());
            Some(if said {
                model
            } else {
                format!("{first} {model}")
            })
        }
        (None, model) => model,
        (make, None) => make,
    }
}

fn taken(meta: &XmpMeta) -> (Option<i64>, Option<u16>, Option<i32>) {
    let date = value(meta, kit::EXIF, "DateTimeOriginal")
        .or_else(|| value(meta, kit::PHOTOSHOP, "DateCreated"))
        .or_else(|| value(meta, kit::XMP, "CreateDate"));
    match date.as_deref().and_then(moment) {
        Some((at, ms, offset)) => (Some(at), ms, offset),
        None => (None, None, None),
    }
}

/// Wall clock, thousandths and zone of an ISO 8601 date.
fn moment(date: &str) -> Option<(i64, Option<u16>, Option<i32>)> {
    use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike as _};
    let date = date.trim();
    let of = |local: NaiveDateTime, offset| {
        let ms = u16::try_from(local.nanosecond() / 1_000_000).ok();
        let has_part = date.contains('.');
        let at = local.and_utc().timestamp();
        (date.len() >= 4).then_some((at, ms.filter(|_| has_part), offset))
    };
    if let Ok(aware) = DateTime::parse_from_rfc3339(date) {
        return of(
            aware.naive_local(),
            Some(aware.offset().local_minus_utc() / 60),
        );
    }
    [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y:%m:%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
    ]
    .iter()
    .find_map(|form| NaiveDateTime::parse_from_str(date, form).ok())
    .or_else(|| {
        NaiveDate::parse_from_str(date, "%Y-%m-%d")
            .ok()?
            .and_hms_opt(0, 0, 0)
    })
    .and_then(|local| of(local, None))
}

/// Seconds since 1970, UTC; a date without a zone is taken for UTC.
fn utc(date: &str) -> Option<i64> {
    let (at, _, offset) = moment(date)?;
    Some(at - i64::from(offset.unwrap_or(0)) * 60)
}

/// # Source
/// XMP specification, part 2, 1.2.7.4: "DDD,MM,SSk" or "DDD,MM.mmk", k one of N, S, E, W.
fn place(meta: &XmpMeta) -> Option<(f64, f64)> {
    let side = |name, plus, minus, most| {
        let text = value(meta, kit::EXIF, name)?;
        let sign = match text.chars().last()?.to_ascii_uppercase() {
            c if c == plus => 1.0,
            c if c == minus => -1.0,
            _ => return None,
        };
        let numbers = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let mut unit = 1.0;
        let mut degrees = 0.0;
        for part in numbers.split(',') {
            degrees += part.trim().parse::<f64>().ok()? / unit;
            unit *= 60.0;
        }
        (degrees <= most).then_some(sign * degrees)
    };
    let lat = side("GPSLatitude", 'N', 'S', 90.0)?;
    let lon = side("GPSLongitude", 'E', 'W', 180.0)?;
    (lat != 0.0 || lon != 0.0).then_some((lat, lon))
}

fn altitude(meta: &XmpMeta) -> Option<f64> {
    let text = value(meta, kit::EXIF, "GPSAltitude")?;
    let height = match text.split_once('/') {
        Some((over, under)) => over.parse::<f64>().ok()? / under.parse::<f64>().ok()?,
        None => text.parse().ok()?,
    };
    let is_below = value(meta, kit::EXIF, "GPSAltitudeRef").as_deref() == Some("1");
    let height = if is_below { -height } else { height };
    (-12_000.0..100_000.0).contains(&height).then_some(height)
}
