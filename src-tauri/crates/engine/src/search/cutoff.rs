//! Where relevance ends: a limit found from how this query's cosines lie in this library.
//!
//! A flat limit is too strict for a query whose relevant photos are loosely alike, and lets
//! strangers in where much of the library resembles the query. So the library itself is asked how
//! many photos would stand above a cosine by chance, given how they thin out below it:
//!
//! 1. At a scale of k photos, those from rank k/6 to k are background. Towards the query a
//!    background thins out exponentially; how fast is read off those two ranks.
//! 2. The limit is the lowest cosine, above rank k/6, above which at most three photos in ten are
//!    expected by chance: the false discovery rate. Stricter rates miss more than they spare.
//! 3. Libraries are nested: what stands out from all photos may be a whole theme, out of which the
//!    relevant ones stand in turn. So scales go down by halves, from a quarter of the library to
//!    128 photos, and the finest one at which anything stands out decides.
//!
//! No photo may be relevant, and no more than one in 24 of the library can be. A library of fewer than 80 photos has no background to speak of, and
//! no limit. `cargo xtask bench cutoff` compares it with the best flat limit.
//!
//! # Source
//! Pickands, Statistical inference using extreme order statistics, 1975 (tails by their order
//! statistics; the exponential is that of light-tailed distributions). Benjamini and Hochberg,
//! Controlling the false discovery rate, 1995.

use crate::index::{Candidates, IndexError, VectorIndex};

/// The nearest photos, whose cosines are all looked at.
const NEAREST: usize = 4096;

/// Photos from all over the library, for the ranks beyond.
const SAMPLE: usize = 20_000;

/// Of the photos above the limit, how many may be there by chance.
const FALSE_DISCOVERIES: f64 = 0.3;

/// A scale's photos over those of them that may be relevant.
const BACKGROUND: usize = 6;

/// The finest scale, and the part of the library that is the coarsest.
const FINEST: usize = 128;
const COARSEST: usize = 4;

/// Finds the least cosine of what is relevant; above 1 where nothing is.
///
/// # Errors
/// [`IndexError`] for the query.
pub fn least_cosine(index: &VectorIndex, query: &[f32]) -> Result<f32, IndexError> {
    let photos = index.len();
    let nearest = index.search(query, NEAREST, Candidates::All)?.neighbours;
    let mut ranked: Vec<(f64, f32)> = (1..)
        .map(f64::from)
        .zip(nearest.iter().map(|one| one.cosine))
        .collect();
    if photos > NEAREST {
        let mut sample = index.sample(query, SAMPLE)?;
        sample.sort_unstable_by(|a, b| b.total_cmp(a));
        let step = photos as f64 / sample.len().max(1) as f64;
        let beyond = (1..).map(|place| f64::from(place) * step).zip(sample);
        ranked.extend(beyond.filter(|(rank, _)| *rank > NEAREST as f64));
    }
    Ok(limit(&ranked, photos))
}

/// The limit for cosines by rank, the nearest first.
fn limit(ranked: &[(f64, f32)], photos: usize) -> f32 {
    let mut scale = photos / COARSEST;
    if scale < 20 {
        return -1.0;
    }
    let mut limit = 2.0;
    loop {
        if let Some(found) = at_scale(ranked, scale as f64) {
            limit = found;
        }
        scale /= 2;
        if scale < FINEST {
            return limit;
        }
    }
}

/// The limit at one scale; none where nothing stands out.
fn at_scale(ranked: &[(f64, f32)], scale: f64) -> Option<f32> {
    let at = |rank: f64| {
        let place = ranked.partition_point(|(own, _)| *own < rank);
        ranked.get(place).map(|(_, cosine)| f64::from(*cosine))
    };
    let end = (scale / BACKGROUND as f64).floor();
    let (low, high) = (at(scale)?, at(end)?);
    let decay = ((high - low) / (scale / end).ln()).max(1e-6);
    let by_chance = |cosine: f32| scale * (-(f64::from(cosine) - low) / decay).exp();
    let inside = ranked.iter().take_while(|(rank, _)| *rank <= end);
    let relevant = inside.filter(|(rank, cosine)| by_chance(*cosine) <= FALSE_DISCOVERIES * rank);
    relevant.last().map(|(_, cosine)| *cosine)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranks of a background that thins out exponentially, with some photos before it.
    fn ranked(photos: usize, before: &[f32]) -> Vec<(f64, f32)> {
        let background = (1..=photos).map(|rank| 0.5 - 0.03 * (rank as f32).ln());
        let all = before.iter().copied().chain(background);
        (1..).map(f64::from).zip(all).collect()
    }

    #[test]
    fn photos_that_stand_out_are_kept_and_the_background_is_not() {
        let before: Vec<f32> = (0..12).map(|place| 0.9 - 0.02 * place as f32).collect();
        for photos in [400, 3000, 100_000] {
            let ranked = ranked(photos, &before);
            let least = limit(&ranked, photos);
            let kept = ranked.iter().filter(|(_, cosine)| *cosine >= least).count();
            // Three in ten of those kept may be there by chance.
            assert!((12..=18).contains(&kept), "{photos}: {least} keeps {kept}");
        }
    }

    #[test]
    fn where_nothing_stands_out_nothing_is_relevant() {
        assert_eq!(limit(&ranked(3000, &[]), 3000), 2.0);
        assert_eq!(limit(&ranked(100_000, &[]), 100_000), 2.0);
    }

    #[test]
    fn few_photos_have_no_limit() {
        assert_eq!(limit(&ranked(60, &[0.9]), 60), -1.0);
    }
}
