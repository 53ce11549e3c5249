//! How long a process was ready to work while others had the processor: time that is no fault of the
//! file it reads.

use std::time::Duration;

/// Time that the threads of a process have waited for a processor; zero where the system does not
/// tell.
///
/// # Source
/// Linux, `Documentation/scheduler/sched-stats.rst`: the second number is in nanoseconds.
#[cfg(target_os = "linux")]
pub(super) fn for_a_processor(process: u32) -> Duration {
    let waited = |text: String| -> Option<u64> { text.split_whitespace().nth(1)?.parse().ok() };
    let threads = std::fs::read_dir(format!("/proc/{process}/task"));
    let waits = threads.into_iter().flatten().filter_map(|thread| {
        let said = std::fs::read_to_string(thread.ok()?.path().join("schedstat"));
        waited(said.ok()?)
    });
    Duration::from_nanos(waits.sum())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn for_a_processor(_process: u32) -> Duration {
    Duration::ZERO
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_is_not_there_has_not_waited() {
        assert_eq!(for_a_processor(u32::MAX), Duration::ZERO);
    }

    #[test]
    fn many_threads_on_few_processors_wait() {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let before = for_a_processor(std::process::id());
        let end = std::time::Instant::now() + Duration::from_millis(200);
        let threads: Vec<_> = (0..cores * 4)
            .map(|_| std::thread::spawn(move || while std::time::Instant::now() < end {}))
            .collect();
        std::thread::sleep(Duration::from_millis(100));
        let during = for_a_processor(std::process::id());
        threads.into_iter().for_each(|one| one.join().unwrap());
        assert!(during > before, "{before:?} {during:?}");
    }
}
