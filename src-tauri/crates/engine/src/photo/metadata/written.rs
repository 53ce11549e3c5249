//! Puts EXIF and XMP into a JPEG or PNG that was just made: its pixels are upright and sRGB.

use chrono::DateTime;
use exif::experimental::Writer;
use exif::{Field, In, Rational, Tag, Value};
use flate2::Crc;

use super::Metadata;
use crate::photo::full_size;

/// Most bytes of a segment of a JPEG, its length included.
const SEGMENT: usize = 65_535;

const PNG_HEAD: usize = 8;

/// Length, name, 13 bytes and check sum of the chunk that every PNG begins with.
const IHDR: usize = 25;

/// Puts what is known of a picture into its JPEG or PNG, as EXIF, and this XMP packet.
///
/// The orientation is not taken: it is 1. Anything else than a JPEG or PNG stays as it is, and a
/// packet too long for a JPEG is left out.
///
/// # Source
/// EXIF 3.0, 4.7.2; XMP Specification Part 3, 1.1.3 (JPEG) and 1.1.5 (PNG); PNG 3, 11.3.4.5 (`eXIf`).
#[must_use]
pub fn with_metadata(file: Vec<u8>, metadata: &Metadata, xmp: Option<&str>) -> Vec<u8> {
    let is_jpeg = file.starts_with(&[0xff, 0xd8]);
    let compressed = full_size(&file).ok().filter(|_| is_jpeg);
    let exif = exif_block(metadata, compressed);
    let xmp = xmp.map(str::as_bytes);
    let (place, parts) = match file.as_slice() {
        [0xff, 0xd8, 0xff, 0xe0, high, low, ..] => (
            4 + usize::from(u16::from_be_bytes([*high, *low])),
            segments(exif.as_deref(), xmp),
        ),
        [0xff, 0xd8, 0xff, ..] => (2, segments(exif.as_deref(), xmp)),
        [0x89, b'P', b'N', b'G', ..] => (PNG_HEAD + IHDR, chunks(exif.as_deref(), xmp)),
        _ => return file,
    };
    match file.split_at_checked(place) {
        Some((head, rest)) => [head, &parts, rest].concat(),
        None => file,
    }
}

fn segments(exif: Option<&[u8]>, xmp: Option<&[u8]>) -> Vec<u8> {
    let mut all = Vec::new();
    let named = [
        (b"Exif\0\0".as_slice(), exif),
        (b"http://ns.adobe.com/xap/1.0/\0", xmp),
    ];
    for (name, block) in named {
        let Some(block) = block else { continue };
        let length = 2 + name.len() + block.len();
        if length > SEGMENT {
            continue;
        }
        all.extend([0xff, 0xe1]);
        all.extend((length as u16).to_be_bytes());
        all.extend(name);
        all.extend(block);
    }
    all
}

fn chunks(exif: Option<&[u8]>, xmp: Option<&[u8]>) -> Vec<u8> {
    let mut all = Vec::new();
    let mut chunk = |name: &[u8; 4], head: &[u8], block: &[u8]| {
        let content = [name, head, block].concat();
        let mut sum = Crc::new();
        sum.update(&content);
        let length = (content.len() - name.len()) as u32;
        all.extend(length.to_be_bytes());
        all.extend(content);
        all.extend(sum.sum().to_be_bytes());
    };
    if let Some(exif) = exif {
        chunk(b"eXIf", b"", exif);
    }
    if let Some(xmp) = xmp {
        // Not compressed, in no language, under no other name.
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0", xmp);
    }
    all
}

/// The EXIF of a picture, from its TIFF head on; `compressed` is the size of a JPEG in pixels.
fn exif_block(metadata: &Metadata, compressed: Option<(u32, u32)>) -> Option<Vec<u8>> {
    let mut fields = fields(metadata);
    fields.extend(compressed.map(of_jpeg).into_iter().flatten());
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut block = std::io::Cursor::new(Vec::new());
    writer.write(&mut block, false).ok()?;
    Some(block.into_inner())
}

fn fields(of: &Metadata) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut push = |tag: Tag, value: Option<Value>| {
        fields.extend(value.map(|value| Field {
            tag,
            ifd_num: In::PRIMARY,
            value,
        }));
    };
    let version = Value::Undefined(b"0232".to_vec(), 0);
    push(Tag::ExifVersion, Some(version));
    push(Tag::Orientation, Some(Value::Short(vec![1])));
    // No size on paper is meant: 72 an inch, as EXIF has it where none is known.
    push(Tag::XResolution, Some(one(72.0, 1.0)));
    push(Tag::YResolution, Some(one(72.0, 1.0)));
    push(Tag::ResolutionUnit, Some(Value::Short(vec![2])));
    // 1 is sRGB.
    push(Tag::ColorSpace, Some(Value::Short(vec![1])));
    push(Tag::Model, of.camera.as_deref().map(text));
    push(Tag::LensModel, of.lens.as_deref().map(text));
    push(Tag::ImageDescription, of.caption.as_deref().map(text));
    let taken = of.taken_at.and_then(|at| DateTime::from_timestamp(at, 0));
    let date = taken.map(|at| at.format("%Y:%m:%d %H:%M:%S").to_string());
    let date = date.as_deref().map(text);
    push(Tag::DateTimeOriginal, date);
    if taken.is_some() {
        let thousandths = of.taken_ms.map(|ms| text(&format!("{ms:03}")));
        push(Tag::SubSecTimeOriginal, thousandths);
        push(Tag::OffsetTimeOriginal, of.taken_offset_min.map(offset));
    }
    let iso = of.iso.map(|iso| match u16::try_from(iso) {
        Ok(iso) => Value::Short(vec![iso]),
        Err(_) => Value::Long(vec![iso]),
    });
    push(Tag::PhotographicSensitivity, iso);
    push(Tag::FNumber, of.aperture.map(|value| one(value, 100.0)));
    push(Tag::ExposureTime, of.shutter_s.map(exposure));
    push(Tag::FocalLength, of.focal_mm.map(|value| one(value, 100.0)));
    let full_frame = of.focal_35_mm.map(|mm| Value::Short(vec![mm as u16]));
    push(Tag::FocalLengthIn35mmFilm, full_frame);
    if let (Some(lat), Some(lon)) = (of.lat, of.lon) {
        push(Tag::GPSVersionID, Some(Value::Byte(vec![2, 3, 0, 0])));
        let side = |value: f64, above: &str, below: &str| {
            Some(text(if value < 0.0 { below } else { above }))
        };
        push(Tag::GPSLatitudeRef, side(lat, "N", "S"));
        push(Tag::GPSLatitude, Some(angle(lat)));
        push(Tag::GPSLongitudeRef, side(lon, "E", "W"));
        push(Tag::GPSLongitude, Some(angle(lon)));
        let height = of.altitude_m;
        let below = height.map(|metres| Value::Byte(vec![u8::from(metres < 0.0)]));
        push(Tag::GPSAltitudeRef, below);
        push(
            Tag::GPSAltitude,
            height.map(|metres| one(metres.abs(), 100.0)),
        );
    }
    fields
}

/// What a JPEG has to say of its making.
///
/// # Source
/// EXIF 2.32, 4.6.8, table 21 (mandatory for compressed pictures); JFIF 1.02 (chroma lies in the middle).
fn of_jpeg((width, height): (u32, u32)) -> [Field; 5] {
    let field = |tag, value| Field {
        tag,
        ifd_num: In::PRIMARY,
        value,
    };
    // Y, Cb and Cr, and no fourth.
    let components = Value::Undefined(vec![1, 2, 3, 0], 0);
    [
        field(Tag::ComponentsConfiguration, components),
        field(Tag::FlashpixVersion, Value::Undefined(b"0100".to_vec(), 0)),
        field(Tag::PixelXDimension, Value::Long(vec![width])),
        field(Tag::PixelYDimension, Value::Long(vec![height])),
        field(Tag::YCbCrPositioning, Value::Short(vec![1])),
    ]
}

fn text(text: &str) -> Value {
    Value::Ascii(vec![text.replace('\0', " ").into_bytes()])
}

fn offset(minutes: i32) -> Value {
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    text(&format!("{sign}{hours:02}:{rest:02}"))
}

fn rational(value: f64, parts: f64) -> Rational {
    Rational {
        num: (value * parts).round() as u32,
        denom: parts as u32,
    }
}

fn one(value: f64, parts: f64) -> Value {
    Value::Rational(vec![rational(value, parts)])
}

/// Times as cameras write them: 1/250, 2.5.
fn exposure(seconds: f64) -> Value {
    let parts = (1.0 / seconds).round();
    if seconds < 1.0 && (parts * seconds - 1.0).abs() < 0.01 {
        return Value::Rational(vec![Rational {
            num: 1,
            denom: parts as u32,
        }]);
    }
    one(seconds, 1_000_000.0)
}

/// Degrees, minutes and seconds, to a hundredth of a millimetre.
fn angle(degrees: f64) -> Value {
    let minutes = degrees.abs().fract() * 60.0;
    Value::Rational(vec![
        rational(degrees.abs().floor(), 1.0),
        rational(minutes.floor(), 1.0),
        rational(minutes.fract() * 60.0, 1_000_000.0),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::photo::testing::drawn;
    use crate::photo::{self, DecodeSize, Limits, encode_jpeg, encode_png};

    fn known() -> Metadata {
        Metadata {
            taken_at: Some(1_687_001_400),
            taken_ms: Some(50),
            taken_offset_min: Some(-210),
            camera: Some("Canon EOS 6D".to_owned()),
            lens: Some("EF 50mm f/1.8".to_owned()),
            iso: Some(102_400),
            aperture: Some(5.6),
            shutter_s: Some(1.0 / 250.0),
            focal_mm: Some(50.0),
            focal_35_mm: Some(75.0),
            lat: Some(-33.856_784),
            lon: Some(151.215_297),
            altitude_m: Some(-4.5),
            caption: Some("Zürich am See".to_owned()),
            ..Metadata::default()
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_the_pixels_stay() {
        let picture = drawn(60, 40);
        for file in [encode_jpeg(&picture, 90), encode_png(&picture)] {
            let file = file.unwrap();
            let packet = "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>";
            let written = with_metadata(file.clone(), &known(), Some(packet));
            let read = super::super::read(&written);
            let degrees = |value: Option<f64>| (value.unwrap() * 1e6).round();
            assert_eq!(degrees(read.lat), degrees(known().lat));
            assert_eq!(degrees(read.lon), degrees(known().lon));
            assert_eq!(read.packets, [packet.as_bytes()]);
            let expect = Metadata {
                lat: read.lat,
                lon: read.lon,
                packets: read.packets.clone(),
                ..known()
            };
            assert_eq!(read, expect);
            let pixels = |bytes: &[u8]| {
                photo::decode(bytes, DecodeSize::Full, &Limits::default())
                    .unwrap()
                    .picture
            };
            assert_eq!(pixels(&written), pixels(&file));
        }
    }

    #[test]
    fn a_jpeg_says_what_the_standard_demands() {
        let file = encode_jpeg(&drawn(60, 40), 90).unwrap();
        let written = with_metadata(file, &known(), None);
        let mut source = std::io::Cursor::new(&written);
        let exif = exif::Reader::new()
            .read_from_container(&mut source)
            .unwrap();
        let value = |tag| exif.get_field(tag, In::PRIMARY).unwrap().value.clone();
        let bytes = |tag| match value(tag) {
            Value::Undefined(bytes, _) => bytes,
            other => panic!("{other:?}"),
        };
        assert_eq!(bytes(Tag::ComponentsConfiguration), [1, 2, 3, 0]);
        assert_eq!(bytes(Tag::FlashpixVersion), b"0100");
        let number = |tag| value(tag).get_uint(0);
        assert_eq!(number(Tag::PixelXDimension), Some(60));
        assert_eq!(number(Tag::PixelYDimension), Some(40));
        assert_eq!(number(Tag::YCbCrPositioning), Some(1));
        let png = with_metadata(encode_png(&drawn(60, 40)).unwrap(), &known(), None);
        let exif = exif::Reader::new()
            .read_from_container(&mut std::io::Cursor::new(&png))
            .unwrap();
        assert!(exif.get_field(Tag::YCbCrPositioning, In::PRIMARY).is_none());
    }

    #[test]
    fn what_is_too_long_or_no_picture_stays_out() {
        let file = encode_jpeg(&drawn(60, 40), 90).unwrap();
        let long = "x".repeat(SEGMENT);
        let written = with_metadata(file, &known(), Some(&long));
        let read = super::super::read(&written);
        assert_eq!((read.iso, read.packets.len()), (Some(102_400), 0));
        let text = b"Dear diary".to_vec();
        assert_eq!(with_metadata(text.clone(), &known(), None), text);
    }
}
