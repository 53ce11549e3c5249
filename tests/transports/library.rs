//! A small library of drawn pictures, indexed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use image::{Rgb, RgbImage};
use latent_engine::jobs::JobState;
use latent_engine::library::folders;
use latent_engine::{Engine, ingest};
use tempfile::TempDir;

/// A data folder with a library, and where its photos lie.
pub struct Library {
    pub folder: TempDir,
    pub data: PathBuf,
    pub photos: PathBuf,
}

/// Draws four pictures and one file that is none, and indexes them.
pub fn indexed() -> Library {
    let folder = tempfile::tempdir().unwrap();
    let (data, photos) = (folder.path().join("data"), folder.path().join("photos"));
    std::fs::create_dir(&photos).unwrap();
    for (name, colour) in [
        ("red-boat.jpg", [200, 20, 20]),
        ("green-hill.png", [20, 160, 40]),
        ("blue-sea.jpg", [20, 40, 200]),
        ("white-snow.jpg", [240, 240, 245]),
    ] {
        draw(&photos.join(name), colour);
    }
    std::fs::write(photos.join("broken.jpg"), "this is no picture").unwrap();
    let engine = Engine::open(&data).unwrap();
    folders::add(&engine, Some("Test"), std::slice::from_ref(&photos), &[]).unwrap();
    let job = ingest::start(&engine, None, false).unwrap();
    let view = engine.jobs().wait(job, Duration::from_secs(120)).unwrap();
    assert_eq!(view.state, JobState::Done, "{:?}", view.error);
    Library {
        folder,
        data,
        photos,
    }
}

fn draw(path: &Path, [r, g, b]: [u8; 3]) {
    let picture = RgbImage::from_fn(320, 240, |x, y| {
        let shade = ((x * u32::from(r) / 97 + y * u32::from(b) / 53) % 64) as u8;
        Rgb([
            r.saturating_sub(shade),
            g.saturating_sub(shade / 2),
            b.saturating_sub(shade),
        ])
    });
    picture.save(path).unwrap();
}
