//! Where things lie in the repository.

use std::path::{Path, PathBuf};

/// The repository's root folder.
pub fn root() -> PathBuf {
    // Cargo says at run time where the package lies, also when the checkout was moved.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package
        .ancestors()
        .nth(3)
        .unwrap_or(Path::new("."))
        .to_owned()
}

/// The folder of the user interface.
pub fn ui() -> PathBuf {
    root().join("ui")
}
