//! Uniqueness and similar groups of drawn vectors.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::{Context as _, Result};
use half::f16;
use latent_engine::duplicates;
use latent_engine::embed::visual;
use latent_engine::ids::PhotoId;
use latent_engine::index::{Candidates, Neighbour, VectorIndex, nearest_of_each, similar_pairs};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rayon::prelude::*;

use super::resident_mb;

/// Vectors that are asked one by one.
const ASKED: usize = 400;
/// Topics that drawn vectors are about.
const TOPICS: u64 = 5000;

/// Uniqueness and similar groups of drawn vectors: all together, and of some photos one by one.
///
/// # Errors
/// As the index.
pub fn ask(count: i64) -> Result<()> {
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

/// Seconds that this process took of processors; 0 where the system does not tell.
fn processor_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.split_whitespace().nth(13);
    ticks
        .and_then(|ticks| ticks.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 100.0
}
