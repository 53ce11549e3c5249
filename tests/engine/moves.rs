//! Photos whose file moved, was copied, went away or came back.

use std::fs;
use std::time::Duration;

use latent_engine::library::folders;
use latent_engine::search::Query;
use serde_json::json;

use crate::painter;
use crate::world::{World, counts, mtime, replace, set_mtime};

/// Two photos, the first with a tag and an attribute.
fn tagged() -> World {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
    crate::tags::add(&world, &[world.id("a.jpg")], &["trip/rome"]);
    crate::attributes::set(&world, &[world.id("a.jpg")], json!({"price": 200}));
    world
}

#[track_caller]
fn check_moved(world: &World, from: latent_engine::ids::PhotoId, to: &str) {
    assert_eq!(counts(&world.index()), [2, 0, 0, 1, 0, 0]);
    let photo = world.photo(to);
    assert_eq!((photo.id, photo.tags), (from, vec!["trip/rome".to_owned()]));
    assert_eq!(photo.attributes["price"], 200);
    assert_eq!(world.engine().original_path(from).unwrap(), world.path(to));
    assert_eq!(counts(&world.index()), [2, 0, 0, 0, 0, 0]);
}

#[test]
fn a_renamed_photo_keeps_its_id_tags_and_attributes_and_is_found_by_its_new_name() {
    let world = tagged();
    let id = world.id("a.jpg");
    world.rename("a.jpg", "colosseum.jpg");
    check_moved(&world, id, "colosseum.jpg");
    assert_eq!(world.typed("colosseum"), ["colosseum.jpg"]);
    assert_eq!(world.typed("rome"), ["colosseum.jpg"]);
}

#[test]
fn a_photo_moved_to_another_folder_keeps_its_id_tags_and_attributes() {
    let world = tagged();
    let id = world.id("a.jpg");
    world.rename("a.jpg", "best/of/a.jpg");
    check_moved(&world, id, "best/of/a.jpg");
    assert!(world.photo("best/of/a.jpg").folder.ends_with("/best/of"));
}

#[test]
fn a_photo_moved_to_another_root_and_library_keeps_its_id_and_tags() {
    let world = tagged();
    let other = world.beside("other");
    fs::create_dir(&other).unwrap();
    let library = folders::add(
        world.engine(),
        Some("Other"),
        std::slice::from_ref(&other),
        &[],
    )
    .unwrap();
    world.index();
    let id = world.id("a.jpg");
    fs::rename(world.path("a.jpg"), other.join("a.jpg")).unwrap();
    assert_eq!(counts(&world.index()), [2, 0, 0, 1, 0, 0]);
    let photo = world.engine().photo(id).unwrap();
    assert_eq!(
        (photo.library_id, photo.tags.as_slice()),
        (library.id, &["trip/rome".to_owned()][..])
    );
    assert_eq!(
        world.engine().original_path(id).unwrap(),
        other.join("a.jpg")
    );
    let query = Query {
        library: Some(library.id),
        ..Query::default()
    };
    assert_eq!(world.hits(&query), ["a.jpg"]);
}

#[test]
fn a_whole_folder_that_is_renamed_moves_all_its_photos() {
    let world = World::new();
    for seed in 0..10 {
        world.write(&format!("2023/{seed}.jpg"), &painter::photo(seed));
    }
    world.index();
    let before: Vec<_> = world.all().into_iter().map(|photo| photo.id).collect();
    world.rename("2023", "2023 Rome");
    assert_eq!(counts(&world.index()), [10, 0, 0, 10, 0, 0]);
    let after: Vec<_> = world.all().into_iter().map(|photo| photo.id).collect();
    assert_eq!(before, after);
    assert_eq!(world.typed("rome").len(), 10);
}

#[test]
fn a_copied_photo_is_a_new_one() {
    let world = tagged();
    let id = world.id("a.jpg");
    fs::copy(world.path("a.jpg"), world.path("copy.jpg")).unwrap();
    assert_eq!(counts(&world.index()), [3, 1, 0, 0, 0, 0]);
    assert_eq!(world.id("a.jpg"), id);
    assert_ne!(world.id("copy.jpg"), id);
    assert!(world.photo("copy.jpg").tags.is_empty());
    assert!(world.photo("copy.jpg").attributes.is_empty());
}

#[test]
fn a_photo_that_is_moved_and_copied_is_one_moved_and_one_new() {
    let world = tagged();
    let id = world.id("a.jpg");
    fs::copy(world.path("a.jpg"), world.path("y.jpg")).unwrap();
    world.rename("a.jpg", "x.jpg");
    assert_eq!(counts(&world.index()), [3, 1, 0, 1, 0, 0]);
    assert_eq!(world.id("x.jpg"), id);
    assert!(world.photo("y.jpg").tags.is_empty());
}

#[test]
fn a_removed_photo_is_gone_from_search_words_and_lists() {
    let world = tagged();
    let id = world.id("a.jpg");
    world.remove("a.jpg");
    assert_eq!(counts(&world.index()), [1, 0, 0, 0, 1, 0]);
    assert_eq!(world.names(), ["b.jpg"]);
    assert_eq!(world.typed("rome"), [""; 0]);
    assert_eq!(world.typed("tag:trip"), [""; 0]);
    assert_eq!(world.typed("name:a.jpg"), [""; 0]);
    assert!(crate::tags::list(&world).is_empty());
    let source = latent_engine::engine::PictureSource::Photo(world.id("b.jpg"));
    assert_eq!(world.hits(&crate::world::like(source)), ["b.jpg"]);
    assert!(world.engine().photo(id).unwrap().missing);
}

#[test]
fn a_removed_photo_stays_gone_after_a_restart() {
    let mut world = tagged();
    world.remove("a.jpg");
    world.index();
    world.reopen();
    let source = latent_engine::engine::PictureSource::Photo(world.id("b.jpg"));
    assert_eq!(world.hits(&crate::world::like(source)), ["b.jpg"]);
    assert_eq!(counts(&world.index()), [1, 0, 0, 0, 0, 0]);
}

#[track_caller]
fn check_back(world: &World, id: latent_engine::ids::PhotoId, name: &str) {
    let report = world.index();
    assert_eq!(
        (report.photos, report.added, report.removed),
        (2, 0, 0),
        "{report:?}"
    );
    let photo = world.photo(name);
    assert_eq!((photo.id, photo.tags), (id, vec!["trip/rome".to_owned()]));
    assert_eq!(photo.attributes["price"], 200);
    assert_eq!(world.typed("rome"), [name]);
    let source = latent_engine::engine::PictureSource::Photo(id);
    assert_eq!(world.hits(&crate::world::like(source))[0], name);
}

#[test]
fn a_photo_that_comes_back_to_its_place_has_its_tags_and_attributes() {
    let world = tagged();
    let id = world.id("a.jpg");
    fs::rename(world.path("a.jpg"), world.beside("kept.jpg")).unwrap();
    world.index();
    fs::rename(world.beside("kept.jpg"), world.path("a.jpg")).unwrap();
    check_back(&world, id, "a.jpg");
}

#[test]
fn a_photo_that_comes_back_with_another_time_has_its_tags() {
    let world = tagged();
    let id = world.id("a.jpg");
    let content = fs::read(world.path("a.jpg")).unwrap();
    world.remove("a.jpg");
    world.index();
    world.write("a.jpg", &content);
    set_mtime(
        &world.path("a.jpg"),
        std::time::UNIX_EPOCH + Duration::from_secs(99),
    );
    check_back(&world, id, "a.jpg");
}

#[test]
fn a_photo_that_comes_back_elsewhere_has_its_tags() {
    let world = tagged();
    let id = world.id("a.jpg");
    fs::rename(world.path("a.jpg"), world.beside("kept.jpg")).unwrap();
    world.index();
    fs::rename(world.beside("kept.jpg"), world.path("other.jpg")).unwrap();
    check_back(&world, id, "other.jpg");
}

#[test]
fn another_picture_under_an_old_name_does_not_inherit_the_tags() {
    let world = tagged();
    let id = world.id("a.jpg");
    let content = fs::read(world.path("a.jpg")).unwrap();
    world.remove("a.jpg");
    world.index();
    world.write("a.jpg", &painter::photo(77));
    assert_eq!(counts(&world.index()), [2, 1, 0, 0, 0, 0]);
    assert_ne!(world.id("a.jpg"), id);
    assert!(world.photo("a.jpg").tags.is_empty());
    assert!(world.photo("a.jpg").attributes.is_empty());
    // The old picture is still recognised, wherever it turns up.
    world.write("found again.jpg", &content);
    assert_eq!(counts(&world.index()), [3, 0, 0, 1, 0, 0]);
    assert_eq!(world.photo("found again.jpg").tags, ["trip/rome"]);
    assert_eq!(world.id("found again.jpg"), id);
}

#[test]
fn another_picture_under_the_name_of_a_photo_that_moved_in_the_same_scan_is_taken_for_changed() {
    // A scan alone cannot know; the moved file is then new, and no tag is lost or doubled.
    let world = tagged();
    let id = world.id("a.jpg");
    world.rename("a.jpg", "moved.jpg");
    world.write("a.jpg", &painter::photo(77));
    set_mtime(
        &world.path("a.jpg"),
        mtime(&world.path("b.jpg")) + Duration::from_secs(9),
    );
    let report = world.index();
    assert_eq!((report.photos, report.faults), (3, 0));
    let tagged: Vec<_> = world
        .all()
        .into_iter()
        .filter(|photo| !photo.tags.is_empty())
        .collect();
    assert_eq!(tagged.len(), 1);
    assert_eq!(tagged[0].id, id);
}

#[test]
fn two_photos_that_swap_their_names_are_both_still_there() {
    let world = tagged();
    world.rename("a.jpg", "swap.jpg");
    world.rename("b.jpg", "a.jpg");
    world.rename("swap.jpg", "b.jpg");
    let (one, other) = (world.path("a.jpg"), world.path("b.jpg"));
    set_mtime(&one, mtime(&one) + Duration::from_secs(3));
    set_mtime(&other, mtime(&other) + Duration::from_secs(3));
    let report = world.index();
    assert_eq!(
        (report.photos, report.added, report.removed, report.faults),
        (2, 0, 0, 0)
    );
    for (name, seed) in [("a.jpg", 2), ("b.jpg", 1)] {
        let source = latent_engine::engine::PictureSource::Bytes(painter::photo(seed).into());
        assert_eq!(world.hits(&crate::world::like(source))[0], name);
    }
}

#[test]
fn replacing_a_photo_by_another_known_one_leaves_one_photo() {
    let world = tagged();
    fs::rename(world.path("a.jpg"), world.path("b.jpg")).unwrap();
    set_mtime(
        &world.path("b.jpg"),
        mtime(&world.path("b.jpg")) + Duration::from_secs(3),
    );
    let report = world.index();
    assert_eq!((report.photos, report.removed), (1, 1), "{report:?}");
    let source = latent_engine::engine::PictureSource::Bytes(painter::photo(1).into());
    assert_eq!(world.hits(&crate::world::like(source)), ["b.jpg"]);
    replace(&world.path("b.jpg"), &painter::photo(2));
    assert_eq!(counts(&world.index()), [1, 0, 1, 0, 0, 0]);
}

#[test]
fn photos_whose_names_are_passed_on_from_file_to_file_keep_their_tags() {
    let world = World::with(&[("1.jpg", 1), ("2.jpg", 2), ("3.jpg", 3)]);
    let ids: Vec<_> = ["1.jpg", "2.jpg", "3.jpg"]
        .map(|name| world.id(name))
        .into();
    for (number, id) in ids.iter().enumerate() {
        crate::tags::add(&world, &[*id], &[&format!("number/{}", number + 1)]);
    }
    // A new first picture, and all others one further.
    world.rename("3.jpg", "4.jpg");
    world.rename("2.jpg", "3.jpg");
    world.rename("1.jpg", "2.jpg");
    world.write("1.jpg", &painter::photo(9));
    let report = world.index();
    assert_eq!(
        (report.photos, report.moved, report.removed, report.faults),
        (4, 3, 0, 0),
        "{report:?}"
    );
    for (number, id) in ids.iter().enumerate() {
        let photo = world.photo(&format!("{}.jpg", number + 2));
        assert_eq!(
            (photo.id, photo.tags),
            (*id, vec![format!("number/{}", number + 1)])
        );
    }
    assert!(world.photo("1.jpg").tags.is_empty());
    assert_eq!(counts(&world.index()), [4, 0, 0, 0, 0, 0]);
}

#[test]
fn a_photo_renamed_onto_another_takes_its_place_and_that_one_is_gone() {
    let world = tagged();
    let (one, other) = (world.id("a.jpg"), world.id("b.jpg"));
    world.rename("a.jpg", "b.jpg");
    let report = world.index();
    assert_eq!(
        (report.photos, report.moved, report.removed),
        (1, 1, 1),
        "{report:?}"
    );
    assert_eq!(
        (world.id("b.jpg"), world.photo("b.jpg").tags),
        (one, vec!["trip/rome".to_owned()])
    );
    assert!(world.engine().photo(other).unwrap().missing);
    assert_eq!(counts(&world.index()), [1, 0, 0, 0, 0, 0]);
}

#[test]
fn a_second_name_of_the_same_file_is_no_move() {
    let world = tagged();
    fs::hard_link(world.path("a.jpg"), world.path("second.jpg")).unwrap();
    assert_eq!(counts(&world.index()), [3, 1, 0, 0, 0, 0]);
    assert!(world.photo("second.jpg").tags.is_empty());
    assert_eq!(world.photo("a.jpg").tags, ["trip/rome"]);
}
