//! What it costs to keep a library as the disk is.
//!
//! `rescan N`: a folder of N small pictures is indexed, and then looked at again unchanged, in turn.
//! `storm N`: while the program watches, N files are created, renamed, moved and deleted as fast as
//! the disk takes it; told is how long after the last of it the catalog is as the disk is.
//! Without arguments both, small.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use latent_engine::jobs::{JobState, Report};
use latent_engine::library::folders;
use latent_engine::search::{self, Sort, Stacks};
use latent_engine::{Engine, ingest, watching};
use tempfile::TempDir;

/// Files in a folder.
const A_FOLDER: usize = 100;
const LONG: Duration = Duration::from_secs(3600);

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let count = |default| {
        words
            .get(1)
            .and_then(|word| word.parse().ok())
            .unwrap_or(default)
    };
    match words.first().map(String::as_str) {
        Some("rescan") => rescan(count(100_000)),
        Some("storm") => storm(count(10_000)),
        _ => {
            rescan(5_000)?;
            storm(1_000)
        }
    }
}

/// A data folder, a library and an engine.
struct World {
    engine: Engine,
    dir: TempDir,
}

impl World {
    fn new() -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let engine = Engine::open(&dir.path().join("data"))?;
        fs::create_dir(dir.path().join("photos"))?;
        folders::add(&engine, None, &[dir.path().join("photos")], &[])?;
        Ok(Self { engine, dir })
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("photos")
    }

    fn index(&self) -> Result<(ingest::IndexReport, Duration)> {
        let start = Instant::now();
        let job = ingest::start(&self.engine, None, false)?;
        let view = self.engine.jobs().wait(job, LONG)?;
        ensure!(view.state == JobState::Done, "{:?}", view.error);
        match view.report {
            Some(Report::Index(report)) => Ok((report, start.elapsed())),
            other => anyhow::bail!("{other:?}"),
        }
    }

    fn count(&self) -> Result<usize> {
        Ok(
            search::list(&self.engine, None, None, (Sort::Name, 0), Stacks::Each)?
                .shapes
                .len(),
        )
    }

    /// The paths of all photos that can be found, in order.
    fn known(&self) -> Result<Vec<String>> {
        let shapes = search::list(&self.engine, None, None, (Sort::Name, 0), Stacks::Each)?.shapes;
        let path = |id| Ok(self.engine.photo(id)?.path);
        let mut paths = shapes
            .iter()
            .map(|shape| path(shape.id))
            .collect::<Result<Vec<_>>>()?;
        paths.sort();
        Ok(paths)
    }
}

/// A small picture of its own for each number: patches of drawn colours, so that none is like another.
fn picture(number: usize) -> Result<Vec<u8>> {
    const PATCH: u32 = 8;
    let tone = |x: u32, y: u32, channel: u32| {
        let place = u64::from((y / PATCH * 64 + x / PATCH) * 4 + channel);
        let mut drawn = (number as u64) << 20 | place;
        for _ in 0..2 {
            drawn = (drawn ^ drawn >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        }
        (drawn >> 56) as u8
    };
    let image = image::RgbImage::from_fn(64, 48, |x, y| {
        image::Rgb([tone(x, y, 0), tone(x, y, 1), tone(x, y, 2)])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

fn rescan(count: usize) -> Result<()> {
    let world = World::new()?;
    for number in 0..count {
        let folder = world.root().join(format!("{:04}", number / A_FOLDER));
        if number % A_FOLDER == 0 {
            fs::create_dir(&folder)?;
        }
        fs::write(folder.join(format!("{number:06}.png")), picture(number)?)?;
    }
    let (report, first) = world.index()?;
    ensure!(report.added == count as u64, "{report:?}");
    println!(
        "{count} small pictures, first scan: {:.1} s",
        first.as_secs_f64()
    );
    for _ in 0..3 {
        let (report, again) = world.index()?;
        ensure!(report.added + report.changed + report.moved + report.removed == 0);
        println!(
            "  again, unchanged: {:.2} s, {:.0} times as fast",
            again.as_secs_f64(),
            first.as_secs_f64() / again.as_secs_f64()
        );
    }
    Ok(())
}

fn storm(count: usize) -> Result<()> {
    let world = World::new()?;
    watching::start(&world.engine)?;
    sleep(Duration::from_secs(3));
    let start = Instant::now();
    let root = world.root();
    let mut there: Vec<PathBuf> = Vec::new();
    let mut random = 1_u64;
    let mut draw = |below: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) as usize % below
    };
    for number in 0..count {
        let file = root.join(format!("{}/{number}.png", draw(50)));
        fs::create_dir_all(file.parent().context("a folder")?)?;
        fs::write(&file, picture(number)?)?;
        there.push(file);
    }
    for number in 0..count {
        let one = draw(there.len());
        let Some(from) = there.get(one).cloned() else {
            continue;
        };
        match number % 4 {
            0 => {
                fs::remove_file(&from)?;
                there.swap_remove(one);
            }
            _ => {
                let to = root.join(format!("{}/r{number}.png", draw(80)));
                fs::create_dir_all(to.parent().context("a folder")?)?;
                fs::rename(&from, &to)?;
                if let Some(place) = there.get_mut(one) {
                    *place = to;
                }
            }
        }
    }
    let end = Instant::now();
    let mut expected: Vec<String> = there.iter().map(|path| shown(path)).collect();
    expected.sort();
    // Counted first: naming all of them takes the time of indexing hundreds.
    while world.count()? != expected.len() || world.known()? != expected {
        ensure!(
            end.elapsed() < Duration::from_secs(600),
            "It never came about"
        );
        sleep(Duration::from_millis(50));
    }
    println!(
        "{count} files created, {count} renamed, moved or deleted in {:.1} s; the catalog is as the disk is {:.1} s after",
        (end - start).as_secs_f64(),
        end.elapsed().as_secs_f64()
    );
    Ok(())
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
