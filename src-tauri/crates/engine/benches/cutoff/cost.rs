//! What finding the limit costs among many photos, beside the search for the nearest 50.

use std::time::Instant;

use anyhow::{Context as _, Result};
use latent_engine::ids::PhotoId;
use latent_engine::index::{Candidates, VectorIndex};
use latent_engine::search::cutoff::least_cosine;

use crate::halves;
use crate::random::Random;

const DIM: usize = 512;
const ROUNDS: usize = 40;

/// Prints the medians, in milliseconds.
pub fn report(photos: usize) -> Result<()> {
    let mut random = Random(7);
    let mut index = VectorIndex::new(DIM);
    let themes: Vec<Vec<f32>> = (0..1000).map(|_| random.unit(DIM)).collect();
    let mut queries = Vec::new();
    for id in 0..photos {
        let theme = themes.get(id % themes.len()).context("a theme")?;
        let vector = random.near(theme, 1.2);
        index.fill(PhotoId(id as i64), &halves(&vector))?;
        if id % (photos / ROUNDS).max(1) == 0 {
            queries.push(vector);
        }
    }
    let trained = index.retrain();
    index.adopt(trained);
    let search = median(&queries, |query| {
        let found = index.search(query, 50, Candidates::All)?;
        anyhow::ensure!(found.neighbours.len() == 50, "50 photos are found");
        Ok(())
    })?;
    let limit = median(&queries, |query| {
        anyhow::ensure!(least_cosine(&index, query)?.is_finite(), "a limit is found");
        Ok(())
    })?;
    println!(
        "{photos} photos: nearest 50 {search:.1} ms, limit {limit:.1} ms, {:.1} times as much",
        limit / search
    );
    Ok(())
}

fn median(queries: &[Vec<f32>], work: impl Fn(&[f32]) -> Result<()>) -> Result<f64> {
    let mut times = Vec::new();
    for query in queries {
        let started = Instant::now();
        work(query)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied().context("a time")
}
