//! The graph of a space over starts, changes and damage; here from eight photos on.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use latent_engine::Engine;
use latent_engine::engine::{GraphOptions, PictureSource};
use latent_engine::ids::PhotoId;
use latent_engine::search::{self, Query};

use crate::world::{self, World};

const SMALL: GraphOptions = GraphOptions {
    from: 8,
    always: true,
};

fn open(data: &Path) -> Engine {
    Engine::open_with(data, SMALL).unwrap()
}

/// Waits until the background has done its work.
fn ready(engine: &Engine) {
    let until = Instant::now() + Duration::from_secs(60);
    let in_graph = |engine: &Engine| {
        let spaces = engine.list_spaces().unwrap();
        spaces.iter().all(|space| space.in_graph > 0)
    };
    while !in_graph(engine) {
        assert!(Instant::now() < until, "no graph after a minute");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Names of the photos like one, the nearest first, and how they were found.
fn like(engine: &Engine, photo: PhotoId) -> (Vec<String>, String) {
    let query = Query {
        space: Some("visual".to_owned()),
        ..world::like(PictureSource::Photo(photo))
    };
    let page = search::search(engine, &query).unwrap();
    let name = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let names = page.hits.iter().map(|hit| name(&hit.path)).collect();
    (names, page.found.by.to_string())
}

/// A data folder with twelve photos whose spaces have graphs, closed; the answer it gave.
fn with_graphs() -> (World, PhotoId, Vec<String>) {
    let photos: Vec<(String, u64)> = (0..12).map(|i| (format!("p{i}.jpg"), i)).collect();
    let named: Vec<(&str, u64)> = photos
        .iter()
        .map(|(name, seed)| (name.as_str(), *seed))
        .collect();
    let mut world = World::with(&named);
    let photo = world.id("p3.jpg");
    world.close();
    let engine = open(&world.data());
    let (scanned, _) = like(&engine, photo);
    ready(&engine);
    let (found, by) = like(&engine, photo);
    assert_eq!(
        (found.as_slice(), by.as_str()),
        (scanned.as_slice(), "graph")
    );
    (world, photo, found)
}

/// Every file of the snapshots of graphs.
fn snapshot_files(data: &Path) -> Vec<PathBuf> {
    let spaces = fs::read_dir(data.join("vectors")).unwrap();
    let mut files: Vec<PathBuf> = spaces
        .flat_map(|space| fs::read_dir(space.unwrap().path().join("graph")).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
}

fn notes(engine: &Engine) -> Vec<String> {
    let spaces = engine.list_spaces().unwrap();
    spaces
        .into_iter()
        .filter_map(|space| space.rebuilt)
        .collect()
}

#[test]
fn a_graph_is_taken_up_again_at_the_next_start() {
    let (world, photo, expect) = with_graphs();
    assert!(!snapshot_files(&world.data()).is_empty());
    let engine = open(&world.data());
    ready(&engine);
    assert!(notes(&engine).is_empty());
    assert_eq!(like(&engine, photo), (expect, "graph".to_owned()));
}

#[test]
fn a_graph_that_is_cut_or_changed_is_said_so_and_built_again() {
    let (world, photo, expect) = with_graphs();
    let mut state = 9_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    for round in 0..100 {
        let files = snapshot_files(&world.data());
        let path = &files[random(files.len())];
        let mut bytes = fs::read(path).unwrap();
        let place = random(bytes.len());
        match round % 2 {
            0 => bytes.truncate(place),
            _ => bytes[place] ^= 1 << random(8),
        }
        fs::write(path, bytes).unwrap();
        let engine = open(&world.data());
        assert_eq!(like(&engine, photo).0, expect, "round {round}");
        ready(&engine);
        assert_eq!(notes(&engine).len(), 1, "round {round}: {}", path.display());
        assert_eq!(like(&engine, photo), (expect.clone(), "graph".to_owned()));
    }
}
