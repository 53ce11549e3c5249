//! Files are compared with known photos before they are taken in; an index job counts what it brought
//! twice; photos of one job are known equally long.

use std::fs;
use std::path::PathBuf;

use ::image::imageops;
use latent_engine::duplicates::{
    self, CheckQuery, CheckReport, CheckedFile, CopyKind, CopyQuery, Rule,
};
use latent_engine::jobs::{JobState, Report};
use latent_engine::store::review::Decision;

use crate::copies::{drawn, jpeg};
use crate::painter::{self, Shot};
use crate::world::{LONG, World};

fn ended(world: &World, query: CheckQuery) -> CheckReport {
    let job = duplicates::start_check(world.engine(), query).unwrap();
    let job = world.engine().jobs().wait(job, LONG).unwrap();
    assert_eq!(job.state, JobState::Done, "{:?}", job.error);
    match job.report {
        Some(Report::Checked(report)) => report,
        other => panic!("{other:?}"),
    }
}

fn check(world: &World, path: PathBuf) -> CheckReport {
    let paths = vec![path];
    ended(
        world,
        CheckQuery {
            paths,
            threshold: None,
        },
    )
}

fn one<'a>(report: &'a CheckReport, name: &str) -> &'a CheckedFile {
    let is_it = |file: &&CheckedFile| file.path.ends_with(name);
    report.checked.iter().find(is_it).unwrap()
}

/// The file name and kind of each copy.
fn copies(file: &CheckedFile) -> Vec<(&str, CopyKind)> {
    let name = |path: &'_ str| path.rfind('/').map_or(0, |at| at + 1);
    let copies = file.copies.iter();
    copies
        .map(|copy| (&copy.path[name(&copy.path)..], copy.kind))
        .collect()
}

#[test]
fn a_file_is_told_the_photos_it_copies_and_stays_outside() {
    let world = World::new();
    let plain = jpeg(&drawn(1), 92);
    world.write("one.jpg", &plain);
    world.write("two.jpg", &jpeg(&drawn(2), 92));
    world.index();
    let card = world.beside("card");
    fs::create_dir_all(card.join("DCIM")).unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(card.join(name), bytes).unwrap();
    put("DCIM/same.jpg", &plain);
    let shot = Shot {
        camera: "Canon",
        ..Shot::default()
    };
    put("noted.jpg", &painter::with_shot(&plain, shot));
    put("turned.jpg", &jpeg(&imageops::rotate90(&drawn(1)), 80));
    put("new.jpg", &jpeg(&drawn(9), 90));
    put("broken.jpg", b"not a picture");
    put("notes.txt", b"not named like one");

    let report = check(&world, card.clone());
    assert_eq!((report.files, report.copies, report.faults), (5, 3, 1));
    let exact = one(&report, "same.jpg");
    assert_eq!(copies(exact), [("one.jpg", CopyKind::Exact)]);
    assert_eq!(exact.bytes, plain.len() as u64);
    assert_eq!(exact.copies[0].photo, world.id("one.jpg"));
    let noted = one(&report, "noted.jpg");
    assert_eq!(copies(noted), [("one.jpg", CopyKind::Pixels)]);
    let turned = one(&report, "turned.jpg");
    assert_eq!(copies(turned), [("one.jpg", CopyKind::Near)]);
    assert!(turned.copies[0].similarity >= 0.9);
    assert_eq!(one(&report, "new.jpg").copies, []);
    assert!(one(&report, "broken.jpg").fault.is_some());
    assert_eq!(world.names(), ["one.jpg", "two.jpg"], "nothing is taken in");

    // What the library holds is no copy of itself, and what is named twice is looked at once.
    let paths = vec![world.path("one.jpg"), world.root(), card.join("DCIM")];
    let report = ended(
        &world,
        CheckQuery {
            paths,
            threshold: None,
        },
    );
    assert_eq!((report.files, report.known, report.copies), (3, 2, 1));
    let own = one(&report, "one.jpg");
    assert_eq!(
        (own.photo, own.copies.len()),
        (Some(world.id("one.jpg")), 0)
    );
}

#[test]
fn another_time_and_a_decision_make_no_copy() {
    let world = World::new();
    let shot = |taken| Shot {
        taken,
        ..Shot::default()
    };
    let first = painter::with_shot(&jpeg(&drawn(1), 92), shot("2023:06:30 12:00:00"));
    world.write("first.jpg", &first);
    world.write("plain.jpg", &jpeg(&drawn(2), 92));
    world.index();
    let card = world.beside("card");
    fs::create_dir(&card).unwrap();
    let next = painter::with_shot(&jpeg(&drawn(1), 70), shot("2023:06:30 12:00:01"));
    fs::write(card.join("next.jpg"), next).unwrap();
    let again = painter::with_shot(&jpeg(&drawn(1), 60), shot("2023:06:30 12:00:00"));
    fs::write(card.join("again.jpg"), again).unwrap();
    let other = jpeg(&drawn(2), 50);
    fs::write(card.join("other.jpg"), &other).unwrap();
    let report = check(&world, card.clone());
    assert_eq!(copies(one(&report, "next.jpg")), []);
    assert_eq!(copies(one(&report, "again.jpg")).len(), 1);
    assert_eq!(copies(one(&report, "other.jpg")).len(), 1);

    // The person says once that those are no duplicates.
    world.write("other.jpg", &other);
    world.index();
    let pair = [world.id("plain.jpg"), world.id("other.jpg")];
    duplicates::decide(world.engine(), &pair, Some(Decision::NotDuplicates)).unwrap();
    world.remove("other.jpg");
    world.index();
    let report = check(&world, card);
    assert_eq!(copies(one(&report, "other.jpg")), []);
}

#[test]
fn what_cannot_be_compared_is_refused_before_a_job_starts() {
    let world = World::new();
    let start = |paths: Vec<PathBuf>, threshold| {
        duplicates::start_check(world.engine(), CheckQuery { paths, threshold })
    };
    assert!(start(vec![], None).is_err());
    assert!(start(vec![world.beside("nowhere")], None).is_err());
    assert!(start(vec![world.root()], Some(1.5)).is_err());
    let job = start(vec![world.root()], Some(1.0)).unwrap();
    world.engine().jobs().wait(job, LONG).unwrap();
    let (files, total) = duplicates::checked(world.engine(), job, false, 10, 0).unwrap();
    assert_eq!((files.len(), total), (0, 0));
    let index = latent_engine::ingest::start(world.engine(), None, false).unwrap();
    world.engine().jobs().wait(index, LONG).unwrap();
    assert!(duplicates::checked(world.engine(), index, false, 10, 0).is_err());
}

#[test]
fn an_index_job_counts_the_copies_it_brought() {
    let world = World::new();
    let plain = jpeg(&drawn(1), 92);
    for name in ["a/one.jpg", "b/one.jpg", "c/one.jpg"] {
        world.write(name, &plain);
    }
    world.write("two.jpg", &jpeg(&drawn(2), 92));
    let report = world.index();
    assert_eq!(
        (report.added, report.copies),
        (4, 2),
        "all but the first by path"
    );
    let mut copied = [world.id("b/one.jpg"), world.id("c/one.jpg")];
    copied.sort();
    assert_eq!(report.copied, copied);

    world.write(
        "A/late.jpg",
        &jpeg(&imageops::flip_horizontal(&drawn(2)), 80),
    );
    world.write("three.jpg", &jpeg(&drawn(3), 92));
    world.write("two-edited.jpg", &jpeg(&drawn(2), 60));
    let report = world.index();
    assert_eq!(report.added, 3);
    // An edited version beside its original is no copy of that, but of the one in another folder.
    let mut copied = [world.id("A/late.jpg"), world.id("two-edited.jpg")];
    copied.sort();
    assert_eq!(report.copied, copied);
    assert_eq!(world.index().copies, 0, "nothing is new");
}

#[test]
fn photos_of_one_job_are_known_equally_long() {
    let world = World::new();
    let plain = jpeg(&drawn(1), 92);
    world.write("z.jpg", &plain);
    world.index();
    for number in 0..12 {
        world.write(&format!("{number}.jpg"), &plain);
        world.write(&format!("other/{number}.jpg"), &jpeg(&drawn(2), 92));
    }
    world.index();
    let query = CopyQuery {
        kind: CopyKind::Exact,
        rules: vec![Rule::FirstAdded],
        ..CopyQuery::default()
    };
    let keeper = |name: &str| {
        let photo = Some(world.id(name));
        let found = duplicates::find(world.engine(), &query, photo, 10, None).unwrap();
        found.groups[0].keeper
    };
    assert_eq!(keeper("0.jpg"), Some(world.id("z.jpg")));
    assert_eq!(keeper("other/0.jpg"), None, "a tie is left open");
}

#[test]
fn what_accepting_would_mark_is_what_it_marks() {
    let world = World::new();
    world.write("one.jpg", &jpeg(&drawn(1), 92));
    world.write("copies/one.jpg", &jpeg(&drawn(1), 50));
    world.write("two.jpg", &jpeg(&drawn(2), 92));
    world.write("copies/two.jpg", &jpeg(&drawn(2), 92));
    world.index();
    let near = CopyQuery {
        rules: vec![Rule::LargestFile, Rule::ShortestPath],
        ..CopyQuery::default()
    };
    let count = |confidences: &[f32]| {
        duplicates::count_acceptable(world.engine(), &near, confidences).unwrap()
    };
    let counts = count(&[0.9, 1.0]);
    assert_eq!((counts[0].groups, counts[1].groups), (2, 1));
    let (accepted, marked) = duplicates::accept(world.engine(), &near, 0.9).unwrap();
    assert_eq!(accepted, counts[0]);
    assert_eq!((accepted.photos, marked.len()), (2, 4));
    assert_eq!(count(&[0.9])[0].groups, 0, "all is marked now");
    assert!(duplicates::count_acceptable(world.engine(), &near, &[1.1]).is_err());
}
