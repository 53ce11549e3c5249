//! Groups of copies in a made catalog of 1,000,000 photos (or as many as are named): found anew, and
//! kept current when one photo comes.
//!
//!     groups [PHOTOS] [--vectors COUNT]
//!
//! With `--vectors` that many drawn vectors are compared each with each other instead, as uniqueness and
//! similar groups do, beside asking the index for some of them one by one.
//!
//! One photo in thirteen is in a group: exact copies, or pictures in pairs, chains and cliques of two to
//! five. The catalog is written by SQL in one go, with pairs as an index job leaves them. Then 200 photos
//! come one by one: copies by bytes, by pixels, near copies of single photos and of groups, and others.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

mod catalog;
mod coming;
#[path = "../duplicates/drawn.rs"]
mod drawn;
mod vectors;

use anyhow::Result;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().collect();
    let vectors = words.iter().position(|word| word == "--vectors");
    if let Some(count) = vectors.and_then(|at| words.get(at + 1)) {
        return vectors::ask(count.parse()?);
    }
    let photos = words.iter().skip(1).find_map(|word| word.parse().ok());
    coming::run(photos.unwrap_or(1_000_000))
}

/// Memory of this process that is no file, megabytes; 0 where the system does not tell.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kb = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1024.0
}
