//! Dependencies point one way: doors → commands → engine, and the engine's leaves know only the
//! root.

use std::fs;

use crate::rust_code;
use crate::sources::{self, assert_none};

/// Each package's manifest, and which packages of ours it may stand on.
const PACKAGES: &[(&str, &[&str])] = &[
    ("src-tauri/crates/kernels", &[]),
    ("src-tauri/crates/engine", &["latent-kernels"]),
    ("src-tauri/crates/commands", &["latent-engine"]),
    (
        "src-tauri/crates/http",
        &["latent-commands", "latent-engine"],
    ),
    (
        "src-tauri/crates/cli",
        &["latent-commands", "latent-engine", "latent-http"],
    ),
    (
        "src-tauri",
        &["latent-commands", "latent-engine", "latent-http"],
    ),
    ("src-tauri/crates/xtask", &[]),
];

/// Packages of windows, servers and terminals: neither the engine nor the commands know them.
const TRANSPORTS: &[&str] = &[
    "axum",
    "clap",
    "http",
    "hyper",
    "indicatif",
    "reqwest",
    "tauri",
    "tokio",
    "tower",
    "wry",
];

const LEAVES: &[&str] = &[
    "cleanup", "download", "photo", "embed", "index", "near", "sidecar", "store", "filter",
];

/// The modules at the engine's root that a leaf may use.
const ROOT_MODULES: &[&str] = &[
    "crop_box",
    "error",
    "events",
    "fault_kind",
    "ids",
    "io",
    "keyword_slash",
    "photo_set",
    "picture",
];

#[test]
fn packages_depend_one_way() {
    let objections: Vec<_> = PACKAGES
        .iter()
        .flat_map(|(package, allowed)| {
            dependencies(package)
                .into_iter()
                .filter(|name| name.starts_with("latent-") && !allowed.contains(&name.as_str()))
                .map(move |name| format!("{package} depends on {name}"))
        })
        .collect();
    assert_none(
        &objections,
        "Doors stand on commands, commands on the engine",
    );
}

#[test]
fn every_package_has_a_layer() {
    let objections: Vec<_> = sources::below("src-tauri")
        .into_iter()
        .filter_map(|source| Some(source.path.strip_suffix("/Cargo.toml")?.to_owned()))
        .filter(|package| PACKAGES.iter().all(|(known, _)| known != package))
        .collect();
    assert_none(
        &objections,
        "A new package is named in tests/tidy/layers.rs",
    );
}

#[test]
fn engine_and_commands_know_no_transport() {
    let mut objections = Vec::new();
    for package in ["src-tauri/crates/engine", "src-tauri/crates/commands"] {
        for name in dependencies(package) {
            let family = name.split('-').next().unwrap_or_default();
            if TRANSPORTS.contains(&family) {
                objections.push(format!("{package} depends on {name}"));
            }
        }
    }
    assert_none(&objections, "The engine and the commands name no transport");
}

#[test]
fn leaves_of_the_engine_never_import_each_other() {
    let mut objections = Vec::new();
    for source in sources::below("src-tauri/crates/engine/src") {
        let Some(leaf) = leaf_of(&source.path) else {
            continue;
        };
        for module in rust_code::crate_modules(&source.text()) {
            if module != leaf && !ROOT_MODULES.contains(&module.as_str()) {
                objections.push(format!("{} uses crate::{module}", source.path));
            }
        }
    }
    assert_none(
        &objections,
        "A leaf uses itself and the root; a joining module joins leaves",
    );
}

/// What opens connections of its own accord.
const NETWORK: &[&str] = &[
    "ureq",
    "reqwest",
    "hf_hub",
    "rustls",
    "TcpStream",
    "UdpSocket",
];

/// The only room that may: downloads of models that somebody agreed to.
const DOWNLOAD: &str = "src-tauri/crates/engine/src/download/";

#[test]
fn only_downloads_open_network_connections() {
    let mut objections = Vec::new();
    for source in sources::below("src-tauri") {
        if !source.has_extension(&["rs"]) || source.path.starts_with(DOWNLOAD) || source.is_test() {
            continue;
        }
        for (number, line) in rust_code::code_lines(&source.text()) {
            let named = NETWORK.iter().filter(|name| line.contains(**name));
            objections.extend(named.map(|name| format!("{}:{number} {name}", source.path)));
        }
    }
    for (package, _) in PACKAGES {
        let named = dependencies(package).contains(&"ureq".to_owned());
        if named && *package != "src-tauri/crates/engine" {
            objections.push(format!("{package} depends on ureq"));
        }
    }
    assert_none(&objections, "Only download/ opens a network connection");
}

fn leaf_of(path: &str) -> Option<&'static str> {
    let inside = path.strip_prefix("src-tauri/crates/engine/src/")?;
    let first = inside.split('/').next()?.trim_end_matches(".rs");
    LEAVES
        .iter()
        .copied()
        .find(|leaf| *leaf == first && path.ends_with(".rs"))
}

/// The packages that a manifest names, without those that only its tests or build take.
fn dependencies(package: &str) -> Vec<String> {
    let manifest = latent_tests::repository_root()
        .join(package)
        .join("Cargo.toml");
    let text = fs::read_to_string(&manifest)
        .unwrap_or_else(|error| panic!("Cannot read {}: {error}", manifest.display()));
    let names = dependency_names(&text);
    assert!(
        !names.is_empty(),
        "No dependencies found in {}",
        manifest.display()
    );
    names
}

fn dependency_names(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section == "dependencies" || section.ends_with(".dependencies");
            if let Some((_, name)) = section.split_once("dependencies.")
                && !section.contains("dev-")
                && !section.contains("build-")
            {
                names.push(name.to_owned());
            }
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            names.extend(line.split(['.', ' ', '=']).next().map(str::to_owned));
        }
    }
    names
}

#[test]
fn names_are_read_from_every_kind_of_dependency_line() {
    let manifest = "
[build-dependencies]
tauri-build = \"2\"
[dependencies]
anyhow.workspace = true
# A comment
serde = { version = \"1\" }
[dependencies.tauri]
version = \"2\"
[target.'cfg(unix)'.dependencies]
libc = \"1\"
[dev-dependencies]
latent-tests.workspace = true
";
    assert_eq!(
        dependency_names(manifest),
        ["anyhow", "serde", "tauri", "libc"]
    );
}
