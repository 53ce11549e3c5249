//! Searching by words and filters, without a model.

use latent_engine::EngineError;
use latent_engine::engine::PictureSource;
use latent_engine::library::folders;
use latent_engine::search::{self, Query};

use crate::painter::{self, Shot};
use crate::world::{World, like};

/// Photos that differ in name, folder, camera, rating, time and colour.
fn world() -> World {
    let world = World::new();
    let [red, green, blue] = [[215, 20, 25], [20, 160, 40], [20, 40, 200]].map(painter::plain);
    let shot = |camera, taken, rating, iso| Shot {
        camera,
        taken,
        rating,
        iso,
    };
    for (name, photo, shot) in [
        (
            "italy/GoldenGate_2021.jpg",
            blue,
            shot("X-T5", "2021:05:01 10:00:00", 5, 100),
        ),
        (
            "italy/boats.jpg",
            painter::photo(2),
            shot("X-T5", "2022:05:01 10:00:00", 3, 200),
        ),
        (
            "home/cat.jpg",
            red,
            shot("EOS R6", "2023:05:01 10:00:00", 4, 6400),
        ),
        ("home/category list.jpg", green, shot("", "", 0, 0)),
    ] {
        world.write(name, &painter::with_shot(&photo, shot));
    }
    world.index();
    crate::tags::add(&world, &[world.id("italy/boats.jpg")], &["trip/sea side"]);
    world
}

#[track_caller]
fn check(world: &World, typed: &str, names: &[&str]) {
    let mut hits = world.typed(typed);
    hits.sort();
    assert_eq!(hits, names, "{typed}");
}

#[test]
fn words_are_found_wherever_they_stand() {
    let world = world();
    check(&world, "golden", &["GoldenGate_2021.jpg"]);
    check(&world, "gate 2021", &["GoldenGate_2021.jpg"]);
    check(&world, "italy", &["GoldenGate_2021.jpg", "boats.jpg"]);
    check(&world, "sea side", &["boats.jpg"]);
    check(&world, "boat", &["boats.jpg"]);
    check(&world, "BOATS", &["boats.jpg"]);
    check(&world, "x-t5", &["GoldenGate_2021.jpg", "boats.jpg"]);
    check(&world, "eos", &["cat.jpg"]);
    check(&world, "red", &["cat.jpg"]);
    check(&world, "gold", &["GoldenGate_2021.jpg"]);
    check(&world, "italy cat", &[]);
    check(&world, "nothing at all", &[]);
}

#[test]
fn a_word_in_the_name_counts_more_than_one_in_the_folder() {
    let world = World::with(&[("sunset/a.jpg", 1), ("b/sunset.jpg", 2), ("c.jpg", 3)]);
    assert_eq!(world.typed("sunset"), ["sunset.jpg", "a.jpg"]);
    crate::tags::add(&world, &[world.id("c.jpg")], &["best/sunset"]);
    assert_eq!(world.typed("sunset"), ["c.jpg", "sunset.jpg", "a.jpg"]);
}

#[test]
fn words_without_a_model_say_so_and_are_similar_by_half_at_least() {
    let world = world();
    let page = world.search(&Query {
        text: Some("italy".into()),
        ..Query::default()
    });
    assert_eq!((page.found.by, page.found.total), ("words", 2));
    assert!(page.found.note.unwrap().contains("No model is in use"));
    for hit in &page.hits {
        assert_eq!((hit.by.as_slice(), hit.distance), (&["words"][..], None));
        assert!(hit.similarity.unwrap() >= 0.5);
    }
}

#[test]
fn words_with_a_minus_leave_photos_out() {
    let world = world();
    check(&world, "italy -boats", &["GoldenGate_2021.jpg"]);
    check(&world, "-italy", &["cat.jpg", "category list.jpg"]);
    check(&world, "-italy -red", &["category list.jpg"]);
    let query = Query {
        without: Some("italy".into()),
        ..Query::default()
    };
    assert_eq!(world.hits(&query).len(), 2);
}

#[test]
fn an_answer_of_not_words_counts_only_photos_that_are_there() {
    let world = world();
    world.remove("italy/boats.jpg");
    world.index();
    let query = Query {
        typed: Some("-cat".into()),
        ..Query::default()
    };
    let page = world.search(&query);
    assert_eq!((page.hits.len(), page.found.total), (2, 2));
}

#[test]
fn a_word_with_a_minus_leaves_out_that_word_and_not_longer_ones() {
    check(&world(), "home -cat", &["category list.jpg"]);
}

#[test]
fn words_and_pictures_strengthen_each_other() {
    let world = world();
    let query = Query {
        typed: Some("boats".into()),
        ..like(PictureSource::Photo(world.id("italy/boats.jpg")))
    };
    let page = world.search(&query);
    assert_eq!((page.found.by, page.hits.len()), ("words + exact scan", 4));
    assert_eq!(page.hits[0].photo, world.id("italy/boats.jpg"));
    assert_eq!(page.hits[0].by, ["words", "visual"]);
}

#[test]
fn filters_combine() {
    let world = world();
    crate::tags::add(
        &world,
        &[world.id("home/cat.jpg"), world.id("italy/boats.jpg")],
        &["x"],
    );
    crate::tags::add(&world, &[world.id("home/cat.jpg")], &["y"]);
    check(&world, "tag:x -tag:y rating>=3", &["boats.jpg"]);
    check(&world, "tag:x -tag:y rating>=4", &[]);
    check(&world, "rating>=4", &["GoldenGate_2021.jpg", "cat.jpg"]);
    check(
        &world,
        "iso:100..200",
        &["GoldenGate_2021.jpg", "boats.jpg"],
    );
    check(
        &world,
        "camera:eos OR name:category",
        &["cat.jpg", "category list.jpg"],
    );
    check(&world, "year:2022", &["boats.jpg"]);
    check(&world, "date>=2022-01-01 date<2023-01-01", &["boats.jpg"]);
    check(&world, "no:rating", &["category list.jpg"]);
    check(&world, "italy rating:5", &["GoldenGate_2021.jpg"]);
    check(
        &world,
        "folder:home -format:png",
        &["cat.jpg", "category list.jpg"],
    );
    check(
        &world,
        "is:landscape width:400 height:300",
        &world.names_sorted(),
    );
    let both = Query {
        typed: Some("italy".into()),
        filter: Some("rating:3".into()),
        ..Query::default()
    };
    assert_eq!(world.hits(&both), ["boats.jpg"]);
}

#[test]
fn a_malformed_filter_is_an_error_that_names_its_place() {
    let world = world();
    for typed in [
        "rating>=",
        "ratng:5",
        "rating:lots",
        "(tag:a",
        "date:13/45",
        "is:nonsense",
    ] {
        let query = Query {
            typed: Some(typed.into()),
            ..Query::default()
        };
        let answer = search::search(world.engine(), &query);
        assert!(
            matches!(answer, Err(EngineError::Filter(_))),
            "{typed}: {answer:?}"
        );
    }
    let words = Query {
        filter: Some("just words".into()),
        ..Query::default()
    };
    assert!(matches!(
        search::search(world.engine(), &words),
        Err(EngineError::Filter(_))
    ));
}

#[test]
fn a_library_restricts_words_lists_and_filters() {
    let world = world();
    crate::world::write(&world.beside("other/italy.jpg"), &painter::photo(9));
    let other = folders::add(world.engine(), Some("Other"), &[world.beside("other")], &[]).unwrap();
    world.index();
    assert_eq!(world.typed("italy").len(), 3);
    for query in [
        Query {
            library: Some(other.id),
            ..Query::default()
        },
        Query {
            library: Some(other.id),
            text: Some("italy".into()),
            ..Query::default()
        },
        Query {
            filter: Some("library:other".into()),
            ..Query::default()
        },
    ] {
        assert_eq!(world.hits(&query), ["italy.jpg"], "{query:?}");
    }
}

#[test]
fn an_empty_query_lists_everything() {
    let world = world();
    for typed in [None, Some(""), Some("   ")] {
        let query = Query {
            typed: typed.map(str::to_owned),
            ..Query::default()
        };
        let page = world.search(&query);
        assert_eq!(
            (page.hits.len(), page.found.by, page.found.note),
            (4, "listing", None)
        );
    }
}

impl World {
    fn names_sorted(&self) -> Vec<&'static str> {
        let mut names = vec![
            "GoldenGate_2021.jpg",
            "boats.jpg",
            "cat.jpg",
            "category list.jpg",
        ];
        assert_eq!(names.len(), self.names().len());
        names.sort_unstable();
        names
    }
}
