//! The disk with the data folder runs full. Linux only: the small disk is a tmpfs in a mount
//! namespace of its own.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::child;
use crate::painter;
use crate::snapshot;
use crate::world::World;

/// Runs the child on a disk of `$2` KiB, keeps the data folder, makes room, and runs it again.
const SCRIPT: &str = r#"
disk="$1"; size="$2"; full="$3"; roomy="$4"; shift 4
mount -t tmpfs -o "size=${size}k" tmpfs "$disk" || exit 77
"$@"
cp -a "$disk/." "$full" || exit 1
mount -o remount,size=1g "$disk" || exit 1
"$@"
cp -a "$disk/." "$roomy" || exit 1
"#;

#[test]
fn a_full_disk_ends_the_job_with_its_reason_and_breaks_nothing() {
    if !can_mount() {
        println!("skipped: this user may not mount a small disk");
        return;
    }
    let mut world = World::new();
    for seed in 0..40 {
        world.write(&format!("{seed}.jpg"), &painter::photo(seed));
    }
    world.index();
    world.close();
    let wanted = snapshot::of(&world.data().join("catalog.db"), &world.root());
    let needed_kib = size_of(&world.data()) / 1024;
    for percent in [15, 30, 50, 70, 85] {
        let size = needed_kib * percent / 100;
        let outcomes = run(&world, size);
        let context = format!("{size} KiB of {needed_kib}: {outcomes:?}");
        println!("{context}");
        let [failed, completed] = outcomes.as_slice() else {
            panic!("{context}")
        };
        assert!(
            failed.starts_with("Failed") || failed.starts_with("Refused"),
            "{context}"
        );
        let says_why = ["full", "No space left"]
            .iter()
            .any(|words| failed.contains(words));
        assert!(says_why, "{context}");
        let catalog = world.beside("full").join("catalog.db");
        if failed.starts_with("Failed") {
            snapshot::assert_sound(&catalog);
        }
        assert_eq!(completed, "Done ", "{context}");
        let roomy = snapshot::of(&world.beside("roomy").join("catalog.db"), &world.root());
        snapshot::assert_equal(&wanted, &roomy, &context);
    }
}

fn can_mount() -> bool {
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn run(world: &World, size_kib: u64) -> Vec<String> {
    let [disk, full, roomy] = ["disk", "full", "roomy"].map(|name| {
        let folder = world.beside(name);
        let _left_by_the_run_before = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        folder
    });
    let mut command = Command::new("unshare");
    command
        .args(["-rm", "sh", "-c", SCRIPT, "sh"])
        .arg(&disk)
        .arg(size_kib.to_string());
    command
        .arg(full)
        .arg(roomy)
        .arg(child::binary())
        .args(child::arguments());
    child::environment(&mut command, &disk, &world.root());
    let output = command.output().unwrap();
    child::outcomes(&output.stdout)
}

fn size_of(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| match entry.metadata().unwrap() {
            metadata if metadata.is_dir() => size_of(&entry.path()),
            // What it takes on the disk: files of vectors have room that nothing is written to yet.
            metadata => std::os::unix::fs::MetadataExt::blocks(&metadata) * 512,
        })
        .sum()
}
