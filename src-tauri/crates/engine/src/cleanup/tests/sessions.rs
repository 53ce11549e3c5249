//! Sessions taken back in whole and in part, after things have happened, and their journals.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

use super::super::plan::*;
use super::super::session::PieceState;
use super::super::*;
use super::world::*;

/// Three copies of one picture, the first with two sidecars.
fn thrice(world: &World) -> ([PathBuf; 3], CleanupPlan) {
    let keeper = world.write("a.jpg", b"one picture");
    let copies = ["x/b.jpg", "y/c.jpg", "z/d.jpg"].map(|name| world.write(name, b"one picture"));
    let sidecars = [
        world.write("x/b.xmp", b"<x/>"),
        world.write("x/b.jpg.xmp", b"<y/>"),
    ];
    let remove = vec![
        entry(2, &copies[0], &[&sidecars[0], &sidecars[1]]),
        entry(3, &copies[1], &[]),
        entry(4, &copies[2], &[]),
    ];
    let mut group = group(GroupKind::Exact, entry(1, &keeper, &[]), remove);
    group.merge.tags = vec!["sea".into()];
    (copies, plan(Action::Trash {}, vec![group]))
}

#[test]
fn a_session_is_taken_back_by_file_and_then_in_whole() {
    let world = World::new();
    let (copies, plan) = thrice(&world);
    let before = tree(&world.root());
    let report = world.apply(&plan).unwrap();
    assert_eq!(report.files, 5);
    assert_eq!(report.bytes, 3 * 11 + 8);
    assert_eq!(world.catalog.rows().away, [2, 3, 4].into());
    assert_eq!(world.catalog.rows().tags["g1"], ["sea"]);
    let (view, _) = world.view();
    assert_eq!((view.files, view.bytes), (5, 41));
    assert_eq!(view.started_at_s, NOW_S);

    // A sidecar brings its photo along.
    let chosen = [copies[0].with_file_name("b.xmp"), world.at("no such file")];
    let part = world.undo(&report.session_id, Some(&chosen)).unwrap();
    assert_eq!(part.files, 3);
    assert!(
        part.skipped[0]
            .reason
            .contains("is not away in this session")
    );
    assert_eq!(world.catalog.rows().away, [3, 4].into());
    assert_eq!(world.catalog.rows().tags["g1"], ["sea"]);
    let (view, files) = world.view();
    assert_eq!(view.state, SessionState::Partly);
    let states: Vec<_> = files.iter().map(|file| file.state).collect();
    use FileState::{Removed, Restored};
    assert_eq!(states, [Restored, Restored, Restored, Removed, Removed]);

    let rest = world.undo(&report.session_id, None).unwrap();
    assert_eq!(rest.files, 2);
    assert_eq!(world.view().0.state, SessionState::Undone);
    assert_eq!(world.catalog.rows(), Rows::default());
    assert_eq!(tree(&world.root()), before);
    assert_eq!(world.undo(&report.session_id, None).unwrap().files, 0);
}

#[test]
fn a_name_that_is_taken_meanwhile_is_left_to_its_file() {
    let world = World::new();
    let (copies, plan) = thrice(&world);
    let report = world.apply(&plan).unwrap();
    fs::write(&copies[0], b"a new picture").unwrap();
    let undone = world.undo(&report.session_id, None).unwrap();
    assert_eq!((undone.files, undone.beside.len()), (5, 3));
    assert_eq!(fs::read(&copies[0]).unwrap(), b"a new picture");
    let names: Vec<_> = tree(&world.in_root("x")).into_keys().collect();
    let expect = [
        "b (restored).jpg",
        "b (restored).jpg.xmp",
        "b (restored).xmp",
        "b.jpg",
    ];
    assert_eq!(names, expect.map(PathBuf::from));
    let (view, files) = world.view();
    assert_eq!(view.state, SessionState::Undone);
    assert!(
        files[0]
            .reason
            .as_ref()
            .unwrap()
            .contains("b (restored).jpg")
    );
}

#[test]
fn a_folder_that_was_removed_meanwhile_is_made_again() {
    let world = World::new();
    let (copies, plan) = thrice(&world);
    let before = tree(&world.root());
    let report = world.apply(&plan).unwrap();
    fs::remove_dir(copies[1].parent().unwrap()).unwrap();
    world.undo(&report.session_id, None).unwrap();
    assert_eq!(tree(&world.root()), before);
}

#[test]
fn what_is_gone_from_the_trash_is_told_with_its_place() {
    let world = World::new();
    let (_, plan) = thrice(&world);
    let report = world.apply(&plan).unwrap();
    let (_, files) = world.view();
    let trashed: Vec<_> = files
        .iter()
        .map(|file| file.trashed_to.clone().unwrap())
        .collect();
    fs::remove_file(&trashed[3]).unwrap();
    fs::write(&trashed[4], b"changed in the trash").unwrap();
    let undone = world.undo(&report.session_id, None).unwrap();
    assert_eq!((undone.files, undone.skipped.len()), (3, 2));
    let reasons: Vec<_> = undone
        .skipped
        .iter()
        .map(|skipped| &skipped.reason)
        .collect();
    assert!(
        reasons[0].contains("has changed since it was put there"),
        "{reasons:?}"
    );
    assert!(reasons[1].contains("The trash was emptied"), "{reasons:?}");
    assert!(
        reasons[1].contains(trashed[3].to_str().unwrap()),
        "{reasons:?}"
    );
    assert_eq!(fs::read(&trashed[4]).unwrap(), b"changed in the trash");
    let (view, files) = world.view();
    assert_eq!(view.state, SessionState::Partly);
    assert_eq!(files[3].state, FileState::Lost);

    // Lost is not for ever: the disk of the trash may be connected again.
    fs::write(&trashed[3], b"one picture").unwrap();
    assert_eq!(world.undo(&report.session_id, None).unwrap().files, 1);
}

#[test]
fn what_was_put_back_by_hand_is_back() {
    let world = World::new();
    let (copies, plan) = thrice(&world);
    let before = tree(&world.root());
    let report = world.apply(&plan).unwrap();
    let (_, files) = world.view();
    let trashed = files[3].trashed_to.as_ref().unwrap();
    fs::rename(trashed, &copies[1]).unwrap();
    let undone = world.undo(&report.session_id, None).unwrap();
    assert_eq!((undone.files, undone.skipped.len()), (5, 0));
    assert_eq!(world.view().0.state, SessionState::Undone);
    assert_eq!(tree(&world.root()), before);
    assert!(tree(&world.at("home")).is_empty());
}

#[test]
fn a_cancelled_cleanup_ends_between_two_photos() {
    let world = World::new();
    let (copies, plan) = thrice(&world);
    let before = tree(&world.root());
    let calls = Cell::new(0);
    let tick = |progress: &Progress| {
        assert_eq!((progress.files, progress.bytes), (5, 41));
        calls.set(calls.get() + 1);
        match calls.get() {
            3 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    };
    let report = world
        .ticking(&tick, |cleanup| apply(cleanup, &plan))
        .unwrap();
    assert_eq!(report.files, 4);
    assert!(copies[2].is_file());
    assert_eq!(world.view().0.state, SessionState::Partly);
    assert!(world.recover().is_empty());
    world.undo(&report.session_id, None).unwrap();
    assert_eq!(tree(&world.root()), before);
}

#[test]
fn a_line_that_was_cut_off_is_left_out_and_written_over() {
    let world = World::new();
    let (_, plan) = thrice(&world);
    let before = tree(&world.root());
    let report = world.apply(&plan).unwrap();
    let path = world
        .journals()
        .join(format!("{}.jsonl", report.session_id));
    let whole = fs::read(&path).unwrap();
    for cut in 1..whole.len() {
        let torn = &whole[..whole.len() - cut];
        if torn.last() == Some(&b'\n') {
            break;
        }
        fs::write(&path, torn).unwrap();
        let (views, damaged) = sessions(&world.journals()).unwrap();
        assert_eq!((views.len(), damaged.len()), (1, 0));
        assert_eq!(views[0].state, SessionState::Interrupted);
    }
    assert!(world.recover()[0].unsettled.is_empty());
    world.undo(&report.session_id, None).unwrap();
    assert_eq!(tree(&world.root()), before);
    for line in fs::read_to_string(&path).unwrap().lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
}

#[test]
fn a_damaged_journal_is_named_and_hides_no_other() {
    let world = World::new();
    let (_, copy, plan) = twice(&world, Action::Trash {});
    let first = world.apply(&plan).unwrap().session_id;
    world.undo(&first, None).unwrap();
    let second = world.apply(&plan).unwrap().session_id;
    assert!(first < second, "{first} {second}");
    assert!(!copy.exists());
    let path = world.journals().join(format!("{first}.jsonl"));
    let mut lines: Vec<_> = fs::read_to_string(&path)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    lines[2] = "{\"entry\":\"nonsense\"}".into();
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    fs::File::create(world.journals().join("20000101-000000-00.jsonl"))
        .unwrap()
        .write_all(b"{\"entry\":\"begin\",\"ver")
        .unwrap();
    let (views, damaged) = sessions(&world.journals()).unwrap();
    assert_eq!(views.len(), 1);
    assert_eq!(views[0].id, second);
    assert!(damaged[0].to_string().starts_with("Line 3 of the journal "));
    let recovered = world.recover();
    assert!(recovered[0].error.is_some() && recovered.len() == 1);
}

#[test]
fn only_ids_are_taken_for_sessions() {
    let world = World::new();
    for id in ["../plan", "", "20000101-000000-00", "a/b"] {
        let error = world.undo(id, None).unwrap_err().to_string();
        assert_eq!(error, format!("There is no cleanup session {id}"));
    }
    assert!(sessions(&world.journals()).unwrap().0.is_empty());
    assert!(world.recover().is_empty());
}

#[test]
fn a_disk_that_is_not_connected_leaves_a_cut_off_session_open() {
    use super::super::faults::{Crash, arm, disarm};
    let world = World::new();
    let (_, copy, plan) = twice(&world, Action::Trash {});
    let before = tree(&world.root());
    arm(5, Crash::Unwind);
    let applying = std::panic::AssertUnwindSafe(|| world.apply(&plan));
    std::panic::catch_unwind(applying).unwrap_err();
    disarm();
    let session = journal::read(&world.journals(), &world.session())
        .unwrap()
        .unwrap();
    assert!(
        session
            .pieces
            .values()
            .all(|piece| piece.state == PieceState::Going)
    );
    assert!(!copy.exists());
    let away = world.at("unplugged");
    fs::rename(world.home_trash(), &away).unwrap();
    let unsettled = &world.recover()[0].unsettled;
    assert!(
        unsettled[0].reason.contains("connect the disk"),
        "{unsettled:?}"
    );
    fs::rename(&away, world.home_trash()).unwrap();
    assert!(world.recover()[0].unsettled.is_empty());
    world.undo(&world.session(), None).unwrap();
    assert_eq!(tree(&world.root()), before);
}

#[test]
fn where_names_cannot_be_kept_apart_by_the_system_links_do() {
    let world = World::new();
    let (one, two) = (world.write("1.jpg", b"one"), world.write("2.jpg", b"two"));
    let error = relocate::rename_by_link(&one, &two).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
    let three = world.in_root("3.jpg");
    relocate::rename_by_link(&one, &three).unwrap();
    assert_eq!(fs::read(&three).unwrap(), b"one");
    assert_eq!(fs::read(&two).unwrap(), b"two");
    assert!(!one.exists());
    let error = rename_new(&three, &two).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
}
