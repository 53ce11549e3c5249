//! Attributes: each change says exactly what it did and what was there before, so that it can be
//! taken back.

use std::collections::BTreeMap;

use latent_engine::EngineError;
use latent_engine::attributes::{self, AttributeChange, ValueKind};
use latent_engine::events::{Event, Kind};
use latent_engine::ids::{LibraryId, PhotoId};
use latent_engine::library::folders;
use serde_json::{Value, json};

use crate::world::World;

fn values(object: Value) -> BTreeMap<String, Value> {
    serde_json::from_value(object).unwrap()
}

pub fn set(world: &World, photos: &[PhotoId], object: Value) -> Vec<AttributeChange> {
    attributes::set(world.engine(), photos, &values(object)).unwrap()
}

fn remove(world: &World, photos: &[PhotoId], names: &[&str]) -> Vec<AttributeChange> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    attributes::remove(world.engine(), photos, &names).unwrap()
}

fn of(world: &World, name: &str) -> Value {
    serde_json::to_value(world.photo(name).attributes).unwrap()
}

fn change(name: &str, photo: PhotoId, before: Option<Value>) -> AttributeChange {
    AttributeChange {
        name: name.into(),
        photo,
        before,
    }
}

fn three() -> (World, [PhotoId; 3]) {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2), ("c.jpg", 3)]);
    let ids = ["a.jpg", "b.jpg", "c.jpg"].map(|name| world.id(name));
    (world, ids)
}

/// Undoes a change with what its answer tells.
fn take_back(world: &World, changes: Vec<AttributeChange>) {
    for AttributeChange {
        name,
        photo,
        before,
    } in changes
    {
        match before {
            Some(value) => drop(set(world, &[photo], json!({ name: value }))),
            None => drop(remove(world, &[photo], &[&name])),
        }
    }
}

#[test]
fn a_change_names_only_what_it_changed_and_can_be_taken_back() {
    let (world, [a, b, c]) = three();
    set(&world, &[b], json!({"price": 200, "sold": null}));
    let done = set(&world, &[c, a, b, a], json!({"price": 200, "sold": true}));
    let expected = [
        change("price", c, None),
        change("price", a, None),
        change("sold", c, None),
        change("sold", a, None),
        change("sold", b, Some(Value::Null)),
    ];
    assert_eq!(done, expected);
    take_back(&world, done);
    assert_eq!(of(&world, "a.jpg"), json!({}));
    assert_eq!(of(&world, "b.jpg"), json!({"price": 200, "sold": null}));
    let done = remove(&world, &[a, b, c], &["sold", "never there"]);
    assert_eq!(done, [change("sold", b, Some(Value::Null))]);
    take_back(&world, done);
    assert_eq!(of(&world, "b.jpg"), json!({"price": 200, "sold": null}));
}

#[test]
fn a_value_keeps_its_type_over_a_restart() {
    let (mut world, [a, ..]) = three();
    let all = json!({
        "integer": 9_007_199_254_740_993_i64,
        "largest": u64::MAX,
        "smallest": i64::MIN,
        "float": 2.0,
        "text": "12",
        "empty": "",
        "yes": true,
        "nothing": null,
        "list": [1, 1.0, "1", [null], {"b": {"c": []}}],
        "Größe 📷": "日本\n\u{0}",
    });
    set(&world, &[a], all.clone());
    world.reopen();
    assert_eq!(of(&world, "a.jpg"), all);
    // An integer is another value than the float of its size.
    assert_eq!(set(&world, &[a], json!({"float": 2})).len(), 1);
    assert!(set(&world, &[a], json!({"float": 2})).is_empty());
}

#[test]
fn an_unknown_photo_changes_nothing() {
    let (world, [a, ..]) = three();
    set(&world, &[a], json!({"price": 1}));
    for ids in [[a, PhotoId(999)], [PhotoId(999), a]] {
        let refused = attributes::set(world.engine(), &ids, &values(json!({"price": 2})));
        assert!(
            matches!(&refused, Err(EngineError::NotFound { what: "photo", id }) if id == "999"),
            "{refused:?}"
        );
        assert!(attributes::remove(world.engine(), &ids, &["price".to_owned()]).is_err());
    }
    assert_eq!(of(&world, "a.jpg"), json!({"price": 1}));
}

#[test]
fn a_malformed_name_or_value_changes_nothing() {
    let (world, [a, ..]) = three();
    for bad in [
        json!({}),
        json!({"good": 1, " ": 2}),
        json!({"good": 1, "two\nlines": 2}),
        json!({"good": 1, "x".repeat(101): 2}),
        json!({"good": 1, " good ": 2}),
        json!({"good": 1, "large": "x".repeat(64 << 10)}),
    ] {
        let refused = attributes::set(world.engine(), &[a], &values(bad));
        assert!(
            matches!(refused, Err(EngineError::Invalid { .. })),
            "{refused:?}"
        );
    }
    assert!(attributes::remove(world.engine(), &[a], &[]).is_err());
    assert_eq!(of(&world, "a.jpg"), json!({}));
}

#[test]
fn a_photo_has_at_most_a_thousand_attributes() {
    let (world, [a, b, _]) = three();
    let many =
        |count: usize| -> Value { (0..count).map(|n| (format!("n{n}"), json!(n))).collect() };
    assert_eq!(set(&world, &[a], many(1000)).len(), 1000);
    let one_more = attributes::set(world.engine(), &[b, a], &values(json!({"more": 1})));
    assert!(
        matches!(one_more, Err(EngineError::Invalid { .. })),
        "{one_more:?}"
    );
    assert_eq!(of(&world, "b.jpg"), json!({}));
    // Other values under the same names need no more room.
    assert_eq!(set(&world, &[a], json!({"n1": "other"})).len(), 1);
}

#[test]
fn attributes_are_listed_by_library_with_the_kinds_of_their_values() {
    let (world, [a, b, c]) = three();
    set(&world, &[a, b], json!({"price": 1, "rights": ["web"]}));
    set(&world, &[c], json!({"price": "unknown", "note": {"x": 1}}));
    set(&world, &[b], json!({"price": 0.5, "sold": false}));
    let list = |library| attributes::list(world.engine(), library).unwrap();
    let shown: Vec<_> = list(Some(world.library))
        .into_iter()
        .map(|count| (count.name, count.photos, count.kinds))
        .collect();
    let expected = [
        ("note", 1, vec![ValueKind::Object]),
        ("price", 3, vec![ValueKind::Number, ValueKind::String]),
        ("rights", 2, vec![ValueKind::Array]),
        ("sold", 1, vec![ValueKind::Boolean]),
    ]
    .map(|(name, photos, kinds)| (name.to_owned(), photos, kinds));
    assert_eq!(shown, expected);
    assert!(list(Some(LibraryId(99))).is_empty());
    world.remove("c.jpg");
    world.index();
    assert_eq!(list(None).len(), 3, "a photo that is gone counts no more");
}

#[test]
fn a_new_value_is_found_at_once_and_told_of() {
    let (world, [a, ..]) = three();
    let events = world.engine().subscribe();
    set(&world, &[a], json!({"price": 200}));
    assert_eq!(world.typed("attr.price>=200"), ["a.jpg"]);
    set(&world, &[a], json!({"price": 200}));
    remove(&world, &[a], &["price"]);
    assert_eq!(world.typed("attr.price>=200"), [""; 0]);
    let told: Vec<Event> = events.try_iter().collect();
    assert_eq!(told.len(), 2, "what changes nothing is not told: {told:?}");
    for event in told {
        assert!(
            matches!(&event, Event::Changed(kinds) if kinds == &[Kind::Attributes]),
            "{event:?}"
        );
    }
}

#[test]
fn attributes_go_with_their_photos_when_a_library_is_forgotten() {
    let (mut world, [a, b, _]) = three();
    set(&world, &[a, b], json!({"price": 200}));
    folders::remove(world.engine(), world.library).unwrap();
    world.close();
    let catalog = rusqlite::Connection::open(world.data().join("catalog.db")).unwrap();
    let left: i64 = catalog
        .query_row("SELECT count(*) FROM attribute", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn a_hundred_thousand_photos_get_their_values_at_once() {
    let mut world = World::with(&[("a.jpg", 1)]);
    world.close();
    let catalog = rusqlite::Connection::open(world.data().join("catalog.db")).unwrap();
    copy_photo(&catalog, 100_000);
    drop(catalog);
    world.reopen();
    let ids: Vec<PhotoId> = (1..=100_000).map(PhotoId).collect();
    let done = set(&world, &ids, json!({"batch": "spring", "stars": 4.5}));
    assert_eq!(done.len(), 200_000);
    assert_eq!(done[99_999], change("batch", PhotoId(100_000), None));
    assert_eq!(
        attributes::list(world.engine(), None).unwrap()[1].photos,
        100_000
    );
    assert_eq!(remove(&world, &ids, &["stars"]).len(), 100_000);
}

/// Fills the catalog up to so many photos with copies of the first.
fn copy_photo(catalog: &rusqlite::Connection, photos: u32) {
    catalog
        .execute(
            "INSERT INTO photo (library_id, root_id, rel_path, path, folder, file_name, bytes, \
             mtime_ns, content_hash, format, width, height, decode_version, added_at) \
             WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) \
             SELECT library_id, root_id, CAST(i AS BLOB), path, folder, file_name, bytes, mtime_ns, \
             content_hash, format, width, height, decode_version, added_at \
             FROM photo, n WHERE photo.id = 1",
            [photos],
        )
        .unwrap();
}
