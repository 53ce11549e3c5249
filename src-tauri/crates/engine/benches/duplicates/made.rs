//! The made set: photos and their changed copies in a folder, among unrelated photos and frames.
//!
//! A file is named `PICTURE.CHANGE.ENDING`: files of the same `PICTURE` show the same.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use rayon::prelude::*;

use crate::changes::{CHANGES, Change, File, SEEDS, frames, to_jpeg};

/// What an unchanged photo is called.
pub const ORIGINAL: &str = "original";
/// What begins the names of frames, simulated and real; the frames of a scene differ by their end.
pub const FRAME: &str = "frame";

/// A file of the set.
#[derive(Clone)]
pub struct Made {
    pub path: PathBuf,
    /// What it shows.
    pub picture: String,
    /// What was done to it.
    pub change: String,
}

impl Made {
    /// The scene that a frame shows; none where the file is no frame.
    pub fn scene(&self) -> Option<&str> {
        let name = self.picture.strip_prefix(FRAME)?;
        name.rsplit_once('-').map(|(scene, _)| scene)
    }
}

/// Writes the set; the same for the same photos.
///
/// # Errors
/// There are no photos, or the folder cannot be written.
pub fn make(folder: &Path, photos: usize) -> Result<Vec<Made>> {
    let data = data_folder().join("photos");
    let mut captioned = pictures(&data.join("captioned"))?;
    captioned.truncate(photos);
    ensure!(!captioned.is_empty(), "No photos: set LATENT_TEST_DATA");
    let (changes, missing): (Vec<_>, Vec<_>) = (0..)
        .zip(&CHANGES)
        .partition(|(_, change)| change.is_possible());
    for (_, change) in missing {
        println!("no {}: needs an ffmpeg that encodes it", change.name);
    }
    captioned
        .par_iter()
        .enumerate()
        .try_for_each(|(number, path)| copies(folder, number, path, &changes))?;
    for (number, path) in pictures(&data.join("clothing"))?.iter().enumerate() {
        std::fs::copy(path, folder.join(format!("cloth{number}.{ORIGINAL}.jpg")))?;
    }
    let mut others = pictures(&data.join("named"))?;
    others.extend(pictures(&data.join("boxes"))?);
    others
        .par_iter()
        .enumerate()
        .try_for_each(|(number, path)| burst(folder, number, path))?;
    for (number, path) in pictures(&data.join("burst"))?.iter().enumerate() {
        std::fs::copy(
            path,
            folder.join(format!("{FRAME}real-{number}.{ORIGINAL}.jpg")),
        )?;
    }
    list(folder)
}

fn copies(folder: &Path, number: usize, path: &Path, changes: &[(usize, &Change)]) -> Result<()> {
    std::fs::copy(path, folder.join(format!("photo{number}.{ORIGINAL}.jpg")))?;
    let photo = image::open(path)?.to_rgb8();
    for (kind, change) in changes {
        let File { ending, bytes } = change.make(&photo, (number * SEEDS + kind) as u64)?;
        let name = format!("photo{number}.{}.{ending}", change.name);
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

/// Two simulated frames; the photo itself is not in the set.
fn burst(folder: &Path, number: usize, path: &Path) -> Result<()> {
    let photo = image::open(path)?.to_rgb8();
    for (frame, picture) in frames(&photo, number as u64).iter().enumerate() {
        let name = format!("{FRAME}{number}-{frame}.{ORIGINAL}.jpg");
        std::fs::write(folder.join(name), to_jpeg(picture, 90)?)?;
    }
    Ok(())
}

fn list(folder: &Path) -> Result<Vec<Made>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.sort();
    let made = paths.into_iter().map(|path| {
        let name = path.file_name().context("a file's name")?.to_string_lossy();
        let (picture, rest) = name.split_once('.').context("a made name")?;
        let (change, _) = rest.split_once('.').context("a made name")?;
        let (picture, change) = (picture.to_owned(), change.to_owned());
        Ok(Made {
            path,
            picture,
            change,
        })
    });
    made.collect()
}

/// The JPEGs of a folder and those in it, by name.
fn pictures(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("Cannot open {}: set LATENT_TEST_DATA", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
        if path.is_dir() {
            found.extend(pictures(&path)?);
        } else if ending.is_some_and(|ending| ending == "jpg" || ending == "jpeg") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The test data: `LATENT_TEST_DATA`, or `shared/data` beside the repository.
fn data_folder() -> PathBuf {
    std::env::var_os("LATENT_TEST_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data"),
        PathBuf::from,
    )
}
