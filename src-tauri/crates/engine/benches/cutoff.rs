//! The limit that `cutoff: auto` finds beside the best flat one, by F1.
//!
//! 1. Real `visual` vectors: photos of the test data, and of some of them 5 to 20 altered copies:
//!    crops, light, JPEG, sizes. A photo is the query, its copies are what is relevant.
//! 2. Seeded synthetic vectors: clusters of unlike size and tightness among photos of no cluster.
//!    A member is the query, its cluster is what is relevant.
//!
//! The flat limit is the one that is best for half of the queries; both are judged on the other
//! half, and the halves take turns.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use half::f16;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, imageops::FilterType};
use latent_engine::embed::visual;
use latent_engine::ids::PhotoId;
use latent_engine::index::{Candidates, VectorIndex};
use latent_engine::photo::{self, DecodeSize, Limits};
use latent_engine::search::cutoff::least_cosine;
use rayon::prelude::*;

const SYNTHETIC_DIM: usize = 128;

fn main() -> Result<()> {
    println!(
        "{:<34} {:>8} {:>12} {:>9} {:>8}",
        "", "queries", "flat limit", "F1 flat", "F1 auto"
    );
    report("visual, altered copies", &real()?);
    for (photos, clusters) in [(5_000, 60), (50_000, 200)] {
        let cases = synthetic(photos, clusters)?;
        report(&format!("clusters among {photos}"), &cases);
    }
    Ok(())
}

/// A query: all cosines with whether each is relevant, the nearest first, and the limit found.
struct Case {
    cosines: Vec<(f32, bool)>,
    auto: f32,
}

impl Case {
    /// F1 of the photos at or above a cosine.
    fn f1(&self, least: f32) -> f64 {
        let found = self.cosines.partition_point(|(cosine, _)| *cosine >= least);
        let right = self
            .cosines
            .iter()
            .take(found)
            .filter(|(_, relevant)| *relevant)
            .count();
        let relevant = self
            .cosines
            .iter()
            .filter(|(_, relevant)| *relevant)
            .count();
        2.0 * right as f64 / (found + relevant).max(1) as f64
    }
}

fn report(name: &str, cases: &[Case]) {
    let (even, odd): (Vec<_>, Vec<_>) = cases.iter().enumerate().partition(|(i, _)| i % 2 == 0);
    for (half, (learn, judge)) in [(&even, &odd), (&odd, &even)].into_iter().enumerate() {
        let mean = |cases: &[(usize, &Case)], limit: &dyn Fn(&Case) -> f32| {
            let sum: f64 = cases.iter().map(|(_, case)| case.f1(limit(case))).sum();
            sum / cases.len().max(1) as f64
        };
        let flat = (0..400)
            .map(|step| step as f32 / 400.0)
            .max_by(|a, b| mean(learn, &|_| *a).total_cmp(&mean(learn, &|_| *b)))
            .unwrap_or(1.0);
        println!(
            "{:<34} {:>8} {flat:>12.3} {:>9.4} {:>8.4}",
            format!("{name}, half {}", half + 1),
            judge.len(),
            mean(judge, &|_| flat),
            mean(judge, &|case| case.auto),
        );
    }
}

/// Judges the limit of each query: its vector, and which photos are relevant.
fn judged(index: &VectorIndex, queries: &[(Vec<f32>, std::ops::Range<i64>)]) -> Result<Vec<Case>> {
    queries
        .iter()
        .map(|(query, relevant)| {
            let all = index.within(query, -2.0, Candidates::All)?.neighbours;
            let cosines = all
                .iter()
                .map(|one| (one.cosine, relevant.contains(&one.id.0)))
                .collect();
            let auto = least_cosine(index, query)?;
            Ok(Case { cosines, auto })
        })
        .collect()
}

fn halves(vector: &[f32]) -> Vec<f16> {
    vector.iter().copied().map(f16::from_f32).collect()
}

/// A way of altering a picture by a strength of 0 … 1, and the JPEG quality it is written with.
type Change = fn(&DynamicImage, f32) -> (DynamicImage, u8);

const CHANGES: [Change; 5] = [
    |picture, strength| (picture.clone(), 80 - (60.0 * strength) as u8),
    |picture, strength| {
        let to = |side: u32| ((side as f32 * (0.8 - 0.7 * strength)) as u32).max(24);
        let (width, height) = (to(picture.width()), to(picture.height()));
        (
            picture.resize_exact(width, height, FilterType::Lanczos3),
            85,
        )
    },
    |picture, strength| (crop(picture, 0.02 + 0.26 * strength), 85),
    |picture, strength| {
        (
            scale(&crop(picture, 0.2 * strength), 1.05 + 1.5 * strength),
            85,
        )
    },
    |picture, strength| {
        (
            scale(&crop(picture, 0.2 * strength), 0.95 - 0.7 * strength),
            85,
        )
    },
];

/// Cuts a part off each side, more from the left and the top.
fn crop(picture: &DynamicImage, cut: f32) -> DynamicImage {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let (left, top) = ((width * cut) as u32, (height * cut * 0.7) as u32);
    let part = |side: f32, kept: f32| ((side * kept) as u32).max(16);
    picture.crop_imm(
        left,
        top,
        part(width, 1.0 - 1.6 * cut),
        part(height, 1.0 - 1.4 * cut),
    )
}

fn scale(picture: &DynamicImage, factor: f32) -> DynamicImage {
    let mut changed = picture.to_rgb8();
    for value in changed.iter_mut() {
        *value = (f32::from(*value) * factor).round().clamp(0.0, 255.0) as u8;
    }
    changed.into()
}

fn real() -> Result<Vec<Case>> {
    let folder = data_folder().join("photos");
    let mut paths = pictures(&folder.join("captioned"))?;
    ensure!(
        !paths.is_empty(),
        "no photos in {}: set LATENT_TEST_DATA",
        folder.display()
    );
    for entry in std::fs::read_dir(folder.join("clothing"))? {
        let entry = entry?.path();
        if entry.is_dir() {
            paths.extend(pictures(&entry)?);
        }
    }
    let originals: Vec<Vec<f32>> = paths
        .par_iter()
        .map(|path| describe(&std::fs::read(path)?))
        .collect::<Result<_>>()?;
    let mut index = VectorIndex::new(visual::DIM);
    for (number, vector) in originals.iter().enumerate() {
        index.insert(PhotoId(number as i64), &halves(vector))?;
    }
    let chosen: Vec<usize> = (0..paths.len()).step_by(12).collect();
    let copies: Vec<Vec<Vec<f32>>> = chosen
        .par_iter()
        .map(|number| altered(paths.get(*number).context("a photo")?, *number))
        .collect::<Result<_>>()?;
    let mut next = paths.len() as i64;
    let mut queries = Vec::new();
    for (number, copies) in chosen.iter().zip(copies) {
        let first = next;
        for copy in copies {
            index.insert(PhotoId(next), &halves(&copy))?;
            next += 1;
        }
        // The photo itself is what is asked with, and no find.
        index.remove(PhotoId(*number as i64));
        queries.push((
            originals.get(*number).context("a vector")?.clone(),
            first..next,
        ));
    }
    judged(&index, &queries)
}

/// 5 to 20 altered copies, as the index job sees them.
fn altered(path: &Path, number: usize) -> Result<Vec<Vec<f32>>> {
    let picture = image::open(path)?;
    let count = 5 + number * 7 % 16;
    (0..count)
        .map(|copy| {
            let change = CHANGES.get(copy % CHANGES.len()).context("a change")?;
            let (changed, quality) = change(&picture, copy as f32 / 20.0);
            let mut jpeg = Vec::new();
            let encoder = JpegEncoder::new_with_quality(&mut jpeg, quality);
            changed.to_rgb8().write_with_encoder(encoder)?;
            describe(&jpeg)
        })
        .collect()
}

fn describe(bytes: &[u8]) -> Result<Vec<f32>> {
    let size = DecodeSize::AtLeast(photo::LARGE_PX);
    let decoded = photo::decode(bytes, size, &Limits::default())?;
    let small = photo::thumbnails(&decoded.picture)?.small_picture;
    Ok(visual::describe(&small))
}

/// Clusters of 3 to 60 photos, tight and loose, among photos that are alike in part only.
fn synthetic(photos: usize, clusters: usize) -> Result<Vec<Case>> {
    let mut random = Random(photos as u64);
    let mut index = VectorIndex::new(SYNTHETIC_DIM);
    let themes: Vec<Vec<f32>> = (0..40).map(|_| random.unit()).collect();
    let mut insert = |id: i64, vector: &[f32]| index.insert(PhotoId(id), &halves(vector));
    for id in 0..photos as i64 {
        let theme = themes.get(id as usize % themes.len()).context("a theme")?;
        let apart = 1.0 + 2.0 * random.part();
        insert(id, &random.near(theme, apart))?;
    }
    let mut queries = Vec::new();
    let mut next = photos as i64;
    for number in 0..clusters {
        let theme = themes.get(number % themes.len()).context("a theme")?;
        let apart = 0.6 + 1.4 * random.part();
        let centre = random.near(theme, apart);
        let looseness = 0.25 + 0.75 * random.part();
        let first = next;
        for _ in 0..3 + number * 13 % 58 {
            insert(next, &random.near(&centre, looseness))?;
            next += 1;
        }
        queries.push((random.near(&centre, looseness), first..next));
    }
    judged(&index, &queries)
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

/// A small generator (SplitMix64), so that every run sees the same vectors.
///
/// # Source
/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.
struct Random(u64);

impl Random {
    /// 0 … 1.
    fn part(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 40) as f32 / (1 << 24) as f32
    }

    fn unit(&mut self) -> Vec<f32> {
        let vector = (0..SYNTHETIC_DIM)
            .map(|_| self.part() + self.part() - 1.0)
            .collect();
        normed(vector)
    }

    /// A unit vector near another one; at 1 the angle between them is 45°.
    fn near(&mut self, centre: &[f32], looseness: f32) -> Vec<f32> {
        let noise = self.unit();
        let sum = centre.iter().zip(noise).map(|(c, n)| c + looseness * n);
        normed(sum.collect())
    }
}

fn normed(mut vector: Vec<f32>) -> Vec<f32> {
    let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|v| *v /= norm);
    vector
}
