//! What cannot be read gets a reason that its owner understands.

use std::path::Path;

use image::ImageFormat;

use super::super::testing::*;
use super::super::{
    DecodeError, DecodeSize, Format, Limits, RawKind, decode, is_candidate, sniff, what_is,
};

fn reason(bytes: &[u8], name: &str) -> String {
    let error = decode(bytes, DecodeSize::Full, &Limits::default()).unwrap_err();
    error.for_file(Path::new(name)).to_string()
}

#[test]
fn what_a_file_is_decides_its_content_and_not_its_name() {
    let png = raster(&drawn(8, 8), ImageFormat::Png);
    assert_eq!(what_is(&png, Path::new("a.jpg")).unwrap(), Format::Png);
    assert!(decode(&png, DecodeSize::Full, &Limits::default()).is_ok());
    assert_eq!(sniff(b"BM or not BM, that is the question"), None);
    assert_eq!(sniff(b""), None);
}

#[test]
fn a_reason_tells_what_the_file_is() {
    let media = |brand: &[u8]| [b"\0\0\0\x18ftyp", brand, b"\0\0\0\0", brand, b"iso8"].concat();
    let check = |bytes: &[u8], expect: &str| assert_eq!(reason(bytes, "a.jpg"), expect);
    check(b"", "The file is empty");
    check(
        &[0; 5000],
        "The file holds nothing but zeros: copy it again from the card or a backup",
    );
    check(
        b"Dear diary",
        "Not a picture, although its name ends in .jpg",
    );
    check(
        &media(b"heic"),
        "The HEIC data is damaged: copy the file again from the card or a backup",
    );
    check(
        &media(b"crx "),
        "This kind of Canon CR3 cannot be read yet: save it as a common one",
    );
    check(b"8BPS\0\x01", "Photoshop documents cannot be read yet");
    check(
        &media(b"mp42"),
        "This is a video, not a picture, although its name ends in .jpg",
    );
    check(
        b"%PDF-1.7",
        "This is a PDF document, not a picture, although its name ends in .jpg",
    );
    assert_eq!(reason(b"Dear diary", "diary"), "Not a picture");
    assert_eq!(reason(b"Dear diary", "diary.txt"), "Not a picture");
}

#[test]
fn a_raw_file_built_on_tiff_is_not_taken_for_its_preview() {
    let make = |make, tag, value| exif(&[(0x010f, Field::Ascii(make)), (tag, Field::Short(value))]);
    let check = |bytes: &[u8], kind: RawKind| {
        assert_eq!(sniff(bytes), Some(Format::Raw(kind)));
        assert!(decode(bytes, DecodeSize::Full, &Limits::default()).is_err());
    };
    check(&make("NIKON CORPORATION", 0x0103, 34_713), RawKind::Nef);
    check(&make("SONY", 0x0106, 32_803), RawKind::Arw);
    check(&make("Whoever", 0x0106, 32_803), RawKind::Other);
    check(&make("Whoever", 0xc612, 1), RawKind::Dng);
}

#[test]
fn a_header_that_claims_too_much_is_refused_before_memory_is_taken() {
    let mut png = raster(&drawn(8, 8), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let head = crc_of_head(&png);
    png[29..33].copy_from_slice(&head);
    assert_eq!(
        reason(&png, "a.png"),
        "The picture is too large: 60000 × 60000 pixels, at most 500 megapixels are read"
    );
    let limits = Limits {
        max_pixels: 1_000_000,
        max_bytes: 10_000,
    };
    let small = raster(&drawn(100, 100), ImageFormat::Png);
    let error = decode(&small, DecodeSize::Full, &limits).unwrap_err();
    assert!(
        matches!(error, DecodeError::TooMuchMemory { .. }),
        "{error}"
    );
    let error = decode(&jpeg(&drawn(100, 100)), DecodeSize::Full, &limits).unwrap_err();
    assert!(
        matches!(error, DecodeError::TooMuchMemory { .. }),
        "{error}"
    );
}

fn crc_of_head(png: &[u8]) -> [u8; 4] {
    crc(&png[12..29]).to_be_bytes()
}

#[test]
fn a_jpeg_that_breaks_off_says_how_much_of_it_is_there() {
    let whole = jpeg(&drawn(640, 480));
    let error = decode(
        &whole[..whole.len() / 2],
        DecodeSize::Full,
        &Limits::default(),
    );
    match error.unwrap_err() {
        DecodeError::BreaksOff {
            percent: Some(percent),
        } => assert!((15..85).contains(&percent)),
        other => panic!("{other:?}"),
    }
    let scaled = decode(
        &whole[..whole.len() / 2],
        DecodeSize::AtLeast(80),
        &Limits::default(),
    );
    assert!(matches!(scaled.unwrap_err(), DecodeError::BreaksOff { .. }));
    let progressive = progressive_jpeg(&drawn(640, 480));
    let again = "copy it again from the card or a backup";
    for cut in [200, 400] {
        assert_eq!(
            reason(&whole[..cut], "a.jpg"),
            format!("The file breaks off: {again}")
        );
    }
    let half = &progressive[..progressive.len() / 2];
    assert_eq!(
        reason(half, "a.jpg"),
        format!("The file breaks off: {again}")
    );
}

#[test]
fn every_format_that_breaks_off_is_a_fault() {
    let picture = drawn(200, 200);
    for format in [
        ImageFormat::Png,
        ImageFormat::Tiff,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ] {
        let whole = raster(&picture, format);
        for part in [whole.len() / 4, whole.len() / 2, whole.len() * 9 / 10] {
            let found = decode(&whole[..part], DecodeSize::Full, &Limits::default());
            assert!(
                found.is_err(),
                "{format:?} cut at {part} of {}",
                whole.len()
            );
        }
    }
}

#[test]
fn a_jpeg_without_its_end_marker_and_one_with_stray_bytes_are_whole() {
    let picture = drawn(320, 240);
    let whole = jpeg(&picture);
    let plain = decode(&whole, DecodeSize::Full, &Limits::default())
        .unwrap()
        .picture;
    let stray = [&whole[..20], &[0; 7], &whole[20..]].concat();
    let before_end = [
        &whole[..whole.len() - 2],
        &[0; 40],
        &whole[whole.len() - 2..],
    ]
    .concat();
    let behind = [&whole[..], b"a note of the editor"].concat();
    for bytes in [
        &whole[..whole.len() - 2],
        &whole[..whole.len() - 1],
        &stray,
        &before_end,
        &behind,
    ] {
        let found = decode(bytes, DecodeSize::Full, &Limits::default())
            .unwrap()
            .picture;
        let off = difference(&found, &plain);
        assert!(off < 1.0, "{off}");
    }
}

#[test]
fn a_jpeg_with_a_hole_is_damaged() {
    let mut bytes = jpeg(&drawn(640, 480));
    let middle = bytes.len() / 2;
    bytes[middle..middle + 2].copy_from_slice(&[0xff, 0xd3]);
    assert_eq!(
        reason(&bytes, "a.jpg"),
        "The JPEG data is damaged: copy the file again from the card or a backup"
    );
}

#[test]
fn a_scan_looks_at_pictures_and_films_and_at_nothing_else() {
    for name in [
        "a.jpg", "a.JPEG", "b.Tiff", "c.heic", "d.CR3", "e.dng", "ü.webp", "x.y.png", "a.mov",
        "b.MP4", "c.m2ts", "d.btf",
    ] {
        assert!(is_candidate(Path::new(name)), "{name}");
    }
    for name in [
        "a.m4a",
        "a.xmp",
        "a.AAE",
        "a.txt",
        "jpg",
        ".jpg",
        "a.jpg.part",
        "a.",
    ] {
        assert!(!is_candidate(Path::new(name)), "{name}");
    }
}
