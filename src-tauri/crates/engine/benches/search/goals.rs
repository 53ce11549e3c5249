//! What the index has to reach, and whether it did.

use crate::lines::Measured;
use crate::table::{Results, percentile};

/// Name of our searches with one thread.
pub const OURS: &str = "ours";
/// Name of the time from nothing to the first answer.
pub const READY: &str = "ours: first answer after a start";
/// Name of the memory that is no file's.
pub const RESIDENT: &str = "ours: resident beyond the page cache";

/// From so many vectors on the memory of each is told from that of the process.
const MANY: usize = 100_000;

/// A goal with its figure.
pub struct Goal {
    /// What was asked, of what.
    pub text: String,
    /// What was measured.
    pub figure: f64,
    /// Whether it is as good as asked.
    pub met: bool,
}

/// The goals that a space of this size has.
#[must_use]
pub fn of(results: &Results) -> Vec<Goal> {
    let about = &results.about;
    let clustered = about.name == "clustered";
    let p50 = |search: &Measured| percentile(&search.ms, 50);
    let mut goals = Goals {
        of: format!("{} {}", about.count, about.name),
        all: Vec::new(),
    };
    match about.count {
        1_000_000 if clustered => {
            goals.at_most("p50 in ms", 4.0, worst(results, p50));
            let p99 = worst(results, |search| percentile(&search.ms, 99));
            goals.at_most("p99 in ms", 10.0, p99);
            goals.at_most("seconds to the first answer", 1.0, figure(results, READY));
        }
        100_000 if clustered => {
            goals.at_most("p50 in ms", 1.0, worst(results, p50));
            let five = about.filters.iter().position(|filter| filter.name == "5 %");
            let five = ours(results).find(|search| Some(search.filter) == five);
            goals.at_most("p50 in ms, 5 % pass", 0.3, five.map(p50));
        }
        _ => {}
    }
    if clustered && about.count >= MANY {
        goals.at_most("resident bytes a photo", 150.0, figure(results, RESIDENT));
    }
    goals.at_least("recall", 0.999, worst(results, |search| -search.recall));
    goals.all
}

struct Goals {
    of: String,
    all: Vec<Goal>,
}

impl Goals {
    fn at_most(&mut self, what: &str, limit: f64, figure: Option<f64>) {
        self.all.extend(figure.map(|figure| Goal {
            text: format!("{}: {what}, at most {limit}", self.of),
            figure,
            met: figure <= limit,
        }));
    }

    /// Takes what is wanted high turned over, as [`worst`] gives it.
    fn at_least(&mut self, what: &str, limit: f64, turned: Option<f64>) {
        self.all.extend(turned.map(|turned| Goal {
            text: format!("{}: {what}, at least {limit}", self.of),
            figure: -turned,
            met: -turned >= limit,
        }));
    }
}

fn ours(results: &Results) -> impl Iterator<Item = &Measured> {
    results.searches.iter().filter(|search| search.name == OURS)
}

/// The highest over all filters.
fn worst(results: &Results, of: impl Fn(&Measured) -> f64) -> Option<f64> {
    ours(results).map(of).max_by(f64::total_cmp)
}

fn figure(results: &Results, name: &str) -> Option<f64> {
    let found = results.figures.iter().find(|figure| figure.name == name);
    found.map(|figure| figure.value)
}
