//! Real and broken files of many makers, where they are at hand.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::super::testing::difference;
use super::super::{DecodeSize, Format, Limits, decode, full_size, metadata, resize};
use crate::picture::Picture;

/// The folder of real files: `LATENT_TEST_DATA`, or `../shared/data` beside the repository.
fn data() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    let folder = std::env::var_os("LATENT_TEST_DATA").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no folder {}, set LATENT_TEST_DATA to one",
        folder.display()
    );
    None
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn every_real_and_every_broken_file_is_read_or_gets_a_reason() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("formats"), &mut paths);
    files(&data.join("bad"), &mut paths);
    assert!(paths.len() > 500, "{} files", paths.len());
    paths.sort();
    let mut read = 0;
    for path in &paths {
        let bytes = std::fs::read(path).unwrap();
        let started = Instant::now();
        let _ = metadata::read(&bytes);
        let found = decode(&bytes, DecodeSize::AtLeast(1024), &Limits::default());
        let shown = path.strip_prefix(&data).unwrap().display();
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "{shown} took too long"
        );
        match found {
            Ok(found) => {
                read += 1;
                println!("read\t{shown}\t{} × {}", found.width, found.height);
                // The largest preview of a RAW file that is cut off may only be known by its size.
                if !matches!(found.format, Format::Raw(_)) {
                    assert_eq!(
                        full_size(&bytes).unwrap(),
                        (found.width, found.height),
                        "{shown}"
                    );
                }
            }
            Err(error) => println!("fault\t{shown}\t{}", error.for_file(path)),
        }
    }
    assert!(read > 150, "only {read} of {} could be read", paths.len());
}

fn check_same(data: &Path, names: impl Iterator<Item = String>) {
    let decoded = |name: &String| -> Picture {
        let bytes = std::fs::read(data.join("formats/orientation").join(name)).unwrap();
        decode(&bytes, DecodeSize::AtLeast(300), &Limits::default())
            .unwrap()
            .picture
    };
    let names: Vec<String> = names.collect();
    let first = resize(&decoded(&names[0]), 64);
    for name in &names {
        let off = difference(&resize(&decoded(name), 64), &first);
        assert!(off < 5.0, "{name} differs from {} by {off}", names[0]);
    }
}

#[test]
fn every_orientation_set_comes_out_as_one_picture() {
    let Some(data) = data() else { return };
    for set in ["Landscape", "Portrait"] {
        check_same(
            &data,
            [1, 0, 2, 3, 4, 5, 6, 7, 8]
                .iter()
                .map(|n| format!("{set}_{n}.jpg")),
        );
    }
    check_same(&data, (1..=8).map(|n| format!("vips-{n}.jpg")));
}

/// What `ExifTool` says of a shot, as numbers where it has them; none where it is not installed.
fn by_exiftool(path: &Path) -> Option<serde_json::Value> {
    let tags = [
        "DateTimeOriginal",
        "Model",
        "ISO",
        "FNumber",
        "ExposureTime",
        "FocalLength",
    ];
    let output = std::process::Command::new("exiftool")
        .args(["-j", "-n"])
        .args(tags.map(|tag| format!("-{tag}")))
        .arg(path)
        .output()
        .ok()?;
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    answer.get(0).cloned()
}

#[test]
fn raw_files_that_are_no_tiff_say_what_exiftool_says() {
    let Some(data) = data() else { return };
    for name in [
        "raw/imagemeta.CRW",
        "raw-meta/exiftool-CanonRaw.crw",
        "raw-meta/exiftool-Minolta.mrw",
    ] {
        let path = data.join("formats").join(name);
        let found = metadata::read(&std::fs::read(&path).unwrap());
        let Some(expect) = by_exiftool(&path) else {
            eprintln!("skipped: exiftool is not installed");
            return;
        };
        let near = |tag: &str, value: Option<f64>| {
            let (value, told) = (value.unwrap(), expect[tag].as_f64().unwrap());
            assert!(
                (value / told - 1.0).abs() < 0.001,
                "{name}: {tag} {value} {told}"
            );
        };
        near("FNumber", found.aperture);
        near("ExposureTime", found.shutter_s);
        near("FocalLength", found.focal_mm);
        assert_eq!(expect["ISO"], found.iso.unwrap(), "{name}");
        let taken = chrono::DateTime::from_timestamp(found.taken_at.unwrap(), 0).unwrap();
        let taken = taken.format("%Y:%m:%d %H:%M:%S").to_string();
        assert_eq!(expect["DateTimeOriginal"], taken, "{name}");
        let model = expect["Model"].as_str().unwrap();
        assert!(found.camera.unwrap().ends_with(model), "{name}: {model}");
    }
}
