//! Files that the system refuses to move, away or back, and a crash at every step of that: what stayed
//! is whole, its partners stay with it, and all comes back once the system lets it.

use std::fs;
use std::io::ErrorKind;

use super::super::faults::{Refused, set_refused};
use super::super::{Report, journal};
use super::kills::{Case, Scene, killed_at, points_of};

const ALWAYS: u32 = u32::MAX;

/// Refuses on this thread until it is dropped.
struct Refusing;

impl Refusing {
    fn new(from: &'static str, why: ErrorKind, times: u32) -> Self {
        set_refused(Some(Refused { from, why, times }));
        Self
    }
}

impl Drop for Refusing {
    fn drop(&mut self) {
        set_refused(None);
    }
}

/// A case, and the file of it that is refused.
type Tried = (Case, &'static str, ErrorKind, u32);

/// A partner goes last; a name is taken at the last moment; a stand-in does not get the place.
const AWAY: [Tried; 7] = [
    (
        Case::HomeTrash,
        "copies/b.jpg.json",
        ErrorKind::PermissionDenied,
        ALWAYS,
    ),
    (
        Case::OwnTrash,
        "copies/b.jpg.json",
        ErrorKind::PermissionDenied,
        ALWAYS,
    ),
    (Case::Folder, "copies/a.xmp", ErrorKind::StorageFull, ALWAYS),
    (
        Case::HomeTrash,
        "copies/b.jpg.xmp",
        ErrorKind::AlreadyExists,
        1,
    ),
    (Case::OtherDisk, ".part", ErrorKind::StorageFull, ALWAYS),
    (
        Case::HardLink,
        "copies/a.jpg",
        ErrorKind::PermissionDenied,
        ALWAYS,
    ),
    (Case::HardLink, ".link", ErrorKind::PermissionDenied, ALWAYS),
];

#[test]
fn a_crash_at_any_step_of_what_is_refused_to_go_loses_nothing() {
    let mut runs = 0;
    for (case, from, why, times) in AWAY {
        let Some(scene) = Scene::new(case) else {
            println!("skipped: {case:?} needs a second disk");
            continue;
        };
        let refusing = Refusing::new(from, why, times);
        let mut skipped = 0;
        let points = points_of(|| skipped = scene.world.apply(&scene.plan).unwrap().skipped.len());
        drop(refusing);
        // One photo is refused by the check of every scene.
        assert_eq!(skipped > 1, times == ALWAYS, "{case:?}, {from}");
        let dropped = if from == ".link" {
            "the stand-in is dropped"
        } else {
            "a file stayed"
        };
        assert!(points.contains(&dropped), "{case:?}, {from}: {points:?}");
        scene.undo_all("undisturbed");
        scene.assert_as_before(&format!("{case:?}, {from}, undisturbed"));
        for nth in 0..points.len() as u64 {
            let scene = Scene::new(case).unwrap();
            let refusing = Refusing::new(from, why, times);
            let point = killed_at(nth, || scene.world.apply(&scene.plan)).unwrap();
            let context = format!("{case:?}, {from}, applying ended at {nth}: {point}");
            scene.assert_nothing_lost(&context);
            if nth.is_multiple_of(2) {
                scene.recover(&context);
                scene.assert_journal_is_right(&context);
            }
            drop(refusing);
            scene.undo_all(&context);
            scene.assert_as_before(&context);
            runs += 1;
        }
    }
    println!("{runs} runs");
    assert!(runs >= 150, "{runs}");
}

fn undo(scene: &Scene) -> Report {
    let ids = journal::ids(&scene.world.journals()).unwrap();
    scene.world.undo(&ids[0], None).unwrap()
}

#[test]
fn a_crash_at_any_step_of_what_is_refused_to_come_back_loses_nothing() {
    let mut runs = 0;
    for (case, from) in [
        (Case::HomeTrash, "/b.jpg"),
        (Case::HomeTrash, "/b.jpg.json"),
        (Case::OwnTrash, "/a.xmp"),
        (Case::Folder, "/b.jpg"),
        (Case::OtherDisk, ".part"),
        (Case::HardLink, "files/a.jpg"),
    ] {
        let Some(scene) = Scene::new(case) else {
            println!("skipped: {case:?} needs a second disk");
            continue;
        };
        scene.world.apply(&scene.plan).unwrap();
        let refusing = Refusing::new(from, ErrorKind::PermissionDenied, ALWAYS);
        let mut report = Report::default();
        let points = points_of(|| report = undo(&scene));
        drop(refusing);
        let reason = &report.skipped.first().unwrap().reason;
        assert!(reason.contains("could not be brought back"), "{reason}");
        assert!(
            points.contains(&"a file remained in the trash"),
            "{points:?}"
        );
        scene.assert_nothing_lost(&format!("{case:?}, {from}, undisturbed"));
        scene.undo_all("undisturbed");
        scene.assert_as_before(&format!("{case:?}, {from}, undisturbed"));
        for nth in 0..points.len() as u64 {
            let scene = Scene::new(case).unwrap();
            scene.world.apply(&scene.plan).unwrap();
            let refusing = Refusing::new(from, ErrorKind::PermissionDenied, ALWAYS);
            let point = killed_at(nth, || undo(&scene)).unwrap();
            let context = format!("{case:?}, {from}, undo ended at {nth}: {point}");
            scene.assert_nothing_lost(&context);
            drop(refusing);
            if nth.is_multiple_of(2) {
                scene.recover(&context);
                scene.assert_journal_is_right(&context);
            }
            scene.undo_all(&context);
            scene.assert_as_before(&context);
            runs += 1;
        }
    }
    println!("{runs} runs");
    assert!(runs >= 100, "{runs}");
}

#[test]
fn a_name_that_is_taken_while_a_file_comes_back_is_left_to_its_file() {
    let scene = Scene::new(Case::HomeTrash).unwrap();
    scene.world.apply(&scene.plan).unwrap();
    let refusing = Refusing::new("/b.jpg", ErrorKind::AlreadyExists, 1);
    let report = undo(&scene);
    drop(refusing);
    assert!(report.skipped.is_empty(), "{report:?}");
    let beside = scene.world.in_root("copies/b (restored).jpg");
    assert_eq!(fs::read(&beside).unwrap(), b"the second picture");
    assert_eq!(report.beside.len(), 1, "{report:?}");
}
