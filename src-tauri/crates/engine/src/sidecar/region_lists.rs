//! The lists in which programs keep regions: of the Metadata Working Group, IPTC and Microsoft.

use xmp_toolkit::XmpMeta;

use super::read::value;
use super::{Frame, Region, RegionKind, SidecarError, Turn, kit, languages};

/// Regions of one source, at most.
const MAX_REGIONS: usize = 500;

/// Of the Metadata Working Group.
pub(super) const MWG: &str = "Regions/mwg-rs:RegionList";
/// Of IPTC.
pub(super) const IPTC: &str = "ImageRegion";
const MICROSOFT: &str = "RegionInfo/MPRI:Regions";

/// Regions with their places in a list, from one on.
type Placed = Vec<(usize, Region)>;

/// Namespace and path of each list, with what is in it.
fn lists(meta: &XmpMeta) -> [(&'static str, &'static str, Placed); 3] {
    [
        (kit::REGIONS, MWG, mwg(meta)),
        (kit::IPTC_EXT, IPTC, iptc(meta)),
        (kit::MICROSOFT_PEOPLE, MICROSOFT, microsoft(meta)),
    ]
}

pub(super) fn regions(meta: &XmpMeta) -> Vec<Region> {
    let mut found: Vec<Region> = Vec::new();
    let all = lists(meta).into_iter().flat_map(|(_, _, list)| list);
    for (_, region) in all.take(MAX_REGIONS) {
        let is_again =
            |known: &Region| is_again(&known.name, known.area, &region.name, region.area);
        if !found.iter().any(is_again) {
            found.push(region);
        }
    }
    found
}

/// Whether a region is one that is known: programs write the same face into several lists.
fn is_again(
    known: &Option<String>,
    known_area: [f64; 4],
    name: &Option<String>,
    area: [f64; 4],
) -> bool {
    overlap(known_area, area) > 0.8 && (known == name || name.is_none())
}

/// Takes regions, each by its name and upright area, out of every list. Answers whether there were any.
///
/// # Errors
/// [`SidecarError::Kit`].
pub(super) fn remove(
    meta: &mut XmpMeta,
    gone: &[(Option<String>, [f64; 4])],
    turn: Turn,
) -> Result<bool, SidecarError> {
    let is_gone = |region: &Region| {
        turn.upright(region).is_some_and(|area| {
            gone.iter()
                .any(|(name, gone)| is_again(name, *gone, &region.name, area))
        })
    };
    let mut has_removed = false;
    for (space, path, list) in lists(meta) {
        let gone = list.iter().filter(|(_, region)| is_gone(region));
        let places: Vec<usize> = gone.map(|(place, _)| *place).collect();
        // From behind, so that the places of the others stay.
        for place in places.iter().rev() {
            meta.delete_array_item(space, path, i32::try_from(*place).unwrap_or(i32::MAX))?;
        }
        if !places.is_empty() {
            has_removed = true;
            if meta.array_len(space, path) == 0 {
                meta.delete_property(space, path)?;
            }
        }
    }
    Ok(has_removed)
}

/// Whether two areas, each left, top, width and height, are one that was written and read again.
#[must_use]
pub fn is_same_area(a: [f64; 4], b: [f64; 4]) -> bool {
    overlap(a, b) > 0.95
}

/// How much of two areas is in both, 0 … 1.
pub(super) fn overlap(a: [f64; 4], b: [f64; 4]) -> f64 {
    let [ax, ay, aw, ah] = a;
    let [bx, by, bw, bh] = b;
    let width = ((ax + aw).min(bx + bw) - ax.max(bx)).max(0.0);
    let height = ((ay + ah).min(by + bh) - ay.max(by)).max(0.0);
    let both = width * height;
    let either = aw * ah + bw * bh - both;
    if either > 0.0 { both / either } else { 0.0 }
}

/// The frame of the regions of the Metadata Working Group.
pub(super) fn mwg_frame(meta: &XmpMeta) -> Frame {
    let side = |name: &str| {
        let path = format!("Regions/mwg-rs:AppliedToDimensions/stDim:{name}");
        value(meta, kit::REGIONS, &path)?.parse::<f64>().ok()
    };
    match (side("w"), side("h")) {
        (Some(width), Some(height)) if width > 0.0 && height > 0.0 => Frame::Sized(width, height),
        _ => Frame::Stored,
    }
}

fn mwg(meta: &XmpMeta) -> Placed {
    let frame = mwg_frame(meta);
    let count = meta.array_len(kit::REGIONS, MWG);
    let one = |n: usize| -> Option<(usize, Region)> {
        let at = format!("{MWG}[{n}]");
        let text = |field: &str| value(meta, kit::REGIONS, &format!("{at}/mwg-rs:{field}"));
        let number = |field: &str| -> Option<f64> {
            let path = format!("{at}/mwg-rs:Area/stArea:{field}");
            value(meta, kit::REGIONS, &path)?.parse().ok()
        };
        let is_pixels = value(meta, kit::REGIONS, &format!("{at}/mwg-rs:Area/stArea:unit"))
            .as_deref()
            == Some("pixel");
        let (wide, high) = match frame {
            Frame::Sized(wide, high) if is_pixels => (wide, high),
            _ => (1.0, 1.0),
        };
        let (w, h) = match number("d") {
            Some(across) => (across, across),
            None => (number("w")?, number("h")?),
        };
        let (x, y) = (number("x")? - w / 2.0, number("y")? - h / 2.0);
        let region = Region {
            kind: match text("Type").as_deref() {
                Some("Face") => RegionKind::Face,
                Some("Pet") => RegionKind::Pet,
                Some("Focus") => RegionKind::Focus,
                Some("BarCode") => RegionKind::BarCode,
                _ => RegionKind::Object,
            },
            name: text("Name"),
            area: [x / wide, y / high, w / wide, h / high],
            frame,
        };
        Some((n, region))
    };
    (1..=count.min(MAX_REGIONS)).filter_map(one).collect()
}

/// # Source
/// IPTC Photo Metadata Standard 2019.1, "Image Region": a rectangle's corner is its top left.
fn iptc(meta: &XmpMeta) -> Placed {
    let count = meta.array_len(kit::IPTC_EXT, IPTC);
    let one = |n: usize| -> Option<(usize, Region)> {
        let at = format!("{IPTC}[{n}]");
        let text = |field: &str| value(meta, kit::IPTC_EXT, &format!("{at}/Iptc4xmpExt:{field}"));
        let edge = |field: &str| text(&format!("RegionBoundary/Iptc4xmpExt:{field}"));
        let number = |field: &str| edge(field)?.parse::<f64>().ok();
        let is_fraction = edge("RbUnit").as_deref() == Some("relative");
        if edge("RbShape").as_deref() != Some("rectangle") || !is_fraction {
            return None;
        }
        let name = format!("{at}/Iptc4xmpExt:Name");
        let name = languages::text(meta, kit::IPTC_EXT, &name);
        let person = text("PersonInImage[1]");
        let region = Region {
            kind: match person {
                Some(_) => RegionKind::Face,
                None => RegionKind::Object,
            },
            name: person.or(name),
            area: [
                number("RbX")?,
                number("RbY")?,
                number("RbW")?,
                number("RbH")?,
            ],
            frame: Frame::Stored,
        };
        Some((n, region))
    };
    (1..=count.min(MAX_REGIONS)).filter_map(one).collect()
}

fn microsoft(meta: &XmpMeta) -> Placed {
    let count = meta.array_len(kit::MICROSOFT_PEOPLE, MICROSOFT);
    let one = |n: usize| -> Option<(usize, Region)> {
        let text = |field: &str| {
            let path = format!("{MICROSOFT}[{n}]/MPReg:{field}");
            value(meta, kit::MICROSOFT_PEOPLE, &path)
        };
        let numbers = text("Rectangle")?;
        let numbers = numbers.split(',').map(|n| n.trim().parse().ok());
        let area: Vec<f64> = numbers.collect::<Option<_>>()?;
        let region = Region {
            kind: RegionKind::Face,
            name: text("PersonDisplayName"),
            area: area.try_into().ok()?,
            frame: Frame::Stored,
        };
        Some((n, region))
    };
    (1..=count.min(MAX_REGIONS)).filter_map(one).collect()
}
