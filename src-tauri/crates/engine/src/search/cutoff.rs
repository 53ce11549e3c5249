//! Where relevance ends: a limit found from how this query's cosines lie in this library.
//!
//! A flat limit is too strict for a query whose relevant photos are loosely alike, and lets
//! strangers in where much of the library resembles the query. So the library itself is asked how
//! many photos would stand above a cosine by chance, given how they thin out below it:
//!
//! 1. At a scale of k photos, those from rank k/3 to k are background. Towards the query a
//!    background thins out by a power of the distance: N(d) = k (d / d_k)^D. The power D, the local
//!    intrinsic dimension, is its maximum likelihood estimate over those ranks; it says how many
//!    photos are above any higher cosine by chance.
//! 2. Photos stand out down to a cosine above which at most one in four is expected by chance (the
//!    false discovery rate), and which so many reach by chance less than once in a hundred queries.
//! 3. Down to a rate of one in twenty they surely belong to the query. From there to one in four
//!    the limit lies in the widest gap, so that a clump of strangers beneath it is left out.
//! 4. Libraries are nested: what stands out from all photos may be a whole theme, out of which the
//!    relevant ones stand in turn. So scales go down by halves, from half of the library to 128
//!    photos, and the finest one at which anything stands out decides.
//!
//! No photo may be relevant, and no more than one in six of the library can be. A library of fewer
//! than 80 photos has no background to speak of, and no limit.
//!
//! # Measured
//! Mean F1, best flat limit of the other half of the queries / this one, each the mean of both
//! halves (`cargo xtask bench cutoff`). In `visual`, 964 photos and altered copies of 97: 5 to 20
//! copies 0.971 / 0.975; 1 to 20 copies changed in any way 0.904 / 0.920; a mixture of light,
//! heavy, any and no copies 0.902 / 0.925, among captioned photos alone 0.913 / 0.940, among
//! look-alikes 0.874 / 0.884. Clusters among 5,000: 0.934 / 0.996, among 50,000: 0.864 / 0.954.
//! Where all queries are of one known kind the flat limit fits it better: light copies only
//! 0.998 / 0.987, heavy only 0.864 / 0.860, no copies at all 1.000 / 0.969.
//!
//! # Source
//! Hill, A simple general approach to inference about the tail of a distribution, 1975, and Amsaleg
//! et al., Estimating local intrinsic dimensionality, KDD 2015 (the power law of distances and its
//! estimate). Benjamini and Hochberg, Controlling the false discovery rate, 1995.

use crate::index::{Candidates, IndexError, VectorIndex};

/// The nearest photos, whose cosines are all looked at: the finest scale lies within them. A search
/// for thousands takes tens of times as long.
const NEAREST: usize = 2 * FINEST;

/// Photos from all over the library, for the ranks beyond.
const SAMPLE: usize = 8_000;

/// Of the photos above the limit, how many may be there by chance: where the limit may lie first,
/// and where last.
const SURELY: f64 = 0.05;
const AT_MOST: f64 = 0.25;

/// How likely it may be that as many photos stand out by chance.
const CHANCE: f64 = 0.01;

/// From so many photos on, [`AT_MOST`] alone makes it rarer.
const FEW: f64 = 5.0;

/// A scale's photos over those of them that may be relevant.
const BACKGROUND: usize = 3;

/// The finest scale, and the part of the library that is the coarsest.
const FINEST: usize = 128;
const COARSEST: usize = 2;

/// From this cosine on, up to rounding, it is the query's own picture.
const SAME: f32 = 0.9999;

/// The least scale with a background.
const LEAST: usize = 40;

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
    Ok(limit_beside_itself(&ranked, photos))
}

/// The limit where the query may be a photo of the library: that it is like itself says nothing of
/// the others.
fn limit_beside_itself(ranked: &[(f64, f32)], photos: usize) -> f32 {
    let same = ranked.partition_point(|(_, cosine)| *cosine >= SAME);
    let others = ranked.iter().skip(same);
    let others: Vec<(f64, f32)> = others
        .map(|(rank, cosine)| (rank - same as f64, *cosine))
        .collect();
    let limit = limit(&others, photos - same.min(photos));
    if same > 0 { limit.min(SAME) } else { limit }
}

/// The limit for cosines by rank, the nearest first.
fn limit(ranked: &[(f64, f32)], photos: usize) -> f32 {
    let mut scale = photos / COARSEST;
    if scale < LEAST {
        return -1.0;
    }
    let mut limit = 2.0;
    loop {
        if let Some(found) = at_scale(ranked, scale) {
            limit = found;
        }
        scale /= 2;
        if scale < FINEST {
            return limit;
        }
    }
}

/// The limit at one scale; none where nothing stands out.
fn at_scale(ranked: &[(f64, f32)], scale: usize) -> Option<f32> {
    let background = Background::of(ranked, scale)?;
    let stands_out = |(rank, cosine): &(f64, f32), rate: f64| {
        let by_chance = background.above(*cosine);
        let rare = *rank >= FEW || reached_by_chance(*rank, by_chance) <= CHANCE;
        by_chance <= rate * rank && rare
    };
    let end = ranked.partition_point(|(rank, _)| *rank <= background.from);
    let inside = ranked.get(..end)?;
    let last = inside.iter().rposition(|one| stands_out(one, AT_MOST))?;
    let first = inside.iter().rposition(|one| stands_out(one, SURELY));
    let mut widest = (f32::NEG_INFINITY, None);
    for place in first.unwrap_or(last)..=last {
        let own = ranked.get(place)?;
        let next = ranked.get(place + 1)?;
        if own.1 - next.1 > widest.0 && stands_out(own, AT_MOST) {
            widest = (own.1 - next.1, Some(own.1));
        }
    }
    widest.1
}

/// How photos that have nothing to do with the query thin out towards it.
struct Background {
    /// The scale: photos up to the outermost of the background.
    photos: f64,
    /// The rank at which the background begins.
    from: f64,
    /// Logarithm of the distance of the outermost.
    outermost: f64,
    /// How the logarithm of the number falls with that of the distance.
    power: f64,
}

impl Background {
    /// Estimates it from the ranks of a scale; none where there are too few.
    fn of(ranked: &[(f64, f32)], scale: usize) -> Option<Self> {
        let photos = scale as f64;
        let from = (scale / BACKGROUND) as f64;
        let begin = ranked.partition_point(|(rank, _)| *rank <= from);
        let end = ranked.partition_point(|(rank, _)| *rank < photos);
        let outermost = log_distance(ranked.get(end)?.1);
        let mut sum = 0.0;
        let mut before = 0.0;
        // The photos nearer than the background count as if they were where it begins.
        for (rank, cosine) in ranked.get(begin.checked_sub(1)?..end)? {
            let rank = rank.max(from);
            sum += (rank - before) * (outermost - log_distance(*cosine));
            before = rank;
        }
        Some(Self {
            photos,
            from,
            outermost,
            power: (photos - from) / sum.max(1e-9),
        })
    }

    /// How many photos are expected above a cosine.
    fn above(&self, cosine: f32) -> f64 {
        let nearer = self.outermost - log_distance(cosine);
        self.photos * (-self.power * nearer).exp()
    }
}

/// Logarithm of half the squared Euclidean distance of unit vectors.
///
/// A photo may have the query's own vector: such distances end where half precision does.
fn log_distance(cosine: f32) -> f64 {
    (1.0 - f64::from(cosine)).max(1e-6).ln()
}

/// How likely it is that a number of photos, or more, are where `expected` are by chance (Poisson).
fn reached_by_chance(number: f64, expected: f64) -> f64 {
    let mut exactly = (-expected).exp();
    let mut fewer = 0.0;
    for place in (1..).map(f64::from).take_while(|place| *place <= number) {
        fewer += exactly;
        exactly *= expected / place;
    }
    1.0 - fewer
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranks of a background that thins out by the twelfth power of the distance, with some photos
    /// before it.
    fn ranked(photos: usize, before: &[f32]) -> Vec<(f64, f32)> {
        let background = (1..=photos).map(|rank| 1.0 - 0.5 * (rank as f32).powf(1.0 / 12.0));
        let all = before.iter().copied().chain(background);
        (1..).map(f64::from).zip(all).collect()
    }

    fn kept(photos: usize, before: &[f32]) -> usize {
        let ranked = ranked(photos, before);
        let least = limit(&ranked, photos);
        ranked.partition_point(|(_, cosine)| *cosine >= least)
    }

    #[test]
    fn photos_that_stand_out_are_kept_and_the_background_is_not() {
        let before: Vec<f32> = (0..12).map(|place| 0.95 - 0.02 * place as f32).collect();
        for photos in [200, 400, 3000, 100_000] {
            assert_eq!(kept(photos, &before), 12, "of {photos}");
        }
    }

    #[test]
    fn one_photo_can_stand_out_alone() {
        for photos in [200, 3000, 100_000] {
            assert_eq!(kept(photos, &[0.9]), 1, "of {photos}");
        }
    }

    #[test]
    fn a_clump_of_strangers_below_a_gap_is_left_out() {
        let mut before: Vec<f32> = (0..20).map(|place| 0.97 - 0.005 * place as f32).collect();
        before.extend([0.52, 0.515, 0.51]);
        assert_eq!(kept(3000, &before), 20);
    }

    #[test]
    fn a_photo_that_is_asked_with_changes_no_limit() {
        let before: Vec<f32> = (0..12).map(|place| 0.95 - 0.02 * place as f32).collect();
        let alone = limit(&ranked(3000, &before), 3000);
        let mut with_itself = vec![1.0];
        with_itself.extend(&before);
        assert_eq!(
            limit_beside_itself(&ranked(3000, &with_itself), 3001),
            alone
        );
        assert_eq!(limit_beside_itself(&ranked(3000, &[1.0]), 3001), SAME);
        assert_eq!(limit_beside_itself(&ranked(3000, &[]), 3000), 2.0);
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

    #[test]
    fn the_power_of_a_background_is_found_whatever_stands_before_it() {
        for before in [&[][..], &[0.99, 0.98, 0.9, 0.9]] {
            let background = Background::of(&ranked(3000, before), 1500).unwrap();
            assert!(
                (11.0..13.0).contains(&background.power),
                "{}",
                background.power
            );
            let first = background.above(0.5);
            assert!((0.5..2.0).contains(&first), "{first} instead of one");
        }
    }

    #[test]
    fn few_photos_are_reached_by_chance_as_often_as_poisson_says() {
        for (number, expected, chance) in
            [(1.0, 0.25, 0.2212), (2.0, 0.5, 0.0902), (4.0, 1.0, 0.0190)]
        {
            let found = reached_by_chance(number, expected);
            assert!((found - chance).abs() < 1e-4, "{found}, not {chance}");
        }
        assert!(reached_by_chance(FEW, AT_MOST * FEW) < CHANCE);
    }
}
