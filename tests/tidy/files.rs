//! Files: how long they are, how they begin, and which kinds have no place in the repository.

use crate::sources::{self, Source, assert_none};

/// Beyond this a file is named in the test's output: it is time to split it.
const LONG_LINES: usize = 400;
const MAX_LINES: usize = 500;

/// Beyond this a file is no source.
const MAX_BYTES: u64 = 1_000_000;

const PICTURES: &[&str] = &[
    "arw", "avif", "bmp", "cr2", "cr3", "dng", "gif", "heic", "heif", "jpeg", "jpg", "jxl", "nef",
    "orf", "pef", "png", "raf", "rw2", "srw", "tif", "tiff", "webp",
];
const WEIGHTS: &[&str] = &["bin", "gguf", "npz", "onnx", "pt", "pth", "safetensors"];

#[test]
fn files_are_short_enough_to_read() {
    let mut objections = Vec::new();
    for source in sources::below("") {
        let measured = source.has_extension(&["rs", "ts", "svelte"]) && !source.is_test();
        // Nobody writes this one by hand.
        if !measured || source.path == "ui/src/api/bindings.ts" {
            continue;
        }
        let lines = source.text().lines().count();
        if lines > MAX_LINES {
            objections.push(format!("{}: {lines} lines", source.path));
        } else if lines > LONG_LINES {
            eprintln!("{}: {lines} lines, soon to be split", source.path);
        }
    }
    assert_none(&objections, "A file has one idea and at most 500 lines");
}

#[test]
fn every_rust_file_says_what_it_is() {
    let objections: Vec<_> = sources::rust()
        .into_iter()
        .filter(|source| !says_what_it_is(&source.text()))
        .map(|source| source.path)
        .collect();
    assert_none(&objections, "A Rust file begins with `//!` and what it is");
}

fn says_what_it_is(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first
        .strip_prefix("//! ")
        .is_some_and(|words| words.len() > 10)
}

#[test]
fn pictures_and_weights_stay_outside() {
    let objections: Vec<_> = sources::below("")
        .into_iter()
        .filter(|source| !may_stay(source))
        .map(|source| source.path)
        .collect();
    assert_none(
        &objections,
        "Tests draw their pictures; weights come from the user's folder",
    );
}

fn may_stay(source: &Source) -> bool {
    let path = &source.path;
    if source.has_extension(PICTURES) {
        return path.starts_with("icons/") || path.starts_with("docs/screenshots/");
    }
    if source.has_extension(WEIGHTS) {
        return path.starts_with("tests/") && source.bytes() <= MAX_BYTES;
    }
    source.bytes() <= MAX_BYTES || path.ends_with("-lock.json") || path.ends_with(".lock")
}
