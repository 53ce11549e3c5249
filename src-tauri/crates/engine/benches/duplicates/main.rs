//! Near copies: what is found of 32 changes a photo among unrelated photos and bursts, and how
//! long it takes among 100,000 and 1,000,000 prints.
//!
//!     duplicates [PHOTOS] [--prints COUNT]… [--peers]
//!
//! PHOTOS (700) of the test data are changed and written to a folder with the other photos of the
//! test data and with frames of bursts, simulated and real. Each change's recall, the precision, the
//! frames found and the curve over the threshold are printed. With `--peers` `czkawka_cli`,
//! `findimagedupes` and imagededup look for the copies in the same files; what is not installed is
//! named. Then COUNT (100,000 and 1,000,000) synthetic prints with planted groups are indexed.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

mod changes;
mod drawn;
mod lossy;
mod made;
mod peers;
mod synthetic;
mod table;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use latent_engine::near::{NearIndex, Print};
use latent_engine::photo::{self, DecodeSize, Limits};
use rayon::prelude::*;

use self::made::Made;

struct Options {
    photos: usize,
    prints: Vec<usize>,
    peers: bool,
}

fn main() -> Result<()> {
    let options = options(std::env::args().skip(1))?;
    if options.photos > 0 {
        // The system's temporary folder may be memory.
        let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
        std::fs::create_dir_all(place)?;
        let folder = tempfile::tempdir_in(place)?;
        let set = made::make(folder.path(), options.photos)?;
        find(&set)?;
        if options.peers {
            peers::run(folder.path())?;
        }
    }
    for count in options.prints {
        synthetic::run(count)?;
    }
    Ok(())
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options> {
    let mut options = Options {
        photos: 700,
        prints: Vec::new(),
        peers: false,
    };
    let number = |word: &str| word.replace([',', '_'], "").parse::<usize>();
    while let Some(word) = words.next() {
        match word.as_str() {
            // Cargo says so to every bench.
            "--bench" => {}
            "--peers" => options.peers = true,
            "--prints" => {
                let count = words.next().context("--prints needs a number")?;
                options.prints.push(number(&count)?);
            }
            _ => match number(&word) {
                Ok(photos) => options.photos = photos,
                Err(_) => bail!("No option {word}: [PHOTOS] [--prints COUNT]… [--peers]"),
            },
        }
    }
    if options.prints.is_empty() {
        options.prints = vec![100_000, 1_000_000];
    }
    Ok(options)
}

/// Reads the files as the index job does, finds all pairs, prints what they are worth.
fn find(set: &[Made]) -> Result<()> {
    println!("{} files", set.len());
    let started = Instant::now();
    let prints: Vec<Print> = set
        .par_iter()
        .map(|made| print(&made.path).with_context(|| made.path.display().to_string()))
        .collect::<Result<_>>()?;
    println!(
        "read, scaled down and printed in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    let started = Instant::now();
    let mut index = NearIndex::new();
    for (id, print) in prints.iter().enumerate() {
        index.insert(id as i64, print);
    }
    let get = |id: i64| prints.get(usize::try_from(id).ok()?).cloned();
    let pairs = index.all_pairs(table::LEAST, get);
    println!(
        "indexed, and all pairs found, in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    table::show(set, &pairs);
    Ok(())
}

fn print(path: &Path) -> Result<Print> {
    let size = DecodeSize::AtLeast(photo::LARGE_PX);
    let decoded = photo::decode(&std::fs::read(path)?, size, &Limits::default())?;
    Ok(Print::of(
        &photo::thumbnails(&decoded.picture)?.small_picture,
    ))
}
