//! Cleanups of a library: planned, carried out as jobs, seen by the catalog, taken back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use latent_engine::attributes;
use latent_engine::cleaning::{self, CleanupReport};
use latent_engine::cleanup::plan::Action;
use latent_engine::cleanup::{CleanupPlan, SessionState};
use latent_engine::duplicates::{self, CopyKind, CopyQuery, Rule};
use latent_engine::ids::JobId;
use latent_engine::jobs::{JobState, Report};
use latent_engine::stacks;
use latent_engine::store::review::Mark;
use serde_json::json;

use crate::painter;
use crate::tags;
use crate::world::{LONG, World};

/// Four copies of one picture in three folders, and two other photos.
fn world() -> World {
    // Files of one job come in any order; this one is known before them.
    let world = World::with(&[("a/one.jpg", 1)]);
    for (name, seed) in [
        ("b/two.jpg", 1),
        ("b/three.jpg", 1),
        ("c/four.jpg", 1),
        ("other.jpg", 2),
        ("another.jpg", 3),
    ] {
        world.write(name, &painter::photo(seed));
    }
    world.index();
    world.write("b/two.xmp", b"<notes/>");
    world.index();
    world
}

pub(crate) fn query() -> CopyQuery {
    CopyQuery {
        kind: CopyKind::Exact,
        rules: vec![Rule::FirstAdded],
        ..CopyQuery::default()
    }
}

/// Moves files into a folder beside the library, so that a test touches no trash of the system's.
fn away(world: &World) -> Action {
    Action::Folder {
        folder: world.beside("removed"),
    }
}

pub(crate) fn plan(world: &World, query: &CopyQuery, marked: bool) -> CleanupPlan {
    cleaning::plan(world.engine(), query, marked, away(world)).unwrap()
}

#[track_caller]
fn done(world: &World, job: JobId) -> CleanupReport {
    let job = world.engine().jobs().wait(job, LONG).unwrap();
    assert_eq!(job.state, JobState::Done, "{:?}", job.error);
    match job.report {
        Some(Report::Cleanup(report)) => report,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub(crate) fn apply(world: &World, plan: CleanupPlan) -> CleanupReport {
    let job = cleaning::start(world.engine(), plan).unwrap();
    done(world, job)
}

#[track_caller]
pub(crate) fn undo(world: &World, session: &str, paths: Option<Vec<PathBuf>>) -> CleanupReport {
    let job = cleaning::start_undo(world.engine(), session, paths).unwrap();
    done(world, job)
}

/// Every file below the library with its bytes.
fn files(world: &World) -> BTreeMap<PathBuf, Vec<u8>> {
    fn gather(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, files);
            } else {
                files.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    gather(&world.root(), &mut all);
    all
}

#[test]
fn a_cleanup_removes_copies_with_their_sidecars_and_is_taken_back_whole() {
    let mut world = world();
    let before = files(&world);
    let plan = plan(&world, &query(), false);
    assert_eq!((plan.groups.len(), plan.files), (1, 4));
    assert_eq!(plan.groups[0].keeper.path, world.path("a/one.jpg"));
    let report = apply(&world, plan);
    assert_eq!((report.files, report.skipped.len()), (4, 0));
    assert_eq!(world.names(), ["another.jpg", "one.jpg", "other.jpg"]);
    assert!(!world.path("b/two.xmp").exists());
    assert_eq!(world.index().photos, 3, "what was removed stays away");
    world.reopen();
    let sessions = cleaning::list(world.engine()).unwrap();
    assert_eq!(sessions[0].state, SessionState::Applied);
    assert_eq!(sessions[0].files, 4);
    let back = undo(&world, &report.session_id, None);
    assert_eq!((back.files, back.skipped.len()), (4, 0));
    assert_eq!(files(&world), before);
    assert_eq!(world.names().len(), 6);
    let report = world.index();
    assert_eq!((report.photos, report.added, report.changed), (6, 0, 0));
    let sessions = cleaning::list(world.engine()).unwrap();
    assert_eq!(sessions[0].state, SessionState::Undone);
}

#[test]
fn some_files_come_back_alone() {
    let world = world();
    let report = apply(&world, plan(&world, &query(), false));
    let back = undo(
        &world,
        &report.session_id,
        Some(vec![world.path("c/four.jpg")]),
    );
    assert_eq!(back.files, 1);
    assert!(world.find("c/four.jpg").is_some() && world.find("b/two.jpg").is_none());
    let sessions = cleaning::list(world.engine()).unwrap();
    assert_eq!(sessions[0].state, SessionState::Partly);
}

#[test]
fn the_one_that_stays_takes_tags_and_attributes_over_until_it_is_undone() {
    let world = world();
    let [one, two, four] = ["a/one.jpg", "b/two.jpg", "c/four.jpg"].map(|name| world.id(name));
    tags::add(&world, &[one], &["kept"]);
    tags::add(&world, &[two, four], &["trip", "kept"]);
    let price = BTreeMap::from([("price".to_owned(), json!(200))]);
    attributes::set(world.engine(), &[four], &price).unwrap();
    // Tags count as metadata, but by these rules the first one stays.
    let plan = plan(&world, &query(), false);
    assert_eq!(plan.groups[0].merge.tags, ["trip"]);
    let report = apply(&world, plan);
    let photo = world.photo("a/one.jpg");
    assert_eq!(photo.tags, ["kept", "trip"]);
    assert_eq!(photo.attributes.get("price"), Some(&json!(200)));
    assert_eq!(world.typed("tag:trip"), ["one.jpg"]);
    undo(&world, &report.session_id, None);
    let photo = world.photo("a/one.jpg");
    assert_eq!(photo.tags, ["kept"]);
    assert!(photo.attributes.is_empty());
    assert_eq!(world.photo("c/four.jpg").tags, ["kept", "trip"]);
}

#[test]
fn the_last_copy_stays_whatever_was_marked() {
    let world = world();
    let copies = ["a/one.jpg", "b/two.jpg", "b/three.jpg", "c/four.jpg"].map(|name| world.id(name));
    duplicates::mark(world.engine(), &copies, Some(Mark::Remove)).unwrap();
    let refused = plan(&world, &query(), true);
    assert_eq!((refused.groups.len(), refused.refused.len()), (0, 4));
    assert!(refused.refused[0].reason.contains("one has to stay"));
    duplicates::mark(world.engine(), &copies[3..], Some(Mark::Keep)).unwrap();
    let plan = plan(&world, &query(), true);
    assert_eq!(plan.groups[0].keeper.path, world.path("c/four.jpg"));
    assert_eq!(plan.groups[0].remove.len(), 3);
    let report = apply(&world, plan);
    assert_eq!(report.skipped.len(), 0);
    assert!(world.path("c/four.jpg").exists());
    // Marks of what went are gone, and the plan after it is empty.
    assert!(
        cleaning::plan(world.engine(), &query(), true, away(&world))
            .unwrap()
            .groups
            .is_empty()
    );
}

#[test]
fn a_plan_by_hand_removes_no_photo_that_is_no_copy() {
    let world = world();
    let before = files(&world);
    let mut plan = plan(&world, &query(), false);
    // Somebody puts another photo into the list.
    let other = cleaning::plan(world.engine(), &query(), false, away(&world)).unwrap();
    let mut stranger = other.groups[0].remove[0].clone();
    let row = world.photo("other.jpg");
    stranger.photo_id = row.id.0;
    stranger.path = world.path("other.jpg");
    stranger.bytes = row.bytes;
    stranger.mtime_ns = row.mtime_ns;
    stranger.hash = latent_engine::cleanup::hash_file(&stranger.path).unwrap();
    stranger.partners.clear();
    plan.groups[0].remove = vec![stranger];
    for kind in ["exact", "pixels", "near", "similar"] {
        let mut json = serde_json::to_value(&plan).unwrap();
        json["groups"][0]["kind"] = json!(kind);
        json["groups"][0]["similarity"] = json!(0.99);
        let plan = CleanupPlan::parse(&json.to_string()).unwrap();
        let report = apply(&world, plan);
        assert_eq!((report.files, report.skipped.len()), (0, 1), "{kind}");
        assert_eq!(files(&world), before, "{kind}");
    }
}

#[test]
fn what_changed_since_the_plan_stays() {
    let world = world();
    let plan = plan(&world, &query(), false);
    let edited = world.path("b/three.jpg");
    let time = fs::metadata(&edited).unwrap().modified().unwrap();
    let mut bytes = fs::read(&edited).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&edited, &bytes).unwrap();
    crate::world::set_mtime(&edited, time);
    world.remove("c/four.jpg");
    let report = apply(&world, plan);
    assert_eq!(
        report.files, 2,
        "the one that is as it was, with its sidecar: {:?}",
        report.skipped
    );
    assert_eq!(report.skipped.len(), 2, "{:?}", report.skipped);
    assert_eq!(fs::read(&edited).unwrap(), bytes);
}

#[test]
fn a_raw_file_keeps_its_jpeg_from_going() {
    let world = world();
    world.write("b/three.NEF", b"a raw file");
    let refused = plan(&world, &query(), false);
    assert_eq!(refused.refused.len(), 1);
    assert!(
        refused.refused[0].reason.contains("three.NEF"),
        "{:?}",
        refused.refused
    );
    world.write("a/one.nef", b"a raw file");
    let plan = plan(&world, &query(), false);
    assert!(plan.refused.is_empty());
    apply(&world, plan);
    assert!(!world.path("b/three.NEF").exists() && world.path("a/one.nef").exists());
}

/// Plans, carries out and takes back; answers what is left in between. All is as before at the end.
fn there_and_back(world: &World, plan: CleanupPlan) -> Vec<String> {
    let (before, names) = (files(world), world.names());
    let report = apply(world, plan);
    assert!(report.skipped.is_empty(), "{:?}", report.skipped);
    let left: Vec<String> = files(world)
        .keys()
        .map(|path| {
            path.strip_prefix(world.root())
                .unwrap()
                .display()
                .to_string()
        })
        .collect();
    assert_eq!(world.index().removed, 0, "the catalog knew what went");
    let back = undo(world, &report.session_id, None);
    assert_eq!((back.files, back.skipped.len()), (report.files, 0));
    assert_eq!(files(world), before);
    assert_eq!(world.names(), names);
    let again = world.index();
    assert_eq!((again.added, again.changed, again.removed), (0, 0, 0));
    left
}

/// A card imported twice: shots of a phone and of a camera, with all that belongs to them.
fn card_imported_twice() -> World {
    let world = World::new();
    for folder in ["a", "b"] {
        for (name, seed) in [
            ("IMG_1234.JPG", 1),
            ("IMG_E1234.JPG", 2),
            ("DSC_1.JPG", 3),
            ("DSC_1.NEF", 4),
            ("x.jpg", 5),
            ("y.jpg", 6),
        ] {
            world.write(&format!("{folder}/{name}"), &painter::photo(seed));
        }
        world.write(&format!("{folder}/IMG_1234.AAE"), b"settings");
        world.write(&format!("{folder}/DSC_1.NEF.xmp"), b"<notes/>");
        world.index();
    }
    world
}

#[test]
fn a_card_imported_twice_goes_whole_and_comes_back_whole() {
    let world = card_imported_twice();
    let plan = plan(&world, &query(), false);
    assert!(plan.refused.is_empty(), "{:?}", plan.refused);
    assert_eq!(plan.files, 8);
    let left = there_and_back(&world, plan);
    assert_eq!(left.len(), 8);
    assert!(left.iter().all(|path| path.starts_with("a/")), "{left:?}");
}

/// Marks one photo for removal, and what its plan takes along.
fn along(world: &World, photo: &str) -> CleanupPlan {
    duplicates::mark(world.engine(), &[world.id(photo)], Some(Mark::Remove)).unwrap();
    plan(world, &query(), true)
}

#[test]
fn an_edit_and_a_raw_file_go_with_their_photo_with_their_tags() {
    let world = card_imported_twice();
    tags::add(&world, &[world.id("b/IMG_E1234.JPG")], &["edited"]);
    let plan = along(&world, "b/IMG_1234.JPG");
    assert_eq!((plan.files, plan.groups.len()), (3, 1));
    assert_eq!(plan.groups[0].merge.tags, ["edited"]);
    let left = there_and_back(&world, plan);
    for gone in ["b/IMG_1234.JPG", "b/IMG_E1234.JPG", "b/IMG_1234.AAE"] {
        assert!(!left.iter().any(|path| path == gone), "{gone}");
    }
    assert_eq!(left.len(), 13);
    assert_eq!(world.photo("b/IMG_E1234.JPG").tags, ["edited"]);
}

#[test]
fn what_belongs_to_a_photo_keeps_it_from_going_where_it_is_kept_or_protected() {
    let world = card_imported_twice();
    let marked = [world.id("b/DSC_1.NEF")];
    duplicates::mark(world.engine(), &marked, Some(Mark::Keep)).unwrap();
    let plan = along(&world, "b/DSC_1.JPG");
    assert!(plan.groups.is_empty());
    let reason = &plan.refused[0].reason;
    assert!(
        reason.starts_with("DSC_1.NEF belongs to it, and was kept"),
        "{reason}"
    );
    // It is the keeper of its own copies.
    duplicates::mark(world.engine(), &marked, None).unwrap();
    let plan = along(&world, "a/DSC_1.NEF");
    let refused: Vec<&str> = plan.refused.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(
        refused,
        ["DSC_1.NEF belongs to it, and stays in place of its own copies"]
    );
}

#[test]
fn what_was_stacked_by_hand_goes_with_its_top_where_its_copy_stays() {
    let world = card_imported_twice();
    let pair = ["a/x.jpg", "a/y.jpg"].map(|name| world.id(name));
    stacks::make(world.engine(), &pair).unwrap();
    let plan = along(&world, "b/x.jpg");
    assert_eq!(plan.groups[0].remove[0].partners.len(), 1);
    let left = there_and_back(&world, plan);
    assert!(
        !left
            .iter()
            .any(|path| path == "b/x.jpg" || path == "b/y.jpg")
    );
    let stack = stacks::of_photo(world.engine(), world.id("b/x.jpg")).unwrap();
    assert_eq!(stack.len(), 2);
    // In a reference folder it stays, and its top with it.
    world.rename("b/y.jpg", "kept/y.jpg");
    world.rename("a/y.jpg", "a/sub/y.jpg");
    world.index();
    stacks::make(
        world.engine(),
        &["b/x.jpg", "kept/y.jpg"].map(|name| world.id(name)),
    )
    .unwrap();
    let query = CopyQuery {
        reference: vec![world.path("kept")],
        ..query()
    };
    let plan = cleaning::plan(world.engine(), &query, true, away(&world)).unwrap();
    let going = plan.groups.iter().flat_map(|group| &group.remove);
    assert!(
        going
            .flat_map(|file| &file.partners)
            .all(|partner| !partner.path.ends_with("kept/y.jpg"))
    );
}

/// Makes the system's trash one beside the library.
#[cfg(unix)]
fn own_trash(world: &World) {
    // SAFETY: the test has a process of its own, and no other thread of it reads the environment now.
    #[expect(unsafe_code, reason = "the environment tells where the trash is")]
    unsafe {
        std::env::set_var("XDG_DATA_HOME", world.beside("home"));
    }
}

#[cfg(unix)]
#[test]
fn copies_become_hard_links_and_photos_stay() {
    use std::os::unix::fs::MetadataExt as _;
    let world = world();
    own_trash(&world);
    let before = files(&world);
    let plan = cleaning::plan(world.engine(), &query(), false, Action::Hardlink {}).unwrap();
    // The notes on one of them stay where they are.
    assert_eq!(plan.files, 3);
    let report = apply(&world, plan);
    assert!(report.skipped.is_empty(), "{:?}", report.skipped);
    let inode = |name: &str| fs::metadata(world.path(name)).unwrap().ino();
    assert_eq!(inode("a/one.jpg"), inode("c/four.jpg"));
    assert_eq!(world.names().len(), 6);
    assert_eq!(
        duplicates::find(world.engine(), &query(), None, 9, None)
            .unwrap()
            .group_count,
        0
    );
    assert_eq!(world.index().changed, 0);
    undo(&world, &report.session_id, None);
    assert_eq!(files(&world), before);
    assert_ne!(inode("a/one.jpg"), inode("c/four.jpg"));
    assert_eq!(
        duplicates::find(world.engine(), &query(), None, 9, None)
            .unwrap()
            .group_count,
        1
    );
}

#[test]
fn other_bytes_are_not_planned_to_become_links() {
    let world = World::with(&[("one.jpg", 1)]);
    let mut other = painter::photo(1);
    other.push(0);
    world.write("other.jpg", &other);
    world.index();
    let query = CopyQuery {
        kind: CopyKind::Pixels,
        ..query()
    };
    let plan = cleaning::plan(world.engine(), &query, false, Action::Hardlink {}).unwrap();
    assert_eq!((plan.files, plan.groups.len()), (0, 0));
    let reasons: Vec<_> = plan.refused.iter().map(|file| &file.reason).collect();
    assert!(
        matches!(&reasons[..], [reason] if reason.contains("not the same bytes")),
        "{reasons:?}"
    );
    assert_eq!(self::plan(&world, &query, false).files, 1);
}

#[test]
fn a_cleanup_is_cancelled_in_good_order() {
    let world = World::new();
    for number in 0..60 {
        world.write(&format!("{number}.jpg"), &painter::photo(1));
    }
    world.index();
    let before = files(&world);
    let plan = plan(&world, &query(), false);
    let job = cleaning::start(world.engine(), plan).unwrap();
    world.engine().jobs().cancel(job).unwrap();
    let ended = world.engine().jobs().wait(job, LONG).unwrap();
    assert_eq!(ended.state, JobState::Cancelled);
    let sessions = cleaning::list(world.engine()).unwrap();
    for session in sessions {
        undo(&world, &session.id, None);
    }
    assert_eq!(files(&world), before);
    assert_eq!(world.names().len(), 60);
}

#[test]
fn an_unknown_cleanup_is_said_to_be_none() {
    let world = world();
    assert!(cleaning::start_undo(world.engine(), "20200101-000000-00", None).is_err());
    assert!(cleaning::read(world.engine(), "../catalog").is_err());
    assert!(cleaning::list(world.engine()).unwrap().is_empty());
}
