//! The vectors beside the catalog: snapshots, what is done again after a start, and what happens
//! when they do not fit.

use std::fs;
use std::path::PathBuf;

use latent_engine::Engine;
use latent_engine::engine::PictureSource;
use latent_engine::ids::PhotoId;
use latent_engine::search::{self, Query};

use crate::killed::copy_folder;
use crate::painter;
use crate::world::{self, World};

fn library() -> World {
    let photos: Vec<(String, u64)> = (0..12).map(|i| (format!("p{i}.jpg"), i)).collect();
    let named: Vec<(&str, u64)> = photos
        .iter()
        .map(|(name, seed)| (name.as_str(), *seed))
        .collect();
    World::with(&named)
}

/// Names of the photos like one, the nearest first.
fn like(world: &World, name: &str) -> Vec<String> {
    like_in(world.engine(), world.id(name))
}

fn like_in(engine: &Engine, photo: PhotoId) -> Vec<String> {
    let query = Query {
        space: Some("visual".to_owned()),
        ..world::like(PictureSource::Photo(photo))
    };
    let page = search::search(engine, &query).unwrap();
    let name = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    page.hits.iter().map(|hit| name(&hit.path)).collect()
}

fn rebuilt(world: &World) -> Vec<String> {
    let spaces = world.engine().list_spaces().unwrap();
    spaces
        .into_iter()
        .filter_map(|space| space.rebuilt)
        .collect()
}

/// The snapshot files, one a space.
fn snapshots(world: &World) -> Vec<PathBuf> {
    let spaces = fs::read_dir(world.data().join("vectors")).unwrap();
    spaces
        .map(|space| space.unwrap().path().join("codes"))
        .collect()
}

#[test]
fn a_start_takes_the_snapshot_and_answers_the_same() {
    let mut world = library();
    let before = like(&world, "p3.jpg");
    assert_eq!(before.len(), 12);
    world.reopen();
    assert!(rebuilt(&world).is_empty());
    assert_eq!(like(&world, "p3.jpg"), before);
    assert_eq!(snapshots(&world).len(), 2);
}

#[test]
fn what_happened_after_the_snapshot_is_done_again_at_the_start() {
    let mut world = library();
    world.reopen();
    world.remove("p1.jpg");
    world.write("new.jpg", &painter::photo(77));
    world.index();
    let expect = like(&world, "p3.jpg");
    assert!(expect.contains(&"new.jpg".to_owned()) && !expect.contains(&"p1.jpg".to_owned()));
    // What a kill leaves: the catalog knows more than the snapshot.
    let left = world.beside("left");
    copy_folder(&world.data(), &left);
    let killed = Engine::open(&left).unwrap();
    let spaces = killed.list_spaces().unwrap();
    assert!(spaces.iter().all(|space| space.rebuilt.is_none()));
    assert_eq!(like_in(&killed, world.id("p3.jpg")), expect);
}

#[test]
fn a_snapshot_of_another_catalog_is_not_used() {
    let mut world = library();
    world.close();
    let copy = fs::read(world.data().join("catalog.db")).unwrap();
    world.reopen();
    world.write("new.jpg", &painter::photo(78));
    world.index();
    world.close();
    // Somebody puts yesterday's catalog back.
    fs::write(world.data().join("catalog.db"), copy).unwrap();
    world.reopen();
    assert_eq!(rebuilt(&world).len(), 2);
    assert_eq!(like(&world, "p3.jpg").len(), 12);
    world.index();
    assert_eq!(like(&world, "p3.jpg").len(), 13);
}

#[test]
fn a_snapshot_that_is_cut_or_changed_is_made_anew_and_said_so() {
    let mut world = library();
    let expect = like(&world, "p3.jpg");
    world.close();
    let mut state = 5_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    for round in 0..12 {
        for path in snapshots(&world) {
            let mut bytes = fs::read(&path).unwrap();
            let place = random(bytes.len());
            match round % 2 {
                0 => bytes.truncate(place),
                _ => bytes[place] ^= 1 << random(8),
            }
            fs::write(&path, bytes).unwrap();
        }
        world.reopen();
        assert_eq!(rebuilt(&world).len(), 2, "round {round}");
        assert_eq!(like(&world, "p3.jpg"), expect, "round {round}");
        world.reopen();
        assert!(rebuilt(&world).is_empty(), "round {round}");
        world.close();
    }
}

#[test]
fn the_vectors_can_be_deleted() {
    let mut world = library();
    let expect = like(&world, "p3.jpg");
    world.close();
    fs::remove_dir_all(world.data().join("vectors")).unwrap();
    world.reopen();
    assert_eq!(like(&world, "p3.jpg"), expect);
}

#[test]
fn vectors_that_cannot_be_kept_on_the_disk_are_kept_in_memory() {
    let mut world = library();
    let expect = like(&world, "p3.jpg");
    world.close();
    let folder = world.data().join("vectors");
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "a file where the folder should be").unwrap();
    world.reopen();
    assert_eq!(like(&world, "p3.jpg"), expect);
    world.write("new.jpg", &painter::photo(79));
    world.index();
    assert_eq!(like(&world, "p3.jpg").len(), 13);
}
