//! Disks that go while they are read, and come back under another path.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use latent_engine::EngineError;
use latent_engine::ids::RootId;
use latent_engine::library::{folders, locate};
use latent_engine::search::Query;
use latent_engine::{ingest, watching};

use crate::painter;
use crate::world::{LONG, World, counts, done};

fn tagged() -> World {
    let photos: Vec<(String, u64)> = (0..12)
        .map(|n| (format!("sub{}/{n}.jpg", n % 3), n))
        .collect();
    let photos: Vec<(&str, u64)> = photos.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    let world = World::with(&photos);
    crate::tags::add(&world, &[world.id("sub0/0.jpg")], &["mine"]);
    world
}

fn root(world: &World) -> RootId {
    folders::list(world.engine()).unwrap()[0].roots[0].id
}

#[track_caller]
fn check_refused(world: &World, path: &Path, reason: &str) {
    match locate::locate(world.engine(), root(world), path) {
        Err(error) => assert!(error.to_string().contains(reason), "{error}"),
        Ok(row) => panic!("{row:?}"),
    }
    assert_eq!(
        folders::list(world.engine()).unwrap()[0].roots[0].path,
        world.root()
    );
}

#[test]
fn a_located_folder_keeps_its_photos_tags_and_ids_under_its_new_path() {
    let mut world = tagged();
    let id = world.id("sub0/0.jpg");
    let now = world.beside("Ünder way/photos 2");
    fs::create_dir(now.parent().unwrap()).unwrap();
    fs::rename(world.root(), &now).unwrap();
    world.index();
    assert!(world.engine().photo(id).unwrap().offline);
    let row = locate::locate(world.engine(), root(&world), &now).unwrap();
    assert_eq!(
        (row.roots[0].path.as_path(), row.roots[0].offline),
        (now.as_path(), false)
    );
    for _ in 0..2 {
        let photo = world.engine().photo(id).unwrap();
        assert_eq!(photo.path, now.join("sub0/0.jpg").to_string_lossy());
        assert_eq!(photo.folder, now.join("sub0").to_string_lossy());
        assert_eq!(
            (photo.tags, photo.offline),
            (vec!["mine".to_owned()], false)
        );
        assert_eq!(
            world.engine().original_path(id).unwrap(),
            now.join("sub0/0.jpg")
        );
        let words = Query {
            text: Some("under way".into()),
            limit: Some(100),
            ..Query::default()
        };
        assert_eq!(world.hits(&words).len(), 12);
        assert_eq!(counts(&world.index()), [12, 0, 0, 0, 0, 0]);
        world.reopen();
    }
}

#[test]
fn another_folder_is_refused_with_the_reason() {
    let world = tagged();
    let other = world.beside("other");
    crate::world::write(&other.join("sub0/0.jpg"), &painter::photo(0));
    fs::rename(world.root(), world.beside("shelf")).unwrap();
    world.index();
    check_refused(&world, &other, "are not there, such as sub");
    check_refused(&world, &world.beside("nowhere"), "nowhere");
    // The same names and sizes, but other pictures.
    let forged = world.beside("forged");
    for folder in fs::read_dir(world.beside("shelf")).unwrap() {
        let folder = folder.unwrap().path();
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let mut content = fs::read(&file).unwrap();
            *content.last_mut().unwrap() ^= 1;
            let to = forged.join(file.strip_prefix(world.beside("shelf")).unwrap());
            crate::world::write(&to, &content);
        }
    }
    check_refused(&world, &forged, "is another picture there");
    fs::rename(world.beside("shelf"), world.root()).unwrap();
    assert_eq!(counts(&world.index()), [12, 0, 0, 0, 0, 0]);
}

#[test]
fn a_folder_of_another_library_is_not_taken() {
    let world = tagged();
    let other = world.beside("other");
    crate::world::write(&other.join("x.jpg"), &painter::photo(99));
    folders::add(
        world.engine(),
        Some("Other"),
        std::slice::from_ref(&other),
        &[],
    )
    .unwrap();
    let photos = folders::list(world.engine()).unwrap();
    let root = photos
        .iter()
        .find(|row| row.name == "Photos")
        .unwrap()
        .roots[0]
        .id;
    let outcome = locate::locate(world.engine(), root, &other);
    assert!(
        matches!(outcome, Err(EngineError::AlreadyExists { .. })),
        "{outcome:?}"
    );
}

/// Runs a program of the system's; answers whether it did what was asked.
fn can(program: &str, arguments: &[&Path]) -> bool {
    let ended = Command::new(program).args(arguments).output();
    ended.is_ok_and(|ended| ended.status.success())
}

/// A disk that can be plugged in and out: a folder that is mounted elsewhere.
struct Disk<'a> {
    world: &'a World,
}

impl Disk<'_> {
    fn plug_in(&self, at: &str) -> bool {
        let at = self.world.beside(at);
        fs::create_dir_all(&at).unwrap();
        can(
            "mount",
            &[Path::new("--bind"), &self.world.beside("disk"), &at],
        )
    }

    /// Plugs it in for the first time, with a folder for photos; tells where that cannot be.
    fn begin(&self) -> bool {
        fs::create_dir_all(self.world.beside("disk/mine")).unwrap();
        let plugged_in = self.plug_in("here");
        if !plugged_in {
            println!("SKIPPED: this user may not mount folders");
        }
        plugged_in
    }

    /// Writes photos by their numbers; another note is another file.
    fn write(&self, photos: impl Iterator<Item = (u64, u64)>) {
        let large = painter::jpeg(&painter::picture(1, 1200, 900));
        for (number, note) in photos {
            let content = [large.as_slice(), note.to_string().as_bytes()].concat();
            let name = format!("disk/mine/{number:03}.jpg");
            crate::world::write(&self.world.beside(&name), &content);
        }
    }

    /// Makes the photos a library.
    fn add(&self) {
        let mine = self.world.beside("here/mine");
        folders::add(self.world.engine(), Some("Disk"), &[mine], &[]).unwrap();
    }

    /// As a disk that is torn out while files on it are open.
    fn pull_out(&self, at: &str) {
        assert!(
            can("umount", &[Path::new("--lazy"), &self.world.beside(at)]),
            "umount"
        );
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        for at in ["here", "there", "photos/sd"] {
            let _not_mounted = can("umount", &[Path::new("--lazy"), &self.world.beside(at)]);
        }
    }
}

/// A disk with `count` photos that is pulled out in the middle of the first index job, on which
/// afterwards the photos that were read are tagged.
fn pulled_out(disk: &Disk<'_>, count: u64) -> Vec<(i64, String)> {
    let world = disk.world;
    disk.write((0..count).map(|number| (number, number)));
    disk.add();
    let job = ingest::start(world.engine(), None, false).unwrap();
    let end = Instant::now() + LONG;
    while world.all().len() < 5 {
        assert!(Instant::now() < end, "Nothing was read");
        sleep(Duration::from_millis(5));
    }
    disk.pull_out("here");
    let report = done(world.engine().jobs().wait(job, LONG).unwrap());
    let read = world.all();
    assert!(
        read.len() >= 5 && (read.len() as u64) < count,
        "{}",
        read.len()
    );
    assert_eq!(
        report.offline,
        [world.beside("here/mine").to_string_lossy()]
    );
    assert!(read.iter().all(|photo| photo.offline && !photo.missing));
    assert!(world.faults().is_empty(), "{:?}", world.faults());
    let ids: Vec<_> = read.iter().map(|photo| photo.id).collect();
    crate::tags::add(world, &ids, &["kept"]);
    // A look at what is not there changes nothing.
    assert_eq!(world.index().removed, 0);
    assert_eq!(world.all().len(), read.len());
    read.into_iter()
        .map(|photo| (photo.id.0, photo.file_name))
        .collect()
}

#[track_caller]
fn check_all_back(world: &World, before: &[(i64, String)], count: u64) {
    let all = world.all();
    assert_eq!(all.len() as u64, count);
    assert!(
        all.iter()
            .all(|photo| !photo.offline && photo.path.contains("/there/mine/"))
    );
    for (id, name) in before {
        let photo = all.iter().find(|photo| photo.id.0 == *id).unwrap();
        assert_eq!(
            (&photo.file_name, photo.tags.as_slice()),
            (name, &["kept".to_owned()][..])
        );
    }
    assert!(world.faults().is_empty());
}

#[test]
fn a_disk_pulled_out_while_it_is_read_loses_nothing_and_is_located_elsewhere() {
    const COUNT: u64 = 150;
    let world = World::new();
    let disk = Disk { world: &world };
    if !disk.begin() {
        return;
    }
    let before = pulled_out(&disk, COUNT);
    assert!(disk.plug_in("there"));
    let libraries = folders::list(world.engine()).unwrap();
    let root = libraries
        .iter()
        .find(|row| row.name == "Disk")
        .unwrap()
        .roots[0]
        .id;
    locate::locate(world.engine(), root, &world.beside("there/mine")).unwrap();
    world.index();
    check_all_back(&world, &before, COUNT);
}

#[test]
fn a_disk_pulled_out_while_known_photos_are_read_again_loses_none() {
    const COUNT: u64 = 240;
    let world = World::new();
    let disk = Disk { world: &world };
    if !disk.begin() {
        return;
    }
    disk.write((0..COUNT).map(|number| (number, number)));
    disk.add();
    world.index();
    let before = world.all();
    assert_eq!(before.len() as u64, COUNT);
    let ids: Vec<_> = before.iter().map(|photo| photo.id).collect();
    crate::tags::add(&world, &ids, &["kept"]);
    // Many are other files now and are read again; by the others the disk is recognised.
    let again: Vec<u64> = (0..COUNT).filter(|number| number % 8 < 3).collect();
    disk.write(again.iter().map(|number| (*number, number + 1000)));
    let changed = || {
        let now = world.all().into_iter().zip(&before);
        now.filter(|(now, then)| now.content_hash != then.content_hash)
            .count()
    };
    let job = ingest::start(world.engine(), None, false).unwrap();
    let end = Instant::now() + LONG;
    while changed() == 0 {
        assert!(Instant::now() < end, "Nothing was read again");
        sleep(Duration::from_millis(5));
    }
    disk.pull_out("here");
    let report = done(world.engine().jobs().wait(job, LONG).unwrap());
    assert_eq!((report.removed, report.offline.len()), (0, 1));
    assert!((1..again.len()).contains(&changed()), "{}", changed());
    let away = world.all();
    assert_eq!(away.len() as u64, COUNT);
    assert!(away.iter().all(|photo| photo.offline && !photo.missing));
    assert!(world.faults().is_empty(), "{:?}", world.faults());
    assert!(disk.plug_in("there"));
    let libraries = folders::list(world.engine()).unwrap();
    let library = libraries.iter().find(|row| row.name == "Disk").unwrap();
    let now = world.beside("there/mine");
    locate::locate(world.engine(), library.roots[0].id, &now).unwrap();
    world.index();
    let before: Vec<_> = before
        .iter()
        .map(|photo| (photo.id.0, photo.file_name.clone()))
        .collect();
    check_all_back(&world, &before, COUNT);
    for photo in world.all() {
        let content = fs::read(world.engine().original_path(photo.id).unwrap()).unwrap();
        assert_eq!(photo.content_hash, blake3::hash(&content).as_bytes());
    }
}

#[test]
fn a_disk_that_is_plugged_in_elsewhere_is_found_by_itself_while_the_disk_is_watched() {
    const COUNT: u64 = 150;
    let world = World::new();
    let disk = Disk { world: &world };
    if !disk.begin() {
        return;
    }
    let before = pulled_out(&disk, COUNT);
    watching::start(world.engine()).unwrap();
    assert!(disk.plug_in("there"));
    let end = Instant::now() + LONG;
    while world.all().len() as u64 != COUNT {
        assert!(Instant::now() < end, "The disk was not found again");
        sleep(Duration::from_millis(50));
    }
    check_all_back(&world, &before, COUNT);
    drop(disk);
}

#[test]
fn photos_of_a_disk_mounted_inside_a_root_stay_while_it_is_not_there() {
    let world = World::with(&[("a.jpg", 1)]);
    let disk = Disk { world: &world };
    crate::world::write(&world.beside("disk/x.jpg"), &painter::photo(2));
    if !disk.plug_in("photos/sd") {
        println!("SKIPPED: this user may not mount folders");
        return;
    }
    assert_eq!(world.path("sd"), world.beside("photos/sd"));
    assert_eq!(world.index().photos, 2);
    let photo = world.id("sd/x.jpg");
    crate::tags::add(&world, &[photo], &["kept"]);
    disk.pull_out("photos/sd");
    for _ in 0..2 {
        let report = world.index();
        assert_eq!((report.photos, report.removed), (2, 0));
        assert_eq!(report.offline, [world.path("sd").to_string_lossy()]);
    }
    // What has its content is a copy of it.
    world.write("copy.jpg", &painter::photo(2));
    let report = world.index();
    assert_eq!((report.added, report.moved), (1, 0));
    assert!(disk.plug_in("photos/sd"));
    let report = world.index();
    assert_eq!((report.photos, report.added, report.removed), (3, 0, 0));
    assert!(report.offline.is_empty());
    assert_eq!(world.photo("sd/x.jpg").tags, ["kept"]);
    assert_eq!(world.id("sd/x.jpg"), photo);
    // What went from the disk itself is gone, also where other files take its place.
    disk.pull_out("photos/sd");
    world.write("sd/y.jpg", &painter::photo(3));
    let report = world.index();
    assert_eq!((report.photos, report.added, report.removed), (3, 1, 1));
}
