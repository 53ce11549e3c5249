//! Real files of cameras, phones and fuzzers, where they are there: `LATENT_TEST_DATA`, or
//! `shared/data` beside the repository.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use latent_engine::engine::PictureSource;
use latent_engine::photo::is_candidate;
use latent_engine::search::{self, Crop, Query, Sort, Stacks};

use crate::world::{World, image, like};

/// A folder of the test data, or none and a line that says so.
fn data(folder: &str) -> Option<PathBuf> {
    let beside = latent_tests::repository_root().join("../shared/data");
    let data = std::env::var_os("LATENT_TEST_DATA")
        .map_or(beside, PathBuf::from)
        .join(folder);
    if !data.is_dir() {
        println!("skipped: there is no {}", data.display());
        return None;
    }
    Some(data)
}

/// Copies a folder's files into the library; those not named like pictures get a second name.
fn copy_all(world: &World, from: &Path, to: &str) -> HashSet<String> {
    let mut looked_at = HashSet::new();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let to = format!("{to}/{name}");
        if entry.path().is_dir() {
            looked_at.extend(copy_all(world, &entry.path(), &to));
            continue;
        }
        let to = if is_candidate(Path::new(&name)) {
            to
        } else {
            format!("{to}.jpg")
        };
        world.write(&to, &fs::read(entry.path()).unwrap());
        looked_at.insert(world.path(&to).to_string_lossy().into_owned());
    }
    looked_at
}

#[test]
fn every_real_file_is_a_photo_or_a_fault_with_a_reason() {
    let (Some(formats), Some(bad)) = (data("formats"), data("bad")) else {
        return;
    };
    let world = World::new();
    let mut files = copy_all(&world, &formats, "formats");
    files.extend(copy_all(&world, &bad, "bad"));
    let report = world.index();
    let photos: HashSet<_> = world.all().into_iter().map(|photo| photo.path).collect();
    let (faults, _) =
        latent_engine::ingest::faults(world.engine(), &Default::default(), 10_000, 0).unwrap();
    let faulty: HashSet<_> = faults.iter().map(|fault| fault.path.clone()).collect();
    assert!(photos.is_disjoint(&faulty));
    assert_eq!(
        photos.union(&faulty).cloned().collect::<HashSet<_>>(),
        files
    );
    assert_eq!(
        (report.photos, report.faults),
        (photos.len() as u64, faulty.len() as u64)
    );
    println!(
        "{} photos, {} faults in {:.1} s",
        photos.len(),
        faulty.len(),
        report.seconds
    );
    for latent_engine::store::faults::Fault {
        path,
        stage,
        reason,
        ..
    } in &faults
    {
        assert!(
            reason.chars().count() > 10 && !reason.ends_with('.'),
            "{path}: {reason}"
        );
        assert_eq!(stage, "decode", "{path}: {reason}");
        let ours = ["Latent failed", "panick", "unwrap", "Error {", "Err("];
        assert!(
            ours.iter().all(|words| !reason.contains(words)),
            "{path}: {reason}"
        );
    }
    assert!(photos.len() > 80, "{}", photos.len());
    for photo in world.all() {
        let thumbnail = world
            .engine()
            .thumbnail(photo.id, latent_engine::cache::ThumbSize::Small);
        assert!(
            thumbnail.unwrap().starts_with(&[0xFF, 0xD8]),
            "{}",
            photo.path
        );
        assert!(photo.width > 0 && photo.height > 0, "{}", photo.path);
    }
    check_answers(&world);
}

/// Whole photos and boxes on them answer.
fn check_answers(world: &World) {
    for photo in world.all().into_iter().step_by(9) {
        let page = world.search(&like(PictureSource::Photo(photo.id)));
        assert!(page.hits[0].distance.unwrap() < 5e-3, "{}", photo.path);
        let mut query = like(PictureSource::Photo(photo.id));
        let (width, height) = (photo.width as f32, photo.height as f32);
        query.images[0].crop = Some(Crop::Pixels([0.0, 0.0, width / 2.0, height / 2.0]));
        assert!(!world.search(&query).hits.is_empty(), "{}", photo.path);
    }
}

#[test]
fn all_eight_orientations_of_a_photo_have_one_shape_and_look_alike() {
    let Some(folder) = data("formats/orientation") else {
        return;
    };
    let world = World::new();
    copy_all(&world, &folder, "o");
    world.index();
    for (set, one_size) in [("Landscape_", true), ("Portrait_", true), ("vips-", false)] {
        let name = |number| format!("o/{set}{number}.jpg");
        let vector = |number| {
            let image = image(PictureSource::Photo(world.id(&name(number))), 1.0);
            search::embed_image(world.engine(), &image, Some("visual"))
                .unwrap()
                .vector
        };
        let (first, first_vector) = (world.photo(&name(1)), vector(1));
        for number in 1..=8 {
            let photo = world.photo(&name(number));
            let ratio =
                f64::from(photo.width * first.height) / f64::from(first.width * photo.height);
            assert!((ratio - 1.0).abs() < 0.01, "{set}{number}: {photo:?}");
            if one_size {
                assert_eq!(
                    (photo.width, photo.height),
                    (first.width, first.height),
                    "{set}{number}"
                );
            }
            let cosine: f32 = first_vector
                .iter()
                .zip(vector(number))
                .map(|(a, b)| a * b)
                .sum();
            assert!(cosine > 0.99, "{set}{number}: {cosine}");
        }
    }
}

#[test]
fn films_tell_their_length() {
    let Some(videos) = data("formats/video") else {
        return;
    };
    let world = World::with(&[("a.jpg", 1)]);
    copy_all(&world, &videos, "films");
    world.index();
    let length = |name: &str| world.photo(name).camera.duration_s;
    assert_eq!(length("a.jpg"), None);
    let earth = length("films/earth.mov").unwrap();
    assert!((30.0..31.0).contains(&earth), "{earth}");
    assert_eq!(world.typed("duration>30"), ["earth.mov"]);
    assert!(world.typed("no:duration").contains(&"a.jpg".to_owned()));
    let order = (Sort::Name, 0);
    let listing = search::list(world.engine(), None, None, order, Stacks::Each).unwrap();
    let id = world.id("films/earth.mov");
    let film = listing.films.iter().find(|film| film.id == id).unwrap();
    assert_eq!(film.duration_s, Some(earth));
    let page = world.search(&Query {
        filter: Some("duration>30".into()),
        ..Query::default()
    });
    assert_eq!(page.hits[0].duration_s, Some(earth));
}
