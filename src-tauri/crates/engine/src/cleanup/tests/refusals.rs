//! Files that must not go: each stays, and its reason is said.

use std::fs;
use std::path::Path;

use super::super::plan::*;
use super::super::*;
use super::world::*;

/// Applies a plan of which nothing may be done: every file stays where it is, and the first reason
/// says why.
fn check_stays(world: &World, plan: &CleanupPlan, expect: &str) {
    let before = tree(&world.root());
    let report = world.apply(plan).unwrap();
    assert_eq!(report.files, 0, "{report:?}");
    let reasons: Vec<_> = report
        .skipped
        .iter()
        .map(|skipped| &skipped.reason)
        .collect();
    assert!(reasons[0].contains(expect), "{reasons:?}");
    assert_eq!(tree(&world.root()), before);
    let (_, files) = world.view();
    assert_eq!(files[0].state, FileState::InPlace);
    assert_eq!(files[0].reason.as_ref(), Some(reasons[0]));
}

#[test]
fn a_keeper_that_vanished_saves_its_copy() {
    let world = World::new();
    let (keeper, _, plan) = twice(&world, Action::Trash {});
    fs::remove_file(keeper).unwrap();
    check_stays(
        &world,
        &plan,
        "is no longer there: this would have been the last copy",
    );
}

#[test]
fn a_keeper_that_changed_saves_its_copy() {
    let world = World::new();
    let (keeper, _, plan) = twice(&world, Action::Trash {});
    fs::write(keeper, b"edited since").unwrap();
    check_stays(&world, &plan, "has changed since the plan was made");
}

#[test]
fn a_keeper_of_other_bytes_at_the_same_size_and_time_is_seen() {
    let world = World::new();
    let (keeper, _, plan) = twice(&world, Action::Trash {});
    write_old(&keeper, b"two picture");
    check_stays(&world, &plan, "has changed since the plan was made");
}

#[test]
fn a_file_of_other_bytes_at_the_same_size_and_time_is_seen() {
    let world = World::new();
    let (_, copy, plan) = twice(&world, Action::Trash {});
    write_old(&copy, b"two picture");
    check_stays(&world, &plan, "though size and time are the same");
}

#[test]
fn a_file_that_changed_or_vanished_is_left_alone() {
    let world = World::new();
    let (_, copy, plan) = twice(&world, Action::Trash {});
    fs::write(&copy, b"edited").unwrap();
    check_stays(&world, &plan, "has changed since the plan was made");
    let world = World::new();
    let (_, copy, plan) = twice(&world, Action::Trash {});
    fs::remove_file(copy).unwrap();
    check_stays(&world, &plan, "is no longer there");
}

#[test]
fn a_partner_that_changed_keeps_the_photo() {
    let world = World::new();
    let (keeper, copy, _) = twice(&world, Action::Trash {});
    let sidecar = world.write("copies/b.xmp", b"<x/>");
    let remove = vec![entry(2, &copy, &[&sidecar])];
    let plan = plan(
        Action::Trash {},
        vec![group(GroupKind::Exact, entry(1, &keeper, &[]), remove)],
    );
    fs::write(&sidecar, b"<edited/>").unwrap();
    check_stays(&world, &plan, "b.xmp has changed");
}

#[test]
fn a_sidecar_of_the_keeper_as_well_keeps_the_photo() {
    let world = World::new();
    let keeper = world.write("a.png", b"one picture");
    let copy = world.write("a.jpg", b"one picture");
    let sidecar = world.write("a.xmp", b"<x/>");
    let other_way = world.at("other way");
    link_folder(&world.root(), &other_way);
    let kept = entry(1, &keeper, &[&other_way.join("a.xmp")]);
    let remove = vec![entry(2, &copy, &[&sidecar])];
    let plan = plan(
        Action::Trash {},
        vec![group(GroupKind::Exact, kept, remove)],
    );
    check_stays(&world, &plan, "also belongs to the file to keep");
}

#[cfg(unix)]
fn link_folder(folder: &Path, link: &Path) {
    std::os::unix::fs::symlink(folder, link).unwrap();
}

#[cfg(windows)]
fn link_folder(folder: &Path, link: &Path) {
    std::os::windows::fs::symlink_dir(folder, link).unwrap();
}

#[cfg(unix)]
#[test]
fn links_are_no_copies() {
    let world = World::new();
    let (keeper, copy, plan) = twice(&world, Action::Trash {});
    fs::rename(&copy, world.in_root("real.jpg")).unwrap();
    std::os::unix::fs::symlink(world.in_root("real.jpg"), &copy).unwrap();
    check_stays(&world, &plan, "is a link to another file");
    let world = World::new();
    let (keeper_again, copy, plan) = twice(&world, Action::Trash {});
    assert_ne!(keeper, keeper_again);
    fs::remove_file(&keeper_again).unwrap();
    std::os::unix::fs::symlink(&copy, &keeper_again).unwrap();
    check_stays(&world, &plan, "is a link or no ordinary file");
}

#[test]
fn a_hard_link_to_the_keeper_frees_nothing() {
    let world = World::new();
    let (keeper, copy, _) = twice(&world, Action::Trash {});
    fs::remove_file(&copy).unwrap();
    fs::hard_link(&keeper, &copy).unwrap();
    for action in [Action::Trash {}, Action::Hardlink {}] {
        let kept = entry(1, &keeper, &[]);
        let remove = vec![entry(2, &copy, &[])];
        let plan = plan(action, vec![group(GroupKind::Exact, kept, remove)]);
        check_stays(
            &world,
            &plan,
            "is the file to keep itself, under another name",
        );
    }
}

#[test]
fn two_roots_that_name_one_folder_do_not_make_two_files() {
    let world = World::new();
    let keeper = world.write("a.jpg", b"one picture");
    let second_root = world.at("second root");
    link_folder(&world.root(), &second_root);
    let remove = vec![entry(2, &second_root.join("a.jpg"), &[])];
    let groups = vec![group(GroupKind::Exact, entry(1, &keeper, &[]), remove)];
    let plan = plan(Action::Trash {}, groups);
    check_stays(
        &world,
        &plan,
        "is the file to keep itself, under another name",
    );
}

#[test]
fn a_reference_folder_protects_by_whatever_name_it_is_given() {
    let world = World::new();
    let (.., plan) = twice(&world, Action::Trash {});
    let by_link = world.at("by link");
    link_folder(&world.in_root("copies"), &by_link);
    let around = world.in_root("keep").join("..").join("copies");
    for folder in [world.in_root("copies"), world.root(), by_link, around] {
        let mut plan = plan.clone();
        plan.reference = vec![folder];
        check_stays(&world, &plan, "lies in the reference folder");
    }
}

#[test]
fn a_file_named_through_a_link_is_known_to_lie_in_the_reference_folder() {
    let world = World::new();
    let (keeper, copy, _) = twice(&world, Action::Trash {});
    let by_link = world.at("by link");
    link_folder(&world.in_root("copies"), &by_link);
    let remove = vec![entry(2, &by_link.join("b.jpg"), &[])];
    let groups = vec![group(GroupKind::Exact, entry(1, &keeper, &[]), remove)];
    let mut plan = plan(Action::Trash {}, groups);
    plan.reference = vec![copy.parent().unwrap().to_owned()];
    check_stays(&world, &plan, "lies in the reference folder");
}

#[test]
fn a_reference_folder_that_is_not_there_stops_everything() {
    let world = World::new();
    let (.., mut plan) = twice(&world, Action::Trash {});
    plan.reference = vec![world.at("unplugged")];
    let before = tree(&world.root());
    let error = world.apply(&plan).unwrap_err().to_string();
    assert!(error.contains("connect its disk"), "{error}");
    assert_eq!(tree(&world.root()), before);
}

#[test]
fn a_chain_made_by_hand_never_takes_the_last_copy() {
    let world = World::new();
    let names = ["a.jpg", "b.jpg", "c.jpg"];
    let paths = names.map(|name| world.write(name, b"one picture"));
    let other_way = world.at("other way");
    link_folder(&world.root(), &other_way);
    let again = names.map(|name| other_way.join(name));
    let pair = |keeper, copy| {
        group(
            GroupKind::Exact,
            entry(1, keeper, &[]),
            vec![entry(2, copy, &[])],
        )
    };
    // a in favour of b, b in favour of c, c in favour of a: under two names each.
    let groups = vec![
        pair(&paths[1], &paths[0]),
        pair(&paths[2], &again[1]),
        pair(&again[0], &again[2]),
    ];
    let report = world.apply(&plan(Action::Trash {}, groups)).unwrap();
    assert_eq!(report.files, 1);
    let reasons: Vec<_> = report
        .skipped
        .iter()
        .map(|skipped| &skipped.reason)
        .collect();
    assert!(
        reasons[0].contains("was kept in place of others"),
        "{reasons:?}"
    );
    assert!(reasons[1].contains("no longer there"), "{reasons:?}");
    assert!(paths[1].is_file() && paths[2].is_file());
}

#[test]
fn a_removed_file_cannot_be_a_keeper_wherever_it_lies_now() {
    let world = World::new();
    let (keeper, copy, mut plan) = twice(
        &world,
        Action::Folder {
            folder: world.at("away"),
        },
    );
    let third = world.write("third.jpg", b"one picture");
    let mut moved = entry(2, &copy, &[]);
    moved.path = world.at("away").join("b.jpg");
    let groups = group(GroupKind::Exact, moved, vec![entry(3, &third, &[])]);
    plan.groups.push(groups);
    let report = world.apply(&plan).unwrap();
    assert_eq!(report.files, 1);
    assert!(
        report.skipped[0]
            .reason
            .contains("was itself removed in this cleanup")
    );
    assert!(keeper.is_file() && third.is_file());
}

#[test]
fn files_that_differ_do_not_pass_for_exact_copies() {
    let world = World::new();
    let keeper = world.write("a.jpg", b"one picture");
    let other = world.write("b.jpg", b"another picture");
    let remove = vec![entry(2, &other, &[])];
    let mut plan = plan(
        Action::Trash {},
        vec![group(GroupKind::Exact, entry(1, &keeper, &[]), remove)],
    );
    check_stays(&world, &plan, "have not the same bytes");
    plan.groups[0].kind = GroupKind::Near;
    plan.action = Action::Hardlink {};
    let before = tree(&world.root());
    let report = world.apply(&plan).unwrap();
    assert!(report.skipped[0].reason.contains("have not the same bytes"));
    assert_eq!(tree(&world.root()), before);
}

#[test]
fn the_catalog_may_object() {
    let world = World::new();
    let (.., plan) = twice(&world, Action::Trash {});
    let objection = "It is no copy of a.jpg any more".to_owned();
    world.catalog.objections.borrow_mut().insert(2, objection);
    check_stays(&world, &plan, "It is no copy of a.jpg any more");
}

#[test]
fn a_merge_that_fails_keeps_its_group() {
    let world = World::new();
    let (.., mut plan) = twice(&world, Action::Trash {});
    plan.groups[0].merge.tags = vec!["refused".into()];
    check_stays(
        &world,
        &plan,
        "nothing of its group goes: the disk of the catalog is full",
    );
    assert_eq!(world.catalog.rows(), Rows::default());
}

#[test]
fn a_folder_is_not_moved_into_itself() {
    let world = World::new();
    let folder = world.in_root("copies");
    let (.., plan) = twice(&world, Action::Folder { folder });
    check_stays(&world, &plan, "lies in that folder already");
}
