//! The space of a text-image model: from naming its folder to answering, and back to words when
//! the folder is gone. The models have random weights: their vectors differ and mean nothing.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use latent_engine::EngineError;
use latent_engine::embed::model::testing::{Shape, write_random_checkpoint};
use latent_engine::engine::PictureSource;
use latent_engine::engine::models::{self, ModelView};
use latent_engine::engine::precision::PrecisionChoice;
use latent_engine::events::{Event, Kind};
use latent_engine::ingest;
use latent_engine::search::{self, Query};

use crate::painter;
use crate::world::{World, counts, image, like, replace};

fn six() -> World {
    World::with(&[
        ("zebra.jpg", 1),
        ("b.jpg", 2),
        ("c.jpg", 3),
        ("d.jpg", 4),
        ("e.jpg", 5),
        ("f.jpg", 6),
    ])
}

/// Writes a model's folder.
fn model(world: &World, seed: u64) -> PathBuf {
    let folder = world.beside(&format!("model-{seed}"));
    write_random_checkpoint(&folder, seed, &Shape::tiny()).unwrap();
    folder.canonicalize().unwrap()
}

fn use_model(world: &World, folder: &std::path::Path) -> ModelView {
    use_model_in(world, folder).unwrap()
}

fn use_model_in(world: &World, folder: &std::path::Path) -> Result<ModelView, EngineError> {
    models::use_model(world.engine(), folder, PrecisionChoice::Auto)
}

/// Photos that have a vector, by space.
fn spaces(world: &World) -> HashMap<String, u64> {
    let views = world.engine().list_spaces().unwrap();
    views
        .into_iter()
        .map(|view| (view.name, view.photos))
        .collect()
}

fn text(words: &str) -> Query {
    Query {
        text: Some(words.into()),
        ..Query::default()
    }
}

fn text_vector(world: &World) -> Vec<f32> {
    search::embed_text(world.engine(), "a dog", None)
        .unwrap()
        .vector
}

#[track_caller]
fn check_answers(world: &World, photos: u64) {
    assert_eq!(spaces(world)["semantic"], photos);
    let page = world.search(&text("a dog on a beach"));
    assert_eq!(
        (page.found.by, page.found.space.as_deref()),
        ("exact scan", Some("semantic"))
    );
    assert_eq!((page.hits.len() as u64, page.found.note), (photos, None));
    assert!(page.hits.iter().all(|hit| hit.by == ["semantic"]));
    for photo in world.all() {
        let page = world.search(&like(PictureSource::Photo(photo.id)));
        assert_eq!(page.found.space.as_deref(), Some("semantic"));
        assert_eq!(page.hits[0].photo, photo.id);
        assert!(page.hits[0].distance.unwrap().abs() < 3e-3);
        assert_eq!(photo.spaces, ["color", "semantic", "visual"]);
    }
}

#[test]
fn photos_indexed_before_the_model_came_get_its_vectors_at_the_next_job() {
    let mut world = six();
    let folder = model(&world, 1);
    let view = use_model(&world, &folder);
    assert_eq!(
        (view.folder, view.in_use, view.photos, view.problem),
        (folder, true, 0, None)
    );
    let vectors_missing = world.search(&like(PictureSource::Photo(world.id("b.jpg"))));
    assert_eq!(vectors_missing.found.space.as_deref(), Some("visual"));
    assert_eq!(world.hits(&text("zebra")), ["zebra.jpg"]);
    assert_eq!(counts(&world.index()), [6, 0, 0, 0, 0, 0]);
    check_answers(&world, 6);
    world.reopen();
    check_answers(&world, 6);
    world.write("new.jpg", &painter::photo(7));
    assert_eq!(counts(&world.index()), [7, 1, 0, 0, 0, 0]);
    check_answers(&world, 7);
    replace(&world.path("new.jpg"), &painter::photo(8));
    assert_eq!(counts(&world.index()), [7, 0, 1, 0, 0, 0]);
    check_answers(&world, 7);
}

#[test]
fn photos_that_get_vectors_without_being_read_are_told_of() {
    let world = six();
    world.index();
    use_model(&world, &model(&world, 1));
    let events = world.engine().subscribe();
    assert_eq!(counts(&world.index()), [6, 0, 0, 0, 0, 0]);
    let told = events
        .try_iter()
        .any(|event| matches!(event, Event::Changed(kinds) if kinds.contains(&Kind::Photos)));
    assert!(
        told,
        "a search that was answered before is never asked again"
    );
    check_answers(&world, 6);
}

#[test]
fn a_picture_a_file_and_a_box_are_compared_by_meaning_once_all_photos_are() {
    let world = six();
    use_model(&world, &model(&world, 1));
    world.index();
    let bytes = fs::read(world.path("c.jpg")).unwrap();
    for source in [
        PictureSource::File(world.path("c.jpg")),
        PictureSource::Bytes(bytes.into()),
    ] {
        let page = world.search(&like(source.clone()));
        assert_eq!(page.hits[0].photo, world.id("c.jpg"));
        assert!(page.hits[0].distance.unwrap() < 0.01, "{:?}", page.hits[0]);
        let vector = search::embed_image(world.engine(), &image(source, 1.0), None).unwrap();
        assert_eq!(
            (vector.space.as_str(), vector.vector.len()),
            ("semantic", 32)
        );
    }
    let both = Query {
        text: Some("zebra".into()),
        ..like(PictureSource::Photo(world.id("zebra.jpg")))
    };
    let page = world.search(&both);
    assert_eq!(
        (page.found.by, page.hits[0].photo),
        ("words + exact scan", world.id("zebra.jpg"))
    );
    assert_eq!(page.hits[0].by, ["words", "semantic"]);
}

#[test]
fn words_find_a_photo_first_though_the_model_answers_for_all() {
    let world = six();
    use_model(&world, &model(&world, 1));
    world.index();
    let page = world.search(&text("zebra"));
    assert_eq!(
        (page.hits.len(), page.hits[0].photo),
        (6, world.id("zebra.jpg"))
    );
    assert!(
        world
            .search(&Query {
                typed: Some("dog -zebra".into()),
                ..Query::default()
            })
            .hits
            .len()
            < 6
    );
}

#[test]
fn a_second_model_is_built_beside_the_first_and_then_takes_over() {
    let mut world = six();
    let (first, second) = (model(&world, 1), model(&world, 2));
    use_model(&world, &first);
    world.index();
    let of_first = text_vector(&world);
    assert!(!use_model(&world, &second).in_use);
    let listed = models::list(world.engine()).unwrap();
    assert_eq!(
        listed
            .iter()
            .map(|m| (m.in_use, m.photos))
            .collect::<Vec<_>>(),
        [(true, 6), (false, 0)]
    );
    for _ in 0..2 {
        assert_eq!(text_vector(&world), of_first);
        check_answers(&world, 6);
        world.reopen();
    }
    world.write("new.jpg", &painter::photo(7));
    world.index();
    let listed = models::list(world.engine()).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0].folder, listed[0].in_use, listed[0].photos),
        (&second, true, 7)
    );
    check_answers(&world, 7);
    let of_second = text_vector(&world);
    assert_ne!(of_second, of_first);
    world.reopen();
    assert_eq!(text_vector(&world), of_second);
    check_answers(&world, 7);
}

#[test]
fn going_back_to_the_first_model_needs_only_what_it_lacks() {
    let world = six();
    let (first, second) = (model(&world, 1), model(&world, 2));
    for folder in [&first, &second] {
        use_model(&world, folder);
        world.index();
    }
    assert_eq!(use_model(&world, &first).photos, 6);
    world.index();
    assert_eq!(models::list(world.engine()).unwrap()[0].folder, first);
    check_answers(&world, 6);
}

#[test]
fn a_model_folder_that_is_gone_leaves_words_and_says_why() {
    let mut world = six();
    let folder = model(&world, 1);
    use_model(&world, &folder);
    world.index();
    world.close();
    fs::rename(&folder, world.beside("moved away")).unwrap();
    world.reopen();
    let page = world.search(&text("zebra"));
    assert_eq!(
        (page.found.by, page.hits[0].photo),
        ("words", world.id("zebra.jpg"))
    );
    let note = page.found.note.unwrap();
    assert!(
        note.contains("cannot be used") && note.contains("model-1"),
        "{note}"
    );
    let page = world.search(&like(PictureSource::Photo(world.id("b.jpg"))));
    assert_eq!(page.found.space.as_deref(), Some("visual"));
    let asked = Query {
        space: Some("semantic".into()),
        ..text("zebra")
    };
    let refused = search::search(world.engine(), &asked);
    assert!(
        matches!(refused, Err(EngineError::SpaceNotReady { .. })),
        "{refused:?}"
    );
    let view = models::list(world.engine()).unwrap().remove(0);
    assert!(
        view.in_use && view.info.is_none() && view.problem.is_some(),
        "{view:?}"
    );
    // Indexing goes on without it, and its vectors are still there when it is back.
    world.write("new.jpg", &painter::photo(7));
    assert_eq!(counts(&world.index()), [7, 1, 0, 0, 0, 0]);
    world.close();
    fs::rename(world.beside("moved away"), &folder).unwrap();
    world.reopen();
    world.index();
    check_answers(&world, 7);
}

#[test]
fn other_files_in_the_folder_of_the_model_are_not_taken_for_it() {
    let mut world = six();
    let folder = model(&world, 1);
    use_model(&world, &folder);
    world.index();
    world.close();
    write_random_checkpoint(&folder, 99, &Shape::tiny()).unwrap();
    world.reopen();
    let page = world.search(&text("zebra"));
    assert_eq!(page.found.by, "words");
    assert!(
        page.found.note.as_deref().unwrap().contains("use it again"),
        "{:?}",
        page.found.note
    );
    world.index();
    assert_eq!(world.search(&text("zebra")).found.by, "words");
    use_model(&world, &folder);
    world.index();
    check_answers(&world, 6);
}

#[test]
fn a_damaged_model_is_refused_and_nothing_changes() {
    let world = six();
    let (good, bad) = (model(&world, 1), model(&world, 2));
    use_model(&world, &good);
    world.index();
    let before = text_vector(&world);
    let weights = bad.join("model.safetensors");
    let content = fs::read(&weights).unwrap();
    fs::write(&weights, &content[..content.len() / 2]).unwrap();
    let refused = use_model_in(&world, &bad);
    assert!(matches!(refused, Err(EngineError::Embed(_))), "{refused:?}");
    assert!(use_model_in(&world, &world.beside("nowhere")).is_err());
    assert!(use_model_in(&world, &world.root()).is_err());
    assert_eq!(text_vector(&world), before);
    check_answers(&world, 6);
}

#[test]
fn photos_of_an_offline_disk_get_the_vectors_of_their_thumbnails() {
    let world = six();
    fs::rename(world.root(), world.beside("shelf")).unwrap();
    use_model(&world, &model(&world, 1));
    let report = world.index();
    assert_eq!(
        (counts(&report), report.offline.len()),
        ([6, 0, 0, 0, 0, 0], 1)
    );
    check_answers(&world, 6);
}

#[test]
fn a_cancelled_job_keeps_the_vectors_it_had_and_the_first_model_serving() {
    let world = six();
    use_model(&world, &model(&world, 1));
    world.index();
    use_model(&world, &model(&world, 2));
    let job = ingest::start(world.engine(), None, false).unwrap();
    world.engine().jobs().cancel(job).unwrap();
    world.engine().jobs().wait(job, crate::world::LONG).unwrap();
    check_answers(&world, 6);
    world.index();
    assert_eq!(models::list(world.engine()).unwrap().len(), 1);
    check_answers(&world, 6);
}

#[test]
fn newer_stages_read_a_photo_again_and_leave_the_models_vector_as_it_is() {
    let mut world = six();
    let folder = model(&world, 1);
    use_model(&world, &folder);
    world.index();
    world.close();
    let catalog = rusqlite::Connection::open(world.data().join("catalog.db")).unwrap();
    // Nobody makes such a vector: it shows whether it was made again.
    let marked = "UPDATE vector SET value = zeroblob(length(value)) \
        WHERE space_id = (SELECT id FROM space WHERE name = 'semantic' AND serving)";
    assert_eq!(catalog.execute(marked, []).unwrap(), 6);
    let older = "UPDATE photo SET decode_version = 0, picture_id = NULL, uniqueness = NULL";
    catalog.execute(older, []).unwrap();
    world.reopen();
    assert_eq!(world.index().changed, 6);
    let count = |sql: &str| -> i64 { catalog.query_row(sql, [], |row| row.get(0)).unwrap() };
    let zeros = "SELECT count(*) FROM vector WHERE value = zeroblob(length(value))";
    assert_eq!(count(zeros), 6);
    assert_eq!(
        count("SELECT count(*) FROM photo WHERE picture_id IS NOT NULL"),
        6
    );
    // Another content gets another vector.
    world.write("zebra.jpg", &painter::photo(77));
    world.index();
    assert_eq!(count(zeros), 5);
}
