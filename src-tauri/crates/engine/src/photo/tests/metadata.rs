//! EXIF is read as far as it makes sense.

use super::super::metadata::{Metadata, read};
use super::super::testing::*;
use super::super::{DecodeSize, Limits, decode};

fn of(fields: &[(u16, Field<'_>)]) -> Metadata {
    read(&jpeg_with_exif(&jpeg(&drawn(16, 16)), &exif(fields)))
}

#[test]
fn every_field_is_read() {
    let shot = [
        (0x829a, Field::Rationals(&[(1, 250)])),
        (0x829d, Field::Rationals(&[(28, 10)])),
        (0x8827, Field::Short(400)),
        (0x9003, Field::Ascii("2023:06:17 09:30:15")),
        (0x9011, Field::Ascii("+02:00")),
        (0x920a, Field::Rationals(&[(85, 1)])),
        (0xa434, Field::Ascii("EF85mm f/1.8 USM ")),
    ];
    let place = [
        (0x0001, Field::Ascii("N")),
        (0x0002, Field::Rationals(&[(41, 1), (53, 1), (2400, 100)])),
        (0x0003, Field::Ascii("W")),
        (0x0004, Field::Rationals(&[(12, 1), (30, 1), (0, 1)])),
    ];
    let found = of(&[
        (0x010e, Field::Ascii("The Forum at dawn")),
        (0x010f, Field::Ascii("Canon")),
        (0x0110, Field::Ascii("Canon EOS 6D")),
        (0x0112, Field::Short(6)),
        (0x4746, Field::Short(4)),
        (0x8769, Field::Directory(&shot)),
        (0x8825, Field::Directory(&place)),
    ]);
    let expect = Metadata {
        taken_at: Some(1_686_994_215),
        taken_offset_min: Some(120),
        camera: Some("Canon EOS 6D".into()),
        lens: Some("EF85mm f/1.8 USM".into()),
        iso: Some(400),
        aperture: Some(2.8),
        shutter_s: Some(0.004),
        focal_mm: Some(85.0),
        lat: Some(41.0 + 53.0 / 60.0 + 24.0 / 3600.0),
        lon: Some(-12.5),
        rating: Some(4),
        caption: Some("The Forum at dawn".into()),
        orientation: 6,
        ..Metadata::default()
    };
    assert_eq!(found, expect);
}

#[test]
fn nonsense_is_left_out() {
    let shot = [
        (0x829a, Field::Rationals(&[(1, 0)])),
        (0x829d, Field::Rationals(&[(0, 0)])),
        (0x9003, Field::Ascii("0000:00:00 00:00:00")),
        (0x920a, Field::Rationals(&[(0, 1)])),
    ];
    let place = [
        (0x0001, Field::Ascii("N")),
        (0x0002, Field::Rationals(&[(91, 1), (0, 1), (0, 1)])),
        (0x0003, Field::Ascii("E")),
        (0x0004, Field::Rationals(&[(0, 0), (0, 0), (0, 0)])),
    ];
    let found = of(&[
        (0x010e, Field::Ascii("OLYMPUS DIGITAL CAMERA         ")),
        (0x0112, Field::Short(77)),
        (0x4746, Field::Short(99)),
        (0x8769, Field::Directory(&shot)),
        (0x8825, Field::Directory(&place)),
    ]);
    assert_eq!(found, Metadata::default());
}

#[test]
fn the_next_best_date_stands_in() {
    let shot = [
        (0x9003, Field::Ascii("    :  :     :  :  ")),
        (0x9004, Field::Ascii("2000:02:29 12:00:00")),
    ];
    let fields = [
        (0x0132, Field::Ascii("2020:01:01 00:00:00")),
        (0x8769, Field::Directory(&shot)),
    ];
    assert_eq!(of(&fields).taken_at, Some(951_825_600));
    assert_eq!(of(&fields[..1]).taken_at, Some(1_577_836_800));
}

#[test]
fn cut_and_absent_exif_gives_what_is_there() {
    assert_eq!(read(b""), Metadata::default());
    assert_eq!(read(&jpeg(&drawn(16, 16))), Metadata::default());
    let block = exif(&[
        (0x010f, Field::Ascii("Canon")),
        (0x0110, Field::Ascii("Canon EOS 6D")),
        (0x0132, Field::Ascii("2020:01:01 00:00:00")),
    ]);
    for cut in 0..block.len() {
        let found = read(&jpeg_with_exif(&jpeg(&drawn(16, 16)), &block[..cut]));
        assert_eq!(found.orientation, 1, "cut at {cut}");
    }
    let found = read(&jpeg_with_exif(
        &jpeg(&drawn(16, 16)),
        &block[..block.len() - 4],
    ));
    assert_eq!(found.camera.as_deref(), Some("Canon EOS 6D"));
}

#[test]
fn a_minolta_says_what_its_directories_say() {
    let shot = [
        (0x829a, Field::Rationals(&[(1, 5)])),
        (0x9003, Field::Ascii("2004:11:18 23:14:58")),
    ];
    let block = exif(&[
        (0x010f, Field::Ascii("Konica Minolta Camera, Inc.")),
        (0x0110, Field::Ascii("DiMAGE A2")),
        (0x0112, Field::Short(8)),
        (0x8769, Field::Directory(&shot)),
    ]);
    let file = coded::mrw(&block, &jpeg(&drawn(520, 20)));
    let found = read(&file);
    assert_eq!(found.taken_at, Some(1_100_819_698));
    assert_eq!(found.camera.as_deref(), Some("Konica Minolta DiMAGE A2"));
    assert_eq!((found.shutter_s, found.orientation), (Some(0.2), 8));
    // What breaks off within its directories says the rest.
    for end in 0..file.len().min(400) {
        let _the_rest = read(&file[..end]);
    }
}

#[test]
fn raw_files_without_exif_are_turned_as_their_records_say() {
    let preview = jpeg(&drawn(520, 20));
    for (file, orientation) in [
        (coded::crw(90, &preview), 6),
        (coded::crw(270, &preview), 8),
        (coded::crw(0, &preview), 1),
        (coded::mrw(&turned(8), &preview), 8),
    ] {
        let decoded = decode(&file, DecodeSize::Full, &Limits::default()).unwrap();
        assert_eq!(decoded.orientation, orientation);
        assert_eq!(read(&file).orientation, orientation);
        assert_eq!(
            decoded.picture.height() > decoded.picture.width(),
            orientation > 1
        );
    }
}
