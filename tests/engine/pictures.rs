//! Searching by pictures: photos, files, bytes, held pictures, several with weights.

use latent_engine::EngineError;
use latent_engine::engine::PictureSource;
use latent_engine::ids::{PhotoId, QueryPictureId};
use latent_engine::library::folders;
use latent_engine::search::{self, Query};

use crate::painter;
use crate::world::{World, image, like};

fn ten() -> World {
    let world = World::new();
    for seed in 0..10 {
        world.write(&format!("{seed}.jpg"), &painter::photo(seed));
    }
    world.index();
    world
}

#[track_caller]
fn check_first(world: &World, source: PictureSource, name: &str, distance: f32) {
    for space in [None, Some("visual"), Some("color")] {
        let query = Query {
            space: space.map(str::to_owned),
            ..like(source.clone())
        };
        let page = world.search(&query);
        assert_eq!(page.hits[0].photo, world.id(name), "{space:?}");
        assert!(
            page.hits[0].distance.unwrap().abs() < distance,
            "{space:?}: {:?}",
            page.hits[0]
        );
        assert_eq!(
            (page.hits.len(), page.found.total, page.found.candidates),
            (10, 10, 10)
        );
        assert_eq!(page.found.space.as_deref(), space.or(Some("visual")));
        assert_eq!(
            (page.found.by, page.hits[0].by.as_slice()),
            ("exact scan", &[space.unwrap_or("visual")][..])
        );
        assert!(page.hits.is_sorted_by(|a, b| a.similarity >= b.similarity));
    }
}

#[test]
fn a_photo_finds_itself_first() {
    let world = ten();
    for name in ["0.jpg", "5.jpg", "9.jpg"] {
        check_first(&world, PictureSource::Photo(world.id(name)), name, 2e-3);
    }
}

#[test]
fn the_file_the_bytes_and_the_held_picture_find_the_photo() {
    let world = ten();
    let file = world.path("3.jpg");
    check_first(&world, PictureSource::File(file.clone()), "3.jpg", 2e-3);
    let bytes = std::fs::read(&file).unwrap();
    check_first(
        &world,
        PictureSource::Bytes(bytes.clone().into()),
        "3.jpg",
        2e-3,
    );
    let held = world
        .engine()
        .hold_picture(PictureSource::Bytes(bytes.into()))
        .unwrap();
    assert_eq!((held.width, held.height), (400, 300));
    check_first(&world, PictureSource::Held(held.id), "3.jpg", 2e-3);
    assert!(
        world
            .engine()
            .held_jpeg(held.id)
            .unwrap()
            .starts_with(&[0xFF, 0xD8])
    );
}

#[test]
fn an_outside_picture_finds_its_near_copy() {
    let world = ten();
    let small = image::imageops::thumbnail(&painter::picture(4, 400, 300), 200, 150);
    check_first(
        &world,
        PictureSource::Bytes(painter::jpeg(&small).into()),
        "4.jpg",
        0.1,
    );
}

#[test]
fn several_pictures_add_up_and_a_negative_weight_pushes_away() {
    let world = ten();
    let photo = |name| PictureSource::Photo(world.id(name));
    let query = |weights: &[(&'static str, f32)]| Query {
        images: weights
            .iter()
            .map(|(name, weight)| image(photo(*name), *weight))
            .collect(),
        ..Query::default()
    };
    let both = world.hits(&query(&[("1.jpg", 1.0), ("2.jpg", 1.0)]));
    assert!(
        both[..2].contains(&"1.jpg".into()) && both[..2].contains(&"2.jpg".into()),
        "{both:?}"
    );
    assert_eq!(
        world.hits(&query(&[("1.jpg", 3.0), ("2.jpg", 1.0)]))[0],
        "1.jpg"
    );
    let distance = |query: &Query, name| {
        let page = world.search(query);
        page.hits
            .iter()
            .find(|hit| hit.photo == world.id(name))
            .unwrap()
            .distance
            .unwrap()
    };
    let (alone, away) = (
        query(&[("1.jpg", 1.0)]),
        query(&[("1.jpg", 1.0), ("2.jpg", -0.7)]),
    );
    assert!(distance(&away, "2.jpg") > distance(&alone, "2.jpg") + 0.05);
    assert_eq!(world.hits(&away)[0], "1.jpg");
    let only = world.search(&query(&[("2.jpg", -1.0)]));
    let hit = only
        .hits
        .iter()
        .find(|hit| hit.photo == world.id("2.jpg"))
        .unwrap();
    assert!((hit.distance.unwrap() - 2.0).abs() < 2e-3 && hit.similarity == Some(0.0));
}

#[test]
fn weights_that_say_nothing_are_refused() {
    let world = ten();
    let source = PictureSource::Photo(world.id("1.jpg"));
    for weights in [
        &[f32::NAN][..],
        &[f32::INFINITY],
        &[0.0],
        &[1.0, -1.0],
        &[1.0, f32::NAN],
    ] {
        let images = weights
            .iter()
            .map(|weight| image(source.clone(), *weight))
            .collect();
        let answer = search::search(
            world.engine(),
            &Query {
                images,
                ..Query::default()
            },
        );
        assert!(
            matches!(answer, Err(EngineError::Invalid { .. })),
            "{weights:?}: {answer:?}"
        );
    }
    for weight in [f32::MAX, f32::MIN_POSITIVE, 1e-20, 1e30] {
        let query = Query {
            images: vec![image(source.clone(), weight)],
            ..Query::default()
        };
        match search::search(world.engine(), &query) {
            Ok(page) => assert_eq!(page.hits[0].photo, world.id("1.jpg"), "{weight}"),
            Err(error) => assert!(matches!(error, EngineError::Invalid { .. }), "{weight}"),
        }
    }
}

#[test]
fn a_plain_colour_finds_photos_of_that_colour_in_the_space_of_colours() {
    let world = ten();
    world.write("red.jpg", &painter::plain([210, 25, 30]));
    world.write("blue.jpg", &painter::plain([20, 40, 200]));
    world.index();
    for (color, name) in [([200, 30, 30], "red.jpg"), ([30, 50, 190], "blue.jpg")] {
        let source = PictureSource::Bytes(painter::plain(color).into());
        let query = Query {
            space: Some("color".into()),
            ..like(source)
        };
        assert_eq!(world.hits(&query)[0], name);
    }
}

#[test]
fn what_is_not_there_or_no_picture_is_said() {
    let world = ten();
    let answer = |source| search::search(world.engine(), &like(source)).unwrap_err();
    assert!(matches!(
        answer(PictureSource::Photo(PhotoId(99))),
        EngineError::NotFound { what: "photo", .. }
    ));
    assert!(matches!(
        answer(PictureSource::Held(QueryPictureId(9))),
        EngineError::NotFound { .. }
    ));
    assert!(matches!(
        answer(PictureSource::File(world.path("none.jpg"))),
        EngineError::Io(_)
    ));
    assert!(matches!(
        answer(PictureSource::File(world.root())),
        EngineError::Invalid { .. }
    ));
    world.write("text.jpg", b"words");
    let broken = answer(PictureSource::File(world.path("text.jpg")));
    assert!(matches!(broken, EngineError::Picture { .. }), "{broken:?}");
    assert!(broken.to_string().contains("text.jpg"), "{broken}");
    assert!(matches!(
        answer(PictureSource::Bytes(vec![].into())),
        EngineError::Picture { .. }
    ));
    assert!(
        world
            .engine()
            .hold_picture(PictureSource::Bytes(vec![1, 2].into()))
            .is_err()
    );
}

#[test]
fn a_photo_that_went_away_is_not_found_by_its_id() {
    let world = ten();
    let id = world.id("3.jpg");
    world.remove("3.jpg");
    world.index();
    let answer = search::search(world.engine(), &like(PictureSource::Photo(id)));
    assert!(
        matches!(answer, Err(EngineError::NotFound { .. })),
        "{answer:?}"
    );
}

#[test]
fn far_photos_are_left_out_by_a_distance() {
    let world = ten();
    let all = world.search(&like(PictureSource::Photo(world.id("3.jpg"))));
    let limit = all.hits[4].distance.unwrap() + 1e-6;
    let query = Query {
        max_distance: Some(limit),
        ..like(PictureSource::Photo(world.id("3.jpg")))
    };
    let page = world.search(&query);
    let near = all
        .hits
        .iter()
        .filter(|hit| hit.distance.unwrap() <= limit)
        .count();
    assert!(near >= 5);
    assert_eq!((page.hits.len(), page.found.total), (near, near as u64));
    for nonsense in [-1.0, 2.1, f32::NAN] {
        let query = Query {
            max_distance: Some(nonsense),
            ..query.clone()
        };
        let answer = search::search(world.engine(), &query);
        assert!(
            matches!(answer, Err(EngineError::Invalid { .. })),
            "{nonsense}"
        );
    }
}

#[test]
fn a_library_or_filter_restricts_what_is_compared() {
    let world = ten();
    crate::world::write(&world.beside("other/x.jpg"), &painter::photo(3));
    let other = folders::add(world.engine(), Some("Other"), &[world.beside("other")], &[]).unwrap();
    world.index();
    let source = PictureSource::Bytes(painter::photo(3).into());
    let query = Query {
        library: Some(other.id),
        ..like(source.clone())
    };
    let page = world.search(&query);
    assert_eq!((page.hits.len(), page.found.candidates), (1, 1));
    let query = Query {
        typed: Some("library:photos -name:3".into()),
        ..like(source)
    };
    let page = world.search(&query);
    assert_eq!(
        (page.hits.len(), page.found.candidates, page.found.total),
        (9, 9, 9)
    );
}

#[test]
fn an_unknown_space_and_a_missing_model_say_what_to_do() {
    let world = ten();
    let answer = |space: &str| {
        let source = PictureSource::Photo(world.id("1.jpg"));
        let query = Query {
            space: Some(space.into()),
            ..like(source)
        };
        search::search(world.engine(), &query)
            .unwrap_err()
            .to_string()
    };
    assert!(
        answer("taste").contains("There is no space taste: there are"),
        "{}",
        answer("taste")
    );
    assert!(
        answer("semantic").contains("latent model use"),
        "{}",
        answer("semantic")
    );
    let text = Query {
        text: Some("dog".into()),
        space: Some("semantic".into()),
        ..Query::default()
    };
    let answer = search::search(world.engine(), &text);
    assert!(
        matches!(answer, Err(EngineError::SpaceNotReady { .. })),
        "{answer:?}"
    );
    let answer = search::embed_text(world.engine(), "dog", None);
    assert!(
        matches!(answer, Err(EngineError::SpaceNotReady { .. })),
        "{answer:?}"
    );
    assert!(search::embed_text(world.engine(), "dog", Some("visual")).is_err());
}

#[test]
fn descriptors_have_unit_norm_and_stored_ones_equal_fresh_ones() {
    let world = ten();
    for space in ["visual", "color"] {
        let vector = |source| {
            search::embed_image(world.engine(), &image(source, 1.0), Some(space))
                .unwrap()
                .vector
        };
        let stored = vector(PictureSource::Photo(world.id("1.jpg")));
        let fresh = vector(PictureSource::File(world.path("1.jpg")));
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        assert!((dot(&stored, &stored) - 1.0).abs() < 2e-3, "{space}");
        assert!((dot(&stored, &fresh) - 1.0).abs() < 2e-3, "{space}");
    }
}
