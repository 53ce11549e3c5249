//! The table that people read, line by line as the steps tell.

use std::process::Command;

use anyhow::Result;

use crate::data::About;
use crate::goals;
use crate::lines::{self, Figure, Line, Measured};

/// What was measured over one space.
pub struct Results {
    /// The space.
    pub about: About,
    /// Searches.
    pub searches: Vec<Measured>,
    /// Anything else.
    pub figures: Vec<Figure>,
}

impl Results {
    /// Begins the table of a space.
    #[must_use]
    pub fn begin(about: &About) -> Self {
        println!(
            "\n{} × {} dimensions, {}; {} queries, k = {}",
            about.count, about.dim, about.name, about.queries, about.k
        );
        println!(
            "{:<34} {:>7} {:>9} {:>9} {:>8}",
            "", "filter", "p50 ms", "p99 ms", "recall"
        );
        Self {
            about: about.clone(),
            searches: Vec::new(),
            figures: Vec::new(),
        }
    }

    /// Runs a step, and prints and keeps what it tells.
    ///
    /// # Errors
    /// The step fails.
    pub fn follow(&mut self, step: &mut Command) -> Result<()> {
        lines::follow(step, |line| self.hear(line))
    }

    fn hear(&mut self, line: Line) {
        match line {
            Line::Measured(search) => {
                let filter = self.about.filters.get(search.filter);
                println!(
                    "{:<34} {:>7} {:>9.3} {:>9.3} {:>8.4}  {}",
                    search.name,
                    filter.map_or("", |filter| &filter.name),
                    percentile(&search.ms, 50),
                    percentile(&search.ms, 99),
                    search.recall,
                    search.extra
                );
                self.searches.push(search);
            }
            Line::Figure(figure) => {
                println!(
                    "{:<42} {:>9.3} {}  ({})",
                    figure.name, figure.value, figure.unit, figure.extra
                );
                self.figures.push(figure);
            }
            Line::Skipped { name, why } => println!("{name:<42} left out: {why}"),
        }
    }
}

/// Prints every goal whose size was measured, and whether it was met.
pub fn print_goals(all: &[Results]) {
    println!("\nGoals, one thread, the worst of all filters where none is named:");
    for goal in all.iter().flat_map(goals::of) {
        println!(
            "{:<64} {:>9.4}  {}",
            goal.text,
            goal.figure,
            if goal.met { "met" } else { "MISSED" }
        );
    }
}

/// A percentile of some times.
#[must_use]
pub fn percentile(times: &[f64], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    let place = times.len().saturating_sub(1) * percent / 100;
    times.get(place).copied().unwrap_or(f64::NAN)
}
