//! Models arrive whole or not at all, whatever the source and the network do.

use std::cell::Cell;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use latent_engine::download::{self, DownloadError, Hub, LOCK_FILE, Lock, Offered, Pulled, Watch};
use tempfile::TempDir;

use crate::hub::{COMMIT, Fault, Source, sha256};

/// Content in which every byte tells its place.
pub fn content(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at * 31 % 251) as u8).collect()
}

const LARGE: &str = "model.safetensors";
const LARGE_BYTES: usize = 3_000_000;

fn source() -> Source {
    Source::with(&[
        ("config.json", b"{\"model\": 1}".to_vec()),
        ("empty.json", Vec::new()),
        (LARGE, content(LARGE_BYTES)),
        ("tokenizer.json", content(9_000)),
    ])
}

/// A folder of models, and what is done with it.
struct Place {
    folder: TempDir,
    hub: Hub,
    offered: Offered,
}

impl Place {
    fn of(source: &Source) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            hub: source.hub(),
            offered: source.offered("main"),
        }
    }

    fn models(&self) -> PathBuf {
        self.folder.path().join("models")
    }

    fn model(&self) -> PathBuf {
        self.models().join("painted")
    }

    fn begun(&self) -> PathBuf {
        self.models().join(".partial/painted")
    }

    fn pull(&self) -> Result<Pulled, DownloadError> {
        self.pull_watched(&|_, _| ControlFlow::Continue(()))
    }

    fn pull_watched(&self, watch: Watch<'_>) -> Result<Pulled, DownloadError> {
        let models = self.models();
        if let Some(there) = download::whole(&self.offered, &models, watch)? {
            return Ok(there);
        }
        let plan = download::plan(&self.hub, &self.offered, &models, watch)?;
        download::carry_out(&self.hub, &self.offered, &plan, &models, watch)
    }

    #[track_caller]
    fn assert_in_place(&self) {
        let lock = Lock::read(&self.model()).unwrap().unwrap();
        assert_eq!(lock.commit.as_deref(), Some(COMMIT));
        assert_eq!(lock.files.len(), self.offered.files.len());
        let goes_on: Watch<'_> = &|_, _| ControlFlow::Continue(());
        assert_eq!(lock.damaged(&self.model(), goes_on).unwrap(), []);
        let large = fs::read(self.model().join(LARGE)).unwrap();
        assert_eq!(sha256(&large), sha256(&content(LARGE_BYTES)));
        let names = names(&self.model());
        let expected = [
            "config.json",
            "empty.json",
            LOCK_FILE,
            LARGE,
            "tokenizer.json",
        ];
        assert_eq!(names, expected);
        assert_eq!(
            names_in(&self.models().join(".partial")),
            Vec::<String>::new()
        );
    }

    #[track_caller]
    fn assert_not_in_place(&self) {
        assert!(!self.model().exists(), "{:?}", names(&self.model()));
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names = names_in(folder);
    names.sort();
    names
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect()
}

#[test]
fn a_model_is_pulled_planned_and_locked() {
    let source = source();
    let place = Place::of(&source);
    let goes_on: Watch<'_> = &|_, _| ControlFlow::Continue(());
    let plan = download::plan(&place.hub, &place.offered, &place.models(), goes_on).unwrap();
    assert_eq!(plan.bytes(), 3_009_012);
    assert_eq!(
        (plan.left_bytes(), plan.commit.as_deref()),
        (3_009_012, Some(COMMIT))
    );
    assert!(plan.free_bytes > 0 && !place.models().exists());
    let last = Cell::new(0);
    place
        .pull_watched(&|bytes, _| {
            last.set(bytes);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(last.get(), 3_009_012);
    place.assert_in_place();
}

#[test]
fn what_is_there_and_whole_is_not_asked_for_again() {
    let source = source();
    let place = Place::of(&source);
    place.pull().unwrap();
    source.asked();
    place.pull().unwrap();
    assert_eq!(source.asked(), Vec::<String>::new());
}

#[test]
fn a_connection_that_breaks_three_times_is_taken_up_where_it_broke() {
    let source = source();
    let place = Place::of(&source);
    source.break_file(
        LARGE,
        Fault::Cut {
            after: 800_000,
            times: 3,
        },
    );
    place.pull().unwrap();
    place.assert_in_place();
    let asked = source.asked();
    let ranges: Vec<&String> = asked.iter().filter(|line| line.ends_with('-')).collect();
    assert_eq!(ranges.len(), 3, "{asked:?}");
    assert!(ranges[2].ends_with(" 2400000-"), "{asked:?}");
}

#[test]
fn a_connection_that_carries_nothing_is_given_up_and_kept() {
    let source = source();
    let place = Place::of(&source);
    source.break_file(
        LARGE,
        Fault::Cut {
            after: 100_000,
            times: 1,
        },
    );
    source.break_file(
        "tokenizer.json",
        Fault::Cut {
            after: 0,
            times: 99,
        },
    );
    let error = place.pull().unwrap_err();
    assert!(matches!(error, DownloadError::Connection { .. }), "{error}");
    assert!(error.to_string().contains("pull again to go on"), "{error}");
    place.assert_not_in_place();
    source.mend();
    source.asked();
    place.pull().unwrap();
    place.assert_in_place();
    let again: Vec<String> = source.asked();
    assert!(!again.contains(&format!("GET {LARGE}")), "{again:?}");
}

#[test]
fn a_source_that_knows_no_ranges_begins_anew() {
    let source = source();
    let place = Place::of(&source);
    let calls = Cell::new(0);
    let stopped = place.pull_watched(&|_, file| {
        calls.set(calls.get() + u32::from(file == LARGE));
        match calls.get() > 4 {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    assert!(matches!(stopped, Err(DownloadError::Stopped)));
    source.break_file(LARGE, Fault::NoRange);
    place.pull().unwrap();
    place.assert_in_place();
}

#[test]
fn a_length_that_is_not_the_one_that_was_said_is_an_error() {
    for fault in [Fault::SizeOff(5), Fault::SizeOff(-5), Fault::Longer] {
        for name in [LARGE, "config.json"] {
            let source = source();
            let place = Place::of(&source);
            source.break_file(name, fault);
            let error = place.pull().unwrap_err();
            assert!(
                matches!(error, DownloadError::WrongLength { .. }),
                "{fault:?} {name}: {error}"
            );
            place.assert_not_in_place();
            source.mend();
            place.pull().unwrap();
            place.assert_in_place();
        }
    }
}

#[test]
fn one_wrong_byte_is_mended_once_and_refused_twice() {
    for name in [LARGE, "tokenizer.json"] {
        let source = source();
        let place = Place::of(&source);
        source.break_file(name, Fault::WrongByte { times: 2 });
        let error = place.pull().unwrap_err();
        assert!(
            matches!(error, DownloadError::WrongChecksum { .. }),
            "{error}"
        );
        assert!(!place.begun().join(name).exists());
        place.assert_not_in_place();
        source.break_file(name, Fault::WrongByte { times: 1 });
        place.pull().unwrap();
        place.assert_in_place();
    }
}

#[test]
fn a_part_that_was_damaged_on_the_disk_is_found_out() {
    let source = source();
    let place = Place::of(&source);
    source.break_file(
        LARGE,
        Fault::Cut {
            after: 500_000,
            times: 99,
        },
    );
    stop_in(&place, LARGE, 900_000);
    let part = place.begun().join(LARGE);
    let mut bytes = fs::read(&part).unwrap();
    assert!(bytes.len() >= 400_000);
    bytes[1000] ^= 1;
    fs::write(&part, bytes).unwrap();
    source.mend();
    place.pull().unwrap();
    place.assert_in_place();
}

/// Pulls and stops once so many bytes of a file are there.
fn stop_in(place: &Place, file: &str, bytes: u64) {
    let stopped = place.pull_watched(&|done, at| match at == file && done >= bytes {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    });
    assert!(
        matches!(stopped, Err(DownloadError::Stopped)),
        "{stopped:?}"
    );
}

#[test]
fn what_was_stopped_goes_on_and_another_content_begins_anew() {
    let source = source();
    let place = Place::of(&source);
    stop_in(&place, LARGE, 1_000_000);
    place.assert_not_in_place();
    let kept = fs::metadata(place.begun().join(LARGE)).unwrap().len();
    assert!((900_000..3_000_000).contains(&kept), "{kept}");
    let begun = download::partial(&place.models(), "painted").unwrap();
    assert!(begun.bytes >= kept);
    source.asked();
    stop_in(&place, LARGE, kept + 500_000);
    assert!(source.asked().contains(&format!("GET {LARGE} {kept}-")));
    let other: Vec<u8> = content(LARGE_BYTES).into_iter().rev().collect();
    source.put(LARGE, other.clone());
    source.asked();
    place.pull().unwrap();
    assert!(source.asked().contains(&format!("GET {LARGE}")));
    assert_eq!(fs::read(place.model().join(LARGE)).unwrap(), other);
}

#[test]
fn a_kill_between_two_files_costs_none_of_them() {
    let source = source();
    let place = Place::of(&source);
    // All of the large file has come, and it has not been looked at.
    stop_in(&place, LARGE, 12 + LARGE_BYTES as u64);
    source.asked();
    place.pull().unwrap();
    place.assert_in_place();
    let fetched: Vec<String> = source.asked();
    let gets: Vec<&String> = fetched.iter().filter(|l| l.starts_with("GET")).collect();
    assert_eq!(gets, ["GET tokenizer.json"]);
}

#[test]
fn a_kill_before_the_last_rename_leaves_a_whole_model() {
    let source = source();
    let place = Place::of(&source);
    place.pull().unwrap();
    // As if the power had gone between the lock file and the rename.
    fs::create_dir_all(place.models().join(".partial")).unwrap();
    fs::rename(place.model(), place.begun()).unwrap();
    place.pull().unwrap();
    place.assert_in_place();
}

#[test]
fn every_refusal_says_what_to_do() {
    let cases = [
        (401, "choose another model"),
        (403, "choose another model"),
        (404, "update Latent"),
        (429, "try again in 7 seconds"),
        (500, "try again in a few minutes"),
        (503, "try again in a few minutes"),
        (418, "check HF_ENDPOINT"),
    ];
    for (status, advice) in cases {
        let source = source();
        let place = Place::of(&source);
        source.break_file(LARGE, Fault::Status { status, times: 99 });
        let error = place.pull().unwrap_err().to_string();
        assert!(error.contains(advice), "{status}: {error}");
        place.assert_not_in_place();
    }
}

#[test]
fn a_source_that_is_busy_for_a_moment_is_asked_again() {
    let source = source();
    let place = Place::of(&source);
    source.break_file(
        LARGE,
        Fault::Status {
            status: 503,
            times: 3,
        },
    );
    place.pull().unwrap();
    place.assert_in_place();
}

#[test]
fn nobody_at_the_address_is_said_so() {
    let source = source();
    let mut place = Place::of(&source);
    let nobody = download::HubOptions {
        endpoint: "http://127.0.0.1:1".to_owned(),
        proxy: false,
        pauses: vec![Duration::from_millis(1)],
        ..download::HubOptions::default()
    };
    place.hub = Hub::open(&nobody).unwrap();
    let error = place.pull().unwrap_err().to_string();
    assert!(error.contains("check the connection"), "{error}");
}

#[test]
fn a_source_that_falls_silent_is_left_at_once_when_asked_to() {
    let source = source();
    let place = Place::of(&source);
    source.break_file(LARGE, Fault::Silent { after: 300_000 });
    let hub = place.hub.clone();
    let started = Instant::now();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            stop.store(true, std::sync::atomic::Ordering::SeqCst);
            hub.shut_down();
        });
        let stopped = place.pull_watched(&|_, _| match stop
            .load(std::sync::atomic::Ordering::SeqCst)
        {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        });
        assert!(
            matches!(stopped, Err(DownloadError::Stopped)),
            "{stopped:?}"
        );
    });
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_silent_source_is_asked_again_from_where_it_fell_silent() {
    let source = source();
    let mut place = Place::of(&source);
    place.hub = source.hub_with(Duration::from_millis(300));
    source.break_file(LARGE, Fault::Silent { after: 1_200_000 });
    place.pull().unwrap();
    place.assert_in_place();
}

#[test]
fn the_locked_commit_is_asked_for_again() {
    let source = source();
    let place = Place::of(&source);
    place.pull().unwrap();
    let file = place.model().join(LARGE);
    let mut bytes = fs::read(&file).unwrap();
    bytes[5] ^= 1;
    fs::write(&file, &bytes).unwrap();
    let goes_on: Watch<'_> = &|_, _| ControlFlow::Continue(());
    let lock = Lock::read(&place.model()).unwrap().unwrap();
    let damaged = lock.damaged(&place.model(), goes_on).unwrap();
    assert_eq!(damaged.len(), 1);
    assert_eq!(damaged[0].0, LARGE);
    source.move_on("f".repeat(40).as_str());
    // The branch has moved on; the model stays the one that was locked.
    let error = place.pull().unwrap_err();
    assert!(matches!(error, DownloadError::Missing { .. }), "{error}");
    source.move_on(COMMIT);
    source.asked();
    place.pull().unwrap();
    place.assert_in_place();
    let asked = source.asked();
    let gets: Vec<&String> = asked.iter().filter(|l| l.starts_with("GET")).collect();
    assert_eq!(gets, [&format!("GET {LARGE}")], "only what is damaged");
}

#[test]
fn another_commit_or_content_than_the_list_says_is_refused() {
    let source = source();
    let mut place = Place::of(&source);
    place.offered = source.offered(COMMIT);
    place.pull().unwrap();
    for wrong in [
        ("bytes", 12, "0".repeat(64)),
        ("content", LARGE_BYTES as u64, "0".repeat(64)),
    ] {
        let mut place = Place::of(&source);
        let file = place.offered.files.iter_mut().find(|f| f.name == LARGE);
        let file = file.unwrap();
        (file.bytes, file.sha256) = (wrong.1, Some(wrong.2));
        let error = place.pull().unwrap_err();
        assert!(
            matches!(error, DownloadError::NotAsListed { .. }),
            "{}",
            wrong.0
        );
        place.assert_not_in_place();
    }
    // A small file's checksum is a Git blob's: the SHA-256 is compared when it has come.
    let mut place = Place::of(&source);
    let file = &mut place.offered.files[0];
    (file.bytes, file.sha256) = (12, Some("0".repeat(64)));
    let error = place.pull().unwrap_err();
    assert!(
        matches!(error, DownloadError::NotAsListed { .. }),
        "{error}"
    );
    place.assert_not_in_place();
}

#[test]
fn a_folder_that_somebody_made_is_left_alone() {
    let source = source();
    let place = Place::of(&source);
    fs::create_dir_all(place.model()).unwrap();
    fs::write(place.model().join("mine.txt"), "mine").unwrap();
    let error = place.pull().unwrap_err();
    assert!(matches!(error, DownloadError::NotOurs { .. }), "{error}");
    assert!(download::remove(&place.models(), "painted").is_err());
    assert_eq!(names(&place.model()), ["mine.txt"]);
}
