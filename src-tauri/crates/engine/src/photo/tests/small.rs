//! Thumbnails, crops and writing.

use super::super::testing::*;
use super::super::{DecodeSize, Format, Limits, crop, decode, encode_jpeg, encode_png};
use super::super::{resize, thumbnails};
use crate::crop_box::CropBox;
use crate::picture::Picture;

fn decoded(bytes: &[u8]) -> Picture {
    decode(bytes, DecodeSize::Full, &Limits::default())
        .unwrap()
        .picture
}

fn size(picture: &Picture) -> (u32, u32) {
    (picture.width(), picture.height())
}

#[test]
fn thumbnails_have_their_sides_and_show_the_picture() {
    let picture = drawn(1600, 1200);
    let made = thumbnails(&picture).unwrap();
    let (small, large) = (decoded(&made.small), decoded(&made.large));
    assert_eq!((size(&small), size(&large)), ((256, 192), (1024, 768)));
    assert_eq!(size(&made.small_picture), (256, 192));
    assert!(difference(&small, &made.small_picture) < 4.0);
    assert!(difference(&large, &resize(&picture, 1024)) < 4.0);
}

#[test]
fn nothing_is_ever_enlarged() {
    let picture = drawn(100, 40);
    let made = thumbnails(&picture).unwrap();
    assert_eq!(made.small_picture, picture);
    assert_eq!(size(&decoded(&made.large)), (100, 40));
    assert_eq!(resize(&picture, 5000), picture);
}

#[test]
fn a_strip_keeps_at_least_one_pixel() {
    assert_eq!(size(&resize(&drawn(5000, 2), 100)), (100, 1));
    assert_eq!(size(&resize(&drawn(3, 900), 0)), (1, 1));
}

#[test]
fn a_crop_holds_exactly_its_part() {
    let picture = drawn(100, 50);
    let part = crop(
        &picture,
        CropBox::from_pixels([10.0, 20.0, 30.0, 15.0], 100, 50).unwrap(),
    );
    assert_eq!(size(&part), (30, 15));
    for (x, y) in [(0, 0), (29, 0), (0, 14), (29, 14)] {
        let at = |p: &Picture, x: usize, y: usize| {
            p.rgb()
                .chunks_exact(3)
                .nth(y * p.width() as usize + x)
                .unwrap()
                .to_vec()
        };
        assert_eq!(at(&part, x, y), at(&picture, x + 10, y + 20));
    }
    let all = CropBox::new(0.0, 0.0, 1.0, 1.0).unwrap();
    assert_eq!(crop(&picture, all), picture);
}

#[test]
fn what_is_written_can_be_read() {
    let picture = drawn(64, 48);
    assert_eq!(decoded(&encode_png(&picture).unwrap()), picture);
    let fine = encode_jpeg(&picture, 95).unwrap();
    assert!(difference(&decoded(&fine), &picture) < 2.0);
    assert!(encode_jpeg(&picture, 40).unwrap().len() < fine.len());
    assert_eq!(super::super::sniff(&fine), Some(Format::Jpeg));
    let endless = Picture::new(70_000, 1, vec![9; 210_000]).unwrap();
    let error = encode_jpeg(&endless, 80).unwrap_err().to_string();
    assert_eq!(
        error,
        "A picture of 70000 × 1 pixels cannot be written as JPEG: make it smaller"
    );
}
