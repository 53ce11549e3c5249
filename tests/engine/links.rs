//! Links, and folders that cannot be looked into. Unix only: elsewhere links need rights.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::painter;
use crate::world::{World, counts};

#[track_caller]
fn check(link: impl Fn(&World), names: &[&str], faults: &[&str]) {
    let world = World::new();
    world.write("one/a.jpg", &painter::photo(1));
    world.write("two/b.jpg", &painter::photo(2));
    link(&world);
    for _ in 0..2 {
        let report = world.index();
        let seen: Vec<_> = world.faults().into_iter().map(|(name, ..)| name).collect();
        assert_eq!((world.names(), seen), (owned(names), owned(faults)));
        assert_eq!((report.photos, report.removed), (names.len() as u64, 0));
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_loop_of_links_ends() {
    check(
        |w| symlink(w.root(), w.path("one/up")).unwrap(),
        &["a.jpg", "b.jpg"],
        &[],
    );
    check(
        |w| {
            symlink(w.path("two/x"), w.path("one/x")).unwrap();
            symlink(w.path("one/x"), w.path("two/x")).unwrap();
        },
        &["a.jpg", "b.jpg"],
        &[],
    );
}

#[test]
fn a_link_to_a_folder_around_the_root_shows_no_photo_twice() {
    check(
        |w| symlink(w.beside(""), w.path("one/out")).unwrap(),
        &["a.jpg", "b.jpg"],
        &[],
    );
}

#[test]
fn a_photo_reached_by_a_link_within_the_root_counts_once() {
    check(
        |w| symlink(w.path("two"), w.path("one/two")).unwrap(),
        &["a.jpg", "b.jpg"],
        &[],
    );
    check(
        |w| symlink(w.path("one/a.jpg"), w.path("two/z.jpg")).unwrap(),
        &["a.jpg", "b.jpg"],
        &[],
    );
}

#[test]
fn a_folder_linked_from_outside_belongs_to_the_library() {
    let link = |world: &World| {
        crate::world::write(&world.beside("disk/c.jpg"), &painter::photo(3));
        symlink(world.beside("disk"), world.path("disk")).unwrap();
    };
    check(link, &["a.jpg", "b.jpg", "c.jpg"], &[]);
}

#[test]
fn a_link_to_nothing_is_a_fault_only_where_it_is_named_like_a_picture() {
    let link = |world: &World| {
        symlink(world.beside("gone.jpg"), world.path("lost.jpg")).unwrap();
        symlink(world.beside("gone"), world.path("lost")).unwrap();
    };
    check(link, &["a.jpg", "b.jpg"], &["lost.jpg"]);
}

#[test]
fn a_link_to_nothing_that_is_mended_becomes_a_photo() {
    let world = World::new();
    symlink(world.beside("real.jpg"), world.path("link.jpg")).unwrap();
    assert_eq!(counts(&world.index()), [0, 0, 0, 0, 0, 1]);
    crate::world::write(&world.beside("real.jpg"), &painter::photo(1));
    assert_eq!(counts(&world.index()), [1, 1, 0, 0, 0, 0]);
    // A link whose target went away again is a fault, and its photo is not taken for gone.
    fs::remove_file(world.beside("real.jpg")).unwrap();
    assert_eq!(counts(&world.index()), [1, 0, 0, 0, 0, 1]);
}

#[test]
fn an_unreadable_folder_is_a_fault_and_hides_no_photo() {
    let world = World::with(&[("a.jpg", 1), ("closed/b.jpg", 2)]);
    let closed = world.path("closed");
    let mode = |mode| fs::set_permissions(&closed, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o000);
    if fs::read_dir(&closed).is_ok() {
        mode(0o755);
        println!("skipped: this user may read folders without permission");
        return;
    }
    let report = world.index();
    let faults = world.faults();
    mode(0o755);
    assert_eq!(counts(&report), [2, 0, 0, 0, 0, 1]);
    assert_eq!(
        (faults[0].0.as_str(), faults[0].1.as_str()),
        ("closed", "scan")
    );
    assert!(faults[0].2.contains("ermission"), "{faults:?}");
    assert_eq!(counts(&world.index()), [2, 0, 0, 0, 0, 0]);
}
