//! Storms of changes on the disk, with a loss of events in their middle.

use std::fs;
use std::path::Path;
use std::time::Instant;

use latent_engine::watching;

use crate::painter;
use crate::watching::{until, watched};
use crate::world::{LONG, World};

/// Everything at once: files come, are renamed, moved, overwritten and go, as fast as the disk takes
/// it, with a loss of events in the middle. In the end the catalog is as the disk is, and each tagged
/// picture still has its tag.
#[test]
fn a_storm_of_changes_ends_with_the_catalog_as_the_disk_is() {
    const PHOTOS: u64 = 60;
    const STEPS: u64 = 1500;
    let (world, mut tagged) = tagged_world(PHOTOS);
    let mut draw = draws(7);
    let spare = painter::photo(1000);
    for step in 0..STEPS {
        if step == STEPS / 3 {
            watching::set_deaf(world.engine(), true);
        }
        if step == STEPS * 2 / 3 {
            watching::set_deaf(world.engine(), false);
        }
        match draw(10) {
            0..=5 => {
                // Never onto another: that would remove it.
                let one = draw(tagged.len() as u64) as usize;
                let to = format!("{}/n{step}.jpg", draw(9));
                world.rename(&tagged[one].0, &to);
                tagged[one].0 = to;
            }
            6 => world.write(&format!("{}/x{step}.jpg", draw(9)), &spare),
            7 => {
                let folder = draw(9);
                let (from, to) = (format!("{folder}"), format!("moved {step}"));
                if world.path(&from).exists() {
                    world.rename(&from, &to);
                    for (name, _) in &mut tagged {
                        if let Some(rest) = name.strip_prefix(&format!("{from}/")) {
                            *name = format!("{to}/{rest}");
                        }
                    }
                }
            }
            8 if tagged.len() > 20 => {
                let one = draw(tagged.len() as u64) as usize;
                let (name, _) = tagged.swap_remove(one);
                world.remove(&name);
            }
            _ => {
                let copied = &tagged[draw(tagged.len() as u64) as usize].0;
                let to = world.path(&format!("c{step}.jpg"));
                fs::copy(world.path(copied), to).unwrap();
            }
        }
    }
    check_kept_up(&world, &tagged);
}

/// A thousand files that come, are renamed, moved and removed at full speed, while the system's own
/// queue of events runs over in the middle.
#[test]
fn a_queue_of_events_that_runs_over_in_a_storm_loses_no_photo_and_no_tag() {
    const PHOTOS: u64 = 40;
    const FILES: u64 = 1000;
    let (world, tagged) = tagged_world(PHOTOS);
    let mut there: Vec<(String, Option<u64>)> = tagged
        .into_iter()
        .map(|(name, seed)| (name, Some(seed)))
        .collect();
    let mut draw = draws(11);
    for seed in PHOTOS..PHOTOS + FILES {
        let name = format!("{}/{seed}.jpg", draw(20));
        // Most share their content: which file is which is told by more than that.
        world.write(&name, &painter::photo(seed % 100 + 1000));
        there.push((name, None));
    }
    let before = watching::times_lost(world.engine());
    let has_lost = || watching::times_lost(world.engine()) > before;
    let root = world.root();
    std::thread::scope(|scope| {
        let (root, has_lost) = (&root, &has_lost);
        for step in 0..FILES {
            if step == FILES / 2 {
                for thread in 0..4 {
                    scope.spawn(move || make_noise(root, thread, has_lost));
                }
            }
            let one = draw(there.len() as u64) as usize;
            if step % 4 == 0 {
                world.remove(&there.swap_remove(one).0);
            } else {
                let to = format!("{}/r{step}.jpg", draw(30));
                world.rename(&there[one].0, &to);
                there[one].0 = to;
            }
        }
    });
    assert!(has_lost());
    let tagged: Vec<(String, u64)> = there
        .into_iter()
        .filter_map(|(name, seed)| Some((name, seed?)))
        .collect();
    check_kept_up(&world, &tagged);
}

/// Makes events faster than they can be heard, about files that nobody looks at, until some were lost.
fn make_noise(root: &Path, thread: u64, has_lost: &(dyn Fn() -> bool + Sync)) {
    let files = [0, 1].map(|one| root.join(format!(".noise {thread} {one}")));
    let end = Instant::now() + LONG;
    while !has_lost() {
        assert!(Instant::now() < end, "The queue of events did not run over");
        for file in files.iter().cycle().take(1000) {
            drop(fs::File::create(file).unwrap());
        }
    }
}

/// A watched world with so many photos, each with a tag of its own.
fn tagged_world(count: u64) -> (World, Vec<(String, u64)>) {
    let names: Vec<String> = (0..count).map(|n| format!("{}/{n}.jpg", n % 6)).collect();
    let photos: Vec<(&str, u64)> = names.iter().map(String::as_str).zip(0..).collect();
    let world = watched(&photos);
    for (name, seed) in &photos {
        crate::tags::add(&world, &[world.id(name)], &[&format!("seed/{seed}")]);
    }
    let tagged = photos
        .iter()
        .map(|(name, seed)| ((*name).to_owned(), *seed));
    let tagged = tagged.collect();
    (world, tagged)
}

/// Draws numbers below a limit.
fn draws(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut random = seed;
    move |below| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) % below
    }
}

/// The catalog becomes what the disk is, and each tagged photo still has its tag.
#[track_caller]
fn check_kept_up(world: &World, tagged: &[(String, u64)]) {
    let on_disk = files(&world.root());
    until("the catalog is as the disk is", || {
        let mut known: Vec<String> = world.all().into_iter().map(|photo| photo.path).collect();
        known.sort();
        known == on_disk
    });
    let mut lost = Vec::new();
    for (name, seed) in tagged {
        if world.photo(name).tags != [format!("seed/{seed}")] {
            lost.push((name, seed, world.photo(name).tags));
        }
    }
    assert!(
        lost.is_empty(),
        "{} of {}: {lost:?}",
        lost.len(),
        tagged.len()
    );
    assert!(world.faults().is_empty());
}

/// The paths of all files below a folder that are not hidden, in order.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path
                .file_name()
                .unwrap()
                .as_encoded_bytes()
                .starts_with(b".")
            {
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}
