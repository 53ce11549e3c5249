//! Photos of the test data, and altered copies: crops, light, JPEG, sizes.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, imageops::FilterType};
use latent_engine::embed::visual;
use latent_engine::ids::PhotoId;
use latent_engine::index::VectorIndex;
use latent_engine::photo::{self, DecodeSize, Limits};
use rayon::prelude::*;

use crate::random::Random;
use crate::{Question, halves};

/// Folders of the test data.
pub const ALL: &[&str] = &["captioned", "clothing", "named", "boxes", "burst"];
pub const LOOK_ALIKES: &[&str] = &["clothing", "named", "boxes", "burst"];

/// Strengths of a change, from nothing to almost beyond recognition.
const STRENGTHS: usize = 20;
/// One photo in so many is a query.
const ASKED: usize = 10;

/// Which copies of a photo are in the library.
#[derive(Clone, Copy)]
pub enum Change {
    /// 5 to 20, each stronger than the one before.
    Rising,
    /// 1 to 20 of the first third of strengths.
    Light,
    /// 1 to 20 of the second half.
    Heavy,
    /// 1 to 20 of all.
    Any,
    None,
}

pub const ALL_CHANGES: &[Change] = &[Change::Light, Change::Heavy, Change::Any, Change::None];

/// A photo's vector, and its copies': `STRENGTHS` times one of each kind, where it is a query.
struct Photo {
    folder: &'static str,
    vector: Vec<f32>,
    copies: Vec<Vec<f32>>,
}

pub struct Photos(Vec<Photo>);

impl Photos {
    pub fn read() -> Result<Self> {
        let folder = data_folder().join("photos");
        let mut paths = Vec::new();
        for name in ALL {
            let found = pictures(&folder.join(name))?;
            ensure!(
                !found.is_empty(),
                "no photos in {name}: set LATENT_TEST_DATA"
            );
            paths.extend(found.into_iter().map(|path| (*name, path)));
        }
        let read = |(place, (folder, path)): (usize, &(&'static str, PathBuf))| {
            let copies = if place % ASKED == 0 {
                altered(path)?
            } else {
                Vec::new()
            };
            Ok(Photo {
                folder,
                vector: describe(&std::fs::read(path)?)?,
                copies,
            })
        };
        let photos: Result<_> = paths.par_iter().enumerate().map(read).collect();
        Ok(Self(photos?))
    }

    /// Makes a library of some folders, in which each query's copies are changed in one of several
    /// ways. The photo itself is what is asked with, and no find.
    pub fn library(
        &self,
        folders: &[&str],
        changes: &[Change],
        seed: u64,
    ) -> Result<(VectorIndex, Vec<Question>)> {
        let mut random = Random(seed);
        let mut index = VectorIndex::new(visual::DIM);
        let mut questions = Vec::new();
        let mut next = 0;
        let photos = self.0.iter().enumerate();
        for (number, photo) in photos.filter(|(_, one)| folders.contains(&one.folder)) {
            let first = next;
            let change = *changes
                .get(random.below(changes.len()))
                .context("a change")?;
            let copies = chosen(change, number, &mut random);
            let copies = copies.iter().filter_map(|place| photo.copies.get(*place));
            let alone = photo.copies.is_empty().then_some(&photo.vector);
            for vector in alone.into_iter().chain(copies) {
                index.insert(PhotoId(next), &halves(vector))?;
                next += 1;
            }
            if alone.is_none() {
                questions.push((photo.vector.clone(), first..next));
            }
        }
        Ok((index, questions))
    }
}

/// The places of the copies that are taken.
fn chosen(change: Change, number: usize, random: &mut Random) -> Vec<usize> {
    let kinds = ALTERED.len();
    let (from, to) = match change {
        Change::None => return Vec::new(),
        Change::Rising => {
            let strengths = 0..5 + number * 7 % 16;
            return strengths.map(|one| one * kinds + one % kinds).collect();
        }
        Change::Light => (0, STRENGTHS * 3 / 10),
        Change::Heavy => (STRENGTHS / 2, STRENGTHS),
        Change::Any => (0, STRENGTHS),
    };
    let mut left: Vec<usize> = (from * kinds..to * kinds).collect();
    let count = 1 + random.below(20);
    (0..count)
        .map(|_| left.swap_remove(random.below(left.len())))
        .collect()
}

/// All altered copies of a photo, as the index job sees them.
fn altered(path: &Path) -> Result<Vec<Vec<f32>>> {
    let picture = image::open(path)?;
    let all = (0..STRENGTHS).flat_map(|strength| ALTERED.iter().map(move |one| (strength, one)));
    all.map(|(strength, alter)| {
        let (changed, quality) = alter(&picture, strength as f32 / STRENGTHS as f32);
        let mut jpeg = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut jpeg, quality);
        changed.to_rgb8().write_with_encoder(encoder)?;
        describe(&jpeg)
    })
    .collect()
}

/// A way of altering a picture by a strength of 0 … 1, and the JPEG quality it is written with.
type Alter = fn(&DynamicImage, f32) -> (DynamicImage, u8);

const ALTERED: [Alter; 5] = [
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

fn describe(bytes: &[u8]) -> Result<Vec<f32>> {
    let size = DecodeSize::AtLeast(photo::LARGE_PX);
    let decoded = photo::decode(bytes, size, &Limits::default())?;
    let small = photo::thumbnails(&decoded.picture)?.small_picture;
    Ok(visual::describe(&small))
}

/// The pictures of a folder and the folders in it.
fn pictures(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot open {}: set LATENT_TEST_DATA", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    let folders: Vec<PathBuf> = paths.iter().filter(|path| path.is_dir()).cloned().collect();
    let endings = ["jpg", "jpeg"];
    paths.retain(|path| {
        let ending = path.extension().unwrap_or_default();
        endings.iter().any(|one| ending.eq_ignore_ascii_case(one))
    });
    for folder in folders {
        paths.extend(pictures(&folder)?);
    }
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
