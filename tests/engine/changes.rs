//! Files that change, are touched, break, and are mended.

use std::fs;
use std::time::Duration;

use latent_engine::cache::ThumbSize;
use latent_engine::engine::PictureSource;
use latent_engine::search::{QueryImage, embed_image};

use crate::painter;
use crate::world::{World, counts, image, like, mtime, replace, set_mtime};

fn vector(world: &World, name: &str) -> Vec<f32> {
    let image: QueryImage = image(PictureSource::Photo(world.id(name)), 1.0);
    embed_image(world.engine(), &image, Some("visual"))
        .unwrap()
        .vector
}

#[test]
fn a_changed_file_keeps_id_and_tags_and_is_described_anew() {
    let mut world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
    let (id, before) = (world.id("a.jpg"), vector(&world, "a.jpg"));
    let thumbnail = world.engine().thumbnail(id, ThumbSize::Small).unwrap();
    crate::tags::add(&world, &[id], &["mine"]);
    replace(
        &world.path("a.jpg"),
        &painter::jpeg(&painter::picture(50, 300, 500)),
    );
    assert_eq!(counts(&world.index()), [2, 0, 1, 0, 0, 0]);
    let photo = world.photo("a.jpg");
    assert_eq!(
        (photo.id, photo.tags.as_slice()),
        (id, &["mine".to_owned()][..])
    );
    assert_eq!((photo.width, photo.height), (300, 500));
    assert!(photo.visual_words.contains("portrait"));
    let after = vector(&world, "a.jpg");
    assert_ne!(before, after);
    assert_ne!(
        world.engine().thumbnail(id, ThumbSize::Small).unwrap(),
        thumbnail
    );
    assert_eq!(
        world.hits(&like(PictureSource::File(world.path("a.jpg"))))[0],
        "a.jpg"
    );
    // What is in memory is what the catalog holds.
    world.reopen();
    assert_eq!(vector(&world, "a.jpg"), after);
    assert_eq!(counts(&world.index()), [2, 0, 0, 0, 0, 0]);
}

#[test]
fn a_change_of_the_same_size_is_seen_by_its_time() {
    let world = World::with(&[("a.jpg", 1)]);
    let mut content = painter::photo(1);
    content.extend(b"one");
    replace(&world.path("a.jpg"), &content);
    world.index();
    let hash = world.photo("a.jpg").content_hash;
    let end = content.len() - 3;
    content[end..].copy_from_slice(b"two");
    replace(&world.path("a.jpg"), &content);
    assert_eq!(counts(&world.index()), [1, 0, 1, 0, 0, 0]);
    assert_ne!(world.photo("a.jpg").content_hash, hash);
}

#[test]
fn a_touched_file_is_no_changed_one() {
    let world = World::with(&[("a.jpg", 1)]);
    let before = world.photo("a.jpg");
    let path = world.path("a.jpg");
    set_mtime(&path, mtime(&path) + Duration::from_secs(100));
    assert_eq!(counts(&world.index()), [1, 0, 0, 0, 0, 0]);
    let after = world.photo("a.jpg");
    assert_eq!(
        (after.id, after.content_hash),
        (before.id, before.content_hash)
    );
    assert_eq!(after.mtime_ns, before.mtime_ns + 100_000_000_000);
    // The new time is kept: the next scan need not read the file again.
    let size = fs::metadata(&path).unwrap().len() as usize;
    let time = mtime(&path);
    fs::write(&path, vec![b'x'; size]).unwrap();
    set_mtime(&path, time);
    assert_eq!(counts(&world.index()), [1, 0, 0, 0, 0, 0]);
}

#[test]
fn times_before_1970_and_far_ahead_are_times_like_others() {
    let world = World::with(&[("old.jpg", 1), ("new.jpg", 2)]);
    let ago = Duration::from_secs(1_000_000_000);
    set_mtime(
        &world.path("old.jpg"),
        std::time::UNIX_EPOCH - ago + Duration::from_nanos(7),
    );
    set_mtime(&world.path("new.jpg"), std::time::UNIX_EPOCH + ago * 6);
    assert_eq!(counts(&world.index()), [2, 0, 0, 0, 0, 0]);
    assert!(world.photo("old.jpg").mtime_ns < 0);
    assert_eq!(counts(&world.index()), [2, 0, 0, 0, 0, 0]);
}

#[test]
fn a_file_that_becomes_unreadable_keeps_its_photo_until_it_is_cured() {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
    let id = world.id("a.jpg");
    crate::tags::add(&world, &[id], &["mine"]);
    let content = fs::read(world.path("a.jpg")).unwrap();
    replace(&world.path("a.jpg"), &content[..content.len() / 3]);
    for _ in 0..2 {
        assert_eq!(counts(&world.index()), [2, 0, 0, 0, 0, 1]);
        assert_eq!(world.id("a.jpg"), id);
        assert_eq!(world.typed("tag:mine"), ["a.jpg"]);
        assert_eq!(world.typed("is:faulty"), ["a.jpg"]);
        assert!(world.engine().thumbnail(id, ThumbSize::Small).is_ok());
    }
    world.write("a.jpg", &content);
    set_mtime(
        &world.path("a.jpg"),
        mtime(&world.path("a.jpg")) + Duration::from_secs(50),
    );
    let report = world.index();
    assert_eq!(
        (report.photos, report.added, report.faults),
        (2, 0, 0),
        "{report:?}"
    );
    assert_eq!(world.photo("a.jpg").tags, ["mine"]);
    assert_eq!(world.typed("is:faulty"), [""; 0]);
}

#[test]
fn a_faulty_file_that_is_removed_is_no_fault_any_more() {
    let world = World::with(&[("a.jpg", 1)]);
    world.write("bad.jpg", b"bad");
    replace(&world.path("a.jpg"), b"worse");
    assert_eq!(counts(&world.index()), [1, 0, 0, 0, 0, 2]);
    world.remove("bad.jpg");
    world.remove("a.jpg");
    world.write("c.jpg", &painter::photo(3));
    assert_eq!(counts(&world.index()), [1, 1, 0, 0, 1, 0]);
    assert!(world.faults().is_empty());
}

#[test]
fn a_faulty_file_that_is_mended_becomes_a_photo() {
    let world = World::new();
    world.write("a.jpg", b"bad");
    assert_eq!(counts(&world.index()), [0, 0, 0, 0, 0, 1]);
    replace(&world.path("a.jpg"), &painter::photo(1));
    assert_eq!(counts(&world.index()), [1, 1, 0, 0, 0, 0]);
}
