//! HEIC, AVIF, JPEG XL and RAW come out upright, in size and colours as they were drawn.

use super::super::testing::coded::*;
use super::super::testing::*;
use super::super::{DecodeSize, Decoded, Format, Limits, RawKind, decode, full_size};
use crate::picture::Picture;

/// Loss of a coder, in steps of 255.
const LOSS: f64 = 6.0;

fn read(bytes: &[u8]) -> Decoded {
    let decoded = decode(bytes, DecodeSize::Full, &Limits::default()).unwrap();
    assert_eq!(full_size(bytes).unwrap(), (decoded.width, decoded.height));
    decoded
}

fn check(bytes: &[u8], format: Format, expect: &Picture) -> Decoded {
    let decoded = read(bytes);
    assert_eq!(decoded.format, format);
    let off = difference(&decoded.picture, expect);
    assert!(off < LOSS, "{format:?} differs by {off}");
    decoded
}

#[test]
fn pictures_of_newer_formats_come_out_as_they_were_drawn() {
    let picture = drawn(48, 32);
    check(&jxl(), Format::Jxl, &picture);
    check(&avif_10(), Format::Avif, &picture);
    check(&heic(&picture), Format::Heic, &picture);
}

#[test]
fn a_container_that_turns_its_picture_is_obeyed_once() {
    // A quarter anti-clockwise is what EXIF calls 8.
    let turned = super::super::orientation::Orientation::new(8).apply(drawn(48, 32));
    let decoded = check(&avif_turned(), Format::Avif, &turned);
    assert_eq!((decoded.width, decoded.height), (32, 48));
    assert_eq!(decoded.orientation, 1);
}

#[test]
fn a_scaled_picture_of_any_format_has_the_size_of_the_whole() {
    for bytes in [jxl(), avif_10(), heic(&drawn(48, 32))] {
        let small = decode(&bytes, DecodeSize::AtLeast(24), &Limits::default()).unwrap();
        assert_eq!((small.width, small.height), (48, 32));
        assert_eq!((small.picture.width(), small.picture.height()), (24, 16));
    }
}

#[test]
fn pixels_are_told_apart_by_their_coded_data() {
    let other = heic(&super::super::resize(&drawn(96, 64), 48));
    let same = heic(&drawn(48, 32));
    assert_eq!(read(&same).pixel_hash, read(&same).pixel_hash);
    assert_ne!(read(&same).pixel_hash, read(&other).pixel_hash);
    assert_ne!(read(&avif_10()).pixel_hash, read(&avif_turned()).pixel_hash);
    // A comment behind the picture changes none of its pixels.
    let mut commented = jxl();
    if commented.starts_with(&[0xff, 0x0a]) {
        commented = [
            &[0, 0, 0, 12][..],
            b"JXL \r\n\x87\n",
            &(commented.len() as u32 + 8).to_be_bytes(),
            b"jxlc",
            &commented,
        ]
        .concat();
    }
    assert_eq!(read(&commented).format, Format::Jxl);
}

/// Makers whose files are laid out like a TIFF, by what tells them.
const MAKERS: [(&[u8; 4], &str, u16, RawKind); 7] = [
    (b"II*\0", "Canon", 6, RawKind::Cr2),
    (b"II*\0", "NIKON CORPORATION", 34_713, RawKind::Nef),
    (b"II*\0", "SONY", 32_767, RawKind::Arw),
    (b"II*\0", "PENTAX", 65_535, RawKind::Pef),
    (b"II*\0", "SAMSUNG", 32_769, RawKind::Srw),
    (b"IIRO", "OLYMPUS CORPORATION", 1, RawKind::Orf),
    (b"IIU\0", "Panasonic", 34_316, RawKind::Rw2),
];

#[test]
fn a_raw_file_shows_its_largest_preview_turned_as_the_file_says() {
    let picture = drawn(400, 600);
    let lying = stored_at(&picture, 6);
    let stamp = jpeg(&drawn(160, 120));
    for (magic, make, compression, kind) in MAKERS {
        let file = tiff_raw(magic, make, compression, 6, &[&stamp, &jpeg(&lying)]);
        let decoded = check(&file, Format::Raw(kind), &picture);
        assert_eq!((decoded.width, decoded.height), (400, 600), "{make}");
        assert_eq!(decoded.orientation, 6, "{make}");
    }
    check(&cr3(6, &jpeg(&lying)), Format::Raw(RawKind::Cr3), &picture);
}

#[test]
fn the_orientation_of_a_preview_itself_goes_before_the_files() {
    let picture = drawn(600, 400);
    let own = jpeg_with_exif(&jpeg(&stored_at(&picture, 8)), &turned(8));
    let file = tiff_raw(b"II*\0", "Canon", 6, 6, &[&own]);
    assert_eq!(
        check(&file, Format::Raw(RawKind::Cr2), &picture).orientation,
        8
    );
    let file = raf(&own);
    assert_eq!(
        check(&file, Format::Raw(RawKind::Raf), &picture).orientation,
        8
    );
}

#[test]
fn a_raw_file_whose_preview_breaks_off_is_a_fault() {
    let picture = jpeg(&drawn(600, 400));
    let mut file = tiff_raw(b"II*\0", "SONY", 32_767, 1, &[&picture]);
    file.truncate(file.len() - picture.len() / 2);
    let error = decode(&file, DecodeSize::Full, &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("breaks off"), "{error}");
}
