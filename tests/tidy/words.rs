//! Words that have no place in the repository: unfinished code, errors without a type, and the
//! paths and hosts of the machine that somebody works on.

use crate::rust_code::{code_lines, has_string_error};
use crate::sources::{self, Source, assert_none};

/// The folder of these rules: the only one that may spell the words out.
const RULES: &str = "tests/tidy/";

const UNFINISHED: &[&str] = &["todo!(", "unimplemented!(", "FIXME", "dbg!("];

/// Folders and hosts of machines that somebody works on.
const MACHINES: &[&str] = &[
    "/work/",
    "/farm/",
    "/root/",
    "artifactory",
    "index.crates.io:",
];

#[test]
fn nothing_is_left_unfinished() {
    let mut objections = Vec::new();
    for (source, text) in rust_texts() {
        for (number, line) in code_lines(&text) {
            let words = UNFINISHED.iter().filter(|word| line.contains(**word));
            objections.extend(words.map(|word| format!("{}:{number} {word}", source.path)));
        }
    }
    assert_none(&objections, "What is committed is finished");
}

#[test]
fn errors_have_types() {
    let mut objections = Vec::new();
    for (source, text) in rust_texts() {
        for (number, line) in code_lines(&text) {
            if has_string_error(line) {
                objections.push(format!("{}:{number}", source.path));
            }
        }
    }
    assert_none(
        &objections,
        "An error is an enum with named fields, never a String",
    );
}

#[test]
fn an_ignored_test_says_why() {
    let mut objections = Vec::new();
    for (source, text) in rust_texts() {
        for (number, line) in code_lines(&text) {
            if line.contains("#[ignore]") {
                objections.push(format!("{}:{number}", source.path));
            }
        }
    }
    assert_none(&objections, "Write #[ignore = \"why it cannot run\"]");
}

#[test]
fn no_machine_is_named() {
    let mut objections = Vec::new();
    for source in sources::below("") {
        if !is_text(&source) || source.path.starts_with(RULES) {
            continue;
        }
        for (index, line) in source.text().lines().enumerate() {
            let words = MACHINES.iter().filter(|word| line.contains(**word));
            objections.extend(words.map(|word| format!("{}:{} {word}", source.path, index + 1)));
        }
    }
    assert_none(
        &objections,
        "The repository names no machine's folders and no private host",
    );
}

#[test]
fn packages_come_from_the_public_registries() {
    let root = latent_tests::repository_root();
    let mut objections = Vec::new();
    for (file, key, registry) in [
        (
            "Cargo.lock",
            "source = \"",
            "registry+https://github.com/rust-lang/crates.io-index",
        ),
        (
            "ui/package-lock.json",
            "\"resolved\": \"",
            "https://registry.npmjs.org/",
        ),
    ] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        let origins = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix(key));
        let others = origins.filter(|origin| !origin.starts_with(registry));
        objections.extend(others.map(|origin| format!("{file}: {origin}")));
    }
    assert_none(
        &objections,
        "Packages come from crates.io and npm's registry only",
    );
}

fn rust_texts() -> Vec<(Source, String)> {
    sources::rust()
        .into_iter()
        .filter(|source| !source.path.starts_with(RULES))
        .map(|source| {
            let text = source.text();
            (source, text)
        })
        .collect()
}

fn is_text(source: &Source) -> bool {
    const TEXTS: &[&str] = &[
        "css", "html", "js", "json", "lock", "md", "rs", "sh", "sql", "svelte", "svg", "toml",
        "ts", "txt", "yml",
    ];
    source.has_extension(TEXTS) || source.path == ".ci/run"
}
