//! A task's steps: named, counted and timed, with one clear line at the end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// One step: what it does, and the doing.
pub type Step = (&'static str, fn() -> Result<()>);

/// Runs the steps in order and stops at the first that fails.
///
/// # Errors
/// The step's error, with its number and name.
pub fn run(task: &str, steps: &[Step]) -> Result<()> {
    let started = Instant::now();
    let count = steps.len();
    for (index, (name, step)) in steps.iter().enumerate() {
        let number = index + 1;
        eprintln!("\n[{number}/{count}] {name}");
        step().with_context(|| format!("{task} failed at step {number}/{count}, {name}"))?;
    }
    eprintln!(
        "\n{task}: all {count} steps passed in {}",
        minutes(started.elapsed())
    );
    Ok(())
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn first_failing_step_is_named_and_ends_the_task() {
        fn pass() -> Result<()> {
            Ok(())
        }
        fn fail() -> Result<()> {
            bail!("No luck")
        }
        fn never() -> Result<()> {
            panic!("ran after a failure")
        }
        let error = run("demo", &[("One", pass), ("Two", fail), ("Three", never)]).unwrap_err();
        assert_eq!(
            format!("{error:#}"),
            "demo failed at step 2/3, Two: No luck"
        );
    }

    #[test]
    fn time_is_shown_in_minutes_and_seconds() {
        assert_eq!(minutes(Duration::from_millis(125_900)), "2 min 05 s");
    }
}
