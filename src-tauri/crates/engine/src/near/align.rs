//! Lays one raster over another: where it lies, how much brighter it is, what differs.
//!
//! Gauss–Newton on the grey values with gain and offset, weighted so that a part that differs (a
//! text, a thing that moved) pulls nothing.
//!
//! # Source
//! Lucas & Kanade, "An iterative image registration technique" (IJCAI 1981); Baker & Matthews,
//! "Lucas–Kanade 20 years on" (IJCV 2004); weights of Geman & McClure (1987).

use std::ops::Range;
use std::sync::LazyLock;

use latent_kernels::{CellRow, Kept, Level, MOST_CELLS, PlaneMap, lay_row, mapped};

use super::field::{FIRST, Field, SAMPLES};
use super::raster::{Frame, SIDE};
use super::solve::{Equations, Normal};

const _: () = assert!(SIDE == MOST_CELLS);

/// Length of an equation for a move along the axes: stretch and shift of both, three unknowns of
/// the light, and the value aimed at.
pub(super) const AXES: usize = 4 + LIGHT;
/// Of one with rotation, shear and perspective too.
pub(super) const PLANE: usize = MOVES + LIGHT;
/// Compared cells below which nothing is told.
pub(super) const LEAST_CELLS: usize = 40;
/// Unknowns of a map.
const MOVES: usize = size_of::<PlaneMap>() / size_of::<f32>();
/// Gain, curve, offset and the value aimed at.
const LIGHT: usize = 4;

/// A map of the first picture's places to the second's, both −1 … 1 from side to side: a homography to the
/// second order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Map(pub(super) PlaneMap);

impl Map {
    /// Lays the frame of one picture over the frame of another.
    pub(super) fn between(a: Frame, b: Frame) -> Self {
        let axis = |a: (f32, f32), b: (f32, f32)| {
            let scale = (b.1 - b.0) / (a.1 - a.0).max(1e-3);
            let middle = |of: (f32, f32)| of.0 + of.1 - 1.0;
            (scale - 1.0, middle(b) - scale * middle(a))
        };
        let (sx, tx) = axis((a.left, a.right), (b.left, b.right));
        let (sy, ty) = axis((a.top, a.bottom), (b.top, b.bottom));
        Self([sx, tx, sy, ty, 0.0, 0.0, 0.0, 0.0])
    }

    pub(super) fn at(&self, x: f32, y: f32) -> (f32, f32) {
        mapped(&self.0, x, y)
    }
}

/// The middle of a cell, −1 … 1.
fn middle(cell: usize) -> f32 {
    (2.0 * cell as f32 + 1.0) / SIDE as f32 - 1.0
}

/// The middles of every cell of a row, and of every second.
static MIDDLES: LazyLock<[Vec<f32>; 2]> =
    LazyLock::new(|| [1, 2].map(|step| (0..SIDE).step_by(step).map(middle).collect()));

/// Whether a value may stand for any lighter or darker one.
#[inline]
fn clipped(value: f32) -> bool {
    let (least, greatest) = UNCLIPPED;
    !(least..=greatest).contains(&value)
}

/// Values that stand for themselves.
const UNCLIPPED: (f32, f32) = (2.0, 251.0);
/// What is compared: half a cell from the border the next cell is mixed in.
const COMPARED: Kept = Kept {
    within: 1.0 - 0.9 / SIDE as f32,
    values: UNCLIPPED,
    samples: SAMPLES as f32,
    first: FIRST,
};

/// One compared cell.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) x: f32,
    pub(super) y: f32,
    /// The value in the first picture.
    pub(super) a: f32,
}

/// The compared cells, each value in a row of its own.
#[derive(Default)]
pub(super) struct Points {
    x: Vec<f32>,
    y: Vec<f32>,
    a: Vec<f32>,
    b: Vec<f32>,
    /// Slopes of the second picture, a cell.
    dx: Vec<f32>,
    dy: Vec<f32>,
}

impl Points {
    pub(super) fn len(&self) -> usize {
        self.a.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Point> {
        let cells = self.x.iter().zip(&self.y).zip(&self.a);
        cells.map(|((&x, &y), &a)| Point { x, y, a })
    }

    /// What of each value the other picture does not explain.
    pub(super) fn differences(&self, fit: &Fit) -> Vec<f32> {
        let pairs = self.a.iter().zip(&self.b);
        pairs.map(|(a, b)| fit.difference(*a, *b)).collect()
    }

    /// Leaves out where the second picture is clipped.
    fn leave_clipped(&mut self) {
        let count = self.b.iter().map(|value| u32::from(clipped(*value)));
        if count.sum::<u32>() == 0 {
            return;
        }
        let mut runs: Vec<Range<usize>> = Vec::new();
        let mut end = 0;
        for run in self.b.chunk_by(|a, b| clipped(*a) == clipped(*b)) {
            let cells = end..end + run.len();
            end = cells.end;
            if run.first().is_some_and(|value| !clipped(*value)) {
                runs.push(cells);
            }
        }
        let rows = [
            &mut self.x,
            &mut self.y,
            &mut self.a,
            &mut self.b,
            &mut self.dx,
            &mut self.dy,
        ];
        for values in rows {
            let mut kept = 0;
            for run in &runs {
                values.copy_within(run.clone(), kept);
                kept += run.len();
            }
            values.truncate(kept);
        }
    }
}

/// A map and how the values go over into each other: `a ≈ gain · b + curve · bow(b) + offset`.
#[derive(Clone, Copy)]
pub(super) struct Fit {
    pub(super) map: Map,
    pub(super) gain: f32,
    pub(super) curve: f32,
    pub(super) offset: f32,
}

impl Fit {
    /// What of a point's value the other picture does not explain.
    #[inline]
    pub(super) fn difference(&self, a: f32, b: f32) -> f32 {
        a - self.gain * b - self.curve * bow(b) - self.offset
    }

    /// How much a grey level of the second picture is in the first.
    #[inline]
    fn slope(&self, value: f32) -> f32 {
        (self.gain + self.curve * (value - GREY) / (GREY / 2.0)).max(0.05)
    }
}

/// Middle grey.
const GREY: f32 = 128.0;

/// What bends the line from value to value, as a gamma does.
#[inline]
fn bow(value: f32) -> f32 {
    (value - GREY) * (value - GREY) / GREY
}

/// The cells of one picture that lie in another, each value in a row of its own.
pub(super) struct Cells {
    x: Vec<f32>,
    y: Vec<f32>,
    values: Vec<f32>,
    /// Where they lie in the other, in samples.
    right: Vec<f32>,
    down: Vec<f32>,
}

impl Cells {
    /// Every `step`-th (1 or 2) of each row and column.
    pub(super) fn of(picture: &Field, map: &Map, step: usize) -> Self {
        let most = SIDE * SIDE / (step * step);
        let [x, y, values, right, down] = [(); 5].map(|()| Vec::with_capacity(most));
        let mut all = Self {
            x,
            y,
            values,
            right,
            down,
        };
        let level = Level::detect();
        let middles = MIDDLES.get(step - 1).map(Vec::as_slice).unwrap_or_default();
        let [mut every, mut right, mut down] = [[0.0; SIDE]; 3];
        let rows = picture.middles().as_chunks::<SIDE>().0.iter().enumerate();
        for (row, values) in rows.step_by(step) {
            let y_of_row = middle(row);
            let cells = every.iter_mut().zip(values.iter().step_by(step));
            cells.for_each(|(to, from)| *to = *from);
            let row = CellRow {
                x: middles,
                y: y_of_row,
                values: &every,
            };
            let mut kept = lay_row(level, &map.0, row, COMPARED, &mut right, &mut down);
            // Cells that are kept mostly lie side by side.
            while kept != 0 {
                let first = kept.trailing_zeros();
                let count = (kept >> first).trailing_ones();
                let cells = first as usize..(first + count) as usize;
                kept = kept
                    .checked_shr(first + count)
                    .map_or(0, |rest| rest.checked_shl(first + count).unwrap_or(0));
                let to = [&mut all.x, &mut all.values, &mut all.right, &mut all.down];
                for (all, own) in to.into_iter().zip([middles, &every, &right, &down]) {
                    all.extend_from_slice(own.get(cells.clone()).unwrap_or_default());
                }
            }
            all.y.resize(all.x.len(), y_of_row);
        }
        all
    }

    pub(super) fn len(&self) -> usize {
        self.x.len()
    }
}

/// Two pictures to be laid over each other.
pub(super) struct Pair<'a> {
    pub(super) a: &'a Field,
    pub(super) b: &'a Field,
}

impl Pair<'_> {
    /// The cells that lie in both pictures, every `step`-th (1 or 2) of each row and column.
    pub(super) fn points(&self, map: &Map, step: usize) -> Points {
        let cells = Cells::of(self.a, map, step);
        let (b, dx, dy) = self.b.read(&cells.right, &cells.down);
        let (x, y, a) = (cells.x, cells.y, cells.values);
        let mut points = Points { x, y, a, b, dx, dy };
        points.leave_clipped();
        points
    }

    /// Improves a fit by at most `rounds` steps, along the axes ([`AXES`]) or in all ([`PLANE`]).
    pub(super) fn improve<const N: usize>(
        &self,
        mut fit: Fit,
        rounds: usize,
        step: usize,
    ) -> Option<Fit> {
        for _ in 0..rounds {
            let points = self.points(&fit.map, step);
            if points.len() < LEAST_CELLS {
                return None;
            }
            let off = points.differences(&fit);
            let scale = spread(&off);
            let weights = off.iter().map(|off| {
                let off = off / scale;
                let weight = 1.0 / (1.0 + off * off);
                weight * weight
            });
            let solved = normal::<N>(&fit, &points, weights).solve()?;
            let (moves, light) = solved.split_at_checked(N - LIGHT)?;
            let mut moved = 0.0_f32;
            for (value, step) in fit.map.0.iter_mut().zip(moves) {
                // Longer steps leave the range where the slope says anything.
                let step = step.clamp(-0.12, 0.12);
                *value += step;
                moved = moved.max(step.abs());
            }
            let &[gain, curve, offset, _] = light else {
                return None;
            };
            (fit.gain, fit.curve) = (gain.clamp(0.1, 10.0), curve.clamp(-0.6, 0.6));
            fit.offset = offset;
            if moved < 1e-3 {
                break;
            }
        }
        Some(fit)
    }
}

/// The normal equations of the next step.
fn normal<const N: usize>(
    fit: &Fit,
    points: &Points,
    weights: impl Iterator<Item = f32>,
) -> Normal<N> {
    let mut equations = Equations::<N>::new(points.len());
    equations.weigh(weights);
    let slopes = |of: &[f32]| -> Vec<f32> {
        let cells = |b| fit.slope(b) * SIDE as f32 / 2.0;
        let slopes = of.iter().zip(&points.b);
        slopes.map(|(slope, b)| slope * cells(*b)).collect()
    };
    let (dx, dy) = (slopes(&points.dx), slopes(&points.dy));
    let (x, y) = (&points.x, &points.y);
    equations.put(0, times(&dx, x));
    equations.put(1, dx.iter().copied());
    equations.put(2, times(&dy, y));
    equations.put(3, dy.iter().copied());
    if N == PLANE {
        equations.put(4, times(&dx, y));
        equations.put(5, times(&dy, x));
        let bends = times(&dx, x).zip(times(&dy, y));
        let bends: Vec<f32> = bends.map(|(across, down)| across + down).collect();
        equations.put(6, times(&bends, x));
        equations.put(7, times(&bends, y));
    }
    let light = N - LIGHT;
    equations.put(light, points.b.iter().copied());
    equations.put(light + 1, points.b.iter().map(|b| bow(*b)));
    equations.put(light + 2, points.b.iter().map(|_| 1.0));
    equations.put(light + 3, points.a.iter().copied());
    equations.normal()
}

fn times(a: &[f32], b: &[f32]) -> impl Iterator<Item = f32> {
    a.iter().zip(b).map(|(a, b)| a * b)
}

/// How far the values usually are off: 2.5 robust standard deviations, at least one grey level.
pub(super) fn spread(off: &[f32]) -> f32 {
    let mut off: Vec<f32> = off.iter().map(|off| off.abs()).collect();
    let half = off.len() / 2;
    let (_, median, _) = off.select_nth_unstable_by(half, f32::total_cmp);
    (2.5 * 1.4826 * *median).max(1.0)
}

/// Gain, offset and Pearson's correlation of the points for which `good` holds, all weighing the same.
pub(super) fn correlate(points: &Points, good: impl Fn(usize) -> bool) -> (f32, f32, f32) {
    let pairs = points.a.iter().zip(&points.b).enumerate();
    let pairs = pairs.filter(|(at, _)| good(*at)).map(|(_, pair)| pair);
    let (mut n, mut a, mut b) = (0.0, 0.0, 0.0);
    for (own, other) in pairs.clone() {
        (n, a, b) = (n + 1.0, a + own, b + other);
    }
    let n = f32::max(n, 1.0);
    let (a, b) = (a / n, b / n);
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (own, other) in pairs {
        let (da, db) = (own - a, other - b);
        aa += da * da;
        bb += db * db;
        ab += da * db;
    }
    let gain = ab / f32::max(bb, 1e-6);
    (gain, a - gain * b, ab / f32::sqrt(aa * bb).max(1e-6))
}

/// Squared differences, those of outliers cut; the mean.
pub(super) fn misfit(off: &[f32], scale: f32) -> f32 {
    let most = 1.2 * scale;
    let squares = off.iter().map(|off| {
        let off = off.abs().min(most);
        off * off
    });
    squares.sum::<f32>() / off.len().max(1) as f32
}

/// Displacement in cells, root mean square, that stretch and shift along the axes leave over.
pub(super) fn warp(map: &Map, points: &Points) -> f32 {
    let left = |place: &dyn Fn(&Point) -> (f32, f32)| {
        let n = points.len().max(1) as f32;
        let (mut x, mut u, mut xx, mut xu, mut uu) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for point in points.iter() {
            let (at, moved) = place(&point);
            x += at;
            u += moved;
            xx += at * at;
            xu += at * moved;
            uu += moved * moved;
        }
        let (xx, xu, uu) = (xx - x * x / n, xu - x * u / n, uu - u * u / n);
        ((uu - xu * xu / f32::max(xx, 1e-6)) / n).max(0.0)
    };
    let across = left(&|p| (p.x, map.at(p.x, p.y).0 - p.x));
    let down = left(&|p| (p.y, map.at(p.x, p.y).1 - p.y));
    (across + down).sqrt() * SIDE as f32 / 2.0
}
