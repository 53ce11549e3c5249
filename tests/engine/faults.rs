//! Files that could not be read: grouped, tried again, ignored until they change.

use std::fs;

use latent_engine::EngineError;
use latent_engine::fault_kind::FaultKind;
use latent_engine::ids::FaultId;
use latent_engine::ingest::{self, IndexReport};
use latent_engine::library::folders;
use latent_engine::store::faults::{Chosen, Fault};

use crate::painter;
use crate::world::{LONG, World, counts, done, mtime, replace, set_mtime};

fn list(world: &World, ignored: bool) -> Vec<Fault> {
    let chosen = Chosen {
        ignored: Some(ignored),
        ..Chosen::default()
    };
    ingest::faults(world.engine(), &chosen, 100, 0).unwrap().0
}

fn names(world: &World, ignored: bool) -> Vec<String> {
    let name = |fault: Fault| fault.path.rsplit('/').next().unwrap().to_owned();
    list(world, ignored).into_iter().map(name).collect()
}

fn id(world: &World, name: &str) -> FaultId {
    let all = ingest::faults(world.engine(), &Chosen::default(), 100, 0).unwrap();
    let found = all.0.into_iter().find(|fault| fault.path.ends_with(name));
    found.unwrap().id
}

fn these(world: &World, names: &[&str]) -> Chosen {
    Chosen {
        ids: Some(names.iter().map(|name| id(world, name)).collect()),
        ..Chosen::default()
    }
}

fn of_kind(kind: FaultKind) -> Chosen {
    Chosen {
        kind: Some(kind),
        ..Chosen::default()
    }
}

fn retry(world: &World, chosen: &Chosen) -> IndexReport {
    let job = ingest::retry_faults(world.engine(), chosen).unwrap();
    done(world.engine().jobs().wait(job, LONG).unwrap())
}

/// Photos whose bytes are of one kind of fault each, but for what `mend` puts there.
fn broken() -> World {
    let world = World::with(&[("good.jpg", 9)]);
    let good = painter::photo(1);
    let zeros = vec![0; good.len()];
    world.write("a/zeros.jpg", &zeros);
    world.write("a/zeros too.jpg", &zeros);
    world.write("noise.jpg", &vec![b'?'; good.len()]);
    world.write("cut.jpg", &good[..good.len() / 2]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere.jpg", world.path("link.jpg")).unwrap();
    world.index();
    world
}

/// Puts a picture there that a scan cannot tell from what was there: same size, same time.
fn mend(world: &World, name: &str, seed: u64) {
    let (path, size) = (world.path(name), painter::photo(1).len());
    let time = mtime(&path);
    let mut content = painter::photo(seed);
    content.resize(size.max(content.len()), 0);
    content.truncate(size);
    fs::write(&path, content).unwrap();
    set_mtime(&path, time);
}

#[test]
fn faults_are_counted_by_kind() {
    let world = broken();
    let counts = ingest::fault_counts(world.engine(), None).unwrap();
    let counts: Vec<_> = counts
        .into_iter()
        .map(|count| (count.kind, count.open, count.ignored))
        .collect();
    assert_eq!(
        counts,
        [
            (FaultKind::Empty, 2, 0),
            (FaultKind::Damaged, 1, 0),
            (FaultKind::NotAPicture, 1, 0),
            (FaultKind::BrokenLink, 1, 0),
        ]
    );
    let empty = ingest::faults(world.engine(), &of_kind(FaultKind::Empty), 1, 1).unwrap();
    assert_eq!((empty.0.len(), empty.1), (1, 2));
    assert!(empty.0[0].path.ends_with("a/zeros.jpg"), "{empty:?}");
}

#[test]
fn only_what_is_meant_is_tried_again() {
    let world = broken();
    for (name, seed) in [("a/zeros.jpg", 1), ("a/zeros too.jpg", 1), ("noise.jpg", 1)] {
        mend(&world, name, seed);
    }
    assert_eq!(counts(&world.index())[..2], [1, 0]);
    let report = retry(&world, &these(&world, &["a/zeros.jpg"]));
    assert_eq!(counts(&report), [2, 1, 0, 0, 0, 4]);
    let report = retry(&world, &of_kind(FaultKind::Empty));
    assert_eq!(counts(&report), [3, 1, 0, 0, 0, 3]);
    let report = retry(&world, &Chosen::default());
    assert_eq!(counts(&report), [4, 1, 0, 0, 0, 2]);
    assert_eq!(names(&world, false), ["cut.jpg", "link.jpg"]);
    let nothing = ingest::retry_faults(world.engine(), &of_kind(FaultKind::Empty));
    assert!(matches!(nothing, Err(EngineError::NotFound { .. })));
}

#[test]
fn what_is_ignored_stays_so_until_its_file_changes() {
    let mut world = broken();
    let chosen = these(&world, &["cut.jpg", "a/zeros.jpg"]);
    let changed = ingest::ignore_faults(world.engine(), &chosen, true).unwrap();
    assert_eq!(changed.len(), 2);
    let again = ingest::ignore_faults(world.engine(), &chosen, true).unwrap();
    assert!(
        again.is_empty(),
        "what was ignored before is not told again"
    );
    let shown = ["zeros too.jpg", "link.jpg", "noise.jpg"];
    // A scan, trying again and a start change nothing about it.
    for _ in 0..2 {
        assert_eq!(counts(&world.index())[5], 3);
        assert_eq!(names(&world, false), shown);
        assert_eq!(names(&world, true), ["zeros.jpg", "cut.jpg"]);
        assert_eq!(folders::list(world.engine()).unwrap()[0].faults, 3);
        retry(&world, &these(&world, &["cut.jpg"]));
        world.reopen();
    }
    // Trying all that are shown leaves it alone.
    mend(&world, "a/zeros.jpg", 1);
    let shown_only = Chosen {
        ignored: Some(false),
        ..Chosen::default()
    };
    assert_eq!(counts(&retry(&world, &shown_only))[1], 0);
    // Another content is another fault.
    let good = painter::photo(1);
    replace(&world.path("cut.jpg"), &good[..good.len() / 3]);
    assert_eq!(counts(&world.index())[5], 4);
    assert_eq!(names(&world, true), ["zeros.jpg"]);
    let back = ingest::ignore_faults(world.engine(), &chosen, false).unwrap();
    assert_eq!(back, [id(&world, "a/zeros.jpg")]);
    assert!(names(&world, true).is_empty());
}

#[test]
fn what_is_ignored_stays_so_where_its_file_moves() {
    let world = broken();
    let chosen = these(&world, &["cut.jpg", "a/zeros.jpg"]);
    ingest::ignore_faults(world.engine(), &chosen, true).unwrap();
    world.rename("cut.jpg", "b/other name.jpg");
    // It was away in between, and comes back elsewhere.
    fs::rename(world.path("a/zeros.jpg"), world.beside("away.jpg")).unwrap();
    assert_eq!(counts(&world.index())[5], 3);
    assert_eq!(names(&world, true), ["other name.jpg"]);
    fs::rename(world.beside("away.jpg"), world.path("back.jpg")).unwrap();
    assert_eq!(counts(&world.index())[5], 3);
    assert_eq!(names(&world, true), ["other name.jpg", "back.jpg"]);
    // What is shown again is so wherever it goes.
    let chosen = these(&world, &["b/other name.jpg"]);
    ingest::ignore_faults(world.engine(), &chosen, false).unwrap();
    world.rename("b/other name.jpg", "cut.jpg");
    assert_eq!(counts(&world.index())[5], 4);
    assert_eq!(names(&world, true), ["back.jpg"]);
}

#[test]
fn trying_again_on_a_disk_that_is_away_changes_nothing() {
    let world = broken();
    let before = list(&world, false);
    fs::rename(world.root(), world.beside("shelf")).unwrap();
    let report = retry(&world, &Chosen::default());
    assert_eq!(report.offline, [world.root().to_string_lossy()]);
    assert_eq!(list(&world, false), before);
    fs::rename(world.beside("shelf"), world.root()).unwrap();
    assert_eq!(counts(&world.index()), [1, 0, 0, 0, 0, 5]);
}
