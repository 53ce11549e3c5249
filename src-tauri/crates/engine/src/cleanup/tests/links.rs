//! Hard links and copies that share blocks, in the place of files.

use std::fs;

use super::super::plan::*;
use super::super::*;
use super::world::*;

#[test]
fn a_copy_becomes_a_hard_link_and_comes_back() {
    let world = World::new();
    let (keeper, copy, plan) = twice(&world, Action::Hardlink {});
    let before = tree(&world.root());
    let report = world.apply(&plan).unwrap();
    assert_eq!((report.files, report.skipped.len()), (1, 0));
    assert_eq!(identity::of(&keeper).unwrap(), identity::of(&copy).unwrap());
    assert!(world.catalog.rows().replaced.contains(&2));
    let (view, files) = world.view();
    assert_eq!(view.state, SessionState::Applied);
    let trashed = files[0].trashed_to.clone().unwrap();
    assert_eq!(fs::read(trashed).unwrap(), b"one picture");
    world.undo(&report.session_id, None).unwrap();
    assert_ne!(identity::of(&keeper).unwrap(), identity::of(&copy).unwrap());
    assert_eq!(tree(&world.root()), before);
    assert_eq!(world.view().0.state, SessionState::Undone);
}

#[test]
fn a_link_that_was_edited_since_stays_and_the_file_comes_back_beside_it() {
    let world = World::new();
    let (keeper, copy, plan) = twice(&world, Action::Hardlink {});
    let report = world.apply(&plan).unwrap();
    fs::write(&copy, b"edited through one of its names").unwrap();
    let undone = world.undo(&report.session_id, None).unwrap();
    let beside = copy.with_file_name("b (restored).jpg");
    assert_eq!(undone.beside, [(copy.clone(), beside.clone())]);
    assert_eq!(fs::read(beside).unwrap(), b"one picture");
    assert_eq!(fs::read(copy).unwrap(), b"edited through one of its names");
    assert_eq!(
        fs::read(keeper).unwrap(),
        b"edited through one of its names"
    );
}

#[test]
fn a_link_whose_file_is_lost_keeps_the_place() {
    let world = World::new();
    let (keeper, copy, plan) = twice(&world, Action::Hardlink {});
    let report = world.apply(&plan).unwrap();
    fs::remove_dir_all(world.home_trash()).unwrap();
    let undone = world.undo(&report.session_id, None).unwrap();
    assert!(undone.skipped[0].reason.contains("The trash was emptied"));
    assert_eq!(identity::of(&keeper).unwrap(), identity::of(&copy).unwrap());
}

#[cfg(target_os = "linux")]
mod disks {
    use super::super::places::{Disk, staged, task};
    use super::*;

    #[test]
    fn where_blocks_cannot_be_shared_nothing_is_changed() {
        let world = World::new();
        let (.., plan) = twice(&world, Action::Reflink {});
        let before = tree(&world.root());
        let report = world.apply(&plan).unwrap();
        if report.files == 1 {
            println!("skipped: this disk shares blocks");
            return;
        }
        let reason = &report.skipped[0].reason;
        assert!(
            reason.contains("this file system knows no shared copies"),
            "{reason}"
        );
        assert_eq!(tree(&world.root()), before);
        assert!(tree(&world.at("home")).is_empty());
    }

    #[test]
    fn a_hard_link_cannot_lead_to_another_disk() {
        if !Disk::can_mount() {
            return;
        }
        let world = World::new();
        let mut plan = staged(&world, Action::Hardlink {});
        let keeper = world.write("a.jpg", b"one picture");
        plan.groups[0].keeper = entry(1, &keeper, &[]);
        let outcomes = Disk::SMALL
            .run(&world, &task(&world, &plan), "apply")
            .unwrap();
        let reason = &outcomes[0].reasons[0];
        assert!(reason.contains("it lies on another disk"), "{reason}");
        assert_eq!(tree(&world.at("after")), tree(&world.at("staged")));
    }

    /// A disk whose files can share blocks; it needs root, a loop device and btrfs.
    fn mount_sharing(world: &World) -> String {
        let image = world.at("image");
        format!(
            "truncate -s 128M '{0}' && mkfs.btrfs -q '{0}' && mount -o loop '{0}' \"$disk\"",
            image.display()
        )
    }

    #[test]
    fn a_process_that_is_killed_while_it_shares_blocks_loses_nothing() {
        let mut killed = 0;
        for nth in 0..30 {
            let world = World::new();
            let plan = staged(&world, Action::Reflink {});
            let disk = Disk {
                mount: &mount_sharing(&world),
                again: "recover,undo",
                as_root: true,
                ..Disk::SMALL
            };
            let mut task = task(&world, &plan);
            task.kill_at = Some(nth);
            let Some(outcomes) = disk.run(&world, &task, "apply") else {
                println!("skipped: this user may not mount a disk that shares blocks");
                return;
            };
            let context = format!("killed at {nth}: {outcomes:?}");
            assert_eq!(
                tree(&world.at("after")),
                tree(&world.at("staged")),
                "{context}"
            );
            if outcomes.len() == 3 {
                break;
            }
            killed += 1;
        }
        println!("{killed} processes were killed on a disk that shares blocks");
        assert!((10..30).contains(&killed), "{killed}");
    }

    #[test]
    fn a_copy_shares_the_blocks_of_the_keeper_and_comes_back() {
        for again in ["recover", "undo"] {
            let world = World::new();
            let plan = staged(&world, Action::Reflink {});
            let disk = Disk {
                mount: &mount_sharing(&world),
                again,
                as_root: true,
                ..Disk::SMALL
            };
            let Some(outcomes) = disk.run(&world, &task(&world, &plan), "apply") else {
                println!("skipped: this user may not mount a disk that shares blocks");
                return;
            };
            assert_eq!(
                (outcomes[0].files, &outcomes[0].error),
                (1, &None),
                "{outcomes:?}"
            );
            let mut after = tree(&world.at("after"));
            if again == "recover" {
                let trashed = after.keys().find(|path| path.starts_with(".Trash-0/files"));
                let trashed = trashed.cloned().unwrap();
                assert_eq!(after[&trashed].0, b"one picture");
                after.retain(|path, _| !path.starts_with(".Trash-0"));
            }
            // Time and permissions are those of the file it stands for.
            assert_eq!(after, tree(&world.at("staged")), "{outcomes:?}");
        }
    }
}
