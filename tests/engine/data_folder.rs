//! The data folder: one Latent at a time, no newer catalog, and a cache that may go at any time.

use std::fs;

use latent_engine::cache::ThumbSize;
use latent_engine::store::StoreError;
use latent_engine::{Engine, EngineError};
use rusqlite::Connection;

use crate::child;
use crate::painter;
use crate::world::{World, counts, replace};

#[test]
fn a_data_folder_is_open_once_and_free_when_it_is_closed() {
    let mut world = World::with(&[("a.jpg", 1)]);
    let again = Engine::open(&world.data());
    let Err(EngineError::Locked { data_dir }) = again else {
        panic!("It opened twice")
    };
    assert_eq!(data_dir, world.data());
    let output = child::command(&world.data(), &world.root())
        .output()
        .unwrap();
    let outcome = child::outcomes(&output.stdout).remove(0);
    assert!(
        outcome.contains("Refused Another Latent has the data folder"),
        "{outcome}"
    );
    world.close();
    let output = child::command(&world.data(), &world.root())
        .output()
        .unwrap();
    assert_eq!(child::outcomes(&output.stdout), ["Done "]);
    world.reopen();
    assert_eq!(world.names(), ["a.jpg"]);
}

#[test]
fn a_clone_keeps_the_data_folder_open() {
    let mut world = World::with(&[("a.jpg", 1)]);
    let clone = world.engine().clone();
    world.close();
    assert!(matches!(
        Engine::open(&world.data()),
        Err(EngineError::Locked { .. })
    ));
    assert_eq!(
        latent_engine::library::folders::list(&clone).unwrap().len(),
        1
    );
    drop(clone);
    world.reopen();
}

#[test]
fn a_catalog_of_a_newer_latent_is_refused_and_left_alone() {
    let mut world = World::with(&[("a.jpg", 1)]);
    world.close();
    let catalog = world.data().join("catalog.db");
    let version = |value: Option<i64>| {
        let connection = Connection::open(&catalog).unwrap();
        let old = connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap();
        if let Some(value) = value {
            connection
                .pragma_update(None, "user_version", value)
                .unwrap();
        }
        old
    };
    let old: i64 = version(Some(9999));
    let refused = Engine::open(&world.data());
    assert!(matches!(
        refused,
        Err(EngineError::Store(StoreError::Newer { .. }))
    ));
    assert_eq!(version(Some(old)), 9999);
    world.reopen();
    assert_eq!(world.names(), ["a.jpg"]);
}

#[test]
fn a_file_that_is_no_catalog_is_refused_and_left_alone() {
    let world = World::new();
    let other = world.beside("elsewhere");
    crate::world::write(
        &other.join("catalog.db"),
        b"Somebody's letter, kept under this name",
    );
    assert!(matches!(
        Engine::open(&other),
        Err(EngineError::Store(StoreError::Open { .. }))
    ));
    let letter = fs::read(other.join("catalog.db")).unwrap();
    assert!(letter.starts_with(b"Somebody's letter"));
}

#[test]
fn thumbnails_are_made_again_when_the_cache_is_deleted() {
    let mut world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
    let id = world.id("a.jpg");
    let thumbnail = |world: &World| world.engine().thumbnail(id, ThumbSize::Small).unwrap();
    let before = thumbnail(&world);
    fs::remove_dir_all(world.data().join("cache")).unwrap();
    assert_eq!(thumbnail(&world), before);
    world.reopen();
    assert_eq!(thumbnail(&world), before);
    world.close();
    fs::remove_dir_all(world.data().join("cache")).unwrap();
    world.reopen();
    assert_eq!(counts(&world.index()), [2, 0, 0, 0, 0, 0]);
    assert_eq!(thumbnail(&world), before);
    fs::remove_dir_all(world.root()).unwrap();
    assert_eq!(thumbnail(&world), before, "It is in the cache again");
}

#[test]
fn new_photos_get_thumbnails_though_the_cache_was_deleted_under_the_engine() {
    let world = World::with(&[("a.jpg", 1)]);
    fs::remove_dir_all(world.data().join("cache")).unwrap();
    world.write("b.jpg", &painter::photo(2));
    assert_eq!(counts(&world.index()), [2, 1, 0, 0, 0, 0]);
    assert!(
        world
            .engine()
            .thumbnail(world.id("b.jpg"), ThumbSize::Large)
            .is_ok()
    );
}

#[test]
fn a_damaged_thumbnail_is_made_again() {
    let world = World::with(&[("a.jpg", 1)]);
    let id = world.id("a.jpg");
    let before = world.engine().thumbnail(id, ThumbSize::Small).unwrap();
    for file in files(&world.data().join("cache")) {
        let content = fs::read(&file).unwrap();
        fs::write(&file, &content[..content.len() / 2]).unwrap();
    }
    assert_eq!(
        world.engine().thumbnail(id, ThumbSize::Small).unwrap(),
        before
    );
}

#[test]
fn a_thumbnail_of_a_file_that_changed_since_is_not_kept_as_the_old_one() {
    let world = World::with(&[("a.jpg", 1)]);
    let id = world.id("a.jpg");
    let old = world.engine().thumbnail(id, ThumbSize::Small).unwrap();
    let content = fs::read(world.path("a.jpg")).unwrap();
    fs::remove_dir_all(world.data().join("cache")).unwrap();
    replace(&world.path("a.jpg"), &painter::photo(2));
    assert_ne!(world.engine().thumbnail(id, ThumbSize::Small).unwrap(), old);
    replace(&world.path("a.jpg"), &content);
    assert_eq!(world.engine().thumbnail(id, ThumbSize::Small).unwrap(), old);
}

#[test]
fn no_file_of_the_library_is_ever_written_to() {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
    world.write("bad.jpg", b"bad");
    let seen = |world: &World| {
        let files = files(&world.root());
        files
            .into_iter()
            .map(|f| (fs::read(&f).unwrap(), crate::world::mtime(&f), f))
            .collect::<Vec<_>>()
    };
    let before = seen(&world);
    let id = world.id("a.jpg");
    crate::tags::add(&world, &[id], &["mine"]);
    world.index();
    let source = latent_engine::engine::PictureSource::Photo(id);
    let over = world
        .engine()
        .export_crop(&source, None, &world.path("b.jpg"), true);
    assert!(
        matches!(over, Err(EngineError::AlreadyExists { .. })),
        "{over:?}"
    );
    assert!(seen(&world) == before);
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            files.extend(self::files(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    files
}
