//! What must hold of prints, likeness and the index, on drawn pictures.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::index::ALL;
use super::orient::inverse;
use super::{NearIndex, Prepared, Print, THRESHOLD, likeness};
use crate::picture::Picture;

/// A picture of soft blobs and some hard edges, unlike that of any other seed.
pub(super) fn scene(seed: u64, width: u32, height: u32) -> Picture {
    let mut random = StdRng::seed_from_u64(seed);
    let blobs: Vec<[f32; 5]> = (0..40)
        .map(|_| {
            let size = random.random_range(0.03..0.3);
            let place = [random.random_range(0.0..1.0), random.random_range(0.0..1.0)];
            let hard = random.random_range(1.0..12.0);
            [
                place[0],
                place[1],
                size,
                random.random_range(-90.0..90.0),
                hard,
            ]
        })
        .collect();
    draw(width, height, |x, y| {
        let height_at = |&[cx, cy, size, high, hard]: &[f32; 5]| {
            let far = ((x - cx).powi(2) + (y - cy).powi(2)).sqrt() / size;
            high / (1.0 + (hard * (far - 1.0)).exp())
        };
        128.0 + blobs.iter().map(height_at).sum::<f32>()
    })
}

/// Draws grey values by place, fractions of the sides.
fn draw(width: u32, height: u32, grey: impl Fn(f32, f32) -> f32) -> Picture {
    let mut rgb = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let at = |i: u32, n: u32| (i as f32 + 0.5) / n as f32;
            let value = grey(at(x, width), at(y, height)).clamp(5.0, 250.0) as u8;
            rgb.extend([value; 3]);
        }
    }
    Picture::new(width, height, rgb).unwrap()
}

/// Turns a picture as a viewer does that is told an EXIF orientation.
pub(super) fn turned(picture: &Picture, orientation: u8) -> Picture {
    let (width, height) = (picture.width(), picture.height());
    let pixel = |x: u32, y: u32| {
        let at = ((y * width + x) * 3) as usize;
        [
            picture.rgb()[at],
            picture.rgb()[at + 1],
            picture.rgb()[at + 2],
        ]
    };
    let (wide, high) = if orientation >= 5 {
        (height, width)
    } else {
        (width, height)
    };
    let (right, low) = (width - 1, height - 1);
    let mut rgb = Vec::new();
    for y in 0..high {
        for x in 0..wide {
            rgb.extend(match orientation {
                2 => pixel(right - x, y),
                3 => pixel(right - x, low - y),
                4 => pixel(x, low - y),
                5 => pixel(y, x),
                6 => pixel(y, low - x),
                7 => pixel(right - y, low - x),
                8 => pixel(right - y, x),
                _ => pixel(x, y),
            });
        }
    }
    Picture::new(wide, high, rgb).unwrap()
}

fn part(picture: &Picture, left: u32, top: u32, width: u32, height: u32) -> Picture {
    let mut rgb = Vec::new();
    for y in top..top + height {
        let from = ((y * picture.width() + left) * 3) as usize;
        rgb.extend_from_slice(&picture.rgb()[from..from + width as usize * 3]);
    }
    Picture::new(width, height, rgb).unwrap()
}

fn recoloured(picture: &Picture, change: impl Fn(f32) -> f32) -> Picture {
    let rgb = picture
        .rgb()
        .iter()
        .map(|v| change(f32::from(*v)).clamp(0.0, 255.0) as u8);
    Picture::new(picture.width(), picture.height(), rgb.collect()).unwrap()
}

fn framed(picture: &Picture, border: u32) -> Picture {
    let width = picture.width() + 2 * border;
    let height = picture.height() + 2 * border;
    let mut rgb = vec![250; (width * height * 3) as usize];
    for y in 0..picture.height() {
        let to = (((y + border) * width + border) * 3) as usize;
        let from = (y * picture.width() * 3) as usize;
        let line = picture.width() as usize * 3;
        rgb[to..to + line].copy_from_slice(&picture.rgb()[from..from + line]);
    }
    Picture::new(width, height, rgb).unwrap()
}

#[test]
fn hash_of_a_turned_picture_is_the_turned_hash() {
    for (seed, (width, height)) in [(1, (256, 192)), (2, (160, 256)), (3, (200, 200))] {
        let picture = scene(seed, width, height);
        let hash = Print::of(&picture).hash();
        for orientation in 1..=8 {
            let own = Print::of(&turned(&picture, orientation)).hash();
            // Grey values are rounded after the turn, so a coefficient near 0 may fall either way.
            let distance = own.distance(&hash.oriented(orientation));
            assert!(
                distance <= 4,
                "{seed}, orientation {orientation}: {distance}"
            );
        }
    }
}

#[test]
fn hashes_of_different_pictures_are_far_apart() {
    let hashes: Vec<_> = (0..20)
        .map(|seed| Print::of(&scene(seed, 256, 192)).hash())
        .collect();
    for (i, one) in hashes.iter().enumerate() {
        for other in &hashes[..i] {
            assert!(one.distance(other) > 60);
        }
    }
}

#[test]
fn bytes_give_the_same_print() {
    for picture in [scene(4, 256, 192), framed(&scene(5, 180, 240), 12)] {
        let print = Print::of(&picture);
        let bytes = print.to_bytes();
        assert_eq!(Print::from_checked_bytes(&bytes).as_ref(), Some(&print));
        assert_eq!(Print::from_bytes(&bytes), Some(print));
    }
}

#[test]
fn damaged_bytes_are_refused() {
    let bytes = Print::of(&scene(6, 256, 192)).to_bytes();
    assert!(bytes.len() <= 1536, "{} bytes", bytes.len());
    assert_eq!(Print::from_bytes(&[]), None);
    assert_eq!(Print::from_bytes(&bytes[..bytes.len() - 1]), None);
    assert_eq!(Print::from_bytes(&[&bytes[..], &[0]].concat()), None);
    for at in [0, 1, 9, 40, 500, bytes.len() - 1] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        assert_eq!(Print::from_bytes(&damaged), None, "byte {at}");
    }
}

/// Changes that leave a picture the same.
fn changes(picture: &Picture) -> Vec<(&'static str, Picture)> {
    let (width, height) = (picture.width(), picture.height());
    let inner = |cut: u32| part(picture, cut, cut, width - 2 * cut, height - 2 * cut);
    vec![
        ("the same", picture.clone()),
        ("cut by 2 %", inner(width / 100)),
        ("cut by 10 %", inner(width / 20)),
        (
            "cut on the left",
            part(picture, width / 10, 0, width - width / 10, height),
        ),
        ("framed", framed(picture, width / 20)),
        ("brighter", recoloured(picture, |v| v * 1.1)),
        (
            "flatter",
            recoloured(picture, |v| 128.0 + 0.6 * (v - 128.0)),
        ),
        ("mirrored", turned(picture, 2)),
        ("upside down", turned(picture, 3)),
        ("turned", turned(picture, 6)),
        ("turned back", turned(picture, 8)),
    ]
}

#[test]
fn changed_copies_are_the_same_picture() {
    for seed in 10..15 {
        let picture = scene(seed, 256, 176);
        let print = Print::of(&picture);
        for (name, changed) in changes(&picture) {
            let found = likeness(&print, &Print::of(&changed));
            assert!(found.similarity >= THRESHOLD, "{seed}, {name}: {found:?}");
        }
    }
}

#[test]
fn orientation_turns_the_second_picture_the_way_the_first_lies() {
    let picture = scene(20, 256, 176);
    let print = Print::of(&picture);
    for orientation in 1..=8 {
        let found = likeness(&Print::of(&turned(&picture, orientation)), &print);
        assert!(found.similarity >= THRESHOLD, "{orientation}: {found:?}");
        assert_eq!(found.orientation, orientation);
    }
}

#[test]
fn likeness_is_the_same_both_ways() {
    for seed in 30..34 {
        let picture = scene(seed, 256, 176);
        let mut others = changes(&picture);
        others.push(("another", scene(seed + 100, 256, 176)));
        let print = Print::of(&picture);
        for (name, other) in others {
            let other = Print::of(&other);
            let (there, back) = (likeness(&print, &other), likeness(&other, &print));
            assert_eq!(
                there.similarity.to_bits(),
                back.similarity.to_bits(),
                "{name}"
            );
            assert_eq!(there.orientation, inverse(back.orientation), "{name}");
        }
    }
}

#[test]
fn a_prepared_print_compares_as_one_that_is_not() {
    let picture = scene(35, 256, 176);
    let mut others = changes(&picture);
    others.push(("another", scene(135, 256, 176)));
    let print = Print::of(&picture);
    let prepared = Prepared::new(&print);
    for (name, other) in others {
        let other = Print::of(&other);
        assert_eq!(
            prepared.likeness(&other),
            likeness(&print, &other),
            "{name}"
        );
    }
}

#[test]
fn other_pictures_are_not_the_same() {
    let prints: Vec<Print> = (40..60)
        .map(|seed| Print::of(&scene(seed, 256, 192)))
        .collect();
    for (i, one) in prints.iter().enumerate() {
        for other in &prints[..i] {
            assert!(likeness(one, other).similarity < 0.5);
        }
    }
}

#[test]
fn next_frame_of_a_scene_is_not_the_same() {
    for seed in 60..66 {
        // Larger than the frames, which lie in it turned by a degree and a little apart.
        let world = scene(seed, 400, 300);
        let frame = |degrees: f32, left: f32| {
            let (sin, cos) = degrees.to_radians().sin_cos();
            draw(256, 192, |x, y| {
                let (x, y) = ((x - 0.5) * 256.0, (y - 0.5) * 192.0);
                let (x, y) = (cos * x - sin * y + 200.0 + left, sin * x + cos * y + 150.0);
                let (column, row) = (x.floor(), y.floor());
                let at = |x: f32, y: f32| f32::from(world.rgb()[((y * 400.0 + x) * 3.0) as usize]);
                let blend =
                    |y: f32| at(column, y) + (at(column + 1.0, y) - at(column, y)) * (x - column);
                blend(row) + (blend(row + 1.0) - blend(row)) * (y - row)
            })
        };
        let found = likeness(&Print::of(&frame(0.0, 0.0)), &Print::of(&frame(1.2, 4.0)));
        assert!(found.similarity < THRESHOLD, "{seed}: {found:?}");
    }
}

#[test]
fn plain_pictures_are_like_none() {
    let plain = [
        draw(256, 192, |_, _| 0.0),
        draw(256, 192, |_, _| 240.0),
        draw(256, 192, |_, y| 180.0 + 30.0 * y),
        draw(256, 192, |x, y| 100.0 + 20.0 * x - 10.0 * y),
    ];
    let prints: Vec<Print> = plain.iter().map(Print::of).collect();
    let mut index = NearIndex::new();
    for (id, print) in prints.iter().enumerate() {
        assert!(print.is_plain(), "{id}");
        assert!(!index.insert(id as i64, print));
    }
    for one in &prints {
        assert!(index.candidates(one).is_empty());
        for other in &prints {
            assert!(likeness(one, other).similarity < THRESHOLD);
        }
    }
}

#[test]
fn index_finds_copies_until_they_are_removed() {
    let pictures: Vec<Picture> = (200..260).map(|seed| scene(seed, 256, 176)).collect();
    let mut index = NearIndex::new();
    for (id, picture) in pictures.iter().enumerate() {
        assert!(index.insert(id as i64, &Print::of(picture)));
    }
    assert_eq!(index.len(), pictures.len());
    for (id, picture) in pictures.iter().enumerate() {
        for (name, changed) in changes(picture) {
            let found = index.candidates(&Print::of(&changed));
            assert!(found.contains(&(id as i64)), "{id}, {name}");
        }
    }
    // So many that they are swept out, and others take their places.
    for id in 0..40 {
        assert!(index.remove(id));
        assert!(!index.remove(id));
    }
    for id in 0..40 {
        let print = Print::of(&pictures[id as usize]);
        assert!(!index.candidates(&print).contains(&id), "{id}");
    }
    for id in 40..60 {
        let print = Print::of(&pictures[id as usize]);
        assert!(index.candidates(&print).contains(&id), "{id}");
    }
    assert!(index.insert(7, &Print::of(&pictures[7])));
    assert!(index.candidates(&Print::of(&pictures[7])).contains(&7));
    assert_eq!(index.len(), 21);
}

#[test]
fn inserting_again_replaces_the_print() {
    let (old, new) = (
        Print::of(&scene(300, 256, 176)),
        Print::of(&scene(301, 256, 176)),
    );
    let mut index = NearIndex::new();
    index.insert(5, &old);
    index.insert(5, &new);
    assert_eq!(index.len(), 1);
    assert!(index.candidates(&old).is_empty());
    assert_eq!(index.candidates(&new), [5]);
}

#[test]
fn all_pairs_are_those_of_the_groups() {
    let mut prints = Vec::new();
    for seed in 400..410 {
        let picture = scene(seed, 256, 176);
        prints.extend(
            changes(&picture)
                .into_iter()
                .map(|(_, changed)| Print::of(&changed)),
        );
    }
    let mut index = NearIndex::new();
    for (id, print) in prints.iter().enumerate() {
        index.insert(id as i64, print);
    }
    let group = prints.len() as i64 / 10;
    let found = index.all_pairs(THRESHOLD, |id| prints.get(id as usize).cloned());
    assert!(
        found
            .iter()
            .all(|pair| pair.a < pair.b && pair.a / group == pair.b / group)
    );
    let all = 10 * group * (group - 1) / 2;
    assert!(
        found.len() as i64 >= all * 99 / 100,
        "{} of {all}",
        found.len()
    );
    assert!(found.is_sorted_by_key(|pair| (pair.a, pair.b)));
}

#[test]
fn looked_for_at_once_the_candidates_are_those_of_each_print() {
    let mut prints = Vec::new();
    for seed in 500..512 {
        let sides = [(256, 176), (180, 256), (230, 200)][seed as usize % 3];
        let picture = scene(seed, sides.0, sides.1);
        let copies = changes(&picture).into_iter();
        prints.extend(copies.map(|(_, changed)| Print::of(&changed)));
    }
    // Random signs and sizes, some of them nearly those of another print.
    let mut random = StdRng::seed_from_u64(12);
    for _ in 0..3000 {
        let mut print = prints[random.random_range(0..prints.len())].clone();
        for sketch in &mut print.sketches {
            sketch.signs ^= 1 << random.random_range(0..60) | 1 << random.random_range(0..60);
            sketch.sizes = sketch.sizes.map(|_| random.random_range(0..90));
        }
        prints.push(print);
    }
    let mut index = NearIndex::new();
    for (id, print) in prints.iter().enumerate() {
        index.insert(id as i64 * 3, print);
    }
    for id in (0..prints.len() as i64).step_by(11) {
        index.remove(id * 3);
    }
    let held = |id: i64| id % 33 != 0;
    let mut expect = Vec::new();
    for (id, print) in (0..).step_by(3).zip(&prints).filter(|(id, _)| held(*id)) {
        let found = index.probe(print, ALL).into_iter();
        let found = found.filter(|other| *other != id);
        expect.extend(found.map(|other| (id.min(other), id.max(other))));
    }
    expect.sort_unstable();
    expect.dedup();
    assert!(expect.len() > prints.len());
    let found = index.candidate_pairs(|id| prints.get(id as usize / 3).cloned());
    assert_eq!(found, expect);
}
