//! `cargo xtask bench`: runs one of the engine's benches, built with optimisation.

use std::ffi::OsString;

use anyhow::{Result, bail};

use crate::process::{self, cargo};
use crate::system::{self, Packages};

/// What can be measured: the name on the command line and the bench of `latent-engine`.
const BENCHES: [(&str, &str); 3] = [
    ("index", "index"),
    ("search", "search"),
    ("near-copy", "near_copy"),
];

/// Runs the bench of that name; what follows the name is handed to it.
///
/// # Errors
/// There is no such bench, or it fails.
pub fn bench(arguments: &[OsString]) -> Result<()> {
    let Some((name, options)) = arguments.split_first() else {
        bail!("Name a bench: index, search or near-copy");
    };
    let Some((_, target)) = BENCHES.iter().find(|(known, _)| name == known) else {
        bail!(
            "No bench {}: there are index, search and near-copy",
            name.display()
        );
    };
    system::install(Packages::Build)?;
    process::run(
        cargo()
            .args(["bench", "-p", "latent-engine", "--bench", target, "--"])
            .args(options),
    )
}
