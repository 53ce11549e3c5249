//! Copies: found, grouped so that every two are alike, decided about and marked.

use std::fs;
use std::io::Cursor;

use ::image::codecs::jpeg::JpegEncoder;
use ::image::imageops::{self, FilterType};
use ::image::{ImageFormat, RgbImage};
use latent_engine::duplicates::{self, CopyKind, CopyQuery, Found, Rule};
use latent_engine::ids::PhotoId;
use latent_engine::store::review::{Decision, Mark};
use serde_json::json;

use crate::painter;
use crate::world::World;

/// A drawn picture, 480 × 320.
pub fn drawn(seed: u64) -> RgbImage {
    painter::picture(seed, 480, 320)
}

pub fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(picture)
        .unwrap();
    bytes
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A JPEG with a comment more: other bytes, the same pixels.
pub fn commented(jpeg: &[u8], comment: &str) -> Vec<u8> {
    let length = (comment.len() as u16 + 2).to_be_bytes();
    [
        &jpeg[..2],
        &[0xff, 0xfe],
        &length,
        comment.as_bytes(),
        &jpeg[2..],
    ]
    .concat()
}

pub fn query(kind: CopyKind) -> CopyQuery {
    CopyQuery {
        kind,
        ..CopyQuery::default()
    }
}

pub fn find(world: &World, query: &CopyQuery) -> Found {
    duplicates::find(world.engine(), query, None, 500, None).unwrap()
}

/// The file names of each group, in order.
pub fn groups(world: &World, query: &CopyQuery) -> Vec<Vec<String>> {
    let found = find(world, query);
    assert_eq!(found.group_count as usize, found.groups.len());
    assert_eq!(found.pending, 0);
    let mut groups: Vec<Vec<String>> = found
        .groups
        .iter()
        .map(|group| {
            let names = group
                .photos
                .iter()
                .map(|photo| photo.member.file_name.clone());
            let mut names: Vec<String> = names.collect();
            names.sort();
            names
        })
        .collect();
    groups.sort();
    groups
}

/// One picture in many forms, with two others.
fn world() -> World {
    let world = World::new();
    let picture = drawn(1);
    let plain = jpeg(&picture, 92);
    world.write("a/one.jpg", &plain);
    // Files of one job come in any order; this one is known before them.
    world.index();
    world.write("b/same.jpg", &plain);
    world.write("b/noted.jpg", &commented(&plain, "by hand"));
    let small = imageops::resize(&picture, 240, 160, FilterType::Lanczos3);
    world.write("c/small.jpg", &jpeg(&small, 60));
    world.write("c/turned.jpg", &jpeg(&imageops::rotate90(&picture), 90));
    world.write("c/mirrored.png", &png(&imageops::flip_horizontal(&picture)));
    world.write("other.jpg", &jpeg(&drawn(2), 90));
    world.write("another.jpg", &jpeg(&drawn(3), 90));
    world.index();
    world
}

#[test]
fn each_kind_holds_the_stricter_ones() {
    let world = world();
    let of = |kind| groups(&world, &query(kind));
    assert_eq!(of(CopyKind::Exact), [["one.jpg", "same.jpg"]]);
    assert_eq!(of(CopyKind::Pixels), [["noted.jpg", "one.jpg", "same.jpg"]]);
    let near = [
        "mirrored.png",
        "noted.jpg",
        "one.jpg",
        "same.jpg",
        "small.jpg",
        "turned.jpg",
    ];
    assert_eq!(of(CopyKind::Near), [near]);
    let similar = of(CopyKind::Similar);
    assert!(
        similar[0].contains(&"small.jpg".to_owned()) && similar[0].contains(&"one.jpg".to_owned())
    );
}

#[test]
fn a_group_says_how_its_photos_lie_and_what_could_be_freed() {
    let world = world();
    let found = find(&world, &query(CopyKind::Near));
    let group = &found.groups[0];
    let first = &group.photos[0];
    assert_eq!(first.orientation, 1);
    let of = |name: &str| {
        group
            .photos
            .iter()
            .find(|p| p.member.file_name == name)
            .unwrap()
    };
    let turned = of("turned.jpg").orientation;
    let mirrored = of("mirrored.png").orientation;
    assert!([6, 8].contains(&turned), "{turned}");
    assert_eq!(mirrored, 2);
    // Highest resolution leaves five; nothing tells the others apart but the PNG is no camera's.
    assert_eq!(group.keeper, None);
    let bytes: Vec<u64> = group
        .photos
        .iter()
        .map(|photo| photo.member.bytes)
        .collect();
    let largest = bytes.iter().max().unwrap();
    assert_eq!(group.reclaimable_bytes, bytes.iter().sum::<u64>() - largest);
    let rules = vec![Rule::Resolution, Rule::FirstAdded];
    let found = find(
        &world,
        &CopyQuery {
            rules,
            ..query(CopyKind::Near)
        },
    );
    let group = &found.groups[0];
    assert_eq!(group.keeper, Some(world.id("a/one.jpg")));
    assert_eq!(
        group.reasons,
        ["Highest resolution: 480 × 320", "Known longest"]
    );
    assert_eq!(found.photo_count, 6);
    assert_eq!(found.pairs, 15);
    assert_eq!(found.reclaimable_bytes, group.reclaimable_bytes);
}

#[test]
fn groups_follow_what_comes_and_goes() {
    let mut world = world();
    let near = query(CopyKind::Near);
    assert_eq!(groups(&world, &near).len(), 1);
    // A pair of another picture comes, a copy goes, one comes back.
    world.write("late.jpg", &jpeg(&drawn(2), 50));
    world.remove("c/small.jpg");
    world.index();
    let with = |names: &[&[&str]]| -> Vec<Vec<String>> {
        names
            .iter()
            .map(|group| group.iter().map(|name| (*name).to_owned()).collect())
            .collect()
    };
    let rest = [
        "mirrored.png",
        "noted.jpg",
        "one.jpg",
        "same.jpg",
        "turned.jpg",
    ];
    assert_eq!(
        groups(&world, &near),
        with(&[&["late.jpg", "other.jpg"], &rest])
    );
    // The file that the others were paired with is another picture now.
    world.write("other.jpg", &jpeg(&drawn(9), 90));
    world.index();
    assert_eq!(groups(&world, &near), with(&[&rest]));
    world.reopen();
    assert_eq!(groups(&world, &near), with(&[&rest]), "after a start");
}

#[test]
fn copies_are_the_same_whether_they_come_at_once_or_in_turn() {
    let mut files = Vec::new();
    for seed in 0..14 {
        let picture = drawn(seed % 12);
        let name = |form: &str| format!("{seed:02}-{form}.jpg");
        files.push((name("a"), jpeg(&picture, 92)));
        files.push((name("b"), jpeg(&imageops::rotate90(&picture), 80)));
        let small = imageops::resize(&picture, 200 + 3 * seed as u32, 140, FilterType::Triangle);
        files.push((name("c"), jpeg(&small, 70)));
    }
    // Those of a picture come far from each other.
    let count = files.len();
    let files: Vec<_> = (0..count).map(|i| files[i * 17 % count].clone()).collect();
    // All at once; after some others; a few at a time.
    let found: Vec<_> = [&[42][..], &[5, 37], &[10, 10, 10, 10, 2]]
        .iter()
        .map(|counts| {
            let world = World::new();
            let mut rest = files.as_slice();
            for count in *counts {
                let (coming, later) = rest.split_at(*count);
                rest = later;
                for (name, bytes) in coming {
                    world.write(name, bytes);
                }
                world.index();
            }
            let near = query(CopyKind::Near);
            (groups(&world, &near), find(&world, &near).pairs)
        })
        .collect();
    assert_eq!(found[0].0.len(), 12);
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);
}

#[test]
fn pages_are_the_whole_in_order() {
    let world = World::new();
    for seed in 0..7 {
        let bytes = jpeg(&painter::picture(seed, 200 + 40 * seed as u32, 200), 90);
        world.write(&format!("{seed}.jpg"), &bytes);
        world.write(&format!("copy/{seed}.jpg"), &bytes);
    }
    world.index();
    let query = query(CopyKind::Exact);
    let whole = find(&world, &query);
    assert_eq!(whole.groups.len(), 7);
    assert!(
        whole
            .groups
            .is_sorted_by_key(|group| std::cmp::Reverse(group.reclaimable_bytes))
    );
    let (mut after, mut ids) = (None, Vec::new());
    loop {
        let page = duplicates::find(world.engine(), &query, None, 3, after).unwrap();
        assert_eq!(page.group_count, 7);
        ids.extend(page.groups.into_iter().map(|group| group.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(
        ids,
        whole
            .groups
            .iter()
            .map(|group| group.id.clone())
            .collect::<Vec<_>>()
    );
    let photo = Some(world.id("3.jpg"));
    let own = duplicates::find(world.engine(), &query, photo, 50, None).unwrap();
    assert_eq!(own.group_count, 1);
}

#[test]
fn a_decision_outlives_moves_and_rescans_and_can_be_forgotten() {
    let mut world = world();
    let near = query(CopyKind::Near);
    let ids = |world: &World| [world.id("a/one.jpg"), world.id("c/turned.jpg")];
    let pair = ids(&world);
    assert_eq!(
        duplicates::decide(world.engine(), &pair, Some(Decision::NotDuplicates)).unwrap(),
        1
    );
    let apart = |world: &World| {
        groups(world, &near).iter().all(|group| {
            !(group.contains(&"one.jpg".into()) && group.contains(&"turned.jpg".into()))
        })
    };
    assert!(apart(&world));
    world.rename("c/turned.jpg", "d/turned.jpg");
    world.index();
    world.reopen();
    world.index();
    assert!(apart(&world));
    let all = CopyQuery {
        include_decided: true,
        ..near.clone()
    };
    assert_eq!(groups(&world, &all)[0].len(), 6);
    let pair = [world.id("a/one.jpg"), world.id("d/turned.jpg")];
    assert_eq!(duplicates::decide(world.engine(), &pair, None).unwrap(), 1);
    assert_eq!(groups(&world, &near)[0].len(), 6);
    assert!(duplicates::decide(world.engine(), &pair[..1], None).is_err());
    let unknown = [pair[0], PhotoId(999)];
    assert!(duplicates::decide(world.engine(), &unknown, Some(Decision::KeepBoth)).is_err());
}

#[test]
fn copies_that_are_both_kept_are_no_group() {
    let world = world();
    let exact = query(CopyKind::Exact);
    let pair = [world.id("a/one.jpg"), world.id("b/same.jpg")];
    duplicates::decide(world.engine(), &pair, Some(Decision::KeepBoth)).unwrap();
    assert!(groups(&world, &exact).is_empty());
    assert_eq!(
        groups(
            &world,
            &CopyQuery {
                include_decided: true,
                ..exact
            }
        )
        .len(),
        1
    );
}

#[test]
fn marks_outlive_a_start_and_proposals_are_accepted_at_once() {
    let mut world = world();
    let rules = vec![Rule::Resolution, Rule::FirstAdded];
    let near = CopyQuery {
        rules,
        ..query(CopyKind::Near)
    };
    let marks = |world: &World| -> Vec<Option<Mark>> {
        let found = find(world, &near);
        found.groups[0]
            .photos
            .iter()
            .map(|photo| photo.mark)
            .collect()
    };
    let skipped = world.id("c/small.jpg");
    assert_eq!(
        duplicates::mark(world.engine(), &[skipped], Some(Mark::Skip)).unwrap(),
        1
    );
    assert_eq!(
        duplicates::mark(world.engine(), &[skipped], Some(Mark::Skip)).unwrap(),
        0
    );
    let progress = duplicates::progress(world.engine(), &near).unwrap();
    assert_eq!(
        (progress.groups, progress.decided, progress.skipped),
        (1, 0, 1)
    );
    // A group in which something is marked is somebody's work.
    assert_eq!(
        duplicates::accept(world.engine(), &near, 0.0)
            .unwrap()
            .0
            .groups,
        0
    );
    duplicates::mark(world.engine(), &[skipped], None).unwrap();
    assert_eq!(
        duplicates::accept(world.engine(), &near, 1.0 + 1e-6)
            .ok()
            .map(|(a, _)| a.groups),
        None
    );
    let (accepted, marked) = duplicates::accept(world.engine(), &near, 0.0).unwrap();
    assert_eq!((accepted.groups, accepted.photos), (1, 5));
    assert_eq!(marked.len(), 6);
    world.reopen();
    let kept = marks(&world)
        .iter()
        .filter(|mark| **mark == Some(Mark::Keep))
        .count();
    assert_eq!(kept, 1);
    let progress = duplicates::progress(world.engine(), &near).unwrap();
    assert_eq!((progress.decided, progress.remove_files), (1, 5));
    assert_eq!(progress.remove_bytes, accepted.bytes);
    let unknown = duplicates::mark(world.engine(), &[PhotoId(999)], Some(Mark::Keep));
    assert!(unknown.is_err());
}

#[test]
fn nothing_in_a_reference_folder_is_proposed_whatever_leads_to_it() {
    let world = world();
    let rules = vec![Rule::LargestFile, Rule::FirstAdded];
    let mut near = CopyQuery {
        rules,
        ..query(CopyKind::Near)
    };
    near.reference = vec![world.path("c")];
    let check = |near: &CopyQuery| {
        let found = find(&world, near);
        let group = &found.groups[0];
        let keeper = group.keeper.unwrap();
        for photo in &group.photos {
            let inside = photo.member.folder.ends_with("/c");
            assert_eq!(photo.is_protected, inside, "{}", photo.member.file_name);
            assert!(photo.member.id != keeper || inside);
        }
        assert_eq!(group.reasons[0], "In a reference folder");
    };
    check(&near);
    #[cfg(unix)]
    {
        let link = world.beside("link");
        std::os::unix::fs::symlink(world.path("c"), &link).unwrap();
        near.reference = vec![link];
        check(&near);
    }
    near.reference = vec![world.beside("nowhere")];
    assert!(duplicates::find(world.engine(), &near, None, 50, None).is_err());
}

#[cfg(unix)]
#[test]
fn hard_links_are_counted_once() {
    let world = World::new();
    let bytes = jpeg(&drawn(1), 90);
    world.write("one.jpg", &bytes);
    fs::hard_link(world.path("one.jpg"), world.path("linked.jpg")).unwrap();
    world.index();
    assert!(groups(&world, &query(CopyKind::Exact)).is_empty());
    world.write("copy.jpg", &bytes);
    world.index();
    let found = find(&world, &query(CopyKind::Exact));
    assert_eq!(found.groups[0].photos.len(), 3);
    let linked = found.groups[0]
        .photos
        .iter()
        .filter(|photo| photo.is_linked)
        .count();
    assert_eq!(linked, 1);
    assert_eq!(found.reclaimable_bytes, bytes.len() as u64);
}

#[test]
fn a_shot_and_its_edited_version_are_no_duplicates() {
    let world = World::new();
    world.write("IMG_0001.JPG", &jpeg(&drawn(1), 90));
    world.write("IMG_E0001.JPG", &jpeg(&drawn(1), 70));
    world.write("sea.jpg", &jpeg(&drawn(2), 90));
    world.write("sea-edited.jpg", &jpeg(&drawn(2), 70));
    world.index();
    assert!(groups(&world, &query(CopyKind::Near)).is_empty());
}

#[test]
fn only_photos_that_pass_the_filter_are_grouped() {
    let world = world();
    let filter = |typed: &str| CopyQuery {
        filter: Some(json!(typed)),
        ..query(CopyKind::Near)
    };
    assert_eq!(groups(&world, &filter("folder:/c"))[0].len(), 3);
    assert_eq!(
        groups(&world, &filter("format:png")),
        Vec::<Vec<String>>::new()
    );
    assert!(duplicates::find(world.engine(), &filter("nonsense:1"), None, 50, None).is_err());
}
