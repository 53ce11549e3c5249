//! The exact scan over 100,000 vectors of 512 dimensions beside a plain f32 scan of the same.
//!
//! Clustered, seeded vectors; the two take turns, query by query, first with one thread each, then
//! with all. Prints p50 and p99, their ratio, recall@10 of the scan over f16 against the one over
//! f32, and memory.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use half::f16;
use latent_engine::ids::PhotoId;
use latent_engine::index::{Candidates, VectorMatrix};
use latent_engine::photo_set::PhotoSet;
use rayon::prelude::*;

const DIM: usize = 512;
const CLUSTERS: usize = 1000;
const QUERIES: usize = 200;
const K: usize = 10;

/// What the thread pools of the scan are made with.
const THREADS: &str = "RAYON_NUM_THREADS";

fn main() -> Result<()> {
    let argument = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let count: usize = argument.unwrap_or(100_000);
    if std::env::var_os(THREADS).is_none() {
        let mut one = Command::new(std::env::current_exe()?);
        let status = one.arg(count.to_string()).env(THREADS, "1").status()?;
        ensure!(status.success(), "the run with one thread failed");
    }
    measure(count)
}

fn measure(count: usize) -> Result<()> {
    let mut random = Random(7);
    let centres: Vec<Vec<f32>> = (0..CLUSTERS).map(|_| random.unit(None)).collect();
    let mut plain = Vec::with_capacity(count * DIM);
    let mut matrix = VectorMatrix::with_capacity(DIM, count);
    for number in 0..count {
        let vector = random.unit(centres.get(number % CLUSTERS).map(Vec::as_slice));
        let half: Vec<f16> = vector.iter().copied().map(f16::from_f32).collect();
        matrix.insert(PhotoId(number as i64), &half)?;
        plain.extend(vector);
    }
    let some: PhotoSet = (0..count as i64).step_by(20).map(PhotoId).collect();
    let mut times = [const { Vec::new() }; 3];
    let (mut kept, mut wanted) = (0, 0);
    for number in 0..QUERIES {
        let query = random.unit(centres.get(number * 7 % CLUSTERS).map(Vec::as_slice));
        let [ours, filtered, naive] = &mut times;
        let found = time(ours, || matrix.search(&query, K, Candidates::All))?.neighbours;
        time(filtered, || {
            matrix.search(&query, K, Candidates::Only(&some))
        })?;
        let truth = time(naive, || scan(&plain, &query));
        wanted += truth.len();
        kept += truth
            .iter()
            .filter(|id| found.iter().any(|one| one.id.0 == **id))
            .count();
    }
    let [ours, filtered, naive] = times.map(sorted);
    let threads = rayon::current_num_threads();
    println!("{count} vectors of {DIM} dimensions, {QUERIES} queries, k = {K}, threads: {threads}");
    println!("{:<34} {:>9} {:>9}", "", "p50 ms", "p99 ms");
    for (name, times) in [
        ("scan, f16", &ours),
        ("scan of every 20th (a filter)", &filtered),
        ("plain f32 scan", &naive),
    ] {
        println!("{name:<34} {:>9.3} {:>9.3}", at(times, 50), at(times, 99));
    }
    println!("plain / ours, p50: {:.2}", at(&naive, 50) / at(&ours, 50));
    println!("recall@{K} against f32: {:.4}", kept as f64 / wanted as f64);
    println!(
        "memory of the vectors: {:.0} bytes a photo (f16 rows and ids)",
        bytes_a_photo(&matrix)
    );
    Ok(())
}

/// What a plain scan does: every product in f32, then the best by a partial sort.
fn scan(rows: &[f32], query: &[f32]) -> Vec<i64> {
    let dot = |row: &[f32]| row.iter().zip(query).map(|(a, b)| a * b).sum::<f32>();
    let mut scores: Vec<(f32, i64)> = rows
        .par_chunks_exact(DIM)
        .enumerate()
        .map(|(id, row)| (dot(row), id as i64))
        .collect();
    if scores.len() > K {
        scores.select_nth_unstable_by(K, |a, b| b.0.total_cmp(&a.0));
        scores.truncate(K);
    }
    scores.into_iter().map(|(_, id)| id).collect()
}

fn time<T>(times: &mut Vec<Duration>, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let answer = work();
    times.push(started.elapsed());
    answer
}

fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort();
    times
}

/// A percentile in milliseconds.
fn at(times: &[Duration], percent: usize) -> f64 {
    let time = times.get((times.len() - 1) * percent / 100);
    time.map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
}

fn bytes_a_photo(matrix: &VectorMatrix) -> f64 {
    // A row of f16, the id of the row, and the entry of the map from id to row.
    (matrix.dim() * size_of::<f16>() + 3 * size_of::<PhotoId>()) as f64
}

/// A small generator (SplitMix64), so that every run sees the same vectors.
///
/// # Source
/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    /// A unit vector, near a centre where one is given.
    fn unit(&mut self, centre: Option<&[f32]>) -> Vec<f32> {
        let mut vector: Vec<f32> = (0..DIM).map(|_| self.next()).collect();
        if let Some(centre) = centre {
            let spread = 1.0 / (DIM as f32).sqrt();
            vector
                .iter_mut()
                .zip(centre)
                .for_each(|(v, c)| *v = c + *v * spread);
        }
        let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
        vector.iter_mut().for_each(|v| *v /= norm);
        vector
    }
}
