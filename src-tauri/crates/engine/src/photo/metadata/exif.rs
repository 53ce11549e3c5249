//! Reads the fields of an EXIF block and refuses the nonsense among them.

use exif::{Context, In, Rational, Reader, Tag, Value};

use super::super::orientation::Orientation;
use super::{Metadata, names, time};

/// Stars in the main directory, as Windows and several cameras write them.
const RATING: Tag = Tag(Context::Tiff, 0x4746);

/// A parsed EXIF block.
pub(in super::super) struct Exif {
    main: exif::Exif,
    /// The directories of the shot and the place where a file keeps them as blocks of their own.
    apart: [Option<exif::Exif>; 2],
}

impl Exif {
    /// Parses a block that begins with its TIFF header, as far as it can be read.
    pub(in super::super) fn parse(block: &[u8]) -> Option<Self> {
        Some(Self {
            main: parsed(block)?,
            apart: [None, None],
        })
    }

    /// Parses a main directory and those that lie apart from it, as in a CR3.
    pub(super) fn in_parts(main: &[u8], shot: Option<&[u8]>, place: Option<&[u8]>) -> Option<Self> {
        Some(Self {
            main: parsed(main)?,
            apart: [shot.and_then(parsed), place.and_then(parsed)],
        })
    }

    /// Finds and parses the block of a HEIF file.
    pub(super) fn in_container(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new();
        reader.continue_on_error(true);
        let parsed = reader.read_from_container(&mut std::io::Cursor::new(bytes));
        let main = parsed.or_else(|error| error.distill_partial_result(|_| ()));
        Some(Self {
            main: main.ok()?,
            apart: [None, None],
        })
    }

    /// How the picture must be turned.
    pub(in super::super) fn orientation(&self) -> Orientation {
        Orientation::new(self.uint(Tag::Orientation).unwrap_or(1))
    }

    /// Tells whether the camera shot in Adobe RGB.
    ///
    /// # Source
    /// DCF 2.0: an optional file has the interoperability index "R03".
    pub(in super::super) fn is_adobe_rgb(&self) -> bool {
        self.uint(Tag::ColorSpace) != Some(1)
            && self.text(Tag::InteroperabilityIndex).as_deref() == Some("R03")
    }

    /// Reads every field Latent keeps.
    pub(super) fn metadata(&self) -> Metadata {
        let taken = self.taken();
        let place = self.place();
        Metadata {
            taken_at: taken.map(|taken| taken.at),
            taken_ms: taken.and_then(|taken| taken.ms),
            taken_offset_min: taken
                .and_then(|taken| taken.offset_min.or(self.by_satellite(taken.at))),
            camera: names::camera(self.text(Tag::Make), self.text(Tag::Model)),
            lens: self
                .text(Tag::LensModel)
                .filter(|lens| names::is_lens(lens)),
            iso: self.iso(),
            aperture: self.aperture(),
            shutter_s: self.shutter_s(),
            focal_mm: self.positive(Tag::FocalLength).filter(|mm| *mm < 100_000.0),
            focal_35_mm: self
                .positive(Tag::FocalLengthIn35mmFilm)
                .filter(|mm| *mm < 65_535.0),
            lat: place.map(|(lat, _)| lat),
            lon: place.map(|(_, lon)| lon),
            altitude_m: place.and_then(|_| self.altitude_m()),
            rating: self
                .uint(RATING)
                .filter(|r| *r <= 5)
                .and_then(|r| i32::try_from(r).ok()),
            caption: self
                .text(Tag::ImageDescription)
                .filter(|c| names::is_caption(c)),
            orientation: self.orientation().exif(),
            ..Metadata::default()
        }
    }

    /// When a program last changed the file, by its own clock.
    pub(super) fn changed_at(&self) -> Option<i64> {
        time::seconds(&self.text(Tag::DateTime)?)
    }

    fn value(&self, tag: Tag) -> Option<&Value> {
        let [shot, place] = &self.apart;
        let apart = match tag.0 {
            Context::Exif => shot.as_ref(),
            Context::Gps => place.as_ref(),
            _ => None,
        };
        let own = self.main.get_field(tag, In::PRIMARY);
        let field = own.or_else(|| apart?.get_field(Tag(Context::Tiff, tag.1), In::PRIMARY));
        field.map(|field| &field.value)
    }

    fn uint(&self, tag: Tag) -> Option<u32> {
        self.value(tag)?.get_uint(0)
    }

    fn text(&self, tag: Tag) -> Option<String> {
        match self.value(tag)? {
            Value::Ascii(parts) => names::text(parts.first()?),
            Value::Byte(bytes) | Value::Undefined(bytes, _) => names::text(bytes),
            _ => None,
        }
    }

    /// A number above zero and finite.
    fn positive(&self, tag: Tag) -> Option<f64> {
        number(self.value(tag)?).filter(|n| n.is_finite() && *n > 0.0)
    }

    /// The moment of the shot, then of the scan, then of the last change.
    fn taken(&self) -> Option<Taken> {
        [
            (
                Tag::DateTimeOriginal,
                Tag::OffsetTimeOriginal,
                Tag::SubSecTimeOriginal,
            ),
            (
                Tag::DateTimeDigitized,
                Tag::OffsetTimeDigitized,
                Tag::SubSecTimeDigitized,
            ),
            (Tag::DateTime, Tag::OffsetTime, Tag::SubSecTime),
        ]
        .into_iter()
        .find_map(|(date, offset, part)| {
            Some(Taken {
                at: time::seconds(&self.text(date)?)?,
                ms: self.text(part).and_then(|part| time::milliseconds(&part)),
                offset_min: self.text(offset).and_then(|o| time::offset_min(&o)),
            })
        })
    }

    /// How far the camera's clock was ahead of the satellites', in minutes: whole quarters of an
    /// hour, as zones are. A fix may be some minutes old.
    fn by_satellite(&self, taken_at: i64) -> Option<i32> {
        let date = self.text(Tag::GPSDateStamp)?;
        let Value::Rational(parts) = self.value(Tag::GPSTimeStamp)? else {
            return None;
        };
        let part = |n: usize| parts.get(n).and_then(fraction);
        let of_day = part(0)? * 3600.0 + part(1)? * 60.0 + part(2).unwrap_or(0.0);
        let utc = time::seconds(&date)? + of_day as i64;
        let minutes = (taken_at - utc) as f64 / 60.0;
        let quarters = (minutes / 15.0).round();
        let is_zone = (minutes - quarters * 15.0).abs() <= 5.0 && quarters.abs() <= 56.0;
        is_zone.then_some(quarters as i32 * 15)
    }

    fn altitude_m(&self) -> Option<f64> {
        let height = number(self.value(Tag::GPSAltitude)?)?;
        let is_below = self.uint(Tag::GPSAltitudeRef) == Some(1);
        let height = if is_below { -height } else { height };
        (-12_000.0..100_000.0).contains(&height).then_some(height)
    }

    /// # Source
    /// EXIF 3.0, 4.6.6.7: 65,535 stands for "more than fits", the true value is in a newer tag.
    fn iso(&self) -> Option<u32> {
        let newer = [
            Tag::RecommendedExposureIndex,
            Tag::StandardOutputSensitivity,
            Tag::ISOSpeed,
        ];
        let real = |iso: &u32| *iso > 0 && *iso != 65_535;
        let first = self.uint(Tag::PhotographicSensitivity).filter(real);
        first.or_else(|| {
            newer
                .into_iter()
                .find_map(|tag| self.uint(tag).filter(real))
        })
    }

    /// # Source
    /// EXIF 3.0, annex C: the APEX aperture is `2 · log2(f-number)`.
    fn aperture(&self) -> Option<f64> {
        let apex = || {
            Some(rounded(
                number(self.value(Tag::ApertureValue)?)?.exp2().sqrt(),
            ))
        };
        let real = |f: &f64| f.is_finite() && (0.1..1000.0).contains(f);
        self.positive(Tag::FNumber)
            .filter(real)
            .or_else(|| apex().filter(real))
    }

    /// # Source
    /// EXIF 3.0, annex C: the APEX shutter speed is `-log2(seconds)`.
    fn shutter_s(&self) -> Option<f64> {
        let apex = || Some((-number(self.value(Tag::ShutterSpeedValue)?)?).exp2());
        let real = |s: &f64| s.is_finite() && (1e-7..1e6).contains(s);
        self.positive(Tag::ExposureTime)
            .filter(real)
            .or_else(|| apex().filter(real))
    }

    /// Latitude and longitude in degrees; a place at exactly 0, 0 is a receiver without a fix.
    fn place(&self) -> Option<(f64, f64)> {
        let lat = self.degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, ["N", "S"], 90.0)?;
        let lon = self.degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, ["E", "W"], 180.0)?;
        (lat != 0.0 || lon != 0.0).then_some((lat, lon))
    }

    fn degrees(&self, tag: Tag, side: Tag, names: [&str; 2], most: f64) -> Option<f64> {
        let Value::Rational(parts) = self.value(tag)? else {
            return None;
        };
        let part = |n: usize| parts.get(n).map_or(Some(0.0), fraction);
        let size = part(0)? + part(1)? / 60.0 + part(2)? / 3600.0;
        let side = self.text(side)?.to_ascii_uppercase();
        let [plus, minus] = names;
        let sign = if side.starts_with(plus) {
            1.0
        } else if side.starts_with(minus) {
            -1.0
        } else {
            return None;
        };
        (!parts.is_empty() && size <= most).then_some(sign * size)
    }
}

/// A moment as the camera wrote it.
#[derive(Clone, Copy)]
struct Taken {
    at: i64,
    ms: Option<u16>,
    offset_min: Option<i32>,
}

fn parsed(block: &[u8]) -> Option<exif::Exif> {
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let parsed = reader.read_raw(block.to_vec());
    parsed
        .or_else(|error| error.distill_partial_result(|_| ()))
        .ok()
}

fn fraction(r: &Rational) -> Option<f64> {
    (r.denom != 0).then(|| r.to_f64())
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Rational(list) => fraction(list.first()?),
        Value::SRational(list) => list.first().filter(|r| r.denom != 0).map(|r| r.to_f64()),
        Value::Float(list) => list.first().map(|v| f64::from(*v)),
        Value::Double(list) => list.first().copied(),
        other => other.get_uint(0).map(f64::from),
    }
}

/// Cuts what a power of two leaves behind: 2.8284 is f/2.8.
fn rounded(f_number: f64) -> f64 {
    (f_number * 10.0).round() / 10.0
}
