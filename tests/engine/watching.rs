//! Keeping up with what happens on the disk while the program runs.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use latent_engine::jobs::JobState;
use latent_engine::watching::{self, How};

use crate::painter;
use crate::world::{LONG, World, set_mtime};

pub(crate) fn watched(photos: &[(&str, u64)]) -> World {
    let world = World::with(photos);
    start(&world);
    world
}

/// Starts to watch, and waits until the root is watched and was compared.
fn start(world: &World) {
    watching::start(world.engine()).unwrap();
    until("the root is watched", || {
        let state = watching::state(world.engine());
        state.on && state.roots.iter().any(|root| root.how == How::Events)
    });
    until_calm(world);
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + LONG;
    while !is_so() {
        assert!(Instant::now() < end, "It never came about that {what}");
        sleep(Duration::from_millis(20));
    }
}

fn until_calm(world: &World) {
    sleep(Duration::from_millis(100));
    until("all jobs have ended", || {
        let jobs = world.engine().jobs().views();
        jobs.iter().all(|job| job.state.is_ended())
    });
}

#[track_caller]
fn until_names(world: &World, expect: &[&str]) {
    until(&format!("the photos are {expect:?}"), || {
        world.names() == expect
    });
}

#[test]
fn what_comes_changes_moves_and_goes_is_in_the_library_without_asking() {
    let world = watched(&[("a.jpg", 1), ("b.jpg", 2)]);
    let id = world.id("a.jpg");
    crate::tags::add(&world, &[id], &["mine"]);
    world.write("sub/deep/c.jpg", &painter::photo(3));
    until_names(&world, &["a.jpg", "b.jpg", "c.jpg"]);
    world.rename("a.jpg", "sub/z.jpg");
    until_names(&world, &["b.jpg", "c.jpg", "z.jpg"]);
    assert_eq!(
        (world.id("sub/z.jpg"), world.photo("sub/z.jpg").tags),
        (id, vec!["mine".to_owned()])
    );
    world.remove("b.jpg");
    until_names(&world, &["c.jpg", "z.jpg"]);
    let before = world.photo("sub/deep/c.jpg").content_hash;
    world.write("sub/deep/c.jpg", &painter::photo(4));
    until("the new content is read", || {
        world.photo("sub/deep/c.jpg").content_hash != before
    });
    fs::remove_dir_all(world.path("sub/deep")).unwrap();
    until_names(&world, &["z.jpg"]);
    assert!(world.faults().is_empty());
}

#[test]
fn a_photo_that_editors_save_through_a_temporary_file_stays_the_same_photo() {
    let world = watched(&[("a.jpg", 1)]);
    let id = world.id("a.jpg");
    crate::tags::add(&world, &[id], &["mine"]);
    for seed in 10..15 {
        let temporary = format!(".a.jpg.{seed}");
        world.write(&temporary, &painter::photo(seed));
        world.rename(&temporary, "a.jpg");
        sleep(Duration::from_millis(40));
    }
    let last = blake3::hash(&painter::photo(14));
    until("the last content is read", || {
        world.photo("a.jpg").content_hash == last.as_bytes()
    });
    let photo = world.photo("a.jpg");
    assert_eq!((photo.id, photo.tags), (id, vec!["mine".to_owned()]));
    assert_eq!(world.names(), ["a.jpg"]);
}

#[test]
fn a_file_that_is_still_being_written_is_not_read() {
    use std::io::Write as _;
    let world = watched(&[("a.jpg", 1)]);
    let content = painter::photo(2);
    let (one, other) = content.split_at(content.len() / 2);
    let mut file = fs::File::create(world.path("slow.jpg")).unwrap();
    file.write_all(one).unwrap();
    file.sync_all().unwrap();
    // A file that is whole comes after, and is there long before.
    world.write("b.jpg", &painter::photo(3));
    until_names(&world, &["a.jpg", "b.jpg"]);
    sleep(Duration::from_millis(1500));
    assert_eq!(
        (world.names(), world.faults()),
        (vec!["a.jpg".to_owned(), "b.jpg".to_owned()], vec![])
    );
    file.write_all(other).unwrap();
    drop(file);
    until_names(&world, &["a.jpg", "b.jpg", "slow.jpg"]);
    assert!(world.faults().is_empty());
}

#[test]
fn a_renamed_folder_and_one_that_is_moved_away_and_back_keep_their_photos() {
    let photos: Vec<(String, u64)> = (0..30).map(|n| (format!("2023/{n:02}.jpg"), n)).collect();
    let photos: Vec<(&str, u64)> = photos
        .iter()
        .map(|(name, seed)| (name.as_str(), *seed))
        .collect();
    let world = watched(&photos);
    let ids: Vec<_> = world.all().iter().map(|photo| photo.id).collect();
    let are_in = |folder: &str| {
        let all = world.all();
        all.len() == 30 && all.iter().all(|photo| photo.folder.ends_with(folder))
    };
    world.rename("2023", "Rome 2023");
    until("all are in the new folder", || are_in("/Rome 2023"));
    fs::rename(world.path("Rome 2023"), world.beside("away")).unwrap();
    // The root is empty then, as a mount point without its disk is: nothing of it is taken for gone.
    until("the root is offline", || {
        world.all().iter().all(|photo| photo.offline)
    });
    fs::rename(world.beside("away"), world.path("back")).unwrap();
    until("all are back", || are_in("/back"));
    assert_eq!(
        world.all().iter().map(|photo| photo.id).collect::<Vec<_>>(),
        ids
    );
}

#[test]
fn hidden_files_excluded_folders_and_other_files_start_no_job() {
    let world = watched(&[("a.jpg", 1)]);
    let last = |world: &World| world.engine().jobs().views().iter().map(|job| job.id).max();
    let before = last(&world);
    world.write(".git/index.jpg", &painter::photo(2));
    world.write("notes.txt", b"x");
    world.write(".hidden.jpg", &painter::photo(2));
    fs::read(world.path("a.jpg")).unwrap();
    sleep(Duration::from_millis(1200));
    assert_eq!(last(&world), before);
    world.write("b.jpg", &painter::photo(2));
    until_names(&world, &["a.jpg", "b.jpg"]);
    assert_ne!(last(&world), before);
}

#[test]
fn what_the_system_lost_count_of_is_found_by_a_full_comparison() {
    let world = watched(&[("a.jpg", 1), ("b.jpg", 2), ("c.jpg", 3)]);
    crate::tags::add(&world, &[world.id("a.jpg")], &["mine"]);
    watching::set_deaf(world.engine(), true);
    world.rename("a.jpg", "new folder/a.jpg");
    world.remove("b.jpg");
    world.write("d.jpg", &painter::photo(4));
    sleep(Duration::from_millis(800));
    assert_eq!(world.names(), ["a.jpg", "b.jpg", "c.jpg"]);
    watching::set_deaf(world.engine(), false);
    until_names(&world, &["a.jpg", "c.jpg", "d.jpg"]);
    assert_eq!(world.photo("new folder/a.jpg").tags, ["mine"]);
    // The folder that came meanwhile is watched by now.
    world.write("new folder/e.jpg", &painter::photo(5));
    until_names(&world, &["a.jpg", "c.jpg", "d.jpg", "e.jpg"]);
}

#[test]
fn what_happened_while_the_program_was_closed_is_found_at_the_start() {
    let mut world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
    crate::tags::add(&world, &[world.id("a.jpg")], &["mine"]);
    world.close();
    world.rename("a.jpg", "z.jpg");
    world.remove("b.jpg");
    world.reopen();
    start(&world);
    until_names(&world, &["z.jpg"]);
    assert_eq!(world.photo("z.jpg").tags, ["mine"]);
}

#[test]
fn jobs_that_keep_up_are_quiet_and_leave_no_list() {
    let world = watched(&[("a.jpg", 1)]);
    for seed in 0..5 {
        world.write(&format!("{seed}.jpg"), &painter::photo(seed + 10));
        until("it is there", || {
            world.find(&format!("{seed}.jpg")).is_some()
        });
    }
    until_calm(&world);
    let listed = world.engine().jobs().listed();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0].state, JobState::Done);
    assert!(!listed[0].quiet);
}

#[test]
fn a_root_that_goes_and_comes_back_is_noticed_by_itself() {
    let world = watched(&[("a.jpg", 1), ("b.jpg", 2)]);
    let is_offline = || world.photo("a.jpg").offline;
    let shelf = world.beside("shelf");
    fs::rename(world.root(), &shelf).unwrap();
    until("the root is offline", is_offline);
    assert_eq!(world.names(), ["a.jpg", "b.jpg"]);
    until("it is told", || {
        watching::state(world.engine()).roots[0].how == How::Offline
    });
    crate::world::write(&shelf.join("c.jpg"), &painter::photo(3));
    fs::rename(&shelf, world.root()).unwrap();
    until_names(&world, &["a.jpg", "b.jpg", "c.jpg"]);
    assert!(!is_offline());
    // It is watched again.
    world.write("d.jpg", &painter::photo(4));
    until_names(&world, &["a.jpg", "b.jpg", "c.jpg", "d.jpg"]);
}

#[test]
fn a_closed_engine_watches_no_more_and_frees_the_data_folder() {
    let mut world = watched(&[("a.jpg", 1)]);
    world.write("b.jpg", &painter::photo(2));
    world.reopen();
    assert!(!watching::state(world.engine()).on);
    world.write("c.jpg", &painter::photo(3));
    sleep(Duration::from_millis(800));
    assert!(world.find("c.jpg").is_none());
}

#[test]
fn times_ahead_of_the_clock_do_not_keep_a_photo_waiting() {
    let world = watched(&[("a.jpg", 1)]);
    let file = world.beside("future.jpg");
    crate::world::write(&file, &painter::photo(2));
    set_mtime(
        &file,
        std::time::SystemTime::now() + Duration::from_secs(9999),
    );
    fs::rename(&file, world.path("b.jpg")).unwrap();
    until_names(&world, &["a.jpg", "b.jpg"]);
}

#[test]
fn a_photo_copied_to_another_folder_and_then_removed_has_moved() {
    let world = watched(&[("a.jpg", 1), ("b.jpg", 2)]);
    let id = world.id("a.jpg");
    crate::tags::add(&world, &[id], &["mine"]);
    // As `mv` does between disks: the copy is there and read long before the original goes.
    fs::copy(world.path("a.jpg"), world.path("copy.jpg")).unwrap();
    until_names(&world, &["a.jpg", "b.jpg", "copy.jpg"]);
    world.remove("a.jpg");
    until("the copy is the photo", || {
        world.find("copy.jpg").is_some_and(|copy| copy == id)
    });
    assert_eq!(world.photo("copy.jpg").tags, ["mine"]);
    assert_eq!(world.names(), ["b.jpg", "copy.jpg"]);
}

#[test]
fn a_job_that_is_asked_for_gives_no_place_to_a_copy_while_news_may_be_waiting() {
    let world = watched(&[("a.jpg", 1), ("b.jpg", 2)]);
    let id = world.id("a.jpg");
    crate::tags::add(&world, &[id], &["mine"]);
    fs::copy(world.path("a.jpg"), world.path("copy.jpg")).unwrap();
    // As a rename of which only the one half has happened yet.
    fs::rename(world.path("a.jpg"), world.beside("on its way.jpg")).unwrap();
    world.index();
    let copy = world.id("copy.jpg");
    assert_ne!(copy, id);
    fs::rename(world.beside("on its way.jpg"), world.path("new.jpg")).unwrap();
    until_names(&world, &["b.jpg", "copy.jpg", "new.jpg"]);
    assert_eq!((world.id("new.jpg"), world.id("copy.jpg")), (id, copy));
    assert_eq!(world.photo("new.jpg").tags, ["mine"]);
    // What does not turn up has moved to its copy after all.
    fs::copy(world.path("new.jpg"), world.path("last.jpg")).unwrap();
    world.remove("copy.jpg");
    world.remove("new.jpg");
    world.index();
    until("the copy is the photo", || {
        world.find("last.jpg").is_some_and(|last| last == id)
    });
    assert_eq!(world.photo("last.jpg").tags, ["mine"]);
}

#[test]
fn a_copy_that_somebody_has_tagged_stays_a_photo_of_its_own() {
    let world = watched(&[("a.jpg", 1), ("b.jpg", 2)]);
    let id = world.id("a.jpg");
    crate::tags::add(&world, &[id], &["mine"]);
    fs::copy(world.path("a.jpg"), world.path("copy.jpg")).unwrap();
    until_names(&world, &["a.jpg", "b.jpg", "copy.jpg"]);
    let copy = world.id("copy.jpg");
    crate::tags::add(&world, &[copy], &["other"]);
    world.remove("a.jpg");
    until_names(&world, &["b.jpg", "copy.jpg"]);
    sleep(Duration::from_secs(6));
    assert_eq!(
        (world.id("copy.jpg"), world.photo("copy.jpg").tags),
        (copy, vec!["other".to_owned()])
    );
    assert!(world.engine().photo(id).unwrap().missing);
}

#[cfg(unix)]
#[test]
fn hostile_names_and_very_long_paths_are_kept_up_with() {
    use std::os::unix::ffi::OsStrExt as _;
    let world = watched(&[("a.jpg", 1)]);
    let hostile = world
        .root()
        .join(std::ffi::OsStr::from_bytes(b"trailing \xff/caf\xe9 .jpg"));
    crate::world::write(&hostile, &painter::photo(2));
    // Longer than what a path may have in one call of the system.
    let deep = "d".repeat(250);
    let shell = format!(
        "cd '{}' && for n in $(seq 20); do mkdir {deep} && cd -P {deep} || exit 1; done; cp '{}' deep.jpg",
        world.root().display(),
        world.path("a.jpg").display(),
    );
    let ended = std::process::Command::new("bash")
        .args(["-c", &shell])
        .status()
        .unwrap();
    assert!(ended.success());
    until("the hostile name is there", || world.all().len() == 2);
    let renamed = world
        .root()
        .join(std::ffi::OsStr::from_bytes(b"trailing \xff/ \xe8.jpg"));
    fs::rename(&hostile, &renamed).unwrap();
    until("it is there by its new name", || {
        let all = world.all();
        all.iter()
            .any(|photo| world.engine().original_path(photo.id).unwrap() == renamed)
    });
    // What is too deep to be reached is said, and holds nothing else up.
    until("the long path is said", || world.faults().len() == 1);
    assert!(
        world.faults()[0].2.contains("too long"),
        "{:?}",
        world.faults()
    );
    world.write("z.jpg", &painter::photo(3));
    until("others are kept up with", || world.find("z.jpg").is_some());
}
