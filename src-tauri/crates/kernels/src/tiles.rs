//! How a product is cut up: panels of columns, tiles of rows, tasks for threads.

use rayon::prelude::*;

use crate::{Activation, PANEL};

/// Rows of numbers, one after another or with a gap between.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a, T> {
    /// The numbers, from the first of the first row.
    pub values: &'a [T],
    /// How many rows.
    pub count: usize,
    /// From the start of a row to the start of the next.
    pub stride: usize,
}

impl<'a, T> Rows<'a, T> {
    /// Rows of `width` numbers without a gap.
    #[must_use]
    pub fn dense(values: &'a [T], width: usize) -> Self {
        Self {
            values,
            count: values.len().checked_div(width).unwrap_or(0),
            stride: width,
        }
    }

    /// Whether every row has `width` numbers.
    pub(crate) fn have(&self, width: usize) -> bool {
        self.count == 0 || self.values.len() >= (self.count - 1) * self.stride + width
    }
}

/// What a product does with its result before it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Finish {
    /// Applied after the bias.
    pub activation: Option<Activation>,
    /// Adds to what the output holds, instead of replacing it.
    pub add: bool,
}

/// A part of a product: some rows of one panel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task {
    pub panel: usize,
    pub first_row: usize,
    pub rows: usize,
}

/// The output, shared by tasks that write different parts of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    start: *mut f32,
    columns: usize,
    stride: usize,
}

#[expect(unsafe_code, reason = "tasks write different parts of one output")]
// SAFETY: every task writes the rows and the columns of its own panel alone (`run_tasks`).
unsafe impl Send for Output {}
#[expect(unsafe_code, reason = "as above")]
// SAFETY: as above.
unsafe impl Sync for Output {}

impl Output {
    /// The place of a row's first number in a panel, and how many numbers of it lie there.
    pub fn at(&self, row: usize, panel: usize) -> (*mut f32, usize) {
        let columns = PANEL.min(self.columns - panel * PANEL);
        let offset = row * self.stride + panel * PANEL;
        // Inside the output: `run_tasks` has checked its length.
        (self.start.wrapping_add(offset), columns)
    }

    /// From the start of a row to the start of the next.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(dead_code, reason = "other paths write a row at a time")
    )]
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// `count` columns from `first` on, from a row on.
    pub fn part(&self, row: usize, first: usize, count: usize) -> Self {
        Self {
            start: self.start.wrapping_add(row * self.stride + first),
            columns: count,
            stride: self.stride,
        }
    }

    /// All of a slice, as rows of so many columns.
    pub fn of(out: &mut [f32], columns: usize) -> Self {
        Self {
            start: out.as_mut_ptr(),
            columns,
            stride: columns,
        }
    }

    /// Applies an activation to rows of a panel that were just written.
    #[expect(unsafe_code, reason = "the rows of a panel lie apart in the output")]
    pub fn activate(
        &self,
        level: crate::Level,
        activation: Option<Activation>,
        panel: usize,
        rows: std::ops::Range<usize>,
    ) {
        let Some(activation) = activation else {
            return;
        };
        for row in rows {
            let (start, columns) = self.at(row, panel);
            // SAFETY: inside the output, and written by this task alone.
            let values = unsafe { std::slice::from_raw_parts_mut(start, columns) };
            activation.apply(level, values);
        }
    }
}

/// Runs `work` for every part of a product of `rows` rows and `columns` columns.
///
/// `out` is cut into panels, and these into stretches of rows where there are more threads than
/// panels. A shorter output than `rows · columns` gets nothing written.
pub(crate) fn run_tasks(
    out: &mut [f32],
    rows: usize,
    columns: usize,
    tile_rows: usize,
    work: impl Fn(Task, Output) + Sync,
) {
    if rows == 0 || columns == 0 || out.len() < rows * columns {
        debug_assert!(rows == 0 || columns == 0, "the output is too short");
        return;
    }
    let output = Output::of(out, columns);
    let panels = columns.div_ceil(PANEL);
    let threads = rayon::current_num_threads();
    let stretches = if threads == 1 {
        1
    } else {
        (3 * threads).div_ceil(panels).min(rows.div_ceil(tile_rows))
    };
    let step = rows.div_ceil(stretches).next_multiple_of(tile_rows);
    let tasks = (0..panels).flat_map(|panel| {
        (0..rows).step_by(step).map(move |first_row| Task {
            panel,
            first_row,
            rows: step.min(rows - first_row),
        })
    });
    if threads == 1 {
        tasks.for_each(|task| work(task, output));
    } else {
        let tasks: Vec<_> = tasks.collect();
        tasks
            .into_par_iter()
            .with_max_len(1)
            .for_each(|task| work(task, output));
    }
}

/// What a tile asks from memory while it computes: so many cache lines at each step.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ahead {
    start: *const i8,
    lines: usize,
}

#[cfg(target_arch = "x86_64")]
impl Ahead {
    /// Bytes that come from memory at once.
    const CACHE_LINE: usize = 64;
    /// Cache lines of a panel for each step: 64 numbers, or 64 groups of four bytes.
    const STEP_LINES: usize = 4;

    /// The share of tile `number` of `tiles` in the next panel, which has `steps` steps.
    pub fn of<T>(next: &[T], steps: usize, number: usize, tiles: usize) -> Self {
        let lines = Self::STEP_LINES.div_ceil(tiles.max(1));
        let from = number * lines;
        match next.first() {
            Some(first) if from < Self::STEP_LINES => Self {
                start: std::ptr::from_ref(first)
                    .cast::<i8>()
                    .wrapping_add(from * steps * Self::CACHE_LINE),
                lines: lines.min(Self::STEP_LINES - from),
            },
            _ => Self {
                start: std::ptr::null(),
                lines: 0,
            },
        }
    }

    /// Asks for a step's share. Asking reads nothing, so that any address will do.
    #[expect(unsafe_code, reason = "the instruction takes a pointer")]
    #[inline(always)]
    pub fn ask(self, step: usize) {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        for line in 0..self.lines {
            let offset = (step * self.lines + line) * Self::CACHE_LINE;
            // SAFETY: a hint, which the processor drops where there is no such memory.
            unsafe { _mm_prefetch::<_MM_HINT_T1>(self.start.wrapping_add(offset)) };
        }
    }
}

/// Cuts rows into tiles of at most `tile_rows`, as even as can be: first row and count.
pub(crate) fn tiles(rows: usize, tile_rows: usize) -> impl Iterator<Item = (usize, usize)> {
    let count = rows.div_ceil(tile_rows).max(1);
    (0..count)
        .map(move |i| (i * rows / count, (i + 1) * rows / count))
        .filter(|(start, end)| end > start)
        .map(|(start, end)| (start, end - start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_every_row_once() {
        for rows in 0..50 {
            let mut next = 0;
            for (start, count) in tiles(rows, 6) {
                assert_eq!(start, next);
                assert!((1..=6).contains(&count));
                next += count;
            }
            assert_eq!(next, rows);
        }
    }

    #[test]
    fn tasks_cover_every_place_once_whatever_the_threads() {
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            for (rows, columns) in [(1_usize, 1_usize), (5, 64), (50, 130), (400, 768)] {
                let seen = std::sync::Mutex::new(vec![0; rows * columns.div_ceil(PANEL)]);
                let mut out = vec![0.0; rows * columns];
                pool.install(|| {
                    run_tasks(&mut out, rows, columns, 6, |task, _| {
                        for row in task.first_row..task.first_row + task.rows {
                            seen.lock().unwrap()[row * columns.div_ceil(PANEL) + task.panel] += 1;
                        }
                    });
                });
                assert!(seen.into_inner().unwrap().iter().all(|n| *n == 1));
            }
        }
    }
}
