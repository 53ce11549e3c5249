//! Lays one raster over another: where it lies, how much brighter it is, what differs.
//!
//! Gauss–Newton on the grey values with gain and offset, weighted so that a part that differs (a
//! text, a thing that moved) pulls nothing.
//!
//! # Source
//! Lucas & Kanade, "An iterative image registration technique" (IJCAI 1981); Baker & Matthews,
//! "Lucas–Kanade 20 years on" (IJCV 2004); weights of Geman & McClure (1987).

use super::field::{Field, Sample};
use super::raster::{Frame, SIDE};
use super::solve::Normal;

/// Length of an equation for a move along the axes: stretch and shift of both, three unknowns of
/// the light, and a 0.
pub(super) const AXES: usize = 4 + LIGHT;
/// Of one with rotation, shear and perspective too.
pub(super) const PLANE: usize = MOVES + LIGHT;
/// Unknowns of a map.
const MOVES: usize = 8;
/// Gain, curve, offset and the 0.
const LIGHT: usize = 4;

/// A map of the first picture's places to the second's, both −1 … 1 from side to side.
///
/// `u = (1+p0)x + p1 + p4 y + p6 x² + p7 xy`, `v = (1+p2)y + p3 + p5 x + p6 xy + p7 y²`:
/// a homography to the second order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Map(pub(super) [f32; MOVES]);

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

    #[inline]
    pub(super) fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let [sx, tx, sy, ty, ry, rx, px, py] = self.0;
        let bend = px * x + py * y;
        (
            x + sx * x + tx + ry * y + bend * x,
            y + sy * y + ty + rx * x + bend * y,
        )
    }
}

/// The middle of a cell, −1 … 1.
pub(super) fn middle(cell: usize) -> f32 {
    (2.0 * cell as f32 + 1.0) / SIDE as f32 - 1.0
}

/// A place −1 … 1 in cells.
#[inline]
fn cells(place: f32) -> f32 {
    (place + 1.0) * (SIDE as f32 / 2.0) - 0.5
}

/// Whether a value may stand for any lighter or darker one.
#[inline]
fn clipped(value: f32) -> bool {
    !(2.0..=251.0).contains(&value)
}

/// One compared cell.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) a: f32,
    pub(super) b: Sample,
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
    pub(super) fn difference(&self, point: &Point) -> f32 {
        let b = point.b.value;
        point.a - self.gain * b - self.curve * bow(b) - self.offset
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

/// Two pictures to be laid over each other.
pub(super) struct Pair<'a> {
    pub(super) a: &'a Field,
    pub(super) b: &'a Field,
}

impl Pair<'_> {
    /// The cells that lie in both pictures, every `step`-th of each row and column.
    pub(super) fn points(&self, map: &Map, step: usize) -> Vec<Point> {
        let mut points = Vec::with_capacity(SIDE * SIDE / (step * step));
        // Half a cell from the border the next cell is mixed in.
        let inside = |place: f32| place.abs() < 1.0 - 0.9 / SIDE as f32;
        let rows = self.a.middles().chunks_exact(SIDE).enumerate();
        for (row, values) in rows.step_by(step) {
            let y = middle(row);
            for (column, &a) in values.iter().enumerate().step_by(step) {
                let x = middle(column);
                let (u, v) = map.at(x, y);
                if inside(u) && inside(v) && !clipped(a) {
                    let b = self.b.sample(cells(u), cells(v));
                    if !clipped(b.value) {
                        points.push(Point { x, y, a, b });
                    }
                }
            }
        }
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
            if points.len() < 40 {
                return None;
            }
            let scale = spread(&fit, &points);
            let mut normal = Normal::<N>::new();
            for point in &points {
                let off = fit.difference(point) / scale;
                let weight = 1.0 / (1.0 + off * off);
                normal.add(&equation(&fit, point), point.a, weight * weight);
            }
            let solved = normal.solve()?;
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

/// The line of the normal equations that a point gives.
#[inline]
fn equation<const N: usize>(fit: &Fit, point: &Point) -> [f32; N] {
    let value = point.b.value;
    let cells = fit.slope(value) * SIDE as f32 / 2.0;
    let (dx, dy) = (point.b.dx * cells, point.b.dy * cells);
    let (x, y) = (point.x, point.y);
    let bend = dx * x + dy * y;
    let moves = [dx * x, dx, dy * y, dy, dx * y, dy * x, bend * x, bend * y];
    let mut row = [0.0; N];
    let (map, light) = row.split_at_mut(N - LIGHT);
    map.iter_mut().zip(moves).for_each(|(to, from)| *to = from);
    let values = [value, bow(value), 1.0];
    light
        .iter_mut()
        .zip(values)
        .for_each(|(to, from)| *to = from);
    row
}

/// How far the values usually are off: 2.5 robust standard deviations, at least one grey level.
pub(super) fn spread(fit: &Fit, points: &[Point]) -> f32 {
    let mut off: Vec<f32> = points.iter().map(|p| fit.difference(p).abs()).collect();
    let half = off.len() / 2;
    let (_, median, _) = off.select_nth_unstable_by(half, f32::total_cmp);
    (2.5 * 1.4826 * *median).max(1.0)
}

/// Gain, offset and Pearson's correlation of the points, all weighing the same.
pub(super) fn correlate(points: &[Point]) -> (f32, f32, f32) {
    let n = points.len().max(1) as f32;
    let mean = |of: &dyn Fn(&Point) -> f32| points.iter().map(of).sum::<f32>() / n;
    let (a, b) = (mean(&|p| p.a), mean(&|p| p.b.value));
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for point in points {
        let (da, db) = (point.a - a, point.b.value - b);
        aa += da * da;
        bb += db * db;
        ab += da * db;
    }
    let gain = ab / bb.max(1e-6);
    (gain, a - gain * b, ab / (aa * bb).sqrt().max(1e-6))
}

/// Squared differences, those of outliers cut; the mean.
pub(super) fn misfit(fit: &Fit, points: &[Point], scale: f32) -> f32 {
    let most = 1.2 * scale;
    let squares = points.iter().map(|p| {
        let off = fit.difference(p).abs().min(most);
        off * off
    });
    squares.sum::<f32>() / points.len().max(1) as f32
}

/// Displacement in cells, root mean square, that stretch and shift along the axes leave over.
pub(super) fn warp(map: &Map, points: &[Point]) -> f32 {
    let left = |place: &dyn Fn(&Point) -> (f32, f32)| {
        let n = points.len().max(1) as f32;
        let (mut x, mut u, mut xx, mut xu, mut uu) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for point in points {
            let (at, moved) = place(point);
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
