//! The disk runs full while a model arrives. Linux only: the small disk is a tmpfs in a mount
//! namespace of its own, and the download runs in a process of its own there.
#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};

use latent_engine::download::{self, DownloadError, Hub, HubOptions, Watch};

use crate::child::{OUTCOME, binary, outcomes};
use crate::downloads::content;
use crate::hub::Source;

const DISK: &str = "LATENT_TEST_DOWNLOAD_DISK";
const ENDPOINT: &str = "LATENT_TEST_DOWNLOAD_FROM";

const BYTES: usize = 3_000_000;

const SCRIPT: &str = r#"
mount -t tmpfs -o "size=8m" tmpfs "$1" || exit 77
shift
"$@"
"#;

fn source() -> Source {
    Source::with(&[("model.safetensors", content(BYTES))])
}

#[test]
fn a_disk_that_runs_full_keeps_what_has_come_and_breaks_nothing() {
    let disk = tempfile::tempdir().unwrap();
    let source = source();
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", SCRIPT, "sh"])
        .arg(disk.path())
        .arg(binary())
        .args(["--ignored", "--exact", "--nocapture"])
        .arg("full_disk_download::downloads_in_a_process_of_its_own")
        .env(DISK, disk.path())
        .env(ENDPOINT, source.endpoint())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    if output.status.code() == Some(77) || output.stdout.is_empty() {
        println!("skipped: this user may not mount a small disk");
        return;
    }
    assert_eq!(
        outcomes(&output.stdout),
        ["refused beforehand", "full, kept", "done"],
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let asked = source.asked();
    let resumed = asked.iter().any(|line| line.ends_with('-'));
    assert!(resumed, "{asked:?}");
}

#[test]
#[ignore = "a part of another test, which starts it in a process of its own on a small disk"]
fn downloads_in_a_process_of_its_own() {
    let disk = env::var_os(DISK).unwrap();
    let (disk, filler) = (Path::new(&disk), Path::new(&disk).join("filler"));
    let hub = Hub::open(&HubOptions {
        endpoint: env::var(ENDPOINT).unwrap(),
        proxy: false,
        ..HubOptions::default()
    })
    .unwrap();
    let pull = |watch: Watch<'_>| {
        let (offered, models) = (source().offered("main"), disk.join("models"));
        let plan = download::plan(&hub, &offered, &models, watch)?;
        download::carry_out(&hub, &offered, &plan, &models, watch)
    };
    let goes_on: Watch<'_> = &|_, _| ControlFlow::Continue(());
    fs::write(&filler, vec![1; 6_000_000]).unwrap();
    let told = match pull(goes_on) {
        Err(DownloadError::NoRoom { .. }) => "refused beforehand".to_owned(),
        other => format!("{other:?}"),
    };
    println!("\n{OUTCOME}{told}");
    fs::remove_file(&filler).unwrap();
    let outcome = pull(&|bytes, _| {
        if bytes > 1_000_000 {
            fill(&filler);
        }
        ControlFlow::Continue(())
    });
    let kept = download::partial(&disk.join("models"), "painted");
    let told = match outcome {
        Err(DownloadError::DiskFull(_)) if kept.is_some_and(|kept| kept.bytes > 1_000_000) => {
            assert!(!disk.join("models/painted").exists());
            "full, kept".to_owned()
        }
        other => format!("{other:?} {kept:?}"),
    };
    println!("\n{OUTCOME}{told}");
    fs::remove_file(&filler).unwrap();
    let told = match pull(goes_on) {
        Ok(_) => "done".to_owned(),
        Err(error) => format!("{error:?}"),
    };
    println!("\n{OUTCOME}{told}");
}

/// Writes until there is no room.
fn fill(filler: &Path) {
    let mut file = fs::File::options()
        .create(true)
        .append(true)
        .open(filler)
        .unwrap();
    while file.write_all(&[1; 4096]).is_ok() {}
}
