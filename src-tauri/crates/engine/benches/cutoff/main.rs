//! The limit that `cutoff: auto` finds beside the best flat one, by F1, and what it costs.
//!
//!     cutoff [COUNT]
//!
//! 1. Real `visual` vectors: photos of the test data and altered copies of some of them, a few or
//!    many, changed a little or a lot, or no copy at all. A photo is the query, its copies are what
//!    is relevant.
//! 2. Seeded synthetic vectors: clusters of unlike size and tightness among photos of no cluster.
//!    A member is the query, its cluster is what is relevant.
//! 3. The time to find the limit among COUNT (100,000) vectors, beside that of a search.
//!
//! The flat limit is the one that is best for half of the queries; both are judged on the other
//! half, and the halves take turns. Where nothing is relevant, F1 is 1 if nothing is found, else 0.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

mod clusters;
mod copies;
mod cost;
mod random;

use std::ops::Range;

use anyhow::Result;
use half::f16;
use latent_engine::index::{Candidates, VectorIndex};
use latent_engine::search::cutoff::least_cosine;

use self::copies::{ALL, Change, LOOK_ALIKES, Photos};

/// A query's vector, and which photos are relevant.
type Question = (Vec<f32>, Range<i64>);

fn main() -> Result<()> {
    let photos = std::env::args()
        .skip(1)
        .find_map(|word| word.parse().ok())
        .unwrap_or(100_000);
    println!(
        "{:<42} {:>8} {:>10} {:>8} {:>8}",
        "", "queries", "flat limit", "F1 flat", "F1 auto"
    );
    let real = Photos::read()?;
    for (name, folders, changes) in [
        ("5 to 20 copies", ALL, &[Change::Rising][..]),
        ("1 to 20 copies, light", ALL, &[Change::Light]),
        ("1 to 20 copies, heavy", ALL, &[Change::Heavy]),
        ("1 to 20 copies, any", ALL, &[Change::Any]),
        ("no copies", ALL, &[Change::None]),
        ("all of these", ALL, copies::ALL_CHANGES),
        ("all, captioned photos", &["captioned"], copies::ALL_CHANGES),
        ("all, look-alikes", LOOK_ALIKES, copies::ALL_CHANGES),
    ] {
        let mut cases = Vec::new();
        for seed in 1..=3 {
            let (index, questions) = real.library(folders, changes, seed)?;
            cases.extend(judged(&index, &questions)?);
        }
        report(name, &cases);
    }
    for (photos, clusters) in [(5_000, 60), (50_000, 200)] {
        let (index, questions) = clusters::library(photos, clusters)?;
        let cases = judged(&index, &questions)?;
        report(&format!("clusters among {photos}"), &cases);
    }
    cost::report(photos)
}

/// A query: all cosines with whether each is relevant, the nearest first, and the limit found.
struct Case {
    cosines: Vec<(f32, bool)>,
    relevant: usize,
    auto: f32,
}

impl Case {
    /// F1 of the photos at or above a cosine.
    fn f1(&self, least: f32) -> f64 {
        let found = self.cosines.partition_point(|(cosine, _)| *cosine >= least);
        if found + self.relevant == 0 {
            return 1.0;
        }
        let right = self.cosines.iter().take(found);
        let right = right.filter(|(_, relevant)| *relevant).count();
        2.0 * right as f64 / (found + self.relevant) as f64
    }
}

fn report(name: &str, cases: &[Case]) {
    let (even, odd): (Vec<_>, Vec<_>) = cases.iter().enumerate().partition(|(i, _)| i % 2 == 0);
    for (half, (learn, judge)) in [(&even, &odd), (&odd, &even)].into_iter().enumerate() {
        let mean = |cases: &[(usize, &Case)], limit: &dyn Fn(&Case) -> f32| {
            let sum: f64 = cases.iter().map(|(_, case)| case.f1(limit(case))).sum();
            sum / cases.len().max(1) as f64
        };
        let flat = (0..=400)
            .map(|step| step as f32 / 400.0)
            .max_by(|a, b| mean(learn, &|_| *a).total_cmp(&mean(learn, &|_| *b)))
            .unwrap_or(1.0);
        println!(
            "{:<42} {:>8} {flat:>10.3} {:>8.4} {:>8.4}",
            format!("{name}, half {}", half + 1),
            judge.len(),
            mean(judge, &|_| flat),
            mean(judge, &|case| case.auto),
        );
    }
}

/// Judges the limit of each query.
fn judged(index: &VectorIndex, questions: &[Question]) -> Result<Vec<Case>> {
    questions
        .iter()
        .map(|(query, relevant)| {
            let all = index.within(query, -2.0, Candidates::All)?.neighbours;
            let cosines = all
                .iter()
                .map(|one| (one.cosine, relevant.contains(&one.id.0)))
                .collect();
            Ok(Case {
                cosines,
                relevant: relevant.clone().count(),
                auto: least_cosine(index, query)?,
            })
        })
        .collect()
}

fn halves(vector: &[f32]) -> Vec<f16> {
    vector.iter().copied().map(f16::from_f32).collect()
}
