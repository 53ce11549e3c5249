//! What an index job finds, lists as a fault, and does not look at.

use std::fs;

use latent_engine::library::folders;

use crate::painter;
use crate::world::{World, counts, mtime, set_mtime};

const HEIC: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic and then some";

#[test]
fn indexing_finds_photos_and_goes_on_past_unreadable_files() {
    let world = World::new();
    for (name, seed) in [("a.jpg", 1), ("trip/b.JPG", 2), ("trip/deep/er/c.jpeg", 3)] {
        world.write(name, &painter::photo(seed));
    }
    world.write("empty.jpg", b"");
    world.write(
        "letter.jpg",
        b"Dear reader, this is a letter and no picture at all.",
    );
    world.write("iphone.jpg", HEIC);
    world.write("phone.heic", HEIC);
    world.write("zeros.jpg", &[0; 5000]);
    let whole = painter::photo(4);
    world.write("trip/cut.jpg", &whole[..whole.len() / 2]);
    let report = world.index();
    assert_eq!(counts(&report), [3, 3, 0, 0, 0, 6]);
    assert_eq!(world.names(), ["a.jpg", "b.JPG", "c.jpeg"]);
    let faults = world.faults();
    for (name, part) in [
        ("empty.jpg", "empty"),
        (
            "letter.jpg",
            "Not a picture, although its name ends in .jpg",
        ),
        ("iphone.jpg", "breaks off"),
        ("phone.heic", "breaks off"),
        ("zeros.jpg", "zeros"),
        ("cut.jpg", "breaks off"),
    ] {
        let (_, stage, reason) = faults.iter().find(|(file, ..)| file == name).unwrap();
        assert_eq!(stage, "decode", "{name}");
        assert!(reason.contains(part), "{name}: {reason}");
    }
    let library = folders::by_id(world.engine(), world.library).unwrap();
    assert_eq!((library.photos, library.faults), (3, 6));
    let problems = world.engine().check_catalog().unwrap();
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn a_photo_has_its_size_metadata_words_and_both_vectors() {
    let world = World::new();
    let shot = painter::Shot {
        camera: "X-T5",
        taken: "2023:06:30 12:00:00",
        rating: 4,
        iso: 800,
    };
    world.write(
        "sub/red.jpg",
        &painter::with_shot(&painter::plain([220, 20, 20]), shot),
    );
    world.index();
    let photo = world.photo("sub/red.jpg");
    assert_eq!(
        (photo.width, photo.height, photo.format.as_str()),
        (400, 300, "jpeg")
    );
    assert_eq!(photo.camera.camera.as_deref(), Some("X-T5"));
    assert_eq!(photo.camera.taken_at, Some(1_688_126_400));
    assert_eq!(
        (photo.camera.rating, photo.camera.iso),
        (Some(4), Some(800))
    );
    assert!(photo.visual_words.contains("red"), "{}", photo.visual_words);
    assert_eq!(photo.spaces, ["color", "visual"]);
    assert_eq!(
        photo.bytes,
        fs::metadata(world.path("sub/red.jpg")).unwrap().len()
    );
    assert!(photo.folder.ends_with("/photos/sub") && !photo.missing && !photo.offline);
}

#[test]
fn excluded_hidden_and_foreign_files_are_not_looked_at() {
    let world = World::new();
    let exclude = ["**/rejects/**".to_owned(), "*.tmp.jpg".to_owned()];
    folders::add(world.engine(), Some("Photos"), &[world.root()], &exclude).unwrap();
    let photo = painter::photo(1);
    for name in [
        "keep.jpg",
        "rejects/no.jpg",
        "trip/rejects/deep/no.jpg",
        "half.tmp.jpg",
        ".thumb.jpg",
        ".cache/no.jpg",
    ] {
        world.write(name, &photo);
    }
    for name in ["notes.txt", "clip.m4a", "keep.xmp", "photo", "archive.zip"] {
        world.write(name, &photo);
    }
    let report = world.index();
    assert_eq!(counts(&report), [1, 1, 0, 0, 0, 0]);
    assert_eq!(world.names(), ["keep.jpg"]);
}

#[test]
fn a_pattern_added_later_takes_photos_out_and_keeps_their_tags() {
    let world = World::with(&[("keep.jpg", 1), ("rejects/a.jpg", 2)]);
    let id = world.id("rejects/a.jpg");
    crate::tags::add(&world, &[id], &["dull"]);
    let exclude = |glob: &str| {
        folders::add(
            world.engine(),
            Some("Photos"),
            &[world.root()],
            &[glob.to_owned()],
        )
        .unwrap()
    };
    exclude("rejects/**");
    assert_eq!(counts(&world.index()), [1, 0, 0, 0, 1, 0]);
    exclude("nothing/**");
    assert_eq!(counts(&world.index()), [2, 0, 0, 0, 0, 0]);
    assert_eq!(world.photo("rejects/a.jpg").id, id);
    assert_eq!(world.photo("rejects/a.jpg").tags, ["dull"]);
}

#[test]
fn a_malformed_pattern_is_refused_by_name() {
    let world = World::new();
    let refused = folders::add(world.engine(), None, &[world.root()], &["a[".to_owned()]);
    let message = refused.unwrap_err().to_string();
    assert!(
        message.contains("\"a[\"") && message.contains("malformed"),
        "{message}"
    );
}

#[test]
fn a_second_scan_of_an_unchanged_library_opens_no_picture() {
    let world = World::new();
    for seed in 0..12 {
        world.write(&format!("{}/{seed}.jpg", seed % 3), &painter::photo(seed));
    }
    world.write("broken.jpg", b"no picture at all");
    world.index();
    let before: Vec<_> = world
        .all()
        .into_iter()
        .map(|p| (p.id, p.content_hash))
        .collect();
    // Whoever opened a file now would read garbage.
    for photo in world
        .all()
        .into_iter()
        .map(|photo| photo.path)
        .chain(["broken.jpg".into()])
    {
        let path = world.root().join(photo);
        let (time, size) = (mtime(&path), fs::metadata(&path).unwrap().len());
        fs::write(&path, vec![b'x'; size as usize]).unwrap();
        set_mtime(&path, time);
    }
    let report = world.index();
    assert_eq!(counts(&report), [12, 0, 0, 0, 0, 1]);
    let after: Vec<_> = world
        .all()
        .into_iter()
        .map(|p| (p.id, p.content_hash))
        .collect();
    assert_eq!(before, after);
}

#[test]
fn adding_a_folder_twice_changes_nothing_and_overlapping_folders_are_refused() {
    let world = World::with(&[("a.jpg", 1), ("sub/b.jpg", 2)]);
    let again = folders::add(world.engine(), None, &[world.root()], &[]).unwrap();
    assert_eq!(
        (again.id, again.roots.len(), again.photos),
        (world.library, 1, 2)
    );
    for path in [world.path("sub"), world.beside("")] {
        let refused = folders::add(world.engine(), Some("Other"), &[path], &[]);
        assert!(
            matches!(
                refused,
                Err(latent_engine::EngineError::AlreadyExists { .. })
            ),
            "{refused:?}"
        );
    }
    assert_eq!(folders::list(world.engine()).unwrap().len(), 1);
    assert!(folders::add(world.engine(), None, &[world.path("a.jpg")], &[]).is_err());
    assert!(folders::add(world.engine(), None, &["photos".into()], &[]).is_err());
    assert!(folders::add(world.engine(), None, &[world.path("nowhere")], &[]).is_err());
}

#[test]
fn two_new_folders_inside_each_other_are_refused_as_well() {
    let world = World::new();
    for name in ["other/sub", "third"] {
        fs::create_dir_all(world.beside(name)).unwrap();
    }
    let roots = [world.beside("other"), world.beside("other/sub")];
    assert!(folders::add(world.engine(), Some("Other"), &roots, &[]).is_err());
    assert_eq!(folders::list(world.engine()).unwrap().len(), 1);
}

#[test]
fn a_removed_library_leaves_files_alone_and_nothing_to_find() {
    let world = World::with(&[("red.jpg", 1), ("b.jpg", 2)]);
    crate::tags::add(&world, &[world.id("red.jpg")], &["trip"]);
    folders::remove(world.engine(), world.library).unwrap();
    assert_eq!(world.names(), [""; 0]);
    assert_eq!(world.typed("red"), [""; 0]);
    assert!(crate::tags::list(&world).is_empty());
    assert!(
        world
            .engine()
            .list_spaces()
            .unwrap()
            .iter()
            .all(|space| space.photos == 0)
    );
    assert!(world.path("red.jpg").is_file() && world.path("b.jpg").is_file());
    let again = folders::remove(world.engine(), world.library);
    assert!(matches!(
        again,
        Err(latent_engine::EngineError::NotFound { .. })
    ));
}
