//! Brings a packet to what is wanted of it, and touches nothing that says it already.

use xmp_toolkit::{XmpMeta, XmpValue};

use super::kit;
use super::read::{items, said};
use super::region_lists::{IPTC, MWG, is_same_area, mwg_frame};
use super::regions::{Frame, Turn};
use super::{RegionKind, SidecarError, Wanted, keywords, languages};

/// What changes in a packet, by namespace and name: nothing else may.
pub(super) const OWNED: [(&str, &str); 8] = [
    (kit::DC, "dc:subject"),
    (kit::LIGHTROOM, "lr:hierarchicalSubject"),
    (kit::DIGIKAM, "digiKam:TagsList"),
    (kit::MICROSOFT, "MicrosoftPhoto:LastKeywordXMP"),
    (kit::XMP, "xmp:Rating"),
    (kit::XMP, "xmp:Label"),
    (kit::XMP, "xmp:MetadataDate"),
    (kit::DC, "dc:description"),
];

/// Changes a packet. Answers whether anything had to be changed, or was before.
///
/// # Errors
/// [`SidecarError::Kit`].
pub(super) fn apply(
    meta: &mut XmpMeta,
    wanted: &Wanted,
    turn: Turn,
    now: &str,
    was_changed: bool,
) -> Result<bool, SidecarError> {
    let before = said(meta);
    let mut changed = was_changed;
    if before.rating != wanted.rating {
        let stars = wanted.rating.map(|stars| stars.to_string());
        set(meta, kit::XMP, "Rating", stars.as_deref())?;
        changed = true;
    }
    if before.label != wanted.label {
        set(meta, kit::XMP, "Label", wanted.label.as_deref())?;
        changed = true;
    }
    // Without a default the first language is the caption, which is not ours to remove.
    let caption = match wanted.caption {
        Some(_) => before.caption,
        None => languages::in_default(meta, kit::DC, "description"),
    };
    if caption != wanted.caption {
        languages::set_default(meta, kit::DC, "description", wanted.caption.as_deref())?;
        changed = true;
    }
    if !same_tags(before.keywords.as_deref().unwrap_or_default(), &wanted.tags) {
        tags(
            meta,
            before.keywords.as_deref().unwrap_or_default(),
            &wanted.tags,
        )?;
        changed = true;
    }
    for (kind, name, area) in &wanted.regions {
        let is_there = before.regions.iter().any(|known| {
            let known_area = turn.upright(known);
            known.name == *name && known_area.is_some_and(|known| is_same_area(known, *area))
        });
        if !is_there {
            match kind {
                RegionKind::Object => thing(meta, name.as_deref(), *area, turn)?,
                kind => face(meta, *kind, name.as_deref(), *area, turn)?,
            }
            changed = true;
        }
    }
    if changed {
        set(meta, kit::XMP, "MetadataDate", Some(now))?;
    }
    Ok(changed)
}

fn same_tags(before: &[String], wanted: &[String]) -> bool {
    let lower = |list: &[String]| {
        let mut list: Vec<String> = list.iter().map(|tag| tag.to_lowercase()).collect();
        list.sort();
        list
    };
    lower(before) == lower(wanted)
}

fn set(
    meta: &mut XmpMeta,
    space: &str,
    path: &str,
    value: Option<&str>,
) -> Result<(), SidecarError> {
    match value {
        Some(value) => meta.set_property(space, path, &XmpValue::from(value))?,
        None => meta.delete_property(space, path)?,
    }
    Ok(())
}

/// Writes the lists in step. Flat words that are part of no tag that goes stay.
fn tags(meta: &mut XmpMeta, before: &[String], wanted: &[String]) -> Result<(), SidecarError> {
    let lower = |tag: &str| tag.to_lowercase();
    let part_of = |word: &str, tags: &[String]| {
        tags.iter().any(|tag| {
            lower(&keywords::by_bars(tag)) == lower(word)
                || tag
                    .split('/')
                    .any(|part| lower(&keywords::leaf(part)) == lower(word))
        })
    };
    let gone: Vec<String> = before
        .iter()
        .filter(|tag| !wanted.iter().any(|keep| lower(keep) == lower(tag)))
        .cloned()
        .collect();
    let keep_flat = |word: &str| !part_of(word, &gone) || part_of(word, wanted);
    let flat: Vec<String> = wanted.iter().map(|tag| keywords::leaf(tag)).collect();
    list(meta, kit::DC, "subject", false, &keep_flat, &flat)?;
    let by_bars: Vec<String> = wanted.iter().map(|tag| keywords::by_bars(tag)).collect();
    let is_kept = |list: &[String], item: &str| list.iter().any(|tag| lower(tag) == lower(item));
    let keep = |item: &str| is_kept(&by_bars, item);
    list(
        meta,
        kit::LIGHTROOM,
        "hierarchicalSubject",
        false,
        &keep,
        &by_bars,
    )?;
    let keep = |item: &str| is_kept(wanted, item);
    list(meta, kit::DIGIKAM, "TagsList", true, &keep, wanted)?;
    if meta.contains_property(kit::MICROSOFT, "LastKeywordXMP") {
        list(meta, kit::MICROSOFT, "LastKeywordXMP", false, &keep, wanted)?;
    }
    Ok(())
}

/// Takes items out of a list and puts those behind it that are not there.
fn list(
    meta: &mut XmpMeta,
    space: &str,
    name: &str,
    is_ordered: bool,
    keep: &dyn Fn(&str) -> bool,
    wanted: &[String],
) -> Result<(), SidecarError> {
    let mut there = items(meta, space, name);
    if meta.array_len(space, name) == 0 && !there.is_empty() {
        // One value stood for a list.
        meta.delete_property(space, name)?;
        there.retain(|item| keep(item));
        for item in &there {
            append(
                meta,
                space,
                name,
                is_ordered,
                &XmpValue::from(item.as_str()),
            )?;
        }
    }
    for at in (0..there.len()).rev() {
        if there.get(at).is_some_and(|item| !keep(item)) {
            let place = i32::try_from(at + 1).unwrap_or(i32::MAX);
            meta.delete_array_item(space, name, place)?;
            there.remove(at);
        }
    }
    for item in wanted {
        if !there
            .iter()
            .any(|known| known.to_lowercase() == item.to_lowercase())
        {
            append(
                meta,
                space,
                name,
                is_ordered,
                &XmpValue::from(item.as_str()),
            )?;
            there.push(item.clone());
        }
    }
    if there.is_empty() {
        meta.delete_property(space, name)?;
    }
    Ok(())
}

fn append(
    meta: &mut XmpMeta,
    space: &str,
    name: &str,
    is_ordered: bool,
    item: &XmpValue<String>,
) -> Result<(), SidecarError> {
    let list = XmpValue::from(name).set_is_array(true);
    let list = if is_ordered {
        list.set_is_ordered(true)
    } else {
        list
    };
    Ok(meta.append_array_item(space, &list, item)?)
}

fn structure() -> XmpValue<String> {
    XmpValue::from("").set_is_struct(true)
}

/// Adds a region of the Metadata Working Group, in the frame of those that are there.
fn face(
    meta: &mut XmpMeta,
    kind: RegionKind,
    name: Option<&str>,
    area: [f64; 4],
    turn: Turn,
) -> Result<(), SidecarError> {
    if !meta.contains_property(kit::REGIONS, "Regions") {
        let (width, height) = turn.stored_size();
        meta.set_property(kit::REGIONS, "Regions", &structure())?;
        let size = "Regions/mwg-rs:AppliedToDimensions";
        meta.set_property(kit::REGIONS, size, &structure())?;
        for (field, value) in [
            ("w", width.to_string()),
            ("h", height.to_string()),
            ("unit", "pixel".to_owned()),
        ] {
            set(
                meta,
                kit::REGIONS,
                &format!("{size}/stDim:{field}"),
                Some(&value),
            )?;
        }
    }
    let [x, y, w, h] = turn.into_frame(area, mwg_frame(meta));
    append(meta, kit::REGIONS, MWG, false, &structure())?;
    let at = format!("{MWG}[{}]", meta.array_len(kit::REGIONS, MWG));
    let kind = match kind {
        RegionKind::Pet => "Pet",
        RegionKind::Focus => "Focus",
        RegionKind::BarCode => "BarCode",
        RegionKind::Face | RegionKind::Object => "Face",
    };
    set(meta, kit::REGIONS, &format!("{at}/mwg-rs:Type"), Some(kind))?;
    if name.is_some() {
        set(meta, kit::REGIONS, &format!("{at}/mwg-rs:Name"), name)?;
    }
    meta.set_property(kit::REGIONS, &format!("{at}/mwg-rs:Area"), &structure())?;
    for (field, value) in [
        ("x", fraction(x + w / 2.0)),
        ("y", fraction(y + h / 2.0)),
        ("w", fraction(w)),
        ("h", fraction(h)),
        ("unit", "normalized".to_owned()),
    ] {
        let path = format!("{at}/mwg-rs:Area/stArea:{field}");
        set(meta, kit::REGIONS, &path, Some(&value))?;
    }
    Ok(())
}

/// Adds a region of IPTC's: the working group has no word for things.
fn thing(
    meta: &mut XmpMeta,
    name: Option<&str>,
    area: [f64; 4],
    turn: Turn,
) -> Result<(), SidecarError> {
    let [x, y, w, h] = turn.into_frame(area, Frame::Stored);
    append(meta, kit::IPTC_EXT, IPTC, false, &structure())?;
    let at = format!("{IPTC}[{}]", meta.array_len(kit::IPTC_EXT, IPTC));
    let edge = format!("{at}/Iptc4xmpExt:RegionBoundary");
    meta.set_property(kit::IPTC_EXT, &edge, &structure())?;
    for (field, value) in [
        ("RbShape", "rectangle".to_owned()),
        ("RbUnit", "relative".to_owned()),
        ("RbX", fraction(x)),
        ("RbY", fraction(y)),
        ("RbW", fraction(w)),
        ("RbH", fraction(h)),
    ] {
        set(
            meta,
            kit::IPTC_EXT,
            &format!("{edge}/Iptc4xmpExt:{field}"),
            Some(&value),
        )?;
    }
    if let Some(name) = name {
        let path = format!("{at}/Iptc4xmpExt:Name");
        languages::set_default(meta, kit::IPTC_EXT, &path, Some(name))?;
    }
    Ok(())
}

/// Six digits are a hundredth of a pixel of any camera.
fn fraction(value: f64) -> String {
    let text = format!("{value:.6}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short.is_empty() {
        "0".to_owned()
    } else {
        short.to_owned()
    }
}
