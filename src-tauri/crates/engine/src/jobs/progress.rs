//! How far a job is: phases in order, counts, rate and time left.

use std::time::{Duration, Instant};

/// The phases of the jobs; those of indexing are in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Folders are compared with what is known.
    Scan,
    /// Files that may have moved are recognised by their content.
    Moves,
    /// Photos are read, and described.
    Read,
    /// Photos that lack the model's vector get it.
    Embed,
    /// Copies of new pictures are looked for.
    Pair,
    /// New photos are compared with all others.
    Uniqueness,
    /// Copies are removed, or brought back.
    Clean,
    /// Sidecars are written.
    Write,
    /// Files are compared with the photos that are known.
    Compare,
    /// Similar photos are looked for.
    Group,
    /// Photos of which every two are similar are put together.
    Link,
    /// Photos are taken out of the library.
    Export,
    /// The files of a model are compared with their checksums.
    Check,
    /// The files of a model are fetched.
    Download,
}

/// What a phase counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Files or photos.
    Items,
    /// Bytes.
    Bytes,
}

impl Phase {
    /// The place in the order of its job, from 1.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Scan
            | Self::Check
            | Self::Download
            | Self::Clean
            | Self::Write
            | Self::Compare
            | Self::Group
            | Self::Export => 1,
            Self::Moves | Self::Link => 2,
            Self::Read => 3,
            Self::Embed => 4,
            Self::Pair => 5,
            Self::Uniqueness => 6,
        }
    }

    /// How many its job has.
    #[must_use]
    pub fn count(self) -> u32 {
        match self {
            Self::Scan | Self::Moves | Self::Read | Self::Embed | Self::Pair | Self::Uniqueness => {
                6
            }
            Self::Group | Self::Link => 2,
            Self::Check
            | Self::Download
            | Self::Clean
            | Self::Write
            | Self::Compare
            | Self::Export => 1,
        }
    }

    /// What it counts.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Self::Check | Self::Download => Unit::Bytes,
            _ => Unit::Items,
        }
    }

    /// The phase in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scan => "Looking through folders",
            Self::Moves => "Recognising moved files",
            Self::Read => "Reading photos",
            Self::Embed => "Embedding photos",
            Self::Clean => "Cleaning up",
            Self::Write => "Writing metadata",
            Self::Compare => "Comparing files with known photos",
            Self::Group => "Looking for similar photos",
            Self::Link => "Putting groups together",
            Self::Export => "Exporting photos",
            Self::Pair => "Looking for copies",
            Self::Uniqueness => "Comparing photos",
            Self::Check => "Checking files",
            Self::Download => "Downloading",
        }
    }
}

/// How far a job is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// Items done in this phase.
    pub done: u64,
    /// Items of this phase; none while that is not known.
    pub total: Option<u64>,
    /// Items a second, over the last seconds.
    pub rate: f32,
    /// Estimated time to the end of this phase.
    pub seconds_left: Option<f32>,
    /// The file being read.
    pub current: Option<String>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            phase: Phase::Scan,
            done: 0,
            total: None,
            rate: 0.0,
            seconds_left: None,
            current: None,
        }
    }
}

/// Measures the rate over a sliding window, so that it follows the disk and the pictures.
pub(super) struct Meter {
    marks: std::collections::VecDeque<(Instant, u64)>,
}

/// The window's length; long enough to be calm, short enough to follow.
const WINDOW: Duration = Duration::from_secs(10);

impl Meter {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            marks: [(now, 0)].into(),
        }
    }

    /// Items a second once `done` are done at `now`.
    pub(super) fn rate(&mut self, now: Instant, done: u64) -> f32 {
        self.marks.push_back((now, done));
        while self.marks.len() > 2
            && self
                .marks
                .get(1)
                .is_some_and(|(at, _)| now.duration_since(*at) > WINDOW)
        {
            self.marks.pop_front();
        }
        let Some((since, before)) = self.marks.front().copied() else {
            return 0.0;
        };
        let seconds = now.duration_since(since).as_secs_f32();
        if seconds <= 0.0 {
            0.0
        } else {
            done.saturating_sub(before) as f32 / seconds
        }
    }

    /// Forgets time that was spent waiting: a pause is not slowness.
    pub(super) fn restart(&mut self, now: Instant, done: u64) {
        self.marks.clear();
        self.marks.push_back((now, done));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_follows_the_last_seconds() {
        let start = Instant::now();
        let mut meter = Meter::new(start);
        assert_eq!(meter.rate(start + Duration::from_secs(10), 100), 10.0);
        for second in 11..40 {
            meter.rate(
                start + Duration::from_secs(second),
                100 + (second - 10) * 50,
            );
        }
        let rate = meter.rate(start + Duration::from_secs(40), 100 + 30 * 50);
        assert!((rate - 50.0).abs() < 0.1, "{rate}");
    }
}
