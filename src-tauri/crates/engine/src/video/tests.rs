//! With scripts in the place of `ffmpeg`, and with the real one and real videos where they are there.

use std::path::{Path, PathBuf};

use super::*;

fn videos() -> Vec<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    let data = std::env::var_os("LATENT_TEST_DATA").map_or_else(beside, PathBuf::from);
    let files = std::fs::read_dir(data.join("formats/video"))
        .into_iter()
        .flatten();
    let mut files: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    files.sort();
    if files.is_empty() {
        println!("skipped: no videos in {}", data.display());
    }
    files
}

/// A file that begins like a film and is none.
fn empty_film(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, b"\0\0\0\x10ftypisom\0\0\x02\0").unwrap();
    path
}

fn shape(poster: &Poster) -> (u32, u32) {
    (poster.picture.width(), poster.picture.height())
}

const LARGE: DecodeSize = DecodeSize::AtLeast(1024);

#[test]
fn without_the_program_a_tile_stands_for_a_film() {
    let folder = tempfile::tempdir().unwrap();
    let film = empty_film(folder.path(), "a.mp4");
    let poster = poster_by(None, &film, VideoKind::Mp4, LARGE).unwrap();
    assert!(poster.is_tile);
    assert_eq!(shape(&poster), (640, 360));
    assert_eq!((poster.width, poster.height), (640, 360));
    let grey = |x: u32, y: u32| poster.picture.rgb()[((y * 640 + x) * 3) as usize];
    assert!(grey(320, 180) > grey(10, 10), "a mark in the middle");
    assert_eq!(grey(320, 20), grey(10, 10));
}

#[test]
fn a_tile_has_the_shape_of_its_film() {
    for (size, tile) in [
        ((1080, 1920), (360, 640)),
        ((100, 1), (640, 6)),
        ((7680, 4320), (640, 360)),
    ] {
        let tile_is = tile::draw(Some(size)).unwrap();
        assert_eq!((tile_is.width(), tile_is.height()), tile);
    }
}

#[test]
fn containers_of_real_films_tell_size_length_time_and_place() {
    let (mut placed, mut unknown) = (0, 0);
    for film in videos() {
        let mut file = File::open(&film).unwrap();
        assert!(kind_of(&mut file).unwrap().is_some(), "{}", film.display());
        let facts = facts::of(&film);
        placed += u32::from(facts.metadata.lat.is_some());
        // One has a brand that the reader of containers does not know.
        if facts.size.is_none() {
            unknown += 1;
            continue;
        }
        assert!(
            facts.metadata.duration_s.is_some_and(|s| s > 0.1),
            "{facts:?}"
        );
        let tile = poster_by(None, &film, VideoKind::Mov, LARGE).unwrap();
        assert_eq!(facts.size, Some((tile.width, tile.height)));
    }
    assert!(unknown <= 1 && (placed > 0 || videos().is_empty()));
}

#[test]
fn real_films_give_a_frame_where_the_program_is_there() {
    let Some(program) = program() else {
        println!("skipped: no ffmpeg");
        return;
    };
    for film in videos() {
        let poster = poster_by(Some(&program), &film, VideoKind::Mov, LARGE).unwrap();
        assert!(!poster.is_tile, "{}", film.display());
        let (width, height) = shape(&poster);
        assert!(width.max(height) <= 1024 && poster.width >= width);
        let first = poster.picture.rgb()[0];
        assert!(poster.picture.rgb().iter().any(|value| *value != first));
    }
}

#[test]
fn the_program_tells_the_length_that_the_container_tells() {
    let Some(program) = program() else {
        println!("skipped: no ffmpeg");
        return;
    };
    for film in videos() {
        let Some(told) = facts::of(&film).metadata.duration_s else {
            continue;
        };
        let found = by_program::of(&program, &film).duration_s.unwrap();
        assert!(
            (found - told).abs() < 0.1,
            "{}: {found} {told}",
            film.display()
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let none = empty_film(folder.path(), "a.mp4");
    assert_eq!(by_program::of(&program, &none), Metadata::default());
}

#[test]
fn a_film_of_a_kind_that_is_not_read_here_says_its_time_by_the_program() {
    let Some(program) = program() else {
        println!("skipped: no ffmpeg");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let film = folder.path().join("a.avi");
    let made = std::process::Command::new(&program)
        .args(["-nostdin", "-v", "quiet", "-f", "lavfi"])
        .args(["-i", "color=d=2:s=64x48"])
        .arg(&film)
        .status();
    if !made.is_ok_and(|made| made.success()) {
        println!("skipped: this ffmpeg makes no films");
        return;
    }
    // As cameras note it.
    let mut bytes = std::fs::read(&film).unwrap();
    let note = b"IDIT\x1a\0\0\0Sat Jun 17 09:30:15 2023\n\0";
    let length = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) + note.len() as u32;
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    bytes.splice(12..12, note.iter().copied());
    std::fs::write(&film, bytes).unwrap();
    assert_eq!(facts::of(&film).metadata, Metadata::default());
    let found = metadata_by(|| Some(program), &film);
    let taken = (found.taken_at, found.taken_offset_min);
    assert_eq!(taken, (Some(1_686_994_215), None));
    let length = found.duration_s.unwrap();
    assert!((length - 2.0).abs() < 0.2, "{length}");
    assert_eq!(metadata_by(|| None, &film), Metadata::default());
}

#[cfg(unix)]
mod scripts {
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::Duration;

    use super::*;

    /// A program that does this; `$0` is its own path.
    fn script(folder: &Path, does: &str) -> PathBuf {
        let path = folder.join("ffmpeg");
        std::fs::write(&path, format!("#!/bin/sh\n{does}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// A script that answers a frame of 1600 × 900.
    fn with_frame(folder: &Path, does: &str) -> PathBuf {
        let frame = image::RgbImage::from_fn(1600, 900, |x, _| image::Rgb([(x % 256) as u8, 9, 9]));
        frame.save(folder.join("frame.bmp")).unwrap();
        script(folder, does)
    }

    #[test]
    fn a_frame_is_taken_and_made_as_small_as_was_asked() {
        let folder = tempfile::tempdir().unwrap();
        let film = empty_film(folder.path(), "a.mp4");
        let program = with_frame(folder.path(), "cat \"${0%/*}/frame.bmp\"");
        let poster = poster_by(Some(&program), &film, VideoKind::Mp4, LARGE).unwrap();
        assert!(!poster.is_tile);
        assert_eq!(shape(&poster), (1024, 576));
        assert_eq!((poster.width, poster.height), (1600, 900));
        let whole = poster_by(Some(&program), &film, VideoKind::Mp4, DecodeSize::Full).unwrap();
        assert_eq!(shape(&whole), (1600, 900));
    }

    #[test]
    fn time_and_place_come_with_the_length_from_one_call() {
        let folder = tempfile::tempdir().unwrap();
        let film = empty_film(folder.path(), "a.avi");
        let says = "  Metadata:\n    creation_time   : 2005-01-02 03:04:05\n    location        : \
            +41.5+012.5/\n  Duration: 00:00:02.00, start: 0";
        let does = format!("echo >> \"$0.calls\"; printf '{says}' >&2; exit 1");
        let program = script(folder.path(), &does);
        let found = metadata_by(|| Some(program.clone()), &film);
        assert_eq!(found.duration_s, Some(2.0));
        assert_eq!(
            (found.taken_at, found.taken_offset_min),
            (Some(1_104_635_045), None)
        );
        assert_eq!((found.lat, found.lon), (Some(41.5), Some(12.5)));
        let calls = std::fs::read_to_string(folder.path().join("ffmpeg.calls")).unwrap();
        assert_eq!(calls.lines().count(), 1);
    }

    #[test]
    fn the_beginning_serves_where_there_is_no_frame_later() {
        let folder = tempfile::tempdir().unwrap();
        let film = empty_film(folder.path(), "a.mp4");
        let does = "case \"$*\" in *'-ss 0.000'*) cat \"${0%/*}/frame.bmp\";; esac";
        let program = with_frame(folder.path(), does);
        assert!(frame::take(&program, &film, None).is_some());
    }

    #[test]
    fn any_file_name_reaches_the_program_as_one_word_and_names_only_that_file() {
        let folder = tempfile::tempdir().unwrap();
        let film = empty_film(folder.path(), "-i 'a' $(b)\nconcat:|c.mp4");
        let program = script(folder.path(), "printf '%s\\0' \"$@\" > \"$0.words\"");
        assert_eq!(frame::take(&program, &film, None), None);
        let words = std::fs::read_to_string(folder.path().join("ffmpeg.words")).unwrap();
        let words: Vec<&str> = words.split('\0').collect();
        let input = words.iter().position(|word| *word == "-i").unwrap() + 1;
        assert_eq!(words[input], format!("file:{}", film.display()));
        let allowed = words.iter().position(|word| *word == "-protocol_whitelist");
        assert_eq!(words[allowed.unwrap() + 1], "file");
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let film = empty_film(folder.path(), "a.mp4");
        let program = script(folder.path(), "echo $$ > \"$0.id\"; exec sleep 1000");
        let within = Duration::from_millis(400);
        assert_eq!(frame::take_at(&program, &film, 0.0, within), None);
        let id = std::fs::read_to_string(folder.path().join("ffmpeg.id")).unwrap();
        if Path::new("/proc/self").exists() {
            assert!(!Path::new("/proc").join(id.trim()).exists());
        }
    }

    #[test]
    fn a_film_that_gives_no_frame_and_says_nothing_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let film = empty_film(folder.path(), "a.mp4");
        let program = script(folder.path(), "exit 1");
        let error = poster_by(Some(&program), &film, VideoKind::Mp4, LARGE).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("The MP4 video data is damaged"),
            "{error}"
        );
    }

    #[test]
    fn a_film_whose_frames_are_of_an_unknown_kind_gets_a_tile() {
        let folder = tempfile::tempdir().unwrap();
        let program = script(folder.path(), "exit 1");
        for film in videos() {
            let is_known = facts::of(&film).size.is_some();
            match poster_by(Some(&program), &film, VideoKind::Mov, LARGE) {
                Ok(poster) => assert!(poster.is_tile && is_known, "{}", film.display()),
                Err(error) => assert!(!is_known, "{}: {error}", film.display()),
            }
        }
    }
}
