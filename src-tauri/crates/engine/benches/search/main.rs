//! How fast, how exact, how small and how soon ready the index is, beside a plain f32 scan and,
//! where it is asked for, faiss, hnswlib and usearch on the very same vectors, queries and filters.
//!
//!     search [COUNT…] [--graph] [--peers [--peers-minutes N] [--peers-kept FOLDER]]
//!
//! COUNT (100,000) clustered, seeded vectors of 512 dimensions each, then the `visual` vectors of
//! the photos of the test data. The vectors lie in a folder; every step over them (building,
//! starting, searching with one thread, with all, the peers) is a process of its own that prints
//! [`lines`], so that its threads and its memory are its own.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

mod data;
mod goals;
mod lines;
mod ours;
mod photos;
mod plain;
mod table;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use self::data::Space;
use self::table::Results;

/// What the thread pools of the scan are made with.
const THREADS: &str = "RAYON_NUM_THREADS";
/// Vectors, where no number is given.
const COUNT: usize = 100_000;

struct Options {
    counts: Vec<usize>,
    /// Our own graph beside the scan, and from how many vectors on it pays.
    graph: bool,
    peers: bool,
    /// A peer's time, in minutes; none for as long as it takes.
    peers_minutes: Option<f64>,
    /// Where the peers' graphs are kept for the next run over the same vectors.
    peers_kept: Option<PathBuf>,
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [step, name, folder] = words.as_slice()
        && step == "--step"
    {
        return ours::step(name, Path::new(folder));
    }
    let options = options(&words)?;
    let mut all = Vec::new();
    for count in &options.counts {
        let folder = folder()?;
        println!("Writing {count} clustered vectors");
        let space = data::clustered(folder.path(), *count)?;
        all.push(measure(&space, &options)?);
    }
    let folder = folder()?;
    match photos::describe(folder.path())? {
        Some(space) => all.push(measure(&space, &options)?),
        None => println!("\nNo photos of the test data, so no real vectors: set LATENT_TEST_DATA"),
    }
    table::print_goals(&all);
    Ok(())
}

fn options(words: &[String]) -> Result<Options> {
    let mut options = Options {
        counts: Vec::new(),
        graph: false,
        peers: false,
        peers_minutes: None,
        peers_kept: None,
    };
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            // Cargo says so to every bench.
            "--bench" => {}
            "--graph" => options.graph = true,
            "--peers" => options.peers = true,
            "--peers-minutes" => {
                let minutes = words.next().and_then(|word| word.parse().ok());
                options.peers_minutes = Some(minutes.context("--peers-minutes needs a number")?);
            }
            "--peers-kept" => {
                let folder = words.next().context("--peers-kept needs a folder")?;
                options.peers_kept = Some(std::path::absolute(folder)?);
            }
            _ => match word.replace([',', '_'], "").parse() {
                Ok(count) if count > 0 => options.counts.push(count),
                _ => bail!(
                    "No option {word}: [COUNT…] [--peers [--peers-minutes N] [--peers-kept FOLDER]]"
                ),
            },
        }
    }
    ensure!(
        options.peers || (options.peers_minutes.is_none() && options.peers_kept.is_none()),
        "--peers-minutes and --peers-kept need --peers"
    );
    if options.counts.is_empty() {
        options.counts.push(COUNT);
    }
    Ok(options)
}

/// A folder for a space, on the disk where the build lies: the system's temporary folder may be
/// memory.
fn folder() -> Result<tempfile::TempDir> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(place)?;
    Ok(tempfile::tempdir_in(place)?)
}

/// Takes every step over a space, and prints what it tells as it comes.
fn measure(space: &Space, options: &Options) -> Result<Results> {
    let mut results = Results::begin(&space.about);
    let own = |name: &str| -> Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--step", name]).arg(&space.folder);
        Ok(command)
    };
    results.follow(&mut own("build")?)?;
    results.follow(&mut own("start")?)?;
    results.follow(own("search")?.env(THREADS, "1"))?;
    if std::thread::available_parallelism()?.get() > 1 {
        results.follow(own("search")?.env_remove(THREADS))?;
    }
    if options.graph {
        results.follow(own("graph")?.env(THREADS, "1"))?;
    }
    if options.peers {
        results
            .follow(&mut peers(&space.folder, options))
            .context("LATENT_PYTHON must name a Python with tests/peers/requirements.txt")?;
    }
    Ok(results)
}

/// The peers, in Python; without one of its own that of the system.
fn peers(folder: &Path, options: &Options) -> Command {
    let python = std::env::var_os("LATENT_PYTHON");
    let mut command = Command::new(python.as_deref().unwrap_or(OsStr::new("python3")));
    command.arg(repository().join("tests/peers/search.py"));
    command.arg(folder);
    command.arg(match options.peers_minutes {
        Some(minutes) => minutes.to_string(),
        None => "-".to_owned(),
    });
    command.args(&options.peers_kept);
    command
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}
