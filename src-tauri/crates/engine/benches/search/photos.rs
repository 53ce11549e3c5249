//! Real vectors: the photos of the test data as the `visual` space sees them, with parts and a
//! small copy of each, ten a photo.
//!
//! A query is another part of a photo, which is not among them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use latent_engine::crop_box::CropBox;
use latent_engine::embed::visual;
use latent_engine::photo::{self, DecodeSize, Limits};
use latent_engine::picture::Picture;
use rayon::prelude::*;

use crate::data::{self, QUERIES, Space};
use crate::repository;

/// Parts of a photo: left, top, width, height.
const PARTS: [[f32; 4]; 9] = [
    [0.0, 0.0, 1.0, 1.0],
    [0.03, 0.03, 0.94, 0.94],
    [0.1, 0.1, 0.8, 0.8],
    [0.0, 0.0, 0.8, 0.8],
    [0.2, 0.0, 0.8, 0.8],
    [0.0, 0.2, 0.8, 0.8],
    [0.2, 0.2, 0.8, 0.8],
    [0.0, 0.0, 0.6, 1.0],
    [0.4, 0.0, 0.6, 1.0],
];
/// The part that queries show.
const ASKED: [f32; 4] = [0.06, 0.02, 0.88, 0.9];
/// Long side of the small copy in pixels.
const COPY_PX: u32 = 64;

/// Describes the photos; none where there are none.
///
/// # Errors
/// A photo cannot be read, or the folder not be written to.
pub fn describe(folder: &Path) -> Result<Option<Space>> {
    let photos = data_folder().join("photos");
    let mut paths = Vec::new();
    if photos.is_dir() {
        find(&photos, &mut paths)?;
    }
    if paths.is_empty() {
        return Ok(None);
    }
    paths.sort();
    println!("Describing {} photos, ten times each", paths.len());
    let described: Vec<Vec<Vec<f32>>> = paths
        .par_iter()
        .map(|path| versions(path).with_context(|| path.display().to_string()))
        .collect::<Result<_>>()?;
    // Version by version, so that those of one photo lie far apart: the harder order for a search.
    let vectors = (0..=PARTS.len()).flat_map(|version| {
        let each = described.iter();
        each.filter_map(move |of_photo| of_photo.get(version).map(Vec::as_slice))
    });
    let asked = described.iter().filter_map(|of_photo| of_photo.last());
    let every = (described.len() / QUERIES).max(1);
    let queries: Vec<Vec<f32>> = asked.step_by(every).take(QUERIES).cloned().collect();
    let name = format!("visual ({}) of photos", visual::VERSION);
    data::given(folder, &name, vectors, &queries).map(Some)
}

/// The vectors of a photo: its parts, the small copy, and last what a query shows.
fn versions(path: &Path) -> Result<Vec<Vec<f32>>> {
    let size = DecodeSize::AtLeast(photo::LARGE_PX);
    let decoded = photo::decode(&std::fs::read(path)?, size, &Limits::default())?;
    let whole = photo::resize(&decoded.picture, photo::LARGE_PX);
    let mut vectors = Vec::with_capacity(PARTS.len() + 2);
    for part in PARTS {
        vectors.push(look(&cut(&whole, part)?));
    }
    vectors.push(look(&photo::resize(&whole, COPY_PX)));
    vectors.push(look(&cut(&whole, ASKED)?));
    Ok(vectors)
}

/// Describes a picture as the index job does: by its small thumbnail.
fn look(picture: &Picture) -> Vec<f32> {
    visual::describe(&photo::resize(picture, photo::SMALL_PX))
}

fn cut(picture: &Picture, [x, y, width, height]: [f32; 4]) -> Result<Picture> {
    Ok(photo::crop(picture, CropBox::new(x, y, width, height)?))
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, found)?;
        } else if photo::is_candidate(&path) {
            found.push(path);
        }
    }
    Ok(())
}

/// The test data: `LATENT_TEST_DATA`, or `shared/data` beside the repository.
fn data_folder() -> PathBuf {
    std::env::var_os("LATENT_TEST_DATA")
        .map_or_else(|| repository().join("../shared/data"), PathBuf::from)
}
