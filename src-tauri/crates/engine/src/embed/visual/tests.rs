//! Copies drawn by the tests themselves; real photos are compared in `near_copies`.

use super::*;

fn paint(width: u32, height: u32, colour: impl Fn(f32, f32) -> [f32; 3]) -> Picture {
    let mut rgb = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let place = (
                (x as f32 + 0.5) / width as f32,
                (y as f32 + 0.5) / height as f32,
            );
            rgb.extend(colour(place.0, place.1).map(|v| v.round().clamp(0.0, 255.0) as u8));
        }
    }
    Picture::new(width, height, rgb).unwrap()
}

/// A scene of soft blobs; each seed is another one.
fn scene(seed: u32) -> impl Fn(f32, f32) -> [f32; 3] {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / (1_u32 << 24) as f32
    };
    let blobs: Vec<[f32; 6]> = (0..12)
        .map(|_| {
            [
                next(),
                next(),
                0.05 + 0.2 * next(),
                255.0 * next(),
                255.0 * next(),
                255.0 * next(),
            ]
        })
        .collect();
    move |x, y| {
        let mut sum = [30.0, 40.0, 50.0, 0.3_f32];
        for &[cx, cy, radius, r, g, b] in &blobs {
            let near = (-((x - cx).powi(2) + (y - cy).powi(2)) / (radius * radius)).exp() * 3.0;
            for (sum, value) in sum.iter_mut().zip([r, g, b, 1.0]) {
                *sum += near * value;
            }
        }
        [sum[0] / sum[3], sum[1] / sum[3], sum[2] / sum[3]].map(|v| v.min(255.0))
    }
}

fn cosine(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

#[test]
fn a_vector_has_unit_norm_and_the_stated_dimension() {
    let flat = |value: f32| paint(9, 7, move |_, _| [value; 3]);
    let pixel = Picture::new(1, 1, vec![255, 0, 0]).unwrap();
    let thread = paint(2000, 1, |x, _| [255.0 * x, 0.0, 0.0]);
    for picture in [
        flat(0.0),
        flat(255.0),
        flat(119.0),
        pixel,
        thread,
        paint(64, 48, scene(1)),
    ] {
        let vector = describe(&picture);
        assert_eq!(vector.len(), DIM);
        assert!((length(&vector) - 1.0).abs() < 1e-5, "{picture:?}");
        assert_eq!(vector, describe(&picture));
    }
    assert_eq!((DIM % 16, HUE_ANCHORS.len()), (0, HUE_MEANS.len()));
}

#[test]
fn copies_are_nearer_than_every_other_scene() {
    let scenes: Vec<Vec<f32>> = (0..40)
        .map(|s| describe(&paint(256, 192, scene(s))))
        .collect();
    for (seed, own) in scenes.iter().enumerate() {
        let draw = scene(seed as u32);
        let copies = [
            ("a quarter", paint(64, 48, &draw)),
            (
                "brighter",
                paint(256, 192, |x, y| draw(x, y).map(|v| v * 1.1)),
            ),
            (
                "darker",
                paint(256, 192, |x, y| draw(x, y).map(|v| v * 0.9)),
            ),
            (
                "cropped",
                paint(241, 180, |x, y| draw(0.03 + 0.94 * x, 0.03 + 0.94 * y)),
            ),
            ("cut left", paint(241, 192, |x, y| draw(0.06 + 0.94 * x, y))),
        ];
        for (change, copy) in copies {
            let copy = describe(&copy);
            let best = scenes
                .iter()
                .map(|other| cosine(&copy, other))
                .fold(-1.0, f32::max);
            let right = cosine(&copy, own);
            assert!(
                right >= best && right > 0.8,
                "scene {seed}, {change}: {right} of {best}"
            );
        }
    }
}

#[test]
fn flat_pictures_are_told_apart_by_colour() {
    let flat = |colour: [f32; 3]| describe(&paint(32, 32, move |_, _| colour));
    let (red, crimson, blue) = (
        flat([220.0, 30.0, 30.0]),
        flat([200.0, 30.0, 40.0]),
        flat([30.0, 30.0, 220.0]),
    );
    assert!(cosine(&red, &crimson) > 0.8);
    assert!(cosine(&red, &blue) < 0.3);
}

#[test]
fn brightening_changes_little() {
    let draw = scene(7);
    let plain = describe(&paint(200, 200, &draw));
    let bright = describe(&paint(200, 200, |x, y| draw(x, y).map(|v| v * 1.1)));
    assert!(cosine(&plain, &bright) > 0.95);
}
