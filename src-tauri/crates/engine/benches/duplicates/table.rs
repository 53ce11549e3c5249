//! Recall of each change, precision, frames and the curve, as tables.

use std::collections::{BTreeMap, HashMap};

use latent_engine::near::{Pair, THRESHOLD};

use crate::made::{FRAME, Made, ORIGINAL};

/// Pairs below are not asked for.
pub const LEAST: f32 = 0.5;
const CURVE: [f32; 10] = [0.5, 0.6, 0.7, 0.8, 0.85, 0.88, 0.9, 0.92, 0.95, 0.98];

/// Prints all tables.
pub fn show(set: &[Made], pairs: &[Pair]) {
    let at = |id: i64| usize::try_from(id).ok().and_then(|id| set.get(id));
    let named: Vec<(&Made, &Made, f32)> = pairs
        .iter()
        .filter_map(|pair| Some((at(pair.a)?, at(pair.b)?, pair.likeness.similarity)))
        .collect();
    changes(set, &named);
    curve(set, &named);
}

/// Pairs of files of the same picture, by what both are: originals with each change, and all.
fn wanted(set: &[Made]) -> (BTreeMap<&str, usize>, usize) {
    let mut files: HashMap<&str, usize> = HashMap::new();
    let mut originals: BTreeMap<&str, usize> = BTreeMap::new();
    for made in set {
        *files.entry(&made.picture).or_default() += 1;
        if made.change != ORIGINAL {
            *originals.entry(&made.change).or_default() += 1;
        }
    }
    (originals, files.values().map(|n| n * (n - 1) / 2).sum())
}

fn changes(set: &[Made], pairs: &[(&Made, &Made, f32)]) {
    let (wanted, all) = wanted(set);
    let mut found: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut right = 0;
    for (a, b, similarity) in pairs {
        if *similarity < THRESHOLD || a.picture != b.picture {
            continue;
        }
        right += 1;
        for (own, other) in [(a, b), (b, a)] {
            let counts = found.entry(&own.change).or_default();
            counts.0 += usize::from(other.change == ORIGINAL);
            counts.1 += 1;
        }
    }
    println!("\nrecall at {THRESHOLD}      with the original  with all copies");
    for (change, count) in &wanted {
        let (originals, any) = found.get(change).copied().unwrap_or_default();
        let of_any = count * wanted.len();
        println!(
            "{change:<22} {:>14.4}  {:>15.4}",
            originals as f64 / *count as f64,
            any as f64 / of_any as f64
        );
    }
    let originals: usize = found
        .iter()
        .filter(|(change, _)| **change != ORIGINAL)
        .map(|(_, counts)| counts.0)
        .sum();
    let count: usize = wanted.values().sum();
    println!(
        "{:<22} {:>14.4}",
        "originals and copies",
        originals as f64 / count as f64
    );
    println!("{:<22} {:>14.4}", "all pairs", right as f64 / all as f64);
}

fn curve(set: &[Made], pairs: &[(&Made, &Made, f32)]) {
    let (_, all) = wanted(set);
    let scenes = set
        .iter()
        .filter(|made| made.picture.starts_with(FRAME))
        .count();
    println!("\nthreshold   recall  precision   wrong  frames of {scenes} in bursts");
    for threshold in CURVE {
        let above = pairs
            .iter()
            .filter(|(_, _, similarity)| *similarity >= threshold);
        let (mut right, mut wrong, mut frames) = (0_u32, 0_u32, 0_u32);
        for (a, b, _) in above {
            let burst = a.scene().is_some() && a.scene() == b.scene();
            right += u32::from(a.picture == b.picture);
            wrong += u32::from(a.picture != b.picture);
            frames += u32::from(burst);
            if a.picture != b.picture && threshold == THRESHOLD {
                println!("  wrong: {} and {}", a.path.display(), b.path.display());
            }
        }
        println!(
            "{threshold:>9.2} {:>8.4} {:>10.5} {wrong:>7} {frames:>7}",
            f64::from(right) / all as f64,
            f64::from(right) / f64::from(right + wrong).max(1.0),
        );
    }
}
