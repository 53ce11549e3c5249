//! How often a changed copy of a photo has that photo as its nearest neighbour in `visual`.
//!
//! Every photo of `photos/captioned` in the test data is changed in five ways, written as JPEG,
//! read as the index job reads files, and looked for among all originals: recall@1 a change.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use half::f16;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, imageops::FilterType};
use latent_engine::embed::visual;
use latent_engine::ids::PhotoId;
use latent_engine::index::{Candidates, VectorMatrix};
use latent_engine::photo::{self, DecodeSize, Limits};
use rayon::prelude::*;

/// A way of changing a picture: its name, the change, and the JPEG quality it is written with.
type Change = (&'static str, fn(&DynamicImage) -> DynamicImage, u8);

const CHANGES: [Change; 5] = [
    ("resized to a quarter", quarter, 90),
    ("JPEG quality 60", DynamicImage::clone, 60),
    ("6 % cropped", crop, 90),
    ("brightness +10 %", |picture| brighten(picture, 1.1), 90),
    ("brightness -10 %", |picture| brighten(picture, 0.9), 90),
];

fn main() -> Result<()> {
    let folder = data_folder().join("photos/captioned");
    let paths = pictures(&folder)?;
    ensure!(
        !paths.is_empty(),
        "no photos in {}: set LATENT_TEST_DATA",
        folder.display()
    );
    let mut originals = VectorMatrix::new(visual::DIM);
    let described: Vec<Vec<f32>> = paths
        .par_iter()
        .map(|path| describe(&std::fs::read(path)?))
        .collect::<Result<_>>()?;
    for (number, vector) in described.iter().enumerate() {
        let vector: Vec<f16> = vector.iter().copied().map(f16::from_f32).collect();
        originals.insert(PhotoId(number as i64), &vector)?;
    }
    println!(
        "visual ({}), {} dimensions, {} photos",
        visual::VERSION,
        visual::DIM,
        paths.len()
    );
    println!(
        "{:<22} {:>9}  {:>10}  {:>16}",
        "change", "recall@1", "cosine p1", "next best p99"
    );
    for change in CHANGES {
        report(change, &paths, &originals)?;
    }
    Ok(())
}

fn report(
    (name, apply, quality): Change,
    paths: &[PathBuf],
    originals: &VectorMatrix,
) -> Result<()> {
    let found: Vec<(bool, f32, f32)> = paths
        .par_iter()
        .enumerate()
        .map(|(number, path)| {
            let copy = apply(&image::open(path)?);
            let mut jpeg = Vec::new();
            let encoder = JpegEncoder::new_with_quality(&mut jpeg, quality);
            copy.to_rgb8().write_with_encoder(encoder)?;
            let own = PhotoId(number as i64);
            let nearest = originals.search(&describe(&jpeg)?, 2, Candidates::All)?;
            let nearest = nearest.neighbours;
            let hit = nearest.first().is_some_and(|first| first.id == own);
            let cosine = |own_one: bool| {
                let of = nearest.iter().find(|one| (one.id == own) == own_one);
                of.map_or(0.0, |one| one.cosine)
            };
            Ok((hit, cosine(true), cosine(false)))
        })
        .collect::<Result<_>>()?;
    let recall = found.iter().filter(|(hit, ..)| *hit).count() as f64 / found.len() as f64;
    let own = percentile(found.iter().map(|(_, own, _)| *own).collect(), 1);
    let other = percentile(found.iter().map(|(_, _, other)| *other).collect(), 99);
    println!("{name:<22} {recall:>9.4}  {own:>10.3}  {other:>16.3}");
    Ok(())
}

fn describe(bytes: &[u8]) -> Result<Vec<f32>> {
    let decoded = photo::decode(
        bytes,
        DecodeSize::AtLeast(photo::LARGE_PX),
        &Limits::default(),
    )?;
    Ok(visual::describe(
        &photo::thumbnails(&decoded.picture)?.small_picture,
    ))
}

fn quarter(picture: &DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width() / 4, picture.height() / 4);
    picture.resize_exact(width.max(1), height.max(1), FilterType::Lanczos3)
}

/// Cuts 3 % off each side.
fn crop(picture: &DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let (left, top) = (width * 3 / 100, height * 3 / 100);
    picture.crop_imm(left, top, width - 2 * left, height - 2 * top)
}

fn brighten(picture: &DynamicImage, factor: f32) -> DynamicImage {
    let mut changed = picture.to_rgb8();
    for value in changed.iter_mut() {
        *value = (f32::from(*value) * factor).round().clamp(0.0, 255.0) as u8;
    }
    changed.into()
}

fn percentile(mut values: Vec<f32>, percent: usize) -> f32 {
    values.sort_by(f32::total_cmp);
    values
        .get((values.len() - 1) * percent / 100)
        .copied()
        .unwrap_or(f32::NAN)
}

fn pictures(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot open {}: set LATENT_TEST_DATA", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "jpg"));
    paths.sort();
    Ok(paths)
}

/// The test data: `LATENT_TEST_DATA`, or `shared/data` beside the repository.
fn data_folder() -> PathBuf {
    std::env::var_os("LATENT_TEST_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data"),
        PathBuf::from,
    )
}
