//! `cargo xtask bench`: runs one of the engine's benches, built with optimisation.

use std::ffi::OsString;

use anyhow::{Result, bail};

use crate::process::{self, cargo};
use crate::python;
use crate::system::{self, Packages};

/// What can be measured: the name on the command line and the bench of `latent-engine`.
const BENCHES: [(&str, &str); 8] = [
    ("encode", "encode"),
    ("index", "index"),
    ("search", "search"),
    ("near-copy", "near_copy"),
    ("duplicates", "duplicates"),
    ("cutoff", "cutoff"),
    ("groups", "groups"),
    ("end-to-end", "end_to_end"),
];

/// Runs the bench of that name; what follows the name is handed to it.
///
/// # Errors
/// There is no such bench, or it fails.
pub fn bench(arguments: &[OsString]) -> Result<()> {
    let Some((name, options)) = arguments.split_first() else {
        bail!(
            "Name a bench: index, search, near-copy, duplicates, groups, cutoff, end-to-end or encode"
        );
    };
    let Some((_, target)) = BENCHES.iter().find(|(known, _)| name == known) else {
        bail!(
            "No bench {}: there are index, search, near-copy, duplicates, groups, cutoff, end-to-end and encode",
            name.display()
        );
    };
    system::install(Packages::Build)?;
    let mut command = cargo();
    command
        .args(["bench", "-p", "latent-engine", "--features", "testing"])
        .args(["--bench", target, "--"])
        .args(options);
    if let Some(purpose) = python_of(target, options) {
        command.env(python::VARIABLE, python::python(purpose)?);
    }
    process::run(&mut command)
}

/// What a bench needs Python for; none where it needs none.
fn python_of(target: &str, options: &[OsString]) -> Option<&'static python::Purpose> {
    match target {
        "encode" => Some(&python::REFERENCE),
        "search" if options.iter().any(|option| option == "--peers") => Some(&python::PEERS),
        "duplicates" if options.iter().any(|option| option == "--peers") => {
            Some(&python::DUPLICATE_PEERS)
        }
        _ => None,
    }
}
