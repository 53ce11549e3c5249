//! No file is forgotten: each Rust file is part of some program, each test folder is a test.

use std::collections::HashMap;

use crate::rust_code::code_lines;
use crate::sources::{self, assert_none};

#[test]
fn every_rust_file_is_declared() {
    let texts: HashMap<_, _> = sources::rust()
        .into_iter()
        .map(|source| {
            let text = source.text();
            (source.path, text)
        })
        .collect();
    let mut objections: Vec<_> = texts
        .keys()
        .filter(|path| !is_root(path) && !is_declared(path, &texts))
        .cloned()
        .collect();
    objections.sort();
    assert_none(&objections, "A file without a `mod` line is not compiled");
}

#[test]
fn every_test_folder_is_a_test() {
    let manifest = latent_tests::repository_root().join("tests/Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let objections: Vec<_> = sources::below("tests")
        .into_iter()
        .filter_map(|source| source.path.strip_prefix("tests/").map(str::to_owned))
        .filter(|path| path.ends_with("/main.rs"))
        .filter(|path| !manifest.contains(&format!("path = \"{path}\"")))
        .collect();
    assert_none(
        &objections,
        "A test folder has a [[test]] in tests/Cargo.toml",
    );
}

/// Whether cargo finds the file by itself: the root of a library, program, test, bench or example.
fn is_root(path: &str) -> bool {
    let parts: Vec<_> = path.split('/').collect();
    let [.., folder, name] = parts.as_slice() else {
        return true;
    };
    let in_package = |name: &str| *folder == name && !path.contains(&format!("/src/{name}/"));
    matches!(*name, "main.rs" | "lib.rs" | "build.rs")
        || ["tests", "benches", "examples"].into_iter().any(in_package)
        || path.contains("/src/bin/")
}

/// Whether the module that the file belongs to has a `mod` line for it.
fn is_declared(path: &str, texts: &HashMap<String, String>) -> bool {
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let Some((folder, name)) = stem.rsplit_once('/') else {
        return false;
    };
    let parents = [
        format!("{folder}.rs"),
        format!("{folder}/mod.rs"),
        format!("{folder}/lib.rs"),
        format!("{folder}/main.rs"),
    ];
    parents
        .iter()
        .filter_map(|parent| texts.get(parent))
        .any(|text| declares(text, name))
}

fn declares(text: &str, name: &str) -> bool {
    let declaration = format!("mod {name};");
    code_lines(text).any(|(_, line)| {
        let line = line.trim();
        line == declaration || line.ends_with(&format!(" {declaration}"))
    })
}

#[test]
fn declarations_are_found_with_and_without_visibility() {
    assert!(declares("pub(crate) mod tree;", "tree"));
    assert!(declares("mod tree;", "tree"));
    assert!(!declares("// mod tree;\nmod treetop;", "tree"));
}
