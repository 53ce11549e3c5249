//! Where files go: the system's trash, at home and on a disk of its own, our own trash, a folder; and
//! disks that are full or read-only. Linux only where a disk is mounted: it is a small one in memory,
//! in a mount namespace of its own.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::plan::*;
use super::child::{Outcome, Task, outcomes};
use super::world::*;

#[test]
fn a_name_that_is_taken_in_the_trash_is_left_to_its_file() {
    for with_home in [true, false] {
        let mut world = World::new();
        world.with_home = with_home;
        let keeper = world.write("a.jpg", b"one picture");
        let copies =
            ["x/b.jpg", "y/b.jpg", "z/b.jpg"].map(|name| world.write(name, b"one picture"));
        let remove = copies
            .iter()
            .zip(2..)
            .map(|(copy, id)| entry(id, copy, &[]));
        let groups = vec![group(
            GroupKind::Exact,
            entry(1, &keeper, &[]),
            remove.collect(),
        )];
        let foreign = world.home_trash().join("files/b.jpg");
        if with_home {
            write_old(&foreign, b"put there by another program");
        }
        let before = tree(&world.root());
        let report = world.apply(&plan(Action::Trash {}, groups)).unwrap();
        assert_eq!((report.files, report.skipped.len()), (3, 0));
        let (_, files) = world.view();
        let names: Vec<_> = files
            .iter()
            .map(|file| {
                file.trashed_to
                    .as_ref()
                    .unwrap()
                    .file_name()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        match with_home {
            true => assert_eq!(names, ["b (2).jpg", "b (3).jpg", "b (4).jpg"]),
            false => assert_eq!(names, ["b.jpg", "b (2).jpg", "b (3).jpg"]),
        }
        world.undo(&report.session_id, None).unwrap();
        assert_eq!(tree(&world.root()), before);
        if with_home {
            assert_eq!(fs::read(&foreign).unwrap(), b"put there by another program");
        }
    }
}

#[test]
fn partners_keep_their_name_in_common_in_a_folder() {
    let world = World::new();
    let folder = world.at("away");
    let keeper = world.write("a.jpg", b"one picture");
    let copy = world.write("copies/b.jpg", b"one picture");
    let sidecars = [
        world.write("copies/b.xmp", b"<x/>"),
        world.write("copies/b.jpg.xmp", b"<y/>"),
    ];
    write_old(&folder.join("b.jpg"), b"there before");
    write_old(&folder.join("b.xmp"), b"there before");
    write_old(&folder.join("b.jpg.xmp"), b"there before");
    let remove = vec![entry(2, &copy, &[&sidecars[0], &sidecars[1]])];
    let groups = vec![group(GroupKind::Exact, entry(1, &keeper, &[]), remove)];
    let action = Action::Folder {
        folder: folder.clone(),
    };
    world.apply(&plan(action, groups)).unwrap();
    let names: Vec<_> = tree(&folder).into_keys().collect();
    let expect = [
        "b (2).jpg",
        "b (2).jpg.xmp",
        "b (2).xmp",
        "b.jpg",
        "b.jpg.xmp",
        "b.xmp",
    ];
    assert_eq!(names, expect.map(PathBuf::from));
}

#[test]
fn a_long_name_finds_room_in_the_trash() {
    let world = World::new();
    let keeper = world.write("a.jpg", b"one picture");
    let long = format!("{}.jpg", "é".repeat(125));
    let copy = world.write(&long, b"one picture");
    let remove = vec![entry(2, &copy, &[])];
    let groups = vec![group(GroupKind::Exact, entry(1, &keeper, &[]), remove)];
    let before = tree(&world.root());
    let report = world.apply(&plan(Action::Trash {}, groups)).unwrap();
    assert_eq!(report.files, 1, "{report:?}");
    world.undo(&report.session_id, None).unwrap();
    assert_eq!(tree(&world.root()), before);
}

#[cfg(target_os = "linux")]
mod disks {
    use std::process::{Command, Stdio};

    use super::*;

    /// Mounts a disk as `$MOUNT` says, fills it from `$2`, spoils it as `$SPOIL` says, works, mends
    /// it as `$MEND` says, works again, and copies it to `$3`.
    const SCRIPT: &str = r#"
    disk="$1"; staged="$2"; after="$3"; shift 3
    eval "$MOUNT" || exit 77
    cp -a "$staged/." "$disk" || exit 77
    eval "$SPOIL"
    "$@"
    if [ -n "$AGAIN" ]; then eval "$MEND"; LATENT_TEST_CLEANUP_SPARED=1 LATENT_TEST_CLEANUP_STEPS="$AGAIN" "$@"; fi
    cp -a "$disk/." "$after" || exit 1
    "#;

    /// A disk of its own at `disk`, and what is done to it.
    pub struct Disk<'a> {
        pub mount: &'a str,
        pub spoil: &'a str,
        pub mend: &'a str,
        /// The steps after mending; none where empty.
        pub again: &'a str,
        /// Mounts as this user, who is root, and not as one of a namespace.
        pub as_root: bool,
    }

    impl Disk<'_> {
        pub const SMALL: Self = Disk {
            mount: "mount -t tmpfs -o size=1m,nr_inodes=64 tmpfs \"$disk\"",
            spoil: "",
            mend: "",
            again: "",
            as_root: false,
        };

        pub fn can_mount() -> bool {
            let mut command = Command::new("unshare");
            command.args(["-rm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]);
            command.stdout(Stdio::null()).stderr(Stdio::null());
            let can = command.status().is_ok_and(|status| status.success());
            if !can {
                println!("skipped: this user may not mount a small disk");
            }
            can
        }

        /// None where this disk cannot be mounted.
        pub fn run(&self, world: &World, task: &Task, steps: &str) -> Option<Vec<Outcome>> {
            let folders = ["disk", "staged", "after"].map(|name| {
                let folder = world.at(name);
                fs::create_dir_all(&folder).unwrap();
                folder.to_str().unwrap().to_owned()
            });
            let mut wrapper = vec!["unshare", if self.as_root { "-m" } else { "-rm" }];
            wrapper.extend(["sh", "-c", SCRIPT, "sh"]);
            wrapper.extend(folders.iter().map(String::as_str));
            let mut command = task.command(&wrapper, steps);
            command.env("MOUNT", self.mount).env("SPOIL", self.spoil);
            command.env("MEND", self.mend).env("AGAIN", self.again);
            let output = command.output().unwrap();
            if output.status.code() == Some(77) {
                return None;
            }
            let outcomes = outcomes(&output);
            assert!(!outcomes.is_empty() || task.kill_at.is_some(), "{output:?}");
            Some(outcomes)
        }
    }

    /// A picture and its copy on the disk, staged beside it, and the plan that removes the copy.
    pub fn staged(world: &World, action: Action) -> CleanupPlan {
        let at = |name: &str| world.at("staged").join(name);
        write_old(&at("keep/a.jpg"), b"one picture");
        write_old(&at("copies/b.jpg"), b"one picture");
        write_old(&at("copies/b.xmp"), b"<x/>");
        let on_disk = |path: &Path| world.at("disk").join(path.strip_prefix(at("")).unwrap());
        let mut keeper = entry(1, &at("keep/a.jpg"), &[]);
        let mut copy = entry(2, &at("copies/b.jpg"), &[&at("copies/b.xmp")]);
        for file in [&mut keeper, &mut copy] {
            file.path = on_disk(&file.path);
            for partner in &mut file.partners {
                partner.path = on_disk(&partner.path);
            }
        }
        plan(action, vec![group(GroupKind::Exact, keeper, vec![copy])])
    }

    pub fn task(world: &World, plan: &CleanupPlan) -> Task {
        let mut task = Task::in_world(world, plan);
        task.root = world.at("disk");
        task
    }

    #[test]
    fn a_disk_of_its_own_has_a_trash_of_its_own_that_other_programs_know() {
        if !Disk::can_mount() {
            return;
        }
        for (again, is_back) in [
            ("list,undo,list", true),
            ("put back,list", true),
            ("list", false),
        ] {
            let world = World::new();
            let plan = staged(&world, Action::Trash {});
            let task = task(&world, &plan);
            let disk = Disk {
                again,
                ..Disk::SMALL
            };
            let outcomes = disk.run(&world, &task, "apply").unwrap();
            let [applied, listed, ..] = outcomes.as_slice() else {
                panic!("{outcomes:?}")
            };
            assert_eq!((applied.files, &applied.error), (2, &None), "{outcomes:?}");
            let mut originals = listed.reasons.clone();
            originals.sort();
            let disk = world.at("disk/copies");
            let expect =
                ["b.jpg", "b.xmp"].map(|name| disk.join(name).to_str().unwrap().to_owned());
            assert_eq!(originals, expect);
            let after = tree(&world.at("after"));
            if is_back {
                assert_eq!(outcomes.last().unwrap().files, 0, "{outcomes:?}");
                assert_eq!(after, tree(&world.at("staged")));
            } else {
                let (_, files) = world.view();
                let trashed = files[0].trashed_to.as_ref().unwrap();
                assert!(
                    trashed
                        .to_str()
                        .unwrap()
                        .contains("/disk/.Trash-0/files/b.jpg")
                );
                assert_eq!(after[Path::new(".Trash-0/files/b.jpg")].0, b"one picture");
            }
            assert!(tree(&world.home_trash()).is_empty());
        }
    }

    #[test]
    fn what_goes_into_the_home_trash_is_known_to_other_programs() {
        let world = World::new();
        let keeper = world.write("a.jpg", b"one picture");
        let names = ["copies/b é=%.jpg", "copies/ c.jpg"];
        let copies = names.map(|name| world.write(name, b"one picture"));
        let remove = vec![entry(2, &copies[0], &[]), entry(3, &copies[1], &[])];
        let groups = vec![group(GroupKind::Exact, entry(1, &keeper, &[]), remove)];
        let plan = plan(Action::Trash {}, groups);
        let before = tree(&world.root());
        let task = Task::in_world(&world, &plan);
        let output = task.command(&[], "apply,put back,list").output().unwrap();
        let outcomes = outcomes(&output);
        let files: Vec<_> = outcomes.iter().map(|outcome| outcome.files).collect();
        assert_eq!(files, [2, 2, 0], "{outcomes:?} {output:?}");
        assert_eq!(tree(&world.root()), before);
    }

    #[test]
    fn a_read_only_disk_keeps_its_files_and_says_why() {
        if !Disk::can_mount() {
            return;
        }
        for action in [Action::Trash {}, Action::Hardlink {}] {
            let world = World::new();
            let plan = staged(&world, action);
            let disk = Disk {
                spoil: "mount -o remount,ro \"$disk\"",
                ..Disk::SMALL
            };
            let outcomes = disk.run(&world, &task(&world, &plan), "apply").unwrap();
            check_refused(&world, &outcomes, "Read-only file system");
        }
    }

    #[test]
    fn a_full_disk_keeps_its_files_and_says_why() {
        if !Disk::can_mount() {
            return;
        }
        let world = World::new();
        let plan = staged(&world, Action::Trash {});
        let disk = Disk {
            spoil: r#"mkdir "$disk/fill"; i=0; while (: > "$disk/fill/$i") 2>/dev/null; do i=$((i+1)); done"#,
            mend: r#"rm -r "$disk/fill""#,
            again: "recover",
            ..Disk::SMALL
        };
        let outcomes = disk.run(&world, &task(&world, &plan), "apply").unwrap();
        check_refused(&world, &outcomes, "No space left on device");
    }

    fn check_refused(world: &World, outcomes: &[Outcome], expect: &str) {
        let first = &outcomes[0];
        assert_eq!((first.files, &first.error), (0, &None), "{outcomes:?}");
        assert!(first.reasons[0].contains(expect), "{outcomes:?}");
        assert_eq!(tree(&world.at("after")), tree(&world.at("staged")));
    }

    #[test]
    fn a_full_disk_of_the_other_folder_keeps_the_file() {
        if !Disk::can_mount() {
            return;
        }
        let world = World::new();
        let keeper = world.write("a.jpg", &[7; 3_000_000]);
        let copy = world.write("b.jpg", &[7; 3_000_000]);
        let folder = world.at("disk").join("away");
        let remove = vec![entry(2, &copy, &[])];
        let groups = vec![group(GroupKind::Exact, entry(1, &keeper, &[]), remove)];
        let plan = plan(Action::Folder { folder }, groups);
        let before = tree(&world.root());
        let task = Task::in_world(&world, &plan);
        let outcomes = Disk::SMALL.run(&world, &task, "apply").unwrap();
        assert!(
            outcomes[0].reasons[0].contains("No space left on device"),
            "{outcomes:?}"
        );
        assert_eq!(tree(&world.root()), before);
        assert!(tree(&world.at("after")).is_empty());
    }

    #[test]
    fn a_journal_without_room_stops_the_cleanup_before_the_next_step() {
        if !Disk::can_mount() {
            return;
        }
        let mut stopped = 0;
        for pages in 1..=12 {
            let world = World::new();
            let (.., mut plan) = twice(&world, Action::Trash {});
            for index in 0..40 {
                let copy = world.write(&format!("more/{index}.jpg"), b"one picture");
                plan.groups[0].remove.push(entry(index + 10, &copy, &[]));
            }
            let before = tree(&world.root());
            let mut task = Task::in_world(&world, &plan);
            task.journals = world.at("disk").join("cleanup");
            let spoil = format!(
                r#"dd if=/dev/zero of="$disk/fill" bs=4k 2>/dev/null; truncate -s -{}k "$disk/fill""#,
                pages * 4
            );
            let disk = Disk {
                spoil: &spoil,
                mend: r#"rm "$disk/fill""#,
                again: "recover,undo",
                ..Disk::SMALL
            };
            let outcomes = disk.run(&world, &task, "apply").unwrap();
            if let Some(error) = &outcomes[0].error {
                stopped += 1;
                assert!(error.contains("No space left on device"), "{error}");
            }
            assert_eq!(outcomes[1].error, None, "{outcomes:?}");
            assert_eq!(tree(&world.root()), before, "{outcomes:?}");
        }
        println!("{stopped} of 12 were stopped by a full disk");
        assert!(stopped >= 3, "{stopped}");
    }
}

#[cfg(target_os = "linux")]
pub use disks::{Disk, staged, task};
