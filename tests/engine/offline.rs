//! Disks that are not there: nothing of theirs is taken for gone.

use std::fs;
use std::path::Path;

use latent_engine::cache::ThumbSize;
use latent_engine::engine::PictureSource;
use latent_engine::library::folders;

use crate::painter;
use crate::world::{World, counts, like};

fn tagged() -> World {
    let world = World::with(&[("a.jpg", 1), ("sub/b.jpg", 2)]);
    crate::tags::add(&world, &[world.id("a.jpg")], &["mine"]);
    world
}

/// Takes the disk away and puts it back; in between all can be found, and nothing is removed.
fn check(away: impl Fn(&Path, &Path), back: impl Fn(&Path, &Path)) {
    let mut world = tagged();
    let (root, shelf) = (world.root(), world.beside("shelf"));
    let id = world.id("a.jpg");
    away(&root, &shelf);
    for _ in 0..2 {
        let report = world.index();
        assert_eq!(counts(&report), [2, 0, 0, 0, 0, 0]);
        assert_eq!(report.offline, [root.to_string_lossy()]);
        assert_eq!(world.typed("tag:mine is:offline"), ["a.jpg"]);
        assert_eq!(world.hits(&like(PictureSource::Photo(id)))[0], "a.jpg");
        assert!(world.photo("a.jpg").offline && !world.photo("a.jpg").missing);
        for size in [ThumbSize::Small, ThumbSize::Large] {
            assert!(
                world
                    .engine()
                    .thumbnail(id, size)
                    .unwrap()
                    .starts_with(&[0xFF, 0xD8])
            );
        }
        assert!(folders::list(world.engine()).unwrap()[0].roots[0].offline);
        world.reopen();
    }
    back(&root, &shelf);
    let report = world.index();
    assert_eq!(counts(&report), [2, 0, 0, 0, 0, 0]);
    assert!(report.offline.is_empty());
    assert_eq!(world.id("a.jpg"), id);
    assert_eq!(world.typed("is:offline"), [""; 0]);
    assert_eq!(world.typed("tag:mine"), ["a.jpg"]);
}

#[test]
fn a_root_that_is_not_there_is_offline_and_its_photos_stay() {
    check(
        |root, shelf| fs::rename(root, shelf).unwrap(),
        |root, shelf| fs::rename(shelf, root).unwrap(),
    );
}

#[test]
fn an_emptied_mount_point_is_offline() {
    check(
        |root, shelf| {
            fs::rename(root, shelf).unwrap();
            fs::create_dir(root).unwrap();
        },
        |root, shelf| {
            fs::remove_dir(root).unwrap();
            fs::rename(shelf, root).unwrap();
        },
    );
}

#[test]
fn a_box_on_a_photo_of_an_offline_root_answers_from_its_thumbnail() {
    let world = tagged();
    let id = world.id("a.jpg");
    fs::rename(world.root(), world.beside("shelf")).unwrap();
    world.index();
    let mut query = like(PictureSource::Photo(id));
    query.images[0].crop = Some(latent_engine::search::Crop::Pixels([
        0.0, 0.0, 400.0, 300.0,
    ]));
    let page = world.search(&query);
    assert_eq!(page.hits[0].photo, id);
    assert!(page.hits[0].distance.unwrap() < 0.05, "{page:?}");
}

#[test]
fn one_offline_root_does_not_hold_up_the_other() {
    let world = tagged();
    let other = world.beside("other");
    crate::world::write(&other.join("c.jpg"), &painter::photo(3));
    folders::add(
        world.engine(),
        Some("Photos"),
        std::slice::from_ref(&other),
        &[],
    )
    .unwrap();
    fs::rename(world.root(), world.beside("shelf")).unwrap();
    let report = world.index();
    assert_eq!(counts(&report), [3, 1, 0, 0, 0, 0]);
    assert_eq!(report.offline.len(), 1);
    // A photo that is now seen on the other disk is a copy: the offline one still has its own.
    fs::copy(world.beside("shelf/a.jpg"), other.join("a.jpg")).unwrap();
    assert_eq!(counts(&world.index()), [4, 1, 0, 0, 0, 0]);
}

#[test]
fn a_library_that_was_never_indexed_may_be_empty() {
    let world = World::new();
    let report = world.index();
    assert_eq!(counts(&report), [0; 6]);
    assert!(report.offline.is_empty());
}
