//! Says how surely two prints show the same picture.

use super::align::{
    AXES, Cells, Fit, LEAST_CELLS, Map, PLANE, Pair, Points, correlate, misfit, spread, warp,
};
use super::field::{COARSE, Field};
use super::meet::{Meeting, agreement, meetings, rough_agreement};
use super::moved::moved;
use super::orient::{inverse, turned};
use super::prepared::Prepared;
use super::print::Print;
use super::raster::{AREA, SIDE};

/// Two prints at least this alike show the same picture; the module's documentation has the
/// curve it comes from.
pub const THRESHOLD: f32 = 0.9;

/// How alike two prints are, and how the second lies relative to the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// 0 … 1; from [`THRESHOLD`] on the same picture.
    pub similarity: f32,
    /// The EXIF orientation, 1 … 8, that turns the second picture the way the first lies.
    pub orientation: u8,
}

impl Likeness {
    const NONE: Self = Self {
        similarity: 0.0,
        orientation: 1,
    };
}

/// Signs of 60 in which parts of two copies may differ: of 10,330 pairs none does in more than 9.
const MOST_DIFFERENT: u32 = 14;
/// Agreement of the lowest frequencies of two parts below which nothing else is looked at.
const LEAST_ROUGH: f32 = 0.7;
/// Agreement of two parts below which the pictures have nothing in common.
const LEAST_AGREEMENT: f32 = 0.62;
/// Agreement of two parts that lie nearly as they should.
const GOOD_AGREEMENT: f32 = 0.97;
/// Meetings that are looked at.
const MEETINGS: usize = 2;
/// Correlation of a start below which two pictures have nothing in common.
const LEAST_COARSE: f32 = 0.7;
/// Correlation of a start that needs no better one.
const GOOD_START: f32 = 0.97;
/// Correlation of a fit, without outliers, below which the last steps cannot save it.
const LEAST_ROBUST: f32 = 0.7;
/// Correlation that leaves no room for a warp of 0.03 cells.
const IDENTICAL: f32 = 0.9999;
/// Similarity from which a pair is compared the other way round as well.
const DOUBTFUL: f32 = 0.7;
/// Warp, in cells, that is looked at twice.
const SUSPICIOUS: f32 = 0.03;
/// Gain of a fit from which a small warp is sure.
const SURE: f32 = 0.07;
/// Part of the raster that has to lie in both.
const LEAST_OVERLAP: f32 = 0.3;

/// Compares two prints in all eight orientations; the order of the two does not matter, but that
/// the orientation is the other's inverse.
#[must_use]
pub fn likeness(a: &Print, b: &Print) -> Likeness {
    compared(&Prepared::new(a), &Prepared::new(b))
}

pub(super) fn compared(a: &Prepared<'_>, b: &Prepared<'_>) -> Likeness {
    // The fit is not the same both ways to the last bit, so one way is taken.
    if a.print.raster.0 < b.print.raster.0 {
        let found = compared(b, a);
        return Likeness {
            orientation: inverse(found.orientation),
            ..found
        };
    }
    let one_way = weigh(laid(a, b));
    if !(DOUBTFUL..THRESHOLD).contains(&one_way.similarity) {
        return one_way;
    }
    // The finer picture can be laid over the coarser or the other way; one may fit better.
    let back = weigh(laid(b, a));
    if back.similarity <= one_way.similarity {
        return one_way;
    }
    Likeness {
        orientation: inverse(back.orientation),
        ..back
    }
}

fn weigh(laid: Option<(Evidence, Fit)>) -> Likeness {
    laid.map_or(Likeness::NONE, |(evidence, _)| Likeness {
        similarity: evidence.similarity(),
        orientation: evidence.orientation,
    })
}

/// What a likeness rests on.
#[derive(Clone, Copy, Debug)]
pub struct Evidence {
    /// The EXIF orientation that turns the second picture the way the first lies.
    pub orientation: u8,
    /// Correlation of the blurred pictures once laid over each other.
    pub coarse: f32,
    /// Part of the first raster that lies in both.
    pub overlap: f32,
    /// Correlation of what is not an outlier.
    pub robust: f32,
    /// Displacement that stretch and shift do not explain: rotation, shear, perspective. Root
    /// mean square, in cells.
    pub warp: f32,
    /// How much better the fit is with it, 0 … 1 of the squared differences.
    pub gain: f32,
    /// How far each picture reaches beyond the other, part of a side.
    pub outside: f32,
    /// Part of the compared cells that differs.
    pub differing: f32,
    /// How much of that is found elsewhere in the other picture, 0 … 1.
    pub moved: f32,
    /// How much of that is of one sign, 0 … 1.
    pub one_sided: f32,
    /// Pixels on the long side of the smaller picture, as far as it is known.
    pub pixels: f32,
}

impl Evidence {
    /// Weighs what speaks against the same picture; 1 where nothing does.
    #[must_use]
    pub fn similarity(&self) -> f32 {
        let square = |value: f32| value * value;
        // Of few pixels it can be told less exactly where a picture lies.
        let loose = 1.0 + (64.0 / self.pixels.max(16.0) - 0.5).max(0.0);
        let warp = square(self.warp / (0.055 * loose));
        // A small warp that fits no better is the fit's own uncertainty.
        let small = self.warp < 0.2 * loose;
        let sure = if small {
            (self.gain / SURE).clamp(0.0, 1.0)
        } else {
            1.0
        };
        let beside = square(self.outside / (0.008 * loose)).min(1.0);
        let frames = sure * (warp + 2.0 * beside * (3.0 * warp).min(1.0));
        let apart = (1.0 - self.robust) / 0.04;
        // What is laid over a picture is mostly lighter or mostly darker than it.
        let found = self.moved / (0.35 + 0.3 * self.one_sided.powi(3));
        let motion = (self.differing / 0.03).min(1.0) * square(square(found));
        1.0 / (1.0 + (frames + apart + motion) / 9.0)
    }
}

impl Evidence {
    /// Takes another look at the warp, if that makes less of it.
    ///
    /// Where a change turned colours into other greys, the greys alone seem warped, the edges not;
    /// at the border of a crop it is the other way round. Another frame is warped in both.
    fn doubt(&mut self, other: Option<(f32, f32)>) {
        let weight = |warp: f32, gain: f32| warp * warp * (gain / SURE).clamp(0.0, 1.0);
        if let Some((warp, gain)) = other
            && weight(warp, gain) < weight(self.warp, self.gain)
        {
            (self.warp, self.gain) = (warp, gain);
        }
    }
}

/// Lays the second print over the first as well as it goes; none where they have nothing in
/// common.
#[must_use]
pub fn evidence(a: &Print, b: &Print) -> Option<Evidence> {
    let laid = laid(&Prepared::new(a), &Prepared::new(b));
    laid.map(|(evidence, _)| evidence)
}

/// As [`evidence`], with where the second lies.
pub(super) fn laid(a: &Prepared<'_>, b: &Prepared<'_>) -> Option<(Evidence, Fit)> {
    if a.print.is_plain() || b.print.is_plain() {
        return None;
    }
    let near = meetings(a.print, b.print).into_iter();
    let near = near.filter(|meeting| meeting.distance <= MOST_DIFFERENT);
    let near = near.take(MEETINGS);
    let near = near.filter(|meeting| rough_agreement(a.print, b.print, meeting) >= LEAST_ROUGH);
    let agreed = near.map(|meeting| (agreement(a, b, &meeting), meeting));
    let mut agreed: Vec<(f32, Meeting)> = agreed
        .filter(|(agreement, _)| *agreement >= LEAST_AGREEMENT)
        .collect();
    agreed.sort_by(|x, y| y.0.total_cmp(&x.0));
    let &(agreement, meeting) = agreed.first()?;

    let pixels = a.print.long_side().min(b.print.long_side());
    let mut best: Option<Start> = None;
    if agreement > GOOD_AGREEMENT {
        let other = Field::of(&turned(b.raster(), SIDE, meeting.orientation), 0);
        let pair = Pair {
            a: a.sharp(),
            b: &other,
        };
        best = begin(&pair, &meeting).filter(|start| start.coarse > GOOD_START);
    }
    if best.is_none() {
        for (_, meeting) in &agreed {
            if Cells::of(a.blurred(), &meeting.map(), 2).len() < LEAST_CELLS {
                continue;
            }
            let other = Field::of(&turned(b.raster(), SIDE, meeting.orientation), COARSE);
            let pair = Pair {
                a: a.blurred(),
                b: &other,
            };
            best = better(best, improved(&pair, meeting));
            if best.as_ref().is_some_and(|best| best.coarse > GOOD_START) {
                break;
            }
        }
    }
    let best = best.filter(|best| best.coarse >= LEAST_COARSE)?;
    let other = turned(b.raster(), SIDE, best.orientation);
    let field = Field::of(&other, 0);
    let pair = Pair {
        a: a.sharp(),
        b: &field,
    };
    let (mut found, fit) = measure(&pair, &best, pixels)?;
    if found.warp > SUSPICIOUS {
        let (own, other) = (Field::of_detail(a.raster()), Field::of_detail(&other));
        let pair = Pair { a: &own, b: &other };
        let (gain, curve, offset) = (1.0, 0.0, 0.0);
        let fit = Fit {
            gain,
            curve,
            offset,
            ..fit
        };
        let fit = pair.improve::<AXES>(fit, 4, 1);
        found.doubt(fit.and_then(|fit| planar(&pair, fit)));
    }
    Some((found, fit))
}

/// A fit to begin with.
struct Start {
    fit: Fit,
    coarse: f32,
    orientation: u8,
}

fn better(a: Option<Start>, b: Option<Start>) -> Option<Start> {
    [a, b]
        .into_iter()
        .flatten()
        .max_by(|a, b| a.coarse.total_cmp(&b.coarse))
}

/// The fit that two parts that meet give.
fn begin(pair: &Pair<'_>, meeting: &Meeting) -> Option<Start> {
    let map = meeting.map();
    let points = pair.points(&map, 2);
    if points.len() < LEAST_CELLS {
        return None;
    }
    let (gain, offset, coarse) = correlate(&points, |_| true);
    let fit = Fit {
        map,
        gain: gain.max(0.1),
        curve: 0.0,
        offset,
    };
    let orientation = meeting.orientation;
    Some(Start {
        fit,
        coarse,
        orientation,
    })
}

/// That fit, improved.
fn improved(pair: &Pair<'_>, meeting: &Meeting) -> Option<Start> {
    let start = begin(pair, meeting)?;
    let fit = pair.improve::<AXES>(start.fit, 5, 2)?;
    let (_, _, coarse) = correlate(&pair.points(&fit.map, 2), |_| true);
    Some(Start {
        fit,
        coarse,
        ..start
    })
}

/// Takes the last steps and measures what is left.
fn measure(pair: &Pair<'_>, start: &Start, pixels: f32) -> Option<(Evidence, Fit)> {
    // Every fourth cell tells nearly where it lies; the last steps take all.
    let fit = pair.improve::<AXES>(start.fit, 5, 2)?;
    if robust(&fit, &pair.points(&fit.map, 2)) < LEAST_ROBUST {
        return None;
    }
    let fit = pair.improve::<AXES>(fit, 3, 1)?;
    let points = pair.points(&fit.map, 1);
    let overlap = points.len() as f32 / AREA as f32;
    if overlap < LEAST_OVERLAP {
        return None;
    }
    let off = points.differences(&fit);
    let scale = spread(&off);
    let robust = robust(&fit, &points);
    let limit = 1.5 * scale + 6.0;
    let outliers = off.iter().filter(|off| off.abs() > limit);
    let (count, sum, all) = outliers.fold((0, 0.0, 0.0), |(count, sum, all), off| {
        (count + 1, sum + off, all + off.abs())
    });
    let one_sided = if count == 0 { 1.0 } else { f32::abs(sum) / all };
    let sure = robust > IDENTICAL && count == 0;
    let looked = if sure { None } else { planar(pair, fit) };
    let (warp, gain) = looked.unwrap_or((0.0, 0.0));
    let evidence = Evidence {
        orientation: start.orientation,
        coarse: start.coarse,
        overlap,
        robust,
        warp,
        gain,
        outside: outside(&fit.map),
        differing: count as f32 / points.len() as f32,
        moved: if count == 0 {
            0.0
        } else {
            moved(&off, &points, limit)
        },
        one_sided,
        pixels,
    };
    Some((evidence, fit))
}

/// Correlation of what is not an outlier.
fn robust(fit: &Fit, points: &Points) -> f32 {
    let off = points.differences(fit);
    let most = 1.2 * spread(&off);
    correlate(points, |at| off.get(at).is_some_and(|off| off.abs() < most)).2
}

/// Fits rotation and perspective too; the warp and how much better that fits.
fn planar(pair: &Pair<'_>, fit: Fit) -> Option<(f32, f32)> {
    let points = pair.points(&fit.map, 1);
    let off = points.differences(&fit);
    let scale = spread(&off);
    let before = misfit(&off, scale);
    let full = pair.improve::<PLANE>(fit, 3, 1)?;
    let points = pair.points(&full.map, 1);
    let after = misfit(&points.differences(&full), scale);
    Some((warp(&full.map, &points), 1.0 - after / before.max(1e-6)))
}

/// How far both pictures reach beyond each other: the lesser of the two, part of a side.
///
/// A crop or a border lies inside or around the other picture, the next frame beside it.
fn outside(map: &Map) -> f32 {
    let ((left, top), (right, bottom)) = (map.at(-1.0, -1.0), map.at(1.0, 1.0));
    let beyond = [-1.0 - left, right - 1.0, -1.0 - top, bottom - 1.0];
    let ours = beyond.into_iter().fold(0.0, f32::max);
    let theirs = beyond.into_iter().fold(0.0, |least: f32, v| least.max(-v));
    ours.min(theirs) / 2.0
}
