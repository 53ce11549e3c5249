//! Equality with Pillow, whose answers `tests/golden/resample.py` wrote down.

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Expected {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    filter: String,
    source: (u32, u32),
    resized: (u32, u32),
    /// Left, top, width and height.
    #[serde(rename = "box")]
    cut: (u32, u32, u32, u32),
    first: Vec<u8>,
    fnv1a: String,
}

/// The picture that `picture()` of `tests/golden/pictures.py` draws.
fn picture(index: u32, width: u32, height: u32) -> Vec<u8> {
    let fold = |v: u32| if v > 255 { 510 - v } else { v };
    let pixel = |x: u32, y: u32| {
        let smooth = [
            (x * (index + 3) * 2 + y) % 511,
            (y * (index + 2) * 3 + x * 2) % 511,
            (x * y / (index + 4)) % 511,
        ];
        let dark = (x / 3 + y / 2 + index).is_multiple_of(4);
        let texture = if dark { 60 } else { 0 };
        smooth.map(|v| (fold(v) + texture).min(255) as u8)
    };
    let row = |y| (0..width).flat_map(move |x| pixel(x, y));
    (0..height).flat_map(row).collect()
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn axis(source: u32, resized: u32, from: u32, length: u32) -> Axis {
    Axis {
        source,
        resized,
        from,
        length,
    }
}

#[test]
fn every_byte_is_pillows() {
    let expected = include_str!("../../../../../tests/fixtures/resample.json");
    let expected: Expected = serde_json::from_str(expected).unwrap();
    for (number, case) in (0..).zip(&expected.cases) {
        let filter = match case.filter.as_str() {
            "bilinear" => Filter::Bilinear,
            "bicubic" => Filter::Bicubic,
            other => panic!("no filter {other}"),
        };
        let (left, top, width, height) = case.cut;
        let x = axis(case.source.0, case.resized.0, left, width);
        let y = axis(case.source.1, case.resized.1, top, height);
        // Both filters look at the same picture.
        let rgb = picture(number / 2, x.source, y.source);
        for level in Level::available() {
            let resized = resample(level, &rgb, filter, x, y);
            let first = &resized[..case.first.len()];
            assert_eq!(first, case.first, "{level:?} {filter:?} {x:?} {y:?}");
            let checksum = format!("{:016x}", fnv1a(&resized));
            assert_eq!(checksum, case.fnv1a, "{level:?} {filter:?} {x:?} {y:?}");
        }
    }
}

#[test]
fn a_panorama_costs_no_more_than_its_middle() {
    let rgb = [9, 99, 199].repeat(120_000);
    let (x, y) = (
        axis(60_000, 6_720_000, 3_359_888, 224),
        axis(2, 224, 0, 224),
    );
    let resized = resample(Level::detect(), &rgb, Filter::Bicubic, x, y);
    assert_eq!(resized, [9, 99, 199].repeat(224 * 224));
}

#[test]
fn what_is_not_there_is_not_answered() {
    let rgb = picture(0, 6, 4);
    let (x, y) = (axis(6, 3, 0, 3), axis(4, 2, 0, 2));
    let answer = |rgb: &[u8], x, y| resample(Level::detect(), rgb, Filter::Bilinear, x, y);
    assert_eq!(answer(&rgb, x, y).len(), 18);
    assert!(answer(&rgb[1..], x, y).is_empty());
    assert!(answer(&rgb, axis(5, 3, 0, 3), y).is_empty());
    assert!(answer(&rgb, axis(6, 3, 1, 3), y).is_empty());
    assert!(answer(&rgb, axis(6, 3, 0, 0), y).is_empty());
    assert!(answer(&rgb, axis(6, 3, u32::MAX, 1), y).is_empty());
    assert!(answer(&[], axis(0, 3, 0, 3), y).is_empty());
}
