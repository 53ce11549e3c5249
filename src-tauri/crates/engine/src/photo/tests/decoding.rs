//! Every format comes out upright, in sRGB, at the size asked for.

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};

use super::super::testing::*;
use super::super::{DecodeSize, Decoded, Format, Limits, decode, full_size};
use crate::picture::Picture;

fn decoded(bytes: &[u8]) -> Decoded {
    decode(bytes, DecodeSize::Full, &Limits::default()).unwrap()
}

fn check_turned(bytes: &[u8], orientation: u32, format: Format, upright: &Picture) {
    let found = decoded(bytes);
    let what = format!("{format:?}, orientation {orientation}");
    assert_eq!(
        (found.format, u32::from(found.orientation)),
        (format, orientation),
        "{what}"
    );
    assert_eq!(
        (found.width, found.height),
        (upright.width(), upright.height()),
        "{what}"
    );
    let off = difference(&found.picture, upright);
    assert!(off < 2.0, "{what}: {off}");
    assert_eq!(
        full_size(bytes).unwrap(),
        (upright.width(), upright.height()),
        "{what}"
    );
}

#[test]
fn all_eight_orientations_come_out_as_the_same_picture_in_every_format() {
    let upright = drawn(96, 64);
    for orientation in 1..=8 {
        let stored = stored_at(&upright, orientation);
        let exif = turned(orientation as u16);
        let (width, height) = (stored.width(), stored.height());
        let webp = raster(&stored, ImageFormat::WebP);
        for (format, bytes) in [
            (Format::Jpeg, jpeg_with_exif(&jpeg(&stored), &exif)),
            (
                Format::Png,
                png_with_exif(&raster(&stored, ImageFormat::Png), &exif),
            ),
            (Format::Webp, webp_with_exif(&webp, width, height, &exif)),
            (Format::Tiff, tiff(&stored, orientation as u16)),
        ] {
            check_turned(&bytes, orientation, format, &upright);
        }
    }
}

#[test]
fn a_scaled_decode_is_turned_as_well() {
    let upright = drawn(800, 600);
    let bytes = jpeg_with_exif(&jpeg(&stored_at(&upright, 6)), &turned(6));
    let found = decode(&bytes, DecodeSize::AtLeast(200), &Limits::default()).unwrap();
    assert_eq!((found.width, found.height), (800, 600));
    assert_eq!((found.picture.width(), found.picture.height()), (200, 150));
    let off = difference(&found.picture, &super::super::resize(&upright, 200));
    assert!(off < 3.0, "{off}");
}

#[test]
fn a_scaled_decode_of_odd_sides_shows_nothing_beyond_them() {
    let wave = |at: usize| (128.0 + 100.0 * (at as f32 / 9.0).sin()) as u8;
    let rgb = (0..633 * 1001).flat_map(|at| [wave(at % 1001), wave(at / 1001), 128]);
    let whole = Picture::new(1001, 633, rgb.collect()).unwrap();
    let found = decode(&jpeg(&whole), DecodeSize::AtLeast(130), &Limits::default()).unwrap();
    assert_eq!((found.picture.width(), found.picture.height()), (125, 79));
    let off = difference(&found.picture, &super::super::resize(&whole, 125));
    assert!(off < 3.0, "{off}");
}

#[test]
fn the_smallest_fast_scale_that_serves_is_taken() {
    let bytes = jpeg(&drawn(1600, 400));
    let side = |at_least| {
        let size = DecodeSize::AtLeast(at_least);
        decode(&bytes, size, &Limits::default())
            .unwrap()
            .picture
            .width()
    };
    assert_eq!(side(200), 200);
    assert_eq!(side(222), 200, "nine tenths serve");
    assert_eq!(side(223), 400);
    assert_eq!(side(400), 400);
    assert_eq!(side(800), 800);
    assert_eq!(side(1500), 1600);
    assert_eq!(side(9000), 1600, "never enlarged");
}

#[test]
fn other_formats_are_scaled_to_the_size_asked_for() {
    let bytes = raster(&drawn(600, 300), ImageFormat::Png);
    let found = decode(&bytes, DecodeSize::AtLeast(200), &Limits::default()).unwrap();
    assert_eq!((found.picture.width(), found.picture.height()), (200, 100));
    assert_eq!((found.width, found.height), (600, 300));
}

#[test]
fn every_lossless_format_keeps_its_pixels() {
    let picture = drawn(60, 40);
    for (format, written) in [
        (Format::Png, ImageFormat::Png),
        (Format::Webp, ImageFormat::WebP),
        (Format::Tiff, ImageFormat::Tiff),
        (Format::Bmp, ImageFormat::Bmp),
    ] {
        let found = decoded(&raster(&picture, written));
        assert_eq!(
            (found.format, &found.picture),
            (format, &picture),
            "{format:?}"
        );
    }
    let gif = decoded(&raster(&picture, ImageFormat::Gif));
    assert_eq!(gif.format, Format::Gif);
    assert!(difference(&gif.picture, &picture) < 12.0);
}

#[test]
fn transparent_pixels_lie_over_white() {
    let mut image = RgbaImage::from_pixel(4, 2, Rgba([200, 0, 0, 0]));
    image.put_pixel(1, 0, Rgba([200, 0, 0, 255]));
    image.put_pixel(2, 0, Rgba([200, 0, 0, 51]));
    let found = decoded(&written(&DynamicImage::from(image), ImageFormat::Png));
    let pixels: Vec<&[u8]> = found.picture.rgb().chunks_exact(3).take(3).collect();
    assert_eq!(pixels, [[255, 255, 255], [200, 0, 0], [244, 204, 204]]);
}

#[test]
fn sixteen_bits_and_grey_become_eight_bit_colour() {
    let picture = drawn(30, 20);
    let image = image::RgbImage::from_raw(30, 20, picture.rgb().to_vec()).unwrap();
    let deep = DynamicImage::from(DynamicImage::from(image.clone()).into_rgb16());
    for format in [ImageFormat::Png, ImageFormat::Tiff] {
        assert_eq!(decoded(&written(&deep, format)).picture, picture);
    }
    let grey = decoded(&written(
        &DynamicImage::from(image).into_luma8().into(),
        ImageFormat::Png,
    ));
    assert!(
        grey.picture
            .rgb()
            .chunks_exact(3)
            .all(|p| p[0] == p[1] && p[1] == p[2])
    );
}

#[test]
fn a_progressive_jpeg_is_read() {
    let picture = drawn(320, 240);
    let off = difference(&decoded(&progressive_jpeg(&picture)).picture, &picture);
    assert!(off < 2.0, "{off}");
}

#[test]
fn a_cmyk_jpeg_comes_out_in_its_colours() {
    let picture = drawn(320, 240);
    let off = difference(&decoded(&cmyk_jpeg(&picture)).picture, &picture);
    assert!(off < 3.0, "{off}");
}

/// Wide-gamut numbers mean stronger colours: the green of Display P3 lies outside sRGB.
fn with_profile(profile: &moxcms::ColorProfile) -> [u8; 3] {
    let green = Picture::new(64, 64, [100, 200, 100].repeat(64 * 64)).unwrap();
    let body = [b"ICC_PROFILE\0\x01\x01", &profile.encode().unwrap()[..]].concat();
    let found = decoded(&with_segment(&jpeg(&green), 0xe2, &body)).picture;
    found.rgb().first_chunk().copied().unwrap()
}

#[test]
fn wide_gamut_colours_are_brought_to_srgb() {
    let [red, green, blue] = with_profile(&moxcms::ColorProfile::new_display_p3());
    assert!(
        red < 80 && green >= 200 && blue < 100,
        "{red} {green} {blue}"
    );
    let [red, green, blue] = with_profile(&moxcms::ColorProfile::new_adobe_rgb());
    assert!(
        red < 60 && green >= 198 && blue < 105,
        "{red} {green} {blue}"
    );
}

#[test]
fn srgb_and_broken_profiles_change_nothing() {
    let [red, green, blue] = with_profile(&moxcms::ColorProfile::new_srgb());
    assert!(red.abs_diff(100) < 3 && green.abs_diff(200) < 3 && blue.abs_diff(100) < 3);
    let plain = jpeg(&drawn(64, 64));
    let broken = with_segment(&plain, 0xe2, b"ICC_PROFILE\0\x01\x01no profile at all");
    assert_eq!(decoded(&broken).picture, decoded(&plain).picture);
}

#[test]
fn adobe_rgb_told_by_exif_alone_is_brought_to_srgb() {
    let green = Picture::new(64, 64, [100, 200, 100].repeat(64 * 64)).unwrap();
    let index = [(0x0001, Field::Ascii("R03"))];
    let shot = [
        (0xa001, Field::Short(0xffff)),
        (0xa005, Field::Directory(&index)),
    ];
    let exif = exif(&[(0x8769, Field::Directory(&shot))]);
    let found = decoded(&jpeg_with_exif(&jpeg(&green), &exif)).picture;
    assert!(found.rgb()[0] < 60, "{:?}", &found.rgb()[..3]);
}
