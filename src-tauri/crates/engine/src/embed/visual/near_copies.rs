//! Real photos and their copies, where the photos are there.

use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, RgbImage};

use super::describe;
use crate::picture::Picture;

/// Photos compared; a part of what the benchmark takes, so that the test stays short.
const PHOTOS: usize = 60;

type Change = (&'static str, fn(&RgbImage) -> RgbImage);

const CHANGES: [Change; 8] = [
    ("resized to a quarter", |p| {
        image::imageops::resize(p, p.width() / 4, p.height() / 4, FilterType::Triangle)
    }),
    ("JPEG of quality 60", recompress),
    ("cut by 3 % on each side", |p| {
        crop(p, [0.03, 0.03, 0.94, 0.94])
    }),
    ("cut by 6 % on the left", |p| {
        crop(p, [0.06, 0.0, 0.94, 1.0])
    }),
    ("cut by 6 % on the right", |p| {
        crop(p, [0.0, 0.0, 0.94, 1.0])
    }),
    ("cut by 6 % at the bottom", |p| {
        crop(p, [0.0, 0.0, 1.0, 0.94])
    }),
    ("brighter by 10 %", |p| brighten(p, 1.1)),
    ("darker by 10 %", |p| brighten(p, 0.9)),
];

fn recompress(photo: &RgbImage) -> RgbImage {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 60)
        .encode_image(photo)
        .unwrap();
    image::load_from_memory(&bytes).unwrap().to_rgb8()
}

fn crop(photo: &RgbImage, [x, y, width, height]: [f32; 4]) -> RgbImage {
    let wide = |part: f32| (part * photo.width() as f32).round() as u32;
    let high = |part: f32| (part * photo.height() as f32).round() as u32;
    image::imageops::crop_imm(photo, wide(x), high(y), wide(width), high(height)).to_image()
}

fn brighten(photo: &RgbImage, factor: f32) -> RgbImage {
    let mut copy = photo.clone();
    copy.iter_mut()
        .for_each(|v| *v = (f32::from(*v) * factor).round().min(255.0) as u8);
    copy
}

fn vector(photo: &RgbImage) -> Vec<f32> {
    let (width, height) = photo.dimensions();
    describe(&Picture::new(width, height, photo.as_raw().clone()).unwrap())
}

fn cosine(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

/// The folder of test data: `LATENT_TEST_DATA`, or `../shared/data` beside the repository.
fn test_data() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    std::env::var_os("LATENT_TEST_DATA").map_or_else(beside, PathBuf::from)
}

/// Takes photos evenly from the folder, in the order of their names.
fn photos(folder: &Path) -> Option<Vec<RgbImage>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    let step = (files.len() / PHOTOS).max(1);
    let chosen = files.iter().step_by(step).take(PHOTOS);
    Some(
        chosen
            .map(|file| image::open(file).unwrap())
            .map(DynamicImage::into_rgb8)
            .collect(),
    )
}

#[test]
fn copies_of_real_photos_are_their_nearest_neighbours() {
    let folder = test_data().join("photos/captioned");
    let Some(photos) = photos(&folder).filter(|photos| photos.len() == PHOTOS) else {
        println!(
            "skipped: fewer than {PHOTOS} photos in {}",
            folder.display()
        );
        return;
    };
    let originals: Vec<Vec<f32>> = photos.iter().map(vector).collect();
    for (change, make) in CHANGES {
        for (i, photo) in photos.iter().enumerate() {
            let copy = vector(&make(photo));
            let own = cosine(&copy, &originals[i]);
            let others = originals.iter().enumerate().filter(|&(j, _)| j != i);
            let (from_copy, from_original) = others.fold((-1.0_f32, -1.0_f32), |best, (_, o)| {
                (
                    best.0.max(cosine(&copy, o)),
                    best.1.max(cosine(&originals[i], o)),
                )
            });
            assert!(
                own > from_copy,
                "photo {i}, {change}: {own}, another {from_copy}"
            );
            assert!(
                own > from_original,
                "photo {i}, {change}: {own}, another {from_original}"
            );
        }
    }
}
