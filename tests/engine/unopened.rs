//! What looks at the disk without opening a photo. Linux only: there the system tells who opens what.

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use latent_engine::library::folders;
use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::painter;
use crate::world::{World, counts};

/// Hears of every file that is opened in a folder.
struct Opened {
    heard: Receiver<PathBuf>,
    _watcher: RecommendedWatcher,
}

impl Opened {
    fn below(folder: &std::path::Path) -> Self {
        let (tell, heard) = channel();
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                let event = event.unwrap();
                if event.kind == EventKind::Access(AccessKind::Open(AccessMode::Any)) {
                    let _ended = event.paths.into_iter().try_for_each(|path| tell.send(path));
                }
            })
            .unwrap();
        watcher.watch(folder, RecursiveMode::Recursive).unwrap();
        Self {
            heard,
            _watcher: watcher,
        }
    }

    /// The pictures that were opened so far; those that are opened now come last.
    fn pictures(&self, witness: &std::path::Path) -> Vec<String> {
        fs::read(witness).unwrap();
        let mut opened = Vec::new();
        loop {
            let path = self.heard.recv_timeout(Duration::from_secs(60)).unwrap();
            if path == witness {
                return opened;
            }
            if path.extension().is_some_and(|ending| ending == "jpg") {
                opened.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
}

fn many(world: &World) -> PathBuf {
    for number in 0..40 {
        world.write(&format!("2023/{number:02}.jpg"), &painter::photo(number));
    }
    world.write("witness.txt", b"x");
    world.path("witness.txt")
}

#[test]
fn a_second_scan_of_unchanged_photos_opens_none() {
    let world = World::new();
    let witness = many(&world);
    let opened = Opened::below(&world.root());
    assert_eq!(counts(&world.index()), [40, 40, 0, 0, 0, 0]);
    assert!(opened.pictures(&witness).len() >= 40);
    assert_eq!(counts(&world.index()), [40, 0, 0, 0, 0, 0]);
    assert_eq!(opened.pictures(&witness), [""; 0]);
}

#[test]
fn a_renamed_folder_opens_no_photo() {
    let world = World::new();
    let witness = many(&world);
    world.index();
    world.rename("2023", "2023 Rome");
    let opened = Opened::below(&world.root());
    assert_eq!(counts(&world.index()), [40, 0, 0, 40, 0, 0]);
    assert_eq!(opened.pictures(&witness), [""; 0]);
}

#[test]
fn a_photo_moved_to_another_library_that_alone_is_looked_at_opens_none() {
    let world = World::new();
    let witness = many(&world);
    let other = world.beside("other");
    fs::create_dir(&other).unwrap();
    let library = folders::add(
        world.engine(),
        Some("Other"),
        std::slice::from_ref(&other),
        &[],
    )
    .unwrap();
    world.index();
    let id = world.id("2023/07.jpg");
    crate::tags::add(&world, &[id], &["mine"]);
    fs::rename(world.path("2023/07.jpg"), other.join("seven.jpg")).unwrap();
    let opened = Opened::below(world.root().parent().unwrap());
    let job = latent_engine::ingest::start(world.engine(), Some(library.id), false).unwrap();
    let report = crate::world::done(world.engine().jobs().wait(job, crate::world::LONG).unwrap());
    assert_eq!((report.added, report.moved), (0, 1));
    assert_eq!(opened.pictures(&witness), [""; 0]);
    let photo = world.engine().photo(id).unwrap();
    assert_eq!(
        (photo.library_id, photo.tags),
        (library.id, vec!["mine".to_owned()])
    );
    assert_eq!(counts(&world.index()), [40, 0, 0, 0, 0, 0]);
}
