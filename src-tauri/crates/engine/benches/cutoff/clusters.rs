//! Clusters of 3 to 60 photos, tight and loose, among photos that are alike in part only.

use anyhow::{Context as _, Result};
use latent_engine::ids::PhotoId;
use latent_engine::index::VectorIndex;

use crate::random::Random;
use crate::{Question, halves};

const DIM: usize = 128;

pub fn library(photos: usize, clusters: usize) -> Result<(VectorIndex, Vec<Question>)> {
    let mut random = Random(photos as u64);
    let mut index = VectorIndex::new(DIM);
    let themes: Vec<Vec<f32>> = (0..40).map(|_| random.unit(DIM)).collect();
    let mut insert = |id: i64, vector: &[f32]| index.insert(PhotoId(id), &halves(vector));
    for id in 0..photos as i64 {
        let theme = themes.get(id as usize % themes.len()).context("a theme")?;
        let apart = 1.0 + 2.0 * random.part();
        insert(id, &random.near(theme, apart))?;
    }
    let mut questions = Vec::new();
    let mut next = photos as i64;
    for number in 0..clusters {
        let theme = themes.get(number % themes.len()).context("a theme")?;
        let apart = 0.6 + 1.4 * random.part();
        let centre = random.near(theme, apart);
        let looseness = 0.25 + 0.75 * random.part();
        let first = next;
        for _ in 0..3 + number * 13 % 58 {
            insert(next, &random.near(&centre, looseness))?;
            next += 1;
        }
        questions.push((random.near(&centre, looseness), first..next));
    }
    Ok((index, questions))
}
