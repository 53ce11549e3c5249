//! Children that crash, hang, run out of memory or talk nonsense, and what is left then.
//!
//! The test binary starts itself again with `--ignored` and the name of the one test below.

mod mutations;

use std::path::Path;
use std::time::{Duration, Instant};

use super::child::Times;
use super::*;
use crate::photo::testing::{drawn, jpeg};
use crate::photo::{LARGE_PX, Limits, decode, thumbnails};

#[test]
#[ignore = "The child of the others"]
fn decodes_in_a_process_of_its_own() {
    // Without pipes there is nothing to answer.
    assert_eq!(run_worker(), std::process::ExitCode::SUCCESS);
    std::process::exit(0);
}

fn program() -> Program {
    let path = module_path!();
    let within = path.split_once("::").unwrap().1;
    Program {
        path: std::env::current_exe().unwrap(),
        arguments: ["--ignored", "--exact", "--nocapture", "--test-threads=1"]
            .map(Into::into)
            .into_iter()
            .chain([format!("{within}::decodes_in_a_process_of_its_own").into()])
            .collect(),
    }
}

fn apart() -> Decoder {
    Decoder::with(program())
}

/// A child that says hello and then does this.
#[cfg(unix)]
fn shell(script: &str, times: Times) -> Decoder {
    let hello = "printf 'latent decoder 1\\n'; head -c 20 >/dev/null;";
    Decoder {
        pool: Some(Pool::timed(
            Program {
                path: "/bin/sh".into(),
                arguments: vec!["-c".into(), format!("{hello} {script}").into()],
            },
            times,
        )),
    }
}

fn wanted() -> Wanted {
    Wanted {
        unless: None,
        picture: true,
        says_more: false,
        sidecar: None,
    }
}

#[test]
fn a_child_answers_what_this_process_would() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("caf\u{e9} 1.jpg");
    let bytes = jpeg(&drawn(1500, 1000));
    std::fs::write(&path, &bytes).unwrap();
    let decoder = apart();
    let read = decoder.read(&path, &wanted(), &|| false).unwrap();
    let here = decode(&bytes, DecodeSize::AtLeast(LARGE_PX), &Limits::default()).unwrap();
    let Content::New(new) = read.content else {
        panic!("{:?}", read.content);
    };
    assert_eq!(read.content_hash, *blake3::hash(&bytes).as_bytes());
    assert_eq!(new.pixel_hash, here.pixel_hash);
    assert_eq!(new.large, thumbnails(&here.picture).unwrap().large);
    assert_eq!(new.picture, Some(here.picture));
    let known = Wanted {
        unless: Some(read.content_hash),
        picture: true,
        says_more: false,
        sidecar: None,
    };
    let again = decoder.read(&path, &known, &|| false).unwrap();
    assert!(matches!(again.content, Content::Known));
    assert_eq!(decoder.size(Source::File(&path)).unwrap(), (1500, 1000));
    let decoded = decoder.decode(Source::Bytes(&bytes), DecodeSize::Full);
    assert_eq!(decoded.unwrap().decoded.width, 1500);
}

#[test]
fn what_cannot_be_read_is_told_as_without_a_child() {
    let check = |bytes: &[u8]| {
        let apart = apart().decode(Source::Bytes(bytes), DecodeSize::Full);
        let here = Decoder::default().decode(Source::Bytes(bytes), DecodeSize::Full);
        assert_eq!(
            apart.unwrap_err().to_string(),
            here.unwrap_err().to_string()
        );
    };
    check(b"");
    check(b"Dear diary");
    check(&jpeg(&drawn(60, 40))[..700]);
    let gone = apart().read(Path::new("/nowhere/a.jpg"), &wanted(), &|| false);
    assert!(matches!(gone, Err(Unread::Gone)), "{gone:?}");
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn a_child_that_waits_gives_back_what_it_used() {
    let decoder = apart();
    let bytes = jpeg(&drawn(3000, 2000));
    let read = decoder.decode(Source::Bytes(&bytes), DecodeSize::Full);
    assert!(read.is_ok());
    let ids = decoder.pool.as_ref().unwrap().ids();
    let resident = || {
        let statm = std::fs::read_to_string(format!("/proc/{}/statm", ids[0])).unwrap();
        let pages: usize = statm.split_whitespace().nth(1).unwrap().parse().unwrap();
        pages * rustix::param::page_size()
    };
    let (used, since) = (resident(), Instant::now());
    while resident() + (16 << 20) > used {
        assert!(since.elapsed() < Duration::from_secs(60), "{used}");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(decoder.size(Source::Bytes(&bytes)).is_ok());
    assert_eq!(decoder.pool.as_ref().unwrap().ids(), ids);
}

#[test]
fn a_child_that_was_killed_is_followed_by_another() {
    let decoder = apart();
    let bytes = jpeg(&drawn(60, 40));
    let read = || decoder.decode(Source::Bytes(&bytes), DecodeSize::Full);
    assert!(read().is_ok());
    let pool = decoder.pool.as_ref().unwrap();
    let first = pool.ids();
    pool.kill_waiting();
    assert!(read().is_ok());
    assert_ne!(pool.ids(), first);
}

#[cfg(unix)]
#[test]
fn a_child_that_breaks_costs_its_file_and_no_more() {
    let check = |script: &str, reason: &str| {
        let times = Times {
            reading: Duration::from_millis(600),
            decoding: Duration::from_millis(600),
        };
        let told = shell(script, times).decode(Source::Bytes(b"?"), DecodeSize::Full);
        let told = told.unwrap_err().to_string();
        assert!(told.contains(reason), "{script}: {told}");
    };
    check("exit 1", "made the picture reader fail");
    check("kill -SEGV $$", "made the picture reader fail");
    check(
        "printf nonsense-that-is-no-frame",
        "made the picture reader fail",
    );
    check("exec sleep 60", "was stopped");
    let words = "echo 'memory allocation of 9 bytes failed' >&2; exit 1";
    check(words, "takes more memory");
}

#[cfg(unix)]
#[test]
fn a_file_nobody_wants_any_more_is_let_go_of() {
    let times = Times {
        reading: Duration::from_secs(60),
        decoding: Duration::from_secs(60),
    };
    let since = Instant::now();
    let told = shell("exec sleep 60", times).read(Path::new("/etc/hosts"), &wanted(), &|| true);
    assert!(matches!(told, Err(Unread::Cancelled)), "{told:?}");
    assert!(since.elapsed() < Duration::from_secs(30));
}

#[test]
fn without_a_program_pictures_are_decoded_here() {
    let nowhere = Decoder::with(Program {
        path: "/nowhere/latent".into(),
        arguments: Vec::new(),
    });
    let bytes = jpeg(&drawn(60, 40));
    assert!(
        nowhere
            .decode(Source::Bytes(&bytes), DecodeSize::Full)
            .is_ok()
    );
    assert!(nowhere.is_apart().is_err());
    assert!(!Decoder::default().is_apart().unwrap());
}
