//! Groups of copies in a made catalog of 1,000,000 photos (or as many as are named): found anew, and
//! kept current when one photo comes.
//!
//!     groups [PHOTOS] [--vectors COUNT]
//!
//! With `--vectors` that many drawn vectors are compared each with each other instead, as uniqueness and
//! similar groups do, beside asking the index for some of them one by one.
//!
//! One photo in thirteen is in a group: exact copies, or pictures in pairs, chains and cliques of two to
//! five. The catalog is written by SQL in one go, with pairs as an index job leaves them.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use half::f16;
use latent_engine::Engine;
use latent_engine::duplicates::{self, CopyKind, CopyQuery};
use latent_engine::embed::visual;
use latent_engine::ids::PhotoId;
use latent_engine::index::{Candidates, Neighbour, VectorIndex, nearest_of_each, similar_pairs};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rayon::prelude::*;
use rusqlite::{Connection, params};

/// Photos that come one after another.
const COMING: i64 = 50;

/// Vectors that are asked one by one.
const ASKED: usize = 400;
/// Topics that drawn vectors are about.
const TOPICS: u64 = 5000;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().collect();
    let vectors = words.iter().position(|word| word == "--vectors");
    if let Some(count) = vectors.and_then(|at| words.get(at + 1)) {
        return ask(count.parse()?);
    }
    let photos: i64 = words
        .iter()
        .skip(1)
        .find_map(|word| word.parse().ok())
        .unwrap_or(1_000_000);
    let folder = tempfile::tempdir()?;
    drop(Engine::open(folder.path())?);
    let catalog = folder.path().join("catalog.db");
    let started = Instant::now();
    make(&catalog, photos)?;
    let made_s = started.elapsed().as_secs_f64();
    println!("{photos} photos made in {made_s:.0} s");
    let engine = Engine::open(folder.path())?;
    let before = resident_mb();
    for kind in [CopyKind::Exact, CopyKind::Pixels, CopyKind::Near] {
        let query = CopyQuery {
            kind,
            ..CopyQuery::default()
        };
        let find = || duplicates::find(&engine, &query, None, 50, None);
        let started = Instant::now();
        let found = find()?;
        let anew_ms = started.elapsed().as_secs_f64() * 1e3;
        let started = Instant::now();
        let again = find()?;
        let again_ms = started.elapsed().as_secs_f64() * 1e3;
        ensure!(found.group_count == again.group_count, "another answer");
        let mut follow = Vec::new();
        let outside = Connection::open(&catalog)?;
        for number in 0..COMING {
            come(&outside, photos, number)?;
            let started = Instant::now();
            duplicates::follow(&engine, &query)?;
            follow.push(started.elapsed().as_secs_f64() * 1e3);
        }
        follow.sort_by(f64::total_cmp);
        let (p50, p99) = (at(&follow, 0.5), at(&follow, 0.99));
        println!(
            "{:<8} {:>8} groups {:>9} pairs: anew {anew_ms:>7.0} ms, asked again {again_ms:>5.0} ms, \
             one photo more p50 {p50:.2} p99 {p99:.2} ms ({:.0} times less than anew)",
            kind.word(),
            found.group_count,
            found.pairs,
            anew_ms / p50
        );
        outside.execute("DELETE FROM photo WHERE id > ?1", [photos])?;
    }
    println!(
        "{:.0} MB more in memory than before",
        resident_mb() - before
    );
    Ok(())
}

/// Uniqueness and similar groups of drawn vectors: all together, and of some photos one by one.
fn ask(count: i64) -> Result<()> {
    let mut index = VectorIndex::new(visual::DIM);
    let before = resident_mb();
    let topics: Vec<Vec<f32>> = (0..TOPICS).map(|topic| drawn(topic, &[], 0.0)).collect();
    let mut last = Vec::new();
    for id in 0..count {
        // One in eight is the next frame of a scene.
        let topic = topics.get(id as usize * 7919 % topics.len());
        let vector = match topic {
            Some(topic) if id % 8 != 0 || last.is_empty() => drawn(TOPICS + id as u64, topic, 0.7),
            _ => drawn(TOPICS + id as u64, &last, 0.97),
        };
        let halves: Vec<f16> = vector.iter().copied().map(f16::from_f32).collect();
        index.fill(PhotoId(id + 1), &halves)?;
        last = vector;
    }
    index.adopt(index.retrain());
    println!(
        "{count} vectors of {} values, {:.0} MB",
        visual::DIM,
        resident_mb() - before
    );
    let asked: Vec<PhotoId> = (0..ASKED as i64)
        // The photo after each is the next frame of its scene.
        .map(|number| PhotoId((number * (count / ASKED as i64) / 8 + 1) * 8))
        .collect();
    let all: Vec<PhotoId> = (1..=count).map(PhotoId).collect();
    let one_by_one = one_by_one(&index, &asked, |own| {
        Ok(index.search(own, 65, Candidates::All)?.neighbours)
    })?;
    let mut nearest = HashMap::new();
    let together = together(|most| {
        nearest_of_each(&index, &all, &[], |found| {
            *most = resident_mb().max(*most);
            nearest.extend(found.nearest);
            Ok::<_, anyhow::Error>(())
        })
    })?;
    let same = |(id, near): &(PhotoId, Vec<Neighbour>)| {
        let other = near.iter().find(|other| other.id != *id);
        nearest.get(id).is_some_and(|found| found.as_ref() == other)
    };
    let same = one_by_one.found.iter().filter(|found| same(found)).count();
    report("uniqueness", &one_by_one, &together, count, same);

    let least = duplicates::SIMILAR_FROM;
    let one_by_one = self::one_by_one(&index, &asked, |own| {
        Ok(index.within(own, least, Candidates::All)?.neighbours)
    })?;
    let mut pairs = Vec::new();
    let together = self::together(|most| {
        pairs = similar_pairs(&index, &all, least, |_| {
            *most = resident_mb().max(*most);
            Ok::<_, anyhow::Error>(())
        })?;
        Ok(())
    })?;
    let mut others: HashMap<PhotoId, usize> = HashMap::new();
    for (one, other, _) in &pairs {
        *others.entry(*one).or_default() += 1;
        *others.entry(*other).or_default() += 1;
    }
    let same = one_by_one.found.iter().filter(|(id, near)| {
        let found = others.get(id).copied().unwrap_or(0);
        found + 1 == near.len()
    });
    println!("{} pairs", pairs.len());
    report("similar", &one_by_one, &together, count, same.count());
    Ok(())
}

/// What was found of some photos, one by one, and milliseconds for each.
struct OneByOne {
    found: Vec<(PhotoId, Vec<Neighbour>)>,
    each_ms: f64,
}

/// Seconds and megabytes that all photos took together.
struct Together {
    seconds: f64,
    processor_s: f64,
    most_mb: f64,
}

fn one_by_one(
    index: &VectorIndex,
    asked: &[PhotoId],
    question: impl Fn(&[f32]) -> Result<Vec<Neighbour>> + Sync,
) -> Result<OneByOne> {
    let started = Instant::now();
    let found = asked.par_iter().map(|id| {
        let own = index.get(*id).context("a vector")?;
        let own: Vec<f32> = own.iter().copied().map(f16::to_f32).collect();
        Ok((*id, question(&own)?))
    });
    let found = found.collect::<Result<Vec<_>>>()?;
    let each_ms = started.elapsed().as_secs_f64() * 1e3 / asked.len() as f64;
    Ok(OneByOne { found, each_ms })
}

fn together(work: impl FnOnce(&mut f64) -> Result<()>) -> Result<Together> {
    let (before, mut most) = (resident_mb(), 0.0);
    let (started, processor_s) = (Instant::now(), processor_s());
    work(&mut most)?;
    Ok(Together {
        seconds: started.elapsed().as_secs_f64(),
        processor_s: self::processor_s() - processor_s,
        most_mb: most - before,
    })
}

fn report(name: &str, one_by_one: &OneByOne, together: &Together, count: i64, same: usize) {
    let one_by_one_s = one_by_one.each_ms * count as f64 / 1e3;
    println!(
        "{name:<10} together {:>8.1} s ({:.1} s of processors), {:.0} MB; one by one {:.3} ms a photo on all cores, {one_by_one_s:.0} s \
         for all ({:.0} times more); {same} of {} photos have the same answer",
        together.seconds,
        together.processor_s,
        together.most_mb,
        one_by_one.each_ms,
        one_by_one_s / together.seconds,
        one_by_one.found.len()
    );
}

/// A vector of length 1 that is `share` another one and for the rest noise.
fn drawn(seed: u64, of: &[f32], share: f32) -> Vec<f32> {
    let mut random = StdRng::seed_from_u64(seed);
    let noise: Vec<f32> = (0..visual::DIM)
        .map(|_| random.random_range(-1.0..1.0_f32))
        .collect();
    let length = |values: &[f32]| values.iter().map(|v| v * v).sum::<f32>().sqrt();
    let scale = (1.0 - share * share).sqrt() / length(&noise);
    let theirs = of.iter().copied().chain(std::iter::repeat(0.0));
    let mixed = noise.iter().zip(theirs);
    let mixed: Vec<f32> = mixed
        .map(|(own, their)| own * scale + their * share)
        .collect();
    let long = length(&mixed);
    mixed.into_iter().map(|value| value / long).collect()
}

fn at(sorted: &[f64], part: f64) -> f64 {
    let place = (sorted.len() as f64 * part) as usize;
    sorted
        .get(place.min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0.0)
}

/// Seconds that this process took of processors; 0 where the system does not tell.
fn processor_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.split_whitespace().nth(13);
    ticks
        .and_then(|ticks| ticks.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 100.0
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

fn make(catalog: &Path, photos: i64) -> Result<()> {
    let mut connection = Connection::open(catalog)?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    let tx = connection.transaction()?;
    tx.execute_batch(
        "INSERT INTO library (name) VALUES ('Photos');
         INSERT INTO root (library_id, path, shown_path) VALUES (1, x'2f', '/');",
    )?;
    let mut picture = tx.prepare(
        "INSERT INTO picture (id, pixel_hash, print_version, paired) VALUES (?1, ?2, 1, 1)",
    )?;
    let mut pair = tx.prepare("INSERT INTO near_pair VALUES (?1, ?2, ?3, 1)")?;
    let mut photo = tx.prepare(INSERT)?;
    let mut id = 0;
    let mut next = 0;
    while id < photos {
        // One draw in forty is a group, of two to five.
        let form = next % 40;
        next += 1;
        let size = if form == 0 { 2 + next / 40 % 4 } else { 1 };
        let first = id + 1;
        let is_exact = form == 0 && next / 40 % 3 == 0;
        for member in 0..size.min(photos - id) {
            id += 1;
            let picture_id = if is_exact { first } else { id };
            if picture_id == id {
                picture.execute(params![id, blake3::hash(&id.to_le_bytes()).as_bytes()])?;
            }
            let bytes = 1_000_000 + id * 7919 % 9_000_000;
            let content = blake3::hash(&(picture_id * 3).to_le_bytes());
            let rating = (id % 7 == 0).then_some(id % 6);
            photo.execute(params![
                id,
                format!("f{}/IMG_{id}.jpg", id / 500),
                format!("/f{}", id / 500),
                format!("IMG_{id}.jpg"),
                bytes,
                content.as_bytes(),
                4000 - member * 500,
                rating,
                picture_id
            ])?;
            if !is_exact {
                // A chain of three and more lacks the pairs of its ends.
                let from = if next / 40 % 2 == 0 {
                    first
                } else {
                    (id - 1).max(first)
                };
                for other in from..id {
                    pair.execute(params![other, id, 0.9 + (id % 10) as f64 / 100.0])?;
                }
            }
        }
    }
    drop((picture, pair, photo));
    tx.commit().context("the catalog")
}

const INSERT: &str = "INSERT INTO photo (id, library_id, root_id, rel_path, path, folder, file_name, \
    bytes, mtime_ns, content_hash, format, width, height, taken_at, camera, rating, picture_id, \
    sharpness, decode_version, added_at) \
    VALUES (?1, 1, 1, CAST(?2 AS BLOB), ?2, ?3, ?4, ?5, 1, ?6, 'jpeg', ?7, 3000, ?1 / 5 * 900, 'Canon EOS', ?8, ?9, \
    100.0, 2, 1)";

/// A photo of a known picture comes.
fn come(connection: &Connection, photos: i64, number: i64) -> Result<()> {
    let picture: i64 = number * 7919 % (photos / 2) + 1;
    let picture: i64 = connection.query_row(
        "SELECT id FROM picture WHERE id >= ?1 ORDER BY id LIMIT 1",
        [picture],
        |row| row.get(0),
    )?;
    let id: i64 = connection.query_row("SELECT max(id) + 1 FROM photo", [], |row| row.get(0))?;
    let content = blake3::hash(&id.to_le_bytes());
    connection.execute(
        INSERT,
        params![
            id,
            format!("new/IMG_{id}.jpg"),
            "/new",
            format!("IMG_{id}.jpg"),
            500_000,
            content.as_bytes(),
            4000,
            None::<i64>,
            picture
        ],
    )?;
    Ok(())
}
