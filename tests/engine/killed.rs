//! `kill -9` at any moment of an index job: nothing is broken, and the next job completes it.

use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::child;
use crate::painter::{self, Random};
use crate::snapshot::{self, Snapshot};
use crate::world::{World, counts, replace};

const KILLS: u32 = 20;

/// A library with tags that changed on disk since it was indexed: files are new, moved, changed,
/// gone, broken and mended. Its engine is closed.
fn changed_library() -> World {
    let mut world = World::new();
    for seed in 0..24 {
        world.write(&format!("old/{seed:02}.jpg"), &painter::photo(seed));
    }
    world.write("mended.jpg", b"broken at first");
    assert_eq!(counts(&world.index()), [24, 24, 0, 0, 0, 1]);
    for seed in 0..24 {
        let id = world.id(&format!("old/{seed:02}.jpg"));
        crate::tags::add(&world, &[id], &["all", &format!("number/{seed}")]);
    }
    world.close();
    for seed in 0..5 {
        world.rename(
            &format!("old/{seed:02}.jpg"),
            &format!("new place/{seed}.jpg"),
        );
    }
    for seed in 5..10 {
        replace(
            &world.path(&format!("old/{seed:02}.jpg")),
            &painter::photo(seed + 500),
        );
    }
    for seed in 10..13 {
        world.remove(&format!("old/{seed:02}.jpg"));
    }
    replace(&world.path("old/13.jpg"), b"broken now");
    replace(&world.path("mended.jpg"), &painter::photo(600));
    for seed in 100..160 {
        let shot = painter::Shot {
            camera: "X-T5",
            rating: 3,
            iso: 400,
            ..Default::default()
        };
        let photo = painter::with_shot(&painter::photo(seed), shot);
        world.write(&format!("fresh/{seed}.jpg"), &photo);
    }
    world.write("fresh/empty.jpg", b"");
    world
}

pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn run_to_the_end(data: &Path, root: &Path) -> Snapshot {
    let output = child::command(data, root).output().unwrap();
    assert_eq!(child::outcomes(&output.stdout), ["Done "]);
    snapshot::of(&data.join("catalog.db"), root)
}

#[test]
fn a_killed_job_breaks_nothing_and_the_next_completes_it() {
    let world = changed_library();
    let root = world.root();
    let undisturbed = |name| {
        let data = world.beside(name);
        copy_folder(&world.data(), &data);
        let started = Instant::now();
        (run_to_the_end(&data, &root), started.elapsed())
    };
    // The second run shows how long it takes when all is warm, and that two runs agree.
    let (wanted, _) = undisturbed("first");
    let (again, whole) = undisturbed("second");
    snapshot::assert_equal(&wanted, &again, "Two undisturbed runs");
    assert_eq!(
        wanted["photos"].len(),
        24 + 60 + 1,
        "{:?}",
        wanted["photos"]
    );
    let mut random = Random(0x006C_6174_656E_7400);
    let mut caught = 0;
    for kill in 0..KILLS {
        let data = world.beside(&format!("killed-{kill}"));
        copy_folder(&world.data(), &data);
        let delay = whole.mul_f64((f64::from(kill) + random.share()) / f64::from(KILLS));
        caught += u32::from(kill_after(&data, &root, delay));
        snapshot::assert_sound(&data.join("catalog.db"));
        let completed = run_to_the_end(&data, &root);
        let context = format!("Killed after {delay:?} of {whole:?}");
        snapshot::assert_equal(&wanted, &completed, &context);
        fs::remove_dir_all(&data).unwrap();
    }
    println!("{caught} of {KILLS} runs of {whole:?} were caught at work");
    assert!(
        caught > KILLS / 4,
        "The runs were over before they were killed"
    );
}

/// Starts a child and kills it; answers whether it was still at work.
fn kill_after(data: &Path, root: &Path, delay: Duration) -> bool {
    let mut child = child::command(data, root).spawn().unwrap();
    sleep(delay);
    let at_work = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    at_work
}
