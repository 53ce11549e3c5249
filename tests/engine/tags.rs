//! Tags: each change says exactly what it did, so that it can be taken back.

use latent_engine::EngineError;
use latent_engine::ids::PhotoId;
use latent_engine::tags::{self, TagChange};

use crate::world::World;

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub fn add(world: &World, photos: &[PhotoId], names: &[&str]) -> Vec<TagChange> {
    tags::add(world.engine(), photos, &owned(names)).unwrap()
}

fn remove(world: &World, photos: &[PhotoId], names: &[&str]) -> Vec<TagChange> {
    tags::remove(world.engine(), photos, &owned(names)).unwrap()
}

pub fn list(world: &World) -> Vec<(String, u64)> {
    tags::list(world.engine(), None, None).unwrap()
}

fn change(tag: &str, photos: &[PhotoId]) -> TagChange {
    TagChange {
        tag: tag.into(),
        photos: photos.to_vec(),
    }
}

fn three() -> (World, [PhotoId; 3]) {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2), ("c.jpg", 3)]);
    let ids = ["a.jpg", "b.jpg", "c.jpg"].map(|name| world.id(name));
    (world, ids)
}

#[test]
fn a_change_names_only_the_photos_it_touched_and_can_be_taken_back() {
    let (world, [a, b, c]) = three();
    add(&world, &[b], &["trip"]);
    let done = add(&world, &[a, b, c, a], &["trip", "best"]);
    assert_eq!(done, [change("trip", &[a, c]), change("best", &[a, b, c])]);
    for undone in done {
        remove(&world, &undone.photos, &[&undone.tag]);
    }
    assert_eq!(list(&world), [("trip".to_owned(), 1)]);
    assert_eq!(world.typed("tag:trip"), ["b.jpg"]);
    let done = remove(&world, &[a, b, c], &["trip", "never there"]);
    assert_eq!(done, [change("trip", &[b]), change("never there", &[])]);
    assert!(list(&world).is_empty());
    add(&world, &done[0].photos, &[&done[0].tag]);
    assert_eq!(list(&world), [("trip".to_owned(), 1)]);
}

#[test]
fn a_tag_keeps_the_spelling_it_has() {
    let (world, [a, b, c]) = three();
    add(&world, &[a], &["Places/Italy"]);
    assert_eq!(
        add(&world, &[b], &["places/ITALY"]),
        [change("Places/Italy", &[b])]
    );
    assert_eq!(
        add(&world, &[c], &["New", "new"]),
        [change("New", &[c]), change("New", &[])]
    );
    assert_eq!(
        list(&world),
        [("New".to_owned(), 1), ("Places/Italy".to_owned(), 2)]
    );
    assert_eq!(
        remove(&world, &[a], &["PLACES/italy"]),
        [change("Places/Italy", &[a])]
    );
}

#[test]
fn an_unknown_photo_changes_nothing() {
    let (world, [a, ..]) = three();
    for ids in [[a, PhotoId(999)], [PhotoId(999), a]] {
        let refused = tags::add(world.engine(), &ids, &owned(&["trip"]));
        assert!(
            matches!(refused, Err(EngineError::NotFound { what: "photo", .. })),
            "{refused:?}"
        );
    }
    assert!(list(&world).is_empty());
    add(&world, &[a], &["trip"]);
    assert!(tags::remove(world.engine(), &[a, PhotoId(999)], &owned(&["trip"])).is_err());
    assert_eq!(list(&world), [("trip".to_owned(), 1)]);
}

#[test]
fn a_malformed_tag_changes_nothing() {
    let (world, [a, ..]) = three();
    for bad in ["", " / ", "two\nlines", &"x".repeat(201)] {
        let refused = tags::add(world.engine(), &[a], &owned(&["good", bad]));
        assert!(
            matches!(refused, Err(EngineError::Invalid { .. })),
            "{bad:?}: {refused:?}"
        );
    }
    assert!(tags::add(world.engine(), &[a], &[]).is_err());
    assert!(list(&world).is_empty());
}

#[test]
fn tags_are_listed_by_library_and_by_a_part_of_their_name() {
    let (world, [a, b, _]) = three();
    add(&world, &[a, b], &["places/italy/rome"]);
    add(&world, &[a], &["people/anna"]);
    let containing = |part| tags::list(world.engine(), None, Some(part)).unwrap();
    assert_eq!(containing("ROME"), [("places/italy/rome".to_owned(), 2)]);
    assert_eq!(containing("nobody"), []);
    let of = |library| {
        tags::list(world.engine(), Some(library), None)
            .unwrap()
            .len()
    };
    assert_eq!(of(world.library), 2);
    assert_eq!(of(latent_engine::ids::LibraryId(99)), 0);
}

#[test]
fn a_new_tag_is_found_at_once_and_a_removed_one_no_longer() {
    let (world, [a, ..]) = three();
    add(&world, &[a], &["places/italy/rome"]);
    assert_eq!(world.typed("italy"), ["a.jpg"]);
    for filter in [
        "tag:places",
        "tag:italy",
        "tag:places/italy",
        "tag:\"places/italy/rome\"",
    ] {
        assert_eq!(world.typed(filter), ["a.jpg"], "{filter}");
    }
    remove(&world, &[a], &["places/italy/rome"]);
    assert_eq!(world.typed("italy"), [""; 0]);
    assert_eq!(world.typed("tag:places"), [""; 0]);
}

#[test]
fn tags_outlive_a_restart() {
    let (mut world, [a, ..]) = three();
    add(&world, &[a], &["mine"]);
    world.reopen();
    assert_eq!(world.photo("a.jpg").tags, ["mine"]);
    assert_eq!(world.typed("mine"), ["a.jpg"]);
}

#[test]
fn a_slash_inside_a_keyword_is_found_by_a_slash() {
    let (world, [a, b, _]) = three();
    // As a keyword of another program, "AC/DC", and as a path.
    add(&world, &[a], &["music/AC∕DC"]);
    add(&world, &[b], &["ac/dc"]);
    assert_eq!(world.typed("tag:AC/DC").len(), 2);
    assert_eq!(world.typed("tag=music/ac/dc"), ["a.jpg"]);
    assert_eq!(world.typed("tag:AC∕DC"), ["a.jpg"]);
    // Its parts are no tags.
    assert_eq!(world.typed("tag:dc"), ["b.jpg"]);
    let listed = tags::list(world.engine(), None, Some("C/d")).unwrap();
    assert_eq!(listed.len(), 2, "{listed:?}");
}
