//! Drawn pictures by the hundred thousand, some of them planted as changed copies of others.

use std::collections::HashSet;
use std::time::Instant;

use anyhow::{Context as _, Result};
use latent_engine::near::{NearIndex, Print, THRESHOLD};
use rayon::prelude::*;

use super::drawn::draw;

/// One in so many is the first of a group.
const GROUPS: usize = 40;
/// Photos of a group, the first included.
const GROUP: usize = 3;
/// Photos added one by one.
const ADDED: usize = 500;

/// Draws, indexes, finds and adds; prints what it takes.
///
/// # Errors
/// A picture cannot be drawn.
pub fn run(count: usize) -> Result<()> {
    println!("\n{count} synthetic prints, groups of {GROUP} planted for one in {GROUPS}");
    let bytes: Vec<Vec<u8>> = (0..count)
        .into_par_iter()
        .map(|id| Ok(print_of(id)?.to_bytes()))
        .collect::<Result<_>>()?;
    let of = |id: i64| bytes.get(usize::try_from(id).ok()?);
    // As the pairing of a library reads them: checked when they are taken in.
    let get = |id: i64| Print::from_checked_bytes(of(id)?);
    let started = Instant::now();
    let mut index = NearIndex::new();
    for id in 0..count as i64 {
        let print = of(id).and_then(|bytes| Print::from_bytes(bytes));
        index.insert(id, &print.context("a print")?);
    }
    let each = index.bytes() as f64 / count as f64;
    println!(
        "{:<28} {:>9.2} s",
        "indexed, one thread",
        started.elapsed().as_secs_f64()
    );
    println!("{:<28} {each:>9.0} bytes a photo", "memory of the index");
    let (started, before) = (Instant::now(), processor_s());
    let pairs = index.all_pairs(THRESHOLD, get);
    println!(
        "{:<28} {:>9.2} s, {:.2} s of processors",
        "all pairs",
        started.elapsed().as_secs_f64(),
        processor_s() - before
    );
    let found: HashSet<(i64, i64)> = pairs.iter().map(|pair| (pair.a, pair.b)).collect();
    let planted: Vec<(i64, i64)> = (0..count as i64)
        .flat_map(|id| planted(id, count))
        .collect();
    let right = planted.iter().filter(|pair| found.contains(pair)).count();
    println!(
        "{:<28} {:>9.4} of {} pairs, {} others",
        "found",
        right as f64 / planted.len().max(1) as f64,
        planted.len(),
        found.len() - right
    );
    add(&mut index, count, get)
}

/// Processor seconds of this process so far, to 0.01; 0 where the system does not tell. The clock says little
/// on a busy machine.
fn processor_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Adds copies of some photos one by one.
fn add(index: &mut NearIndex, count: usize, get: impl Fn(i64) -> Option<Print>) -> Result<()> {
    let mut took = Vec::with_capacity(ADDED);
    let (mut found, mut looked) = (0, 0);
    for number in 0..ADDED {
        // A copy of the last of a planted group or of a single photo.
        let of = number * (count / ADDED) / GROUP * GROUP + GROUP - 1;
        let print = Print::of(&draw(seed_of(of), Some(number as u64 + 7))?);
        let started = Instant::now();
        looked += index.candidates(&print).len();
        let near = index.near(&print, THRESHOLD, &get);
        index.insert((count + number) as i64, &print);
        took.push(started.elapsed().as_secs_f64() * 1e3);
        found += usize::from(near.iter().any(|(id, _)| *id == of as i64));
    }
    took.sort_by(f64::total_cmp);
    let at = |part: usize| {
        took.get((ADDED - 1) * part / 100)
            .copied()
            .unwrap_or(f64::NAN)
    };
    println!(
        "{:<28} {:>9.2} ms median, {:.2} p99, {:.2} at most; {:.3} found, {:.1} candidates",
        "one added, looked up twice",
        at(50),
        at(99),
        at(100),
        found as f64 / ADDED as f64,
        looked as f64 / ADDED as f64
    );
    Ok(())
}

/// The pairs of the group that a photo is the first of.
fn planted(id: i64, count: usize) -> Vec<(i64, i64)> {
    let first = usize::try_from(id).is_ok_and(|id| begins_group(id) && id + GROUP <= count);
    if !first {
        return Vec::new();
    }
    let members = id..id + GROUP as i64;
    let pairs = members
        .clone()
        .flat_map(|a| members.clone().map(move |b| (a, b)));
    pairs.filter(|(a, b)| a < b).collect()
}

fn begins_group(id: usize) -> bool {
    id.is_multiple_of(GROUPS)
}

/// What a photo shows: those of a group show the same.
fn seed_of(id: usize) -> u64 {
    let offset = id % GROUPS;
    (if offset < GROUP { id - offset } else { id }) as u64
}

fn print_of(id: usize) -> Result<Print> {
    let seed = seed_of(id);
    let changed = (seed != id as u64).then_some(id as u64);
    Ok(Print::of(&draw(seed, changed)?))
}
