//! Filters completed while they are typed, from what the photos of a library have.

use latent_engine::ids::LibraryId;
use latent_engine::search::complete::{self, Completion, CompletionKind};
use rusqlite::{Connection, params};

use crate::painter::{self, Shot};
use crate::world::World;

/// Three photos of two cameras, in two years, with tags and attributes.
fn world() -> World {
    let world = World::new();
    let picture = painter::plain([215, 20, 25]);
    for (name, camera, taken, rating, iso) in [
        ("a.jpg", "X-T5", "2021:05:01 10:00:00", 5, 100),
        ("b.jpg", "X-T5", "2021:06:01 10:00:00", 3, 6400),
        ("c.jpg", "EOS R6", "2023:05:01 10:00:00", 3, 6400),
    ] {
        let shot = Shot {
            camera,
            taken,
            rating,
            iso,
        };
        world.write(name, &painter::with_shot(&picture, shot));
    }
    world.index();
    let ids = ["a.jpg", "b.jpg", "c.jpg"].map(|name| world.id(name));
    crate::tags::add(&world, &ids, &["places/italy"]);
    crate::tags::add(&world, &ids[..1], &["places/my home", "italian food"]);
    let attributes = [
        (ids[0], "price", "200"),
        (ids[1], "price", "[200, \"sold out\", 200]"),
        (ids[2], "price", "true"),
        (ids[2], "my name", "\"x\""),
    ];
    let catalog = Connection::open(world.data().join("catalog.db")).unwrap();
    for (id, name, value) in attributes {
        let sql = "INSERT INTO attribute (photo_id, name, value) VALUES (?1, ?2, ?3)";
        catalog.execute(sql, params![id.0, name, value]).unwrap();
    }
    world
}

/// Completes at `|`.
fn items(world: &World, marked: &str) -> (String, Vec<Completion>) {
    let cursor = marked.chars().position(|c| c == '|').unwrap();
    let line = marked.replacen('|', "", 1);
    let found = complete::complete(world.engine(), &line, cursor, None).unwrap();
    assert!(found.items.len() <= complete::MOST, "{marked}");
    let replaced = line.chars().take(found.end).skip(found.start).collect();
    (replaced, found.items)
}

#[track_caller]
fn check(world: &World, marked: &str, replaced: &str, texts: &[&str]) {
    let (place, items) = items(world, marked);
    let found: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
    assert_eq!(
        (place.as_str(), found.as_slice()),
        (replaced, texts),
        "{marked}"
    );
}

#[test]
fn fields_and_signs_are_completed() {
    let world = world();
    check(&world, "red cam|", "cam", &["camera:"]);
    check(&world, "-le|", "le", &["lens:"]);
    check(&world, "of|:x", "of", &["is:offline"]);
    check(&world, "orien|:x", "orien", &["orientation"]);
    check(&world, "pri|", "pri", &["attr.price:"]);
    check(
        &world,
        "attr.|",
        "attr.",
        &["attr.price:", "attr.\"my name\":"],
    );
    check(&world, "attr.\"my|", "attr.\"my", &["attr.\"my name\":"]);
    check(
        &world,
        "label|",
        "label",
        &["label:", "label!=", "label~", "label!~"],
    );
    check(&world, "xyzzy|", "xyzzy", &[]);
    check(&world, "\"cam|", "", &[]);
    let (_, all) = items(&world, "|");
    assert_eq!(all.len(), complete::MOST);
    assert!(all.iter().all(|item| item.kind == CompletionKind::Field));
    assert!(all.iter().all(|item| item.hint.is_some()));
}

#[test]
fn values_are_completed_the_most_frequent_first() {
    let world = world();
    check(
        &world,
        "tag:|",
        "",
        &["places/italy", "\"italian food\"", "\"places/my home\""],
    );
    check(
        &world,
        "tag:ITAL|y",
        "ITALy",
        &["places/italy", "\"italian food\""],
    );
    check(&world, "tag:\"my h|", "\"my h", &["\"places/my home\""]);
    check(&world, "camera:x|", "x", &["X-T5"]);
    check(&world, "camera:eos|", "eos", &["\"EOS R6\""]);
    check(&world, "rating>=|", "", &["3", "5"]);
    check(&world, "iso:6|", "6", &["6400"]);
    check(&world, "year:|", "", &["2021", "2023"]);
    check(&world, "date:2021-|", "2021-", &["2021-05", "2021-06"]);
    check(&world, "format:|", "", &["jpeg"]);
    check(&world, "is:fa|", "fa", &["faulty"]);
    check(&world, "no:ra|", "ra", &["rating", "camera", "duration"]);
    check(&world, "attr.price:|", "", &["200", "\"sold out\"", "true"]);
    check(&world, "name:|", "", &[]);
    let (_, tags) = items(&world, "tag:|");
    let counts: Vec<_> = tags.iter().map(|item| item.photos).collect();
    assert_eq!(counts, [Some(3), Some(1), Some(1)]);
    let (_, prices) = items(&world, "attr.price:2|");
    assert_eq!(
        prices[0].photos,
        Some(2),
        "a value twice in a list is one photo"
    );
}

#[test]
fn every_completed_filter_can_be_read_and_finds_its_photos() {
    let world = world();
    for field in [
        "tag",
        "camera",
        "rating",
        "iso",
        "year",
        "format",
        "library",
        "attr.price",
    ] {
        let (_, values) = items(&world, &format!("{field}:|"));
        assert!(!values.is_empty(), "{field}");
        for value in values {
            let hits = world.typed(&format!("{field}:{}", value.text));
            assert_eq!(
                Some(hits.len() as u64),
                value.photos,
                "{field}:{}",
                value.text
            );
        }
    }
}

#[test]
fn only_photos_of_the_library_are_counted() {
    let world = world();
    let count = |library| {
        let found = complete::complete(world.engine(), "camera:", 7, Some(LibraryId(library)));
        found.unwrap().items.len()
    };
    assert_eq!((count(1), count(2)), (2, 0));
}

#[test]
fn a_line_is_told_by_its_words_and_filters() {
    let line = "boat -red  tag:\"my home\" rating>=4 OR no:rating -(iso:100 year:2021)";
    let parts = complete::read(line).unwrap();
    assert_eq!(
        (parts.words.as_str(), parts.without.as_str()),
        ("boat", "red")
    );
    let told: Vec<(String, String)> = parts
        .filters
        .into_iter()
        .map(|(typed, span)| {
            let place = line.chars().take(span.end).skip(span.start).collect();
            (typed, place)
        })
        .collect();
    let same = |text: &str| (text.to_owned(), text.to_owned());
    assert_eq!(
        told,
        [
            same("tag:\"my home\""),
            same("rating>=4 OR no:rating"),
            same("-(iso:100 year:2021)"),
        ]
    );
    let single = complete::read("(tag:a tag:b)").unwrap().filters;
    assert_eq!(single.len(), 1);
    assert_eq!(single[0].0, "tag:a tag:b");
    assert!(complete::read("ratign:4").is_err());
}
