//! What it costs to keep a library as the disk is.
//!
//! `rescan N`: a folder of N small pictures is indexed, and then looked at again unchanged, in turn.
//! `storm N`: while the program watches, N files are created, renamed, moved and deleted as fast as
//! the disk takes it, some hundred of which are tagged, and in the middle the system's queue of events
//! runs over; told is how long after the last of it the catalog is as the disk is, with each tag.
//! Without arguments both, small.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use latent_engine::ids::PhotoId;
use latent_engine::jobs::{JobState, Report};
use latent_engine::library::folders;
use latent_engine::search::{self, Sort, Stacks};
use latent_engine::store::photos::PhotoRow;
use latent_engine::watching::How;
use latent_engine::{Engine, ingest, tags, watching};
use tempfile::TempDir;

/// Files in a folder.
const A_FOLDER: usize = 100;
/// One file in so many is tagged.
const A_TAG: usize = 20;
/// Events that wait for the program, at most.
const QUEUE: usize = 1024;
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

    fn photos(&self) -> Result<Vec<(PhotoId, PhotoRow)>> {
        let shapes = search::list(&self.engine, None, None, (Sort::Name, 0), Stacks::Each)?.shapes;
        let photo = |id| Ok((id, self.engine.photo(id)?));
        shapes.iter().map(|shape| photo(shape.id)).collect()
    }

    /// The paths and tags of all photos that can be found, in order.
    fn known(&self) -> Result<Vec<(String, Vec<String>)>> {
        let photos = self.photos()?.into_iter();
        let mut known: Vec<_> = photos.map(|(_, photo)| (photo.path, photo.tags)).collect();
        known.sort();
        Ok(known)
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
    let mut storm = Storm {
        root: world.root(),
        there: Vec::new(),
        random: 1,
    };
    storm.tagged(&world, count / A_TAG, count)?;
    let can_run_over = watched(&world)?;
    if !can_run_over {
        println!("The system's limit of events cannot be set here: events are dropped instead");
    }
    let start = Instant::now();
    for number in 0..count {
        let path = format!("{}/{number}.png", storm.draw(50));
        storm.put(&path, number, None)?;
    }
    let before = watching::times_lost(&world.engine);
    let has_lost = || watching::times_lost(&world.engine) > before;
    let mut meanwhile = 0;
    std::thread::scope(|scope| -> Result<()> {
        let mut noise = Vec::new();
        for number in 0..count {
            if number == count / 2 && can_run_over {
                let root = world.root();
                let spawn = |one| {
                    let root = root.clone();
                    scope.spawn(move || make_noise(&root, one, has_lost))
                };
                noise = (0..4).map(spawn).collect();
            }
            let is_deaf = number >= count / 2 && number < count / 2 + count / A_TAG;
            watching::set_deaf(&world.engine, is_deaf && !can_run_over);
            storm.change(number)?;
            meanwhile += usize::from(number >= count / 2 && !has_lost());
        }
        let ended = noise.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended
            .into_iter()
            .try_for_each(|end| end.unwrap_or_else(|_| anyhow::bail!("a thread failed")))
    })?;
    let end = Instant::now();
    let expected = storm.known();
    // Counted first: naming all of them takes the time of indexing hundreds.
    wait("The catalog is not as the disk is", || {
        Ok(world.count()? == expected.len() && world.known()? == expected)
    })?;
    println!(
        "{count} files created, {count} renamed, moved or deleted in {:.1} s; {} losses of events, the \
         first heard {meanwhile} changes after the middle; the catalog is as the disk is {:.1} s after, \
         with all {} tags",
        (end - start).as_secs_f64(),
        watching::times_lost(&world.engine) - before,
        end.elapsed().as_secs_f64(),
        expected.iter().filter(|(_, tags)| !tags.is_empty()).count(),
    );
    Ok(())
}

/// Starts to watch, with a short queue of the system's where that can be had; answers whether it could.
fn watched(world: &World) -> Result<bool> {
    let limit = QueueLimit::lower(QUEUE);
    watching::start(&world.engine)?;
    wait("The folder is not watched", || {
        let state = watching::state(&world.engine);
        Ok(state.roots.iter().any(|root| root.how == How::Events))
    })?;
    sleep(Duration::from_secs(3));
    Ok(limit.is_some())
}

/// The files that are there.
struct Storm {
    root: PathBuf,
    there: Vec<Kept>,
    random: u64,
}

impl Storm {
    fn draw(&mut self, below: usize) -> usize {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.random >> 33) as usize % below
    }

    fn put(&mut self, path: &str, number: usize, tag: Option<String>) -> Result<()> {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().context("a folder")?)?;
        fs::write(&path, picture(number)?)?;
        self.there.push(Kept { path, tag });
        Ok(())
    }

    /// Puts files that are known and tagged before all others, numbered from `first` on.
    fn tagged(&mut self, world: &World, count: usize, first: usize) -> Result<()> {
        for number in first..first + count {
            let tag = Some(format!("number/{number}"));
            self.put(&format!("tagged/{number}.png"), number, tag)?;
        }
        world.index()?;
        for (id, photo) in world.photos()? {
            let mut there = self.there.iter();
            let kept = there.find(|kept| shown(&kept.path) == photo.path);
            let tag = kept.and_then(|kept| kept.tag.clone()).context("a tag")?;
            tags::add(&world.engine, &[id], &[tag])?;
        }
        Ok(())
    }

    /// Removes one of four files, and renames or moves the others.
    fn change(&mut self, number: usize) -> Result<()> {
        let one = self.draw(self.there.len());
        if number.is_multiple_of(4) {
            return Ok(fs::remove_file(self.there.swap_remove(one).path)?);
        }
        let to = format!("{}/r{number}.png", self.draw(80));
        let to = self.root.join(to);
        fs::create_dir_all(to.parent().context("a folder")?)?;
        let kept = self.there.get_mut(one).context("a file")?;
        fs::rename(&kept.path, &to)?;
        kept.path = to;
        Ok(())
    }

    /// What the catalog is to know in the end.
    fn known(&self) -> Vec<(String, Vec<String>)> {
        let tags = |kept: &Kept| kept.tag.iter().cloned().collect();
        let there = self.there.iter();
        let mut known: Vec<_> = there.map(|kept| (shown(&kept.path), tags(kept))).collect();
        known.sort();
        known
    }
}

/// A file of the storm, and its tag.
struct Kept {
    path: PathBuf,
    tag: Option<String>,
}

/// Waits until something is so.
fn wait(otherwise: &str, is_so: impl Fn() -> Result<bool>) -> Result<()> {
    let end = Instant::now() + Duration::from_secs(600);
    while !is_so()? {
        ensure!(Instant::now() < end, "{otherwise}");
        sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Makes events faster than anybody can hear them, about files that nobody looks at, until some were
/// lost.
fn make_noise(root: &Path, thread: usize, has_lost: impl Fn() -> bool) -> Result<()> {
    let files = [0, 1].map(|one| root.join(format!(".noise {thread} {one}")));
    let end = Instant::now() + Duration::from_secs(30);
    while !has_lost() {
        ensure!(Instant::now() < end, "The queue of events did not run over");
        for file in files.iter().cycle().take(QUEUE) {
            drop(fs::File::create(file)?);
        }
    }
    Ok(())
}

/// The system's limit of events that wait, lowered. A queue takes it over when it is made; dropping
/// this puts the limit back.
struct QueueLimit {
    before: String,
}

impl QueueLimit {
    const FILE: &str = "/proc/sys/fs/inotify/max_queued_events";

    fn lower(limit: usize) -> Option<Self> {
        let before = fs::read_to_string(Self::FILE).ok()?;
        fs::write(Self::FILE, limit.to_string()).ok()?;
        Some(Self { before })
    }
}

impl Drop for QueueLimit {
    fn drop(&mut self) {
        if let Err(error) = fs::write(Self::FILE, self.before.trim()) {
            println!("{} was {}: {error}", Self::FILE, self.before.trim());
        }
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
