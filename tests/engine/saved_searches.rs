//! Saved searches and the search history, through the commands: what a search finds now, and what
//! of it is there after a restart.

use latent_commands::dispatch;
use latent_engine::engine::PictureSource;
use latent_engine::events::{Event, Kind};
use serde_json::{Value, json};

use crate::world::World;
use crate::{painter, tags};

fn ask(world: &World, command: &str, request: Value) -> Value {
    dispatch(world.engine(), command, request).unwrap_or_else(|error| panic!("{command}: {error}"))
}

/// The code of a refusal.
#[track_caller]
fn refused(world: &World, command: &str, request: Value) -> Value {
    let error = dispatch(world.engine(), command, request).unwrap_err();
    serde_json::to_value(error.body()).unwrap()["code"].take()
}

fn save(world: &World, name: &str, search: Value) -> Value {
    ask(
        world,
        "save_search",
        json!({"name": name, "search": search}),
    )
}

fn saved(world: &World) -> Vec<Value> {
    let mut list = ask(world, "list_saved_searches", Value::Null);
    serde_json::from_value(list["searches"].take()).unwrap()
}

/// What a saved search finds now, and why it cannot be asked.
fn now(world: &World, name: &str) -> (Value, Value) {
    let list = saved(world);
    let one = list.iter().find(|one| one["name"] == name).unwrap();
    (one["photos"].clone(), one["problem"].clone())
}

fn remember(world: &World, search: Value) {
    ask(world, "remember_search", json!({ "search": search }));
}

fn history(world: &World) -> Vec<Value> {
    let mut list = ask(world, "list_search_history", Value::Null);
    let list: Vec<Value> = serde_json::from_value(list["searches"].take()).unwrap();
    list.into_iter()
        .map(|mut one| one["search"].take())
        .collect()
}

fn two() -> World {
    World::with(&[("boat-a.jpg", 1), ("boat-b.jpg", 2)])
}

fn told(events: impl Iterator<Item = Event>) -> Vec<Kind> {
    let kinds = events.filter_map(|event| match event {
        Event::Changed(kinds) => Some(kinds),
        Event::Job(_) | Event::KeptUp(_) => None,
    });
    kinds.flatten().collect()
}

#[test]
fn a_saved_search_counts_what_it_finds_now() {
    let world = two();
    save(&world, "Trip", json!({"query": "tag:trip"}));
    save(&world, "Dear", json!({"filter": "attr.price>=100"}));
    save(&world, "Boats", json!({"query": "boat"}));
    save(&world, "All", json!({}));
    assert_eq!(now(&world, "Trip"), (json!(0), Value::Null));
    let events = world.engine().subscribe();
    tags::add(&world, &[world.id("boat-a.jpg")], &["trip"]);
    assert!(told(events.try_iter()).contains(&Kind::Tags));
    assert_eq!(now(&world, "Trip"), (json!(1), Value::Null));
    crate::attributes::set(&world, &[world.id("boat-b.jpg")], json!({"price": 120}));
    assert!(told(events.try_iter()).contains(&Kind::Attributes));
    assert_eq!(now(&world, "Dear").0, 1);
    assert_eq!(
        (now(&world, "Boats").0, now(&world, "All").0),
        (json!(2), json!(2))
    );
    world.write("boat-c.jpg", &painter::photo(3));
    world.index();
    assert!(told(events.try_iter()).contains(&Kind::Photos));
    assert_eq!(
        (now(&world, "Boats").0, now(&world, "All").0),
        (json!(3), json!(3))
    );
}

#[test]
fn a_ranking_is_counted_only_where_photos_are_left_out() {
    let world = two();
    let id = world.id("boat-a.jpg").0;
    let like = json!([{"photoId": id}]);
    save(&world, "Like", json!({"images": like}));
    save(
        &world,
        "Same",
        json!({"images": like, "maxDistance": 0.001}),
    );
    save(
        &world,
        "Like tagged",
        json!({"images": like, "query": "tag:trip"}),
    );
    save(
        &world,
        "Like boats",
        json!({"images": like, "query": "boat"}),
    );
    assert_eq!(now(&world, "Like"), (Value::Null, Value::Null));
    assert_eq!(now(&world, "Same"), (json!(1), Value::Null));
    assert_eq!(now(&world, "Like tagged"), (json!(0), Value::Null));
    tags::add(&world, &[world.id("boat-b.jpg")], &["trip"]);
    assert_eq!(now(&world, "Like tagged"), (json!(1), Value::Null));
    assert_eq!(now(&world, "Like boats"), (Value::Null, Value::Null));
}

#[test]
fn a_search_whose_photo_is_gone_says_so_and_is_well_when_it_is_back() {
    let world = two();
    let like = json!([{"photoId": world.id("boat-a.jpg").0}]);
    save(&world, "Like", json!({"images": like}));
    save(
        &world,
        "Same",
        json!({"images": like, "maxDistance": 0.001}),
    );
    let outside = world.beside("outside.jpg");
    std::fs::write(&outside, painter::photo(9)).unwrap();
    save(&world, "Outside", json!({"images": [{"path": outside}]}));
    assert_eq!(now(&world, "Outside"), (Value::Null, Value::Null));
    std::fs::rename(world.path("boat-a.jpg"), world.beside("kept.jpg")).unwrap();
    std::fs::remove_file(&outside).unwrap();
    world.index();
    for name in ["Like", "Outside"] {
        let (photos, problem) = now(&world, name);
        assert!(photos.is_null() && problem.is_string(), "{name}: {problem}");
    }
    std::fs::rename(world.beside("kept.jpg"), world.path("boat-a.jpg")).unwrap();
    world.index();
    assert_eq!(now(&world, "Like"), (Value::Null, Value::Null));
    assert_eq!(now(&world, "Same"), (json!(1), Value::Null));
}

#[test]
fn a_search_without_its_model_says_so() {
    let world = two();
    save(
        &world,
        "Meaning",
        json!({"text": "boat", "space": "semantic"}),
    );
    let (photos, problem) = now(&world, "Meaning");
    assert!(photos.is_null());
    assert!(problem.as_str().unwrap().contains("model"), "{problem}");
    // It was there before, so what was removed can be saved again.
    let list = saved(&world);
    ask(&world, "remove_saved_search", json!({"id": list[0]["id"]}));
    let again = save(&world, "Meaning", list[0]["search"].clone());
    assert_eq!(again["search"], list[0]["search"]);
}

#[test]
fn a_malformed_search_is_not_saved() {
    let world = two();
    let whole = json!({"x": 0, "y": 0, "width": 0, "height": 1});
    for (search, code) in [
        (json!({"filter": "rating>>4"}), "invalidFilter"),
        (json!({"query": "boat camrea:x"}), "invalidFilter"),
        (json!({"query": "boat", "maxDistance": 7}), "invalidRequest"),
        (
            json!({"images": [{"photoId": 1, "box": whole}]}),
            "invalidBox",
        ),
        (json!({"images": [{}]}), "invalidRequest"),
        (json!({"images": [{"heldId": 77}]}), "notFound"),
        (
            json!({"images": [{"base64": "bm8gcGljdHVyZQ=="}]}),
            "unreadablePicture",
        ),
    ] {
        let request = json!({"name": "Bad", "search": search});
        assert_eq!(refused(&world, "save_search", request), code, "{search}");
    }
    assert!(saved(&world).is_empty());
}

#[test]
fn a_name_is_taken_whatever_its_case() {
    let world = two();
    let first = save(&world, " Été à Rome ", json!({"query": "rome"}));
    assert_eq!(first["name"], "Été à Rome");
    let other = save(&world, "Other", json!({"query": "other"}));
    let twin = json!({"name": "éTÉ À rome", "search": {}});
    assert_eq!(refused(&world, "save_search", twin), "alreadyExists");
    let rename = json!({"id": other["id"], "name": "ÉTÉ À ROME", "search": {}});
    assert_eq!(refused(&world, "save_search", rename), "alreadyExists");
    for bad in ["", "  ", "two\nlines", &"x".repeat(101)] {
        let request = json!({"name": bad, "search": {}});
        assert_eq!(
            refused(&world, "save_search", request),
            "invalidRequest",
            "{bad:?}"
        );
    }
    assert_eq!(saved(&world).len(), 2);
}

#[test]
fn a_saved_search_is_renamed_and_replaced_by_its_id() {
    let mut world = two();
    let events = world.engine().subscribe();
    let first = save(
        &world,
        "rome",
        json!({"query": "rome", "cursor": "x", "limit": 7}),
    );
    assert_eq!(first["search"]["limit"], Value::Null);
    save(&world, "Alps", json!({"query": "alps"}));
    assert_eq!(
        told(events.try_iter()),
        [Kind::SavedSearches, Kind::SavedSearches]
    );
    let request = json!({"id": first["id"], "name": "ROME", "search": {"query": "tag:rome"}});
    let changed = ask(&world, "save_search", request);
    assert_eq!(
        (&changed["id"], &changed["photos"]),
        (&first["id"], &json!(0))
    );
    assert_eq!(changed["createdAt"], first["createdAt"]);
    drop(events);
    world.reopen();
    let names: Vec<Value> = saved(&world)
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert_eq!(names, ["Alps", "ROME"]);
    assert_eq!(saved(&world)[1]["search"]["query"], "tag:rome");
    ask(&world, "remove_saved_search", json!({"id": first["id"]}));
    let gone = json!({"id": first["id"]});
    assert_eq!(refused(&world, "remove_saved_search", gone), "notFound");
    let gone = json!({"id": first["id"], "name": "Rome", "search": {}});
    assert_eq!(refused(&world, "save_search", gone), "notFound");
    assert_eq!(saved(&world).len(), 1);
}

#[test]
fn a_held_picture_and_its_box_are_there_after_a_restart() {
    let mut world = two();
    let bytes = painter::photo(1);
    let held = world
        .engine()
        .hold_picture(PictureSource::Bytes(bytes.into()))
        .unwrap();
    let quarter = [0, 0, held.width / 2, held.height / 2];
    let image = json!({"heldId": held.id.0, "boxPx": quarter, "weight": 0.5});
    save(&world, "Held", json!({"images": [image], "maxDistance": 2}));
    world.reopen();
    let kept = saved(&world).remove(0);
    assert_eq!(
        (&kept["photos"], &kept["problem"]),
        (&json!(2), &Value::Null)
    );
    let image = &kept["search"]["images"][0];
    assert_eq!(
        (&image["heldId"], &image["boxPx"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&image["box"]["width"], &image["weight"]),
        (&json!(0.5), &json!(0.5))
    );
    let result = ask(&world, "search_photos", kept["search"].clone());
    assert_eq!(result["hits"][0]["photoId"], world.id("boat-a.jpg").0);
    // Saving what was saved loses nothing.
    let again = save(&world, "Again", kept["search"].clone());
    assert_eq!(again["search"], kept["search"]);
}

#[test]
fn a_large_picture_is_kept_small_and_upright() {
    use base64::Engine as _;
    let world = two();
    let large = image::RgbImage::from_fn(2000, 3000, |x, y| {
        image::Rgb([(x / 8) as u8, (y / 12) as u8, 90])
    });
    let path = world.beside("large.png");
    large.save(&path).unwrap();
    let png = std::fs::read(&path).unwrap();
    let base64 = base64::engine::general_purpose::STANDARD;
    let search = json!({"images": [{"base64": base64.encode(&png)}]});
    let size = |search: &Value| {
        let kept = search["images"][0]["base64"].as_str().unwrap();
        let kept = image::load_from_memory(&base64.decode(kept).unwrap()).unwrap();
        (kept.width(), kept.height())
    };
    assert_eq!(
        size(&save(&world, "Large", search.clone())["search"]),
        (683, 1024)
    );
    remember(&world, search.clone());
    remember(&world, search);
    let history = history(&world);
    assert_eq!(history.len(), 1);
    assert_eq!(size(&history[0]), (341, 512));
}

#[test]
fn the_history_has_each_search_once_the_newest_first() {
    let mut world = two();
    let events = world.engine().subscribe();
    remember(&world, json!({"query": "boat"}));
    assert_eq!(told(events.try_iter()), [Kind::SearchHistory]);
    remember(&world, json!({"query": "rome"}));
    remember(
        &world,
        json!({"query": "boat", "limit": 5, "cursor": "x", "text": ""}),
    );
    remember(&world, json!({"sort": "name", "query": "  "}));
    drop(events);
    world.reopen();
    let queries: Vec<Value> = history(&world)
        .iter()
        .map(|one| one["query"].clone())
        .collect();
    assert_eq!(queries, ["boat", "rome"]);
    ask(&world, "clear_search_history", Value::Null);
    assert!(history(&world).is_empty());
}

#[test]
fn the_history_ends_after_a_hundred_and_leaves_large_searches_out() {
    let world = two();
    for number in 0..103 {
        remember(&world, json!({"query": format!("boat {number}")}));
    }
    remember(&world, json!({"query": "x".repeat(257 << 10)}));
    let history = history(&world);
    assert_eq!(history.len(), 100);
    assert_eq!(
        (&history[0]["query"], &history[99]["query"]),
        (&json!("boat 102"), &json!("boat 3"))
    );
}

#[test]
fn a_search_of_a_later_latent_is_kept_and_told() {
    let mut world = two();
    save(&world, "Rome", json!({"query": "rome"}));
    remember(&world, json!({"query": "rome"}));
    remember(&world, json!({"query": "boat"}));
    world.close();
    let catalog = rusqlite::Connection::open(world.data().join("catalog.db")).unwrap();
    for table in ["saved_search", "search_history"] {
        let later = r#"{"smell":"sea"}"#;
        let update = format!("UPDATE {table} SET query = ?1 WHERE query LIKE '%rome%'");
        assert_eq!(catalog.execute(&update, [later]).unwrap(), 1);
    }
    drop(catalog);
    world.reopen();
    let (photos, problem) = now(&world, "Rome");
    assert!(photos.is_null());
    assert!(problem.as_str().unwrap().contains("newer"), "{problem}");
    assert_eq!(history(&world).len(), 1);
}
